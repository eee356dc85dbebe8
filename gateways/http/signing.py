"""Signing a report from afar over HTTP (firma a distanza): a secret address, a one-time code, one signature.

The secret and the code are shown once, to whoever asked for them; the log keeps hashes. The code's hash needs a secret
of the installation too: a code has six digits, and a bare hash of it would be no secret at all. Addresses of callers
are not kept.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from anyio.to_thread import run_sync
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import from_json, to_json
from starlette.requests import Request
from starlette.responses import Response

from aggregates import roles
from aggregates.base import Act, Refusal, require
from aggregates.call import Call
from aggregates.signing_link import CODE_HOLDS, MOST_TRIES, SigningLink
from aggregates.work_report import SHA256, document_sha256, document_to_sign
from commands.catalog import BY_NAME as COMMANDS
from commands.signing_link import MAKE_CODE, SIGN, TRY, MakeSigningCode, SignByLink, TrySigningCode, check_current
from gateways.http.auth import Caller, check_role
from gateways.http.endpoints import Endpoint, Endpoints, guarded
from gateways.http.limits import check_values
from gateways.http.openapi_parts import COMPANY, READING, REF, WRITING, answer, refusals, with_roles
from gateways.http.own_only import check_own_record, own_command
from gateways.http.problems import RecordNotFound
from gateways.http.requests import body_of, now
from gateways.wiring import House, Installation
from projections.signing_links import link_by_secret

ASK_PATH = "/v1/{company}/calls/{call_id}/reports/{report_id}/ask-signature"
CODE_PATH = "/v1/{company}/signing-links/{link_id}/make-code"
SIGN_PATH = "/v1/{company}/sign/{secret}"
TRY_PATH = "/v1/{company}/sign/{secret}/code"
OPEN_PATHS = frozenset({SIGN_PATH, TRY_PATH})
"""Addresses whose secret is their key."""
M = TypeVar("M", bound=BaseModel)
ASKERS = roles.ON_SITE
MOST_BYTES = 20_000
SYSTEM = "system:signing-link"


class CodeWrong(Refusal):
    """The code is wrong; {left} tries are left."""

    status = 403


class LinkUnknown(Refusal):
    """There is nothing to sign here; check the address, or ask for a new one."""

    status = 404


class SignatureWanted(BaseModel):
    """Who is asked to sign."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=200, examples=["Anna Verdi"])
    email: str | None = Field(default=None, max_length=254, examples=["anna@example.it"])
    phone: str | None = Field(default=None, max_length=40)
    valid_days: int = Field(default=7, ge=1, le=60)


class CodeEntered(BaseModel):
    """The code as the signer read it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[0-9]{6}$", examples=["042817"])


class SignedFromAfar(BaseModel):
    """A signature under what was shown: a name, and a drawing's hash where one was made; nothing biometric."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=200, examples=["Anna Verdi"])
    role: str | None = Field(default=None, max_length=100, examples=["Responsabile di sala"])
    document_sha256: str = Field(pattern=SHA256)
    image_sha256: str | None = Field(default=None, pattern=SHA256)


def mount(app: FastAPI, installation: Installation, endpoints: Endpoints) -> None:
    """Add the routes."""
    routes = _Signing(endpoints, installation.secret("token_key"))
    for path, method, answers in (
        (ASK_PATH, "POST", routes.ask),
        (CODE_PATH, "POST", routes.code),
        (SIGN_PATH, "GET", routes.show),
        (TRY_PATH, "POST", routes.enter),
        (SIGN_PATH, "POST", routes.sign),
    ):
        app.router.add_route(path, _endpoint(answers), methods=[method])


def _endpoint(answers: Callable[[Request, Mapping[str, Any]], Response]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        body = await body_of(request, MOST_BYTES) if request.method == "POST" else {}
        return await run_sync(answers, request, body)

    return guarded(endpoint)


class _Signing:
    def __init__(self, endpoints: Endpoints, pepper: bytes) -> None:
        self._endpoints = endpoints
        self._pepper = pepper

    def ask(self, request: Request, body: Mapping[str, Any]) -> Response:
        """POST: ask somebody to sign; the secret is told once."""
        house, caller = self._asker(request)
        wanted = _read(SignatureWanted, body)
        secret = secrets.token_urlsafe(32)
        path = {name: request.path_params[name] for name in ("call_id", "report_id")}
        entry = COMMANDS["ask-signature"]
        asked = entry.command.model_validate({**path, **wanted.model_dump(), "secret_sha256": _hash(secret)})
        own = own_command(entry, asked, None, caller, house)
        done = house.desk.execute(entry, own, Act(by=f"user:{caller.user_id}", at=now()))
        address = SIGN_PATH.format(company=house.slug, secret=secret)
        return _json({**done.result, "secret": secret, "address": address, "position": done.position}, 201)

    def code(self, request: Request, _: Mapping[str, Any]) -> Response:
        """POST: a new one-time code, told once, to be handed over by another way than the address."""
        house, caller = self._asker(request)
        link_id = _uuid(request.path_params["link_id"])
        check_own_record(link_id, caller, house)
        code = f"{secrets.randbelow(1_000_000):06}"
        made = MakeSigningCode(link_id=link_id, code_sha256=self._code_hash(link_id, code))
        house.desk.execute(MAKE_CODE, made, Act(by=f"user:{caller.user_id}", at=now()))
        return _json({"code": code, "minutes": int(CODE_HOLDS.total_seconds() // 60)}, 201)

    def show(self, request: Request, _: Mapping[str, Any]) -> Response:
        """GET: what is to be signed."""
        _house, link, call = self._link(request)
        link.check_open(now())
        check_current(link, call)
        report = call.reports[link.asked.report_id]
        document = document_to_sign(call.id, report)
        told = {
            "signer": link.signer.name,
            "revision": report.revision,
            "document": from_json(document),
            "text": document,
            "document_sha256": document_sha256(call.id, report),
            "expires_at": link.expires_at,
        }
        return _json(told)

    def enter(self, request: Request, body: Mapping[str, Any]) -> Response:
        """POST: the one-time code."""
        house, link, _ = self._link(request)
        entered = _read(CodeEntered, body)
        tried = TrySigningCode(link_id=link.id, code_sha256=self._code_hash(link.id, entered.code))
        result = house.desk.execute(TRY, tried, Act(by=SYSTEM, at=now())).result
        require(result["confirmed"], CodeWrong, left=max(0, MOST_TRIES - result["tries"]))
        return _json({"confirmed": True})

    def sign(self, request: Request, body: Mapping[str, Any]) -> Response:
        """POST: the signature."""
        house, link, _ = self._link(request)
        signed = _read(SignedFromAfar, body)
        agent = request.headers.get("user-agent", "")[:300] or None
        command = SignByLink(link_id=link.id, user_agent=agent, **signed.model_dump())
        check_values(command)
        done = house.desk.execute(SIGN, command, Act(by=SYSTEM, at=now()))
        return _json({"signed": True, "position": done.position})

    def _asker(self, request: Request) -> tuple[House, Caller]:
        house = self._endpoints.house(request)
        caller = self._endpoints.caller(request, house)
        check_role(caller, ASKERS)
        return house, caller

    def _link(self, request: Request) -> tuple[House, SigningLink, Call]:
        """The link of the address. Every wrong address reads the same. Raises `LinkUnknown`."""
        house = self._endpoints.house(request)
        link_id = link_by_secret(house.reader, _hash(request.path_params["secret"]))
        link = house.reader.record(link_id) if link_id else None
        call = house.reader.record(link.asked.call_id) if isinstance(link, SigningLink) else None
        if not isinstance(link, SigningLink) or not isinstance(call, Call):
            raise LinkUnknown
        return house, link, call

    def _code_hash(self, link_id: UUID, code: str) -> str:
        return hmac.new(self._pepper, f"signing-code {link_id} {code}".encode(), "sha256").hexdigest()


def _read(model: type[M], body: Mapping[str, Any]) -> M:
    read = model.model_validate(body)
    check_values(read)
    return read


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise RecordNotFound from error


def _json(body: Any, status: int = 200) -> Response:
    return Response(to_json(body), status, {"cache-control": "no-store"}, "application/json")


def describe() -> dict[str, dict[str, Any]]:
    """The routes as the API's description tells them."""
    ids = {name: {"name": name, "in": "path", "required": True, "schema": UUID_SCHEMA} for name in IDS}
    secret = {"name": "secret", "in": "path", "required": True, "schema": {"type": "string"}}
    asked = _operation("ask-report-signature", "Ask somebody to sign a report; the secret address is told once.")
    code = _operation("make-signing-code", "Make a one-time code for a signing link; it is told once.")
    for operation in (asked, code):
        operation["description"] = with_roles(operation["description"], ASKERS)
        operation["x-roles"] = sorted(ASKERS)
    asked |= _body(SignatureWanted) | {"parameters": [COMPANY, ids["call_id"], ids["report_id"]]}
    code |= {"parameters": [COMPANY, ids["link_id"]]}
    shown = _operation("show-report-to-sign", "What is to be signed.", READING)
    tried = _operation("enter-signing-code", "Enter the one-time code.") | _body(CodeEntered)
    signed = _operation("sign-from-afar", "Sign what was shown.") | _body(SignedFromAfar)
    for operation in (shown, tried, signed):
        operation |= {"parameters": [COMPANY, secret], "security": []}
    return {
        ASK_PATH: {"post": asked},
        CODE_PATH: {"post": code},
        SIGN_PATH: {"get": shown, "post": signed},
        TRY_PATH: {"post": tried},
    }


IDS = ("call_id", "report_id", "link_id")
UUID_SCHEMA = {"type": "string", "format": "uuid"}
OPERATION = "The secret in the address is the key. A link is used once, locked after five wrong codes, and expires."


def _operation(name: str, summary: str, statuses: tuple[str, ...] = WRITING) -> dict[str, Any]:
    made = "201" if name in ("ask-report-signature", "make-signing-code") else "200"
    gone = {"410": {"description": "The link can no longer be used.", "content": GONE}}
    return {
        "operationId": name,
        "tags": ["signing-links"],
        "summary": summary,
        "description": OPERATION,
        "responses": {made: answer("Done.", {"type": "object"}), **gone, **refusals(statuses)},
    }


GONE = {"application/problem+json": {"schema": {"$ref": REF.format(model="Problem")}}}


def _body(model: type[BaseModel]) -> dict[str, Any]:
    schema = {"$ref": REF.format(model=model.__name__)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
