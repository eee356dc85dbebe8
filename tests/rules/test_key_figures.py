"""Key figures: first visits, days between failures, ages and percentages."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.rules.key_figures import Closing, FirstTime, age_band, first_time, gaps, mean, percent

DAY = date(2026, 3, 9)
GOOD = Closing(is_solved=True, is_fault=True, visits=1, reopened=0, closed_on=DAY)
days = st.integers(0, 200).map(lambda n: DAY + timedelta(days=n))
stretches = st.lists(st.tuples(days, st.none() | st.integers(1, 60)), max_size=5).map(
    lambda found: [(begins, None if n is None else begins + timedelta(days=n)) for begins, n in found]
)


@pytest.mark.parametrize(
    ("call", "today", "result"),
    [
        (GOOD, DAY + timedelta(days=31), FirstTime.FIXED),
        (GOOD, DAY + timedelta(days=30), FirstTime.TOO_EARLY),
        (GOOD._replace(next_on=DAY + timedelta(days=30)), DAY + timedelta(days=30), FirstTime.CAME_BACK),
        (GOOD._replace(next_on=DAY + timedelta(days=31)), DAY + timedelta(days=31), FirstTime.FIXED),
        (GOOD._replace(visits=2), DAY, FirstTime.MORE_VISITS),
        (GOOD._replace(reopened=1), DAY, FirstTime.REOPENED),
        (GOOD._replace(is_solved=False, visits=3), DAY, FirstTime.UNSOLVED),
        (GOOD._replace(visits=0), DAY + timedelta(days=90), FirstTime.NO_VISIT),
        (GOOD._replace(is_fault=False, is_solved=False), DAY, FirstTime.NO_FAULT),
    ],
)
def test_a_first_visit_is_judged(call: Closing, today: date, result: FirstTime) -> None:
    assert first_time(call, 30, today) is result


@settings(max_examples=50)
@given(days, st.none() | days, st.integers(0, 90), st.integers(0, 90))
def test_more_days_to_come_back_never_make_a_fix(today: date, next_on: date | None, fewer: int, more: int) -> None:
    call, least, most = GOOD._replace(next_on=next_on), *sorted((fewer, more))
    if first_time(call, most, today) is FirstTime.FIXED:
        assert first_time(call, least, today) is FirstTime.FIXED
    if first_time(call, least, today) is FirstTime.CAME_BACK:
        assert first_time(call, most, today) is FirstTime.CAME_BACK


@settings(max_examples=50)
@given(st.lists(days, max_size=8), stretches)
def test_gaps_are_the_days_in_use(failed: list[date], idle: list[tuple[date, date | None]]) -> None:
    """Day by day: a day counts once, as idle or in use, whatever overlaps."""
    found = gaps(failed, idle)
    assert len(found) == max(0, len(failed) - 1)
    for gap in found:
        between = [gap.before_on + timedelta(days=n) for n in range((gap.failed_on - gap.before_on).days)]
        out = [day for day in between if any(a <= day and (b is None or day < b) for a, b in idle)]
        assert (gap.idle_days, gap.days) == (len(out), len(between) - len(out))
    if found:
        whole = (max(failed) - min(failed)).days
        assert sum(gap.days + gap.idle_days for gap in found) == whole


@pytest.mark.parametrize(("n", "band"), [(0, "0-1"), (1, "0-1"), (2, "2-7"), (8, "8-30"), (90, "31-90"), (91, "91+")])
def test_a_call_has_an_age(n: int, band: str) -> None:
    assert age_band(DAY, DAY + timedelta(days=n)) == band


def test_percentages_round_half_up_and_nothing_has_none() -> None:
    assert (percent(1, 3), percent(1, 16), percent(0, 5), percent(0, 0)) == (
        Decimal("33.3"), Decimal("6.3"), Decimal("0.0"), None,
    )  # fmt: skip
    assert mean(5, 4) == Decimal("1.3")


@settings(max_examples=50)
@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_percentage_is_within_a_twentieth(part: int, whole: int) -> None:
    found = percent(part, whole)
    assert found is not None
    assert abs(found * whole - 100 * part) <= Decimal("0.05") * whole
