"""Commands of devices that were offline (coda del dispositivo): taken late, in any order, any number of times.

Each command of a batch is carried out by itself, with the sender's roles and the device's time. Its answer says what
the device does with it: `accepted` and `repeated` are done; `wait` stays in the device's queue, because something it
builds on has not arrived; `retry` is sent again; `refused` is recorded as a conflict, and `what_to_do` says whether
anybody is asked. So no command is lost, and none counts twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid5

from anyio.to_thread import run_sync
from fastapi import FastAPI
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from aggregates import roles
from aggregates.base import Act
from aggregates.device_conflict import DeviceConflict, Settlement
from commands.catalog import BY_NAME as COMMANDS
from gateways.http.auth import check_role
from gateways.http.device_queue import DeviceBatch, Taking, entry_of, uuid_of
from gateways.http.endpoints import Endpoint, Endpoints, guarded
from gateways.http.openapi_parts import COMPANY, REF, WRITING, answer, refusals, with_roles
from gateways.http.own_only import technician_of
from gateways.http.problems import RecordNotFound, language_of
from gateways.http.requests import body_of, now
from gateways.logs import correlation_id

BATCH_PATH = "/v1/{company}/device-batches"
RETRY_PATH = "/v1/{company}/device-conflicts/{conflict_id}/retry"
SENDERS = roles.ON_SITE
DISPATCHERS = roles.PLANNING
MOST_BYTES = 4_000_000


def mount(app: FastAPI, endpoints: Endpoints) -> None:
    """Add the routes."""
    app.router.add_route(BATCH_PATH, _batch(endpoints), methods=["POST"])
    app.router.add_route(RETRY_PATH, _retry(endpoints), methods=["POST"])


def _batch(endpoints: Endpoints) -> Endpoint:
    """POST: a device's queue."""

    async def endpoint(request: Request) -> Response:
        return await run_sync(taken, request, await body_of(request, MOST_BYTES))

    def taken(request: Request, body: Mapping[str, Any]) -> Response:
        house = endpoints.house(request)
        caller = endpoints.caller(request, house)
        check_role(caller, SENDERS)
        batch = DeviceBatch.model_validate(body)
        taking = Taking(house, caller, batch, now(), language_of(request), technician_of(house, caller))
        answers = taking.answers()
        return _json({"answers": answers, "clock_skew_seconds": taking.skew_seconds, "received_at": taking.now})

    return guarded(endpoint)


def _retry(endpoints: Endpoints) -> Endpoint:
    """POST: carry out a refused command after all, as its sender sent it."""

    def again(request: Request) -> Response:
        house = endpoints.house(request)
        caller = endpoints.caller(request, house)
        check_role(caller, DISPATCHERS)
        conflict = house.reader.record(uuid_of(request.path_params["conflict_id"]) or uuid5(house.company_id, ""))
        if not isinstance(conflict, DeviceConflict):
            raise RecordNotFound
        command = conflict.command
        entry = entry_of(command.name)
        check_role(caller, entry.roles)
        cmd = entry.command.model_validate_json(command.fields)
        metadata = {"actor": caller.user_id, "correlation": correlation_id.get(), "device": command.device_id}
        act = Act(by=f"user:{command.user_id}", at=command.happened_at)
        done = house.desk.execute(entry, cmd, act, command.command_id, metadata=metadata)
        settle = COMMANDS["settle-device-conflict"]
        settled = settle.command.model_validate({"conflict_id": conflict.id, "how": Settlement.RETRIED})
        house.desk.execute(settle, settled, Act(by=f"user:{caller.user_id}", at=now()))
        return _json({"result": done.result, "position": done.position, "repeated": done.repeated})

    async def endpoint(request: Request) -> Response:
        return await run_sync(again, request)

    return guarded(endpoint)


def _json(body: Any) -> Response:
    return Response(to_json(body), 200, media_type="application/json")


def describe() -> dict[str, dict[str, Any]]:
    """The routes as the API's description tells them."""
    told = {"type": "object", "required": ["answers"], "properties": {"answers": {"type": "array", "items": ANSWER}}}
    conflict = {**COMPANY, "name": "conflict_id", "schema": {"type": "string", "format": "uuid"}}
    conflict |= {"description": "The conflict.", "example": "3f0c9a52-7d1e-4b7a-9f43-0c6f5f6f2a10"}
    return {
        BATCH_PATH: {
            "post": {
                "operationId": "device-batch",
                "tags": ["devices"],
                "summary": "Take the commands that a device kept while it was offline.",
                "description": with_roles(ABOUT, SENDERS),
                "x-roles": sorted(SENDERS),
                "parameters": [COMPANY],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": REF.format(model="DeviceBatch")}}},
                },
                "responses": {"200": answer("What becomes of each command.", told), **refusals(WRITING)},
            }
        },
        RETRY_PATH: {
            "post": {
                "operationId": "retry-device-command",
                "tags": ["devices"],
                "summary": "Carry out a refused command after all, with its own id, sender and time.",
                "description": with_roles("Once what stood against it is gone; the conflict is settled.", DISPATCHERS),
                "x-roles": sorted(DISPATCHERS),
                "parameters": [COMPANY, conflict],
                "responses": {"200": answer("Done.", {"type": "object"}), **refusals(WRITING)},
            }
        },
    }


ABOUT = (
    "In any order, any number of times: the same command id counts once. Each answer is `accepted`, `repeated`, `wait` "
    "(keep it: something it builds on has not arrived), `retry` (send it again) or `refused` with `what_to_do`: "
    "`discard` or `ask_dispatcher`. What is refused is kept for the dispatcher."
)
ANSWER = {
    "type": "object",
    "required": ["command_id", "outcome"],
    "properties": {
        "command_id": {"type": "string", "format": "uuid"},
        "outcome": {"enum": ["accepted", "repeated", "wait", "retry", "refused"]},
        "what_to_do": {"enum": ["discard", "ask_dispatcher"]},
        "result": {"type": "object"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
    },
}
