"""An accepted quote invoiced in one stroke (fattura immediata, TD01): proposed and issued in one append (R7.4)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal
from aggregates.invoice import Invoice
from aggregates.quote import Quote
from aggregates.quote_refusals import AlreadyInvoiced
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.invoice_advance import advances_by_record, deductions
from commands.invoice_issue import issue, issued_answer
from commands.work_billing import bill_of, billed_records, hold


class NothingLeftToInvoice(Refusal):
    """{number} is worth nothing; there is nothing to invoice."""


class InvoiceQuote(Command):
    """Invoice an accepted quote at once, or the order it became: proposal and issue in one step, less its advances.

    Once per accepted revision; a credit note of all of it makes it possible again. Send the invoice within 12 days of
    its date (R8.8). An order whose goods are billed with their delivery notes is not invoiced so.
    """

    quote_id: UUID
    invoice_id: UUID | None = Field(default=None, description="Made by the client, or by the server if left out.")
    dated_on: date | None = Field(default=None, description="Left out, today.", examples=["2026-03-09"])
    series: str = Field(default="", max_length=10, description="Number series (sezionale).")


def invoice_quote(cmd: InvoiceQuote, act: Act, service: Service) -> Answer:
    """Handles `InvoiceQuote`.

    Raises `AlreadyInvoiced`, `QuoteNotAccepted`, `OrderCancelled`, `OrderBilledByNotes`, `BillingHeld`,
    `NothingLeftToInvoice` and what issuing refuses.
    """
    quote = service.load(Quote, cmd.quote_id)
    if quote.invoice is not None:
        raise AlreadyInvoiced(number=quote.number, invoice=quote.invoice.number)
    dated_on = cmd.dated_on or rome_date(act.at)
    _, terms, bill = bill_of(service, "quote", quote.id, dated_on)
    if bill.net == 0:
        raise NothingLeftToInvoice(number=quote.number)
    invoice_id = cmd.invoice_id or service.new_id("invoice")
    advances = advances_by_record(service, [quote.id]).get(quote.id, ())
    lines = [*bill.lines, *deductions(service, invoice_id, bill.lines, advances, act)]
    invoice = Invoice.propose(invoice_id, terms, lines, dated_on, act)
    hold(service, billed_records(service, bill.lines), invoice.id, act)
    service.save(invoice)
    issue(service, invoice, dated_on, cmd.series, act)
    return issued_answer(invoice)
