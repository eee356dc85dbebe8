"""Penalties for late service (penali): what a contract gives back when a due time was missed (R6.7).

Amounts are euro, rounded to cents; delays are business minutes of the clock's calendar.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from aggregates.rules.business_calendar import MIDNIGHT, CalendarTerms, Shift
from aggregates.rules.rounding import share
from aggregates.rules.service_level import Clock
from aggregates.values import Rate, Value

WHOLE_DAY = 1440


class DelayUnit(StrEnum):
    """What a delay is counted in; a day is as much business time as the calendar's longest day."""

    HOURS = "hours"
    DAYS = "days"


class Penalty(Value):
    """A percentage of the period's fee for each unit of delay, up to a cap."""

    percent: Rate = Field(gt=0, le=100, description="Of the fee of the period, for each unit of delay.")
    unit: DelayUnit = DelayUnit.HOURS
    cap_percent: Rate = Field(default=Decimal(10), gt=0, le=100, description="Of the fee of the period, at most.")
    counts_begun: bool = Field(default=True, description="Whether a unit just begun counts as a whole one.")
    clocks: tuple[Clock, ...] = Field(default=(), description="For which clocks; none stands for all of them.")

    def holds_for(self, clock: Clock) -> bool:
        """Whether lateness of this clock costs anything."""
        return not self.clocks or clock in self.clocks


class PenaltyDue(Value):
    """A penalty with the figures it was reckoned from."""

    late_minutes: int
    units: int
    percent: Rate
    fee: Rate
    amount: Rate
    is_capped: bool


def unit_minutes(unit: DelayUnit, calendar: CalendarTerms) -> int:
    """Business minutes in a unit of delay."""
    if unit is DelayUnit.HOURS:
        return 60
    if calendar.always_open:
        return WHOLE_DAY
    return max(sum(_length(shift) for shift in shifts) for shifts in calendar.shifts.by_weekday)


def penalty_due(terms: Penalty, calendar: CalendarTerms, late_minutes: int, fee: Decimal) -> PenaltyDue:
    """What a delay costs: units times percent, at most the cap, of the fee; HALF_UP (R6.7).

    Raises `ValueError` for a negative delay or fee.
    """
    if late_minutes < 0 or fee < 0:
        raise ValueError("a penalty needs a delay and a fee of at least 0")
    length = unit_minutes(terms.unit, calendar)
    units = -(-late_minutes // length) if terms.counts_begun else late_minutes // length
    reckoned = terms.percent * units
    percent = min(reckoned, terms.cap_percent)
    return PenaltyDue(
        late_minutes=late_minutes,
        units=units,
        percent=percent,
        fee=fee,
        amount=share(fee, percent, 100),
        is_capped=reckoned > terms.cap_percent,
    )


def penalty_part(whole: Decimal, earlier: Iterable[Decimal]) -> Decimal:
    """What is still to give back of a penalty after its earlier parts, in euro; nothing is ever taken back (R6.7)."""
    return max(Decimal("0.00"), whole - sum(earlier, Decimal("0.00")))


def _length(shift: Shift) -> int:
    opens, closes = shift
    return (WHOLE_DAY if closes == MIDNIGHT else _minute(closes)) - _minute(opens)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
