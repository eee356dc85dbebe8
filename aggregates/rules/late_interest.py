"""Interest for late payment between businesses (interessi di mora): the half-year's rate on what was paid late (R1.11).

D.Lgs. 231/2002: the reference rate of the half-year plus 8 points, from the day after the due date to the day of
payment, days ÷ 365, on the sum with VAT; and 40 euro per invoice for the costs of recovery. Amounts are euro, rates
percentages. Days that fall into half-years of different rates are counted apart; the whole is rounded once (R0.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from pydantic import Field

from aggregates.rules.rounding import to_cents
from aggregates.values import Rate, Value

ONE_DAY = timedelta(days=1)


class ReferenceRate(Value):
    """The reference rate that the ministry published for a half-year, percent."""

    from_on: date = Field(examples=["2026-01-01"])
    percent: Rate = Field(examples=["2.15"])


_FIRST_YEAR = 2016
_PERCENTS = (
    *("0.05", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00"),
    *("2.50", "4.00", "4.50", "4.25", "3.15", "2.15", "2.15"),
)
PUBLISHED = tuple(
    ReferenceRate(from_on=date(_FIRST_YEAR + n // 2, 1 + 6 * (n % 2), 1), percent=Decimal(percent))
    for n, percent in enumerate(_PERCENTS)
)
"""Data to be checked by whoever runs the system; a half-year without a row keeps the rate before it."""


class LateInterestTerms(Value):
    """How a company claims interest for late payment; every number is a parameter."""

    rates: tuple[ReferenceRate, ...] = PUBLISHED
    points: Rate = Field(default=Decimal(8), ge=0, description="Added to the reference rate.")
    recovery: Rate = Field(default=Decimal("40.00"), ge=0, description="Costs of recovery per invoice; euro.")
    year_days: int = Field(default=365, ge=360, le=366)
    from_public_bodies: bool = Field(default=False, description="Whether public bodies are charged as businesses are.")

    def rate_on(self, day: date) -> Decimal | None:
        """Reference rate and points of a day, percent; None before the table begins."""
        row = max((row for row in self.rates if row.from_on <= day), key=lambda row: row.from_on, default=None)
        return row.percent + self.points if row else None

    def is_published(self, day: date) -> bool:
        """Whether the day's own half-year has a row; otherwise an older rate was taken on trust."""
        return any(row.from_on == half_year(day) for row in self.rates)


class LateDays(Value):
    """Days of one rate: both ends count."""

    from_on: date
    to_on: date
    amount: Rate
    percent: Rate
    is_published: bool

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.to_on - self.from_on).days + 1


class LatePart(Value):
    """An amount that was due on a day and paid on another, or was still open on it."""

    due_on: date
    until_on: date
    amount: Rate


class LateInterest(Value):
    """What may be claimed for one due date: interest, and the days and rates that make it."""

    amount: Rate
    spans: tuple[LateDays, ...]

    @property
    def days(self) -> int:
        """Days from the day after the due date to the last day counted."""
        last = max((span.to_on for span in self.spans), default=None)
        first = min((span.from_on for span in self.spans), default=None)
        return (last - first).days + 1 if first and last else 0

    @property
    def is_provisional(self) -> bool:
        """Whether the rate of some half-year was not published yet."""
        return not all(span.is_published for span in self.spans)


class RateUnknown(ValueError):
    """The table of reference rates does not reach back to the day."""


def half_year(day: date) -> date:
    """The first day of the half-year of a day."""
    return date(day.year, 1 if day.month <= 6 else 7, 1)


def late_interest(parts: Iterable[LatePart], terms: LateInterestTerms) -> LateInterest:
    """The interest on amounts paid late, each from the day after its due date to its payment, rounded once (R1.11).

    What was paid in time yields no days. Raises `RateUnknown` for days before the table begins.
    """
    spans = tuple(span for part in parts for span in _spans(part, terms))
    return LateInterest(amount=_interest(spans, terms.year_days), spans=spans)


def _interest(spans: Sequence[LateDays], year_days: int) -> Decimal:
    exact = (Fraction(s.amount) * Fraction(s.percent) / 100 * Fraction(s.days, year_days) for s in spans)
    return to_cents(sum(exact, Fraction()))


def _spans(part: LatePart, terms: LateInterestTerms) -> Iterable[LateDays]:
    """The days of a part, cut where the rate changes."""
    first = part.due_on + ONE_DAY
    if part.amount <= 0 or part.until_on < first:
        return
    starts = sorted({row.from_on for row in terms.rates} | _half_years(first, part.until_on))
    cuts = [first, *(day for day in starts if first < day <= part.until_on), part.until_on + ONE_DAY]
    for from_on, after in pairwise(cuts):
        percent = terms.rate_on(from_on)
        if percent is None:
            raise RateUnknown(f"no reference rate is known for {from_on}")
        yield LateDays(
            from_on=from_on,
            to_on=after - ONE_DAY,
            amount=part.amount,
            percent=percent,
            is_published=terms.is_published(from_on),
        )


def _half_years(first: date, last: date) -> set[date]:
    found, day = set[date](), half_year(first)
    while day <= last:
        found.add(day)
        day = date(day.year + (day.month == 7), 7 if day.month == 1 else 1, 1)
    return found
