"""Fees of periods (canoni e ratei): instalments of an annual fee, stubs, serials in force for a part (R1.13–R1.17).

Fees are annual, in euro; a fee agreed per period is annualised by the caller (× 12 ÷ step).
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from aggregates.rules.day_count import calendar_months, days_of_thirty
from aggregates.rules.periods import FeePeriod, overlap
from aggregates.rules.rounding import share, split_over_time
from aggregates.values import Period

NOTHING = Decimal("0.00")


class FirstPeriod(StrEnum):
    """How a short first period is billed (fatturazione ratei nel primo periodo): in proportion, not at all, in full."""

    PRORATA = "prorata"
    FREE = "free"
    FULL = "full"


class DayBasis(StrEnum):
    """How the part of a period is measured: actual days, 30/360, actual days over 365, calendar months (R1.16)."""

    ACTUAL = "actual"
    THIRTY_360 = "30/360"
    FIXED_365 = "fixed-365"
    CALENDAR_MONTHS = "calendar-months"


def instalments(annual_fee: Decimal, count: int) -> tuple[Decimal, ...]:
    """The annual fee in `count` equal instalments that sum to it exactly (R1.17)."""
    return split_over_time(annual_fee, [1] * count)


def nominal_fee(annual_fee: Decimal, step_months: int, index: int) -> Decimal:
    """The fee of the whole grid period at an index, by cumulative rounding: a year sums to the annual fee (R1.17)."""
    reached = share(annual_fee, (index + 1) * step_months, 12)
    return reached - share(annual_fee, index * step_months, 12)


def stub_fee(
    annual_fee: Decimal, step_months: int, stub: Period, nominal: Period, basis: DayBasis = DayBasis.ACTUAL
) -> Decimal:
    """The fee of a part of a nominal period: its fee × part ÷ whole, rounded once (R1.16).

    Raises `ValueError` when the stub is not inside the nominal period.
    """
    if overlap(stub, nominal) != stub:
        raise ValueError("a stub lies inside the period it is a part of")
    return share(annual_fee, _fraction(stub, nominal, step_months, basis) * step_months, 12)


def period_fee(
    annual_fee: Decimal,
    step_months: int,
    fee_period: FeePeriod,
    first_period: FirstPeriod = FirstPeriod.PRORATA,
    basis: DayBasis = DayBasis.ACTUAL,
    in_force: Period | None = None,
) -> Decimal:
    """The fee of a contract's period, for the days a line or serial is in force in it (default: all of them).

    The first-period policy holds for the contract's first stub only; later stubs are always in proportion. A serial
    added or removed in mid-period pays its days over the period's (R1.13). Zero means that no line is billed.
    """
    billed = fee_period.period
    served = billed if in_force is None else overlap(billed, in_force)
    policy = first_period if fee_period.number == 1 and fee_period.is_stub else FirstPeriod.PRORATA
    if served is None or policy is FirstPeriod.FREE:
        return NOTHING
    whole = billed if policy is FirstPeriod.FULL else fee_period.nominal
    if served == whole:
        return nominal_fee(annual_fee, step_months, fee_period.index)
    # A first period billed in full is worth a whole fee, whatever its length: only its own days can divide it.
    return stub_fee(annual_fee, step_months, served, whole, basis if whole == fee_period.nominal else DayBasis.ACTUAL)


def _fraction(part: Period, whole: Period, step_months: int, basis: DayBasis) -> Fraction:
    match basis:
        case DayBasis.ACTUAL:
            return Fraction(part.days, whole.days)
        case DayBasis.THIRTY_360:
            return Fraction(days_of_thirty(part), days_of_thirty(whole))
        case DayBasis.FIXED_365:
            return min(Fraction(part.days * 12, 365 * step_months), Fraction(1))
        case DayBasis.CALENDAR_MONTHS:
            return calendar_months(part) / calendar_months(whole)
