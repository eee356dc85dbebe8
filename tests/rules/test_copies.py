"""Prices of copies: tiers, rounding per tier line, tiers of several periods (R3.5)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from aggregates.meter_terms import CounterTerms
from aggregates.rules.copies import Tier, Tiering, priced, scaled, total

COLOUR = (Tier(up_to=2000, unit_price=Decimal("0.065")), Tier(unit_price=Decimal("0.055")))
PRICES = st.decimals(min_value=0, max_value=2, places=8)


@st.composite
def tiers(draw: st.DrawFn) -> tuple[Tier, ...]:
    bounds = sorted(draw(st.sets(st.integers(1, 20_000), max_size=4)))
    return (*(Tier(up_to=b, unit_price=draw(PRICES)) for b in bounds), Tier(unit_price=draw(PRICES)))


def amounts(excess: int | str, tiering: Tiering = Tiering.GRADUATED, scale: Fraction = Fraction(1)) -> list[str]:
    return [str(each.amount) for each in priced(Decimal(excess), COLOUR, tiering, scale)]


@pytest.mark.parametrize(
    ("excess", "graduated", "volume"),
    [
        (3500, ["130.00", "82.50"], ["192.50"]),
        (2000, ["130.00"], ["130.00"]),
        (2001, ["130.00", "0.06"], ["110.06"]),
        (600, ["39.00"], ["39.00"]),
        (0, [], []),
        (-5, [], []),
    ],
)
def test_the_excess_of_s08_and_around_it(excess: int, graduated: list[str], volume: list[str]) -> None:
    assert amounts(excess) == graduated
    assert amounts(excess, Tiering.VOLUME) == volume


def test_bounds_grow_with_the_periods_rated_together() -> None:
    assert amounts(4000, scale=Fraction(2)) == ["260.00"]
    assert amounts(5000, scale=Fraction(2)) == ["260.00", "55.00"]
    assert amounts(5000, Tiering.VOLUME, Fraction(2)) == ["275.00"]


def test_a_part_of_a_period_has_a_part_of_the_volume_half_up() -> None:
    assert [scaled(1000, Fraction(1, 3)), scaled(1001, Fraction(1, 2)), scaled(3, Fraction(1, 6))] == [333, 501, 1]


def test_half_a_cent_goes_up_on_each_tier() -> None:
    cheap = (Tier(up_to=1, unit_price=Decimal("0.005")), Tier(unit_price=Decimal("0.005")))
    assert [str(each.amount) for each in priced(Decimal(2), cheap)] == ["0.01", "0.01"]


@pytest.mark.parametrize(
    "wrong",
    [
        [{"up_to": 2000, "unit_price": "0.1"}],
        [{"unit_price": "0.1"}, {"unit_price": "0.2"}],
        [{"up_to": 9, "unit_price": "0.1"}, {"up_to": 9, "unit_price": "0.1"}, {"unit_price": "0.2"}],
        [],
    ],
)
def test_tiers_must_reach_everything(wrong: list[dict[str, object]]) -> None:
    with pytest.raises(ValidationError, match="rising bounds"):
        CounterTerms.model_validate({"counter": "bw", "tiers": wrong})


@given(tiers(), st.integers(0, 50_000), st.integers(1, 4))
def test_slices_sum_to_the_excess(some: tuple[Tier, ...], excess: int, periods: int) -> None:
    free_ones = tuple(tier.model_copy(update={"unit_price": tier.unit_price + 1}) for tier in some)
    found = priced(Decimal(excess), free_ones, scale=Fraction(periods))
    assert sum((each.quantity for each in found), Decimal(0)) == excess
    assert total(found) == sum((each.amount for each in found), Decimal(0))


@given(tiers(), st.integers(0, 50_000))
def test_more_copies_never_cost_less_by_slices(some: tuple[Tier, ...], excess: int) -> None:
    assert total(priced(Decimal(excess + 1), some)) >= total(priced(Decimal(excess), some))


@given(st.integers(0, 50_000), PRICES)
def test_one_price_is_the_same_either_way(excess: int, price: Decimal) -> None:
    flat = (Tier(up_to=77, unit_price=price), Tier(unit_price=price))
    by_slice, by_volume = (total(priced(Decimal(excess), flat, way)) for way in Tiering)
    assert abs(by_slice - by_volume) <= Decimal("0.01")
