"""What comes of orders to suppliers: more, bad, dearer, for whom; what goes back; on order is always what is open."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregates.base import Refusal
from aggregates.delivery_note import DeliveryNote
from aggregates.purchase_order import PurchaseOrder
from aggregates.purchase_order_refusals import (
    NotReceivedSoMany,
    OverDelivered,
    PurchaseQuantityUnclear,
    ReceivedInFuture,
    RejectionUnexplained,
)
from aggregates.stock import stock_item_id
from aggregates.stock_item import StockItem
from commands.stock import SerialsMissing
from tests.commands.buying import LINE, MAIN, ORDER, SECOND, SUPPLIER, X, arrived, ordered, sent, with_supplier
from tests.commands.goods import CALL, FOR_CALL, OTHER, VAN, article, level, stocked
from tests.dsl import Company, do

NOTE = {"number": "1188", "dated_on": "2026-08-31"}


def promised(quantity: str, record: dict[str, Any], **more: Any) -> Any:
    return do(
        "reserve-part", article_id=X, warehouse_id=MAIN, quantity=quantity, record=record, **{"firm": True, **more}
    )


def test_more_than_ordered_needs_a_reason(company: Company) -> None:
    with_supplier(company).given(ordered("4"), sent())
    company.given().when(arrived("5")).then_refused(OverDelivered, remaining="4", quantity="5")
    company.given(arrived("5", over_because="Confezione minima", supplier_note=NOTE))
    (row,) = company.ask("goods-receipts", order_id=ORDER)["items"]
    assert (row["over"], row["over_because"], row["note_number"]) == (1, "Confezione minima", "1188")
    assert (level(company)["on_hand"], level(company)["on_order"]) == (5, 0)


def test_two_lines_of_a_receipt_share_what_was_to_come(company: Company) -> None:
    with_supplier(company).given(ordered("4"), sent())
    twice = do("receive-purchase-order", order_id=ORDER, lines=[{"line_id": LINE, "quantity": "3"}] * 2)
    company.given().when(twice).then_refused(OverDelivered)


def test_bad_goods_are_not_taken_in_and_are_still_to_come(company: Company) -> None:
    with_supplier(company).given(ordered("4"), sent())
    bad = {"rejected": "1"}
    company.given().when(arrived("3", line=bad)).then_refused(RejectionUnexplained)
    company.given(arrived("3", line={**bad, "rejected_because": "Graffiato"}))
    assert (level(company)["on_hand"], level(company)["on_order"]) == (3, 1)
    nothing_good = arrived("0", line={**bad, "rejected_because": "Ancora graffiato"})
    company.given().when(nothing_good).then(PurchaseOrder.Received)


def test_a_receipt_counts_once_and_not_tomorrow(company: Company) -> None:
    once = arrived("1", receipt_id=uuid4())
    with_supplier(company).given(ordered("4"), sent(), once).when(once).then_nothing()
    company.given().when(arrived("1", received_on="2026-09-02")).then_refused(ReceivedInFuture)
    company.given().when(arrived("1", line={"units": "3"})).then_refused(PurchaseQuantityUnclear)


def test_boxes_enter_stock_as_pieces_at_their_price(company: Company) -> None:
    box = {"order_unit": "CT", "units_per": "12", "unit_price": "6.00", "price_per": "12"}
    with_supplier(company).given(stocked(12, cost="1.00"), ordered("4", line=box), sent())
    assert level(company)["on_order"] == 48
    company.given().when(arrived("3")).then(
        (StockItem.Received, {"quantity": Decimal(36), "unit_cost": Decimal("0.5"), "average_cost": Decimal("0.625")}),
        (StockItem.SupplyExpected, {"quantity": Decimal(12)}),
        PurchaseOrder.Received,
    )
    loose = {"line_id": LINE, "units": "7", "unit_price": "7.20"}
    company.given(do("receive-purchase-order", order_id=ORDER, lines=[loose]))
    (dearer,) = company.ask("goods-receipts", other_price=True)["items"]
    assert (dearer["unit_cost"], dearer["price_difference"]) == (Decimal("0.6"), Decimal("0.70"))
    (price,) = company.ask("purchase-prices", article_id=X)["items"]
    assert (price["unit_cost"], price["received_unit_cost"]) == (Decimal("0.5"), Decimal("0.51627907"))
    assert level(company)["on_order"] == 5


def test_serial_parts_come_with_their_serials(company: Company) -> None:
    board = article(with_supplier(company), "BOARD", serial_tracked=True)
    company.given(ordered("1", line={"article_id": board}), sent()).when(arrived("1")).then_refused(SerialsMissing)
    company.given().when(arrived("1", line={"serials": ["SN-1"]})).then(
        (StockItem.Received, {"serials": ("SN-1",)}), StockItem.SupplyExpected, PurchaseOrder.Received
    )


def test_goods_bought_for_a_call_are_its_own_and_it_is_told_complete(company: Company) -> None:
    """A soft promise hardens when its goods are there; one that waits for another part is not complete."""
    other = article(with_supplier(company), "Y")
    soft = promised("2", FOR_CALL, firm=False)
    second = {"line_id": SECOND, "article_id": other, "quantity": "1", "unit_price": "1", "bought_for": [FOR_CALL]}
    first = {"line_id": LINE, "article_id": X, "quantity": "2", "unit_price": "51.20", "bought_for": [FOR_CALL]}
    company.given(
        do("reserve-part", article_id=other, warehouse_id=MAIN, quantity="1", record=FOR_CALL),
        soft,
        do("draft-purchase-order", order_id=ORDER, supplier_id=SUPPLIER, lines=[first, second]),
        sent(),
    )
    situation = company.given().when(arrived("2"))
    assert situation.result["completed"] == []
    (waits,) = company.ask("parts-waiting", call_id=CALL)["items"]
    assert (waits["complete"], [(one["code"], one["is_there"]) for one in waits["parts"]]) == (
        False,
        [("X", True), ("Y", False)],
    )
    assert company.ask("parts-waiting", complete=True)["items"] == []
    assert (level(company)["reserved_firm"], level(company)["reserved_soft"]) == (2, 0)
    last = do("receive-purchase-order", order_id=ORDER, lines=[{"line_id": SECOND, "quantity": "1"}])
    situation = company.given().when(last)
    assert [one["number"] for one in situation.result["completed"]] == ["CH-2026-0101"]
    assert [one["record_number"] for one in company.ask("parts-waiting", complete=True)["items"]] == ["CH-2026-0101"]
    assert len(company.ask("purchase-orders", bought_for=CALL)["items"]) == 1


def test_a_call_without_a_promise_gets_what_was_bought_for_it(company: Company) -> None:
    with_supplier(company).given(ordered("2", line={"bought_for": [FOR_CALL]}), sent(), arrived("1"), arrived("1"))
    (held,) = company.ask("reservations", record_id=CALL)["items"]
    assert (held["quantity"], held["firm"]) == (2, True)


def test_the_earliest_promise_is_served_first(company: Company) -> None:
    early, late = promised("2", OTHER, due_on="2026-09-10"), promised("2", FOR_CALL, due_on="2026-09-20")
    with_supplier(company).given(late, early, ordered("4"), sent())
    assert [one["number"] for one in company.given().when(arrived("2")).result["completed"]] == ["IC-2026-0001"]
    assert [one["number"] for one in company.given().when(arrived("2")).result["completed"]] == ["CH-2026-0101"]


def test_goods_go_back_with_a_note_and_others_may_come(company: Company) -> None:
    with_supplier(company).given(ordered("4"), sent(), arrived("4"))
    back: dict[str, Any] = {"order_id": ORDER, "reason": "Difettosi"}
    five = do("return-purchased-goods", **back, lines=[{"line_id": LINE, "quantity": "5"}])
    company.given(stocked_more()).when(five).then_refused(NotReceivedSoMany, received="4", quantity="5")
    one = do(
        "return-purchased-goods",
        **back,
        note_id=uuid4(),
        lines=[{"line_id": LINE, "quantity": "1"}],
        awaits_replacement=True,
    )
    company.given().when(one)
    company.given().when(one).then_nothing()
    note = company.record(UUID(str(one.fields["note_id"])))
    assert isinstance(note, DeliveryNote)
    assert (note.reason.reason, note.record and note.record.number) == ("supplier_return", "OA-2026-0001")
    sheet = company.ask("purchase-order", order_id=ORDER)
    assert (sheet["state"], sheet["lines"][0]["remaining"]) == ("partly_received", 1)
    assert (level(company)["on_hand"], level(company)["on_order"]) == (5, 1)
    company.given(arrived("1"))
    assert level(company)["on_order"] == 0


def stocked_more() -> Any:
    return do("receive-stock", article_id=X, warehouse_id=MAIN, quantity="2", unit_cost="1", source=OTHER)


# On order is what is open


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["lines", "send", "confirm", "receive", "rest", "return", "revise", "cancel", "draft"]),
        st.integers(0, 1), st.integers(1, 9),
    ),
    min_size=4, max_size=14,
)  # fmt: skip


def _step(kind: str, which: int, n: int, order_id: UUID) -> Any:
    ids = (uuid5(order_id, "1"), uuid5(order_id, "2"))
    line_id, place = ids[which], (MAIN, VAN)[n % 2]
    first = {
        "line_id": ids[0],
        "article_id": X,
        "quantity": str(n),
        "unit_price": "5",
        "units_per": str(1 + which * 11),
    }
    second = {**first, "line_id": ids[1], "warehouse_id": place, "due_on": f"2026-10-{n:02}"}
    one: dict[str, Any] = {"order_id": order_id}
    both: dict[str, Any] = {"lines": [first, second][: 1 + which]}
    came, back = {"line_id": line_id, "units": str(n)}, {"line_id": line_id, "quantity": "1"}
    told, why = {"line_id": line_id, "due_on": f"2026-11-{n:02}"}, {"reason": "Così"}
    return {
        "draft": do("draft-purchase-order", **one, supplier_id=SUPPLIER, lines=[first, second]),
        "lines": do("set-purchase-order-lines", **one, **both),
        "revise": do("revise-purchase-order", **one, **both, **why),
        "send": do("send-purchase-order", **one),
        "confirm": do("confirm-purchase-order", **one, lines=[told]),
        "receive": do("receive-purchase-order", **one, lines=[came], over_because="Va bene"),
        "rest": do("cancel-purchase-remainder", **one, line_ids=[line_id], **why),
        "return": do("return-purchased-goods", **one, lines=[back], awaits_replacement=n > 4, **why),
        "cancel": do("cancel-purchase-order", **one, **why),
    }[kind]  # fmt: skip


def test_on_order_is_always_the_sum_of_what_is_open(company: Company) -> None:
    """Whatever happens to orders, in whatever order, stock expects what their lines still wait for, to the piece."""
    with_supplier(company)

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def history(steps: list[tuple[str, int, int]]) -> None:
        order_id = uuid4()
        company.execute(_step("draft", 0, 5, order_id))
        for kind, which, n in [("lines", 1, 4), ("send", 0, 1), *steps]:
            try:
                company.execute(_step(kind, which, n, order_id))
            except Refusal:
                continue
            agrees(company)

    history()


def agrees(company: Company) -> None:
    orders = [company.record(row["order_id"]) for row in company.ask("purchase-orders", limit=500)["items"]]
    for place in (MAIN, VAN):
        item = company.record(stock_item_id(X, place))
        open_here = [one.quantity for order in orders for one in order.expected().values() if one.warehouse_id == place]
        on_order = sum(item.supplies.values(), Decimal(0)) if item else Decimal(0)
        assert on_order == sum(open_here, Decimal(0))
        shown = [one["remaining"] for one in company.ask("supplies", warehouse_id=place, limit=500)["items"]]
        assert on_order == sum(shown, Decimal(0))
        if item:
            assert level(company, place)["on_order"] == on_order
