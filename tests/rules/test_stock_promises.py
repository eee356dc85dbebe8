"""What can be promised by when, against a walk through the days one by one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.stock_promises import DatedDemand, DatedSupply, first_day_for, promisable_on, promises

TODAY = date(2026, 3, 9)
HORIZON = 40
DAYS = st.none() | st.integers(-5, HORIZON - 5).map(lambda n: TODAY + timedelta(days=n))
QUANTITIES = st.integers(1, 9).map(Decimal)
DEMANDS = st.lists(st.builds(DatedDemand, due_on=DAYS, quantity=QUANTITIES), max_size=6)
SUPPLIES = st.lists(st.builds(DatedSupply, due_on=DAYS, quantity=QUANTITIES), max_size=6)
ON_HAND = st.integers(-3, 12).map(Decimal)


def day(n: int) -> date:
    return TODAY + timedelta(days=n)


def survives(on_hand: Decimal, demands: list[DatedDemand], supplies: list[DatedSupply], upto: int, floor: bool) -> bool:
    """Whether the stock, walked day by day from a day on, never lacks anything."""
    level = on_hand
    for n in range(HORIZON + 1):
        for one in supplies:
            if one.due_on is not None and (one.due_on == day(n) or (n == 1 and one.due_on < TODAY)):
                level += one.quantity
        for wanted in demands:
            if (wanted.due_on or TODAY) == day(n) or (n == 0 and (wanted.due_on or TODAY) < TODAY):
                level -= wanted.quantity
        if floor and n >= upto and level < 0:
            return False
    return True


@given(ON_HAND, DEMANDS, SUPPLIES, st.integers(0, HORIZON - 1))
def test_what_can_be_promised_is_the_most_that_hurts_no_later_promise(
    on_hand: Decimal, demands: list[DatedDemand], supplies: list[DatedSupply], n: int
) -> None:
    said = promisable_on(promises(TODAY, on_hand, demands, supplies), day(n))
    assert said >= 0
    for quantity, fits in ((said, True), (said + 1, False)):
        asked = [*demands, DatedDemand(due_on=day(n), quantity=quantity)] if quantity else demands
        if said == 0 and fits:
            continue
        assert survives(on_hand, asked, supplies, n, True) is fits


@given(ON_HAND, DEMANDS, SUPPLIES, QUANTITIES)
def test_the_first_day_is_the_first(
    on_hand: Decimal, demands: list[DatedDemand], supplies: list[DatedSupply], quantity: Decimal
) -> None:
    known = promises(TODAY, on_hand, demands, supplies)
    found = first_day_for(known, quantity)
    by_walking = next((day(n) for n in range(HORIZON + 1) if promisable_on(known, day(n)) >= quantity), None)
    assert found == by_walking


@given(ON_HAND, DEMANDS, SUPPLIES)
def test_what_can_be_promised_never_falls_with_the_days(
    on_hand: Decimal, demands: list[DatedDemand], supplies: list[DatedSupply]
) -> None:
    said = [one.promisable for one in promises(TODAY, on_hand, demands, supplies).days]
    assert said == sorted(said)


def test_doubt_counts_against_us() -> None:
    late = DatedSupply(due_on=day(-3), quantity=Decimal(2))
    some_day = DatedSupply(due_on=None, quantity=Decimal(5))
    known = promises(TODAY, Decimal(1), [DatedDemand(due_on=None, quantity=Decimal(1))], [late, some_day])
    assert [promisable_on(known, TODAY), promisable_on(known, day(1))] == [Decimal(0), Decimal(2)]
    assert [known.overdue, known.undated] == [Decimal(2), Decimal(5)]
    assert first_day_for(known, Decimal(3)) is None


def test_a_later_promise_keeps_todays_piece() -> None:
    """5 there, 4 promised in ten days, 2 coming in twenty: 1 today, 3 from the twentieth day on."""
    known = promises(
        TODAY,
        Decimal(5),
        [DatedDemand(due_on=day(10), quantity=Decimal(4))],
        [DatedSupply(due_on=day(20), quantity=Decimal(2))],
    )
    assert [promisable_on(known, day(n)) for n in (0, 10, 19, 20)] == [1, 1, 1, 3]
    assert first_day_for(known, Decimal(2)) == day(20)
