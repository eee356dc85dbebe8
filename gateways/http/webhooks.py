"""The secret of a webhook over HTTP (segreto del richiamo): told once, in an answer that nobody keeps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from anyio.to_thread import run_sync
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from aggregates import roles
from aggregates.base import Act
from aggregates.webhook import secret_id
from commands.webhook import SHOW, NoteWebhookSecretShown
from gateways.http.auth import check_role
from gateways.http.endpoints import Endpoint, Endpoints, guarded
from gateways.http.openapi_parts import COMPANY, WRITING, answer, refusals, with_roles
from gateways.http.problems import RecordNotFound
from gateways.http.requests import command_id_of, new_command_id, now
from gateways.webhooks.signing import shown_secret

PATH = "/v1/{company}/webhooks/{webhook_id}/show-secret"
SHOWN_TO = frozenset({roles.ADMINISTRATOR})


def mount(app: FastAPI, endpoints: Endpoints) -> None:
    """Add the route."""
    app.router.add_route(PATH, _shown(endpoints), methods=["POST"])


def _shown(endpoints: Endpoints) -> Endpoint:
    """POST: the secret. An answer that was lost is given again under the same `Idempotency-Key`."""

    def shown(request: Request) -> Response:
        house = endpoints.house(request)
        caller = endpoints.caller(request, house)
        check_role(caller, SHOWN_TO)
        try:
            webhook_id = UUID(request.path_params["webhook_id"])
        except ValueError as error:
            raise RecordNotFound from error
        command_id = command_id_of(request) or new_command_id()
        act = Act(by=f"user:{caller.user_id}", at=now())
        outcome = house.desk.execute(SHOW, NoteWebhookSecretShown(webhook_id=webhook_id), act, command_id)
        number = outcome.result["number"]
        body = {
            "webhook_id": str(webhook_id),
            "number": number,
            "secret": shown_secret(house.keys.key(secret_id(webhook_id, number))),
        }
        headers = {
            "x-position": str(outcome.position),
            "idempotency-key": str(command_id),
            "cache-control": "no-store",
        }
        return JSONResponse(body, 200, headers)

    async def answered(request: Request) -> Response:
        return await run_sync(shown, request)

    return guarded(answered)


def describe() -> dict[str, dict[str, Any]]:
    """The route as the API's description tells it."""
    about = (
        "Told once for each secret: rotate it to get another. An answer that was lost is given again under the same "
        "`Idempotency-Key`. The secret is in no fact, no log and no view."
    )
    webhook = {"name": "webhook_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    told = {"type": "object", "required": ["webhook_id", "number", "secret"]}
    return {
        PATH: {
            "post": {
                "operationId": "show-webhook-secret",
                "tags": ["webhooks"],
                "summary": "The secret that a webhook's messages are signed with, told once.",
                "description": with_roles(about, SHOWN_TO),
                "x-roles": sorted(SHOWN_TO),
                "parameters": [COMPANY, webhook],
                "responses": {"200": answer("The secret, as `whsec_…`.", told), **refusals(WRITING)},
            }
        }
    }
