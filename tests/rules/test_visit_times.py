"""Visits moved on the wall clock keep hour and length; days of 23 and 25 hours are cut without loss."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.business_calendar import at_town
from aggregates.rules.business_calendar import OFFICE_WEEK, CalendarTerms, WeekShifts, local_instant
from aggregates.rules.visit_times import days_of, dropped_slot, is_outside_hours, moved_along, within_day
from aggregates.values import ROME, Slot
from tests.commands.calls import as_slot

instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))
lengths = st.integers(1, 14 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
slots = st.builds(lambda at, length: Slot(starts_at=at, ends_at=at + length), instants, lengths)


def wall(at: datetime) -> datetime:
    return at.astimezone(ROME).replace(tzinfo=None)


def is_skipped(at: datetime) -> bool:
    """Whether the clock never shows this time."""
    return wall(at.replace(tzinfo=ROME).astimezone(UTC)) != at


@given(slots, instants, instants)
def test_what_moves_along_moves_as_far_on_the_wall_clock(slot: Slot, before: datetime, after: datetime) -> None:
    moved = moved_along(slot, before, after)
    assert moved.ends_at - moved.starts_at == slot.ends_at - slot.starts_at
    wanted = wall(slot.starts_at) + (wall(after) - wall(before))
    assert is_skipped(wanted) or before == after or wall(moved.starts_at) == wanted


@given(slots, instants)
def test_what_does_not_move_stays(slot: Slot, at: datetime) -> None:
    assert moved_along(slot, at, at) == slot


@given(slots, st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_dropped_on_another_day_a_visit_keeps_its_hour(slot: Slot, day: date) -> None:
    dropped = dropped_slot(slot, day, None, None)
    wanted = datetime.combine(day, wall(slot.starts_at).time())
    assert dropped.ends_at - dropped.starts_at == slot.ends_at - slot.starts_at
    assert is_skipped(wanted) or wall(dropped.starts_at) == wanted


def test_summer_time_moves_no_visit() -> None:
    """Peers, row 33: from winter to summer time and back, nine is nine."""
    winter = as_slot("2026-03-28T09:00", "2026-03-28T10:00")
    summer = dropped_slot(winter, date(2026, 3, 30), None, None)
    assert summer == as_slot("2026-03-30T09:00", "2026-03-30T10:00")
    assert dropped_slot(summer, date(2026, 3, 28), None, None) == winter
    assert dropped_slot(None, date(2026, 10, 25), time(9), None) == as_slot("2026-10-25T09:00", "2026-10-25T10:00")
    assert dropped_slot(winter, None, time(14, 30), 90) == as_slot("2026-03-28T14:30", "2026-03-28T16:00")
    assert dropped_slot(winter, None, None, 15) == as_slot("2026-03-28T09:00", "2026-03-28T09:15")
    with pytest.raises(ValueError, match="day and an hour"):
        dropped_slot(None, date(2026, 3, 28), None, None)


@given(slots)
def test_the_days_of_a_slot_tile_it(slot: Slot) -> None:
    parts = [part for day in days_of(slot) if (part := within_day(slot, day))]
    assert len(parts) == len(days_of(slot))
    assert (parts[0].starts_at, parts[-1].ends_at) == (slot.starts_at, slot.ends_at)
    assert all(one.ends_at == two.starts_at for one, two in pairwise(parts))
    before, after = days_of(slot)[0] - timedelta(days=1), days_of(slot)[-1] + timedelta(days=1)
    assert (within_day(slot, before), within_day(slot, after)) == (None, None)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)])
def test_a_day_is_as_long_as_it_is(day: str, hours: int) -> None:
    on = date.fromisoformat(day)
    whole = Slot(
        starts_at=local_instant(on - timedelta(days=1), time(12)),
        ends_at=local_instant(on + timedelta(days=1), time(12)),
    )
    part = within_day(whole, on)
    assert part is not None
    assert part.minutes == hours * 60


@given(slots)
def test_hours_are_those_of_first_and_last_day(slot: Slot) -> None:
    """Against the obvious: both ends lie between the first opening and the last closing of their days."""

    def inside(at: datetime) -> bool:
        local = wall(at)
        return local.weekday() < 5 and time(8, 30) <= local.time() <= time(18) and not is_holiday(local.date())

    first_minute, last_minute = slot.starts_at, slot.ends_at
    obvious = inside(first_minute) and wall(first_minute).time() < time(18)
    obvious = obvious and inside(last_minute) and wall(last_minute).time() > time(8, 30)
    assert is_outside_hours(slot, lambda _day: OFFICE_WEEK) is not obvious


@pytest.mark.parametrize("town", ["Forlì", "Milano", "Bertinoro", None])
@pytest.mark.parametrize("day", [date(2027, 2, 4), date(2026, 12, 7), date(2026, 11, 25), date(2026, 12, 9)])
def test_a_patron_saints_day_has_no_hours(day: date, town: str | None) -> None:
    """Forlì on 4 February, Milan on 7 December (R6.5); Bertinoro's the company named itself."""
    feasts = {"Forlì": (2, 4), "Milano": (12, 7), "Bertinoro": (11, 25)}
    calendar = at_town(CalendarTerms(), town, {"bertinoro": "11-25"})
    slot = Slot(starts_at=local_instant(day, time(10)), ends_at=local_instant(day, time(11)))
    is_feast = feasts.get(town or "") == (day.month, day.day)
    assert is_outside_hours(slot, lambda _day: OFFICE_WEEK, (CalendarTerms(), calendar)) is is_feast


def is_holiday(day: date) -> bool:
    movable = {date(2026, 4, 6), date(2027, 3, 29), date(2026, 4, 5), date(2027, 3, 28)}
    fixed = {(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (10, 4), (11, 1), (12, 8), (12, 25), (12, 26)}
    return day in movable or (day.month, day.day) in fixed


def test_who_has_no_hours_is_always_outside_them() -> None:
    slot = as_slot("2026-12-09T10:00", "2026-12-09T11:00")
    assert is_outside_hours(slot, lambda _day: WeekShifts())
    until_midnight = WeekShifts(wednesday=((time(20), time(0)),))
    night = as_slot("2026-12-09T22:00", "2026-12-10T00:00")
    assert not is_outside_hours(night, lambda _day: until_midnight)
