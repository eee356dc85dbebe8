"""A block and an issue at the same moment: whichever is recorded first, nothing leaves of a lot that is blocked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from aggregates.article import article_id
from aggregates.base import Act, Refusal
from aggregates.stock_item import StockItem
from aggregates.stock_lot import StockLot
from aggregates.stock_lots import LotsShort
from commands.catalog import BY_NAME
from tests.commands import goods
from tests.commands.goods import MAIN, VAN, article, issue, stocked
from tests.dsl import Company, Do, do

GAS = article_id("GAS")
LEAVES = (StockItem.Issued, StockItem.MovedOut)
ROUNDS = 12
PATHS: dict[str, Do] = {
    "issue-part": issue(2, of=GAS),
    "move-stock": do("move-stock", article_id=GAS, from_warehouse_id=MAIN, to_warehouse_id=VAN, quantity="2"),
    "issue-delivery-note": goods.issue_note(lines=[{"article_id": GAS, "quantity": "2"}]),
}


def block(lot: str, *, again: bool = True) -> Do:
    """Nobody may use it; or everybody, again."""
    return do("block-lot" if again else "unblock-lot", article_id=GAS, lot=lot, reason="Richiamo del fornitore")


def at_once(company: Company, step: Do) -> None:
    """Carry out a command without folding anything before."""
    entry = BY_NAME[step.name]
    company.behind.desk.execute(entry, entry.command.model_validate(step.fields), Act(by=step.by, at=step.at))


@pytest.fixture
def store(company: Company) -> Company:
    """A hundred pieces of each of two lots."""
    goods.opened(company)
    goods.registered(company)
    article(company, "GAS", lot_tracked=True)
    lots = [{"code": "OLD", "quantity": "100"}, {"code": "NEW", "quantity": "100", "expires_on": "2028-01-01"}]
    return company.given(stocked(200, of=GAS, lots=lots)).company


@pytest.mark.parametrize("name", PATHS)
def test_a_lot_blocked_while_it_leaves_does_not_leave(
    store: Company, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Somebody blocks the lot after the command has looked at it and before it is recorded; then the other one, too."""
    append, blocks = store.house.desk.ledger.append, [block("NEW")]

    def overtaken(*args: Any, **kwargs: Any) -> Any:
        if kwargs["command"].name == name and blocks:
            store.execute(blocks.pop())
        return append(*args, **kwargs)

    monkeypatch.setattr(store.house.desk.ledger, "append", overtaken)
    (left,) = (one.fact for one in store.given().when(PATHS[name]).new if isinstance(one.fact, LEAVES))
    assert [(lot.code, int(lot.quantity)) for lot in left.lots] == [("OLD", 2)], "tried again, from the other lot"
    blocks.append(block("OLD"))
    assert isinstance(store.given().when(PATHS[name]).refusal, LotsShort)


def test_many_take_while_one_blocks(store: Company) -> None:
    """Four hands take from the lots while a fifth blocks and unblocks one: the log has each in an order that may be."""
    store.fold()
    start = Barrier(5)

    def take(hand: int) -> int:
        step, taken = tuple(PATHS.values())[hand % 3], 0
        start.wait()
        for _ in range(ROUNDS):
            try:
                at_once(store, step)
                taken += 1
            except Refusal:
                continue
        return taken

    def guard(_: int) -> int:
        start.wait()
        for n in range(2 * ROUNDS):
            at_once(store, block("NEW", again=n % 2 == 0))
        return 2 * ROUNDS

    with ThreadPoolExecutor(5) as hands:
        jobs = [hands.submit(take, n) for n in range(4)] + [hands.submit(guard, 0)]
        assert all(job.result() for job in jobs)
    blocked: set[str] = set()
    for one in store.house.recorded_after(0):
        if isinstance(one.fact, StockLot.Blocked):
            blocked = {"NEW"}
        elif isinstance(one.fact, StockLot.Unblocked):
            blocked = set()
        elif isinstance(one.fact, LEAVES):
            assert not blocked & {lot.code for lot in one.fact.lots}, f"left while blocked, at {one.position}"
