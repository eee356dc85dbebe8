"""Grids, seasons and meters of maintenance, against slow ways that look at every day (R3.10)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from aggregates.rules.maintenance import (
    Interval,
    IntervalUnit,
    MonthDay,
    Read,
    Season,
    counted_at,
    projected,
    reached_on,
)

DAY = timedelta(days=1)
days = st.dates(date(2019, 12, 1), date(2033, 12, 31))
anchors = st.one_of(days, st.sampled_from([date(2024, 2, 29), date(2024, 1, 31), date(2023, 8, 31), date(2024, 1, 30)]))
intervals = st.builds(
    Interval,
    every=st.integers(1, 18),
    unit=st.sampled_from(IntervalUnit),
    first_at_anchor=st.booleans(),
)
seasons = st.one_of(
    st.builds(Season, months=st.lists(st.integers(1, 12), min_size=1, max_size=11, unique=True).map(tuple)),
    st.builds(
        Season,
        from_day=st.builds(MonthDay, month=st.integers(1, 12), day=st.integers(1, 31)),
        to_day=st.builds(MonthDay, month=st.integers(1, 12), day=st.integers(1, 31)),
    ),
)


def every_day(first: date, last: date) -> list[date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


def is_on_grid(interval: Interval, anchor: date, day: date) -> bool:
    """Whether a day is on the grid, seen from the day alone."""
    if day < anchor or (day == anchor and not interval.first_at_anchor):
        return False
    if interval.unit in (IntervalUnit.DAYS, IntervalUnit.WEEKS):
        return (day - anchor).days % (interval.every * (7 if interval.unit is IntervalUnit.WEEKS else 1)) == 0
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    is_last = day.day == monthrange(day.year, day.month)[1]
    is_month = months % (interval.every * (12 if interval.unit is IntervalUnit.YEARS else 1)) == 0
    return is_month and (day.day == anchor.day or (is_last and day.day < anchor.day))


@given(intervals, anchors, days, st.integers(0, 1500))
def test_a_grid_has_the_days_that_a_look_at_each_day_finds(
    interval: Interval, anchor: date, first: date, length: int
) -> None:
    last = first + length * DAY
    slow = [day for day in every_day(first, last) if is_on_grid(interval, anchor, day)]
    assert [day for _, day in interval.grid(anchor, first, last)] == slow


@given(intervals, anchors, st.integers(2, 40))
def test_dates_never_come_nearer_to_each_other(interval: Interval, anchor: date, number: int) -> None:
    found = [interval.start(anchor, k) for k in range(number)]
    assert all(one < other for one, other in pairwise(found))
    if interval.unit in (IntervalUnit.MONTHS, IntervalUnit.YEARS):
        assert all(day.day in (anchor.day, monthrange(day.year, day.month)[1]) for day in found)


def test_the_31st_and_29_february_come_back() -> None:
    monthly = Interval(every=1)
    assert [str(monthly.start(date(2026, 1, 31), k)) for k in (1, 2, 3)] == ["2026-02-28", "2026-03-31", "2026-04-30"]
    yearly = Interval(every=1, unit=IntervalUnit.YEARS)
    assert [str(yearly.start(date(2024, 2, 29), k)) for k in (1, 4)] == ["2025-02-28", "2028-02-29"]


@given(seasons, days)
def test_a_season_opens_on_the_first_day_that_it_allows(season: Season, day: date) -> None:
    slow = day
    while not season.holds(slow):
        slow += DAY
    assert season.opens_on(day) == slow


def test_a_season_over_the_years_end() -> None:
    winter = Season(from_day=MonthDay(month=11, day=15), to_day=MonthDay(month=2, day=29))
    assert winter.holds(date(2027, 2, 28))
    assert winter.opens_on(date(2027, 3, 1)) == date(2027, 11, 15)


@pytest.mark.parametrize("fields", [{}, {"months": (13,)}, {"from_day": {"month": 1, "day": 1}}])
def test_a_season_says_one_thing(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Season.model_validate(fields)


readings = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 5000)), min_size=1, max_size=12).map(
    lambda steps: _course(sorted(steps))
)


def _course(steps: list[tuple[int, int]]) -> list[Read]:
    total, found = 0, []
    for day, counted in steps:
        total += counted
        found.append(Read(date(2026, 1, 1) + day * DAY, total))
    return found


@given(readings, st.integers(0, 60_000), st.integers(0, 20_000), st.integers(2, 12))
def test_a_higher_threshold_is_never_reached_earlier(
    course: list[Read], threshold: int, more: int, window: int
) -> None:
    since = course[0].on
    low, high = (reached_on(course, since, each, window) for each in (threshold, threshold + more))
    assert high is None or (low is not None and low <= high)


@given(readings, st.integers(1, 20_000), st.integers(2, 12))
def test_a_forecast_is_the_first_day_on_which_the_trend_has_it(course: list[Read], more: int, window: int) -> None:
    threshold = course[-1].counted + more
    day = reached_on(course, course[0].on, threshold, window)
    if day is not None:
        assert projected(course, day, window) >= threshold
        assert projected(course, day - DAY, window) < threshold


@given(readings, days)
def test_a_count_is_that_of_the_last_reading_until_then(course: list[Read], day: date) -> None:
    before = [read for read in course if read.on <= day]
    assert counted_at(course, day) == (before[-1] if before else course[0]).counted


def test_a_forecast_needs_two_days_and_something_counted() -> None:
    start = date(2026, 1, 1)
    assert reached_on([], start, 10, 5) is None
    assert reached_on([Read(start, 0)], start, 10, 5) is None
    assert reached_on([Read(start, 0), Read(start + DAY, 0)], start, 10, 5) is None
    # 100 in 10 days are 10 a day: 55 more are 6 days, rounded up
    assert reached_on([Read(start, 0), Read(start + 10 * DAY, 100)], start, 155, 5) == date(2026, 1, 17)


def test_a_threshold_is_reached_on_the_day_of_the_first_reading_that_shows_it() -> None:
    start = date(2026, 1, 1)
    course = [Read(start, 0), Read(start + 5 * DAY, 900), Read(start + 9 * DAY, 1100), Read(start + 20 * DAY, 3000)]
    assert reached_on(course, start, 1000, 5) == date(2026, 1, 10)
