"""Accruals and deferrals at a closing (R1.18; scenario S03)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.accruals import (
    AccrualBasis,
    ClosingKind,
    closing_entry,
    deferred,
    monthly,
    monthly_change,
    recognised,
)
from aggregates.values import Period

YEAR = Period(starts_on=date(2025, 9, 16), ends_on=date(2026, 9, 15))
QUARTER = Period(starts_on=date(2025, 11, 1), ends_on=date(2026, 1, 31))
CLOSING = date(2025, 12, 31)
A = Decimal("1200.00")


@pytest.mark.parametrize(
    ("basis", "earned", "left"), [(AccrualBasis.DAYS, "351.78", "848.22"), (AccrualBasis.MONTHS, "350.00", "850.00")]
)
def test_a_fee_in_advance_is_deferred_for_the_time_to_come(basis: AccrualBasis, earned: str, left: str) -> None:
    assert recognised(A, YEAR, CLOSING, basis) == Decimal(earned)
    assert deferred(A, YEAR, CLOSING, basis) == Decimal(left)
    entry = closing_entry(A, YEAR, CLOSING, invoiced_on=date(2025, 9, 16), basis=basis)
    assert entry is not None
    assert (entry.kind, entry.amount) == (ClosingKind.DEFERRED_INCOME, Decimal(left))


@pytest.mark.parametrize(("basis", "amount"), [(AccrualBasis.DAYS, "596.74"), (AccrualBasis.MONTHS, "600.00")])
def test_a_fee_in_arrears_accrues_for_the_time_gone(basis: AccrualBasis, amount: str) -> None:
    entry = closing_entry(Decimal("900.00"), QUARTER, CLOSING, invoiced_on=None, basis=basis)
    assert entry is not None
    assert (entry.kind, entry.amount) == (ClosingKind.ACCRUED_INCOME, Decimal(amount))


def test_a_complete_period_without_invoice_is_to_be_issued() -> None:
    entry = closing_entry(Decimal("900.00"), QUARTER, date(2026, 1, 31), invoiced_on=date(2026, 2, 1))
    assert entry is not None
    assert (entry.kind, entry.amount) == (ClosingKind.INVOICES_TO_ISSUE, Decimal("900.00"))


def test_nothing_is_booked_when_time_and_invoice_agree() -> None:
    assert closing_entry(A, YEAR, date(2026, 9, 15), invoiced_on=date(2025, 9, 16)) is None
    assert closing_entry(A, YEAR, date(2025, 9, 15), invoiced_on=None) is None


def test_an_invoice_before_its_period_is_deferred_whole() -> None:
    entry = closing_entry(A, YEAR, date(2025, 8, 31), invoiced_on=date(2025, 8, 20))
    assert entry is not None
    assert entry.amount == A


def test_thirteen_monthly_figures() -> None:
    expected = "49.32 101.91 98.63 101.92 101.92 92.05 101.92 98.63 101.92 98.63 101.92 101.91 49.32"
    assert [each.amount for each in monthly(A, YEAR)] == [Decimal(each) for each in expected.split()]


def test_thirteen_monthly_figures_by_months() -> None:
    amounts = [each.amount for each in monthly(A, YEAR, AccrualBasis.MONTHS)]
    assert amounts == [Decimal(50), *[Decimal(100)] * 11, Decimal(50)]


def test_unused_part_of_a_returned_contract() -> None:
    term = Period(starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    assert recognised(Decimal("240.00"), term, date(2027, 3, 15)) == Decimal("48.66")
    assert deferred(Decimal("240.00"), term, date(2027, 3, 15)) == Decimal("191.34")


amounts = st.decimals(min_value=-100_000, max_value=100_000, places=2)
starts = st.dates(date(2020, 1, 1), date(2040, 1, 1))


@given(amounts, starts, st.integers(1, 900), st.sampled_from(AccrualBasis))
def test_months_sum_to_the_whole(total: Decimal, starts_on: date, days: int, basis: AccrualBasis) -> None:
    over = Period(starts_on=starts_on, ends_on=starts_on + timedelta(days=days - 1))
    assert sum(each.amount for each in monthly(total, over, basis)) == total


@given(starts, st.integers(1, 500), st.integers(-5, 500), st.sampled_from(AccrualBasis))
def test_recognised_revenue_never_goes_back(starts_on: date, days: int, at: int, basis: AccrualBasis) -> None:
    over = Period(starts_on=starts_on, ends_on=starts_on + timedelta(days=days - 1))
    day = starts_on + timedelta(days=at)
    assert 0 <= recognised(A, over, day, basis) <= recognised(A, over, day + timedelta(days=1), basis) <= A


@given(
    total=st.decimals("-9999", "9999", places=2),
    parts=st.lists(st.decimals("0.01", "999", places=2), max_size=4),
    starts_on=st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    days=st.integers(0, 800),
    basis=st.sampled_from(AccrualBasis),
)
def test_months_that_credits_changed_are_those_of_what_is_left(
    total: Decimal, parts: list[Decimal], starts_on: date, days: int, basis: AccrualBasis
) -> None:
    """However many credits took something off, cent by cent, no month keeps a cent that is not its own."""
    over, left = Period(starts_on=starts_on, ends_on=starts_on + timedelta(days=days)), total
    months = {each.month: each.amount for each in monthly(total, over, basis)}
    for part in parts:
        changes = list(monthly_change(left, left - part, over, basis))
        assert sum(each.amount for each in changes) == -part
        left -= part
        for each in changes:
            months[each.month] += each.amount
    assert months == {each.month: each.amount for each in monthly(left, over, basis)}
    served = Period(starts_on=starts_on, ends_on=starts_on + timedelta(days=days // 2))
    for fewer, longer in ((over, served), (served, over)):
        then = {each.month: each.amount for each in monthly(left, fewer, basis)}
        for each in monthly_change(left, total, fewer, basis, longer):
            then[each.month] = then.get(each.month, Decimal(0)) + each.amount
        now = {each.month: each.amount for each in monthly(total, longer, basis)}
        assert {month: amount for month, amount in then.items() if amount} == {
            month: amount for month, amount in now.items() if amount
        }
