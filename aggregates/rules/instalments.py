"""Fees of periods (canoni e ratei): instalments of an annual fee, stubs, serials in force for a part (R1.13–R1.17).

Fees are annual, in euro; a fee agreed per period is annualised by the caller (× 12 ÷ step).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from aggregates.rules.day_count import calendar_months, days_of_thirty
from aggregates.rules.periods import FeePeriod, overlap
from aggregates.rules.rounding import share, split_over_time, to_cents
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
    return (
        parts_fee([(annual_fee, served)], served, step_months, fee_period, first_period, basis) if served else NOTHING
    )


def parts_fee(
    parts: Sequence[tuple[Decimal, Period]],
    served: Period,
    step_months: int,
    fee_period: FeePeriod,
    first_period: FirstPeriod = FirstPeriod.PRORATA,
    basis: DayBasis = DayBasis.ACTUAL,
) -> Decimal:
    """The fee of the days served in a period, of which every part has an annual fee of its own; euro.

    A fee that changes inside the period counts for its days, and so does every other change; days in no part are not
    paid. The parts are summed exactly and rounded once (R0.1). Served days are measured by the basis, the parts of
    them by actual days.
    """
    billed = fee_period.period
    policy = first_period if fee_period.number == 1 and fee_period.is_stub else FirstPeriod.PRORATA
    if policy is FirstPeriod.FREE or not parts:
        return NOTHING
    whole = billed if policy is FirstPeriod.FULL else fee_period.nominal
    # A first period billed in full is worth a whole fee, whatever its length: only its own days can divide it.
    measure = basis if whole == fee_period.nominal else DayBasis.ACTUAL
    if len(parts) == 1 and parts[0][1] == served:
        annual_fee = parts[0][0]
        if served == whole:
            return nominal_fee(annual_fee, step_months, fee_period.index)
        return stub_fee(annual_fee, step_months, served, whole, measure)
    of_whole = Fraction(1) if served == whole else _fraction(served, whole, step_months, measure)
    paid = sum((Fraction(fee) * Fraction(part.days, served.days) for fee, part in parts), Fraction())
    return to_cents(paid * of_whole * step_months / 12)


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
