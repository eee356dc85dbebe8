"""Business calendars (calendari di servizio): weekly shifts in a zone, less holidays and closures (R6.3–R6.5).

A shift is read on the wall clock and turned into UTC, so days of 23 and 25 hours come out right. A shift belongs to
the day it starts on. Times the clock skips are read as if it had not changed yet, repeated times as their first turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, model_validator

from aggregates.rules.public_holidays import national_holidays, patron_saint
from aggregates.values import Period, Value

ONE_DAY = timedelta(days=1)
MIDNIGHT = time(0)
FAR_FUTURE = datetime.max.replace(tzinfo=UTC)
LONGEST_CLOSURE_DAYS = 3660

Shift = tuple[time, time]
"""Local times from and to; a `to` of 00:00 is the end of that day. A night shift is written as two, cut at midnight."""

Stretch = tuple[datetime, datetime]
"""Open time from an instant up to another, UTC."""


def _in_order(shifts: tuple[Shift, ...]) -> tuple[Shift, ...]:
    for opens, closes in shifts:
        if opens.tzinfo or closes.tzinfo:
            raise ValueError("shifts are local times, without an offset")
        if closes != MIDNIGHT and closes <= opens:
            raise ValueError(f"a shift from {opens} must end later than it starts; cut a night shift at midnight")
    for (_, closes), (opens, _) in pairwise(shifts):
        if closes == MIDNIGHT or opens < closes:
            raise ValueError("the shifts of a day must be in order and must not overlap")
    return shifts


DayShifts = Annotated[tuple[Shift, ...], AfterValidator(_in_order)]


class WeekShifts(Value):
    """The shifts of each weekday, any number a day."""

    monday: DayShifts = ()
    tuesday: DayShifts = ()
    wednesday: DayShifts = ()
    thursday: DayShifts = ()
    friday: DayShifts = ()
    saturday: DayShifts = ()
    sunday: DayShifts = ()

    def of(self, day: date) -> tuple[Shift, ...]:
        """The shifts of a date's weekday."""
        return self.by_weekday[day.weekday()]

    @property
    def by_weekday(self) -> tuple[tuple[Shift, ...], ...]:
        """The shifts from Monday to Sunday."""
        return (self.monday, self.tuesday, self.wednesday, self.thursday, self.friday, self.saturday, self.sunday)


OFFICE_DAY: tuple[Shift, ...] = ((time(8, 30), time(12, 30)), (time(14), time(18)))
OFFICE_WEEK = WeekShifts(
    monday=OFFICE_DAY, tuesday=OFFICE_DAY, wednesday=OFFICE_DAY, thursday=OFFICE_DAY, friday=OFFICE_DAY
)
"""Monday to Friday 08:30–12:30 and 14:00–18:00 (R6.3)."""


class CalendarTerms(Value):
    """When service is owed: the frozen value a fact keeps, so that a clock can be counted again as it was.

    `always_open` is 24×7: absolute hours, no holidays, no closures, shifts ignored (R6.4). `patron_town` adds the
    feast of that town when the table knows it (R6.5); a town it does not know goes in `patron_day` as MM-DD.
    """

    zone: str = "Europe/Rome"
    shifts: WeekShifts = OFFICE_WEEK
    always_open: bool = False
    holiday_country: str | None = Field(default="IT", pattern=r"^[A-Z]{2}$")
    patron_town: str | None = None
    patron_day: str | None = Field(default=None, pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
    closures: tuple[Period, ...] = ()

    @model_validator(mode="after")
    def _can_open(self) -> Self:
        if self.zone not in _zones():
            raise ValueError(f"{self.zone} is not a time zone")
        if not self.always_open and not any(self.shifts.by_weekday):
            raise ValueError("a calendar needs at least one shift, or to be always open")
        return self

    # A part is enough to find a calendar: hashing the whole week would cost more than the deadline looked up.
    def __hash__(self) -> int:
        return hash((self.zone, self.always_open, self.patron_town, self.patron_day, len(self.closures)))


def closed_because(calendar: CalendarTerms, day: date) -> str | None:
    """The holiday's or patron saint's name, or "closure", when the date is closed for it; else None."""
    if calendar.always_open:
        return None
    if calendar.holiday_country:
        name = national_holidays(calendar.holiday_country, day.year).get(day)
        if name:
            return name
    saint = patron_saint(calendar.patron_town) if calendar.patron_town else None
    if saint and (saint.month, saint.day) == (day.month, day.day):
        return saint.name
    if calendar.patron_day == day.strftime("%m-%d"):
        return "patron saint"
    return "closure" if any(closure.holds(day) for closure in calendar.closures) else None


def local_instant(day: date, at: time, zone: str = "Europe/Rome") -> datetime:
    """The UTC instant of a wall-clock time on a date: a visit at 09:00 stays at 09:00 in summer and winter."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def local_day(calendar: CalendarTerms, instant: datetime) -> date:
    """The calendar's own date at an instant."""
    return instant.astimezone(ZoneInfo(calendar.zone)).date()


def open_stretches(calendar: CalendarTerms, from_at: datetime) -> Iterator[Stretch]:
    """The open time from an instant on, in order and without end; the first stretch is cut at the instant.

    Raises `ValueError` when closures leave no opening for ten years.
    """
    if calendar.always_open:
        yield from_at, FAR_FUTURE
        return
    timeline = _timeline(calendar)
    day = local_day(calendar, from_at)
    closed_days = 0
    while closed_days < LONGEST_CLOSURE_DAYS:
        stretches = timeline.day(day)
        closed_days = 0 if stretches else closed_days + 1
        for opens, closes in stretches:
            if closes > from_at:
                yield (opens if opens > from_at else from_at), closes
        day += ONE_DAY
    raise ValueError("the calendar has no opening for ten years")


def day_stretches(calendar: CalendarTerms, day: date) -> tuple[Stretch, ...]:
    """The open time of the shifts that start on a date; empty when the calendar closes the day."""
    return _timeline(calendar).day(day)


class _Timeline:
    """The days of one calendar, each turned into UTC once."""

    def __init__(self, calendar: CalendarTerms) -> None:
        self._calendar = calendar
        self._zone = ZoneInfo(calendar.zone)
        self._days: dict[date, tuple[Stretch, ...]] = {}

    def day(self, day: date) -> tuple[Stretch, ...]:
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = tuple(self._stretches(day))
        return known

    def _stretches(self, day: date) -> Iterator[Stretch]:
        if closed_because(self._calendar, day):
            return
        free_from = datetime.min.replace(tzinfo=UTC)
        for opens, closes in self._calendar.shifts.of(day):
            starts_at = max(self._utc(day, opens), free_from)
            ends_at = self._utc(day + ONE_DAY if closes == MIDNIGHT else day, closes)
            if starts_at < ends_at:
                yield starts_at, ends_at
                free_from = ends_at

    def _utc(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self._zone).astimezone(UTC)


@lru_cache(maxsize=1024)
def _timeline(calendar: CalendarTerms) -> _Timeline:
    return _Timeline(calendar)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
