"""The demo's customer who answers an offer from afar (risposta al preventivo): address, code, yes, order."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from aggregates import roles
from aggregates.article import article_id
from aggregates.base import Act
from aggregates.party import party_id
from aggregates.quote_link import QuoteAnswer
from aggregates.values import ROME
from aggregates.warehouse import warehouse_id
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
from gateways.demo_stage import Stage
from projections.quote_links import quote_document

ANSWERED_AT = datetime(2026, 10, 1, 17, 30, tzinfo=ROME)
CUSTOMER: dict[str, Any] = {"name": "Nicolò Ricci", "email": "ricci@nicolo.example"}


def ask_for_answer(stage: Stage, at: datetime) -> None:
    """The offer that the customer answers from afar at the end of the month."""
    one = {"quote_id": stage.id("quote/link")}
    lines = [{"article_id": article_id("CO0091"), "quantity": "2"}, {"article_id": article_id("ORA"), "quantity": "1"}]
    stage.do("draft-quote", "link", at, roles.SALES, **one, customer_id=party_id("C0012"), lines=lines,
             terms={"subject": "Pulizia straordinaria"})  # fmt: skip
    stage.do(
        "send-quote", "link", at, roles.SALES, **one, sent_to={"name": "Nicolò Ricci", "email": "ricci@nicolo.example"}
    )


def answer_offer(stage: Stage) -> None:
    """The customer opens the offer's address, enters the code and accepts what was printed; an order follows.

    Only once the offer is printed: the answer names the document by its hash.
    """
    stage.settle()
    quote_id, link_id, at = stage.id("quote/link"), stage.id("link"), ANSWERED_AT
    shown = quote_document(stage.house.reader, quote_id, "A", 0)
    if shown is None:
        return
    secret, code = (sha256(f"{stage.id(name)}".encode()).hexdigest() for name in ("link/secret", "link/code"))
    asked = AskQuoteAnswer(quote_id=quote_id, link_id=link_id, secret_sha256=secret, by_email=True, **CUSTOMER)
    made = MakeQuoteCode(link_id=link_id, code_sha256=code, nonce=link_id.hex, by_email=True)
    yes = AnswerQuoteByLink(
        link_id=link_id, answer=QuoteAnswer.ACCEPTED, name=CUSTOMER["name"], role="Titolare", alternative="A",
        revision=0, document_sha256=shown["sha256"],
    )  # fmt: skip
    for entry, command in (
        (ASK, asked),
        (MAKE_CODE, made),
        (TRY, TryQuoteCode(link_id=link_id, code_sha256=code)),
        (ANSWER, yes),
    ):
        stage.house.desk.execute(entry, command, Act(by="system:quote-link", at=at), stage.id(f"link/{entry.name}"))
    order = {"quote_id": quote_id, "order_id": stage.id("order/link"), "warehouse_id": warehouse_id("MAG")}
    stage.do("order-quote", "link", at, roles.SALES, **order)
    stage.settle()
