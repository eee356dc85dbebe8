"""Fee periods and terms (periodi di canone, rinnovi): dates from an immutable anchor, never chained (R1.4–R1.7).

Everything here is Europe/Rome calendar dates; periods are closed, both ends counted (R0.2).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from itertools import count
from math import gcd
from typing import Self

from pydantic import Field, model_validator

from aggregates.values import Period, Value

ONE_DAY = timedelta(days=1)


class Alignment(StrEnum):
    """Where fee periods begin: on the contract's own anniversary, or on the calendar's grid (R1.5)."""

    NONE = "none"
    CALENDAR = "calendar"


class Timing(StrEnum):
    """When a fee is billed: at the start of its period (anticipato) or at its end (posticipato)."""

    ADVANCE = "advance"
    ARREARS = "arrears"


class FeePeriod(Value):
    """One billed period of a contract: a whole period of its grid, or the part of one inside the term (a stub).

    `number` counts from 1 at the contract's start and is the natural key of a billing due (R1.14); `index` is the
    place on the grid that decides which instalment it is (R1.17); `nominal` is the whole grid period around it.
    """

    number: int = Field(ge=1)
    index: int = Field(ge=0)
    period: Period
    nominal: Period

    @property
    def is_stub(self) -> bool:
        """Whether it is shorter than the grid period around it."""
        return self.period != self.nominal


class Notice(Value):
    """How long before the end notice must be received (preavviso): in days or in months, not both (R1.7)."""

    days: int | None = Field(default=None, ge=0)
    months: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if (self.days is None) == (self.months is None):
            raise ValueError("give the notice either in days or in months")
        return self


def months_after(day: date, months: int) -> date:
    """The day so many months later (earlier if negative), clipped to the month's end (R0.6)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def period(anchor: date, step_months: int, k: int, sticky_end_of_month: bool = False) -> Period:
    """The k-th period, counted from 0, of a grid that begins on the anchor (R1.4).

    With `sticky_end_of_month` an anchor on a month's last day makes every period start on a month's last day.
    Raises `ValueError` when the step is not at least one month.
    """
    if step_months < 1:
        raise ValueError("a fee period lasts at least one month")
    starts_on = _start(anchor, step_months * k, sticky_end_of_month)
    next_on = _start(anchor, step_months * (k + 1), sticky_end_of_month)
    return Period(starts_on=starts_on, ends_on=next_on - ONE_DAY)


def period_index(anchor: date, step_months: int, day: date, sticky_end_of_month: bool = False) -> int:
    """Which period of the anchor's grid holds the day; negative before the anchor."""
    k = ((day.year - anchor.year) * 12 + day.month - anchor.month) // step_months
    return k if _start(anchor, step_months * k, sticky_end_of_month) <= day else k - 1


def fee_periods(
    anchor: date,
    term: Period,
    step_months: int,
    alignment: Alignment = Alignment.NONE,
    sticky_end_of_month: bool = False,
) -> Iterator[FeePeriod]:
    """The fee periods that tile a term, in order, without gap or overlap (R1.4, R1.5).

    The anchor is the contract's effective date in every term. Periods cut by the term's ends come as stubs: the
    first one of a calendar-aligned contract, the last one of a term that ends early. A line with its own dates (a
    serial added later, R1.13) passes them as the term and keeps the contract's period numbers.
    Raises `ValueError` when the term begins before the anchor or the step has no calendar grid (not 1, 2, 3, 4, 6, 12).
    """
    if term.starts_on < anchor:
        raise ValueError(f"the term starts on {term.starts_on}, before the contract's start on {anchor}")
    grid = _grid(anchor, step_months, alignment)
    sticky = sticky_end_of_month and alignment is Alignment.NONE
    first = period_index(grid, step_months, anchor, sticky)
    for k in count(period_index(grid, step_months, term.starts_on, sticky)):
        nominal = period(grid, step_months, k, sticky)
        inside = overlap(nominal, term)
        if inside is None:
            return
        yield FeePeriod(number=k - first + 1, index=k, period=inside, nominal=nominal)


def overlap(one: Period, other: Period) -> Period | None:
    """The days that belong to both, if any."""
    starts_on, ends_on = max(one.starts_on, other.starts_on), min(one.ends_on, other.ends_on)
    if starts_on == one.starts_on and ends_on == one.ends_on:
        return one
    return Period(starts_on=starts_on, ends_on=ends_on) if starts_on <= ends_on else None


def first_term(starts_on: date, length_months: int, alignment: Alignment = Alignment.NONE) -> Period:
    """The first term (Rinnovo 1): a full length, or with CALENDAR the stub up to the grid boundary (R1.5).

    The boundary is the year's end for terms of whole years, the half-year's for six months, and so on.
    """
    if alignment is Alignment.NONE:
        return period(starts_on, length_months, 0)
    grain = gcd(length_months, 12)
    boundary = period(date(starts_on.year, 1, 1), grain, (starts_on.month - 1) // grain)
    if boundary.starts_on == starts_on:
        return period(starts_on, length_months, 0)
    return Period(starts_on=starts_on, ends_on=boundary.ends_on)


def next_term(anchor: date, previous: Period, length_months: int) -> Period:
    """The renewal that follows a term: it starts the day after and ends by the anchor's day of the month (R1.4, R1.6).

    When the new start is not on the anchor's grid (after a calendar stub or a term cut short) it becomes the anchor.
    """
    starts_on = previous.ends_on + ONE_DAY
    months = (starts_on.year - anchor.year) * 12 + starts_on.month - anchor.month
    if months_after(anchor, months) != starts_on:
        return period(starts_on, length_months, 0)
    return Period(starts_on=starts_on, ends_on=months_after(anchor, months + length_months) - ONE_DAY)


def terms(starts_on: date, length_months: int, alignment: Alignment = Alignment.NONE) -> Iterator[Period]:
    """The first term and its renewals, one after the other, without end."""
    term = first_term(starts_on, length_months, alignment)
    while True:
        yield term
        term = next_term(starts_on, term, length_months)


def billing_on(billed: Period, timing: Timing, offset_days: int = 0) -> date:
    """The day the fee of a period falls due for billing: its start or its end, plus the offset (R1.14)."""
    base = billed.starts_on if timing is Timing.ADVANCE else billed.ends_on
    return base + timedelta(days=offset_days)


def last_notice_day(ends_on: date, notice: Notice) -> date:
    """The last day on which notice for a term's end may be received (R1.7)."""
    if notice.days is not None:
        return ends_on - timedelta(days=notice.days)
    return months_after(ends_on, -(notice.months or 0))


def notice_ends_on(received_on: date, notice: Notice, following: Iterable[Period]) -> date:
    """The expiry on which a notice acts: the first of the terms whose last notice day it meets (R1.7).

    Raises `ValueError` when it is late for every term given.
    """
    for term in following:
        if received_on <= last_notice_day(term.ends_on, notice):
            return term.ends_on
    raise ValueError(f"the notice received on {received_on} is late for every term given")


def _start(anchor: date, months: int, sticky: bool) -> date:
    day = months_after(anchor, months)
    if sticky and anchor.day == monthrange(anchor.year, anchor.month)[1]:
        return day.replace(day=monthrange(day.year, day.month)[1])
    return day


def _grid(anchor: date, step_months: int, alignment: Alignment) -> date:
    if alignment is Alignment.NONE:
        return anchor
    if step_months < 1 or 12 % step_months:
        raise ValueError(f"the calendar has no grid of {step_months} months: use 1, 2, 3, 4, 6 or 12")
    return date(anchor.year, 1, 1)
