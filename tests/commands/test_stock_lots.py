"""Lots: the first to expire goes first, blocked ones wait, a recall finds them; promises, values and ledgers by day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.article import article_id
from aggregates.promise_places import PromisePlaces
from aggregates.stock import SerialsDoNotMatch
from aggregates.stock_item import StockItem
from aggregates.stock_lot import StockLot
from aggregates.stock_lots import LotBlocked, LotExpired, LotNotHere, LotsDoNotMatch, LotsShort
from aggregates.stock_returns import IssueUnknown, LotNotIssued, MoreThanIssued
from commands.stock import LotsMissing
from commands.stock_reservation import CallLineDecides, PlannedLineDecides, ReservationUnknown
from tests.commands import goods
from tests.commands.calls import CALL, CUSTOMER, ROSSI, TECHNICIANS, opened
from tests.commands.goods import FAULTY, FOR_CALL, MAIN, OTHER, VAN, X, article, issue, level, stocked
from tests.dsl import Company, Do, do

GAS = article_id("GAS")
OLD, NEW, GONE = (
    {"code": "OLD", "quantity": "2", "expires_on": "2026-12-31", "supplier_lot": "A-1"},
    {"code": "NEW", "quantity": "3", "expires_on": "2027-06-30"},
    {"code": "GONE", "quantity": "4", "expires_on": "2026-08-31"},
)
PURCHASE = {"kind": "purchase-order", "id": str(UUID(int=77))}
PROMISE = UUID(int=78)


def lots_of(*found: Any) -> dict[str, int]:
    return {one.code: int(one.quantity) for one in found}


def late(quantity: int, **fields: Any) -> Do:
    """Gas handed out when the first lot has expired."""
    out: dict[str, Any] = {"article_id": GAS, "warehouse_id": MAIN, "quantity": str(quantity), "record": FOR_CALL}
    return do("issue-part", at="2027-01-10T09:00", **out, **fields)


def block(lot: str = "OLD") -> Do:
    return do("block-lot", article_id=GAS, lot=lot, reason="Richiamo del fornitore")


@pytest.fixture
def store(company: Company) -> Company:
    """Refrigerant gas by lot: two good ones and an expired one; part X beside it."""
    goods.opened(company)
    article(company, "GAS", lot_tracked=True)
    return company.given(stocked(5, of=GAS, lots=[NEW, OLD], cost="10"), stocked(5)).company


def test_lots_come_in_with_the_goods(store: Company) -> None:
    came: dict[str, Any] = {"article_id": GAS, "warehouse_id": MAIN, "unit_cost": "10", "source": PURCHASE}
    store.given().when(do("receive-stock", quantity="4", **came)).then_refused(LotsMissing, article="GAS")
    wrong = do("receive-stock", quantity="5", lots=[GONE], **came)
    store.given().when(wrong).then_refused(LotsDoNotMatch, given="4", quantity="5")
    store.given(do("receive-stock", quantity="4", lots=[GONE], **came))
    told = store.ask("stock-lots", article_id=GAS)["items"]
    assert [(one["lot"], one["quantity"]) for one in told] == [("GONE", 4), ("OLD", 2), ("NEW", 3)]
    assert [one["lot"] for one in store.ask("stock-lots", expires_by="2026-12-31")["items"]] == ["GONE", "OLD"]


def test_the_first_to_expire_goes_first_and_is_told(store: Company) -> None:
    fact = store.given().when(issue(3, of=GAS)).then(StockItem.Issued).new[0].fact
    assert isinstance(fact, StockItem.Issued)
    assert lots_of(*fact.lots) == {"OLD": 2, "NEW": 1}
    store.given().when(issue(1, of=GAS, lots=["OLD"])).then_refused(LotNotHere, lot="OLD")
    store.given().when(issue(3, of=GAS, lots=["NEW"])).then_refused(LotsShort, usable="2")


def test_an_expired_lot_needs_a_reason(store: Company) -> None:
    store.given().when(late(4)).then_refused(LotsShort, usable="3")
    store.given().when(late(1, lots=["OLD"])).then_refused(LotExpired, lot="OLD")
    (fact,) = (
        one.fact for one in store.given().when(late(4, override_reason="Analisi superata")).then(StockItem.Issued).new
    )
    assert isinstance(fact, StockItem.Issued)
    assert lots_of(*fact.lots) == {"OLD": 2, "NEW": 2}


def test_a_blocked_lot_is_used_nowhere_and_may_be_moved_away(store: Company) -> None:
    store.given().when(block()).then(StockLot.Noted, StockLot.Blocked)
    store.given().when(block()).then_nothing()
    store.given().when(issue(1, of=GAS, lots=["OLD"])).then_refused(LotBlocked, lot="OLD")
    store.given().when(issue(4, of=GAS)).then_refused(LotsShort, usable="3")
    (one,) = [one for one in store.ask("stock-lots", article_id=GAS)["items"] if one["blocked_because"]]
    assert one["lot"] == "OLD"
    away = do("move-stock", article_id=GAS, from_warehouse_id=MAIN, to_warehouse_id=FAULTY, quantity="2", lots=["OLD"])
    store.given(away)
    store.given().when(issue(1, at=FAULTY, of=GAS)).then_refused(LotsShort, usable="0")
    store.given().when(do("unblock-lot", article_id=GAS, lot="OLD", reason="Controllo superato")).then(
        StockLot.Unblocked
    )
    store.given().when(issue(1, at=FAULTY, of=GAS)).then(StockItem.Issued)


def test_a_recall_finds_machine_and_customer(store: Company) -> None:
    store.given(*CUSTOMER, *TECHNICIANS, opened())
    machine = UUID(int=79)
    item: dict[str, Any] = {
        "serial_item_id": machine,
        "number": "M-1",
        "owner_id": ROSSI,
        "product": "Frigo",
        "type": "fridge",
    }
    line = UUID(int=80)
    used: dict[str, Any] = {"call_id": CALL, "line_id": line, "code": "GAS", "description": "Gas", "quantity": "2"}
    store.given(do("register-serial-item", **item), do("use-part", serial_item_id=machine, **used))
    store.given(issue(1, of=GAS, record=OTHER))
    found = store.ask("lot-recall", article_id=GAS, lot="OLD")["items"]
    assert [(one["record_id"], one["quantity"], one["machine_id"], one["customer_id"]) for one in found] == [
        (CALL, 2, machine, ROSSI)
    ]
    store.given(do("return-part", call_id=CALL, line_id=line, quantity="2"))
    assert store.ask("lot-recall", article_id=GAS, lot="OLD")["items"] == []
    assert level(store, of=GAS)["on_hand"] == 4


def test_what_was_issued_comes_back_once(store: Company) -> None:
    movement, again = uuid4(), uuid4()
    back: dict[str, Any] = {"article_id": GAS, "warehouse_id": MAIN, "movement_id": movement, "return_id": again}
    store.given(issue(3, of=GAS, movement_id=movement, record=OTHER))
    store.given().when(do("return-issued", quantity="4", **back)).then_refused(MoreThanIssued, left="3")
    store.given().when(do("return-issued", quantity="1", lots=["?"], **back)).then_refused(LotNotIssued)
    unknown = do("return-issued", quantity="1", **{**back, "movement_id": uuid4()})
    store.given().when(unknown).then_refused(IssueUnknown)
    serials = do("return-issued", quantity="2", serials=["A"], **back)
    assert store.given().when(serials).refusal is not None
    once = do("return-issued", quantity="2", lots=["OLD"], **back)
    store.given().when(once).then((StockItem.Returned, {"unit_cost": Decimal(10)}))
    store.given().when(once).then_nothing()
    assert level(store, of=GAS)["on_hand"] == 4


def test_a_part_of_a_call_comes_back_on_the_call(store: Company) -> None:
    line = uuid4()
    store.given(*CUSTOMER, opened())
    store.given(do("use-part", call_id=CALL, line_id=line, code="X", description="Valvola"))
    back = do("return-issued", article_id=X, warehouse_id=MAIN, movement_id=line, quantity="1")
    store.given().when(back).then_refused(CallLineDecides)


def test_a_promise_becomes_firm_with_its_day(store: Company) -> None:
    here: dict[str, Any] = {"article_id": X, "warehouse_id": MAIN, "reservation_id": PROMISE}
    confirm = do("confirm-reservation", due_on="2026-09-21", **here)
    store.given().when(confirm).then_refused(ReservationUnknown)
    store.given(do("reserve-part", quantity="2", record=OTHER, **here)).when(confirm).then(StockItem.Reserved)
    store.given().when(confirm).then_nothing()
    seen = level(store)
    assert (seen["reserved_firm"], seen["available_now"], seen["available"]) == (2, 3, 3)
    (promise,) = store.ask("reservations", article_id=X)["items"]
    assert promise["due_on"] == date(2026, 9, 21)


def test_another_article_takes_over_a_promise(store: Company) -> None:
    here: dict[str, Any] = {"article_id": X, "warehouse_id": MAIN, "reservation_id": PROMISE}
    swap = do("substitute-reservation", to_article_id=GAS, to_warehouse_id=VAN, **here)
    store.given(do("reserve-part", quantity="2", record=OTHER, firm=True, due_on="2026-09-21", **here))
    store.given().when(swap).then(
        StockItem.ReservationReleased, StockItem.Stocked, StockItem.Reserved, PromisePlaces.Added
    )
    store.given().when(swap).then_nothing()
    assert (level(store)["reserved_firm"], level(store, VAN, GAS)["reserved_firm"]) == (0, 2)
    store.given(do("reserve-part", quantity="1", record=FOR_CALL, **here)).when(
        do("substitute-reservation", to_article_id=article_id("GAS"), **here)
    ).then_refused(PlannedLineDecides)


def test_what_can_be_promised_by_when(store: Company) -> None:
    store.given(do("reserve-part", article_id=X, warehouse_id=MAIN, quantity="4", record=OTHER, firm=True))
    store.given(
        do("expect-supply", article_id=X, warehouse_id=MAIN, quantity="6", record=PURCHASE, due_on="2099-01-01")
    )
    told = store.ask("stock-promise", article_id=X, quantity="3")
    assert (told["on_hand"], told["promisable"], told["first_day"]) == (5, 1, date(2099, 1, 1))
    assert store.ask("stock-promise", article_id=X, on="2099-01-02")["promisable"] == 7
    assert store.ask("stock-promise", article_id=X, warehouse_id=VAN)["promisable"] == 0
    late = store.ask("stock-promise", article_id=X, quantity="3", today="2099-01-02")
    assert (late["today"], late["first_day"]) == (date(2099, 1, 2), date(2099, 1, 3))  # overdue: from tomorrow on


def test_ledger_and_value_by_day(store: Company) -> None:
    came: dict[str, Any] = {"article_id": X, "warehouse_id": MAIN, "unit_cost": "60", "source": PURCHASE}
    store.given(do("receive-stock", quantity="5", at="2026-09-10T09:00", **came))
    out: dict[str, Any] = {"article_id": X, "warehouse_id": MAIN, "quantity": "4", "record": OTHER}
    store.given(do("issue-part", at="2026-09-20T09:00", **out))
    store.given(stocked(1, at=goods.OWNED, ownership="customer", cost="99"))
    ledger = store.ask("article-ledger", article_id=X)["items"]
    assert [(one["came"], one["went"], one["balance"]) for one in ledger] == [(5, 0, 5), (5, 0, 10), (0, 4, 6)]
    assert ledger[-1]["balance_cost"] == Decimal("333.60")
    values = [store.ask("stock-valuation", on=day) for day in ("2026-09-05", "2026-09-15", "2026-09-25")]
    mine = [next(one for one in told["items"] if one["code"] == "X") for told in values]
    assert [one["value"] for one in mine] == [Decimal("256.00"), Decimal("556.00"), Decimal("333.60")]
    assert [one["adjustment"] for one in mine] == [0, 0, 0]
    assert values[0]["warehouses"] == [{"warehouse_code": "MAIN", "value": Decimal("306.00")}]


def test_the_story_of_a_piece(store: Company) -> None:
    board = article(store, "SER", serial_tracked=True)
    store.given(stocked(1, of=board, serials=["S-1"]))
    assert store.ask("stock-serial", article_id=board, serial="S-1")["warehouse_id"] == MAIN
    store.given(do("move-stock", article_id=board, from_warehouse_id=MAIN, to_warehouse_id=VAN, quantity="1",
                   serials=["S-1"]))  # fmt: skip
    store.given().when(issue(1, at=VAN, of=board, serials=["S-1", "S-1"])).then_refused(SerialsDoNotMatch)
    told = store.ask("stock-serial", article_id=board, serial="S-1")
    assert (told["warehouse_id"], [one["kind"] for one in told["movements"]]) == (
        VAN,
        ["opening", "moved_out", "moved_in"],
    )
    store.given(issue(1, at=VAN, of=board, serials=["S-1"]))
    assert store.ask("stock-serial", article_id=board, serial="S-1")["warehouse_id"] is None
