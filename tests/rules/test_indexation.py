"""Indices: which months, which rows, how much; S04 and what other months would give (R1.20, R1.21)."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.adjustment_terms import AdjustmentTerms, Precision, Reference
from aggregates.rules.fee_adjustment import FeeNow, by_index
from aggregates.rules.indexation import (
    IndexMissing,
    IndexRow,
    IndexTable,
    PublishedChange,
    Rebase,
    index_change,
    month_of,
    months_between,
    reference_month,
    shift,
)

LINES = (Decimal("700.00"), Decimal("333.33"), Decimal("166.67"))


def row(
    month: str, value: str | None, published_on: date | None = None, base: str = "2015=100", **changes: str
) -> IndexRow:
    year, number = int(month[:4]), int(month[5:])
    return IndexRow(
        series="FOI",
        month=month,
        value=Decimal(value) if value else None,
        base=base,
        published_on=published_on or date(year + number // 12, number % 12 + 1, 16),
        loaded_on=date(2026, 1, 20),
        changes=tuple(
            PublishedChange(over_months=int(over[1:]), percent=Decimal(percent)) for over, percent in changes.items()
        ),
    )


FOI = IndexTable(
    series="FOI",
    rows=(
        row("2015-07", "107.2", base="2010=100"),
        row("2024-10", "120.1"),
        row("2024-12", "120.2"),
        row("2025-12", "121.5"),
        row("2026-12", None, _12="1.1", _24="2.2"),
    ),
    rebases=(Rebase(from_base="2010=100", to_base="2015=100", coefficient=Decimal("1.071")),),
)


def fees(*amounts: Decimal, originals: tuple[Decimal, ...] = ()) -> list[FeeNow]:
    return [
        FeeNow(line_id=UUID(int=n), fee=fee, original=original)
        for n, (fee, original) in enumerate(zip(amounts, originals or amounts, strict=True))
    ]


@pytest.mark.parametrize(
    ("months", "precision", "share", "fee", "original", "expected"),
    [
        (("2024-12", "2025-12"), Precision.PUBLISHED_PCT, 75, "1200.00", "1200.00", "1209.90"),
        (("2024-12", "2025-12"), Precision.PUBLISHED_PCT, 100, "1200.00", "1200.00", "1213.20"),
        (("2024-12", "2025-12"), Precision.RATIO, 75, "1200.00", "1200.00", "1209.73"),
        (("2025-12", "2026-12"), Precision.PUBLISHED_PCT, 75, "1209.90", "1209.90", "1219.88"),
        (("2024-12", "2026-12"), Precision.PUBLISHED_PCT, 75, "1209.90", "1200.00", "1219.80"),
        (("2015-07", "2024-10"), Precision.PUBLISHED_PCT, 75, "1000.00", "1000.00", "1150.00"),
        (("2015-07", "2024-10"), Precision.RATIO, 75, "1000.00", "1000.00", "1149.91"),
    ],
)
def test_s04(months: tuple[str, str], precision: Precision, share: int, fee: str, original: str, expected: str) -> None:
    terms = AdjustmentTerms(share_percent=Decimal(share), precision=precision)
    moved = index_change(FOI, *months, precision)
    made = by_index(fees(Decimal(fee), originals=(Decimal(original),)), terms, moved, each_line=False)
    assert made.new == Decimal(expected)
    assert [each.month for each in moved.rows] == list(months)


def test_the_published_percentage_has_one_decimal_and_counts_before_the_ratio() -> None:
    assert index_change(FOI, "2015-07", "2024-10", Precision.PUBLISHED_PCT).rate == Fraction(20, 100)
    told = IndexTable(series="FOI", rows=(row("2024-12", "120.2"), row("2025-12", "121.5", _12="1.2")))
    assert index_change(told, "2024-12", "2025-12", Precision.PUBLISHED_PCT).rate == Fraction(12, 1000)
    assert index_change(told, "2024-12", "2025-12", Precision.RATIO).rate == Fraction(13, 1202)


def test_a_percentage_published_over_other_months_does_not_count() -> None:
    told = IndexTable(series="FOI", rows=(row("2024-12", "120.2"), row("2026-12", "122.0", _12="9.9")))
    assert index_change(told, "2024-12", "2026-12", Precision.PUBLISHED_PCT).rate == Fraction(15, 1000)


def test_the_last_month_published_on_the_day_counts() -> None:
    terms = AdjustmentTerms()
    assert reference_month(terms, FOI, date(2026, 1, 31), date(2026, 2, 1)) == "2025-12"
    assert reference_month(terms, FOI, date(2026, 1, 16), date(2026, 2, 1)) == "2025-12"
    assert reference_month(terms, FOI, date(2026, 1, 15), date(2026, 2, 1)) == "2024-12"


def test_a_month_that_should_be_there_and_is_not_is_missing() -> None:
    watched = FOI.model_copy(update={"published_by_day": 20})
    assert watched.last_published(date(2026, 1, 31)) == "2025-12"
    assert watched.last_published(date(2026, 2, 19)) == "2025-12"
    with pytest.raises(IndexMissing, match="2026-01"):
        watched.last_published(date(2026, 2, 20))
    with pytest.raises(IndexMissing):
        FOI.last_published(date(2015, 8, 15))


@pytest.mark.parametrize(
    ("terms", "from_on", "expected"),
    [
        (AdjustmentTerms(reference=Reference.FIXED_MONTH, reference_month=12), date(2026, 2, 1), "2025-12"),
        (AdjustmentTerms(reference=Reference.FIXED_MONTH, reference_month=12), date(2026, 12, 31), "2025-12"),
        (AdjustmentTerms(reference=Reference.FIXED_MONTH, reference_month=6), date(2026, 12, 31), "2026-06"),
        (AdjustmentTerms(reference=Reference.LAG, lag_months=2), date(2026, 2, 1), "2025-12"),
        (AdjustmentTerms(reference=Reference.LAG, lag_months=0), date(2026, 2, 28), "2026-02"),
    ],
)
def test_named_months_and_lags(terms: AdjustmentTerms, from_on: date, expected: str) -> None:
    assert reference_month(terms, FOI, from_on, from_on) == expected


def test_a_corrected_row_counts_and_the_old_one_stays_in_the_table() -> None:
    wrong = FOI.model_copy(update={"rows": (*FOI.rows, row("2025-12", "121.8"))})
    assert index_change(wrong, "2024-12", "2025-12", Precision.RATIO).rate == Fraction(16, 1202)


def test_bases_without_a_coefficient_cannot_be_compared() -> None:
    bare = FOI.model_copy(update={"rebases": ()})
    with pytest.raises(IndexMissing, match="2010=100 → 2015=100"):
        index_change(bare, "2015-07", "2024-10", Precision.RATIO)


def test_coefficients_are_multiplied_along_the_bases() -> None:
    longer = IndexTable(
        series="FOI",
        rows=(row("2009-01", "134.2", base="1995=100"), row("2024-10", "120.1")),
        rebases=(
            Rebase(from_base="1995=100", to_base="2010=100", coefficient=Decimal("1.373")),
            Rebase(from_base="2010=100", to_base="2015=100", coefficient=Decimal("1.071")),
        ),
    )
    rate = index_change(longer, "2009-01", "2024-10", Precision.RATIO).rate
    assert rate == Fraction("120.1") / Fraction("134.2") * Fraction("1.373") * Fraction("1.071") - 1


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(-500, 500))
def test_months_shift_back_and_forth(day: date, by: int) -> None:
    month = month_of(day)
    assert shift(shift(month, by), -by) == month
    assert months_between(month, shift(month, by)) == by


@given(st.decimals("50", "200", places=1), st.decimals("50", "200", places=1))
def test_published_percentages_are_the_ratio_with_one_decimal(before: Decimal, after: Decimal) -> None:
    table = IndexTable(series="X", rows=(row("2024-01", str(before)), row("2025-01", str(after))))
    rate = index_change(table, "2024-01", "2025-01", Precision.PUBLISHED_PCT).rate
    exact = (after / before - 1) * 100
    assert Decimal(rate.numerator * 100) / rate.denominator == exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
