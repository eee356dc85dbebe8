"""What people may ask about the exchange system's receipts (ricevute SdI): what it refused is sent again (R9.11)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal
from aggregates.exchange_receipt import ExchangeOutcome
from aggregates.invoice import Invoice
from aggregates.party import Party
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.invoice_document import customer_of
from commands.natural_key import part


class ExchangeFileUnknown(Refusal):
    """No invoice was sent in the file {file_name}; name the invoice, if it is one of ours."""

    status = 404


class RecordExchangeReceipt(Command, ExchangeOutcome):
    """Record a receipt of the exchange system; its invoice is found by the file's name, or named.

    RC delivered, NS refused, MC and AT not delivered (issued all the same), NE and DT what a public body answered.
    """

    invoice_id: UUID | None = Field(default=None, description="Left out, found by the name of the file.")


class ResendInvoice(Command):
    """Send a refused invoice again in a new file: same number, date and lines, with the customer's data of today.

    Within five days of the refusal; later only when asked for, with a reason.
    """

    invoice_id: UUID
    resent_on: date | None = Field(default=None, description="Left out, today.")
    late: bool = Field(default=False, description="Send it after the five days; `why` must say the reason.")


class NoteInvoiceCopyDelivered(Command):
    """Note that the customer got an invoice that the exchange system could not deliver, and how."""

    invoice_id: UUID
    delivered_on: date | None = Field(default=None, description="Left out, today.")
    channel: str = Field(min_length=1, max_length=60, examples=["e-mail"])


def record_exchange_receipt(cmd: RecordExchangeReceipt, act: Act, service: Service) -> Answer:
    """Handles `RecordExchangeReceipt`; the same receipt again records nothing. Raises `ExchangeFileUnknown`."""
    invoice_id = cmd.invoice_id or service.lookups.invoice_of_exchange_file(cmd.file_name)
    if invoice_id is None:
        raise ExchangeFileUnknown(file_name=cmd.file_name)
    invoice = service.load(Invoice, invoice_id)
    invoice.record_outcome(part(ExchangeOutcome, cmd), act)
    service.save(invoice)
    return {"invoice_id": invoice_id, "number": invoice.require_issued().number, "state": invoice.exchange_state.value}


def resend_invoice(cmd: ResendInvoice, act: Act, service: Service) -> Answer:
    """Handles `ResendInvoice`; the new file is made as any other, under a name of its own."""
    invoice = service.load(Invoice, cmd.invoice_id)
    party = service.load(Party, invoice.terms.customer_id)
    customer = customer_of(party, invoice.require_issued().issued_on)
    invoice.resend(customer, cmd.resent_on or rome_date(act.at), cmd.late, act)
    service.save(invoice)
    document = invoice.require_issued()
    return {"invoice_id": invoice.id, "number": document.number, "issued_on": document.issued_on}


def note_invoice_copy_delivered(cmd: NoteInvoiceCopyDelivered, act: Act, service: Service) -> None:
    """Handles `NoteInvoiceCopyDelivered`."""
    invoice = service.load(Invoice, cmd.invoice_id)
    invoice.note_copy_delivered(cmd.delivered_on or rome_date(act.at), cmd.channel, act)
    service.save(invoice)
