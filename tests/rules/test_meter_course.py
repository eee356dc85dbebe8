"""Where a meter stood at a period's end: read near it, between readings, estimated (R3.8, R3.9)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.meter_course import Around, Basis, Course, Mark
from aggregates.rules.meters import Meter, MeterSwap, Reading, ReadingSource
from aggregates.values import ROME

AROUND = Around(days=10, grace=1)
MARCH, APRIL = date(2026, 3, 31), date(2026, 4, 30)


def reading(on: str, value: int, source: str = "technician", *, rollover: bool = False) -> Reading:
    at = datetime.fromisoformat(on if "T" in on else f"{on}T10:00").replace(tzinfo=ROME)
    return Reading(
        reading_id=uuid4(), kind="bw", value=value, read_at=at, source=ReadingSource(source), rollover=rollover
    )


def course(*readings: Reading, swaps: tuple[MeterSwap, ...] = (), digits: int = 9) -> Course:
    return Course(meter=Meter(kind="bw", digits=digits), readings=readings, swaps=swaps)


def at(found: Course, day: date, following: date | None = None, before: Mark | None = None) -> Mark:
    return found.mark(day, AROUND, following, before, window_days=18)


def test_the_nearest_reading_in_time_closes_the_day() -> None:
    some = course(reading("2026-03-01", 100), reading("2026-03-25", 180), reading("2026-03-30", 200))
    mark = at(some, MARCH)
    assert (mark.counted, mark.basis, mark.value, mark.read_on) == (100, Basis.READ, 200, date(2026, 3, 30))


def test_of_the_same_day_the_last_real_reading_counts() -> None:
    early, late = reading("2026-03-31T08:00", 200), reading("2026-03-31T17:00", 215)
    guess = reading("2026-03-31T18:00", 999, "estimate")
    assert at(course(reading("2026-03-01", 100), late, early, guess), MARCH).value == 215


def test_a_reading_on_the_billing_day_is_in_time_a_later_one_only_if_there_is_no_other() -> None:
    first = reading("2026-03-01", 100)
    assert at(course(first, reading("2026-03-29", 190), reading("2026-04-01", 203)), MARCH).value == 203
    assert at(course(first, reading("2026-03-30", 195), reading("2026-04-01", 203)), MARCH).value == 203
    assert at(course(first, reading("2026-03-25", 180), reading("2026-04-03", 210)), MARCH).value == 180
    assert at(course(first, reading("2026-04-03", 210), reading("2026-04-08", 220)), MARCH).value == 210


def test_unread_it_goes_on_at_the_daily_average_of_the_last_window() -> None:
    # R3.8: 310 in 31 days are 10 a day
    some = course(reading("2025-12-31", 0), reading("2026-01-31", 310))
    february = at(some, date(2026, 2, 28), MARCH)
    assert (february.counted, february.basis, february.closes) == (590, Basis.ESTIMATED, False)
    assert at(some, MARCH, APRIL, february).counted == 900


def test_the_window_is_about_a_period_long_however_often_one_reads() -> None:
    daily = [reading(f"2026-01-{day:02}", 10 * day) for day in range(1, 30)]
    some = course(*daily, reading("2026-01-30", 290), reading("2026-01-31", 290))
    # the last day stood still: 18 days back from the 31st it was 130
    assert at(some, date(2026, 2, 28), MARCH).counted == 290 - 10 + round((290 - 130) / 18 * 28)


def test_a_recorded_estimate_is_taken_rather_than_reckoned() -> None:
    some = course(reading("2026-01-01", 0), reading("2026-01-31", 300), reading("2026-02-28", 700, "estimate"))
    mark = at(some, date(2026, 2, 28), MARCH)
    assert (mark.counted, mark.value, mark.basis, mark.closes) == (700, 700, Basis.ESTIMATED, False)
    assert at(some, MARCH, APRIL, mark).counted == 1010


def test_an_estimate_after_a_new_meter_counts_on_from_it() -> None:
    swap = MeterSwap(kind="bw", final=400, initial=50, replaced_at=datetime(2026, 2, 10, tzinfo=ROME))
    some = course(reading("2026-01-31", 300), reading("2026-02-28", 80, "estimate"), swaps=(swap,))
    assert at(some, date(2026, 2, 28), MARCH).counted == 130


def test_replacements_of_other_meters_are_not_its_own() -> None:
    own = MeterSwap(kind="bw", final=400, initial=50, replaced_at=datetime(2026, 2, 10, tzinfo=ROME))
    some = course(
        reading("2026-01-31", 300), reading("2026-02-28", 80), swaps=(own, own.model_copy(update={"kind": "a3"}))
    )
    ends = at(some, date(2026, 1, 31)), at(some, date(2026, 2, 28))
    assert some.swaps_between(*ends) == (own,)


def test_between_two_real_readings_it_is_in_proportion_to_the_days() -> None:
    some = course(reading("2026-03-16", 100), reading("2026-04-15", 400))
    mark = at(some, MARCH, APRIL)
    assert (mark.counted, mark.basis, mark.closes) == (150, Basis.BETWEEN, True)


def test_a_reading_that_closes_the_next_period_leaves_this_one_open() -> None:
    some = course(reading("2026-01-31", 100), reading("2026-03-31", 690))
    mark = at(some, date(2026, 2, 28), MARCH)
    assert (mark.counted, mark.basis, mark.closes) == (280, Basis.ESTIMATED, False)


def test_before_its_first_reading_it_counted_nothing() -> None:
    mark = at(course(reading("2026-05-20", 5_000)), MARCH, APRIL)
    assert (mark.counted, mark.basis, mark.closes) == (0, Basis.START, True)
    assert at(course(), MARCH).closes


def test_the_first_reading_is_the_start_even_some_days_later() -> None:
    some = course(reading("2026-01-20", 100), reading("2026-02-01", 160))
    assert some.opening(date(2025, 12, 31), AROUND).counted == 0


def test_an_opening_balance_goes_on_from_the_reading_billed_last() -> None:
    some = course(reading("2026-01-01", 0), reading("2026-02-10", 400), reading("2026-05-31", 1500))
    assert some.opening(MARCH, AROUND, from_last=True).value == 400
    assert some.opening(MARCH, AROUND).basis is Basis.BETWEEN


@given(st.lists(st.integers(0, 500), min_size=2, max_size=12), st.data())
def test_where_it_stood_never_runs_backwards_and_ends_at_the_reading(steps: list[int], data: st.DataObject) -> None:
    first, value, readings = date(2026, 1, 1), 0, []
    for n, step in enumerate(steps):
        value += step
        readings.append(reading(str(first + timedelta(days=17 * n)), value))
    some = course(*readings)
    days = sorted(first + timedelta(days=d) for d in data.draw(st.sets(st.integers(0, 200), min_size=2, max_size=8)))
    found, before = [], None
    for day in days:
        before = some.mark(day, Around(days=0, grace=0), None, before, 18)
        found.append(before.counted)
    assert found == sorted(found)
    ended = some.mark(first + timedelta(days=17 * (len(steps) - 1)), AROUND, None, None, 18)
    assert ended.counted == sum(steps[1:])
