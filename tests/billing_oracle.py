"""What a contract's fees come to, counted day by day: a second, plain telling of R1.4, R1.5, R1.13, R1.16 and R1.17.

It shares no arithmetic with the code it judges. Actual days only; euro.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from aggregates.contract_state import ContractState
from aggregates.contract_terms import FeeDetermination
from aggregates.rules.instalments import FirstPeriod
from aggregates.rules.periods import Alignment

ONE_DAY = timedelta(days=1)


class Owed(NamedTuple):
    """What a line owes for a period of the contract: first and last day served, and how much."""

    first_on: date
    last_on: date
    amount: Decimal


class FeeLine(NamedTuple):
    """A line with its days and its annual fees by their first day."""

    line_id: UUID
    starts_on: date
    ends_on: date
    fees: list[tuple[date, Decimal]]

    def fee(self, day: date) -> Decimal:
        """The annual fee on a day; of two from the same day the one told last."""
        begun = [(from_on, n) for n, (from_on, _) in enumerate(self.fees) if from_on <= day]
        return self.fees[max(begun)[1] if begun else 0][1]


def owed(state: ContractState) -> dict[tuple[UUID, int], Owed]:
    """By line and number of period: all that is owed for a signed contract's terms, ended or not."""
    if not state.terms or state.ends_on is None or (state.ending is not None and state.ending.last_on is None):
        return {}
    found = {}
    for number, first_on, last_on, nominal, index in _periods(state):
        for line in _lines(state):
            days = _days(max(first_on, line.starts_on), min(last_on, line.ends_on, state.ends_on))
            amount = _amount(state, line, days, (number, first_on, last_on), nominal, index)
            if amount:
                found[line.line_id, number] = Owed(days[0], days[-1], amount)
    return found


def _amount(
    state: ContractState,
    line: FeeLine,
    days: list[date],
    billed: tuple[int, date, date],
    nominal: tuple[date, date],
    index: int,
) -> Decimal:
    number, first_on, last_on = billed
    step, is_first_stub = state.header.step_months, number == 1 and (first_on, last_on) != nominal
    if not days or (is_first_stub and state.header.first_period is FirstPeriod.FREE):
        return Decimal(0)
    whole = (first_on, last_on) if is_first_stub and state.header.first_period is FirstPeriod.FULL else nominal
    paid = [day for day in days if not _is_idle(state, day)]
    if paid == _days(*whole) and len({line.fee(day) for day in paid}) == 1:
        fee = Fraction(line.fee(paid[0]))
        return _cents(fee * (index + 1) * step / 12) - _cents(fee * index * step / 12)
    year = sum((Fraction(line.fee(day)) for day in paid), Fraction())
    return _cents(year * step / 12 / len(_days(*whole)))


def _periods(state: ContractState) -> Iterator[tuple[int, date, date, tuple[date, date], int]]:
    """Number, first and last day, the whole period of the grid that holds them, and its place in the grid."""
    anchor, step = state.terms[0].starts_on, state.header.step_months
    is_aligned = state.header.alignment is Alignment.CALENDAR
    grid = date(anchor.year, 1, 1) if is_aligned else anchor
    is_sticky = state.header.sticky_end_of_month and not is_aligned and (anchor + ONE_DAY).day == 1
    number = 0
    for term in state.terms:
        for index in range(12 * 40):
            nominal = (_after(grid, index * step, is_sticky), _after(grid, (index + 1) * step, is_sticky) - ONE_DAY)
            first_on, last_on = max(nominal[0], term.starts_on), min(nominal[1], term.ends_on)
            if first_on <= last_on:
                number += 1
                yield number, first_on, last_on, nominal, index
            if nominal[1] >= term.ends_on:
                break


def _lines(state: ContractState) -> list[FeeLine]:
    first_on, last_on = state.terms[0].starts_on, state.terms[-1].ends_on
    header = state.header
    if header.determination is FeeDetermination.HEADER_AMOUNT:
        assert header.annual_fee is not None
        whole = [(state.contract_id, header.annual_fee.amount, first_on, last_on)]
    else:
        whole = [
            (line.line_id, line.net_annual_fee, line.starts_on or first_on, line.ends_on or last_on)
            for line in state.lines
        ]
    return [
        FeeLine(
            line_id,
            max(starts_on, first_on, state.billed_through + ONE_DAY if state.billed_through else first_on),
            min(ends_on, last_on),
            [(first_on, fee), *((t.from_on, f.annual_fee) for t in state.fees for f in t.fees if f.line_id == line_id)],
        )
        for line_id, fee, starts_on, ends_on in whole
    ]


def _is_idle(state: ContractState, day: date) -> bool:
    if state.header.bills_while_blocked:
        return False
    return any(each.from_on <= day and (each.until_on is None or day <= each.until_on) for each in state.blocks)


def _days(first_on: date, last_on: date) -> list[date]:
    return [first_on + timedelta(days=n) for n in range((last_on - first_on).days + 1)]


def _after(day: date, months: int, is_sticky: bool) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, last if is_sticky else min(day.day, last))


def _cents(value: Fraction) -> Decimal:
    """Rounded half up, away from zero; never through floats."""
    exact = Decimal(value.numerator * 10**12 // value.denominator) / 10**12
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
