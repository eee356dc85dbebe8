"""When maintenance falls due (manutenzione programmata): fixed grids, meters with a forecast, seasons (R3.10).

Everything here is Europe/Rome calendar dates and whole counts of meters. Dates of a grid are always reckoned from its
anchor, never from the date before (R0.6), so that a plan of the 31st does not drift.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple, Self

from pydantic import Field, model_validator

from aggregates.rules.periods import months_after
from aggregates.values import Value

FARTHEST_DAYS = 36_500
"""A forecast farther away than this says nothing."""


class IntervalUnit(StrEnum):
    """What an interval is counted in."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


class IntervalCounting(StrEnum):
    """What an interval is counted from: a fixed grid of dates, or the day the last service was done."""

    FIXED = "fixed"
    FROM_COMPLETION = "from_completion"


class Interval(Value):
    """Due every so often (a intervallo). Without `first_at_anchor` the first date is one interval after the anchor."""

    every: int = Field(ge=1, le=1000, examples=[6])
    unit: IntervalUnit = IntervalUnit.MONTHS
    counting: IntervalCounting = IntervalCounting.FIXED
    anchor_on: date | None = Field(default=None, description="Left out, the machine's installation or first day.")
    first_at_anchor: bool = False
    stand_in_days: int = Field(
        default=0,
        ge=0,
        le=366,
        description="A service for another reason in so many days before a fixed date stands in for it.",
    )

    def start(self, anchor: date, k: int) -> date:
        """The k-th date of the grid, the anchor being the 0th; clipped to the month's end."""
        if self.unit is IntervalUnit.MONTHS:
            return months_after(anchor, k * self.every)
        if self.unit is IntervalUnit.YEARS:
            return months_after(anchor, 12 * k * self.every)
        return anchor + timedelta(days=k * self.every * (7 if self.unit is IntervalUnit.WEEKS else 1))

    def first_index(self, anchor: date, day: date) -> int:
        """The number of the grid's first date that is not before the day; not the anchor's unless it counts."""
        days = (day - anchor).days
        if self.unit in (IntervalUnit.DAYS, IntervalUnit.WEEKS):
            step = self.every * (7 if self.unit is IntervalUnit.WEEKS else 1)
            k = -(-days // step)
        else:
            step = self.every * (12 if self.unit is IntervalUnit.YEARS else 1)
            k = ((day.year - anchor.year) * 12 + day.month - anchor.month) // step
            k += self.start(anchor, k) < day
        return max(k, 0 if self.first_at_anchor else 1)

    def grid(self, anchor: date, from_on: date, to_on: date) -> Iterator[tuple[int, date]]:
        """Number and date of the grid's dates from one day to another, both counted."""
        k = self.first_index(anchor, from_on)
        while (day := self.start(anchor, k)) <= to_on:
            yield k, day
            k += 1


class MeterTrigger(Value):
    """Due when a meter has counted so much since the last service (a contatore; R3.10)."""

    meter: str = Field(min_length=1, max_length=40, examples=["bw"])
    every: int = Field(ge=1, le=10**12, description="Counts of the meter: copies, hours, kilometres.")
    trend_readings: int = Field(default=5, ge=2, le=100, description="How many last readings the forecast goes by.")


class StatusTrigger(Value):
    """Due when the machine enters a status of the company's list, once for each time it does."""

    status: str = Field(min_length=1, max_length=60)
    after_days: int = Field(default=0, ge=0, le=3660)


class MonthDay(Value):
    """A day of every year; 29 February is 28 February where there is none."""

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)

    def of(self, year: int) -> date:
        """The day in a year."""
        return date(year, self.month, min(self.day, monthrange(year, self.month)[1]))


class Season(Value):
    """When in the year visits are allowed (stagione): some months, or one window that may pass the year's end."""

    months: tuple[int, ...] = ()
    from_day: MonthDay | None = None
    to_day: MonthDay | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.months) == (self.from_day is not None) or (self.from_day is None) != (self.to_day is None):
            raise ValueError("give a season either its months or its first and last day")
        if any(not 1 <= month <= 12 for month in self.months):
            raise ValueError("months are 1 to 12")
        return self

    def holds(self, day: date) -> bool:
        """Whether visits are allowed on a day."""
        if self.from_day is None or self.to_day is None:
            return day.month in self.months
        begins, ends = self.from_day.of(day.year), self.to_day.of(day.year)
        return begins <= day <= ends if begins <= ends else day >= begins or day <= ends

    def opens_on(self, day: date) -> date:
        """The day itself, or the first one after it on which visits are allowed."""
        if self.holds(day):
            return day
        if self.from_day is not None:
            begins = self.from_day.of(day.year)
            return begins if begins >= day else self.from_day.of(day.year + 1)
        month = months_after(day.replace(day=1), 1)
        while month.month not in self.months:
            month = months_after(month, 1)
        return month


class Read(NamedTuple):
    """What a meter had counted on a day, since its first reading."""

    on: date
    counted: int


def counted_at(readings: Sequence[Read], day: date) -> int | None:
    """What a meter had counted on a day: the last reading until then, or the first of all; None without readings."""
    before = [read.counted for read in readings if read.on <= day]
    return before[-1] if before else (readings[0].counted if readings else None)


def reached_on(readings: Sequence[Read], since: date, threshold: int, trend_readings: int) -> date | None:
    """The day on which a count is reached: the first reading after `since` that shows it, or the forecast of the trend.

    The forecast goes on from the last reading at the daily average of the last so many readings, rounded up to whole
    days. None when nothing can be said: fewer than two days read, or nothing counted between them.
    """
    shown = next((read.on for read in readings if read.on >= since and read.counted >= threshold), None)
    if shown is not None:
        return shown
    window = readings[-trend_readings:]
    if not window:
        return None
    last, days, counted = window[-1], (window[-1].on - window[0].on).days, window[-1].counted - window[0].counted
    if days <= 0 or counted <= 0:
        return None
    more = -(-max(threshold - last.counted, 0) * days // counted)
    return last.on + timedelta(days=more) if more <= FARTHEST_DAYS else None


def projected(readings: Sequence[Read], day: date, trend_readings: int) -> int:
    """What a meter will have counted on a later day at the trend of its last readings; there must be one."""
    window = readings[-trend_readings:]
    last, days, counted = window[-1], (window[-1].on - window[0].on).days, window[-1].counted - window[0].counted
    if days <= 0 or counted <= 0 or day <= last.on:
        return last.counted
    return last.counted + (day - last.on).days * counted // days
