"""What people may ask about invoices (fatture): verify, issue, discard, credit, record payments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.contract import Contract
from aggregates.contract_ledger import FeeCredit
from aggregates.invoice import Invoice
from aggregates.invoice_values import (
    DocumentKind,
    InvoiceLine,
    InvoiceReference,
    IssuedLine,
    LineCredit,
)
from aggregates.open_item import OpenItem
from aggregates.rules.numbering import Document
from aggregates.rules.payment_terms import ON_RECEIPT
from aggregates.values import Money, rome_date
from commands.base import Answer, Command, Service
from commands.invoice_document import by_contract, credited, document, fee
from commands.invoice_issue import issue
from commands.number_register import take_number
from commands.work_billing import release


class ExcludeInvoiceLine(Command):
    """Leave a line out of a proposal; what it bills is due again."""

    invoice_id: UUID
    number: int = Field(ge=1)


class HoldInvoice(Command):
    """Let a proposal wait, for a reason."""

    invoice_id: UUID
    reason: str = Field(min_length=1, examples=["In attesa del numero d'ordine"])


class LiftInvoiceHold(Command):
    """Let a held proposal go on."""

    invoice_id: UUID


class ConfirmInvoice(Command):
    """Say that a proposal was verified and may be issued."""

    invoice_id: UUID


class DiscardInvoice(Command):
    """Give a proposal up; what it bills is due again. An issued invoice is credited instead."""

    invoice_id: UUID
    reason: str = Field(min_length=1, examples=["Riferimento ordine errato"])


class IssueInvoice(Command):
    """Issue a proposal: it takes its number, and its lines can never be billed again or changed.

    Refused when a contract has changed since the proposal. Issuing twice answers the same number.
    """

    invoice_id: UUID
    dated_on: date | None = Field(default=None, description="Left out, today.", examples=["2026-09-16"])
    series: str = Field(default="", max_length=10, description="Number series (sezionale).")


class CreditInvoice(Command):
    """Issue a credit note (TD04) for an invoice, in full or for some lines, with the VAT of the invoice.

    With `reopen`, the instalments it credits are due again and can be billed anew.
    """

    invoice_id: UUID
    credit_note_id: UUID | None = None
    dated_on: date | None = Field(default=None, description="Left out, today; not before the invoice.")
    lines: tuple[LineCredit, ...] | None = Field(
        default=None, description="Left out, all that is left.", examples=[[{"number": 1, "amount": "191.34"}]]
    )
    reopen: bool = False
    reason: str = Field(min_length=1, max_length=200, examples=["Risoluzione anticipata"])
    series: str = Field(default="", max_length=10)


class RecordPayment(Command):
    """Record money that came in for an invoice, or for an open item that another system issued."""

    invoice_id: UUID
    payment_id: UUID | None = Field(default=None, description="The bank's or the client's; the same one counts once.")
    paid_on: date | None = Field(default=None, description="Value date; left out, today.")
    amount: Money
    part: int | None = Field(default=None, ge=1, description="The due date it is for; left out, the oldest first.")
    reference: str | None = Field(default=None, max_length=100, examples=["Bonifico del 30/09"])


def exclude_invoice_line(cmd: ExcludeInvoiceLine, act: Act, service: Service) -> None:
    """Handles `ExcludeInvoiceLine`."""
    invoice = service.load(Invoice, cmd.invoice_id)
    line = invoice.exclude_line(cmd.number, act)
    if line is not None:
        _release(service, invoice, [line], act)
    service.save(invoice)


def hold_invoice(cmd: HoldInvoice, act: Act, service: Service) -> None:
    """Handles `HoldInvoice`."""
    invoice = service.load(Invoice, cmd.invoice_id)
    invoice.hold(cmd.reason, act)
    service.save(invoice)


def lift_invoice_hold(cmd: LiftInvoiceHold, act: Act, service: Service) -> None:
    """Handles `LiftInvoiceHold`."""
    invoice = service.load(Invoice, cmd.invoice_id)
    invoice.lift_hold(act)
    service.save(invoice)


def confirm_invoice(cmd: ConfirmInvoice, act: Act, service: Service) -> None:
    """Handles `ConfirmInvoice`."""
    invoice = service.load(Invoice, cmd.invoice_id)
    invoice.confirm(act)
    service.save(invoice)


def discard_invoice(cmd: DiscardInvoice, act: Act, service: Service) -> None:
    """Handles `DiscardInvoice`."""
    discard(service, service.load(Invoice, cmd.invoice_id), cmd.reason, act)


def issue_invoice(cmd: IssueInvoice, act: Act, service: Service) -> Answer:
    """Handles `IssueInvoice`: the number, the document and the billed keys are one append."""
    invoice = service.load(Invoice, cmd.invoice_id)
    if invoice.document is None:
        issue(service, invoice, cmd.dated_on or rome_date(act.at), cmd.series, act)
    return _answer(invoice)


def credit_invoice(cmd: CreditInvoice, act: Act, service: Service) -> Answer:
    """Handles `CreditInvoice`: a credit note is proposed and issued in one append."""
    invoice = service.load(Invoice, cmd.invoice_id)
    dated_on = cmd.dated_on or rome_date(act.at)
    taken_back = invoice.check_credit(cmd.lines, dated_on, cmd.reopen)
    original = invoice.require_issued()
    note_id = cmd.credit_note_id or service.new_id("credit-note")
    by_number = {line.number: line for line in original.lines}
    lines = [credited(by_number[each.number], n, each.amount) for n, each in enumerate(taken_back, 1)]
    note = Invoice.propose(
        note_id,
        invoice.terms.model_copy(update={"payment_terms": ON_RECEIPT}),
        [InvoiceLine(**{name: getattr(line, name) for name in InvoiceLine.model_fields}) for line in lines],
        dated_on,
        act,
        kind=DocumentKind.CREDIT_NOTE,
        corrects=InvoiceReference(invoice_id=invoice.id, number=original.number, issued_on=original.issued_on),
        reasons=(cmd.reason,),
    )
    number = take_number(service, Document.INVOICE, note_id, dated_on, act, cmd.series)
    issued = document(
        service, note, lines, original.customer, original.site, number, dated_on, cmd.series, (cmd.reason,)
    )
    note.issue(issued, act)
    invoice.credit(issued, note_id, taken_back, cmd.reopen, act)
    _credit_contracts(service, invoice, note_id, number, lines, cmd.reopen, act)
    service.save(invoice, note)
    return {**_answer(note), "credit_note_id": note_id, "corrects": original.number}


def record_payment(cmd: RecordPayment, act: Act, service: Service) -> Answer:
    """Handles `RecordPayment`; answers what is still open."""
    owed = service.find(OpenItem, cmd.invoice_id) or service.load(Invoice, cmd.invoice_id)
    payment_id = cmd.payment_id or service.new_id("payment")
    paid_on = cmd.paid_on or rome_date(act.at)
    owed.record_payment(payment_id, paid_on, cmd.amount, cmd.reference, act, part=cmd.part)
    service.save(owed)
    return {"payment_id": payment_id, "open": Money(amount=owed.open_amount)}


def discard(service: Service, invoice: Invoice, reason: str, act: Act) -> None:
    """Give a proposal up and what it holds free; part of this append."""
    if invoice.discard(reason, act):
        _release(service, invoice, invoice.lines, act)
    service.save(invoice)


def _release(service: Service, invoice: Invoice, lines: Sequence[InvoiceLine], act: Act) -> None:
    for contract_id, held in by_contract(lines).items():
        contract = service.load(Contract, contract_id)
        contract.release_fees(invoice.id, [fee(line).key for line in held], act)
        service.save(contract)
    gone = {line.number for line in lines}
    release(service, lines, [line for line in invoice.lines if line.number not in gone], invoice.id, act)


def _credit_contracts(
    service: Service,
    invoice: Invoice,
    note_id: UUID,
    number: str,
    lines: Sequence[IssuedLine],
    reopen: bool,
    act: Act,
) -> None:
    for contract_id, taken_back in by_contract(lines).items():
        contract = service.load(Contract, contract_id)
        fees = [FeeCredit(key=fee(line).key, amount=line.amount) for line in taken_back]
        contract.credit(invoice.id, note_id, number, fees, reopen, act)
        service.save(contract)


def _answer(invoice: Invoice) -> Answer:
    document = invoice.require_issued()
    return {
        "invoice_id": invoice.id,
        "number": document.number,
        "issued_on": document.issued_on,
        "total": Money(amount=document.total),
        "payable": Money(amount=document.payable),
    }
