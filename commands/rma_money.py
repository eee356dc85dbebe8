"""What people may ask about the money of a return (addebiti e accrediti): work charged, sold goods credited."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.delivery_note_values import NoteCharge
from aggregates.invoice import Invoice
from aggregates.invoice_values import LineToCredit
from aggregates.record_ref import RecordRef
from aggregates.rma import Rma
from aggregates.rules.stock_levels import ZERO
from commands.base import Answer, Command, Service
from commands.invoice_credit import CreditInvoice, credit_invoice
from commands.words import Words


class InvoiceOfAnother(Refusal):
    """That invoice is another customer's; choose the invoice that sold these goods."""

    status = 422


class InvoiceLineOfOther(Refusal):
    """Line {line} of invoice {invoice} sold something else; choose the line that sold these goods."""

    status = 422


class ChargeRmaItem(Command):
    """Say what the customer pays when an item goes back: labour, parts, a diagnosis fee; it is priced on the note.

    It replaces what was said before. Work recorded on the return's call is billed with the note by itself.
    """

    rma_id: UUID
    item_id: UUID
    charges: tuple[NoteCharge, ...] = ()


class CreditRmaItem(Command):
    """Issue the credit note (TD04) for a returned item, with reference to the invoice line that had sold it."""

    rma_id: UUID
    item_id: UUID
    invoice_id: UUID
    line_number: int = Field(ge=1)
    quantity: Decimal | None = Field(default=None, gt=0, description="As many as came back if left out.")
    credit_note_id: UUID | None = None
    reason: Words = Field(default="Reso merce", min_length=1, max_length=200)


def charge_rma_item(cmd: ChargeRmaItem, act: Act, service: Service) -> None:
    """Handles `ChargeRmaItem`."""
    rma = service.load(Rma, cmd.rma_id)
    rma.charge(cmd.item_id, cmd.charges, act)
    service.save(rma)


def credit_rma_item(cmd: CreditRmaItem, act: Act, service: Service) -> Answer:
    """Handles `CreditRmaItem`: credit note and return in one append, never without its invoice.

    Raises `ItemNotCredited`, `ItemCreditedAlready`, `InvoiceOfAnother`, `InvoiceLineOfOther` and what crediting an
    invoice raises.
    """
    rma = service.load(Rma, cmd.rma_id)
    known = rma.credits.get(cmd.item_id)
    if known is not None and known.id == cmd.credit_note_id:
        return {"credit_note_id": known.id, "number": known.number}
    item = rma.may_credit(cmd.item_id)
    invoice = service.load(Invoice, cmd.invoice_id)
    document = invoice.require_issued()
    require(document.customer.party_id == rma.customer.party_id, InvoiceOfAnother)
    line = next((one for one in document.lines if one.number == cmd.line_number), None)
    is_it = line is None or item.serial is None or not line.serials or item.serial in line.serials
    require(is_it, InvoiceLineOfOther, line=cmd.line_number, invoice=document.number)
    quantity = cmd.quantity or rma.received.get(cmd.item_id, ZERO)
    asked = CreditInvoice(
        invoice_id=cmd.invoice_id,
        credit_note_id=cmd.credit_note_id,
        lines=(LineToCredit(number=cmd.line_number, quantity=quantity),),
        reason=f"{cmd.reason} {rma.number}"[:200],
    )
    answer = credit_invoice(asked, act, service)
    ref = RecordRef(kind="invoice", id=invoice.id, number=document.number)
    note = RecordRef(kind="invoice", id=UUID(str(answer["credit_note_id"])), number=str(answer["number"]))
    rma.credit(cmd.item_id, ref, cmd.line_number, note, act)
    service.save(rma)
    return answer
