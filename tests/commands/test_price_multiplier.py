"""An article priced per hundred keeps code and multiplier from the quote to the invoice, and when bought (STK-3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from aggregates.article import article_id
from tests.commands.buying import SUPPLIER
from tests.commands.deferred import firm, note_id
from tests.commands.goods import CUSTOMER, FORLI, issue_note, stocked
from tests.dsl import Company, do

TIE = article_id("FAS")
WORTH = Decimal("2.03")
"""45 pieces at 4.50 for a hundred: 2.025, rounded once."""


@pytest.fixture
def house(company: Company) -> Company:
    """A firm that keeps ties, priced per hundred."""
    firm(company)
    company.do("register-article", code="FAS", description="Fascette", kind="part", price_multiplier="100")
    return company.given(stocked(400, of=TIE, cost="0.03")).company


def lines_of(company: Company, invoice_id: Any) -> list[tuple[Any, ...]]:
    """Code, quantity, multiplier and amount of the lines of a proposal."""
    return [(one.code, one.quantity, one.price_per, one.amount) for one in company.record(invoice_id).lines]


def test_the_quote_and_its_order_count_by_the_hundred(house: Company) -> None:
    quote_id, line = UUID(int=77), {"article_id": TIE, "quantity": "45", "unit_price": "4.50"}
    house.given(
        do("draft-quote", quote_id=quote_id, customer_id=CUSTOMER, lines=[line]),
        do("send-quote", quote_id=quote_id, channel="email"),
        do("accept-quote", quote_id=quote_id, person={"name": "Anna"}, revision=0, channel="email"),
    )
    order = house.record(house.do("order-quote", quote_id=quote_id)["order_id"])
    (line_ordered,) = order.lines
    assert (line_ordered.price_per, line_ordered.amount, order.totals.net) == (Decimal(100), WORTH, WORTH)
    (part,) = order.reserved
    assert part.quantity == 45, "stock counts pieces"


def test_the_delivery_note_and_its_invoice_count_by_the_hundred(house: Company) -> None:
    goods = {"article_id": TIE, "quantity": "45", "unit_price": "4.50"}
    house.given(issue_note(at="2026-03-25T10:00", note_id=note_id("ties"), lines=[goods]))
    asked = do("propose-invoices", at="2026-03-31T18:00", until="2026-03-31", delivery_note_ids=[note_id("ties")])
    (found,) = house.execute(asked).result["invoices"]
    assert lines_of(house, found["invoice_id"]) == [("FAS", Decimal(45), Decimal(100), WORTH)]


@pytest.mark.parametrize(
    ("written", "per", "worth"),
    [
        ({"code": "FAS"}, "100", "2.03"),
        ({"code": "FAS", "price_per": "1"}, "1", "202.50"),
        ({"code": "ALTRO"}, "1", "202.50"),
        ({"price_per": "1000"}, "1000", "0.20"),
    ],
)
def test_a_line_written_by_hand_has_the_articles_multiplier_or_its_own(
    house: Company, written: dict[str, str], per: str, worth: str
) -> None:
    line = {"description": "Fascette", "quantity": "45", "unit_price": "4.50", **written}
    found = house.do("propose-invoice", customer_id=CUSTOMER, lines=[line])
    assert lines_of(house, found["invoice_id"]) == [(written.get("code"), Decimal(45), Decimal(per), Decimal(worth))]


def test_bought_in_boxes_at_a_price_per_hundred(house: Company) -> None:
    house.do("register-party", party_id=SUPPLIER, code="F1", name="Ricambi", role="supplier", address=FORLI)
    terms: dict[str, Any] = {"order_unit": "CT", "units_per": "12", "unit_price": "3.10", "price_per": "100"}
    house.do("set-article-supplier", article_id=TIE, supplier_id=SUPPLIER, **terms)
    order_id = house.do("draft-purchase-order", supplier_id=SUPPLIER, lines=[{"article_id": TIE, "quantity": "7"}])[
        "order_id"
    ]
    sheet = house.ask("purchase-order", order_id=order_id)
    assert (sheet["net"], sheet["lines"][0]["remaining"]) == (Decimal("2.60"), 84), "84 pieces at 3.10 for a hundred"
    assert sheet["lines"][0]["unit_cost"] == Decimal("0.031")
