"""What hours, kilometres and pieces cost, how costs are shared, and what a margin is (R12.3, R12.4)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.coverage import CoverageKind, Decision
from aggregates.rules.margin import CostAccount, Margin, among, amount_of, borne_by, hours_cost, net_of

MINUTES = st.integers(0, 6000)
RATES = st.decimals("0", "500", places=2)
CENTS = st.decimals("-1000000", "1000000", places=2)


@pytest.mark.parametrize(
    ("revenue", "cost", "margin", "percent"),
    [
        ("335.33", "208.00", "127.33", "37.97"),
        ("595.07", "318.70", "276.37", "46.44"),
        ("0.00", "10.00", "-10.00", None),
        ("-5.00", "10.00", "-15.00", None),
        ("0.00", "0.00", "0.00", None),
        ("100.00", "250.00", "-150.00", "-150.00"),
        ("8.00", "7.9996", "0.0004", "0.01"),
        ("200.00", "200.01", "-0.01", "-0.01"),
    ],
)
def test_margin_and_its_percentage(revenue: str, cost: str, margin: str, percent: str | None) -> None:
    """The examples of R12.4; half a hundredth goes away from zero; no revenue has no percentage."""
    found = Margin(revenue=Decimal(revenue), cost=Decimal(cost))
    assert found.margin == Decimal(margin)
    assert found.percent == (None if percent is None else Decimal(percent))


@given(st.lists(st.tuples(CENTS, CENTS), max_size=8))
def test_the_margin_of_a_whole_is_the_sum_of_its_parts(parts: list[tuple[Decimal, Decimal]]) -> None:
    whole = Margin()
    for revenue, cost in parts:
        whole = whole.plus(Margin(revenue=revenue, cost=cost))
    assert whole.margin == sum((revenue - cost for revenue, cost in parts), Decimal(0))
    if whole.revenue > 0:
        exact = (whole.margin * 100 / whole.revenue).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert whole.percent == exact


def test_hours_of_s13_and_a_rounding() -> None:
    assert hours_cost(180, 0, Decimal("31.00")).total == Decimal("93.00")
    hours = hours_cost(1, 1, Decimal("28.50"))
    assert (hours.work, hours.way, hours.total) == (Decimal("0.48"), Decimal("0.47"), Decimal("0.95"))
    with pytest.raises(ValueError, match="negative"):
        hours_cost(-1, 0, Decimal(1))


@given(MINUTES, MINUTES, RATES)
def test_work_and_way_are_all_minutes_rounded_once(work: int, way: int, hourly: Decimal) -> None:
    hours = hours_cost(work, way, hourly)
    exact = Fraction(hourly) * (work + way) / 60
    assert abs(Fraction(hours.total) - exact) <= Fraction(1, 200)
    assert hours.work >= 0
    assert hours.way >= 0


@given(st.decimals("-1000", "1000", places=3), st.decimals("0", "1000", places=5))
def test_what_comes_back_costs_as_much_less(quantity: Decimal, unit_cost: Decimal) -> None:
    assert amount_of(-quantity, unit_cost) == -amount_of(quantity, unit_cost)


@given(CENTS, st.lists(st.integers(0, 500), min_size=1, max_size=7))
def test_a_share_for_each_sums_to_the_whole(total: Decimal, weights: list[int]) -> None:
    found = among(total, range(len(weights)), weights)
    assert sum(found.values()) == total
    if any(weights):
        assert all(found[n] == 0 for n, weight in enumerate(weights) if not weight)
    equal = among(total, range(len(weights)))
    assert max(equal.values()) - min(equal.values()) <= Decimal("0.01")


def test_nothing_to_share_among() -> None:
    with pytest.raises(ValueError, match="nothing"):
        among(Decimal("1.00"), ())


@settings(max_examples=50)
@given(st.decimals("0.01", "1000", places=2), st.decimals("0", "1", places=2), st.decimals("0", "1", places=2))
def test_a_receipt_costs_its_net(amount: Decimal, paid: Decimal, net: Decimal) -> None:
    whole = (amount * net).quantize(Decimal("0.01"))
    part = (amount * paid).quantize(Decimal("0.01"))
    assert net_of(amount, amount, whole) == whole
    assert 0 <= net_of(part, amount, whole) <= whole + Decimal("0.01")


@pytest.mark.parametrize(
    ("kind", "account"),
    [
        (CoverageKind.CHARGEABLE, CostAccount.CHARGED),
        (CoverageKind.BLOCKED, CostAccount.CHARGED),
        (CoverageKind.CONTRACT, CostAccount.CONTRACT),
        (CoverageKind.WARRANTY, CostAccount.WARRANTY),
        (CoverageKind.POOL, CostAccount.POOL),
    ],
)
def test_free_work_is_borne_by_what_made_it_free(kind: CoverageKind, account: CostAccount) -> None:
    assert borne_by(Decision(kind=kind, because=None, reason="")) is account
