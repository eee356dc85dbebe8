"""Refused invoices that are given up (scarto definitivo): an internal reversal frees what they billed (R9.11)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.invoice import Invoice
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.invoice_credit import drafted_note, take_back
from commands.words import Words

REVERSAL = "{number}-ST"
"""An invoice is reversed at most once, so that its own number makes the reversal's; no series is used."""


class VoidRefusedInvoice(Command):
    """Give up an invoice that the exchange system refused: what it billed is due again, its number stays taken.

    An internal reversal takes it out of the books; nothing is sent, because for the law the invoice was never issued.
    To send it again under its number instead, use `resend-invoice`. Payments are taken back first.
    """

    invoice_id: UUID
    voided_on: date | None = Field(default=None, description="Left out, today; not before the invoice.")
    reason: Words = Field(min_length=1, max_length=200, examples=["Cliente cessato, da rifatturare alla nuova società"])


class NoteRefusedInvoice(Command):
    """Note that a refused invoice waits, two days before its term ends and after it; once for each."""

    invoice_id: UUID
    on: date | None = Field(default=None, description="Left out, today.")


def void_refused_invoice(cmd: VoidRefusedInvoice, act: Act, service: Service) -> Answer:
    """Handles `VoidRefusedInvoice`; once is enough. Raises `NotRefusedByExchange`, `VoidedInvoiceMoves`."""
    invoice = service.load(Invoice, cmd.invoice_id)
    original = invoice.require_issued()
    number = REVERSAL.format(number=original.number)
    if invoice.is_voided:
        return {"invoice_id": invoice.id, "reversal_id": invoice.reversal_id, "number": number}
    invoice.check_void()
    voided_on = cmd.voided_on or rome_date(act.at)
    taken = invoice.check_credit(None, voided_on, reopens=True)
    reversal_id = service.new_id("reversal")
    note, document, _ = drafted_note(service, invoice, reversal_id, taken, voided_on, cmd.reason, act)
    internal = {"number": number, "series": original.series, "send_by": None, "is_internal": True}
    note.issue(document.model_copy(update=internal), act)
    invoice.credit(note.require_issued(), reversal_id, taken, True, act)
    invoice.void(reversal_id, number, voided_on, cmd.reason, act)
    service.save(note, invoice)
    take_back(service, invoice, note, taken, True, act)
    return {"invoice_id": invoice.id, "reversal_id": reversal_id, "number": number}


def note_refused_invoice(cmd: NoteRefusedInvoice, act: Act, service: Service) -> None:
    """Handles `NoteRefusedInvoice`. Raises `NotRefusedByExchange`."""
    invoice = service.load(Invoice, cmd.invoice_id)
    invoice.note_refusal(cmd.on or rome_date(act.at), act)
    service.save(invoice)
