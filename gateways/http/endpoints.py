"""The catalogues over HTTP: one endpoint a command, one a view, all of the same shape."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from anyio.to_thread import run_sync
from eventsourcing.persistence import PersistenceError
from psycopg import Error as DatabaseError
from psycopg_pool import PoolTimeout
from pydantic import ValidationError
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from aggregates.base import Act, Refusal, require
from aggregates.values import Instant
from commands.base import Entry
from commands.desk import Outcome
from gateways.http.auth import Caller, Doorkeeper, check_role
from gateways.http.problems import (
    CompanyUnknown,
    DatabaseAway,
    InternalError,
    NotJson,
    RecordNotFound,
    invalid,
    problem,
)
from gateways.http.requests import ActAsked, body_of, command_id_of, now, version_of
from gateways.logs import correlation_id, log
from gateways.postgres.companies import UnknownCompany
from gateways.wiring import House, Installation
from projections.base import Ask, View
from projections.history import state_of

Endpoint = Callable[[Request], Awaitable[Response]]
RESERVED = frozenset({"min_position", "as_of"})


def guarded(answer: Endpoint) -> Endpoint:
    """Turns whatever goes wrong inside into a problem."""

    async def endpoint(request: Request) -> Response:
        try:
            return await answer(request)
        except ValidationError as error:
            return invalid(request, error)
        except Refusal as refusal:
            return problem(request, refusal)
        except (DatabaseError, PersistenceError, PoolTimeout) as error:
            log.error("database error", error=str(error), path=request.url.path)
            return problem(request, DatabaseAway())
        except Exception:
            log.exception("unexpected error", path=request.url.path)
            return problem(request, InternalError(correlation_id=correlation_id.get()))

    return endpoint


class Endpoints:
    """Makes the endpoints of an installation."""

    def __init__(self, installation: Installation, doorkeeper: Doorkeeper) -> None:
        self._installation = installation
        self._doorkeeper = doorkeeper

    def command(self, entry: Entry) -> Endpoint:
        """POST: check the role, read the command, carry it out, answer result, position and version."""

        async def answer(request: Request) -> Response:
            body = await body_of(request, self._installation.settings.max_body_bytes)
            return await run_sync(self._carry_out, entry, request, body)

        return guarded(answer)

    def view(self, view: View) -> Endpoint:
        """GET: check the role, wait for `min_position`, answer the query."""

        async def answer(request: Request) -> Response:
            return await run_sync(self._look_up, view, request)

        return guarded(answer)

    def sign_in(self) -> Endpoint:
        """POST e-mail and password, answer a token."""

        async def answer(request: Request) -> Response:
            body = await body_of(request, 10_000)
            require({"email", "password"} <= body.keys(), NotJson)
            house = self.house(request)
            token = await run_sync(
                self._doorkeeper.sign_in, str(body["email"]), str(body["password"]), house.company_id, house.reader
            )
            return _json({"token": token, "token_type": "Bearer"})

        return guarded(answer)

    def house(self, request: Request) -> House:
        """The house that the address names. Raises `CompanyUnknown`."""
        slug = request.path_params["company"]
        try:
            return self._installation.house(slug)
        except UnknownCompany as error:
            raise CompanyUnknown(company=slug) from error

    def caller(self, request: Request, house: House) -> Caller:
        """Who is asking. Raises `NotSignedIn`, `TokenExpired`."""
        return self._doorkeeper.caller(request.headers.get("authorization"), house.company_id, house.reader)

    def _carry_out(self, entry: Entry, request: Request, body: dict[str, Any]) -> Response:
        house = self.house(request)
        caller = self.caller(request, house)
        check_role(caller, entry.roles)
        asked = ActAsked.model_validate(body.pop("act", None) or {})
        in_path = {name: request.path_params[name] for name in fields_of(entry.path)}
        cmd = entry.command.model_validate_json(to_json({**body, **in_path}))
        act = Act(by=f"user:{caller.user_id}", at=asked.instant(now()), why=asked.why)
        command_id = command_id_of(request)
        outcome = house.desk.execute(
            entry,
            cmd,
            act,
            command_id,
            expected_version=version_of(request),
            metadata={"actor": caller.user_id, "correlation": correlation_id.get()},
        )
        headers = {"x-position": str(outcome.position), "idempotency-key": str(command_id), **_etag(outcome)}
        answer = {
            "result": outcome.result,
            "position": outcome.position,
            "version": outcome.version,
            "command_id": command_id,
            "repeated": outcome.repeated,
        }
        return _json(answer, 200 if "{" in entry.path else 201, headers)

    def _look_up(self, view: View, request: Request) -> Response:
        house = self.house(request)
        check_role(self.caller(request, house), view.roles)
        params = dict(request.query_params)
        asked = {name: params.pop(name) for name in RESERVED & params.keys() if name not in view.ask.model_fields}
        in_path = {name: request.path_params[name] for name in fields_of(view.path)}
        extra = Reserved.model_validate_strings(asked)
        if extra.as_of is not None and in_path:
            return self._as_of(house, view, in_path, extra)
        ask = view.ask.model_validate_strings({**params, **in_path})
        fresh = extra.min_position is None or house.reader.wait(view.models, extra.min_position)
        data = view.query(house.reader, ask)
        require(data is not None, RecordNotFound)
        return _json({"data": data, "stale": not fresh})

    def _as_of(self, house: House, view: View, in_path: dict[str, Any], extra: Reserved) -> Response:
        ask = view.ask.model_validate_strings(in_path)
        stream_id = getattr(ask, fields_of(view.path)[-1])
        record = house.reader.record(stream_id, known_at=extra.as_of)
        require(record is not None, RecordNotFound)
        return _json({"data": state_of(record), "stale": False, "as_of": extra.as_of})


class Reserved(Ask):
    """Query parameters that every view takes beside its own."""

    min_position: int | None = None
    as_of: Instant | None = None


def fields_of(path: str) -> list[str]:
    """The names in braces of a catalogue path."""
    return re.findall(r"{(\w+)}", path)


def _etag(outcome: Outcome) -> dict[str, str]:
    return {} if outcome.version is None else {"etag": f'"{outcome.version}"'}


def _json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(to_json(body, by_alias=True), status, headers, "application/json")
