"""Fees due (canoni da fatturare): what should be billed by a day, less what is billed, with the reason for each amount.

Nothing here remembers where the last run stopped: periods come from the immutable anchor, the due set is what should
exist minus the keys that exist (R1.4, R1.14). Amounts are euro, dates Europe/Rome.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from pydantic import Field

from aggregates.because import Because, Reasons, because, in_italian
from aggregates.rules.day_count import calendar_months, days_of_thirty
from aggregates.rules.instalments import DayBasis, FirstPeriod, parts_fee
from aggregates.rules.meter_windows import Measured
from aggregates.rules.periods import Alignment, FeePeriod, Timing, billing_on, fee_periods, overlap
from aggregates.values import Period, Rate, Value

FEE = "fee"
ONE_DAY = timedelta(days=1)
STEPS = {1: "fee-amount-month", 12: "fee-amount-year"}
KeyParts = tuple[UUID, int, str, int]


class DueKey(Value):
    """What makes a due unique (R1.14): contract line, period number, kind, and the attempt after a credit note."""

    line_id: UUID
    number: int = Field(ge=1)
    kind: str = FEE
    attempt: int = Field(default=1, ge=1)

    @property
    def parts(self) -> KeyParts:
        """The key as a plain tuple, which sets compare faster."""
        return (self.line_id, self.number, self.kind, self.attempt)


class DatedFee(Value):
    """The annual fee of a line from a day on; euro."""

    from_on: date
    annual_fee: Rate


class FeeLine(Value):
    """A line with a fee: from when to when it is served, and its annual fees, the oldest first."""

    line_id: UUID
    starts_on: date | None = None
    ends_on: date | None = None
    fees: tuple[DatedFee, ...] = Field(min_length=1)

    def parts(self, served: Period, idle: Collection[Period] = ()) -> list[tuple[Decimal, Period]]:
        """The days served but for idle ones, cut where the fee changes: each stretch with its annual fee."""
        cuts = {served.starts_on, served.ends_on + ONE_DAY}
        cuts |= {fee.from_on for fee in self.fees if served.starts_on < fee.from_on <= served.ends_on}
        for gap in idle:
            inside = overlap(gap, served)
            cuts |= {inside.starts_on, inside.ends_on + ONE_DAY} if inside else set()
        days = sorted(cuts)
        found: list[tuple[Decimal, Period]] = []
        for starts_on, next_on in pairwise(days):
            if any(gap.holds(starts_on) for gap in idle):
                continue
            fee = self.annual_fee(starts_on)
            before = found[-1] if found else None
            if before and before[0] == fee and before[1].ends_on + ONE_DAY == starts_on:
                starts_on = found.pop()[1].starts_on
            found.append((fee, Period(starts_on=starts_on, ends_on=next_on - ONE_DAY)))
        return found

    def annual_fee(self, day: date) -> Decimal:
        """The fee in force on a day; the first one holds before it as well."""
        return next((fee.annual_fee for fee in reversed(self.fees) if fee.from_on <= day), self.fees[0].annual_fee)


class FeeTerms(Value):
    """All that decides a contract's fees: the anchor, the grid, the terms so far, an early end, the lines."""

    starts_on: date
    step_months: int
    alignment: Alignment = Alignment.NONE
    sticky_end_of_month: bool = False
    timing: Timing = Timing.ADVANCE
    offset_days: int = 0
    first_period: FirstPeriod = FirstPeriod.PRORATA
    basis: DayBasis = DayBasis.ACTUAL
    terms: tuple[Period, ...] = ()
    ends_on: date | None = None
    lines: tuple[FeeLine, ...] = ()
    idle: tuple[Period, ...] = Field(default=(), description="Days not billed, because the service was blocked.")


class Instalment(Value):
    """One amount to bill: its key, the days it pays for, when it falls due for billing, and why.

    A fee has the annual fee it is part of and its nominal period; other dues may say how their line reads.
    """

    key: DueKey
    period: Period
    nominal: Period | None = None
    billing_on: date
    annual_fee: Rate = Decimal("0.00")
    amount: Rate
    why: str | None = Field(default=None, description="Of charges: what somebody wrote.")
    because: Reasons = ()
    description: str | None = None
    quantity: Rate = Decimal(1)
    unit: str | None = None
    unit_price: Rate | None = None
    measured: Measured | None = Field(default=None, description="Of metered fees: what it was reckoned from.")

    @property
    def told(self) -> str:
        """The reason in Italian words."""
        return in_italian(self.because, self.why) or ""


def instalments_due(
    terms: FeeTerms,
    billed_keys: Collection[DueKey],
    billed_through: date | None,
    until: date,
    reopened: Collection[DueKey] = (),
) -> list[Instalment]:
    """What is to be billed by a day and is not: everything missed since the beginning, the oldest first (R1.14).

    `billed_keys` are the keys that some invoice or proposal holds; `billed_through` is the opening balance of a
    contract billed elsewhere: days up to it are paid. A key in `reopened` was credited and is due again with the next
    attempt. Fees of nothing (a free first period) make no instalment.
    """
    found = instalments(terms, billed_through, until, reopened, billed_keys)
    due = [each for each in found if each.billing_on <= until]
    return sorted(due, key=lambda each: (each.billing_on, each.key.number))


def next_billing_on(
    terms: FeeTerms, billed_keys: Collection[DueKey], billed_through: date | None, reopened: Collection[DueKey] = ()
) -> date | None:
    """The first day on which something not billed falls due; None when nothing is left in the terms so far."""
    first: Instalment | None = None
    for each in instalments(terms, billed_through, None, reopened, billed_keys):
        if first is not None and each.key.number != first.key.number:
            break  # billing days never run backwards from one period to the next
        if first is None or each.billing_on < first.billing_on:
            first = each
    return first.billing_on if first else None


def instalments(
    terms: FeeTerms,
    billed_through: date | None = None,
    until: date | None = None,
    reopened: Collection[DueKey] = (),
    without: Collection[DueKey] = (),
    numbers: Collection[int] | None = None,
) -> Iterator[Instalment]:
    """Every instalment of the terms, period by period in the order of the lines, but those `without`.

    With `until`, periods that can't fall due by that day are left out; with `numbers`, all others than these.
    """
    again, held = {key.parts for key in reopened}, {key.parts for key in without}
    for fee_period in contract_periods(terms):
        if numbers is not None and fee_period.number not in numbers:
            continue
        if until is not None and fee_period.period.starts_on + timedelta(days=terms.offset_days) > until:
            return
        for line in terms.lines:
            key = _attempt(line.line_id, fee_period.number, again)
            if key not in held:
                found = _instalment(terms, line, fee_period, key, billed_through)
                if found is not None:
                    yield found


def contract_periods(terms: FeeTerms) -> Iterator[FeePeriod]:
    """The fee periods of all terms, numbered from 1 without a gap; a term's end always ends a period."""
    number = 0
    for term in terms.terms:
        for each in fee_periods(terms.starts_on, term, terms.step_months, terms.alignment, terms.sticky_end_of_month):
            number += 1
            if terms.ends_on is not None and each.period.starts_on > terms.ends_on:
                return
            yield each if each.number == number else each.model_copy(update={"number": number})


def in_force(terms: FeeTerms, line: FeeLine, billed_through: date | None = None) -> Period | None:
    """The days on which a line is served and not paid before our time."""
    starts_on = max(terms.starts_on, line.starts_on or terms.starts_on)
    if billed_through is not None:
        starts_on = max(starts_on, billed_through + ONE_DAY)
    ends_on = min(filter(None, (line.ends_on, terms.ends_on, terms.terms[-1].ends_on)))
    return Period(starts_on=starts_on, ends_on=ends_on) if starts_on <= ends_on else None


def _attempt(line_id: UUID, number: int, reopened: Collection[KeyParts]) -> KeyParts:
    attempt = 1
    while (line_id, number, FEE, attempt) in reopened:
        attempt += 1
    return (line_id, number, FEE, attempt)


def _instalment(
    terms: FeeTerms, line: FeeLine, fee_period: FeePeriod, key: KeyParts, billed_through: date | None
) -> Instalment | None:
    span = in_force(terms, line, billed_through)
    served = overlap(fee_period.period, span) if span else None
    if served is None:
        return None
    if len(line.fees) == 1 and not terms.idle:
        parts = [(line.fees[0].annual_fee, served)]
    else:
        parts = line.parts(served, terms.idle)
    amount = parts_fee(parts, served, terms.step_months, fee_period, terms.first_period, terms.basis)
    if not amount:
        return None
    on = billing_on(_billed(terms, fee_period, served), terms.timing, terms.offset_days)
    line_id, number, kind, attempt = key
    return Instalment(
        key=DueKey(line_id=line_id, number=number, kind=kind, attempt=attempt),
        period=served,
        nominal=fee_period.nominal,
        billing_on=on,
        annual_fee=parts[0][0],
        amount=amount,
        because=_because(terms, fee_period, served, parts, amount, on),
    )


def _billed(terms: FeeTerms, fee_period: FeePeriod, served: Period) -> Period:
    """In advance a line pays from its own first day; in arrears with the contract's period, or the contract's end."""
    ends_on = min(fee_period.period.ends_on, terms.ends_on or fee_period.period.ends_on)
    return Period(starts_on=served.starts_on, ends_on=ends_on)


def _because(
    terms: FeeTerms,
    fee_period: FeePeriod,
    served: Period,
    parts: list[tuple[Decimal, Period]],
    amount: Decimal,
    on: date,
) -> Reasons:
    told = [_part(terms, fee_period, served)]
    idle = served.days - sum(period.days for _, period in parts)
    if idle:
        told.append(because("fee-idle", days=idle))
    if len(parts) == 1:
        told.append(because("fee-annual", fee=parts[0][0]))
    else:
        told += [because("fee-annual-from", fee=fee, days=each.days, from_on=each.starts_on) for fee, each in parts]
    step = STEPS.get(terms.step_months, "fee-amount")
    told.append(because(step, months=terms.step_months, amount=amount))
    told.append(because("fee-advance" if terms.timing is Timing.ADVANCE else "fee-arrears", on=on))
    return tuple(told)


def _part(terms: FeeTerms, fee_period: FeePeriod, served: Period) -> Because:
    """Which part of its period an instalment pays."""
    nominal = fee_period.nominal
    period = {"number": fee_period.number, "from_on": served.starts_on, "to_on": served.ends_on}
    if fee_period.number == 1 and fee_period.is_stub and terms.first_period is FirstPeriod.FULL:
        if served == fee_period.period:
            return because("fee-first-full", **period)
        return because("fee-first-full-part", **period, days=served.days, whole=fee_period.period.days)
    if served == nominal:
        return because("fee-whole", **period)
    match terms.basis:
        case DayBasis.ACTUAL:
            whole = {"whole": nominal.days, "nominal_from": nominal.starts_on, "nominal_to": nominal.ends_on}
            return because("fee-part-actual", **period, days=served.days, **whole)
        case DayBasis.THIRTY_360:
            days = {"days": days_of_thirty(served), "whole": days_of_thirty(nominal)}
            return because("fee-part-30-360", **period, **days)
        case DayBasis.FIXED_365:
            return because("fee-part-365", **period, days=served.days)
        case DayBasis.CALENDAR_MONTHS:
            months = {"days": calendar_months(served), "whole": calendar_months(nominal)}
            return because("fee-part-months", **period, **months)


def dates(period: Period) -> str:
    """A period as people read it."""
    return f"{_day(period.starts_on)}–{_day(period.ends_on)}"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
