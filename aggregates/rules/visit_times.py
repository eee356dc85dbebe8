"""Times of visits on the Italian wall clock: moved by days, they keep their hour when summer time begins or ends.

A time that the clock skips is read as if it had not changed yet (peers, row 33).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from aggregates.rules.business_calendar import MIDNIGHT, CalendarTerms, WeekShifts, closed_because, local_instant
from aggregates.values import ROME, Slot, rome_date

USUAL_MINUTES = 60
ONE_DAY = timedelta(days=1)
NATIONAL = CalendarTerms()
"""Italian holidays, which nobody works by default, not even where service is owed at all hours."""


def dropped_slot(before: Slot | None, day: date | None, at: time | None, minutes: int | None) -> Slot:
    """Where a visit lands: what is left out stays as it was, the length too.

    A visit that had no time yet needs day and hour; its length is an hour when none is given. Raises `ValueError`.
    """
    if before is None and (day is None or at is None):
        raise ValueError("a visit without a time needs a day and an hour")
    if before is not None and day is None and at is None:
        starts_at = before.starts_at
    else:
        local = _local(before.starts_at) if before else datetime.min
        starts_at = local_instant(day or local.date(), at or local.time())
    if before is not None and minutes is None:
        return Slot(starts_at=starts_at, ends_at=starts_at + (before.ends_at - before.starts_at))
    return Slot(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes or USUAL_MINUTES))


def moved_along(slot: Slot, before: datetime, after: datetime) -> Slot:
    """The slot moved as far on the wall clock as something that was at `before` and is now at `after`.

    The length stays. A time that the clock skips is read as if it had not changed yet.
    """
    if before == after:
        return slot
    local = _local(slot.starts_at) + (_local(after) - _local(before))
    starts_at = local_instant(local.date(), local.time())
    return Slot(starts_at=starts_at, ends_at=starts_at + (slot.ends_at - slot.starts_at))


def is_outside_hours(
    slot: Slot, hours_of: Callable[[date], WeekShifts], calendars: Sequence[CalendarTerms] = ()
) -> bool:
    """Whether a visit begins or ends outside the technician's hours of that day; breaks between shifts do not count.

    National holidays have no hours, nor has a day that a calendar closes: its patron saint's, a closure (R6.5).
    """
    first, last = days_of(slot)[0], days_of(slot)[-1]
    opening, closing = _working_day(first, hours_of, calendars), _working_day(last, hours_of, calendars)
    begins_inside = opening is not None and opening.starts_at <= slot.starts_at < opening.ends_at
    ends_inside = closing is not None and closing.starts_at < slot.ends_at <= closing.ends_at
    return not (begins_inside and ends_inside)


def days_of(slot: Slot) -> tuple[date, ...]:
    """The Italian days that a slot touches; one that ends at midnight does not touch the day that begins."""
    first, last = rome_date(slot.starts_at), rome_date(slot.ends_at - timedelta(microseconds=1))
    return tuple(first + n * ONE_DAY for n in range((last - first).days + 1))


def within_day(slot: Slot, day: date) -> Slot | None:
    """The part of a slot that lies on an Italian day, of 23, 24 or 25 hours; None when there is none."""
    begins, ends = local_instant(day, MIDNIGHT), local_instant(day + ONE_DAY, MIDNIGHT)
    starts_at, ends_at = max(slot.starts_at, begins), min(slot.ends_at, ends)
    return Slot(starts_at=starts_at, ends_at=ends_at) if starts_at < ends_at else None


def _working_day(day: date, hours_of: Callable[[date], WeekShifts], calendars: Sequence[CalendarTerms]) -> Slot | None:
    shifts = hours_of(day).of(day)
    if not shifts or any(closed_because(calendar, day) for calendar in (NATIONAL, *calendars)):
        return None
    closes = shifts[-1][1]
    ends_at = local_instant(day + ONE_DAY if closes == MIDNIGHT else day, closes)
    return Slot(starts_at=local_instant(day, shifts[0][0]), ends_at=ends_at)


def _local(instant: datetime) -> datetime:
    return instant.astimezone(ROME).replace(tzinfo=None)
