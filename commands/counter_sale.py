"""What people may ask about sales over the counter (vendita al banco): note, stock, perhaps invoice in one stroke."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_values import CarriedBy, Transport
from aggregates.invoice import Invoice
from aggregates.invoice_values import DocumentType
from aggregates.rules.transport_reasons import Reason
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.delivery_note_issue import GoodsLine, NoteDraft, issue_note
from commands.invoice_issue import issue, issued_answer
from commands.work_billing import bill_of, billed_records, hold

TAKEN_ALONG = Transport(carried_by=CarriedBy.RECIPIENT)


class SellOverTheCounter(Command):
    """Sell goods that the customer takes along: the note of sale and stock, and the invoice at once where it is wanted.

    Without the invoice the note goes on the deferred one of its month (R8.8); with it, on that TD01 alone.
    """

    note_id: UUID | None = Field(default=None, description="Made by the client, or by the server if left out.")
    customer_id: UUID
    lines: tuple[GoodsLine, ...] = Field(min_length=1)
    invoiced: bool = Field(default=False, description="Whether the immediate invoice (TD01) is issued with it.")
    invoice_id: UUID | None = None
    invoice_series: str = Field(default="", max_length=10, description="Number series (sezionale) of the invoice.")
    dated_on: date | None = Field(default=None, description="Today if left out.")
    notes: tuple[str, ...] = ()


def sell_over_the_counter(cmd: SellOverTheCounter, act: Act, service: Service) -> Answer:
    """Handles `SellOverTheCounter`: all in one append, or nothing; the same note again is answered again.

    Raises what a note of sale, prices and issuing an invoice refuse.
    """
    note_id = cmd.note_id or service.new_id("note")
    note = service.find(DeliveryNote, note_id)
    if note is not None:
        return {"note_id": note_id, "number": note.number, "invoice": note.invoice}
    dated_on = cmd.dated_on or rome_date(act.at)
    draft = NoteDraft(
        recipient_id=cmd.customer_id,
        reason=Reason.SALE,
        dated_on=dated_on,
        lines=cmd.lines,
        transport=TAKEN_ALONG,
        notes=cmd.notes,
    )
    note = issue_note(service, note_id, draft, act)
    invoice = _invoiced(service, note, cmd, dated_on, act) if cmd.invoiced else None
    return {"note_id": note_id, "number": note.number, "invoice": invoice}


def _invoiced(service: Service, note: DeliveryNote, cmd: SellOverTheCounter, dated_on: date, act: Act) -> Answer:
    _, terms, bill = bill_of(service, "delivery-note", note.id, dated_on)
    at_once = terms.model_copy(update={"document_type": DocumentType.TD01, "month_on": None})
    invoice_id = cmd.invoice_id or service.new_id("invoice")
    invoice = Invoice.propose(invoice_id, at_once, list(bill.lines), dated_on, act)
    hold(service, billed_records(service, bill.lines), invoice.id, act)
    service.save(invoice)
    issue(service, invoice, dated_on, cmd.invoice_series, act)
    return issued_answer(invoice)
