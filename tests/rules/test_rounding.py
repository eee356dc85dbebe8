"""Splitting amounts: over time by cumulative rounding, over lines by largest remainder (R0.3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.rounding import share, split_over_lines, split_over_time
from aggregates.values import cents

Split = Callable[[Decimal, Sequence[int]], tuple[Decimal, ...]]
amounts = st.decimals(min_value=-1_000_000, max_value=1_000_000, places=2)
weights = st.lists(st.integers(0, 10_000), min_size=1, max_size=24).filter(any)


def d(*values: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, values))


def test_a_thousand_in_twelve_instalments() -> None:
    assert split_over_time(Decimal("1000.00"), [1] * 12) == d("83.33", "83.34", "83.33") * 4


def test_an_indexed_fee_spread_over_its_lines() -> None:
    lines = d("700.00", "333.33", "166.67")
    assert split_over_lines(Decimal("1209.90"), lines) == d("705.77", "336.08", "168.05")


def test_equal_remainders_go_to_the_earlier_lines() -> None:
    assert split_over_lines(Decimal("0.02"), [1, 1, 1]) == d("0.01", "0.01", "0.00")
    assert split_over_lines(Decimal("-0.02"), [1, 1, 1]) == d("-0.01", "-0.01", "0.00")


def test_a_share_is_rounded_once_half_away_from_zero() -> None:
    assert share(Decimal("0.01"), 1, 2) == Decimal("0.01")
    assert share(Decimal("-0.01"), 1, 2) == Decimal("-0.01")
    assert share(Decimal("100.00"), 1, 600) == Decimal("0.17")
    with pytest.raises(ValueError, match="whole"):
        share(Decimal("1.00"), 1, 0)


@pytest.mark.parametrize("split", [split_over_time, split_over_lines])
@pytest.mark.parametrize(("total", "by"), [("1.001", [1]), ("1.00", []), ("1.00", [0, 0]), ("1.00", [2, -1])], ids=str)
def test_a_split_that_cannot_be_exact_is_refused(split: Split, total: str, by: list[int]) -> None:
    with pytest.raises(ValueError, match=r"decimals|weight"):
        split(Decimal(total), by)


@given(amounts, weights)
def test_parts_over_time_sum_to_the_whole_and_never_stray_from_the_line(total: Decimal, by: list[int]) -> None:
    parts = split_over_time(total, by)
    assert sum(parts) == total
    for k in range(len(by) + 1):
        assert abs(sum(parts[:k]) - total * sum(by[:k]) / sum(by)) <= Decimal("0.0051")


@given(amounts, weights)
def test_parts_over_lines_sum_to_the_whole_each_within_a_cent(total: Decimal, by: list[int]) -> None:
    parts = split_over_lines(total, by)
    assert sum(parts) == total
    for part, weight in zip(parts, by, strict=True):
        assert part == cents(part)
        assert abs(part - total * weight / sum(by)) < Decimal("0.01")
