"""Pick lists: what to take from where, confirmed as taken: notes for orders, a loaded van for calls (R11.4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from aggregates.delivery_note import DeliveryNote
from aggregates.number_register import NumberRegister
from aggregates.pick_list import PickedTooMuch, PickList, PickListEmpty, PickListOver
from aggregates.promise_places import PromisePlaces
from aggregates.sales_order import SalesOrder
from aggregates.stock_item import StockItem
from tests.commands.calls import CALL, TECHNICIANS, VISIT, slot
from tests.commands.deferred import TONER, firm
from tests.commands.goods import CUSTOMER, GINO, MAIN, VAN, X, article, level, stocked
from tests.dsl import Company, Do, do

LIST = UUID(int=0xE1)
LAURA = {"name": "Laura Bianchi"}


@pytest.fixture
def shop(company: Company) -> Company:
    """S14's firm with two orders for toners and a call of tomorrow that needs a part."""
    firm(company)
    article(company, "X")
    for n in (1, 2):
        quote: dict[str, Any] = {"quote_id": UUID(int=0xE10 + n)}
        line = {"article_id": TONER, "quantity": "4", "unit_price": "78.00"}
        company.given(
            do("draft-quote", at="2026-03-02T09:00", **quote, customer_id=CUSTOMER, lines=[line]),
            do("send-quote", at="2026-03-02T09:05", **quote, sent_to=LAURA),
            do("accept-quote", at="2026-03-02T09:10", **quote, revision=0, person=LAURA, channel="email"),
            do("order-quote", at="2026-03-02T09:15", **quote, order_id=order(n)),
        )
    company.given(
        stocked(3),
        *TECHNICIANS,
        do("open-call", at="2026-03-02T08:00", call_id=CALL, party_id=CUSTOMER, fault="Perde", number="CH-2026-0101"),
        do("plan-part", at="2026-03-02T08:10", call_id=CALL, code="X", description="Articolo X", quantity="2"),
        do("plan-activity", at="2026-03-02T08:15", call_id=CALL, activity_id=VISIT, kind="repair", minutes=90),
        do(
            "assign-technician",
            at="2026-03-02T08:20",
            call_id=CALL,
            activity_id=VISIT,
            technician_id=GINO,
            slot=slot("2026-03-03T09:00", "2026-03-03T11:00"),
        ),
    )
    return company


def order(n: int) -> UUID:
    return UUID(int=0xE20 + n)


def for_orders(*which: int) -> Do:
    ids = [order(n) for n in which]
    return do("make-pick-list-for-orders", at="2026-03-04T08:00", pick_list_id=LIST, order_ids=ids)


def for_van() -> Do:
    day: dict[str, Any] = {"technician_id": GINO, "needed_on": "2026-03-03"}
    return do("make-pick-list-for-van", at="2026-03-02T18:00", pick_list_id=LIST, **day)


def confirm(**fields: Any) -> Do:
    return do("confirm-pick-list", at="2026-03-04T09:00", pick_list_id=LIST, **fields)


def test_orders_leave_with_one_note_each(shop: Company) -> None:
    shop.given(for_orders(1, 2))
    shop.given().when(for_orders(1, 2)).then_nothing()
    shown = shop.ask("pick-list", pick_list_id=LIST)
    assert [(line["code"], line["quantity"], line["record_number"]) for line in shown["lines"]] == [
        ("TON", Decimal(4), "IC-2026-0001"),
        ("TON", Decimal(4), "IC-2026-0002"),
    ]
    answer = shop.execute(confirm()).result
    assert [note["number"] for note in answer["notes"]] == ["A/2026/0118", "A/2026/0119"]
    assert answer["short"] == {}
    assert level(shop, of=TONER)["on_hand"] == 2
    shop.given().when(confirm()).then_nothing()
    (found,) = shop.ask("pick-lists", number="PREL-2026-0001")["items"]
    assert (found["state"], found["is_short"]) == ("confirmed", False)


def test_what_is_short_stays_open_in_its_order(shop: Company) -> None:
    shop.given(for_orders(1, 2))
    first, second = shop.record(LIST).lines
    too_much = [{"line_id": first.line_id, "quantity": "5"}]
    shop.given().when(confirm(picked=too_much)).then_refused(PickedTooMuch)
    shop.given().when(confirm(picked=[{"line_id": first.line_id, "quantity": "3"}])).then(
        NumberRegister.NumberTaken,
        StockItem.Issued,
        DeliveryNote.Issued,
        SalesOrder.Delivered,
        PickList.Confirmed,
    )
    assert shop.record(LIST).short == {first.line_id: Decimal(1), second.line_id: Decimal(4)}
    assert list(shop.record(order(1)).open_goods.values()) == [1]
    assert list(shop.record(order(2)).open_goods.values()) == [4]
    cancel = do("cancel-pick-list", pick_list_id=LIST, reason="Troppo tardi")
    shop.given().when(cancel).then_refused(PickListOver)


def test_a_van_is_loaded_for_tomorrow_without_a_delivery_note(shop: Company) -> None:
    shop.given(for_van())
    (line,) = shop.record(LIST).lines
    assert (line.code, line.quantity, line.record.number, line.on_hand) == ("X", 2, "CH-2026-0101", 3)
    shop.given().when(confirm()).then(
        StockItem.MovedOut, StockItem.Stocked, StockItem.MovedIn, PromisePlaces.Noted, PickList.Confirmed
    )
    assert (level(shop, VAN, X)["on_hand"], level(shop, VAN, X)["reserved_soft"], level(shop, MAIN, X)["on_hand"]) == (
        2,
        2,
        1,
    )
    assert shop.ask("delivery-notes")["items"] == []


def test_nothing_to_take_is_no_list(shop: Company) -> None:
    shop.given(for_van(), confirm())
    again = do("make-pick-list-for-van", at="2026-03-02T19:00", technician_id=GINO, needed_on="2026-03-03")
    shop.given().when(again).then_refused(PickListEmpty)


def test_a_list_given_up_takes_nothing(shop: Company) -> None:
    cancel = do("cancel-pick-list", pick_list_id=LIST, reason="Rimandato")
    shop.given(for_orders(1)).when(cancel).then(PickList.Cancelled)
    shop.given().when(cancel).then_nothing()
    shop.given().when(confirm()).then_refused(PickListOver)
    assert level(shop, of=TONER)["on_hand"] == 10
