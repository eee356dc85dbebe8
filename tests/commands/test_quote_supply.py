"""What a quote sells, as the law sees it: goods alone are taxed as goods, from offer to invoice (R9.6, R9.7)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.commands.goods import CALL, CUSTOMER, X, opened, stocked
from tests.document_steps import founded
from tests.dsl import Company, do

QUOTE, ORDER, COPY = UUID(int=0xD1), UUID(int=0xD2), UUID(int=0xD3)
STUTTGART = {"street": "Königstraße 12", "postcode": "70173", "town": "Stuttgart", "country": "DE"}
FORLI = {"street": "Via Michelangelo 25", "postcode": "47100", "town": "Forlì", "province": "FC"}
ABROAD: dict[str, Any] = {"tax": {"vat_number": "DE136695976"}, "address": STUTTGART}
PLANT: dict[str, Any] = {
    "tax": {"vat_number": "IT12345670017"}, "address": FORLI, "terms": {"plant_in_building": True}
}  # fmt: skip
PARTS = {"article_id": X, "quantity": "7", "unit_price": "61.30"}
WORK = {"kind": "labour", "description": "Montaggio", "quantity": "2", "unit_price": "48.00"}


@pytest.fixture
def shop(company: Company) -> Company:
    opened(company)
    company.given(founded(company), stocked(20))
    return company


def customer(company: Company, terms: dict[str, Any]) -> None:
    company.do(
        "register-party", party_id=CUSTOMER, code="C9", name="Condominio Aurora S.r.l.", role="customer", **terms
    )


def draft(company: Company, *lines: dict[str, Any]) -> None:
    company.do("draft-quote", quote_id=QUOTE, customer_id=CUSTOMER, lines=list(lines), at="2026-03-02T09:00")


def natures(company: Company, quote_id: UUID = QUOTE) -> list[tuple[str | None, int]]:
    lines = company.record(quote_id).latest("A").lines
    return [(line.vat.nature, int(line.vat.rate)) for line in lines]


def accepted(company: Company) -> None:
    company.given(
        do("send-quote", quote_id=QUOTE, at="2026-03-02T10:00"),
        do(
            "accept-quote", quote_id=QUOTE, revision=0, person={"name": "Laura"}, channel="email", at="2026-03-03T09:00"
        ),
    )


@pytest.mark.parametrize(
    ("terms", "goods", "work"), [(ABROAD, ("N3.2", 0), ("N2.1", 0)), (PLANT, (None, 22), ("N6.7", 0))]
)
def test_goods_alone_are_goods_and_with_work_they_are_the_works(
    shop: Company, terms: dict[str, Any], goods: tuple[str | None, int], work: tuple[str | None, int]
) -> None:
    customer(shop, terms)
    draft(shop, PARTS)
    assert natures(shop) == [goods]
    shop.do("set-quote-lines", quote_id=QUOTE, lines=[PARTS, WORK], at="2026-03-02T09:10")
    assert natures(shop) == [work, work]
    (_, labour) = shop.record(QUOTE).latest("A").lines
    removed = [{"line_id": labour.line_id, "remove": True}]
    shop.do("set-quote-lines", quote_id=QUOTE, changes=removed, at="2026-03-02T09:20")
    assert natures(shop) == [goods]
    shop.do("copy-quote", quote_id=QUOTE, new_quote_id=COPY, reprice=True, at="2026-03-02T09:30")
    assert natures(shop, COPY) == [goods]


def test_what_was_offered_is_what_is_billed_at_once_or_with_the_note(shop: Company) -> None:
    customer(shop, PLANT)
    draft(shop, PARTS)
    accepted(shop)
    offered = shop.ask("quote", quote_id=QUOTE)["total"]
    shop.do("invoice-quote", quote_id=QUOTE, at="2026-03-04T09:00")
    (at_once,) = shop.ask("invoices", customer_id=CUSTOMER)["items"]
    shop.do("copy-quote", quote_id=QUOTE, new_quote_id=COPY, at="2026-03-05T09:00")
    shop.given(
        do("send-quote", quote_id=COPY, at="2026-03-05T10:00"),
        do("accept-quote", quote_id=COPY, revision=0, person={"name": "Laura"}, channel="email", at="2026-03-05T11:00"),
        do("order-quote", quote_id=COPY, order_id=ORDER, at="2026-03-05T12:00"),
        do("deliver-order", order_id=ORDER, at="2026-03-06T09:00"),
    )
    (proposed,) = shop.do("propose-invoices", until="2026-04-01", at="2026-04-01T09:00")["invoices"]
    shop.do("issue-invoice", invoice_id=proposed["invoice_id"], dated_on="2026-03-31", at="2026-04-01T09:00")
    by_note = shop.ask("invoice", invoice_id=proposed["invoice_id"])
    assert (str(offered), str(at_once["total"]), str(by_note["total"])) == ("523.50", "523.50", "523.50")


def test_parts_of_a_call_follow_its_work(shop: Company) -> None:
    customer(shop, PLANT)
    shop.do("open-call", call_id=CALL, party_id=CUSTOMER, fault="Non scalda", at="2026-03-02T08:00")
    shop.do("quote-call", call_id=CALL, quote_id=QUOTE, planned=False, lines=[PARTS], at="2026-03-02T09:00")
    assert natures(shop) == [("N6.7", 0)]
