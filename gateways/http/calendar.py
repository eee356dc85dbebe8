"""A technician's agenda for calendar programs (calendario condiviso): its secret address is made here, and read here.

Calendar programs cannot sign in, so the address itself is the key: 256 bits of it, of which only the hash is kept.
"""

from __future__ import annotations

import base64
import hmac
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from anyio.to_thread import run_sync
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from aggregates import roles
from aggregates.base import Act, Refusal, require
from aggregates.rules.business_calendar import local_instant
from aggregates.values import rome_date
from commands.catalog import BY_NAME as COMMANDS
from commands.technician import MakeCalendarFeed
from gateways.calendar_feed import calendar_file
from gateways.http.auth import Caller, check_role
from gateways.http.endpoints import Endpoint, Endpoints, guarded
from gateways.http.limits import check_values
from gateways.http.openapi_parts import COMPANY, READING, REF, WRITING, answer, refusals, with_roles
from gateways.http.problems import RecordNotFound, RoleMissing
from gateways.http.requests import body_of, command_id_of, new_command_id, now
from gateways.wiring import House, Installation
from projections.calendar_feeds import calendar_of, feed_by_hash

FEED_PATH = "/v1/{company}/calendar/{secret}.ics"
ADDRESS_PATH = "/v1/{company}/technicians/{technician_id}/calendar-address"
MAKE = COMMANDS["make-calendar-feed"]
OWN = frozenset({roles.TECHNICIAN, roles.CONTRACTOR})
MAKERS = MAKE.roles | OWN
WEEKS_BACK, WEEKS_AHEAD = 4, 26
MOST_BYTES = 10_000
LANGUAGE = "it"


class CalendarGone(Refusal):
    """There is no calendar at this address, or nobody may read it any more; ask for a new address."""

    status = 404


class AddressAsked(BaseModel):
    """Where the calendar will be read."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field(min_length=1, max_length=100, examples=["Telefono di Gino"])


def mount(app: FastAPI, installation: Installation, endpoints: Endpoints) -> None:
    """Add the routes."""
    key = installation.secret("token_key")
    app.router.add_route(FEED_PATH, _feed(endpoints), methods=["GET"])
    app.router.add_route(ADDRESS_PATH, _address(endpoints, key), methods=["POST"])


def _feed(endpoints: Endpoints) -> Endpoint:
    """GET: the calendar of whoever holds the secret."""

    def read(request: Request) -> Response:
        house, given = endpoints.house(request), hashed(request.path_params["secret"])
        feed = feed_by_hash(house.reader, given)
        if not feed or not hmac.compare_digest(feed["secret_hash"], given):
            raise CalendarGone
        today = rome_date(datetime.now(UTC))
        begins = local_instant(today - timedelta(weeks=WEEKS_BACK), time(0))
        ends = local_instant(today + timedelta(weeks=WEEKS_AHEAD), time(0))
        entries = calendar_of(house.reader, feed["technician_id"], begins, ends)
        return _answered(request, calendar_file(feed["technician_name"], entries, LANGUAGE))

    async def answered(request: Request) -> Response:
        return await run_sync(read, request)

    return guarded(answered)


def _answered(request: Request, data: bytes) -> Response:
    etag = f'"{sha256(data).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": "private, no-cache"}
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(data, 200, headers, media_type="text/calendar; charset=utf-8")


def _address(endpoints: Endpoints, key: bytes) -> Endpoint:
    """POST: a new address; its secret is in the answer and nowhere else."""

    def made(request: Request, told: dict[str, Any]) -> Response:
        house = endpoints.house(request)
        caller = endpoints.caller(request, house)
        check_role(caller, MAKERS)
        asked = AddressAsked.model_validate(told)
        try:
            technician_id = UUID(request.path_params["technician_id"])
        except ValueError as error:
            raise RecordNotFound from error
        _check_own(caller, technician_id, house)
        command_id = command_id_of(request) or new_command_id()
        secret = secret_of(key, house.company_id, command_id)
        cmd = MakeCalendarFeed(technician_id=technician_id, label=asked.label, secret_hash=hashed(secret))
        check_values(cmd)
        outcome = house.desk.execute(MAKE, cmd, Act(by=f"user:{caller.user_id}", at=now()), command_id)
        address = str(request.url.replace(path=f"/v1/{house.slug}/calendar/{secret}.ics", query=""))
        body = {**outcome.result, "secret": secret, "address": address}
        return JSONResponse(body, 201, {"x-position": str(outcome.position), "idempotency-key": str(command_id)})

    async def answered(request: Request) -> Response:
        return await run_sync(made, request, await body_of(request, MOST_BYTES))

    return guarded(answered)


def _check_own(caller: Caller, technician_id: UUID, house: House) -> None:
    """Technicians make addresses of their own agenda only. Raises `RoleMissing`."""
    if not caller.roles.isdisjoint(MAKE.roles):
        return
    sql = "select technician_id from {app_user} where user_id::text = %(user)s"
    user = house.reader.row(sql, {"user": caller.user_id})
    require(user is not None and user["technician_id"] == technician_id, RoleMissing, roles=sorted(MAKE.roles))


def secret_of(key: bytes, company_id: UUID, command_id: UUID) -> str:
    """The secret that a request makes: the same when the request is repeated, so that nobody must store it."""
    told = b"calendar-feed" + company_id.bytes + command_id.bytes
    return base64.urlsafe_b64encode(hmac.digest(key, told, "sha256")).decode().rstrip("=")


def hashed(secret: str) -> str:
    """What the log keeps of a secret."""
    return sha256(secret.encode(errors="replace")).hexdigest()


def describe() -> dict[str, dict[str, Any]]:
    """The routes as the API's description tells them."""
    secret = {"name": "secret", "in": "path", "required": True, "schema": {"type": "string"}}
    technician = {
        "name": "technician_id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
    }
    made = {"type": "object", "required": ["feed_id", "secret", "address"]}
    calendar = {"description": "The calendar.", "content": {"text/calendar": {"schema": {"type": "string"}}}}
    return {
        FEED_PATH: {
            "get": {
                "operationId": "calendar",
                "tags": ["technicians"],
                "summary": "A technician's agenda as iCalendar, at its secret address.",
                "description": "Four weeks back, half a year ahead. The secret is the key; no role is asked.",
                "security": [],
                "parameters": [COMPANY, secret],
                "responses": {"200": calendar, "304": {"description": "Nothing has changed."}, **refusals(READING)},
            }
        },
        ADDRESS_PATH: {
            "post": {
                "operationId": "make-calendar-address",
                "tags": ["technicians"],
                "summary": "Make a secret address of a technician's agenda; it is told once.",
                "description": with_roles("Technicians make addresses of their own agenda only.", MAKERS),
                "x-roles": sorted(MAKERS),
                "parameters": [COMPANY, technician],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": REF.format(model="AddressAsked")}}},
                },
                "responses": {"201": answer("The address.", made), **refusals(WRITING)},
            }
        },
    }
