"""What people may ask about invoices (fatture): verify, issue, discard, credit, record payments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.contract import Contract
from aggregates.invoice import Invoice
from aggregates.invoice_values import InvoiceLine
from aggregates.open_item import OpenItem
from aggregates.values import Money, rome_date
from commands.base import Answer, Command, Service
from commands.invoice_credit import CreditInvoice as CreditInvoice
from commands.invoice_credit import credit_invoice as credit_invoice
from commands.invoice_document import by_contract, deducted_advances, fee
from commands.invoice_issue import date_of, issue, issued_answer
from commands.invoice_notice import issue_paid
from commands.words import Words
from commands.work_billing import release


class ExcludeInvoiceLine(Command):
    """Leave a line out of a proposal; what it bills is due again."""

    invoice_id: UUID
    number: int = Field(ge=1)


class HoldInvoice(Command):
    """Let a proposal wait, for a reason."""

    invoice_id: UUID
    reason: Words = Field(min_length=1, examples=["In attesa del numero d'ordine"])


class LiftInvoiceHold(Command):
    """Let a held proposal go on."""

    invoice_id: UUID


class ConfirmInvoice(Command):
    """Say that a proposal was verified and may be issued."""

    invoice_id: UUID


class DiscardInvoice(Command):
    """Give a proposal up; what it bills is due again. An issued invoice is credited instead."""

    invoice_id: UUID
    reason: Words = Field(min_length=1, examples=["Riferimento ordine errato"])


class IssueInvoice(Command):
    """Issue a proposal: it takes its number, and its lines can never be billed again or changed.

    Refused when a contract has changed since the proposal. Issuing twice answers the same number.
    """

    invoice_id: UUID
    dated_on: date | None = Field(
        default=None,
        description="Left out, as the proposal says, or today; a deferred invoice is dated in its month.",
        examples=["2026-09-16"],
    )
    series: str = Field(default="", max_length=10, description="Number series (sezionale).")
    may_repeat: bool = Field(default=False, description="Issue it though lines repeat those of another document.")


class RecordPayment(Command):
    """Record money that came in for an invoice, a notice of payment, or an open item that another system issued."""

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
        dated_on = cmd.dated_on or date_of(service, invoice, rome_date(act.at))
        issue(service, invoice, dated_on, cmd.series, act, may_repeat=cmd.may_repeat)
    return issued_answer(invoice)


def record_payment(cmd: RecordPayment, act: Act, service: Service) -> Answer:
    """Handles `RecordPayment`; answers what is still open."""
    owed = service.find(OpenItem, cmd.invoice_id) or service.load(Invoice, cmd.invoice_id)
    payment_id = cmd.payment_id or service.new_id("payment")
    paid_on = cmd.paid_on or rome_date(act.at)
    if isinstance(owed, Invoice) and owed.document is None and owed.notice is not None:
        issue_paid(service, owed, paid_on, cmd.amount, act)
    owed.record_payment(payment_id, paid_on, cmd.amount, cmd.reference, act, part=cmd.part)
    service.save(owed)
    return {"payment_id": payment_id, "open": Money(amount=owed.open_amount)}


def discard(service: Service, invoice: Invoice, reason: str, act: Act) -> None:
    """Give a proposal up and what it holds free; part of this append."""
    if invoice.discard(reason, act):
        _release(service, invoice, invoice.lines, act)
    service.save(invoice)


def let_go(
    service: Service, invoice_id: UUID, gone: Sequence[InvoiceLine], left: Sequence[InvoiceLine], act: Act
) -> None:
    """Give free what lines bill that leave a proposal, where no line left bills it too."""
    for contract_id, held in by_contract(gone).items():
        contract = service.load(Contract, contract_id)
        contract.release_fees(invoice_id, [fee(line).key for line in held], act)
        service.save(contract)
    for advance in deducted_advances(service, gone):
        advance.release_deduction(invoice_id, act)
        service.save(advance)
    release(service, gone, left, invoice_id, act)


def _release(service: Service, invoice: Invoice, lines: Sequence[InvoiceLine], act: Act) -> None:
    gone = {line.number for line in lines}
    let_go(service, invoice.id, lines, [line for line in invoice.lines if line.number not in gone], act)
