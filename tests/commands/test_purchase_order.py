"""Orders to suppliers: approved by two, received in parts, and always what stock says is on order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from aggregates.purchase_order import PurchaseOrder
from aggregates.purchase_order_refusals import (
    PurchaseApprovedByOwner,
    PurchaseArrived,
    PurchaseIsClosed,
    PurchaseIsDraft,
    PurchaseIsSent,
    PurchaseNotApproved,
    PurchasePriceMissing,
)
from aggregates.stock_item import StockItem
from tests.commands.buying import (
    CARLO,
    LINE,
    MAIN,
    MARIA,
    ORDER,
    SUPPLIER,
    X,
    arrived,
    ordered,
    sells,
    sent,
    with_supplier,
)
from tests.commands.goods import OTHER, VAN, level, stocked
from tests.contract_steps import founded
from tests.dsl import Company, Do, do


def line(quantity: str, **more: Any) -> dict[str, Any]:
    """The line of the order, otherwise."""
    return {"line_id": LINE, "article_id": X, "quantity": quantity, "unit_price": "51.20", **more}


def lines(quantity: str, *, by: str = MARIA, **more: Any) -> Do:
    """A draft with another quantity."""
    return do("set-purchase-order-lines", order_id=ORDER, lines=[line(quantity, **more)], by=by)


def by_carlo(step: Do) -> Do:
    """The same asked by somebody else."""
    return replace(step, by=CARLO)


def test_s13_an_order_of_four_fills_what_is_missing(company: Company) -> None:
    """S13: on hand 3, committed 3, minimum 4: the order makes availability 4 and the proposal 0."""
    promised = do("reserve-part", article_id=X, warehouse_id=MAIN, quantity="3", record=OTHER, firm=True)
    minimum = do("set-minimum-stock", article_id=X, warehouse_id=MAIN, minimum="4")
    with_supplier(company).given(stocked(3), promised, minimum)
    assert (level(company)["available"], level(company)["proposal"]) == (0, 4)
    company.given(ordered("4"), sent())
    assert (level(company)["available"], level(company)["proposal"], level(company)["on_order"]) == (4, 0, 4)


def test_goods_come_in_parts_at_the_orders_price(company: Company) -> None:
    with_supplier(company).given(stocked(4, cost="40"), ordered("4"), sent())
    company.given().when(arrived("1", receipt_id=uuid4())).then(
        (StockItem.Received, {"quantity": Decimal(1), "unit_cost": Decimal("51.2"), "average_cost": Decimal("42.24")}),
        (StockItem.SupplyExpected, {"quantity": Decimal(3)}),
        (PurchaseOrder.Received, {"completed": ()}),
    )
    assert (level(company)["on_hand"], level(company)["on_order"]) == (5, 3)
    company.given(arrived("3"))
    assert company.ask("purchase-order", order_id=ORDER)["state"] == "closed"
    assert (level(company)["on_hand"], level(company)["on_order"]) == (8, 0)
    assert company.record(ORDER).remaining(LINE) == 0


def test_who_prepares_an_order_above_the_limit_does_not_approve_it(company: Company) -> None:
    company.given(founded(company))
    with_supplier(company).given(
        do("set-company-parameters", from_on="2026-01-01", change={"purchasing": {"approval_above": "200.00"}}),
        ordered("4"),
    )
    company.given().when(sent()).then_refused(PurchaseNotApproved, net="204.80", limit="200.00")
    approve = do("approve-purchase-order", order_id=ORDER, by=MARIA)
    company.given().when(approve).then_refused(PurchaseApprovedByOwner)
    company.given().when(by_carlo(approve)).then((PurchaseOrder.Approved, {"net": Decimal("204.80")}))
    company.given().when(by_carlo(approve)).then_nothing()
    company.given(lines("5"))
    company.given().when(sent()).then_refused(PurchaseNotApproved)
    company.given(lines("3", by=CARLO)).when(sent()).then((PurchaseOrder.Sent, {"net": Decimal("153.60")}))
    company.given().when(sent()).then_nothing()


def test_who_changed_it_does_not_approve_it_either(company: Company) -> None:
    with_supplier(company).given(ordered("4"), lines("5", by=CARLO))
    approve = by_carlo(do("approve-purchase-order", order_id=ORDER))
    company.given().when(approve).then_refused(PurchaseApprovedByOwner)


def test_the_supplier_confirms_other_days_and_prices(company: Company) -> None:
    with_supplier(company).given(ordered("4"))
    told = {"line_id": LINE, "due_on": "2026-10-05", "unit_price": "53.00"}
    confirm = do("confirm-purchase-order", order_id=ORDER, supplier_number="OC 7", lines=[told])
    company.given().when(confirm).then_refused(PurchaseIsDraft)
    situation = company.given(sent()).when(confirm)
    situation.then(
        (StockItem.SupplyExpected, {"due_on": date(2026, 10, 5), "quantity": Decimal(4)}), PurchaseOrder.Confirmed
    )
    assert situation.result["price_difference"] == "7.20"
    company.given().when(confirm).then_nothing()
    sheet = company.ask("purchase-order", order_id=ORDER)
    assert (sheet["state"], sheet["net"], sheet["supplier_number"]) == ("confirmed", Decimal("212.00"), "OC 7")
    late = company.ask("supplies", late_on="2026-10-08")["items"]
    assert [(one["remaining"], one["days_late"]) for one in late] == [(4, 3)]
    assert company.ask("supplies", late_on="2026-10-05")["items"] == []


def test_a_sent_order_is_revised_until_something_came(company: Company) -> None:
    with_supplier(company).given(ordered("4"), sent())
    company.given().when(lines("6")).then_refused(PurchaseIsSent)
    revise = do("revise-purchase-order", order_id=ORDER, reason="Servono di più", lines=[line("6")])
    company.given().when(revise).then(StockItem.SupplyExpected, (PurchaseOrder.Revised, {"revision": 1}))
    assert (level(company)["on_order"], company.record(ORDER).state) == (6, "draft")
    company.given().when(arrived("1")).then_refused(PurchaseIsDraft)
    company.given(sent(), arrived("1")).when(revise).then_refused(PurchaseArrived)
    company.given().when(do("cancel-purchase-order", order_id=ORDER, reason="Errore")).then_refused(PurchaseArrived)


def test_a_line_that_goes_elsewhere_is_expected_there(company: Company) -> None:
    with_supplier(company).given(ordered("4"), lines("4", warehouse_id=VAN))
    assert (level(company)["on_order"], level(company, VAN)["on_order"]) == (0, 4)
    company.given(sent(), arrived("4"))
    assert level(company, VAN)["on_hand"] == 4, "delivered to the van"


def test_what_is_cancelled_is_not_waited_for(company: Company) -> None:
    with_supplier(company).given(ordered("4"), sent(), arrived("1"))
    rest = do("cancel-purchase-remainder", order_id=ORDER, reason="Fuori produzione")
    company.given().when(rest).then(StockItem.SupplyExpected, PurchaseOrder.RemainderCancelled)
    company.given().when(rest).then_nothing()
    assert (level(company)["on_order"], company.record(ORDER).state) == (0, "closed")
    whole = do("cancel-purchase-order", order_id=ORDER, reason="Errore")
    company.given().when(whole).then_refused(PurchaseArrived)


def test_a_cancelled_order_holds_no_longer(company: Company) -> None:
    cancel = do("cancel-purchase-order", order_id=ORDER, reason="Errore")
    with_supplier(company).given(ordered("4"), sent()).when(cancel).then(
        StockItem.SupplyExpected, PurchaseOrder.Cancelled
    )
    company.given().when(cancel).then_nothing()
    for step in (arrived("1"), lines("5"), sent()):
        company.given().when(step).then_refused(PurchaseIsClosed)


def test_a_line_needs_a_price_from_somewhere(company: Company) -> None:
    bare = do("draft-purchase-order", supplier_id=SUPPLIER, lines=[{"article_id": X, "quantity": "2"}])
    with_supplier(company).given().when(bare).then_refused(PurchasePriceMissing, code="X")
    company.given(sells(unit_price="10", units_per="12", discounts=["10"]))
    (found,) = company.ask("purchase-order", order_id=company.execute(bare).result["order_id"])["lines"]
    assert (found["amount"], found["remaining"], found["price_per"], found["supplier_code"]) == (18, 24, 12, "RA-X")
    company.given(do("drop-article-supplier", article_id=X, supplier_id=SUPPLIER)).when(bare).then_refused(
        PurchasePriceMissing
    )
    company.given().when(do("drop-article-supplier", article_id=X, supplier_id=SUPPLIER)).then_nothing()
