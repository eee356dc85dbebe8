"""Signing a report from afar over HTTP (firma a distanza): a secret address, a one-time code, one signature.

The secret and the code are shown once, to whoever asked for them; the log keeps hashes. Addresses of callers are not
kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import from_json
from starlette.requests import Request
from starlette.responses import Response

from aggregates import roles
from aggregates.base import Act, Refusal, require
from aggregates.call import Call
from aggregates.secret_link import CODE_HOLDS, MOST_TRIES
from aggregates.signing_link import SigningLink
from aggregates.work_report import SHA256, document_sha256, document_to_sign
from commands.catalog import BY_NAME as COMMANDS
from commands.signing_link import MAKE_CODE, SIGN, TRY, MakeSigningCode, SignByLink, TrySigningCode, check_current
from gateways.http.endpoints import Endpoints
from gateways.http.limits import check_values
from gateways.http.openapi_parts import COMPANY, READING, WRITING, with_roles
from gateways.http.own_only import check_own_record, own_command
from gateways.http.requests import now
from gateways.http.secret_links import (
    SECRET,
    CodeEntered,
    CodeWrong,
    SecretRoutes,
    body_schema,
    endpoint,
    in_path,
    operation,
    plain,
    read,
    record_id,
)
from gateways.link_secrets import secret_hash
from gateways.wiring import House, Installation
from projections.signing_links import link_by_secret

ASK_PATH = "/v1/{company}/calls/{call_id}/reports/{report_id}/ask-signature"
CODE_PATH = "/v1/{company}/signing-links/{link_id}/make-code"
SIGN_PATH = "/v1/{company}/sign/{secret}"
TRY_PATH = "/v1/{company}/sign/{secret}/code"
OPEN_PATHS = frozenset({SIGN_PATH, TRY_PATH})
"""Addresses whose secret is their key."""
ASKERS = roles.ON_SITE
SYSTEM = "system:signing-link"


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
        app.router.add_route(path, endpoint(answers), methods=[method])


class _Signing(SecretRoutes):
    ASKERS = ASKERS
    CODE = "signing-code"

    def ask(self, request: Request, body: Mapping[str, Any]) -> Response:
        """POST: ask somebody to sign; the secret is told once."""
        house, caller = self._asker(request)
        wanted = read(SignatureWanted, body)
        secret = secrets.token_urlsafe(32)
        path = {name: request.path_params[name] for name in ("call_id", "report_id")}
        entry = COMMANDS["ask-signature"]
        asked = entry.command.model_validate({**path, **wanted.model_dump(), "secret_sha256": secret_hash(secret)})
        own = own_command(entry, asked, None, caller, house)
        done = house.desk.execute(entry, own, Act(by=f"user:{caller.user_id}", at=now()))
        address = SIGN_PATH.format(company=house.slug, secret=secret)
        return plain({**done.result, "secret": secret, "address": address, "position": done.position}, 201)

    def code(self, request: Request, _: Mapping[str, Any]) -> Response:
        """POST: a new one-time code, told once, to be handed over by another way than the address."""
        house, caller = self._asker(request)
        link_id = record_id(request.path_params["link_id"])
        check_own_record(link_id, caller, house)
        code = f"{secrets.randbelow(1_000_000):06}"
        made = MakeSigningCode(link_id=link_id, code_sha256=self._code_hash(link_id, code))
        house.desk.execute(MAKE_CODE, made, Act(by=f"user:{caller.user_id}", at=now()))
        return plain({"code": code, "minutes": int(CODE_HOLDS.total_seconds() // 60)}, 201)

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
        return plain(told)

    def enter(self, request: Request, body: Mapping[str, Any]) -> Response:
        """POST: the one-time code."""
        house, link, _ = self._link(request)
        entered = read(CodeEntered, body)
        tried = TrySigningCode(link_id=link.id, code_sha256=self._code_hash(link.id, entered.code))
        result = house.desk.execute(TRY, tried, Act(by=SYSTEM, at=now())).result
        require(result["confirmed"], CodeWrong, left=max(0, MOST_TRIES - result["tries"]))
        return plain({"confirmed": True})

    def sign(self, request: Request, body: Mapping[str, Any]) -> Response:
        """POST: the signature."""
        house, link, _ = self._link(request)
        signed = read(SignedFromAfar, body)
        agent = request.headers.get("user-agent", "")[:300] or None
        command = SignByLink(link_id=link.id, user_agent=agent, **signed.model_dump())
        check_values(command)
        done = house.desk.execute(SIGN, command, Act(by=SYSTEM, at=now()))
        return plain({"signed": True, "position": done.position})

    def _link(self, request: Request) -> tuple[House, SigningLink, Call]:
        """The link of the address. Every wrong address reads the same. Raises `LinkUnknown`."""
        house = self._endpoints.house(request)
        link_id = link_by_secret(house.reader, secret_hash(request.path_params["secret"]))
        link = house.reader.record(link_id) if link_id else None
        call = house.reader.record(link.asked.call_id) if isinstance(link, SigningLink) else None
        if not isinstance(link, SigningLink) or not isinstance(call, Call):
            raise LinkUnknown
        return house, link, call


def describe() -> dict[str, dict[str, Any]]:
    """The routes as the API's description tells them."""
    asked = _operation("ask-report-signature", "Ask somebody to sign a report; the secret address is told once.")
    code = _operation("make-signing-code", "Make a one-time code for a signing link; it is told once.")
    for told in (asked, code):
        told["description"] = with_roles(told["description"], ASKERS)
        told["x-roles"] = sorted(ASKERS)
    asked |= body_schema(SignatureWanted) | {"parameters": [COMPANY, in_path("call_id"), in_path("report_id")]}
    code |= {"parameters": [COMPANY, in_path("link_id")]}
    shown = _operation("show-report-to-sign", "What is to be signed.", READING)
    tried = _operation("enter-signing-code", "Enter the one-time code.") | body_schema(CodeEntered)
    signed = _operation("sign-from-afar", "Sign what was shown.") | body_schema(SignedFromAfar)
    for told in (shown, tried, signed):
        told |= {"parameters": [COMPANY, SECRET], "security": []}
    return {
        ASK_PATH: {"post": asked},
        CODE_PATH: {"post": code},
        SIGN_PATH: {"get": shown, "post": signed},
        TRY_PATH: {"post": tried},
    }


OPERATION = "The secret in the address is the key. A link is used once, locked after five wrong codes, and expires."


def _operation(name: str, summary: str, statuses: tuple[str, ...] = WRITING) -> dict[str, Any]:
    makes = name in ("ask-report-signature", "make-signing-code")
    return operation(name, "signing-links", summary, OPERATION, statuses, makes=makes)
