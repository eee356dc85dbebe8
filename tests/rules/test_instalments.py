"""Fees of periods (R1.13, R1.16, R1.17; scenarios S01, S02)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.instalments import DayBasis, FirstPeriod, instalments, nominal_fee, period_fee, stub_fee
from aggregates.rules.periods import Alignment, FeePeriod, fee_periods, period
from aggregates.values import Period

FEE = Decimal("1200.00")
fees = st.decimals(min_value=0, max_value=100_000, places=2)
steps = st.sampled_from([1, 2, 3, 4, 6, 12])


def only(start: date, end: date, step: int = 12, anchor: date | None = None) -> FeePeriod:
    term = Period(starts_on=start, ends_on=end)
    (found,) = fee_periods(anchor or start, term, step, Alignment.CALENDAR)
    return found


STUB = only(date(2026, 9, 16), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("policy", "basis", "expected"),
    [
        (FirstPeriod.PRORATA, DayBasis.ACTUAL, "351.78"),
        (FirstPeriod.FREE, DayBasis.ACTUAL, "0.00"),
        (FirstPeriod.FULL, DayBasis.ACTUAL, "1200.00"),
        (FirstPeriod.PRORATA, DayBasis.THIRTY_360, "350.00"),
        (FirstPeriod.PRORATA, DayBasis.FIXED_365, "351.78"),
        (FirstPeriod.PRORATA, DayBasis.CALENDAR_MONTHS, "350.00"),
    ],
)
def test_the_first_short_period(policy: FirstPeriod, basis: DayBasis, expected: str) -> None:
    assert period_fee(FEE, 12, STUB, policy, basis) == Decimal(expected)


def test_the_same_contract_in_2005() -> None:
    assert period_fee(FEE, 12, only(date(2005, 9, 16), date(2005, 12, 31))) == Decimal("351.78")


@pytest.mark.parametrize(
    ("basis", "expected"),
    [(DayBasis.ACTUAL, "1098.36"), (DayBasis.FIXED_365, "1101.37"), (DayBasis.THIRTY_360, "1100.00")],
)
def test_a_leap_year_has_366_days_unless_agreed_otherwise(basis: DayBasis, expected: str) -> None:
    assert period_fee(FEE, 12, only(date(2028, 2, 1), date(2028, 12, 31)), basis=basis) == Decimal(expected)


def test_a_fixed_365_stub_is_never_dearer_than_the_whole() -> None:
    july_august = Period(starts_on=date(2026, 7, 1), ends_on=date(2026, 8, 31))
    stub = Period(starts_on=date(2026, 7, 2), ends_on=date(2026, 8, 31))
    assert stub_fee(FEE, 2, stub, july_august, DayBasis.FIXED_365) == Decimal("200.00")


def test_a_quarterly_stub_takes_its_quarters_days() -> None:
    first, second = fee_periods(
        date(2026, 9, 16), Period(starts_on=date(2026, 9, 16), ends_on=date(2026, 12, 31)), 3, Alignment.CALENDAR
    )
    assert period_fee(FEE, 3, first) == Decimal("48.91")  # 300 × 15/92
    assert period_fee(FEE, 3, second) == Decimal("300.00")


def test_the_first_period_policy_does_not_touch_later_stubs() -> None:
    term = Period(starts_on=date(2026, 9, 16), ends_on=date(2027, 6, 30))
    _, last = fee_periods(term.starts_on, term, 12, Alignment.CALENDAR)
    for policy in FirstPeriod:
        assert period_fee(FEE, 12, last, policy) == Decimal("595.07")  # 181/365


def test_a_thousand_in_twelve() -> None:
    expected = tuple(map(Decimal, ("83.33", "83.34", "83.33") * 4))
    assert instalments(Decimal("1000.00"), 12) == expected
    assert tuple(nominal_fee(Decimal("1000.00"), 1, k) for k in range(12)) == expected


def test_a_stub_is_not_computed_from_a_rounded_instalment() -> None:
    february = only(date(2026, 2, 17), date(2026, 2, 28), 1)
    assert period_fee(Decimal("1000.00"), 1, february) == Decimal("35.71")  # 83.34 × 12/28 would be 35.72


@pytest.mark.parametrize(
    ("in_force", "expected"),
    [
        (("2027-01-01", "2027-12-31"), "1200.00"),
        (("2027-05-10", "2027-12-31"), "775.89"),  # added: 236/365
        (("2027-01-01", "2027-05-09"), "424.11"),  # removed: 129/365
        (("2027-03-01", "2027-03-31"), "101.92"),
        (("2028-01-01", "2028-12-31"), "0.00"),
    ],
)
def test_serials_added_and_removed_pay_their_days(in_force: tuple[str, str], expected: str) -> None:
    year = only(date(2027, 1, 1), date(2027, 12, 31), anchor=date(2026, 9, 16))
    served = Period(starts_on=date.fromisoformat(in_force[0]), ends_on=date.fromisoformat(in_force[1]))
    assert period_fee(FEE, 12, year, in_force=served) == Decimal(expected)


def test_a_serial_added_inside_the_first_stub_follows_its_policy() -> None:
    november_on = Period(starts_on=date(2026, 11, 1), ends_on=date(2026, 12, 31))
    assert period_fee(FEE, 12, STUB, FirstPeriod.PRORATA, in_force=november_on) == Decimal("200.55")  # 61/365
    assert period_fee(FEE, 12, STUB, FirstPeriod.FULL, in_force=november_on) == Decimal("684.11")  # 61/107
    assert period_fee(FEE, 12, STUB, FirstPeriod.FREE, in_force=november_on) == Decimal("0.00")


def test_a_stub_outside_its_period_is_refused() -> None:
    with pytest.raises(ValueError, match="inside"):
        stub_fee(FEE, 12, Period(starts_on=date(2025, 12, 1), ends_on=date(2026, 1, 31)), STUB.nominal)


@given(fees, steps, st.integers(0, 11))
def test_any_twelve_months_sum_to_the_annual_fee(fee: Decimal, step: int, first: int) -> None:
    assert sum(nominal_fee(fee, step, first + k) for k in range(12 // step)) == fee


@given(fees, st.dates(date(2020, 1, 1), date(2040, 12, 31)), steps, st.integers(1, 4))
def test_billing_step_by_step_equals_billing_the_years_at_once(
    fee: Decimal, anchor: date, step: int, years: int
) -> None:
    term = Period(starts_on=anchor, ends_on=period(anchor, 12 * years, 0).ends_on)
    assert sum(period_fee(fee, step, each) for each in fee_periods(anchor, term, step)) == fee * years


@given(fees, st.integers(2, 365), st.sampled_from(DayBasis))
def test_two_serials_that_share_a_period_pay_it_once(fee: Decimal, days: int, basis: DayBasis) -> None:
    year = only(date(2027, 1, 1), date(2027, 12, 31))
    change = date.fromordinal(date(2027, 1, 1).toordinal() + days - 1)
    before = Period(starts_on=date(2027, 1, 1), ends_on=date.fromordinal(change.toordinal() - 1))
    after = Period(starts_on=change, ends_on=date(2027, 12, 31))
    paid = sum(period_fee(fee, 12, year, basis=basis, in_force=each) for each in (before, after))
    assert abs(paid - fee) <= Decimal("0.01")
