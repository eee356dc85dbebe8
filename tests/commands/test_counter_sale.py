"""Sales over the counter: note, stock and the immediate invoice in one append, or none of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from aggregates.delivery_note_refusals import DeliveryNoteInvoiced
from aggregates.stock import StockShort
from tests.commands.deferred import TONER, firm, note_id, propose
from tests.commands.goods import CUSTOMER, MAIN, level
from tests.dsl import Company, Do, do

SALE, INVOICE = note_id("counter"), UUID(int=0xF1)


@pytest.fixture
def shop(company: Company) -> Company:
    return firm(company)


def sell(quantity: str = "2", **more: Any) -> Do:
    line = {"article_id": TONER, "quantity": quantity, "unit_price": "78.00"}
    asked = {"note_id": SALE, "customer_id": CUSTOMER, "lines": [line]}
    return do("sell-over-the-counter", at="2026-03-25T10:00", **{**asked, **more})


def test_goods_are_sold_and_invoiced_in_one_stroke(shop: Company) -> None:
    before = level(shop, MAIN, TONER)["on_hand"]
    sold = sell(invoiced=True, invoice_id=INVOICE)
    shop.given(sold).when(sold).then_nothing()
    assert level(shop, MAIN, TONER)["on_hand"] == before - 2
    document = shop.record(INVOICE).require_issued()
    assert (document.document_type.value, document.lines[0].amount) == ("TD01", Decimal("156.00"))
    assert [one.number for one in document.deliveries] == [shop.record(SALE).number]
    assert shop.execute(propose("2026-03-31")).result["invoices"] == []
    cancel = do("cancel-delivery-note", at="2026-03-26T10:00", note_id=SALE, reason="Ci ha ripensato")
    shop.given().when(cancel).then_refused(DeliveryNoteInvoiced)


def test_without_an_invoice_the_note_waits_for_the_deferred_one(shop: Company) -> None:
    shop.given(sell())
    (proposed,) = shop.execute(propose("2026-03-31")).result["invoices"]
    assert Decimal(proposed["net"]) == Decimal("156.00")


def test_what_is_short_is_neither_sold_nor_invoiced(shop: Company) -> None:
    shop.given().when(sell("1000", invoiced=True)).then_refused(StockShort)
    assert shop.record(SALE) is None
