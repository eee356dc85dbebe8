"""Counts of a warehouse: blind, by several people, again where they disagree, approved by another."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from aggregates.article import article_id
from aggregates.stock_count import (
    CounterApproves,
    CountIsOver,
    CountUnsettled,
    NotCounted,
    NothingCounted,
    StockCount,
)
from aggregates.stock_count_values import CountBySession, CountOvertaken
from aggregates.stock_item import StockItem
from commands.stock_count import CountIsEmpty, CountNeedsLots, CountNeedsSerials
from tests.commands.goods import MAIN, VAN, X, article, issue, level, opened, stocked
from tests.dsl import Company, Do, do

COUNT = UUID("77777777-7777-7777-7777-777777777777")
ADA, BRUNO, CARLA = "user:ada", "user:bruno", "user:carla"
START = do("start-stock-count", count_id=COUNT, warehouse_id=MAIN, title="Inventario", by=ADA)


def counted(quantity: int | None, of: UUID = X, by: str = ADA, **fields: Any) -> Do:
    return do("count-line", count_id=COUNT, article_id=of, counted=quantity, by=by, **fields)


def approve(by: str = CARLA) -> Do:
    return do("approve-stock-count", count_id=COUNT, reason="Verificato", by=by)


@pytest.fixture
def shop(company: Company) -> Company:
    """Five pieces of X in a warehouse that is being counted."""
    return opened(company).given(stocked(5), START).company


def test_a_difference_is_taken_into_stock_when_approved(shop: Company) -> None:
    told = shop.given().when(counted(3)).then((StockCount.LineCounted, {"article": "X"}))
    assert told.result == {"counted": "3"}
    shop.given().when(counted(3)).then_nothing()
    assert level(shop)["on_hand"] == 5
    shop.given().when(approve()).then(
        (StockItem.Counted, {"difference": Decimal(-2), "counted": Decimal(3), "count_id": COUNT}),
        (StockCount.Approved, {"differences": 1}),
    )
    assert level(shop)["on_hand"] == 3
    (told,) = shop.ask("stock-counts")["items"]
    assert (told["status"], "value" in told) == ("approved", False)
    assert shop.ask("stock-count-differences", count_id=COUNT)["value"] == Decimal("-102.40")
    shop.given().when(approve()).then_nothing()
    shop.given().when(counted(4)).then_refused(CountIsOver, status="approved")


def test_who_counts_sees_no_quantity(shop: Company) -> None:
    article(shop, "Y")
    shop.given(stocked(7, of=article_id("Y")), counted(3))
    sheet = shop.ask("stock-count", count_id=COUNT)
    assert [(line["code"], line["is_counted"]) for line in sheet["lines"]] == [("X", True), ("Y", False)]
    assert not {"on_hand", "difference", "counted"} & set(sheet["lines"][0])


def test_goods_that_move_while_the_count_waits_stay_moved(shop: Company) -> None:
    """5 known, 4 found: one is missing. Two leave before the approval: 2 are there, not 4."""
    shop.given(counted(4), issue(2))
    shop.given(approve())
    assert level(shop)["on_hand"] == 2


def test_more_gone_than_was_found_asks_for_a_recount(shop: Company) -> None:
    shop.given(counted(1), issue(3)).when(approve()).then_refused(CountOvertaken, article="X")
    shop.given(do("ask-recount", count_id=COUNT, article_id=X, reason="Uscite nel frattempo", by=CARLA), counted(2))
    shop.given(approve())
    assert level(shop)["on_hand"] == 2


def test_people_who_disagree_count_again(shop: Company) -> None:
    shop.given(counted(4), counted(5, by=BRUNO)).when(approve()).then_refused(CountUnsettled, articles="X")
    (line,) = shop.ask("stock-count-differences", count_id=COUNT)["lines"]
    assert line["settled"] is False
    recount = do("ask-recount", count_id=COUNT, article_id=X, reason="Non concordano", by=CARLA)
    shop.given().when(recount).then(StockCount.RecountAsked)
    shop.given().when(recount).then_nothing()
    shop.given().when(approve()).then_refused(CountUnsettled)
    shop.given(counted(4), counted(4, by=BRUNO), approve())
    assert level(shop)["on_hand"] == 4


def test_the_same_difference_at_two_moments_agrees(shop: Company) -> None:
    shop.given(counted(4), issue(1), counted(3, by=BRUNO), approve())
    assert level(shop)["on_hand"] == 3


def test_refusals(shop: Company) -> None:
    shop.given().when(approve()).then_refused(NothingCounted)
    shop.given().when(counted(None)).then_refused(CountIsEmpty)
    recount = do("ask-recount", count_id=COUNT, article_id=X, reason="Dubbio", by=CARLA)
    shop.given().when(recount).then_refused(NotCounted, article="X")
    shop.given(counted(4)).when(approve(by=ADA)).then_refused(CounterApproves)


def test_an_abandoned_count_changes_nothing(shop: Company) -> None:
    abandon = do("abandon-stock-count", count_id=COUNT, reason="Merce in arrivo")
    shop.given(counted(1)).when(abandon).then(StockCount.Abandoned)
    shop.given().when(abandon).then_nothing()
    shop.given().when(approve()).then_refused(CountIsOver, status="abandoned")
    assert level(shop)["on_hand"] == 5


def test_serials_are_found_and_missing(shop: Company) -> None:
    board = article(shop, "SER", serial_tracked=True)
    shop.given(stocked(3, of=board, serials=["A", "B", "C"]))
    shop.given().when(counted(2, of=board)).then_refused(CountNeedsSerials)
    shop.given(counted(None, of=board, serials=["A", "D"]))
    shop.given(issue(1, of=board, serials=["B"]))
    shop.given().when(approve()).then(
        (StockItem.Counted, {"serials_missing": ("C",), "serials_found": ("D",), "difference": Decimal(0)}),
        StockCount.Approved,
    )
    item = shop.record(shop.ask("stock", article_id=board)["items"][0]["warehouses"][0]["stock_item_id"])
    assert (item.serials, item.on_hand) == ({"A", "D"}, 2)
    alone = do("count-stock", article_id=board, warehouse_id=MAIN, counted="1")
    shop.given().when(alone).then_refused(CountBySession)


def test_lots_are_found_and_missing(shop: Company) -> None:
    gas = article(shop, "GAS", lot_tracked=True)
    lots = [{"code": "L1", "quantity": "2"}, {"code": "L2", "quantity": "3"}]
    shop.given(stocked(5, of=gas, lots=lots))
    shop.given().when(counted(4, of=gas)).then_refused(CountNeedsLots)
    shop.given(
        counted(None, of=gas, lots=[{"code": "L2", "quantity": "1"}, {"code": "L3", "quantity": "1"}]), approve()
    )
    item = shop.record(shop.ask("stock", article_id=gas)["items"][0]["warehouses"][0]["stock_item_id"])
    assert ({lot.code: lot.quantity for lot in item.lots.values()}, item.on_hand) == ({"L2": 1, "L3": 1}, 2)


def test_an_article_nobody_knew_of_is_found(shop: Company) -> None:
    new = article(shop, "NEW")
    shop.given(counted(2, of=new), approve())
    assert level(shop, of=new)["on_hand"] == 2


def test_a_van_is_counted_by_its_technician(shop: Company) -> None:
    other = UUID(int=5)
    shop.given(stocked(2, at=VAN), do("start-stock-count", count_id=other, warehouse_id=VAN, title="Furgone"))
    shop.given(do("count-line", count_id=other, article_id=X, counted="1", by=BRUNO))
    shop.given(do("approve-stock-count", count_id=other, reason="Settimanale", by=CARLA))
    assert (level(shop, VAN)["on_hand"], level(shop)["on_hand"]) == (1, 5)
