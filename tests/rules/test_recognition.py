"""When revenue is earned, and by which machine: to the cent, whatever the amount, days and machines (R1.18, R12.2)."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.accruals import AccrualBasis, monthly
from aggregates.rules.recognition import (
    Earned,
    at_once,
    earning_period,
    evenly,
    first_of,
    over_time,
    taken_back,
    tax_shares,
)
from aggregates.values import Period, cents

HALF = Period(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
A = Decimal("1200.00")
amounts = st.decimals(Decimal("-9999.99"), Decimal("9999.99"), places=2)
periods = st.builds(
    lambda starts_on, days: Period(starts_on=starts_on, ends_on=starts_on + timedelta(days=days)),
    st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    st.integers(0, 800),
)
bases = st.sampled_from(AccrualBasis)


def by_month(earned: Earned) -> dict[date, Decimal]:
    found: Counter[date] = Counter()
    for (month, _), amount in earned.items():
        found[month] += amount  # type: ignore[assignment] # a counter of decimals
    return dict(found)  # type: ignore[arg-type] # a counter of decimals


def test_half_a_year_of_h1() -> None:
    """The example of section 12: 181 of 365 days of 1,200 are 595.07."""
    earned = over_time(A, HALF, parts=3)
    assert sum(amount for (month, _), amount in earned.items() if month <= date(2026, 6, 1)) == Decimal("595.07")
    parts = [sum(amount for (_, part), amount in earned.items() if part == each) for each in range(3)]
    assert parts == [Decimal("400.00")] * 3


@given(amounts, periods, st.integers(1, 9), bases)
def test_months_and_machines_sum_to_what_was_billed(
    amount: Decimal, over: Period, parts: int, basis: AccrualBasis
) -> None:
    earned = over_time(amount, over, parts, basis)
    assert by_month(earned) == {each.month.starts_on: each.amount for each in monthly(amount, over, basis)}
    for part, whole in enumerate(evenly(amount, parts)):
        assert sum(each for (_, at), each in earned.items() if at == part) == whole
    shares = evenly(amount, parts)
    assert max(shares) - min(shares) <= Decimal("0.01")


@given(amounts, periods, st.integers(1, 5))
def test_no_machine_gives_back_what_it_earned(amount: Decimal, over: Period, parts: int) -> None:
    assert all(each * amount >= 0 for each in over_time(amount, over, parts).values())


@given(amounts, st.integers(2024, 2030), st.integers(1, 28), st.integers(1, 4))
def test_a_year_at_once_is_the_year_month_by_month(amount: Decimal, year: int, day: int, parts: int) -> None:
    """What each month of a year earns, billed by itself, is what the year billed at once earns in it."""
    year_long = Period(starts_on=date(year, 1, 1), ends_on=date(year, 12, 31))
    whole = over_time(amount, year_long, parts)
    again: Counter[tuple[date, int]] = Counter()
    for each in monthly(amount, year_long):
        for place, part in over_time(each.amount, each.month, 1).items():
            again[place] += part  # type: ignore[assignment] # a counter of decimals
    assert by_month(whole) == {month: total for (month, _), total in again.items()}
    assert first_of(date(year, 2, day)) == date(year, 2, 1)


@given(amounts, st.integers(0, 100), periods, st.integers(1, 4), st.integers(0, 900))
def test_what_a_credit_note_takes_back_is_what_it_credits(
    amount: Decimal, percent: int, over: Period, parts: int, ends_after: int
) -> None:
    credited = cents(amount * percent / 100)
    left = earning_period(over, over.starts_on + timedelta(days=ends_after))
    before, after = over_time(amount, over, parts), over_time(amount - credited, left, parts)
    changes = taken_back(before, after)
    assert sum(changes.values(), Decimal(0)) == -credited
    merged = {place: before.get(place, Decimal(0)) + changes.get(place, Decimal(0)) for place in {*before, *changes}}
    assert {place: each for place, each in merged.items() if each} == {p: each for p, each in after.items() if each}


def test_after_an_end_what_is_left_is_earned_by_the_days_served() -> None:
    """R1.12: 1,200 for 2026, ended on 30/06 and credited 604.93: the first months are earned as they were."""
    served = earning_period(HALF, date(2026, 6, 30))
    changes = taken_back(over_time(A, HALF), over_time(A - Decimal("604.93"), served))
    assert min(month for month, _ in changes) >= date(2026, 7, 1)
    assert earning_period(HALF, date(2027, 1, 31)) == earning_period(HALF, None) == HALF
    assert earning_period(HALF, date(2025, 12, 31)) == HALF


def test_at_once_and_no_machine_at_all() -> None:
    month = date(2026, 3, 1)
    assert at_once(Decimal("-10.00"), month, 3) == {
        (month, 0): Decimal("-3.34"),
        (month, 1): Decimal("-3.33"),
        (month, 2): Decimal("-3.33"),
    }
    with pytest.raises(ValueError, match="more than zero"):
        over_time(A, HALF, parts=0)


@given(st.lists(amounts, min_size=1, max_size=8), st.sampled_from(["0", "4", "10", "22"]))
def test_vat_of_lines_sums_to_the_summary(lines: list[Decimal], rate: str) -> None:
    tax = cents(sum(lines, Decimal(0)) * Decimal(rate) / 100)
    shares = tax_shares(lines, Decimal(rate), tax)
    assert sum(shares, Decimal(0)) == tax
    assert all(
        abs(part - line * Decimal(rate) / 100) <= Decimal("0.05") for part, line in zip(shares, lines, strict=True)
    )
