"""Credit notes (note di credito, TD04): in full or in part, as often as needed, with their invoice's VAT (R1.15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.contract import Contract
from aggregates.contract_ledger import FeeCredit
from aggregates.invoice import Invoice
from aggregates.invoice_draft import Frame, documented
from aggregates.invoice_values import (
    DocumentKind,
    InvoiceLine,
    InvoiceReference,
    IssuedDocument,
    IssuedLine,
    LineCredit,
    LineToCredit,
)
from aggregates.record_ref import RecordRef
from aggregates.rules.numbering import Document
from aggregates.rules.payment_terms import ON_RECEIPT
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.invoice_document import by_contract, credited, deducted_advances, fee, frame_of
from commands.invoice_issue import check_findings, issued_answer
from commands.number_register import take_number
from commands.words import Words
from commands.work_billing import reopen


class CreditInvoice(Command):
    """Issue a credit note (TD04) for an invoice, in full or for some lines, with the VAT of the invoice.

    With `reopen`, what it credits in full is due again and can be billed anew: instalments, calls, quotes, delivery
    notes. Several notes may credit an invoice, together never more than it billed.
    """

    invoice_id: UUID
    credit_note_id: UUID | None = None
    dated_on: date | None = Field(default=None, description="Left out, today; not before the invoice.")
    lines: tuple[LineToCredit, ...] | None = Field(
        default=None,
        min_length=1,
        description="By amount or by quantity; without either, what is left of the line. Left out, all that is left.",
        examples=[[{"number": 1, "amount": "191.34"}]],
    )
    reopen: bool = False
    reason: Words = Field(min_length=1, max_length=200, examples=["Risoluzione anticipata"])
    series: str = Field(default="", max_length=10)


def credit_invoice(cmd: CreditInvoice, act: Act, service: Service) -> Answer:
    """Handles `CreditInvoice`: a credit note is proposed and issued in one append."""
    invoice = service.load(Invoice, cmd.invoice_id)
    note_id = cmd.credit_note_id or service.new_id("credit-note")
    known = service.find(Invoice, note_id)
    if known is not None:
        return {**issued_answer(known), "credit_note_id": note_id, "corrects": invoice.require_issued().number}
    dated_on = cmd.dated_on or rome_date(act.at)
    taken_back = invoice.check_credit(cmd.lines, dated_on, cmd.reopen)
    note = _issue(service, invoice, note_id, taken_back, dated_on, cmd, act)
    document = note.require_issued()
    invoice.credit(document, note_id, taken_back, cmd.reopen, act)
    service.save(invoice, note)
    take_back(service, invoice, note, taken_back, cmd.reopen, act)
    return {**issued_answer(note), "credit_note_id": note_id, "corrects": invoice.require_issued().number}


def _issue(
    service: Service,
    invoice: Invoice,
    note_id: UUID,
    taken_back: Sequence[LineCredit],
    dated_on: date,
    cmd: CreditInvoice,
    act: Act,
) -> Invoice:
    note, document, frame = drafted_note(service, invoice, note_id, taken_back, dated_on, cmd.reason, act)
    check_findings(document, frame)
    number = take_number(service, Document.INVOICE, note_id, dated_on, act, cmd.series)
    note.issue(document.model_copy(update={"number": number, "series": cmd.series}), act)
    return note


def drafted_note(
    service: Service,
    invoice: Invoice,
    note_id: UUID,
    taken_back: Sequence[LineCredit],
    dated_on: date,
    reason: str,
    act: Act,
) -> tuple[Invoice, IssuedDocument, Frame]:
    """A proposed note that takes back lines of an invoice, and its document without number, in its frame."""
    original = invoice.require_issued()
    by_number = {line.number: line for line in original.lines}
    lines = [credited(by_number[each.number], n, each) for n, each in enumerate(taken_back, 1)]
    note = Invoice.propose(
        note_id,
        invoice.terms.model_copy(update={"payment_terms": ON_RECEIPT}),
        [InvoiceLine(**{name: getattr(line, name) for name in InvoiceLine.model_fields}) for line in lines],
        dated_on,
        act,
        kind=DocumentKind.CREDIT_NOTE,
        corrects=InvoiceReference(invoice_id=invoice.id, number=original.number, issued_on=original.issued_on),
        reasons=(reason,),
    )
    frame = frame_of(service, note, lines, original.customer, original.site, dated_on)
    document = documented(note.terms, lines, frame, dated_on, DocumentKind.CREDIT_NOTE, (reason,))
    return note, document, frame


def take_back(
    service: Service, invoice: Invoice, note: Invoice, taken_back: Sequence[LineCredit], reopened: bool, act: Act
) -> None:
    """Tell the contracts, works and advances behind the lines."""
    document = note.require_issued()
    by_number = {line.number: line for line in invoice.require_issued().lines}
    since = {n: each.since for n, each in enumerate(taken_back, 1)}
    for contract_id, lines in by_contract(document.lines).items():
        contract = service.load(Contract, contract_id)
        fees = [FeeCredit(key=fee(line).key, amount=line.amount, since=since[line.number]) for line in lines]
        contract.credit(invoice.id, note.id, document.number, fees, reopened, act)
        service.save(contract)
    whole = [by_number[each.number] for each in taken_back if each.amount == by_number[each.number].amount]
    _return_advances(service, invoice, whole, act)
    if reopened:
        ref = RecordRef(kind="invoice", id=note.id, number=document.number)
        reopen(service, whole, invoice.id, ref, act)


def _return_advances(service: Service, invoice: Invoice, whole: Sequence[IssuedLine], act: Act) -> None:
    for advance in deducted_advances(service, whole):
        advance.release_deduction(invoice.id, act)
        service.save(advance)
