"""Stock: never negative by accident, promised and moved with its promises, one piece to one taker."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from aggregates.article import ArticleKind
from aggregates.promise_places import PromisePlaces
from aggregates.stock import (
    SameWarehouse,
    SerialAlreadyHere,
    SerialNotHere,
    SerialsDoNotMatch,
    StockAlreadyOpened,
    StockShort,
    stock_item_id,
)
from aggregates.stock_item import StockItem
from aggregates.warehouse import VanNeedsTechnician, Warehouse, WarehouseKindFixed
from commands.base import NotFound
from commands.stock import ArticleNotStocked, SerialsMissing, WrongWarehouseKind
from tests.commands.goods import (
    CALL,
    FOR_CALL,
    LOAN,
    MAIN,
    OTHER,
    OWNED,
    VAN,
    WAREHOUSES,
    X,
    article,
    issue,
    level,
    opened,
    stocked,
)
from tests.dsl import Company, do

MOVE = do("move-stock", article_id=X, from_warehouse_id=MAIN, to_warehouse_id=VAN, quantity="2")
RESERVE = do("reserve-part", article_id=X, warehouse_id=MAIN, quantity="3", record=OTHER, firm=True)


def test_a_warehouse_is_opened_once(company: Company) -> None:
    company.given().when(WAREHOUSES[0]).then((Warehouse.Opened, {"code": "MAIN"}))
    company.given().when(WAREHOUSES[0]).then_nothing()
    renamed = do("open-warehouse", code="main", name="Centrale")
    company.given().when(renamed).then((Warehouse.Changed, {"name": "Centrale"}))
    other = do("open-warehouse", code="MAIN", name="Centrale", kind="faulty")
    company.given().when(other).then_refused(WarehouseKindFixed)
    assert [one["name"] for one in company.ask("warehouses", kind="main")["items"]] == ["Centrale"]


def test_a_van_belongs_to_a_technician(company: Company) -> None:
    company.given().when(do("open-warehouse", code="V1", name="Furgone", kind="van")).then_refused(VanNeedsTechnician)


def test_an_opening_balance_is_taken_once(company: Company) -> None:
    opened(company).given().when(stocked(5)).then((StockItem.Stocked, {"quantity": Decimal(5)}))
    company.given().when(stocked(5)).then_nothing()
    company.given().when(stocked(6)).then_refused(StockAlreadyOpened)
    assert level(company)["on_hand"] == 5


def test_an_opening_balance_after_the_minimum_was_set(company: Company) -> None:
    opened(company).given(do("set-minimum-stock", article_id=X, warehouse_id=MAIN, minimum="4"))
    company.given().when(stocked(5)).then((StockItem.Received, {"source": None}))
    company.given().when(stocked(5)).then_nothing()


def test_unknown_articles_and_warehouses_are_refused(company: Company) -> None:
    opened(company).given().when(stocked(1, of=uuid4())).then_refused(NotFound)
    company.given().when(stocked(1, at=uuid4())).then_refused(NotFound)
    labour = article(company, "ORE", ArticleKind.LABOUR)
    company.given().when(stocked(1, of=labour)).then_refused(ArticleNotStocked)


def test_more_than_there_is_needs_a_reason(company: Company) -> None:
    opened(company).given(stocked(1)).when(issue(2)).then_refused(StockShort, on_hand="1", quantity="2")
    company.given().when(issue(2, override_reason="Trovato sul furgone")).then(
        (StockItem.ShortfallAccepted, {"short_by": Decimal(1), "reason": "Trovato sul furgone"}),
        (StockItem.Issued, {"unit_cost": Decimal("51.20")}),
    )
    assert level(company)["on_hand"] == -1


def test_the_same_movement_again_changes_nothing(company: Company) -> None:
    once = issue(1, movement_id=uuid4())
    opened(company).given(stocked(5), once).when(once).then_nothing()


def test_goods_leave_at_their_average_cost(company: Company) -> None:
    came: dict[str, Any] = {
        "article_id": X,
        "warehouse_id": MAIN,
        "source": {"kind": "purchase-order", "id": str(uuid4())},
    }
    opened(company).given(stocked(2, cost="10"), do("receive-stock", quantity="1", unit_cost="13", **came))
    company.given().when(issue(1)).then((StockItem.Issued, {"unit_cost": Decimal(11)}))
    company.given(do("receive-stock", quantity="2", unit_cost="20", **came))
    company.given().when(issue(1)).then((StockItem.Issued, {"unit_cost": Decimal("15.5")}))


def test_an_issue_names_its_movement_and_unused_goods_come_back_by_it(company: Company) -> None:
    """R11.7: 5 at 51.20 and 7 at 53.333 are 52.44425 each; value is money, to the cent (R0.1)."""
    opened(company).given(stocked(5))
    source = {"kind": "purchase-order", "id": str(uuid4())}
    company.given(do("receive-stock", article_id=X, warehouse_id=MAIN, quantity="7", unit_cost="53.333", source=source))
    taken = company.execute(issue(4)).result
    assert taken["unit_cost"] == "52.44425"
    assert level(company)["value"] == Decimal("419.55")  # 8 × 52.44425 = 419.554
    back = {"article_id": X, "warehouse_id": MAIN, "movement_id": taken["movement_id"], "quantity": "2"}
    company.given().when(do("return-issued", **back)).then((StockItem.Returned, {"unit_cost": Decimal("52.44425")}))
    (item,) = company.ask("stock", article_id=X)["items"]
    assert item["value"] == level(company)["value"] == Decimal("524.44")  # 10 × 52.44425 = 524.4425


def test_customers_goods_are_kept_apart_at_no_value(company: Company) -> None:
    theirs = stocked(1, at=OWNED, ownership="customer")
    opened(company).given(stocked(5)).when(theirs).then((StockItem.Stocked, {"unit_cost": Decimal(0)}))
    (item,) = company.ask("stock", article_id=X)["items"]
    assert (item["on_hand"], item["value"]) == (5, Decimal("256.00"))
    assert {(one["kind"], one["ownership"], one["on_hand"]) for one in item["warehouses"]} == {
        ("main", "own", 5),
        ("customer_owned", "customer", 1),
    }
    company.given().when(stocked(1, at=OWNED)).then_refused(WrongWarehouseKind)


def test_a_soft_promise_is_shown_and_does_not_bind(company: Company) -> None:
    soft = do("reserve-part", article_id=X, warehouse_id=MAIN, quantity="2", record=FOR_CALL)
    opened(company).given(stocked(5), RESERVE, soft)
    seen = level(company)
    assert (seen["reserved_firm"], seen["reserved_soft"], seen["available"]) == (3, 2, 2)
    released = do("release-reservation", article_id=X, warehouse_id=MAIN, record_id=CALL)
    company.given().when(released).then((StockItem.ReservationReleased, {"quantity": Decimal(2)}))
    company.given().when(released).then_nothing()
    assert level(company)["reserved_soft"] == 0


def test_the_same_promise_again_is_one_fact(company: Company) -> None:
    again = do(
        "reserve-part", article_id=X, warehouse_id=MAIN, quantity="3", record=OTHER, reservation_id=uuid4(), firm=True
    )
    opened(company).given(stocked(5), again).when(again).then_nothing()
    more = do("reserve-part", **{**again.fields, "quantity": "4"})
    company.given().when(more).then(StockItem.Reserved, PromisePlaces.Added)
    assert level(company)["reserved_firm"] == 4


def test_use_shrinks_the_promise_and_what_is_there_together(company: Company) -> None:
    opened(company).given(stocked(5), RESERVE)
    company.given(issue(2, record=OTHER))
    seen = level(company)
    assert (seen["on_hand"], seen["reserved_firm"], seen["available"]) == (3, 1, 2)


def test_using_what_is_promised_to_others_is_allowed_with_a_warning(company: Company) -> None:
    opened(company).given(stocked(3), RESERVE)
    assert company.execute(issue(1)).result["warnings"] == ["promised-more-than-available"]


def test_promises_travel_with_the_goods(company: Company) -> None:
    """S13: on hand 5, firmly promised 3 + 2, minimum 4; the van takes 2 for the order, then they are used."""
    order = {"kind": "sales-order", "id": str(uuid4()), "number": "IC-2026-0012"}
    promised = do("reserve-part", article_id=X, warehouse_id=MAIN, quantity="2", record=order, job_id=CALL, firm=True)
    minimum = do("set-minimum-stock", article_id=X, warehouse_id=MAIN, minimum="4")
    opened(company).given(stocked(5), minimum, RESERVE)
    assert level(company)["available"] == 2
    company.given(promised)
    assert (level(company)["available"], level(company)["proposal"]) == (0, 4)
    company.given(do("move-stock", **{**MOVE.fields, "for_record_id": order["id"]}))
    main, van = level(company), level(company, VAN)
    assert (main["on_hand"], main["reserved_firm"], main["available"], main["proposal"]) == (3, 3, 0, 4)
    assert (van["on_hand"], van["reserved_firm"], van["available"]) == (2, 2, 0)
    assert [one["quantity"] for one in company.ask("reservations", record_id=order["id"])["items"]] == [2]
    company.given(issue(2, at=VAN))
    van = level(company, VAN)
    assert (van["on_hand"], van["reserved_firm"]) == (0, 0)
    purchase = {"kind": "purchase-order", "id": str(uuid4())}
    company.given(do("expect-supply", article_id=X, warehouse_id=MAIN, quantity="4", record=purchase))
    assert (level(company)["available"], level(company)["proposal"]) == (4, 0)
    place: dict[str, Any] = {"article_id": X, "warehouse_id": MAIN}
    company.given(do("receive-stock", quantity="3", unit_cost="51.20", source=purchase, **place))
    assert (level(company)["on_hand"], level(company)["on_order"], level(company)["available"]) == (6, 1, 4)


def test_a_move_needs_two_places_and_enough_goods(company: Company) -> None:
    opened(company).given(stocked(1)).when(MOVE).then_refused(StockShort)
    here = do("move-stock", **{**MOVE.fields, "to_warehouse_id": MAIN})
    company.given().when(here).then_refused(SameWarehouse)


def test_a_move_is_two_facts_in_one_append(company: Company) -> None:
    opened(company).given(stocked(5)).when(MOVE).then(
        (StockItem.MovedOut, {"to_warehouse_id": VAN}),
        StockItem.Stocked,
        (StockItem.MovedIn, {"from_warehouse_id": MAIN, "average_cost": Decimal("51.2")}),
    )


def test_a_count_takes_the_difference_into_stock(company: Company) -> None:
    opened(company).given(stocked(5))
    counted = do("count-stock", article_id=X, warehouse_id=MAIN, counted="3", why="Conta settimanale")
    company.given().when(counted).then((StockItem.Counted, {"difference": Decimal(-2)}))
    movements = company.ask("stock-movements", article_id=X)["items"]
    assert [(one["kind"], one["quantity"], one["on_hand"]) for one in movements] == [
        ("opening", 5, 5),
        ("counted", -2, 3),
    ]
    assert movements[1]["reason"] == "Conta settimanale"


def test_below_the_minimum_is_a_list_with_a_proposal(company: Company) -> None:
    company.given(*WAREHOUSES)
    article(company, "X", order_lot="5")
    article(company, "Y")
    company.given(stocked(1), do("set-minimum-stock", article_id=X, warehouse_id=MAIN, minimum="4"))
    (item,) = company.ask("stock", below_minimum=True)["items"]
    assert (item["code"], item["below_minimum"], item["proposal"]) == ("X", True, 5)


def test_a_serial_part_needs_its_serial_and_leaves_once(company: Company) -> None:
    company.given(*WAREHOUSES)
    board = article(company, "BOARD", serial_tracked=True)
    two = stocked(2, of=board, serials=("SN-1", "SN-2"))
    company.given(two)
    company.given().when(issue(1, of=board)).then_refused(SerialsMissing)
    company.given().when(issue(2, of=board, serials=("SN-1",))).then_refused(SerialsDoNotMatch)
    company.given().when(issue(1, of=board, serials=("SN-9",))).then_refused(SerialNotHere, serial="SN-9")
    company.given().when(issue(1, of=board, serials=("SN-1",))).then((StockItem.Issued, {"serials": ("SN-1",)}))
    company.given().when(issue(1, of=board, serials=("SN-1",), record=OTHER)).then_refused(SerialNotHere)
    came: dict[str, Any] = {
        "article_id": board,
        "warehouse_id": MAIN,
        "quantity": "1",
        "unit_cost": "1",
        "source": OTHER,
    }
    company.given().when(do("receive-stock", serials=("SN-2",), **came)).then_refused(SerialAlreadyHere)


def test_twenty_takers_of_seven_pieces(company: Company) -> None:
    opened(company).given(stocked(7))
    company.fold()

    def take(_: int) -> bool:
        try:
            company.execute(issue(1))
        except StockShort:
            return False
        return True

    with ThreadPoolExecutor(20) as crowd:
        assert sum(crowd.map(take, range(20))) == 7
    item = company.record(stock_item_id(X, MAIN))
    assert (item.on_hand, level(company)["on_hand"]) == (0, 0)


def test_folding_again_changes_nothing(company: Company) -> None:
    opened(company).given(stocked(5), RESERVE, MOVE, issue(1, at=VAN))
    before = company.ask("stock"), company.ask("stock-movements", article_id=X)
    company.fold()
    assert (company.ask("stock"), company.ask("stock-movements", article_id=X)) == before


@pytest.mark.parametrize("kind", ["loan", "supplier", "faulty"])
def test_goods_out_of_reach_are_not_promised(company: Company, kind: str) -> None:
    opened(company).given(stocked(5), do("open-warehouse", code="Z", name="Z", kind=kind))
    company.given(do("move-stock", **{**MOVE.fields, "to_warehouse_id": LOAN}))
    (item,) = company.ask("stock", article_id=X)["items"]
    assert (item["on_hand"], item["available"]) == (3, 3)
