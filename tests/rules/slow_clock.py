"""A clock that looks at the wall clock every minute: slow, obvious, and the judge of the fast one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from aggregates.rules.business_calendar import CalendarTerms
from aggregates.rules.public_holidays import national_holidays, patron_saint
from aggregates.values import Slot

MINUTE = timedelta(minutes=1)


def is_open(calendar: CalendarTerms, instant: datetime) -> bool:
    """Whether the minute that begins at the instant is worked."""
    if calendar.always_open:
        return True
    local = instant.astimezone(ZoneInfo(calendar.zone))
    day = local.date()
    saint = patron_saint(calendar.patron_town) if calendar.patron_town else None
    if saint and (saint.month, saint.day) == (day.month, day.day):
        return False
    if calendar.holiday_country and day in national_holidays(calendar.holiday_country, day.year):
        return False
    if any(closure.starts_on <= day <= closure.ends_on for closure in calendar.closures):
        return False
    week = [getattr(calendar.shifts, name) for name in _NAMES]
    return any(
        opens <= local.time() and (local.time() < closes or closes == time(0)) for opens, closes in week[day.weekday()]
    )


_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def slow_deadline(calendar: CalendarTerms, opened_at: datetime, minutes: int, pauses: Sequence[Slot] = ()) -> datetime:
    """The end of the minute that uses up the target."""
    now, left = opened_at, minutes
    while left:
        paused = any(pause.starts_at <= now < pause.ends_at for pause in pauses)
        if not paused and is_open(calendar, now):
            left -= 1
        now += MINUTE
    return now


def slow_minutes(calendar: CalendarTerms, from_at: datetime, to_at: datetime) -> int:
    """The worked minutes between two instants."""
    count, now = 0, from_at
    while now < to_at:
        count += is_open(calendar, now)
        now += MINUTE
    return count


def slow_due(
    calendar: CalendarTerms, starts_at: datetime, minutes: int, pauses: Sequence[tuple[datetime, datetime | None]]
) -> datetime | None:
    """The due time of a clock that started late and whose pauses may go on: None while one goes on before it."""
    now, left = starts_at, minutes
    while left:
        standing = [ends for starts, ends in pauses if starts <= now and (ends is None or now < ends)]
        if None in standing:
            return None
        if not standing and is_open(calendar, now):
            left -= 1
        now += MINUTE
    return now
