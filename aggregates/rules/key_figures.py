"""Key figures (indicatori): when a call counts as solved at the first visit, days between failures, ages, percentages.

Days are calendar days in Italy. The definitions stand here once, views only gather what they are applied to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

TENTH = Decimal("0.1")
AGES: tuple[tuple[int, str], ...] = ((1, "0-1"), (7, "2-7"), (30, "8-30"), (90, "31-90"))
"""Bands of age: the last day of each, and how it is named."""
OLDEST = "91+"
AGE_NAMES = (*(name for _, name in AGES), OLDEST)


class FirstTime(StrEnum):
    """What became of a call that was worked on at the customer's."""

    FIXED = "first_visit"
    UNSOLVED = "unsolved"
    MORE_VISITS = "more_visits"
    REOPENED = "reopened"
    CAME_BACK = "came_back"
    TOO_EARLY = "too_early"
    """All is well so far, but the days in which the fault may come back are not over."""
    NO_VISIT = "no_visit"
    """Closed without anybody going there: it cannot be solved at a first visit."""
    NO_FAULT = "no_fault"
    """There was nothing to solve."""


JUDGED = (FirstTime.FIXED, FirstTime.UNSOLVED, FirstTime.MORE_VISITS, FirstTime.REOPENED, FirstTime.CAME_BACK)
"""The denominator of the rate."""


class Closing(NamedTuple):
    """How a corrective call was closed."""

    is_solved: bool
    is_fault: bool
    visits: int
    reopened: int
    closed_on: date
    next_on: date | None = None
    """When the next corrective call for it on one of its machines was opened."""


def first_time(call: Closing, within_days: int, today: date) -> FirstTime:
    """Whether a call was solved at its first visit, and if not, the first reason why.

    It comes back when the next call is opened at most `within_days` days after the closing; until they are over
    nothing is decided.
    """
    last_on = call.closed_on + timedelta(days=within_days)
    if not call.is_fault:
        return FirstTime.NO_FAULT
    if not call.visits:
        return FirstTime.NO_VISIT
    if not call.is_solved:
        return FirstTime.UNSOLVED
    if call.visits > 1:
        return FirstTime.MORE_VISITS
    if call.reopened:
        return FirstTime.REOPENED
    if call.next_on is not None and call.next_on <= last_on:
        return FirstTime.CAME_BACK
    return FirstTime.FIXED if today > last_on else FirstTime.TOO_EARLY


class Gap(NamedTuple):
    """The time between a failure and the one before it."""

    before_on: date
    failed_on: date
    days: int
    """Calendar days, without those out of use."""
    idle_days: int


def gaps(failed: Iterable[date], idle: Iterable[tuple[date, date | None]]) -> list[Gap]:
    """The gaps between the failures of one machine, whose idle stretches run from a day to the day before another.

    A failure's own day counts, that of the next one does not: neighbouring gaps add up to the whole.
    """
    stretches = sorted(set(idle), key=lambda each: each[0])
    return [_gap(one, other, stretches) for one, other in pairwise(sorted(failed))]


def _gap(one: date, other: date, stretches: Sequence[tuple[date, date | None]]) -> Gap:
    idle, done = 0, one
    for begins, ends in stretches:
        first, last = max(begins, done), min(ends or other, other)
        if last > first:
            idle, done = idle + (last - first).days, last
    return Gap(one, other, (other - one).days - idle, idle)


def age_band(opened_on: date, on: date) -> str:
    """The band of age of a call that was opened on a day and is still open on another, not before it."""
    days = (on - opened_on).days
    return next((name for most, name in AGES if days <= most), OLDEST)


def percent(part: int, whole: int) -> Decimal | None:
    """A part in percent of the whole, to one decimal, half up; None where there is nothing to count."""
    return mean(100 * part, whole)


def mean(total: int | Decimal, count: int) -> Decimal | None:
    """The mean to one decimal, half up; None of nothing."""
    return (Decimal(total) / count).quantize(TENTH, ROUND_HALF_UP) if count else None
