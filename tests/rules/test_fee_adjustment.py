"""New fees: spread to the cent, floor and cap, relative and absolute over years, a year and its months (R1.20)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.adjustment_terms import AdjustmentTerms
from aggregates.because import in_italian
from aggregates.rules.billing import DatedFee, FeeLine, FeeTerms, instalments
from aggregates.rules.fee_adjustment import by_amount, by_index, by_percent, by_total, spread
from aggregates.rules.indexation import IndexChange
from aggregates.rules.rounding import split_over_lines, to_cents
from aggregates.values import Period
from tests.rules.test_indexation import LINES, fees

EUROS = st.decimals("0.00", "99999.00", places=2)
POSITIVE = st.decimals("0.01", "99999.00", places=2)
RATES = st.decimals("-0.300", "0.500", places=3)


def moved(rate: Decimal | Fraction) -> IndexChange:
    return IndexChange("2024-12", "2025-12", Fraction(rate), (), ())


def test_the_total_is_rounded_once_and_spread() -> None:
    made = by_index(fees(*LINES), AdjustmentTerms(share_percent=Decimal(75)), moved(Decimal("0.011")), each_line=False)
    assert [line.new for line in made.lines] == [Decimal("705.77"), Decimal("336.08"), Decimal("168.05")]
    assert in_italian(made.because) == "1.200,00 euro × (1 + 75 % della variazione) = 1.209,90 euro."


def test_each_line_by_itself_is_rounded_by_itself() -> None:
    made = by_percent(fees(*LINES), Decimal("0.825"), each_line=True)
    assert [line.new for line in made.lines] == [Decimal("705.78"), Decimal("336.08"), Decimal("168.05")]


def test_a_typed_total_and_an_amount_on_each_line() -> None:
    assert [line.new for line in by_total(fees(*LINES), Decimal("1209.90")).lines] == [
        Decimal("705.77"),
        Decimal("336.08"),
        Decimal("168.05"),
    ]
    assert [line.new for line in by_amount(fees(*LINES), Decimal("-10.50")).lines] == [
        Decimal("689.50"),
        Decimal("322.83"),
        Decimal("156.17"),
    ]


@pytest.mark.parametrize(
    ("floor", "cap", "rate", "expected"),
    [
        ("0", None, "-0.02", "1000.00"),
        (None, None, "-0.02", "980.00"),
        ("-1", None, "-0.02", "990.00"),
        ("1", None, "0.005", "1010.00"),
        ("0", "3", "0.05", "1030.00"),
        ("0", "3", "0.02", "1020.00"),
    ],
)
def test_floor_and_cap(floor: str | None, cap: str | None, rate: str, expected: str) -> None:
    bounds = {name: Decimal(given) if given else None for name, given in (("floor", floor), ("cap", cap))}
    terms = AdjustmentTerms(floor_percent=bounds["floor"], cap_percent=bounds["cap"])
    made = by_index(fees(Decimal("600.00"), Decimal("400.00")), terms, moved(Decimal(rate)), each_line=False)
    assert made.new == Decimal(expected)


def test_the_floor_of_an_absolute_adjustment_is_the_fee_in_force() -> None:
    lines = fees(Decimal("1020.00"), originals=(Decimal("1000.00"),))
    assert by_index(lines, AdjustmentTerms(), moved(Decimal("0.01")), each_line=False).new == Decimal("1020.00")
    free = AdjustmentTerms(floor_percent=None)
    assert by_index(lines, free, moved(Decimal("0.01")), each_line=False).new == Decimal("1010.00")


@given(st.lists(POSITIVE, min_size=1, max_size=20), EUROS)
def test_a_spread_sums_to_the_total_and_is_the_split_of_the_house(weights: list[Decimal], total: Decimal) -> None:
    parts = spread(total, weights)
    assert sum(parts) == total
    assert parts == split_over_lines(total, weights)


@given(st.lists(st.decimals("-500.00", "999.00", places=2), min_size=1, max_size=8), EUROS)
def test_a_spread_with_lines_below_zero_sums_too(weights: list[Decimal], total: Decimal) -> None:
    whole = sum(weights)
    if not whole:
        with pytest.raises(ValueError, match="sum to something"):
            spread(total, weights)
        return
    parts = spread(total, weights)
    assert sum(parts) == total
    assert all(
        abs(part - total * weight / whole) < Decimal("0.02") for part, weight in zip(parts, weights, strict=True)
    )


@given(st.lists(POSITIVE, min_size=1, max_size=8), RATES, st.sampled_from([75, 100, 50]))
def test_an_index_never_lowers_a_fee_by_default(amounts: list[Decimal], rate: Decimal, share: int) -> None:
    made = by_index(fees(*amounts), AdjustmentTerms(share_percent=Decimal(share)), moved(rate), each_line=False)
    assert made.new >= sum(amounts)
    assert made.new == max(sum(amounts), to_cents(Fraction(sum(amounts)) * (1 + Fraction(share, 100) * Fraction(rate))))


@given(POSITIVE, st.lists(st.decimals("0.000", "0.100", places=3), min_size=1, max_size=10))
def test_relative_compounds_and_absolute_counts_from_the_original(fee: Decimal, rates: list[Decimal]) -> None:
    terms = AdjustmentTerms(floor_percent=None)
    relative = absolute = fee
    index = Fraction(1)
    for rate in rates:
        index *= 1 + Fraction(rate)
        (relative,) = (line.new for line in by_index(fees(relative), terms, moved(rate), each_line=False).lines)
        lines = fees(absolute, originals=(fee,))
        absolute = by_index(lines, terms, moved(index - 1), each_line=False).new
    assert absolute == to_cents(Fraction(fee) * index)
    # Each year's rounding moves a relative fee by half a cent at most, and later years make that half cent grow.
    assert abs(relative - absolute) <= Decimal("0.01") * len(rates) * 2


@given(POSITIVE, POSITIVE, st.sampled_from([1, 2, 3, 4, 6]))
def test_month_by_month_is_the_year_at_once_with_new_fees(old: Decimal, new: Decimal, step: int) -> None:
    terms = (
        Period(starts_on=date(2025, 2, 1), ends_on=date(2026, 1, 31)),
        Period(starts_on=date(2026, 2, 1), ends_on=date(2027, 1, 31)),
    )
    dated = (
        DatedFee(from_on=date(2025, 2, 1), annual_fee=old),
        DatedFee(from_on=date(2026, 2, 1), annual_fee=new),
    )
    line = FeeLine(line_id=UUID(int=1), fees=dated)

    def billed(months: int) -> list[tuple[date, Decimal]]:
        whole = FeeTerms(starts_on=date(2025, 2, 1), step_months=months, terms=terms, lines=(line,))
        return [(each.period.starts_on, each.amount) for each in instalments(whole)]

    for starts_on, amount in billed(12):
        year = [part for on, part in billed(step) if on.year * 12 + on.month - starts_on.year * 12 in range(2, 14)]
        assert sum(year) == amount
