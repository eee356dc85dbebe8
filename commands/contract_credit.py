"""What people may ask where bills and terms differ (accrediti e conguagli): credit what is unused, mark other bills."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.contract import Contract
from aggregates.contract_ledger import FeeCredit
from aggregates.contract_refusals import NotOnInvoice
from aggregates.contract_state import ContractState, ContractStatus
from aggregates.invoice import Invoice
from aggregates.invoice_values import LineCredit
from aggregates.rules.billing import DueKey
from aggregates.rules.settlement import Overbilled
from aggregates.values import Value, rome_date
from commands.base import Answer, Command, Service
from commands.invoice import CreditInvoice, credit_invoice
from commands.words import Words


class CreditUnused(Command):
    """Credit all that was billed of a contract above its terms: after an end, a notice, a line removed.

    One credit note (TD04) for each invoice, with exact lines; asked again it credits nothing more.
    """

    contract_id: UUID
    dated_on: date | None = Field(default=None, description="Left out, today; not before the invoice.")
    series: str = Field(default="", max_length=10, description="Number series of the credit notes.")


class FeePlace(Value):
    """A fee period of a line, as the contract's sheet numbers it."""

    line_id: UUID
    number: int = Field(ge=1, examples=[3])


class MarkBilledElsewhere(Command):
    """Take fee periods as billed by another document (a work order, an old system): they are not due here."""

    contract_id: UUID
    periods: tuple[FeePlace, ...] = Field(min_length=1)
    reference: str = Field(min_length=1, max_length=60, examples=["Fattura 118/2025"])
    reason: Words = Field(min_length=1, max_length=200, examples=["Fatturato con l'ordine di lavoro"])


class UnmarkBilledElsewhere(Command):
    """Let fee periods be due again that were marked as billed by another document."""

    contract_id: UUID
    periods: tuple[FeePlace, ...] = Field(min_length=1)


def credit_unused(cmd: CreditUnused, act: Act, service: Service) -> Answer:
    """Handles `CreditUnused`; answers the credit notes, none when nothing was overbilled."""
    contract = service.load(Contract, cmd.contract_id)
    return {"credit_notes": credit_overbilled(service, contract, cmd.dated_on, cmd.series, act)}


def credit_overbilled(
    service: Service, contract: Contract, dated_on: date | None, series: str, act: Act
) -> list[Mapping[str, Any]]:
    """Credit what a contract has billed above its terms, invoice by invoice; part of this append."""
    by_invoice: dict[UUID, list[Overbilled]] = {}
    for each in contract.overbilled():
        entry = contract.ledger.entry(each.key)
        if entry is not None:
            by_invoice.setdefault(entry.invoice_id, []).append(each)
    service.preload(*by_invoice)
    notes = []
    for invoice_id, wanted in by_invoice.items():
        note = _credit(service, contract, invoice_id, wanted, dated_on, series, act)
        settled = [(FeeCredit(key=each.key, amount=each.amount, since=each.since), each.because) for each in wanted]
        contract.note_settled(note["credit_note_id"], note["number"], settled, act)
        service.save(contract)
        notes.append(note)
    return notes


def mark_billed_elsewhere(cmd: MarkBilledElsewhere, act: Act, service: Service) -> None:
    """Handles `MarkBilledElsewhere`."""
    contract = service.load(Contract, cmd.contract_id)
    wanted = [(each.line_id, each.number) for each in cmd.periods]
    contract.mark_elsewhere(service.new_id("mark"), wanted, cmd.reference, cmd.reason, act)
    service.save(contract)


def unmark_billed_elsewhere(cmd: UnmarkBilledElsewhere, act: Act, service: Service) -> None:
    """Handles `UnmarkBilledElsewhere`."""
    contract = service.load(Contract, cmd.contract_id)
    contract.undo_elsewhere([(each.line_id, each.number) for each in cmd.periods], act)
    service.save(contract)


def _credit(
    service: Service,
    contract: Contract,
    invoice_id: UUID,
    wanted: list[Overbilled],
    dated_on: date | None,
    series: str,
    act: Act,
) -> Mapping[str, Any]:
    document = service.load(Invoice, invoice_id).require_issued()
    numbers = {line.source.key: line.number for line in document.lines if line.source.contract_id == contract.id}
    credits_ = CreditInvoice(
        invoice_id=invoice_id,
        credit_note_id=service.new_id(f"unused-{invoice_id}"),
        dated_on=dated_on or max(rome_date(act.at), document.issued_on),
        lines=tuple(
            LineCredit(number=_line(numbers, each.key), amount=each.amount, since=each.since) for each in wanted
        ),
        reason=_reason(contract.state),
        series=series,
    )
    return credit_invoice(credits_, act, service)


def _line(numbers: Mapping[DueKey | None, int], key: DueKey) -> int:
    if key not in numbers:
        raise NotOnInvoice(number=key.number)
    return numbers[key]


def _reason(state: ContractState) -> str:
    """Why, as the customer reads it on the credit note."""
    ending = state.ending
    if ending is not None and ending.last_on is not None:
        word = "sostituito" if ending.status is ContractStatus.SUPERSEDED else "risolto"
        return f"Canone non goduto: contratto {state.number} {word}, in vigore fino al {ending.last_on:%d/%m/%Y}"
    if state.notice is not None:
        return f"Canone non goduto: contratto {state.number} disdettato al {state.notice.acts_on:%d/%m/%Y}"
    return f"Canone fatturato oltre il dovuto: contratto {state.number}, condizioni variate"
