"""What an order holds for its call: taken elsewhere, used up all the same; given back, held again (R7.4, R11.3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.call import Call
from aggregates.promise_places import PromisePlaces
from aggregates.record_ref import RecordRef
from aggregates.stock import Reservation, ReservationUse
from aggregates.stock_item import StockItem
from aggregates.stock_returns import Issue
from tests.commands.goods import CALL, CUSTOMER, MAIN, VAN, X, level, opened, registered, stocked
from tests.document_steps import founded
from tests.dsl import Company, Do, do

QUOTE = UUID(int=77)
USED = UUID(int=78)


@pytest.fixture
def job(company: Company) -> Company:
    """An order of three pieces for a call, held in the main warehouse; two more pieces in the van."""
    opened(company)
    registered(company)
    lines = [{"article_id": X, "quantity": "3", "unit_price": "50.00"}]
    company.given(
        founded(company),
        stocked(5),
        stocked(2, at=VAN, cost="40.00"),
        do("open-call", call_id=CALL, party_id=CUSTOMER, fault="Perde", number="CH-2026-0101", at="2026-03-02 08:00"),
        do("quote-call", call_id=CALL, quote_id=QUOTE, lines=lines, at="2026-03-02 10:00"),
        do("send-quote", quote_id=QUOTE, at="2026-03-02 11:00"),
        do(
            "accept-quote", quote_id=QUOTE, revision=0, person={"name": "Laura"}, channel="phone", at="2026-03-06 09:00"
        ),
        do("order-quote", quote_id=QUOTE, at="2026-03-06 09:30"),
    )
    return company


def use(quantity: int, line_id: UUID = USED, **fields: Any) -> Do:
    return do(
        "use-part", call_id=CALL, line_id=line_id, article_id=X, description="X", quantity=str(quantity), **fields
    )


def back(quantity: int, **fields: Any) -> Do:
    return do("return-part", call_id=CALL, line_id=USED, quantity=str(quantity), **fields)


def stands(company: Company) -> tuple[str, int, int, int]:
    """How the order is fulfilled, what of it was used, and what it holds in the main warehouse and in the van."""
    (order,) = company.ask("sales-orders", call_id=CALL)["items"]
    (goods,) = company.ask("sales-order", order_id=order["order_id"])["goods"]
    held = (int(level(company)["reserved_firm"]), int(level(company, VAN)["reserved_firm"]))
    return order["fulfilment"], int(goods["used"]), *held


def test_pieces_from_elsewhere_use_up_what_the_order_holds(job: Company) -> None:
    assert stands(job) == ("open", 0, 3, 0)
    job.given().when(use(2, warehouse_id=VAN)).then(
        Call.PartUsed,
        (StockItem.ReservationReleased, {"quantity": Decimal(2)}),
        StockItem.Reserved,
        (StockItem.Issued, {"quantity": Decimal(2)}),
        PromisePlaces.Noted,
        PromisePlaces.Added,
    )
    assert stands(job) == ("partly_fulfilled", 2, 1, 0)
    job.given(use(1, UUID(int=79), warehouse_id=MAIN))
    assert stands(job) == ("fulfilled", 3, 0, 0)


def test_what_comes_back_waits_for_the_job_again(job: Company) -> None:
    job.given(use(3, warehouse_id=MAIN))
    job.given().when(back(1)).then(
        Call.PartReturned,
        (StockItem.Returned, {"quantity": Decimal(1)}),
        StockItem.Reserved,
        PromisePlaces.Noted,
        PromisePlaces.Added,
    )
    assert stands(job) == ("partly_fulfilled", 2, 1, 0)
    job.given(back(1, warehouse_id=VAN))
    assert stands(job) == ("partly_fulfilled", 1, 1, 1), "the promise travels with the piece"
    job.given(use(2, UUID(int=79)), back(1))
    assert stands(job)[:2] == ("partly_fulfilled", 2)


def test_what_nobody_had_ordered_comes_back_first(job: Company) -> None:
    job.given(use(5, warehouse_id=MAIN), back(2))
    assert stands(job) == ("fulfilled", 3, 0, 0)
    job.given(back(1))
    assert stands(job) == ("partly_fulfilled", 2, 1, 0)


def test_nothing_is_held_for_an_order_that_was_cancelled(job: Company) -> None:
    job.given(use(2, warehouse_id=MAIN))
    (order,) = job.ask("sales-orders", call_id=CALL)["items"]
    job.given(do("cancel-sales-order", order_id=order["order_id"], reason="Il cliente rinuncia"), back(1))
    assert level(job)["reserved_firm"] == 0


@given(st.lists(st.integers(1, 5), max_size=4), st.integers(0, 5))
def test_however_goods_come_back_as_much_is_promised_again_as_was(promised: list[int], more: int) -> None:
    order = RecordRef(kind="sales-order", id=UUID(int=1), number="IC-1")
    promises = tuple(
        Reservation(reservation_id=UUID(int=n), quantity=Decimal(quantity), firm=True, record=order)
        for n, quantity in enumerate(promised)
    )
    whole, again = sum(promised) + more, Decimal(0)
    issue = Issue(record=order, quantity=Decimal(whole), unit_cost=Decimal(1), promises=promises)
    for still_out in range(whole, 0, -1):
        made = issue.promised_again(Decimal(1), {order.id})
        assert sum(one.quantity for one in made) == (1 if still_out <= sum(promised) else 0)
        again += sum((one.quantity for one in made), Decimal(0))
        unused = [ReservationUse(reservation_id=one.reservation_id, quantity=one.quantity) for one in made]
        issue = issue.less(issue.model_copy(update={"quantity": Decimal(1)}), unused)
    assert (int(again), len(issue.promises)) == (sum(promised), 0)
