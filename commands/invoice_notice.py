"""Notices of payment (avvisi di pagamento): the customer is asked first, the invoice follows the payment (R1.19)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.invoice import Invoice
from aggregates.invoice_refusals import NoticePaidOtherwise, PaymentNotRequested
from aggregates.invoice_values import PaymentNotice
from aggregates.number_register import NumberRegister, register_id
from aggregates.rules.numbering import Document
from aggregates.values import Money, rome_date
from commands.base import Answer, Command, Service
from commands.invoice_document import renumbered
from commands.invoice_issue import checked_draft, issue
from commands.number_register import take_number
from commands.words import Words


class RequestPayment(Command):
    """Ask for the payment of a proposal by a notice, which is no invoice; recording the payment issues the invoice.

    Notices have numbers of their own. The sum asked for is what the invoice will ask for, VAT included.
    """

    invoice_id: UUID
    dated_on: date | None = Field(default=None, description="Left out, today.", examples=["2026-09-01"])


class WithdrawPaymentRequest(Command):
    """Take a notice of payment back: the proposal can be changed, issued or given up again."""

    invoice_id: UUID
    reason: Words = Field(min_length=1, examples=["Il cliente chiede la fattura subito"])


def request_payment(cmd: RequestPayment, act: Act, service: Service) -> Answer:
    """Handles `RequestPayment`; asking again answers the notice that is there."""
    invoice = service.load(Invoice, cmd.invoice_id)
    asked = invoice.notice or ask_for_payment(service, invoice, cmd.dated_on or rome_date(act.at), act)
    return {"invoice_id": invoice.id, "number": asked.number, "payable": Money(amount=asked.payable)}


def ask_for_payment(service: Service, invoice: Invoice, on: date, act: Act) -> PaymentNotice:
    """Ask for the payment of a proposal by a notice; part of this append. Raises what `require_requestable` raises."""
    invoice.require_requestable()
    draft = checked_draft(service, invoice, renumbered(invoice.lines), on)
    number = take_number(service, Document.PAYMENT_NOTICE, service.new_id(f"notice-{invoice.id}"), on, act)
    notice = PaymentNotice(number=number, requested_on=on, payable=draft.payable, due_dates=draft.due_dates)
    invoice.request_payment(notice, act)
    service.save(invoice)
    return notice


def withdraw_payment_request(cmd: WithdrawPaymentRequest, act: Act, service: Service) -> None:
    """Handles `WithdrawPaymentRequest`."""
    invoice = service.load(Invoice, cmd.invoice_id)
    invoice.withdraw_request(cmd.reason, act)
    service.save(invoice)


def issue_paid(service: Service, invoice: Invoice, paid_on: date, amount: Money, act: Act) -> None:
    """Issue what a notice asked for, dated the day of its payment, or the first day its series still allows.

    Part of this append. Raises `PaymentNotRequested`, `NoticePaidOtherwise`.
    """
    if invoice.notice is None:
        raise PaymentNotRequested
    notice = invoice.notice
    is_as_asked = amount.amount == notice.payable
    values = {"number": notice.number, "payable": str(notice.payable), "amount": str(amount.amount)}
    require(is_as_asked, NoticePaidOtherwise, **values)
    register = service.find(NumberRegister, register_id(Document.INVOICE, "", paid_on.year))
    last_on = register.last_on if register is not None else None
    issue(service, invoice, max(paid_on, last_on or paid_on), "", act, is_paid=True)
