"""Orders to suppliers: approved by two, received in parts, and always what stock says is on order."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

from aggregates.purchase_order import PurchaseOrder
from aggregates.stock_item import StockItem
from tests.commands.buying import LINE, MAIN, ORDER, X, arrived, ordered, sent, with_supplier
from tests.commands.goods import OTHER, level, stocked
from tests.dsl import Company, do


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
