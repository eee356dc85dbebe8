"""What people may ask about closings (chiusure): record the accruals and deferrals of a date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.closing import ENTRIES_AT_ONCE, Closing, ClosingCalendar, calendar_id, closing_id
from aggregates.contract import Contract
from aggregates.contract_accruals import AccrualEntry, accruals_of
from aggregates.rules.accruals import AccrualBasis
from commands.base import Answer, Command, Service
from commands.company import parameters

CONTRACTS_AT_ONCE = 500


class RecordClosing(Command):
    """Record accruals and deferrals (ratei e risconti) of all contracts on a closing date, as facts for accounting.

    Counted by days or months as the company has chosen. A date is closed once; the entries are reversed the day after.
    """

    closing_on: date = Field(examples=["2026-12-31"])


def record_closing(cmd: RecordClosing, act: Act, service: Service) -> Answer:
    """Handles `RecordClosing`; answers the sums by kind. A date closed already answers what it was."""
    known = service.find(Closing, closing_id(cmd.closing_on))
    if known is None:
        basis = parameters(service, cmd.closing_on).accrual_basis
        entries = list(_entries(cmd.closing_on, basis, service))
        known = Closing.record(cmd.closing_on, basis, entries, act)
        for first in range(0, len(entries), ENTRIES_AT_ONCE):
            known.tell(entries[first : first + ENTRIES_AT_ONCE], act)
        service.save(known, _calendar(cmd.closing_on, act, service))
    return {
        "closing_id": known.id,
        "basis": known.basis,
        "totals": {each.kind.value: str(each.amount) for each in known.totals},
    }


def _calendar(closing_on: date, act: Act, service: Service) -> ClosingCalendar:
    calendar = service.find(ClosingCalendar, calendar_id())
    if calendar is None:
        return ClosingCalendar.begin_with(closing_on, act)
    calendar.close(closing_on, act)
    return calendar


def _entries(closing_on: date, basis: AccrualBasis, service: Service) -> Iterator[AccrualEntry]:
    """Contract by contract from the log itself, so that nothing recorded a moment ago is missed."""
    after: UUID | None = None
    while True:
        contract_ids = service.lookups.contracts_after(after, CONTRACTS_AT_ONCE)
        service.preload(*contract_ids)
        for contract_id in contract_ids:
            contract = service.load(Contract, contract_id)
            yield from accruals_of(contract.state, contract.ledger.entries, closing_on, basis)
        if len(contract_ids) < CONTRACTS_AT_ONCE:
            return
        after = contract_ids[-1]
