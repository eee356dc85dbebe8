"""When revenue is earned, and by which machine: to the cent, whatever the amount, days and machines (R1.18, R12.2)."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.accruals import AccrualBasis, monthly, monthly_of, recognised
from aggregates.rules.recognition import (
    Credit,
    Earned,
    at_once,
    earning_parts,
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


cents_taken = st.decimals(Decimal("0.01"), Decimal("99.99"), places=2)


@given(
    amounts.filter(lambda amount: amount > 0),
    periods,
    st.lists(st.tuples(cents_taken, st.integers(1, 800)), min_size=1, max_size=3),
    st.integers(-5, 900),
    bases,
)
def test_a_fee_lowered_in_mid_period_is_earned_as_before_up_to_that_day_and_less_from_then_on(
    amount: Decimal, over: Period, taken: list[tuple[Decimal, int]], asked: int, basis: AccrualBasis
) -> None:
    """Before the first change earned(d) never moves; at the end it is billed less credited, and so are the months."""
    credits_ = [Credit(part, over.starts_on + timedelta(days=after)) for part, after in taken]
    inside = [each.since for each in credits_ if each.since and each.since <= over.ends_on]
    parts = earning_parts(amount, credits_, over)
    until = over.starts_on + timedelta(days=asked)
    earned = sum(recognised(part, days, until, basis) for part, days in parts)
    if len(inside) == len(credits_) and until < min(inside):
        assert earned == recognised(amount, over, until, basis)
    left = amount - sum(part for part, _ in taken)
    assert sum(recognised(part, days, over.ends_on, basis) for part, days in parts) == left
    assert sum(each.amount for each in monthly_of(parts, basis)) == left


@given(amounts, periods, st.lists(cents_taken, max_size=3), st.integers(0, 900))
def test_credits_that_know_no_day_are_spread_over_all_that_is_served(
    amount: Decimal, over: Period, taken: list[Decimal], ends_after: int
) -> None:
    ended_on = over.starts_on + timedelta(days=ends_after)
    served = earning_period(over, ended_on) if taken else over
    assert earning_parts(amount, [Credit(each) for each in taken], over, ended_on) == [
        (amount - sum(taken, Decimal("0.00")), served)
    ]


def test_days_after_the_end_are_given_back_where_a_fee_had_been_lowered_before() -> None:
    """365.00 a year, 182.50 from 1 July (92.00 less), ended on 30 September (46.00 more): 227.00 earned by then."""
    year = Period(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    credits_ = [Credit(Decimal("92.00"), date(2026, 7, 1)), Credit(Decimal("46.00"))]
    parts = earning_parts(Decimal("365.00"), credits_, year, date(2026, 9, 30))
    told = [
        sum(recognised(amount, days, on, AccrualBasis.DAYS) for amount, days in parts)
        for on in (date(2026, 6, 30), date(2026, 9, 30), date(2026, 10, 20), date(2026, 12, 31))
    ]
    assert told == [Decimal("181.00"), Decimal("227.00"), Decimal("227.00"), Decimal("227.00")]
