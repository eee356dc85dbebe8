"""Answering a quote from afar over HTTP (risposta al preventivo): a secret address, a one-time code, one answer (R7.3).

The customer needs no account: the page works without a script, the same addresses answer JSON to programs. Secret and
code follow from the installation's own secret, so that e-mails can be written without keeping either.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID, uuid4

from anyio.to_thread import run_sync
from fastapi import FastAPI
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from aggregates.base import Act, Refusal, require
from aggregates.quote import Quote
from aggregates.quote_link import QuoteLink
from aggregates.secret_link import CODE_HOLDS, MOST_TRIES
from commands.quote_link import (
    ANSWER,
    ASK,
    MAKE_CODE,
    TRY,
    AnswerQuoteByLink,
    AskQuoteAnswer,
    MakeQuoteCode,
    TryQuoteCode,
)
from gateways.documents.archive import NotArchived
from gateways.documents.issuer import archive_key
from gateways.http.attempts import Attempts
from gateways.http.documents import FileUnusable
from gateways.http.endpoints import Endpoint, Endpoints, guarded
from gateways.http.limits import ValuesUnusable, check_values
from gateways.http.problems import RecordNotFound, language_of
from gateways.http.quote_links_doc import (
    ASK_PATH,
    ASKERS,
    CODE_PATH,
    FILE_PATH,
    SEND_PATH,
    SHOW_PATH,
    TRY_PATH,
    AnswerWanted,
    QuoteAnswered,
)
from gateways.http.requests import now, raw_body_of, read_json
from gateways.http.secret_links import (
    MOST_BYTES,
    CodeEntered,
    CodeWrong,
    SecretRoutes,
    endpoint,
    plain,
    read,
    record_id,
)
from gateways.i18n import translator
from gateways.link_secrets import link_secret, one_time_code, quote_path, secret_hash
from gateways.offers import offer
from gateways.quote_page import HEADERS, answer_page, quote_page
from gateways.wiring import House, Installation
from projections.quote_links import quote_document, quote_link_by_secret

SYSTEM = "system:quote-link"
MOST_OF_A_CALLER, HOUR_S = 30, 3600.0
"""Codes sent, and wrong ones tried, of all links together from one address in an hour; counted in this process."""
FORM = "application/x-www-form-urlencoded"


class TooManyFromHere(Refusal):
    """Too many codes were asked for or tried from here; try again in {retry_after} seconds, or call us."""

    status = 429


class OfferUnknown(Refusal):
    """There is no offer here; check the address, or ask us for a new one."""

    status = 404


def mount(app: FastAPI, installation: Installation, endpoints: Endpoints) -> None:
    """Add the routes."""
    routes = _Answers(installation, endpoints, installation.secret("token_key"))
    app.router.add_route(ASK_PATH, endpoint(routes.ask), methods=["POST"])
    app.router.add_route(CODE_PATH, endpoint(routes.tell_code), methods=["POST"])
    app.router.add_route(SHOW_PATH, endpoint(routes.show), methods=["GET"])
    app.router.add_route(FILE_PATH, endpoint(routes.file), methods=["GET"])
    app.router.add_route(SEND_PATH, routes.posted(routes.send_code), methods=["POST"])
    app.router.add_route(TRY_PATH, routes.posted(routes.enter), methods=["POST"])
    app.router.add_route(SHOW_PATH, routes.posted(routes.answer), methods=["POST"])


class _Answers(SecretRoutes):
    ASKERS = ASKERS
    CODE = "quote-code"

    def __init__(self, installation: Installation, endpoints: Endpoints, pepper: bytes) -> None:
        super().__init__(endpoints, pepper)
        self._installation = installation
        self._sent, self._tried = (Attempts(MOST_OF_A_CALLER, HOUR_S, refusal=TooManyFromHere) for _unused in range(2))

    # For us

    def ask(self, request: Request, body: Mapping[str, Any]) -> Response:
        """POST: ask a customer to answer; the secret is told once."""
        house, caller = self._asker(request)
        wanted, link_id = read(AnswerWanted, body), uuid4()
        secret = link_secret(self._pepper, link_id)
        quote_id = record_id(request.path_params["quote_id"])
        asked = AskQuoteAnswer(
            quote_id=quote_id, link_id=link_id, secret_sha256=secret_hash(secret), **wanted.model_dump()
        )
        done = house.desk.execute(ASK, asked, Act(by=f"user:{caller.user_id}", at=now()))
        told = {"secret": secret, "address": quote_path(house.slug, secret), "position": done.position}
        return plain({**done.result, **told}, 201)

    def tell_code(self, request: Request, _: Mapping[str, Any]) -> Response:
        """POST: a new one-time code, told once, for us to hand over by telephone."""
        house, caller = self._asker(request)
        code = self._make_code(
            house, record_id(request.path_params["link_id"]), f"user:{caller.user_id}", by_email=False
        )
        return plain({"code": code, "minutes": int(CODE_HOLDS.total_seconds() // 60)}, 201)

    # For the customer

    def show(self, request: Request, _: Mapping[str, Any]) -> Response:
        """GET: what is offered, as it was sent; a page to browsers."""
        if not _is_page(request):
            return plain(self._offer(request))
        try:
            return self._page(request, None)
        except Refusal as refusal:
            return _told(request, refusal)

    def file(self, request: Request, _: Mapping[str, Any]) -> Response:
        """GET: the PDF of an alternative from the archive."""
        house, link, quote = self._link(request)
        link.check_open(now())
        shown = next((one for one in link.offers if one.alternative == request.path_params["alternative"]), None)
        found = quote_document(house.reader, quote.id, shown.alternative, shown.revision) if shown else None
        if found is None:
            raise RecordNotFound
        try:
            _card, data = self._installation.archive.get(archive_key(house, "quote", quote.id, found["version"]))
        except NotArchived as error:
            raise FileUnusable(name=found["file_name"]) from error
        require(hashlib.sha256(data).hexdigest() == found["sha256"], FileUnusable, name=found["file_name"])
        shown_as = {"content-disposition": f'inline; filename="{found["file_name"]}"', "cache-control": "no-store"}
        return Response(data, 200, {**HEADERS, **shown_as}, "application/pdf")

    def send_code(self, request: Request, _: Mapping[str, Any]) -> Response:
        """POST: a new code by e-mail to the person that the link was made for."""
        house, link, _quote = self._link(request)
        self._sent.begin(_caller(request))
        self._make_code(house, link.id, SYSTEM, by_email=True)
        return plain({"sent": True}, 202)

    def enter(self, request: Request, body: Mapping[str, Any]) -> Response:
        """POST: the one-time code."""
        house, link, _ = self._link(request)
        entered = read(CodeEntered, body)
        self._tried.begin(_caller(request))
        tried = TryQuoteCode(link_id=link.id, code_sha256=self._code_hash(link.id, entered.code))
        result = house.desk.execute(TRY, tried, Act(by=SYSTEM, at=now())).result
        require(result["confirmed"], CodeWrong, left=max(0, MOST_TRIES - result["tries"]))
        self._tried.succeeded(_caller(request))
        return plain({"confirmed": True})

    def answer(self, request: Request, body: Mapping[str, Any]) -> Response:
        """POST: yes to one alternative, or no to all."""
        house, link, _ = self._link(request)
        said = read(QuoteAnswered, body)
        agent = request.headers.get("user-agent", "")[:300] or None
        command = AnswerQuoteByLink(link_id=link.id, user_agent=agent, **said.model_dump())
        check_values(command)
        done = house.desk.execute(ANSWER, command, Act(by=SYSTEM, at=now()))
        return plain({"answer": said.answer.value, "position": done.position})

    def posted(self, answers: Any) -> Endpoint:
        """A route that takes JSON from programs and forms from the page; a form is answered with a page."""

        async def run(request: Request) -> Response:
            raw = await raw_body_of(request, MOST_BYTES)
            if request.headers.get("content-type", "").partition(";")[0].strip() != FORM:
                return await run_sync(answers, request, read_json(raw) if raw else {})
            return await run_sync(self._after_form, request, answers, _form(raw))

        return guarded(run)

    def _after_form(self, request: Request, answers: Any, fields: Mapping[str, Any]) -> Response:
        say = translator(language_of(request))
        try:
            response: Response = answers(request, fields)
        except Refusal as refusal:
            return self._page_or_told(request, refusal)
        except (ValidationError, ValuesUnusable):
            return self._page(request, say(_("Some fields are missing or cannot be used; check them.")))
        if answers == self.answer:
            return HTMLResponse(answer_page(say(THANKS), language_of(request)), 200, HEADERS)
        if response.status_code == 202:
            return self._page(request, say(_("The code is on its way to your mailbox.")))
        address = quote_path(request.path_params["company"], request.path_params["secret"])
        return RedirectResponse(address, 303, HEADERS)

    def _page_or_told(self, request: Request, refusal: Refusal) -> Response:
        """What was refused, above the offer where that can still be shown."""
        try:
            return self._page(request, refusal.sentence(translator(language_of(request))), refusal.status)
        except Refusal as over:
            return _told(request, over)

    def _page(self, request: Request, note: str | None, status: int = 200) -> Response:
        offer, language = self._offer(request), language_of(request)
        address = quote_path(request.path_params["company"], request.path_params["secret"])
        return HTMLResponse(quote_page(offer, address, language, note), status, HEADERS)

    def _offer(self, request: Request) -> dict[str, Any]:
        house, link, quote = self._link(request)
        return offer(house, link, quote, now())

    def _make_code(self, house: House, link_id: UUID, by: str, *, by_email: bool) -> str:
        nonce = secrets.token_hex(16)
        code = one_time_code(self._pepper, link_id, nonce)
        made = MakeQuoteCode(
            link_id=link_id, code_sha256=self._code_hash(link_id, code), nonce=nonce, by_email=by_email
        )
        house.desk.execute(MAKE_CODE, made, Act(by=by, at=now()))
        return code

    def _link(self, request: Request) -> tuple[House, QuoteLink, Quote]:
        """The link of the address. Every wrong address reads the same. Raises `OfferUnknown`."""
        house = self._endpoints.house(request)
        link_id = quote_link_by_secret(house.reader, secret_hash(request.path_params["secret"]))
        link = house.reader.record(link_id) if link_id else None
        quote = house.reader.record(link.quote.id) if isinstance(link, QuoteLink) else None
        if not isinstance(link, QuoteLink) or not isinstance(quote, Quote):
            raise OfferUnknown
        return house, link, quote


def _(message: str) -> str:
    return message


THANKS = _("Thank you: we have your answer. You can close this page.")


def _caller(request: Request) -> str:
    """Where a request comes from, as the server or the proxy that it trusts saw it."""
    return request.client.host if request.client else ""


def _is_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _told(request: Request, refusal: Refusal) -> Response:
    language = language_of(request)
    return HTMLResponse(answer_page(refusal.sentence(translator(language)), language), refusal.status, HEADERS)


def _form(raw: bytes) -> dict[str, Any]:
    """The fields of a form; one left empty is left out."""
    fields: dict[str, Any] = dict(parse_qs(raw.decode(errors="replace"), max_num_fields=200))
    options = fields.pop("options", [])
    return {**{name: values[0] for name, values in fields.items()}, **({"options": options} if options else {})}
