"""When technicians are free (disponibilità): working hours less holidays, leave and what is planned (AGE-1).

All stretches are half-open and in UTC; answers are in order, apart from one another, never empty. Stretches that touch
are one: work that lasts over midnight fits into two shifts cut there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from aggregates.rules.business_calendar import OFFICE_WEEK, CalendarTerms, WeekShifts, day_stretches
from aggregates.values import Slot


def week_on(versions: Mapping[date, WeekShifts], day: date, usual: WeekShifts = OFFICE_WEEK) -> WeekShifts:
    """The weekly hours in force on a day; the usual ones before any were set."""
    begun = [from_on for from_on in versions if from_on <= day]
    return versions[max(begun)] if begun else usual


def open_time(
    versions: Mapping[date, WeekShifts], calendar: CalendarTerms, from_on: date, to_on: date
) -> tuple[Slot, ...]:
    """The working time of somebody whose weeks hold from a day on, both days included.

    Of the calendar count zone, holidays, patron saint and closures, not the shifts. A day it closes is closed whole,
    whatever the hours (R6.3, R6.5).
    """
    of_week = {week: calendar.model_copy(update={"shifts": week}) for week in (*versions.values(), OFFICE_WEEK)}
    days = (from_on + timedelta(days=n) for n in range((to_on - from_on).days + 1))
    open_now = (
        Slot(starts_at=opens, ends_at=closes)
        for day in days
        for opens, closes in day_stretches(of_week[week_on(versions, day)], day)
    )
    return united(open_now)


def united(slots: Iterable[Slot]) -> tuple[Slot, ...]:
    """The same time with no overlaps, in order; slots that touch become one."""
    whole: list[Slot] = []
    for slot in sorted(slots, key=lambda slot: slot.starts_at):
        if whole and slot.starts_at <= whole[-1].ends_at:
            if slot.ends_at > whole[-1].ends_at:
                whole[-1] = Slot(starts_at=whole[-1].starts_at, ends_at=slot.ends_at)
        else:
            whole.append(slot)
    return tuple(whole)


def free_time(open_slots: Iterable[Slot], busy: Iterable[Slot]) -> tuple[Slot, ...]:
    """What is left of the open time when everything busy is taken away."""
    taken = united(busy)
    left: list[Slot] = []
    first = 0
    for slot in united(open_slots):
        while first < len(taken) and taken[first].ends_at <= slot.starts_at:
            first += 1
        left.extend(_gaps(slot, taken, first))
    return tuple(left)


def common_time(one: Iterable[Slot], other: Iterable[Slot]) -> tuple[Slot, ...]:
    """The time that lies in both."""
    first, second = united(one), united(other)
    return free_time(first, free_time(first, second))


def within(slots: Iterable[Slot], whole: Slot) -> tuple[Slot, ...]:
    """The slots cut at the ends of a stretch; what lies outside is left out."""
    return tuple(
        Slot(starts_at=max(slot.starts_at, whole.starts_at), ends_at=min(slot.ends_at, whole.ends_at))
        for slot in slots
        if slot.overlaps(whole)
    )


def total_minutes(slots: Iterable[Slot]) -> int:
    """Whole minutes of slots that do not overlap."""
    return int(sum((slot.ends_at - slot.starts_at).total_seconds() for slot in slots) // 60)


def fits(free: Iterable[Slot], minutes: int, travel_before: int = 0) -> bool:
    """Whether work of some minutes, with the way there before it, has a place without interruption."""
    return first_fit(free, minutes, travel_before) is not None


def first_fit(
    free: Iterable[Slot],
    minutes: int,
    travel_before: int = 0,
    *,
    not_before: datetime | None = None,
    done_by: datetime | None = None,
) -> Slot | None:
    """The earliest time of the work itself, with its travel (minutes) just before it, both within one free stretch.

    `not_before` is the earliest start of the work, its travel may lie before; `done_by` is the latest end. `free` is
    as `free_time` answers it.
    """
    work, travel = timedelta(minutes=minutes), timedelta(minutes=travel_before)
    for slot in free:
        starts_at = slot.starts_at + travel
        if not_before is not None and starts_at < not_before:
            starts_at = not_before
        ends_at = starts_at + work
        if done_by is not None and ends_at > done_by:
            return None
        if ends_at <= slot.ends_at:
            return Slot(starts_at=starts_at, ends_at=ends_at)
    return None


def covers(open_slots: Iterable[Slot], slot: Slot) -> bool:
    """Whether a slot lies whole within the open time."""
    return not free_time([slot], open_slots)


def _gaps(slot: Slot, taken: Sequence[Slot], first: int) -> Iterator[Slot]:
    free_from = slot.starts_at
    for busy in taken[first:]:
        if busy.starts_at >= slot.ends_at:
            break
        if busy.starts_at > free_from:
            yield Slot(starts_at=free_from, ends_at=busy.starts_at)
        free_from = busy.ends_at
    if free_from < slot.ends_at:
        yield Slot(starts_at=free_from, ends_at=slot.ends_at)
