"""What another's warehouse says at this moment, over HTTP (disponibilità in tempo reale)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from anyio.to_thread import run_sync
from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from aggregates import roles
from aggregates.base import require
from gateways.http.auth import check_role
from gateways.http.endpoints import Endpoint, Endpoints, guarded
from gateways.http.openapi_parts import COMPANY, READING, answer, refusals, with_roles
from gateways.http.problems import RecordNotFound
from gateways.http.requests import now
from gateways.inventory.link import connector
from gateways.inventory.live import MODELS, availability
from gateways.wiring import Installation

PATH = "/v1/{company}/inventory/availability"
ASKERS = roles.STAFF
LIMIT_S = 3
WAIT_S = 2.0


class AvailabilityAsked(BaseModel):
    """Of which article, in which warehouse."""

    model_config = ConfigDict(extra="forbid")

    article_id: UUID
    warehouse_id: UUID


def mount(app: FastAPI, installation: Installation, endpoints: Endpoints) -> None:
    """Add the route."""
    connect = connector(installation.settings, tries=1, limit_s=LIMIT_S)

    def found(request: Request) -> Response:
        house = endpoints.house(request)
        check_role(endpoints.caller(request, house), ASKERS)
        asked = AvailabilityAsked.model_validate(dict(request.query_params))
        house.reader.wait(MODELS, house.log.position(), WAIT_S)
        told = availability(house, connect, asked.article_id, asked.warehouse_id, now())
        require(told is not None, RecordNotFound)
        assert told is not None
        return JSONResponse(jsonable_encoder(told.shown()))

    app.router.add_route(PATH, _answering(found), methods=["GET"])


def _answering(found: Any) -> Endpoint:
    async def answered(request: Request) -> Response:
        return await run_sync(found, request)

    return guarded(answered)


def describe() -> dict[str, dict[str, Any]]:
    """The route as the API's description tells it."""
    needed = [
        {"name": name, "in": "query", "required": True, "schema": {"type": "string", "format": "uuid"}}
        for name in AvailabilityAsked.model_fields
    ]
    told = {"type": "object", "required": ["managed_by", "on_hand", "available_now", "confirmed"]}
    about = (
        "Where another program keeps the warehouse it is asked at once, for three seconds at most. "
        "`confirmed` false: these are the numbers that we know, not confirmed by the warehouse."
    )
    return {
        PATH: {
            "get": {
                "operationId": "inventory-availability",
                "tags": ["inventory"],
                "summary": "How many there are at this moment, as whoever keeps the warehouse says.",
                "description": with_roles(about, ASKERS),
                "x-roles": sorted(ASKERS),
                "parameters": [COMPANY, *needed],
                "responses": {
                    "200": answer("What there is, and whether the warehouse says so.", told),
                    **refusals(READING),
                },
            }
        }
    }
