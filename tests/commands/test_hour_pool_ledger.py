"""A pool's ledger under any sequence of purchases, draws, corrections, lapses and refunds (R2.1, R2.4, R2.7, R2.8)."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.base import Act, Refusal
from aggregates.hour_pool import HourPool
from aggregates.hour_pool_draws import draw_hours, reverse_draw
from aggregates.hour_pool_values import Lot, PoolSubject, PoolTerms, Work
from aggregates.rules.business_calendar import CalendarTerms
from aggregates.rules.hour_pools import Stretch
from aggregates.values import Period, euro
from projections.base import MemoryRows, Recorded
from projections.hour_pool_tables import LOT, MOVEMENT, POOL
from projections.hour_pools import HourPools

FIRST = date(2026, 1, 12)
CALENDAR = CalendarTerms(closures=(Period(starts_on=date(2030, 1, 1), ends_on=date(2030, 1, 2)),))
POOLS = (UUID(int=1), UUID(int=2))
CUSTOMER = UUID(int=9)

days = st.integers(0, 6)
later = st.integers(3, 20)
steps = st.one_of(
    st.tuples(st.just("buy"), st.integers(0, 1), days, st.integers(1, 400), st.integers(0, 9)),
    st.tuples(st.just("draw"), st.integers(0, 3), days, st.integers(1, 300), st.integers(0, 1380)),
    st.tuples(st.just("reverse"), st.integers(0, 3), later, st.just(0), st.just(0)),
    st.tuples(st.just("expire"), st.integers(0, 1), later, st.just(0), st.just(0)),
    st.tuples(st.just("refund"), st.integers(0, 1), later, st.just(0), st.just(0)),
)
terms = st.builds(
    PoolTerms,
    overdraft_minutes=st.sampled_from([0, 45, 200]),
    top_up=st.sampled_from(["separate", "merge"]),
    early_end=st.just("refund"),
    overage_rate=st.just(euro("65.00")),
)


class Ledgers:
    """Two pools of one customer, and what people see of them, in memory."""

    def __init__(self, agreed: PoolTerms) -> None:
        act = self.act(0)
        subject = PoolSubject(customer_id=CUSTOMER, name="Monte ore")
        self.pools = [HourPool.open(each, subject, agreed, act) for each in POOLS]
        self.overdraft = agreed.overdraft_minutes
        self.rows, self.position, self.lots = MemoryRows(), 0, 0
        self.see()

    @staticmethod
    def act(day: int) -> Act:
        """Something done at noon of a day."""
        return Act(by="user:test", at=datetime(2026, 1, 12, 12, tzinfo=UTC) + timedelta(days=day))

    def do(self, name: str, which: int, day: int, minutes: int, more: int) -> None:
        """One step; a refusal is an answer too."""
        with suppress(Refusal):
            getattr(self, name)(which, day, minutes, more)
        self.see()

    def buy(self, which: int, day: int, minutes: int, more: int) -> None:
        """A lot of so many minutes, valid for some days."""
        self.lots += 1
        on = FIRST + timedelta(days=day)
        lot = Lot(
            lot_id=UUID(int=100 + self.lots),
            minutes=minutes,
            price=euro(Decimal(minutes * 97 + more) / 100),
            valid_from=on,
            valid_to=on + timedelta(days=more),
            bought_on=on,
            used_before=Decimal(more % minutes),
        )
        self.pools[which].buy(lot, self.act(day))

    def draw(self, which: int, day: int, minutes: int, more: int) -> None:
        """An intervention, begun at some minute of the day."""
        begins = datetime(2026, 1, 11, 23, tzinfo=UTC) + timedelta(days=day, minutes=more)
        work = Work(
            work_id=UUID(int=1000 + which),
            stretches=(Stretch(starts_at=begins, ends_at=begins + timedelta(minutes=minutes)),),
        )
        draw_hours(self.pools, work, CALENDAR, self.act(day))

    def reverse(self, which: int, day: int, _minutes: int, _more: int) -> None:
        """The intervention given back."""
        reverse_draw(self.pools, UUID(int=1000 + which), "Errore", self.act(day))

    def expire(self, which: int, day: int, _minutes: int, _more: int) -> None:
        """What has ended lapses."""
        self.pools[which].expire(FIRST + timedelta(days=day), self.act(day))

    def refund(self, which: int, day: int, _minutes: int, _more: int) -> None:
        """The customer leaves."""
        self.pools[which].refund(FIRST + timedelta(days=day), self.act(day))

    def see(self) -> None:
        """Fold what is new."""
        for pool in self.pools:
            for fact in pool.collect_events():
                self.position += 1
                assert isinstance(fact, HourPool.Event)
                HourPools().fold(Recorded(fact, self.position, fact.act.at, UUID(int=self.position)), self.rows)

    def check(self) -> None:
        """What holds whatever happened."""
        for pool in self.pools:
            moved = [row for row in self.rows.all(MOVEMENT) if row["pool_id"] == pool.id]
            assert sum(row["minutes"] for row in moved) == pool.balance
            assert 0 <= pool.overdrawn <= self.overdraft
            assert pool.balance >= -self.overdraft
            assert self.rows.get(POOL, pool.id) == {**self.seen(pool), "overdrawn": pool.overdrawn}
            for lot_id, state in pool.lots.items():
                self.check_lot(pool, lot_id, [row for row in moved if row["lot_id"] == lot_id])
                assert min(state.left, state.used, state.lapsed, state.refunded, state.repaid) >= 0

    def check_lot(self, pool: HourPool, lot_id: UUID, moved: list[dict[str, Any]]) -> None:
        """A lot in the pool, in the list and by its movements: the same minutes and euro, which sum to the price."""
        state, row = pool.lots[lot_id], self.rows.get(LOT, pool.id, lot_id)
        assert row is not None
        price, given = state.lot.price.amount, state.refund.amount if state.refund else Decimal(0)
        assert (row["left_minutes"], row["valid_to"]) == (state.left, state.valid_to)
        assert sum(each["minutes"] for each in moved) == state.left
        assert sum(each["revenue"] for each in moved) == state.earned == row["earned"]
        assert state.earned + state.deferred + given == price
        assert state.deferred >= 0 or state.refund is not None

    def seen(self, pool: HourPool) -> dict[str, Any]:
        """The pool's own row."""
        row = self.rows.get(POOL, pool.id)
        assert row is not None
        return row


@settings(max_examples=150)
@given(terms, st.lists(steps, min_size=3, max_size=20))
def test_minutes_and_euro_are_never_lost_or_made(
    agreed: PoolTerms, happened: list[tuple[str, int, int, int, int]]
) -> None:
    ledgers = Ledgers(agreed)
    for step in happened:
        ledgers.do(*step)
        ledgers.check()


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 300), st.integers(480, 700)), min_size=1, max_size=4), st.integers(1, 90))
def test_drawing_and_giving_back_leaves_all_that_was_bought(works: list[tuple[int, int]], bought: int) -> None:
    """Also what a purchase in between has paid back of an overdraft."""
    ledgers = Ledgers(PoolTerms(overdraft_minutes=60, overage_rate=euro("65.00")))
    ledgers.do("buy", 0, 0, 400, 60)
    ledgers.do("buy", 1, 0, 100, 90)
    for n, (minutes, begins) in enumerate(works):
        ledgers.do("draw", n, 2, minutes, begins)
    ledgers.do("buy", 0, 3, bought, 60)
    for n in range(len(works)):
        ledgers.do("reverse", n, 3, 0, 0)
    lots = [state for pool in ledgers.pools for state in pool.lots.values()]
    assert [state.left for state in lots] == [state.lot.minutes - state.lot.used_before for state in lots]
    assert not any(pool.overdrawn or pool.draws for pool in ledgers.pools)
