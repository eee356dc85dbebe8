"""Accruals of a contract (ratei e risconti): what of its fees belongs to the time before a closing (R1.18).

Fees, billed and to be billed, are earned day by day over the days they pay for. Amounts are euro, dates Europe/Rome.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates.contract_ledger import FeeEntry, FeeState
from aggregates.contract_state import ContractState
from aggregates.rules.accruals import AccrualBasis, ClosingKind, closing_entry, recognised
from aggregates.rules.billing import DueKey, instalments
from aggregates.rules.recognition import earning_parts
from aggregates.values import Period, Rate, Value

NOTHING = Decimal("0.00")
BILLED = (FeeState.BILLED, FeeState.REOPENED, FeeState.ELSEWHERE)


class AccrualEntry(Value):
    """What a closing books for one amount of a contract: `total` is the whole, `earned` its part up to the closing."""

    contract_id: UUID
    contract_number: str | None
    customer_id: UUID
    key: DueKey
    period: Period
    total: Rate
    earned: Rate
    kind: ClosingKind
    amount: Rate
    invoice_id: UUID | None = None
    invoice_number: str | None = None
    revenue_account: str | None = None
    job: str | None = None
    cost_centre: str | None = None


def accruals_of(
    state: ContractState, ledger: Iterable[FeeEntry], closing_on: date, basis: AccrualBasis
) -> Iterator[AccrualEntry]:
    """The entries of a closing date for one contract: deferred income, accrued income, invoices to issue.

    An invoice dated after the closing is none yet. What was credited, whenever, is not counted; what a note left of a
    fee is earned by the days that are still served (R1.12).
    """
    billed = [entry for entry in ledger if entry.state in BILLED]
    for entry in billed:
        invoiced_on = entry.billed_on or entry.fee.period.starts_on
        yield from _entries(state, entry.fee.key, earned_over(state, entry), closing_on, basis, invoiced_on, entry)
    terms = state.fee_terms()
    if terms is None:
        return
    held = [entry.fee.key for entry in billed]
    reopened = [entry.fee.key for entry in billed if entry.state is FeeState.REOPENED]
    for each in instalments(terms, state.billed_through, closing_on, reopened, held):
        if each.period.starts_on <= closing_on:
            yield from _entries(state, each.key, [(each.amount, each.period)], closing_on, basis, None, None)


def earned_over(state: ContractState, entry: FeeEntry) -> list[tuple[Decimal, Period]]:
    """What of a billed fee is earned over which days: after the service ended nothing that was credited (R1.12)."""
    line = state.line(entry.fee.key.line_id)
    noticed = state.notice.acts_on if state.notice else None
    ended = state.ending.last_on if state.ending else noticed
    ended_on = min((day for day in (ended, line and line.ends_on) if day), default=None)
    return earning_parts(entry.fee.amount, entry.credits(), entry.fee.period, ended_on)


def _entries(
    state: ContractState,
    key: DueKey,
    parts: Sequence[tuple[Decimal, Period]],
    closing_on: date,
    basis: AccrualBasis,
    invoiced_on: date | None,
    billed: FeeEntry | None,
) -> Iterator[AccrualEntry]:
    period, total = parts[0][1], sum((amount for amount, _ in parts), NOTHING)
    earned = sum((recognised(amount, days, closing_on, basis) for amount, days in parts), NOTHING)
    found = closing_entry(total, period, closing_on, invoiced_on, basis, earned)
    if found is None:
        return
    line, header = state.line(key.line_id), state.header
    is_invoiced = billed is not None and invoiced_on is not None and invoiced_on <= closing_on
    yield AccrualEntry(
        contract_id=state.contract_id,
        contract_number=state.number,
        customer_id=header.customer_id,
        key=key,
        period=period,
        total=total,
        earned=earned,
        kind=found.kind,
        amount=found.amount,
        invoice_id=billed.invoice_id if billed and is_invoiced else None,
        invoice_number=billed.number if billed and is_invoiced else None,
        revenue_account=(line.revenue_account if line else None) or header.revenue_account,
        job=(line.job if line else None) or header.job,
        cost_centre=(line.cost_centre if line else None) or header.cost_centre,
    )
