"""The catalogues over HTTP: one endpoint a command, one a view, all of the same shape."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import InvalidOperation
from functools import partial
from typing import Any

from anyio.to_thread import run_sync
from eventsourcing.persistence import PersistenceError
from psycopg import DataError
from psycopg import Error as DatabaseError
from psycopg_pool import PoolTimeout
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from aggregates.base import Act, Refusal, require
from commands.base import Entry
from gateways.http.answers import done, json_answer
from gateways.http.auth import Caller, Doorkeeper, check_role
from gateways.http.limits import ValuesUnusable, check_values
from gateways.http.looking_back import head_then, past_told, seen_from, state_then
from gateways.http.own_only import own_answer, own_command, own_question
from gateways.http.pages import PLAIN, has_page, page
from gateways.http.print_head import Head, head_of
from gateways.http.problems import (
    CompanyMoving,
    CompanyUnknown,
    DatabaseAway,
    InternalError,
    PathDisagrees,
    RecordNotFound,
    ValueOutOfBounds,
    ValueUnusable,
    invalid,
    language_of,
    problem,
)
from gateways.http.requests import (
    ActAsked,
    body_of,
    command_id_of,
    new_command_id,
    now,
    raw_body_of,
    read_json,
    staying,
    version_of,
)
from gateways.http.reserved import Reserved, ReservedOfList, ReservedOfRecord, fields_of, reserved_of
from gateways.http.table_rows import summed, totals_of
from gateways.http.tables import JSON, Format, format_of, list_answer, preferred, record_answer, rows_of
from gateways.i18n import told
from gateways.logs import correlation_id, log
from gateways.postgres.companies import UnknownCompany
from gateways.postgres.event_log import CompanyClosed
from gateways.spoken import spoken, tells_refusals
from gateways.wiring import House, Installation
from projections.base import Ask, Page, Reader, View
from projections.catalog import HISTORIANS

Endpoint = Callable[[Request], Awaitable[Response]]
MOST_SIGN_IN_BYTES = 10_000


def guarded(answer: Endpoint) -> Endpoint:
    """Turns whatever goes wrong inside into a problem."""

    async def endpoint(request: Request) -> Response:
        try:
            return await answer(request)
        except ValidationError as error:
            return invalid(request, error.errors(include_url=False))
        except ValuesUnusable as error:
            return invalid(request, error.findings)
        except Refusal as refusal:
            return problem(request, refusal)
        except ValueError as error:
            log.warning("value unusable", path=request.url.path, exc_info=True)
            return problem(request, ValueUnusable(reason=told(str(error), language_of(request))))
        except (OverflowError, InvalidOperation, DataError):
            log.warning("value out of bounds", path=request.url.path, exc_info=True)
            return problem(request, ValueOutOfBounds())
        except CompanyClosed:
            return problem(request, CompanyMoving())
        except (DatabaseError, PersistenceError, PoolTimeout) as error:
            log.error("database error", error=str(error), path=request.url.path)
            return problem(request, DatabaseAway())
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception:
            log.exception("unexpected error", path=request.url.path)
            return problem(request, InternalError(correlation_id=correlation_id.get()))

    return endpoint


class SignIn(BaseModel):
    """Who wants to enter."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=254, examples=["gino@example.it"])
    password: str = Field(max_length=1000, examples=["a long password"])


class Endpoints:
    """Makes the endpoints of an installation."""

    def __init__(self, installation: Installation, doorkeeper: Doorkeeper) -> None:
        self._installation = installation
        self._doorkeeper = doorkeeper

    def command(self, entry: Entry) -> Endpoint:
        """POST: check the role, read the command, carry it out, answer result, position and version."""
        path_fields = fields_of(entry.path)
        status = status_of(entry)

        async def answer(request: Request) -> Response:
            raw = await raw_body_of(request, self._installation.settings.max_body_bytes)
            return await run_sync(self._carry_out, entry, path_fields, status, request, raw)

        return guarded(answer)

    def view(self, view: View, *, as_page: bool = False) -> Endpoint:
        """GET: check the role, wait for `min_position`, answer the query; `as_page` as text for people."""
        path_fields = fields_of(view.path)

        async def answer(request: Request) -> Response:
            return await run_sync(self._look_up, view, path_fields, request, as_page)

        return guarded(answer)

    def sign_in(self) -> Endpoint:
        """POST e-mail and password, answer a token."""

        async def answer(request: Request) -> Response:
            asked = SignIn.model_validate(await body_of(request, MOST_SIGN_IN_BYTES))
            check_values(asked)
            return await run_sync(self._sign_in, request, asked)

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

    def _carry_out(self, entry: Entry, path_fields: list[str], status: int, request: Request, raw: bytes) -> Response:
        house = self.house(request)
        caller = self.caller(request, house)
        check_role(caller, entry.roles)
        body = read_json(raw)
        asked = ActAsked.model_validate(body.pop("act", None) or {})
        for name in path_fields:
            given = request.path_params[name]
            require(body.setdefault(name, given) == given, PathDisagrees, field=name)
        cmd = entry.command.model_validate(body)
        check_values(asked)
        check_values(cmd)
        given_id = command_id_of(request)
        cmd = own_command(entry, cmd, given_id, caller, house)
        command_id = given_id or new_command_id()
        outcome = house.desk.execute(
            entry,
            cmd,
            Act(by=f"user:{caller.user_id}", at=asked.instant(now()), why=asked.why),
            command_id,
            expected_version=version_of(request),
            metadata={
                "actor": caller.user_id,
                "roles": sorted(caller.roles),
                "correlation": correlation_id.get(),
            },
        )
        return done(outcome, command_id, status, language_of(request))

    def _look_up(self, view: View, path_fields: list[str], request: Request, as_page: bool) -> Response:
        house = self.house(request)
        caller = self.caller(request, house)
        check_role(caller, view.roles)
        params = dict(request.query_params)
        reserved = reserved_of(view)
        extra = reserved.model_validate_strings(
            {name: params.pop(name) for name in reserved.model_fields if name in params}
        )
        ask = view.ask.model_validate_strings({**params, **{name: request.path_params[name] for name in path_fields}})
        if "asked_by" in view.ask.model_fields:  # never as the request says: the token knows
            ask = ask.model_copy(update={"asked_by": f"user:{caller.user_id}"})
        check_values(ask)
        ask = own_question(view.name, ask, caller, house)
        with seen_from(house, view, extra, caller) as seen:
            return self._answer(view, path_fields, seen, ask, caller, request, extra, as_page)

    def _answer(
        self,
        view: View,
        path_fields: list[str],
        house: House,
        ask: Ask,
        caller: Caller,
        request: Request,
        extra: Reserved,
        as_page: bool,
    ) -> Response:
        form = format_of(extra.format, request)
        head = partial(self._head, view, ask, house, caller, request)
        if isinstance(extra, ReservedOfRecord) and extra.as_of is not None:
            check_role(caller, HISTORIANS)
            state = state_then(house, getattr(ask, path_fields[-1]), extra.as_of)
            if form != "json":
                return record_answer(view, form, state, head(), self._installation.press)
            return json_answer({"data": state, "stale": False, "as_of": extra.as_of})
        fresh = extra.min_position is None or house.reader.wait(view.models, extra.min_position)
        if isinstance(extra, ReservedOfList) and (form != "json" or extra.totals):
            answer = self._whole_list(view, form, house, ask, caller, request, extra, fresh)
        else:
            data = _told(view, house.reader, ask, caller, request)
            if as_page or (not extra.format and has_page(view) and preferred(request, JSON, PLAIN) == PLAIN):
                return page(view, data, language_of(request))
            if form == "json":
                return json_answer({"data": data, "stale": not fresh, **past_told(house.reader)})
            answer = record_answer(view, form, data, head(), self._installation.press)
        answer.headers["x-stale"] = str(not fresh).lower()
        return answer

    def _whole_list(
        self,
        view: View,
        form: Format,
        house: House,
        ask: Ask,
        caller: Caller,
        request: Request,
        extra: ReservedOfList,
        fresh: bool,
    ) -> Response:
        """A list with all its rows or the sum of them, read in one snapshot."""
        assert isinstance(ask, Page)
        stay = staying(request)
        with house.reader.snapshot() as reader:

            def ask_page(part: Page) -> Any:
                stay()
                return _told(view, reader, part, caller, request)

            if form == "json":
                totals = summed(ask, ask_page, totals_of(view)).told()
                data = {**ask_page(ask), "totals": totals}
                return json_answer({"data": data, "stale": not fresh, **past_told(house.reader)})
            rows = rows_of(view, form, ask, "limit" in request.query_params, ask_page)
        head, press = self._head(view, ask, house, caller, request), self._installation.press
        return list_answer(view, form, rows, head, press, stay, has_comma=extra.decimal == "comma")

    def _head(self, view: View, ask: Ask, house: House, caller: Caller, request: Request) -> Head:
        language = language_of(request)
        by, archive = caller.user_id, self._installation.archive
        head = head_of(view, ask, house.reader, house.company_id, by, language, now(), archive)
        return head_then(head, house.reader)

    def _sign_in(self, request: Request, asked: SignIn) -> Response:
        house = self.house(request)
        token = self._doorkeeper.sign_in(asked.email, asked.password, house.company_id, house.reader)
        return json_answer({"token": token, "token_type": "Bearer"})


def status_of(entry: Entry) -> int:
    """What a command answers: 201 where it makes something, 200 where it changes something."""
    return 200 if "{" in entry.path else 201


def _told(view: View, reader: Reader, ask: Ask, caller: Caller, request: Request) -> Any:
    data = view.query(reader, ask)
    require(data is not None, RecordNotFound)
    return spoken(own_answer(view.name, data, caller), language_of(request), also_italian=tells_refusals(view.name))
