"""What a delay costs (R6.7): units, percent, cap; against a reckoning unit by unit."""

from __future__ import annotations

from datetime import time
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.business_calendar import CalendarTerms, WeekShifts
from aggregates.rules.penalties import DelayUnit, Penalty, penalty_due, penalty_part, unit_minutes
from aggregates.rules.service_level import Clock

OFFICE = CalendarTerms()
ALWAYS = CalendarTerms(always_open=True)
NIGHT = CalendarTerms(
    shifts=WeekShifts(friday=((time(22), time(0)),), saturday=((time(0), time(6)), (time(8), time(9))))
)


@pytest.mark.parametrize(
    ("late", "units", "amount"),
    [(0, 0, "0.00"), (1, 1, "5.00"), (60, 1, "5.00"), (61, 2, "10.00"), (1200, 20, "100.00")],
)
def test_begun_hours(late: int, units: int, amount: str) -> None:
    due = penalty_due(Penalty(percent=Decimal("0.5")), OFFICE, late, Decimal(1000))
    assert (due.units, due.amount, due.is_capped) == (units, Decimal(amount), False)


def test_the_cap() -> None:
    due = penalty_due(Penalty(percent=Decimal("0.5"), cap_percent=Decimal(3)), OFFICE, 600, Decimal("351.78"))
    assert (due.units, due.percent, due.amount, due.is_capped) == (10, Decimal(3), Decimal("10.55"), True)


@pytest.mark.parametrize(("calendar", "minutes"), [(OFFICE, 480), (ALWAYS, 1440), (NIGHT, 420)])
def test_a_day_is_the_longest_of_the_calendar(calendar: CalendarTerms, minutes: int) -> None:
    assert unit_minutes(DelayUnit.DAYS, calendar) == minutes
    assert unit_minutes(DelayUnit.HOURS, calendar) == 60


def test_clocks_named_or_all() -> None:
    assert Penalty(percent=Decimal(1)).holds_for(Clock.RESOLVE)
    assert not Penalty(percent=Decimal(1), clocks=(Clock.RESPONSE,)).holds_for(Clock.RESOLVE)


def test_nothing_is_reckoned_backwards() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        penalty_due(Penalty(percent=Decimal(1)), OFFICE, -1, Decimal(1))


percents = st.integers(1, 10_000).map(lambda n: Decimal(n) / 100)
terms = st.builds(
    Penalty, percent=percents, unit=st.sampled_from(DelayUnit), cap_percent=percents, counts_begun=st.booleans()
)


@given(terms, st.sampled_from([OFFICE, ALWAYS]), st.integers(0, 20_000), st.integers(0, 10**7))
def test_it_agrees_with_counting_unit_by_unit(said: Penalty, calendar: CalendarTerms, late: int, cents: int) -> None:
    fee, length = Decimal(cents) / 100, unit_minutes(said.unit, calendar)
    left, percent = late, Decimal(0)
    while left >= length or (left > 0 and said.counts_begun):
        percent += said.percent
        left -= length
    expected = (fee * min(percent, said.cap_percent) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    due = penalty_due(said, calendar, late, fee)
    assert due.amount == expected
    assert due.amount <= fee
    assert due.amount <= penalty_due(said, calendar, late + 1, fee).amount


@given(terms, st.sampled_from([OFFICE, ALWAYS]), st.lists(st.integers(0, 9_000), min_size=1), st.integers(0, 10**7))
def test_parts_are_together_the_penalty_of_the_whole(
    said: Penalty, calendar: CalendarTerms, lates: list[int], cents: int
) -> None:
    """However many months a delay runs over, whatever the rounding, and under one cap; also asked in any order."""
    fee = Decimal(cents) / 100
    for order in (sorted(lates), lates):
        parts: list[Decimal] = []
        for late in order:
            parts.append(penalty_part(penalty_due(said, calendar, late, fee).amount, parts))
        assert sum(parts) == penalty_due(said, calendar, max(lates), fee).amount
        assert min(parts) >= 0
