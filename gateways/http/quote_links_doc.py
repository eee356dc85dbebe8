"""Addresses of answering a quote from afar, what they take, and how the API's description tells them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates import roles
from aggregates.quote_link import QuoteAnswer
from aggregates.work_report import SHA256
from gateways.http.openapi_parts import COMPANY, READING, WRITING, with_roles
from gateways.http.secret_links import SECRET, CodeEntered, body_schema, in_path, operation

ASK_PATH = "/v1/{company}/quotes/{quote_id}/ask-answer"
CODE_PATH = "/v1/{company}/quote-links/{link_id}/make-code"
SHOW_PATH = "/v1/{company}/quote-answers/{secret}"
SEND_PATH = f"{SHOW_PATH}/send-code"
TRY_PATH = f"{SHOW_PATH}/code"
FILE_PATH = f"{SHOW_PATH}/document/{{alternative}}"
OPEN_PATHS = frozenset({SHOW_PATH, SEND_PATH, TRY_PATH, FILE_PATH})
"""Addresses whose secret is their key."""
ASKERS = roles.SELLING | {roles.CALL_CENTRE}


class AnswerWanted(BaseModel):
    """Who is asked to answer a quote."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=200, examples=["Laura Bianchi"])
    email: str | None = Field(default=None, max_length=254, examples=["laura@example.it"])
    phone: str | None = Field(default=None, max_length=40)
    person_id: UUID | None = Field(default=None, description="The contact's id, when known.")
    by_email: bool = Field(default=False, description="Send the address by e-mail.")


class QuoteAnswered(BaseModel):
    """The customer's answer: an alternative accepted as it was shown, or all declined with the reason."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer: QuoteAnswer
    name: str = Field(min_length=1, max_length=200, examples=["Laura Bianchi"])
    role: str | None = Field(default=None, max_length=100, examples=["Titolare"])
    alternative: str | None = Field(default=None, pattern=r"^[A-Z]$")
    revision: int | None = Field(default=None, ge=0)
    options: tuple[UUID, ...] = Field(default=(), description="The optional lines that are chosen.")
    document_sha256: str | None = Field(default=None, pattern=SHA256, description="Of the PDF that was shown.")
    image_sha256: str | None = Field(default=None, pattern=SHA256, description="Of a drawn signature.")
    reason: str | None = Field(default=None, max_length=1000, examples=["Prezzo troppo alto"])


ABOUT = (
    "The secret in the address is the key. A link is good for one answer, locked after five wrong codes, open until "
    "the last day of the offer."
)


def describe() -> dict[str, dict[str, Any]]:
    """The routes as the API's description tells them."""
    asked = _operation("ask-quote-answer", "Ask a customer to answer a quote; the secret address is told once.")
    code = _operation("make-quote-code", "Make a one-time code to be told by telephone; it is told once.")
    for told in (asked, code):
        told["description"] = with_roles(told["description"], ASKERS)
        told["x-roles"] = sorted(ASKERS)
    asked |= body_schema(AnswerWanted) | {"parameters": [COMPANY, in_path("quote_id")]}
    code |= {"parameters": [COMPANY, in_path("link_id")]}
    shown = _operation("show-offer", "What is offered: JSON, or a page to browsers.", READING)
    file = _operation("offer-document", "The PDF of an alternative.", READING)
    sent = _operation("send-quote-code", "Send the person a code by e-mail.")
    tried = _operation("enter-quote-code", "Enter the one-time code.") | body_schema(CodeEntered)
    said = _operation("answer-offer", "Accept one alternative, or decline all.") | body_schema(QuoteAnswered)
    for told in (shown, file, sent, tried, said):
        told |= {"parameters": [COMPANY, SECRET], "security": []}
    file["parameters"] = [*file["parameters"], ALTERNATIVE]
    return {
        ASK_PATH: {"post": asked},
        CODE_PATH: {"post": code},
        SHOW_PATH: {"get": shown, "post": said},
        SEND_PATH: {"post": sent},
        TRY_PATH: {"post": tried},
        FILE_PATH: {"get": file},
    }


ALTERNATIVE = {"name": "alternative", "in": "path", "required": True, "schema": {"type": "string"}}


def _operation(name: str, summary: str, statuses: tuple[str, ...] = WRITING) -> dict[str, Any]:
    makes = name in ("ask-quote-answer", "make-quote-code")
    return operation(name, "quote-links", summary, ABOUT, statuses, makes=makes)
