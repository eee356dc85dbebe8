"""When technicians are free, against a clock that looks at every minute (AGE-1; peers' cases 24 and 25)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.availability import (
    common_time,
    covers,
    first_fit,
    fits,
    free_time,
    open_time,
    total_minutes,
    united,
    week_on,
    within,
)
from aggregates.rules.business_calendar import OFFICE_DAY, OFFICE_WEEK, CalendarTerms, WeekShifts
from aggregates.values import ROME, Slot
from tests.rules.slow_clock import MINUTE, is_open

FORLI = CalendarTerms(patron_town="Forlì")
NIGHTS = WeekShifts.model_validate({"monday": [["22:00", "00:00"]], "tuesday": [["00:00", "06:00"]]})


def at(text: str) -> datetime:
    """An instant given as Italian wall-clock time."""
    return datetime.fromisoformat(text).replace(tzinfo=ROME).astimezone(UTC)


def slot(starts: str, ends: str) -> Slot:
    """A slot of Italian wall-clock times."""
    return Slot(starts_at=at(starts), ends_at=at(ends))


def shown(slots: Iterable[Slot]) -> list[str]:
    """Slots as somebody in Italy reads them."""
    local = [(one.starts_at.astimezone(ROME), one.ends_at.astimezone(ROME)) for one in slots]
    return [f"{starts:%d %H:%M}-{ends:%d %H:%M}" for starts, ends in local]


# Cases


def test_two_shifts_a_day_leave_lunch_out() -> None:
    week = open_time({}, FORLI, date(2026, 11, 23), date(2026, 11, 23))
    assert shown(week) == ["23 08:30-23 12:30", "23 14:00-23 18:00"]
    assert not fits(week, 241)
    assert fits(week, 240)


def test_the_hours_in_force_change_on_their_day() -> None:
    versions = {date(2026, 11, 24): WeekShifts(tuesday=((time(10), time(11)),)), date(2026, 11, 25): OFFICE_WEEK}
    assert shown(open_time(versions, FORLI, date(2026, 11, 23), date(2026, 11, 25))) == [
        "23 08:30-23 12:30", "23 14:00-23 18:00", "24 10:00-24 11:00", "25 08:30-25 12:30", "25 14:00-25 18:00",
    ]  # fmt: skip
    assert week_on(versions, date(2026, 11, 23)) == OFFICE_WEEK


@pytest.mark.parametrize("day", [date(2026, 12, 8), date(2027, 2, 4), date(2026, 10, 4)])
def test_a_holiday_blocks_a_visit_of_two_hours(day: date) -> None:
    every_day = WeekShifts.model_validate(dict.fromkeys(WeekShifts.model_fields, OFFICE_DAY))
    versions = {date(2026, 1, 1): every_day}
    assert open_time(versions, FORLI, day, day) == ()
    assert not covers(open_time(versions, FORLI, day, day), slot(f"{day}T10:00", f"{day}T12:00"))
    after = day + timedelta(days=1)
    assert covers(open_time(versions, FORLI, day, after), slot(f"{after}T10:00", f"{after}T12:00"))


def test_a_night_shift_cut_at_midnight_is_one_stretch() -> None:
    open_now = open_time({date(2026, 1, 1): NIGHTS}, FORLI, date(2026, 11, 23), date(2026, 11, 24))
    assert shown(open_now) == ["23 22:00-24 06:00"]
    assert first_fit(open_now, 8 * 60) == open_now[0]


@pytest.mark.parametrize(("day", "minutes"), [(date(2026, 3, 29), 23 * 60), (date(2026, 10, 25), 25 * 60)])
def test_days_on_which_the_clock_changes_have_their_own_length(day: date, minutes: int) -> None:
    sundays = {date(2026, 1, 1): WeekShifts(sunday=((time(0), time(0)),))}
    assert total_minutes(open_time(sundays, FORLI, day, day)) == minutes


def test_travel_needs_free_time_too() -> None:
    open_now = open_time({}, FORLI, date(2026, 11, 23), date(2026, 11, 23))
    free = free_time(open_now, [slot("2026-11-23T09:30", "2026-11-23T10:30")])
    assert shown(free) == ["23 08:30-23 09:30", "23 10:30-23 12:30", "23 14:00-23 18:00"]
    assert first_fit(free, 60) == slot("2026-11-23T08:30", "2026-11-23T09:30")
    assert first_fit(free, 60, 30) == slot("2026-11-23T11:00", "2026-11-23T12:00")
    assert first_fit(free, 100, 30) == slot("2026-11-23T14:30", "2026-11-23T16:10")
    assert first_fit(free, 60, 30, not_before=at("2026-11-23T14:10")) == slot("2026-11-23T14:30", "2026-11-23T15:30")
    assert first_fit(free, 60, 30, not_before=at("2026-11-23T15:00")) == slot("2026-11-23T15:00", "2026-11-23T16:00")
    assert first_fit(free, 100, 30, done_by=at("2026-11-23T16:09")) is None


# Properties

hours = st.sampled_from([0, 1, 4, 6, 8, 9, 12, 13, 17, 20, 22])


@st.composite
def days(draw: st.DrawFn) -> tuple[tuple[time, time], ...]:
    """Any number of shifts; not in the hour that the clock change skips or repeats."""
    marks = sorted(draw(st.sets(hours, max_size=6)))
    shifts = [(time(a), time(b)) for a, b in zip(marks[::2], marks[1::2], strict=False)]
    if len(marks) % 2:
        shifts.append((time(marks[-1]), time(0)))
    return tuple(shifts)


weeks = st.builds(WeekShifts, **dict.fromkeys(WeekShifts.model_fields, days()))
starts = st.sampled_from(
    [date(2026, 3, 27), date(2026, 10, 23), date(2026, 12, 5), date(2026, 12, 30), date(2026, 4, 3)]
)


@st.composite
def lives(draw: st.DrawFn) -> tuple[dict[date, WeekShifts], CalendarTerms, date, date, list[Slot]]:
    """Weeks in force, a calendar, some days, and busy time around them."""
    from_on = draw(starts)
    to_on = from_on + timedelta(days=draw(st.integers(0, 3)))
    versions = {from_on + timedelta(days=draw(st.integers(-2, 3))): draw(weeks) for _ in range(draw(st.integers(0, 2)))}
    town = draw(st.sampled_from([None, "Milano", "Forlì"]))
    busy = [
        Slot(starts_at=begin, ends_at=begin + timedelta(minutes=draw(st.integers(1, 900))))
        for begin in draw(
            st.lists(st.integers(-600, 6000), max_size=5).map(lambda marks: [_minute(from_on, n) for n in marks])
        )
    ]
    return versions, CalendarTerms(patron_town=town), from_on, to_on, busy


def _minute(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time(0), ROME).astimezone(UTC) + timedelta(minutes=minutes)


def slow_minutes_free(
    versions: dict[date, WeekShifts], calendar: CalendarTerms, from_on: date, to_on: date, busy: list[Slot]
) -> list[datetime]:
    """Every free minute, found by looking at each one."""
    now, found = datetime.combine(from_on, time(0), ROME).astimezone(UTC), []
    while (day := now.astimezone(ROME).date()) <= to_on:
        week = OFFICE_WEEK
        for begins_on in sorted(versions):
            week = versions[begins_on] if begins_on <= day else week
        of_day = calendar.model_copy(update={"shifts": week})
        if is_open(of_day, now) and not any(b.starts_at <= now < b.ends_at for b in busy):
            found.append(now)
        now += MINUTE
    return found


def minutes_of(slots: Iterable[Slot]) -> list[datetime]:
    """Every minute in slots, in order."""
    return [one.starts_at + n * MINUTE for one in slots for n in range(one.minutes)]


@given(lives())
def test_free_time_is_what_a_slow_clock_finds(
    life: tuple[dict[date, WeekShifts], CalendarTerms, date, date, list[Slot]],
) -> None:
    versions, calendar, from_on, to_on, busy = life
    free = free_time(open_time(versions, calendar, from_on, to_on), busy)
    assert minutes_of(free) == slow_minutes_free(versions, calendar, from_on, to_on, busy)
    assert total_minutes(free) == len(minutes_of(free))
    assert all(one.ends_at < other.starts_at for one, other in pairwise(free)), "apart, in order"


slots = st.lists(
    st.builds(
        lambda begin, length: Slot(
            starts_at=_minute(date(2026, 11, 23), begin), ends_at=_minute(date(2026, 11, 23), begin + length)
        ),
        st.integers(0, 300),
        st.integers(1, 90),
    ),
    max_size=8,
)


@given(slots, slots)
def test_free_and_busy_make_up_the_open_time(open_now: list[Slot], busy: list[Slot]) -> None:
    free, taken = free_time(open_now, busy), common_time(open_now, busy)
    assert set(minutes_of(free)).isdisjoint(minutes_of(busy))
    assert set(minutes_of(taken)) == set(minutes_of(open_now)) & set(minutes_of(busy))
    assert total_minutes(free) + total_minutes(taken) == total_minutes(united(open_now))
    for window in busy:
        assert set(minutes_of(within(free, window))) == set(minutes_of(free)) & set(minutes_of([window]))


@given(slots, st.integers(1, 90), st.integers(0, 40), st.integers(0, 300))
def test_the_first_fit_is_the_first_that_a_slow_search_finds(
    some: list[Slot], minutes: int, travel: int, not_before: int
) -> None:
    free, earliest = united(some), _minute(date(2026, 11, 23), not_before)
    open_minutes = set(minutes_of(free))
    slow = next(
        (
            begin
            for n in range(500)
            if (begin := earliest + n * MINUTE)
            and all(begin + m * MINUTE in open_minutes for m in range(-travel, minutes))
        ),
        None,
    )
    found = first_fit(free, minutes, travel, not_before=earliest)
    assert (found.starts_at if found else None) == slow
    assert found is None or found.minutes == minutes
