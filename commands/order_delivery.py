"""What people may ask about delivering a sales order (evasione): whole or in part, with a note, from a warehouse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_pricing import note_ref
from aggregates.delivery_note_values import NoteCharge, NoteChargeKind, Transport
from aggregates.invoice_values import OrderReference
from aggregates.order_deliveries import NothingLeftToDeliver
from aggregates.quote import Quote
from aggregates.quote_values import LineKind, QuoteLine
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_levels import ZERO, Quantity
from aggregates.rules.transport_reasons import Reason
from aggregates.sales_order import SalesOrder
from aggregates.sales_order_delivery_facts import DeliveryBilling
from aggregates.values import Value
from commands.base import Answer, Command, Service
from commands.delivery_note_issue import GoodsLine, NoteDraft, issue_note
from commands.sales_order_parts import free_excess

CHARGES = {LineKind.LABOUR: NoteChargeKind.LABOUR}


class QuoteBeingInvoiced(Refusal):
    """Quote {number} stands on a proposed invoice; issue or discard that invoice, then deliver the order."""


class DeliveredLineAsked(Value):
    """How much of a line of the order leaves, and which pieces."""

    line_id: UUID
    quantity: Quantity | None = Field(default=None, description="Everything still open of it if left out.")
    serials: tuple[str, ...] = Field(default=(), examples=[["SN-10442"]])
    lots: tuple[str, ...] = ()
    warehouse_id: UUID | None = Field(default=None, description="That of the command if left out.")


class DeliverOrder(Command):
    """Deliver a sales order, whole or in part, with a delivery note; what is left out stays open (backorder).

    Each piece is billed once: with the note (deferred invoice), or not again where the order was invoiced before.
    """

    order_id: UUID
    note_id: UUID | None = Field(default=None, description="Made by the client, or by the server if left out.")
    lines: tuple[DeliveredLineAsked, ...] = Field(default=(), description="All that is open if left empty.")
    warehouse_id: UUID | None = Field(default=None, description="Where each line is reserved if left out.")
    with_services: bool | None = Field(
        default=None, description="Charge the order's work with this note; left out, with the note that completes it."
    )
    dated_on: date | None = None
    series: str | None = None
    transport: Transport = Transport()
    notes: tuple[str, ...] = ()
    order: OrderReference | None = Field(default=None, description="The customer's own order, with CIG and CUP.")


def deliver_order(cmd: DeliverOrder, act: Act, service: Service) -> Answer:
    """Handles `DeliverOrder`: note, stock and order are one append; the same note again is answered again.

    Raises `NothingLeftToDeliver`, `MoreThanOrdered`, `OrderLineUnknown`, `OrderForCall`, `OrderToInvoiceFirst`,
    `QuoteBeingInvoiced` and what a note raises.
    """
    order = service.load(SalesOrder, cmd.order_id)
    note_id = cmd.note_id or service.new_id("note")
    known = service.find(DeliveryNote, note_id)
    if known is not None:
        return _told(known, order)
    order.check_deliverable()
    asked = _asked(cmd, order)
    require(bool(asked), NothingLeftToDeliver, number=order.number)
    _require_free(service, order)
    quantities = _quantities(asked, order)
    services = _services(cmd, order, quantities)
    ref = RecordRef(kind="sales-order", id=order.id, number=order.number)
    lines = tuple(_lines(asked, cmd, order, ref))
    note = issue_note(service, note_id, _draft(cmd, order, ref, lines), act)
    order.deliver(note_ref(note), quantities, [one.line_id for one in services], act)
    if services:
        note.price((), tuple(_charge(line) for line in services), act)
    free_excess(service, order, act)
    service.save(order, note)
    return _told(note, order)


def _asked(cmd: DeliverOrder, order: SalesOrder) -> tuple[DeliveredLineAsked, ...]:
    return cmd.lines or tuple(DeliveredLineAsked(line_id=line_id) for line_id in order.open_goods)


def _quantities(asked: Iterable[DeliveredLineAsked], order: SalesOrder) -> dict[UUID, Decimal]:
    """By line of the order; a line may be asked for twice, from two warehouses."""
    found: dict[UUID, Decimal] = {}
    for line in asked:
        quantity = line.quantity or order.open_goods.get(line.line_id, ZERO)
        found[line.line_id] = found.get(line.line_id, ZERO) + quantity
    return found


def _services(cmd: DeliverOrder, order: SalesOrder, quantities: Mapping[UUID, Decimal]) -> tuple[QuoteLine, ...]:
    """The work that this note charges: asked for, or all of it once nothing more will follow."""
    if order.billing_of_delivery is DeliveryBilling.WITH_ORDER:
        return ()
    completes = all(quantities.get(line_id, ZERO) >= left for line_id, left in order.open_goods.items())
    wanted = completes if cmd.with_services is None else cmd.with_services
    return order.open_services if wanted else ()


def _require_free(service: Service, order: SalesOrder) -> None:
    quote = service.find(Quote, order.quote.id)
    if quote is not None and order.invoice is None and quote.billed_by is not None:
        raise QuoteBeingInvoiced(number=quote.number)


def _lines(
    asked: Iterable[DeliveredLineAsked], cmd: DeliverOrder, order: SalesOrder, ref: RecordRef
) -> Iterator[GoodsLine]:
    for one in asked:
        line = order.goods(one.line_id)
        yield GoodsLine(
            article_id=line.article_id,
            code=line.code,
            description=line.description,
            quantity=one.quantity or order.open_goods.get(line.line_id, line.quantity),
            unit=line.unit,
            serials=one.serials,
            lots=one.lots,
            warehouse_id=_place(one, cmd, order),
            source=ref,
            unit_price=line.unit_price,
            price_per=line.price_per,
            discounts=line.all_discounts,
        )


def _place(one: DeliveredLineAsked, cmd: DeliverOrder, order: SalesOrder) -> UUID | None:
    reserved = next((part.warehouse_id for part in order.reserved if part.line_id == one.line_id), None)
    return one.warehouse_id or cmd.warehouse_id or reserved


def _draft(cmd: DeliverOrder, order: SalesOrder, ref: RecordRef, lines: tuple[GoodsLine, ...]) -> NoteDraft:
    destination = order.customer.destination
    invoice = order.invoice
    told = f"Merce già fatturata con la fattura {invoice.number}" if invoice is not None else None
    return NoteDraft(
        recipient_id=order.customer.party_id,
        site_id=destination.site_id if destination else None,
        reason=Reason.SALE,
        dated_on=cmd.dated_on,
        series=cmd.series,
        lines=lines,
        transport=cmd.transport,
        record=ref,
        notes=(*cmd.notes, told) if told else cmd.notes,
        order=cmd.order,
        billed_with=invoice,
    )


def _charge(line: QuoteLine) -> NoteCharge:
    return NoteCharge(
        kind=CHARGES.get(line.kind, NoteChargeKind.OTHER),
        description=line.description,
        article_id=line.article_id,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price or ZERO,
        price_per=line.price_per,
        discounts=line.all_discounts,
    )


def _told(note: DeliveryNote, order: SalesOrder) -> Answer:
    left = order.open_goods
    still = [
        {"line_id": line.line_id, "description": line.description, "quantity": str(left[line.line_id])}
        for line in order.lines
        if line.line_id in left
    ]
    return {"note_id": note.id, "number": note.number, "billed_with_note": note.billed_with is None, "backorder": still}
