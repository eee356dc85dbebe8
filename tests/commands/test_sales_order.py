"""Orders of accepted quotes: parts held where the call had them, made smaller, fulfilled, invoiced once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.base import Refusal
from aggregates.billable import BillingHeld
from aggregates.invoice import Invoice
from aggregates.number_register import NumberRegister
from aggregates.quote import Quote
from aggregates.quote_refusals import AlreadyInvoiced, OrderCancelled, QuoteNotAccepted
from aggregates.sales_order import SalesOrder, sales_order_id
from aggregates.sales_order_refusals import (
    AlreadyDelivered,
    MoreThanOrderedBefore,
    NothingLeftToOrder,
    OrderHasNoLine,
)
from aggregates.stock_item import StockItem
from commands.quote_invoice import NothingLeftToInvoice
from projections.sales_orders import Fulfilment, fulfilment
from tests.commands.goods import CALL, CUSTOMER, GINO, MAIN, VAN, X, level, opened, registered, stocked
from tests.document_steps import founded
from tests.dsl import Company, Do, do

QUOTE = UUID("66666666-6666-6666-6666-666666666666")
ORDER = sales_order_id(QUOTE, "A", 0)
PART, WORK = UUID(int=881), UUID(int=882)
LAURA = {"name": "Laura Bianchi"}
ORDER_IT = do("order-quote", quote_id=QUOTE, at="2026-03-06 09:30")
INVOICE_IT = do("invoice-quote", quote_id=QUOTE, at="2026-03-09 17:00")


@pytest.fixture
def office(company: Company) -> Company:
    """A quote alone: four pieces at 50 euro and work for 100."""
    opened(company)
    registered(company)
    lines = [
        {"line_id": PART, "article_id": X, "quantity": "4", "unit_price": "50.00"},
        {"line_id": WORK, "description": "Montaggio", "unit_price": "100.00", "kind": "labour"},
    ]
    company.given(
        founded(company),
        stocked(5),
        do("draft-quote", quote_id=QUOTE, customer_id=CUSTOMER, lines=lines, at="2026-03-02 10:00"),
        do("send-quote", quote_id=QUOTE, at="2026-03-02 11:00"),
    )
    return company


@pytest.fixture
def accepted(office: Company) -> Company:
    office.given(do("accept-quote", quote_id=QUOTE, revision=0, person=LAURA, channel="phone", at="2026-03-06 09:00"))
    return office


def drop(quantity: str, line: UUID = PART) -> Do:
    lines = [{"line_id": line, "quantity": quantity}]
    return do("drop-order-quantities", order_id=ORDER, lines=lines, reason="Ne bastano meno", at="2026-03-07 09:00")


def at_once(company: Company, *steps: Do) -> list[Any]:
    """What came of commands given at the same moment: answers and refusals."""

    def attempt(step: Do) -> Any:
        try:
            return company.execute(step).result
        except Refusal as refusal:
            return refusal

    company.fold()
    with ThreadPoolExecutor(len(steps)) as threads:
        return list(threads.map(attempt, steps))


def test_two_orders_at_once_are_one(accepted: Company) -> None:
    first, second = at_once(accepted, ORDER_IT, ORDER_IT)
    assert (first["order_id"], first["number"]) == (second["order_id"], second["number"])
    assert UUID(str(first["order_id"])) == ORDER
    assert len(accepted.ask("sales-orders")["items"]) == 1
    assert level(accepted)["reserved_firm"] == 4


def test_a_shortage_is_told_and_accepted(accepted: Company) -> None:
    other = {"kind": "call", "id": str(uuid4()), "number": "CH-2026-0007"}
    accepted.given(do("reserve-part", article_id=X, warehouse_id=MAIN, quantity="3", record=other, firm=True))
    told = accepted.execute(ORDER_IT).result["shortages"]
    assert [(one["code"], one["missing"], one["proposal"], one["on_order"]) for one in told] == [("X", "2", "2", "0")]
    assert level(accepted)["available"] == -2


def test_parts_are_held_where_the_call_has_them(office: Company) -> None:
    """Two pieces promised to the call travelled to the van: the order holds those there, the rest in the main one."""
    quote = UUID(int=77)
    plan: dict[str, Any] = {"call_id": CALL, "article_id": X, "code": "X", "description": "X"}
    lines = [{"article_id": X, "quantity": "1", "unit_price": "50.00"}]
    office.given(
        do("register-technician", technician_id=GINO, code="T1", name="Gino Valli"),
        do("open-call", call_id=CALL, party_id=CUSTOMER, fault="Perde", number="CH-2026-0101", at="2026-03-02 08:00"),
        do("plan-part", line_id=PART, quantity="2", **plan),
        do("move-stock", article_id=X, from_warehouse_id=MAIN, to_warehouse_id=VAN, quantity="2", for_record_id=CALL),
        do("quote-call", call_id=CALL, quote_id=quote, lines=lines, at="2026-03-02 10:00"),
    )
    changes = [
        {"line_id": line["line_id"], "unit_price": "50.00"}
        for line in office.ask("quote", quote_id=quote)["revisions"][0]["lines"]
    ]
    office.given(
        do("set-quote-lines", quote_id=quote, changes=changes, at="2026-03-02 10:05"),
        do("send-quote", quote_id=quote, at="2026-03-02 11:00"),
        do("accept-quote", quote_id=quote, revision=0, person=LAURA, channel="phone", at="2026-03-06 09:00"),
        do("order-quote", quote_id=quote, at="2026-03-06 09:30"),
    )
    main, van = level(office), level(office, VAN)
    assert (van["reserved_soft"], van["reserved_firm"]) == (0, 2)
    assert (main["reserved_soft"], main["reserved_firm"]) == (0, 1)
    office.given(do("use-part", call_id=CALL, article_id=X, description="X", quantity="2", warehouse_id=VAN))
    order = office.ask("sales-orders", call_id=CALL)["items"][0]
    assert order["fulfilment"] == "partly_fulfilled"


def test_an_order_is_made_smaller(accepted: Company) -> None:
    accepted.given(ORDER_IT)
    accepted.given().when(drop("1")).then(
        (StockItem.ReservationReleased, {"quantity": Decimal(3)}), SalesOrder.QuantitiesDropped
    )
    accepted.given().when(drop("1")).then_nothing()
    assert level(accepted)["reserved_firm"] == 1
    sheet = accepted.ask("sales-order", order_id=ORDER)
    assert (sheet["net"], sheet["goods"][0]["ordered"], sheet["fulfilment"]) == (Decimal("150.00"), Decimal(1), "open")
    accepted.given().when(drop("2")).then_refused(MoreThanOrderedBefore)
    accepted.given().when(drop("1", UUID(int=9))).then_refused(OrderHasNoLine)
    accepted.given(drop("0", WORK)).when(drop("0")).then_refused(NothingLeftToOrder)
    assert accepted.ask("quote", quote_id=QUOTE)["net"] == Decimal("300.00"), "nothing flows back (R7.2)"
    assert accepted.execute(INVOICE_IT).result["total"]["amount"] == "61.00", "what is ordered now is invoiced"


def test_what_is_used_is_not_dropped(accepted: Company) -> None:
    accepted.given(ORDER_IT)
    ref = {"kind": "sales-order", "id": str(ORDER)}
    accepted.given(do("issue-part", article_id=X, warehouse_id=MAIN, quantity="3", record=ref))
    accepted.given().when(drop("2")).then_refused(AlreadyDelivered, quantity="3")
    accepted.given(drop("3"))
    assert accepted.ask("sales-order", order_id=ORDER)["fulfilment"] == "fulfilled"


def test_a_cancelled_order_is_neither_ordered_nor_invoiced_again(accepted: Company) -> None:
    accepted.given(ORDER_IT, do("cancel-sales-order", order_id=ORDER, reason="Il cliente rinuncia"))
    assert level(accepted)["reserved_firm"] == 0
    for step in (ORDER_IT, INVOICE_IT, drop("1")):
        accepted.given().when(step).then_refused(OrderCancelled)


def test_a_proposal_holds_order_and_quote(accepted: Company) -> None:
    accepted.given(ORDER_IT, do("propose-invoices", quote_ids=[str(QUOTE)], at="2026-03-07 08:00"))
    cancel = do("cancel-sales-order", order_id=ORDER, reason="Il cliente rinuncia")
    for step in (drop("1"), cancel, INVOICE_IT):
        accepted.given().when(step).then_refused(BillingHeld)


def test_a_quote_is_invoiced_in_one_stroke(office: Company) -> None:
    office.given().when(INVOICE_IT).then_refused(QuoteNotAccepted)
    office.given(do("accept-quote", quote_id=QUOTE, revision=0, person=LAURA, channel="phone", at="2026-03-06 09:00"))
    done = office.given().when(INVOICE_IT)
    kinds = [type(each.fact) for each in done.new]
    assert {Invoice.Proposed, Invoice.Issued, NumberRegister.NumberTaken, Quote.Invoiced} <= set(kinds)
    assert done.result["total"]["amount"] == "366.00"
    invoice = office.ask("invoice", invoice_id=done.result["invoice_id"])
    assert (invoice["document_type"], invoice["send_by"]) == ("TD01", date(2026, 3, 21))
    office.given().when(INVOICE_IT).then_refused(AlreadyInvoiced, invoice=done.result["number"])


def test_two_invoices_at_once_are_one(accepted: Company) -> None:
    accepted.given(ORDER_IT)
    told = at_once(accepted, INVOICE_IT, INVOICE_IT, INVOICE_IT)
    assert sorted(type(one).__name__ for one in told) == ["AlreadyInvoiced", "AlreadyInvoiced", "dict"]
    assert len(accepted.ask("invoices")["items"]) == 1


def test_an_advance_is_deducted(accepted: Company) -> None:
    asked = do("propose-advance", quote_id=QUOTE, amount={"amount": "120.00"}, at="2026-03-06 10:00")
    advance = accepted.execute(asked).result["invoice_id"]
    accepted.given(do("issue-invoice", invoice_id=advance, at="2026-03-06 10:05"))
    assert accepted.execute(INVOICE_IT).result["total"]["amount"] == "219.60", "(300 - 120) x 1.22"


def test_what_is_worth_nothing_is_not_invoiced(office: Company) -> None:
    quote = UUID(int=78)
    lines = [{"description": "Omaggio", "unit_price": "10.00", "covered_reason": "Garanzia"}]
    office.given(
        do("draft-quote", quote_id=quote, customer_id=CUSTOMER, lines=lines, at="2026-03-02 10:00"),
        do("send-quote", quote_id=quote, at="2026-03-02 11:00"),
        do("accept-quote", quote_id=quote, revision=0, person=LAURA, channel="phone", at="2026-03-06 09:00"),
    )
    office.given().when(do("invoice-quote", quote_id=quote, at="2026-03-09 09:00")).then_refused(NothingLeftToInvoice)


PIECES = st.integers(0, 5).map(Decimal)


@given(st.lists(st.tuples(st.integers(1, 5).map(Decimal), PIECES, PIECES), max_size=5))
def test_fulfilment_counts_each_line_by_itself(lines: list[tuple[Decimal, Decimal, Decimal]]) -> None:
    """Against a slow look at every single piece: more of one line is not another line's."""
    found = fulfilment({"ordered": ordered, "used": used, "delivered": sent} for ordered, used, sent in lines)
    pieces = [piece < used + sent for ordered, used, sent in lines for piece in range(int(ordered))]
    expected = Fulfilment.NO_GOODS if not pieces else Fulfilment.PARTLY if any(pieces) else Fulfilment.OPEN
    assert found is (Fulfilment.FULFILLED if pieces and all(pieces) else expected)
