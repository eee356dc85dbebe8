"""Indices and their change (indici ISTAT, coefficienti di raccordo): which months, which rows, how much (R1.20, R1.21).

Changes are kept as fractions; only a published percentage is rounded, to one decimal, half away from zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Self

from pydantic import Field, model_validator

from aggregates.adjustment_terms import AdjustmentTerms, Month, Precision, Reference
from aggregates.because import Reasons, because
from aggregates.values import Rate, Value


class IndexMissing(LookupError):
    """The index of a month that an adjustment needs is not known; `month` says which."""

    def __init__(self, series: str, month: str) -> None:
        super().__init__(f"the index {series} of {month} is not known")
        self.series, self.month = series, month


class PublishedChange(Value):
    """A percentage as the institute published it: over twelve months, or over another number of them."""

    over_months: int = Field(default=12, ge=1)
    percent: Rate = Field(examples=["1.1"])


class IndexFigure(Value):
    """What was published of a month: the index on its base, or percentages of change, or both."""

    month: Month = Field(examples=["2025-12"])
    value: Rate | None = Field(default=None, gt=0, examples=["121.5"])
    base: str = Field(default="2015=100", min_length=1, max_length=20, examples=["2015=100"])
    changes: tuple[PublishedChange, ...] = ()
    published_on: date = Field(examples=["2026-01-16"])
    source: str | None = Field(default=None, max_length=200, examples=["G.U. n. 17 del 22/01/2026"])

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.value is None and not self.changes:
            raise ValueError("give the index of the month, or a published change")
        return self

    def published(self, over_months: int) -> Decimal | None:
        """The change published over so many months, in percent; None without one."""
        return next((each.percent for each in self.changes if each.over_months == over_months), None)


class IndexRow(IndexFigure):
    """A row as it stands for ever: a figure with its series and the day it was loaded (R1.21)."""

    series: str
    loaded_on: date
    corrects: str | None = Field(default=None, description="Why it takes the place of an earlier row of the month.")


class Rebase(Value):
    """How an old base continues in a new one (coefficiente di raccordo): ratios across them are multiplied by it."""

    from_base: str = Field(min_length=1, max_length=20, examples=["2010=100"])
    to_base: str = Field(min_length=1, max_length=20, examples=["2015=100"])
    coefficient: Rate = Field(gt=0, examples=["1.071"])


class IndexTable(Value):
    """All that is known of a series; of several rows of a month the last loaded counts."""

    series: str
    rows: tuple[IndexRow, ...] = ()
    rebases: tuple[Rebase, ...] = ()
    published_by_day: int | None = None
    """The day of the following month by which a month is published; then an older last month is a missing one."""

    def row(self, month: str) -> IndexRow:
        """The row of a month. Raises `IndexMissing`."""
        found = next((row for row in reversed(self.rows) if row.month == month), None)
        if found is None:
            raise IndexMissing(self.series, month)
        return found

    def last_published(self, on: date) -> str:
        """The last month published on a day. Raises `IndexMissing`."""
        known = max((row.month for row in self.rows if row.published_on <= on), default=None)
        expected = self._expected(on)
        if known is None or (expected is not None and known < expected):
            raise IndexMissing(self.series, expected or shift(month_of(on), -1))
        return known

    def coefficient(self, from_base: str, to_base: str) -> Fraction:
        """What an index on one base is multiplied by to be compared with one on another. Raises `IndexMissing`."""
        return _path(self.rebases, from_base, to_base, frozenset()) or self._no_path(from_base, to_base)

    def _no_path(self, from_base: str, to_base: str) -> Fraction:
        raise IndexMissing(self.series, f"{from_base} → {to_base}")

    def _expected(self, on: date) -> str | None:
        if self.published_by_day is None:
            return None
        return shift(month_of(on), -1 if on.day >= self.published_by_day else -2)


def _path(rebases: Iterable[Rebase], from_base: str, to_base: str, seen: frozenset[str]) -> Fraction | None:
    if from_base == to_base:
        return Fraction(1)
    for each in rebases:
        if each.from_base == from_base and each.to_base not in seen:
            rest = _path(rebases, each.to_base, to_base, seen | {from_base})
            if rest is not None:
                return Fraction(each.coefficient) * rest
    return None


@dataclass(frozen=True)
class IndexChange:
    """A change between two months: the rate (0.011 is 1.1 %), the rows it rests on, and how it was found."""

    from_month: str
    to_month: str
    rate: Fraction
    rows: tuple[IndexRow, ...]
    because: Reasons

    @property
    def percent(self) -> Decimal:
        """The change in percent, as people are told: with at most four decimals."""
        return _rounded(100 * self.rate, 4).normalize() + 0


def month_of(day: date) -> str:
    """The month of a day."""
    return f"{day:%Y-%m}"


def shift(month: str, months: int) -> str:
    """The month so many months later; earlier if negative."""
    year, zero_based = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + months, 12)
    return f"{year:04d}-{zero_based + 1:02d}"


def months_between(from_month: str, to_month: str) -> int:
    """How many months lie between two months."""
    return (int(to_month[:4]) - int(from_month[:4])) * 12 + int(to_month[5:]) - int(from_month[5:])


def reference_month(terms: AdjustmentTerms, table: IndexTable, notice_on: date, from_on: date) -> str:
    """The month whose index a new fee from a day rests on (R1.20). Raises `IndexMissing`."""
    match terms.reference:
        case Reference.LAST_PUBLISHED:
            return table.last_published(notice_on)
        case Reference.FIXED_MONTH:
            wanted = f"{from_on.year}-{terms.reference_month or 12:02d}"
            return wanted if wanted < month_of(from_on) else shift(wanted, -12)
        case Reference.LAG:
            return shift(month_of(from_on), -(terms.lag_months or 0))


def index_change(table: IndexTable, from_month: str, to_month: str, precision: Precision) -> IndexChange:
    """How much the index changed between two months.

    PUBLISHED_PCT takes the percentage published over just so many months, else the ratio rounded to one decimal.
    Raises `IndexMissing`.
    """
    to_row = table.row(to_month)
    published = to_row.published(months_between(from_month, to_month))
    if precision is Precision.PUBLISHED_PCT and published is not None:
        rows = (*(row for row in (_found(table, from_month),) if row), to_row)
        why = because("index-published", **_of(table, from_month, to_month), percent=published)
        return IndexChange(from_month, to_month, Fraction(published) / 100, rows, (why,))
    from_row = table.row(from_month)
    ratio = _ratio(table, from_row, to_row)
    is_exact = precision is Precision.RATIO
    percent = _rounded(100 * (ratio - 1), 4 if is_exact else 1)
    values = {**_of(table, from_month, to_month), "from_value": from_row.value, "to_value": to_row.value}
    told = [because("index-ratio" if is_exact else "index-moved", **values, percent=percent)]
    if from_row.base != to_row.base:
        link = _decimals(table.coefficient(from_row.base, to_row.base))
        told.append(because("index-linked", from_base=from_row.base, to_base=to_row.base, coefficient=link))
    rate = ratio - 1 if is_exact else Fraction(percent) / 100
    return IndexChange(from_month, to_month, rate, (from_row, to_row), tuple(told))


def _of(table: IndexTable, from_month: str, to_month: str) -> dict[str, object]:
    return {"series": table.series, "from_month": from_month, "to_month": to_month}


def _ratio(table: IndexTable, from_row: IndexRow, to_row: IndexRow) -> Fraction:
    for row in (from_row, to_row):
        if row.value is None:
            raise IndexMissing(table.series, row.month)
    assert from_row.value is not None
    assert to_row.value is not None
    return Fraction(to_row.value) / Fraction(from_row.value) * table.coefficient(from_row.base, to_row.base)


def _found(table: IndexTable, month: str) -> IndexRow | None:
    try:
        return table.row(month)
    except IndexMissing:
        return None


def _rounded(value: Fraction, decimals: int) -> Decimal:
    """Half away from zero."""
    scaled = abs(value) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if value >= 0 else -whole).scaleb(-decimals)


def _decimals(value: Fraction) -> Decimal:
    quotient = Decimal(value.numerator) / Decimal(value.denominator)
    return quotient.quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP).normalize()
