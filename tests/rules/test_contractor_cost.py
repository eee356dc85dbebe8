"""What a contractor's visit costs: by the hour, flat, by the kilometre; each part rounded once (R0.1)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.contractor_cost import ContractorTerms, contractor_cost

CENT = Decimal("0.01")
RATES = st.decimals("0", "200", places=2)


def test_hours_visit_and_kilometres() -> None:
    terms = ContractorTerms(hourly=Decimal("32.00"), per_visit=Decimal("25.00"), per_km=Decimal("0.45"))
    cost = contractor_cost(terms, 95, 40, Decimal("42.5"))
    assert (cost.hours, cost.visit, cost.kilometres) == (Decimal("50.67"), Decimal("25.00"), Decimal("19.13"))
    assert cost.total == Decimal("94.80")


def test_hours_of_travel_are_paid_where_that_was_agreed() -> None:
    terms = ContractorTerms(hourly=Decimal("30.00"), pays_travel_time=True)
    assert contractor_cost(terms, 60, 30).total == Decimal("45.00")


def test_half_a_cent_goes_up() -> None:
    assert contractor_cost(ContractorTerms(hourly=Decimal("0.30")), 1).hours == Decimal("0.01")
    assert contractor_cost(ContractorTerms(per_km=Decimal("0.45")), 0, 0, Decimal("0.1")).total == Decimal("0.05")


@given(RATES, RATES, RATES, st.integers(0, 3000), st.integers(0, 600), st.decimals("0", "900", places=1), st.booleans())
def test_the_parts_are_rounded_once_and_sum_to_the_whole(
    hourly: Decimal, flat: Decimal, per_km: Decimal, work: int, travel: int, km: Decimal, paid: bool
) -> None:
    terms = ContractorTerms(hourly=hourly, per_visit=flat, per_km=per_km, pays_travel_time=paid)
    cost = contractor_cost(terms, work, travel, km)
    minutes = work + travel if paid else work
    assert cost.hours == (hourly * minutes / 60).quantize(CENT, ROUND_HALF_UP)
    assert cost.kilometres == (per_km * km).quantize(CENT, ROUND_HALF_UP)
    assert cost.total == cost.hours + flat + cost.kilometres
    assert contractor_cost(terms, work + 1, travel, km).total >= cost.total
