"""Orders delivered whole or in part: each piece once, billed once, with the note or with the order (R7.4, R8.8)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from aggregates.base import Refusal
from aggregates.delivery_note import DeliveryNote
from aggregates.number_register import NumberRegister
from aggregates.order_deliveries import MoreThanOrdered, NothingLeftToDeliver, OrderBilledByNotes, OrderLineUnknown
from aggregates.sales_order import SalesOrder
from aggregates.stock_item import StockItem
from commands.order_delivery import QuoteBeingInvoiced
from tests.commands.deferred import TONER, firm, issue, propose
from tests.commands.goods import CUSTOMER, MAIN, VAN, level, stocked
from tests.dsl import Company, Do, do

QUOTE, ORDER = UUID(int=0xB1), UUID(int=0xB2)
LAURA = {"name": "Laura Bianchi"}
LABOUR = {"description": "Montaggio", "quantity": "2", "unit_price": "48.00"}


@pytest.fixture
def shop(company: Company) -> Company:
    """S14's firm with an order of five toners and two hours of work."""
    firm(company)
    goods = {"article_id": TONER, "quantity": "5", "unit_price": "78.00", "discounts": ["10"]}
    company.given(
        do("draft-quote", at="2026-03-02T09:00", quote_id=QUOTE, customer_id=CUSTOMER, lines=[goods, LABOUR]),
        do("send-quote", at="2026-03-02T09:05", quote_id=QUOTE, sent_to=LAURA),
        do("accept-quote", at="2026-03-03T09:00", quote_id=QUOTE, revision=0, person=LAURA, channel="email"),
        do("order-quote", at="2026-03-03T09:05", quote_id=QUOTE, order_id=ORDER),
    )
    return company


def goods_line(company: Company) -> UUID:
    line_id: UUID = company.record(ORDER).lines[0].line_id
    return line_id


def deliver(company: Company, quantity: int | None = None, at: str = "2026-03-05T10:00", **fields: Any) -> Do:
    if quantity is not None:
        fields["lines"] = [{"line_id": goods_line(company), "quantity": str(quantity)}]
    return do("deliver-order", at=at, order_id=ORDER, **fields)


def due(company: Company, until: str, **only: Any) -> list[dict[str, Any]]:
    answer = company.execute(propose(until, **only)).result
    assert answer["parked"] == []
    found: list[dict[str, Any]] = answer["invoices"]
    return found


def test_part_of_an_order_leaves_and_the_rest_stays_open(shop: Company) -> None:
    shop.given().when(deliver(shop, 2)).then(
        NumberRegister.NumberTaken,
        (StockItem.Issued, {"quantity": Decimal(2)}),
        (DeliveryNote.Issued, {"number": "A/2026/0118"}),
        (SalesOrder.Delivered, {"billing": "with_note", "services": ()}),
    )
    assert (level(shop, of=TONER)["on_hand"], level(shop, of=TONER)["reserved_firm"]) == (8, 3)
    assert list(shop.record(ORDER).open_goods.values()) == [3]
    answer = shop.execute(deliver(shop, at="2026-03-06T10:00")).result
    assert answer["backorder"] == []
    assert level(shop, of=TONER)["reserved_firm"] == 0
    shop.given().when(deliver(shop, at="2026-03-07T10:00")).then_refused(NothingLeftToDeliver)


def test_each_delivery_is_on_the_deferred_invoice_and_the_work_on_the_last(shop: Company) -> None:
    shop.given(deliver(shop, 2), deliver(shop, at="2026-03-06T10:00"))
    (invoice,) = due(shop, "2026-03-31")
    assert invoice["net"] == "447.00", "5 x 78.00 - 10 % + 2 x 48.00"
    shop.given(issue(invoice["invoice_id"], "2026-03-31"))
    document = shop.record(invoice["invoice_id"]).document
    assert document.document_type == "TD24"
    assert [(each.number, each.lines) for each in document.deliveries] == [
        ("A/2026/0118", (1,)),
        ("A/2026/0119", (2, 3)),
    ]
    assert due(shop, "2026-12-31") == [], "the quote is not billed a second time"


def test_an_order_that_notes_bill_is_not_invoiced_by_itself(shop: Company) -> None:
    shop.given(deliver(shop, 2))
    answer = shop.execute(propose("2026-03-05", quote_ids=[QUOTE])).result
    assert [one["code"] for one in answer["parked"]] == [OrderBilledByNotes.code()]


def test_an_order_whose_goods_are_still_here_is_billed_before_only_when_somebody_asks(shop: Company) -> None:
    assert due(shop, "2026-03-31") == [], "the goods will be billed with the notes they leave with"
    assert [one["net"] for one in due(shop, "2026-03-31", quote_ids=[QUOTE])] == ["447.00"]


def test_goods_of_an_invoiced_order_are_not_billed_again(shop: Company) -> None:
    (invoice,) = due(shop, "2026-03-04", quote_ids=[QUOTE])
    shop.given().when(deliver(shop, 2)).then_refused(QuoteBeingInvoiced)
    shop.given(issue(invoice["invoice_id"], "2026-03-04"))
    shop.given().when(deliver(shop, 2)).then(
        NumberRegister.NumberTaken,
        StockItem.Issued,
        DeliveryNote.Issued,
        (SalesOrder.Delivered, {"billing": "with_order"}),
    )
    assert due(shop, "2026-12-31") == []
    (note,) = shop.ask("delivery-notes")["items"]
    assert (note["to_invoice"], note["billed_with_number"]) == (False, "2026/71")
    shop.given(do("take-back-goods", at="2026-03-09T10:00", note_id=note["note_id"]))
    alarms = shop.ask("invoice-alarms", on="2026-03-10")["items"]
    assert ("credit-returned-goods", note["number"]) in {(one["kind"], one["number"]) for one in alarms}


def test_a_cancelled_note_opens_the_order_again(shop: Company) -> None:
    note_id = shop.execute(deliver(shop, 2)).result["note_id"]
    cancel = do("cancel-delivery-note", at="2026-03-05T11:00", note_id=note_id, reason="Non partita")
    shop.given().when(cancel).then(
        DeliveryNote.Cancelled,
        SalesOrder.DeliveryUndone,
        StockItem.Received,
        (StockItem.Reserved, {}),
    )
    assert level(shop, of=TONER)["reserved_firm"] == 5, "what came back is kept for the order again"
    assert list(shop.record(ORDER).open_goods.values()) == [5]
    assert due(shop, "2026-03-31") == [], "no note bills it any more, and its goods are here again"


def test_goods_from_elsewhere_free_the_promise(shop: Company) -> None:
    shop.given(stocked(2, at=VAN, of=TONER))
    shop.given(deliver(shop, 2, warehouse_id=VAN))
    assert (level(shop, VAN, TONER)["on_hand"], level(shop, MAIN, TONER)["reserved_firm"]) == (0, 3)


@pytest.mark.parametrize(
    ("quantity", "line", "refusal"), [("6", None, MoreThanOrdered), ("1", UUID(int=9), OrderLineUnknown)]
)
def test_what_was_not_ordered_is_not_delivered(
    shop: Company, quantity: str, line: UUID | None, refusal: type[Refusal]
) -> None:
    lines = [{"line_id": line or goods_line(shop), "quantity": quantity}]
    shop.given().when(deliver(shop, lines=lines)).then_refused(refusal)


def test_the_same_delivery_again_is_one_note(shop: Company) -> None:
    step = deliver(shop, 2, note_id=UUID(int=0xB3))
    shop.given(step).when(step).then_nothing()


def test_two_who_deliver_at_once_never_deliver_more_than_ordered(shop: Company) -> None:
    def once(n: int) -> str:
        try:
            return str(shop.execute(deliver(shop, 2)).result["number"])
        except Refusal as refused:
            return refused.code()

    with ThreadPoolExecutor(6) as crowd:
        told = list(crowd.map(once, range(6)))
    assert sorted(one for one in told if one.startswith("A/")) == ["A/2026/0118", "A/2026/0119"]
    assert set(told) - {"A/2026/0118", "A/2026/0119"} == {MoreThanOrdered.code()}
    assert level(shop, of=TONER)["on_hand"] == 6
