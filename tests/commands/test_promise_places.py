"""What is promised to a record ends with it, wherever its goods were taken, though read models stand still (R11.2)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.article import article_id
from aggregates.base import Act, Refusal
from aggregates.promise_places import PromisePlaces
from aggregates.stock_item import StockItem
from commands.catalog import BY_NAME
from commands.promise_places import RecordIsOver
from tests.commands import goods
from tests.commands.goods import CALL, CUSTOMER, MAIN, VAN, X, opened, registered, stocked
from tests.document_steps import founded
from tests.dsl import Company, Do, do

QUOTE, ORDER, FAULTY = UUID(int=77), UUID(int=78), goods.FAULTY
LINE, HELD = UUID(int=79), UUID(int=80)
OF_ORDER = {"kind": "sales-order", "id": str(ORDER), "number": "IC-2026-0001"}
OF_CALL = {"kind": "call", "id": str(CALL), "number": "CH-2026-0101"}
CANCEL = do("cancel-sales-order", order_id=ORDER, reason="Il cliente rinuncia")
CLOSE = do("close-call", call_id=CALL, outcome="solved", at="2026-03-07 09:00")
ROUNDS = 12


def move(record_id: UUID, to: UUID, quantity: int = 1, origin: UUID = MAIN) -> Do:
    """Goods taken elsewhere for a record, with what is promised of them."""
    way: dict[str, Any] = {"from_warehouse_id": origin, "to_warehouse_id": to}
    return do("move-stock", article_id=X, quantity=str(quantity), for_record_id=record_id, **way)


def reserve(record: dict[str, str], at: UUID = VAN, **fields: Any) -> Do:
    """Pieces promised by hand."""
    told = {"article_id": X, "warehouse_id": at, "quantity": "1", "record": record, **fields}
    return do("reserve-part", at="2026-03-08 09:00", **told)


@pytest.fixture
def job(company: Company) -> Company:
    """An order of three pieces for a call, which has planned one more of another article; then nothing is folded."""
    opened(company)
    registered(company)
    goods.article(company, "Y")
    lines = [{"article_id": X, "quantity": "3", "unit_price": "50.00"}]
    company.given(
        founded(company),
        stocked(50),
        stocked(5, of=article_id("Y")),
        do("open-call", call_id=CALL, party_id=CUSTOMER, fault="Perde", number="CH-2026-0101", at="2026-03-02 08:00"),
        do("quote-call", call_id=CALL, quote_id=QUOTE, lines=lines, at="2026-03-02 10:00"),
        do("send-quote", quote_id=QUOTE, at="2026-03-02 11:00"),
        do(
            "accept-quote", quote_id=QUOTE, revision=0, person={"name": "Laura"}, channel="phone", at="2026-03-06 09:00"
        ),
        do("order-quote", quote_id=QUOTE, order_id=ORDER, at="2026-03-06 09:30"),
        do("plan-part", call_id=CALL, line_id=LINE, code="Y", description="Y", at="2026-03-06 10:00"),
    )
    company.fold()
    return company


def still(company: Company, step: Do) -> dict[str, Any]:
    """A command while read models stand still."""
    entry, act = BY_NAME[step.name], Act(by=step.by, at=step.at)
    return company.behind.desk.execute(entry, entry.command.model_validate(step.fields), act, uuid4()).result


def promised(company: Company) -> dict[UUID, Decimal]:
    """What is promised to each record, from the facts alone."""
    found: dict[UUID, Decimal] = {}
    for one in company.house.recorded_after(0):
        if isinstance(one.fact, StockItem.Stocked):
            item = company.record(one.fact.stream_id)
            for promise in item.reservations.values():
                found[promise.record.id] = found.get(promise.record.id, Decimal(0)) + promise.quantity
    return found


def test_a_cancelled_order_holds_nothing_anywhere(job: Company) -> None:
    """One piece in the van, one in a third place by way of the van, one that a cancelled note brought back there."""
    for step in (move(ORDER, VAN, 2), move(ORDER, FAULTY, origin=VAN), reserve(OF_ORDER)):
        still(job, step)
    assert promised(job)[ORDER] == 4
    still(job, CANCEL)
    assert ORDER not in promised(job)
    with pytest.raises(RecordIsOver):
        still(job, reserve(OF_ORDER))


def test_a_call_that_is_over_holds_nothing_anywhere(job: Company) -> None:
    still(job, do("move-stock", article_id=article_id("Y"), from_warehouse_id=MAIN, to_warehouse_id=VAN, quantity="1",
                  for_record_id=CALL))  # fmt: skip
    still(job, reserve(OF_CALL))
    assert promised(job)[CALL] == 2
    still(job, CLOSE)
    assert CALL not in promised(job)
    assert promised(job)[ORDER] == 3, "what its order holds is the order's"
    with pytest.raises(RecordIsOver):
        still(job, reserve(OF_CALL))


def test_work_finds_what_its_order_holds_elsewhere(job: Company) -> None:
    still(job, move(ORDER, FAULTY, 2))
    still(job, do("use-part", call_id=CALL, article_id=X, description="X", quantity="3", warehouse_id=MAIN))
    assert ORDER not in promised(job), "used up, in the main warehouse and elsewhere"


def test_a_place_is_noted_each_time_that_promises_come(job: Company) -> None:
    job.given().when(move(ORDER, VAN)).then(
        StockItem.MovedOut, StockItem.Stocked, StockItem.MovedIn, PromisePlaces.Noted, PromisePlaces.Added
    )
    job.given().when(move(ORDER, VAN)).then(
        StockItem.MovedOut, StockItem.MovedIn, PromisePlaces.Added, PromisePlaces.Added
    )
    job.given().when(move(uuid4(), FAULTY)).then(StockItem.MovedOut, StockItem.Stocked, StockItem.MovedIn)
    again = reserve(OF_CALL, reservation_id=HELD)
    job.given().when(again).then(StockItem.Reserved, PromisePlaces.Added)
    job.given().when(again).then_nothing()


def _after(job: Company, name: str, step: Do, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Carry a step out once, between the decision of a command and its append."""
    append, left = job.behind.desk.ledger.append, [step]

    def overtaken(*args: Any, **kwargs: Any) -> Any:
        if kwargs["command"].name == name and left:
            still(job, left.pop())
        return append(*args, **kwargs)

    monkeypatch.setattr(job.behind.desk.ledger, "append", overtaken)
    return lambda: not left


@pytest.mark.parametrize("place", ["new", "known"])
@pytest.mark.parametrize("ending", [CANCEL, CLOSE], ids=["cancel", "close"])
def test_goods_moved_while_their_record_ends_hold_nothing(
    job: Company, monkeypatch: pytest.MonkeyPatch, ending: Do, place: str
) -> None:
    """The end has looked at all places; then goods go to another one, which it knew or did not know."""
    record, of = (ORDER, OF_ORDER) if ending is CANCEL else (CALL, OF_CALL)
    if place == "known":
        still(job, reserve(of, reservation_id=HELD))
        still(job, do("release-reservation", article_id=X, warehouse_id=VAN, record_id=record))
    was_overtaken = _after(job, ending.name, reserve(of), monkeypatch)
    still(job, ending)
    assert was_overtaken()
    assert record not in promised(job)


@pytest.mark.parametrize("ending", [CANCEL, CLOSE], ids=["cancel", "close"])
def test_nothing_is_promised_to_what_ended_meanwhile(job: Company, monkeypatch: pytest.MonkeyPatch, ending: Do) -> None:
    record, of = (ORDER, OF_ORDER) if ending is CANCEL else (CALL, OF_CALL)
    was_overtaken = _after(job, "reserve-part", ending, monkeypatch)
    with pytest.raises(RecordIsOver):
        still(job, reserve(of))
    assert was_overtaken()
    assert record not in promised(job)


def test_people_move_promises_about_while_order_and_call_end(job: Company) -> None:
    """Six hands move and promise between three places, two end the order and the call in the middle of it."""
    start = Barrier(8)
    places = (MAIN, VAN, FAULTY)

    def work(hand: int) -> None:
        start.wait()
        for n in range(ROUNDS):
            record, of = ((ORDER, OF_ORDER), (CALL, OF_CALL))[hand % 2]
            here, there = places[(hand + n) % 3], places[(hand + n + 1 + n % 2) % 3]
            step = move(record, there, origin=here) if n % 3 else reserve(of, at=there)
            try:
                still(job, step)
            except Refusal:
                continue

    def end(step: Do) -> None:
        start.wait()
        while sum(promised(job).values()) < 10:
            pass
        still(job, step)

    with ThreadPoolExecutor(8) as hands:
        jobs = [hands.submit(work, n) for n in range(6)] + [hands.submit(end, step) for step in (CANCEL, CLOSE)]
        for one in jobs:
            one.result()
    assert promised(job) == {}


@pytest.mark.parametrize("name", ["return-part", "cancel-sales-order"])
def test_what_comes_back_while_its_order_ends_is_not_held(
    job: Company, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A part given back waits for its order again, unless that is cancelled at the same moment, first or last."""
    used: dict[str, Any] = {"call_id": CALL, "line_id": HELD, "article_id": X, "description": "X", "quantity": "3"}
    still(job, do("use-part", **used, warehouse_id=MAIN))
    back = do("return-part", call_id=CALL, line_id=HELD, quantity="3")
    was_overtaken = _after(job, name, CANCEL if name == "return-part" else back, monkeypatch)
    still(job, back if name == "return-part" else CANCEL)
    assert was_overtaken()
    assert ORDER not in promised(job)
