"""Days that come again (ricorrenze): every day, some weekdays, a day of the month, up to a last day."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import islice
from typing import Literal, Self

from dateutil.rrule import DAILY, FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, rrule
from pydantic import Field, model_validator

from aggregates.values import Value

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WEEKDAYS = {
    "monday": MO, "tuesday": TU, "wednesday": WE, "thursday": TH, "friday": FR, "saturday": SA, "sunday": SU,
}  # fmt: skip
_FREQUENCIES: dict[str, Literal[1, 2, 3]] = {"daily": DAILY, "weekly": WEEKLY, "monthly": MONTHLY}


class Recurrence(Value):
    """How something comes again after its first day: every so many days, weeks or months, up to a last day."""

    every: Literal["weekly", "daily", "monthly"] = Field(
        default="weekly", description="Monthly is on the first day's day of the month; months without it are left out."
    )
    interval: int = Field(default=1, ge=1, le=52, description="2 is every second week.")
    weekdays: tuple[Weekday, ...] = Field(default=(), description="Of a week; left out, the first day's.")
    until_on: date = Field(description="The last day on which it may come again.", examples=["2027-06-30"])

    @model_validator(mode="after")
    def _weekdays_of_weeks(self) -> Self:
        if self.weekdays and self.every != "weekly":
            raise ValueError("weekdays belong to what comes again every week")
        return self


def dates_of(first_on: date, recurrence: Recurrence, most: int) -> tuple[date, ...]:
    """The days from the first one on, at most so many.

    All are counted from the first day, so none drifts. The first day itself counts only if it is one of the weekdays.
    """
    rule = rrule(
        _FREQUENCIES[recurrence.every],
        dtstart=datetime.combine(first_on, time(0)),
        interval=recurrence.interval,
        byweekday=[_WEEKDAYS[name] for name in recurrence.weekdays] or None,
        until=datetime.combine(recurrence.until_on, time(0)),
    )
    return tuple(found.date() for found in islice(rule, most))
