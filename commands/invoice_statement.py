"""What people may ask of proposed invoices for the customer to check (prospetto di pre-fattura)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.invoice import Invoice
from aggregates.rules.numbering import Document
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.number_register import take_number


class IssueStatement(Command):
    """Issue a statement of what a proposal is going to invoice, each line with its reason; no tax document.

    While the proposal stays the same, asking again answers the statement that is there.
    """

    invoice_id: UUID
    dated_on: date | None = Field(default=None, description="Left out, today.")


def issue_statement(cmd: IssueStatement, act: Act, service: Service) -> Answer:
    """Handles `IssueStatement`. Raises `InvoiceIssued`, `InvoiceDiscarded`, `DateOutOfOrder`."""
    invoice = service.load(Invoice, cmd.invoice_id)
    dated_on = cmd.dated_on or rome_date(act.at)
    number = invoice.stated_as or ""
    if invoice.is_open and not invoice.is_stated:
        number = take_number(service, Document.PRE_INVOICE, service.new_id(), dated_on, act)
    invoice.state_lines(number, dated_on, act)
    service.save(invoice)
    return {"number": number}
