"""Quotes answered from afar and their orders (risposte, impegni): asked, coded, declined, made smaller, invoiced."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from aggregates.article import article_id
from aggregates.quote_link import QuoteAnswer
from aggregates.sales_order import sales_order_id
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
from tests.replay.living import FORLI, LAURA, SHA, Life, named

OTHER = sha256(b"000000").hexdigest()


def _quote(life: Life, name: str, at: str) -> str:
    """A quote for pieces and work, sent."""
    lines = [
        {
            "line_id": named(f"{name} part"), "article_id": article_id("ORD-X"), "quantity": "3", "unit_price": "40.00",
        },
        {"line_id": named(f"{name} work"), "description": "Montaggio", "unit_price": "90.00"},
    ]  # fmt: skip
    one = {"quote_id": named(name)}
    life.do("draft-quote", f"{at}T09:00", **one, customer_id=named("Olga"), lines=lines)
    life.do("send-quote", f"{at}T09:05", **one, sent_to=LAURA)
    return str(named(name))


def links(life: Life) -> None:
    """One customer asks for a code, errs once and declines; another link is taken back."""
    olga = {"party_id": named("Olga"), "code": "OLGA", "name": "Olga", "address": FORLI}
    life.do("register-party", "2026-11-16T08:00", **olga, tax={"vat_number": "IT12345670017"})
    life.do("register-article", "2026-11-16T08:05", code="ORD-X", description="Ricambio degli ordini", kind="part")
    life.do("open-warehouse", "2026-11-16T08:06", code="ORD-M", name="Magazzino degli ordini")
    _quote(life, "quote declined from afar", "2026-11-16")
    quote, link, gone = named("quote declined from afar"), named("link of Olga"), named("second link of Olga")
    person: dict[str, Any] = {"name": "Olga Neri", "email": "olga@example.it", "person_id": named("Olga Neri")}
    asked = AskQuoteAnswer(quote_id=quote, link_id=link, secret_sha256=SHA, by_email=True, **person)
    life.duty(ASK, asked, "2026-11-16T10:00")
    code = MakeQuoteCode(link_id=link, code_sha256=SHA, nonce="0" * 32, by_email=True)
    life.duty(MAKE_CODE, code, "2026-11-16T10:05")
    life.duty(TRY, TryQuoteCode(link_id=link, code_sha256=OTHER), "2026-11-16T10:06")
    life.duty(TRY, TryQuoteCode(link_id=link, code_sha256=SHA), "2026-11-16T10:07")
    life.duty(ASK, AskQuoteAnswer(quote_id=quote, link_id=gone, secret_sha256=OTHER, **person), "2026-11-16T10:08")
    life.do("revoke-quote-link", "2026-11-16T10:09", link_id=gone, reason="Già inviato")
    no = AnswerQuoteByLink(link_id=link, answer=QuoteAnswer.DECLINED, name="Olga Neri", reason="Troppo caro")
    life.duty(ANSWER, no, "2026-11-16T10:10")


def orders(life: Life) -> None:
    """An order with a shortage, made smaller, partly taken out, invoiced in one stroke."""
    quote, main = _quote(life, "quote of Olga", "2026-11-17"), warehouse_id("ORD-M")
    goods = {"article_id": article_id("ORD-X"), "warehouse_id": main}
    life.do("stock-article", "2026-11-17T08:00", **goods, quantity="2", unit_cost="20.00")
    life.do("accept-quote", "2026-11-17T10:00", quote_id=quote, revision=0, person=LAURA, channel="phone")
    order = sales_order_id(named("quote of Olga"), "A", 0)
    life.do("order-quote", "2026-11-17T10:05", quote_id=quote, warehouse_id=main)
    fewer = [{"line_id": named("quote of Olga part"), "quantity": "2"}]
    life.do("drop-order-quantities", "2026-11-17T10:10", order_id=order, lines=fewer, reason="Ne bastano due")
    taken = {"quantity": "1", "record": {"kind": "sales-order", "id": str(order)}}
    life.do("issue-part", "2026-11-17T11:00", **goods, **taken)
    life.do("invoice-quote", "2026-11-17T12:00", quote_id=quote)


CHAPTERS: tuple[Callable[[Life], None], ...] = (links, orders)
