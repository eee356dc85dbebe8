"""What people may ask about sales orders (impegni cliente): an accepted quote becomes one, with its parts reserved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.billable import BillingHeld
from aggregates.quote import Quote
from aggregates.quote_refusals import OrderCancelled, QuoteNotAccepted
from aggregates.quote_values import quote_totals
from aggregates.record_ref import RecordRef, SourceRef
from aggregates.rules.numbering import Document
from aggregates.rules.stock_levels import Level
from aggregates.sales_order import SalesOrder, sales_order_id
from aggregates.stock import stock_item_id
from aggregates.stock_item import StockItem
from aggregates.values import Value, rome_date
from commands.base import Answer, Command, Service
from commands.number_register import take_number
from commands.promise_places import note_places, of_order
from commands.sales_order_parts import Reserving, release_held, shortages
from commands.words import Words

ZERO = Decimal(0)


class OrderQuote(Command):
    """Turn an accepted quote into a sales order; its parts are firmly reserved, in place of the call's soft promise.

    Parts that are too few are promised all the same: `shortages` names what is missing and what to buy.
    """

    quote_id: UUID
    order_id: UUID | None = Field(default=None, description="Follows from quote and revision if left out.")
    warehouse_id: UUID | None = Field(
        default=None, description="Where parts are reserved; left out, where the call had them, or the main one."
    )
    due_on: date | None = Field(default=None, description="When the parts are needed.")


class LineQuantity(Value):
    """How much of a line is ordered from now on."""

    line_id: UUID
    quantity: Level = Field(examples=["1"], description="0 when nothing of it.")


class DropOrderQuantities(Command):
    """Make an order smaller: what the customer does not take any more is free again. More is a new quote."""

    order_id: UUID
    lines: tuple[LineQuantity, ...] = Field(min_length=1)
    reason: Words = Field(min_length=3, examples=["Il cliente ne vuole uno solo"])


class CancelSalesOrder(Command):
    """Cancel an order that is not invoiced; its reserved parts are free again."""

    order_id: UUID
    reason: Words = Field(min_length=3, examples=["Il cliente rinuncia"])


def order_quote(cmd: OrderQuote, act: Act, service: Service) -> Answer:
    """Handles `OrderQuote`; a quote becomes an order once, and answers it again (R7.4). Raises `OrderCancelled`."""
    quote = service.load(Quote, cmd.quote_id)
    if quote.order is not None:
        known = service.load(SalesOrder, quote.order.id)
        require(not known.cancelled, OrderCancelled, number=known.number)
        return {"order_id": known.id, "number": known.number, "shortages": []}
    accepted = quote.accepted
    require(accepted is not None, QuoteNotAccepted, number=quote.number)
    assert accepted is not None
    order_id = cmd.order_id or sales_order_id(quote.id, accepted.alternative, accepted.revision)
    today = rome_date(act.at)
    number = take_number(service, Document.ORDER, order_id, today, act)
    ref = RecordRef(kind="sales-order", id=order_id, number=number)
    source = SourceRef(kind="quote", id=quote.id, number=quote.number, version=quote.version)
    reserving = Reserving(service, ref, accepted.source, cmd.warehouse_id, cmd.due_on, act)
    reserved = tuple(part for line in accepted.lines for part in reserving.reserve(line))
    order = SalesOrder.place(
        order_id,
        number,
        today,
        source,
        accepted.alternative,
        accepted.revision,
        quote.customer,
        accepted.source,
        accepted.lines,
        quote_totals(accepted.lines),
        reserved,
        cmd.due_on,
        act,
    )
    quote.ordered_as(ref, act)
    service.save(order, quote)
    if accepted.source is not None and reserved:
        places = (stock_item_id(part.article_id, part.warehouse_id) for part in reserved)
        note_places(service, accepted.source.id, places, act)
    return {"order_id": order_id, "number": number, "shortages": shortages(service, reserved)}


def drop_order_quantities(cmd: DropOrderQuantities, act: Act, service: Service) -> Answer:
    """Handles `DropOrderQuantities`; the same quantities again change nothing. Raises `BillingHeld` and `drop`'s."""
    order = service.load(SalesOrder, cmd.order_id)
    _require_not_proposed(service, order)
    items = of_order(service, order)
    gone = {line.line_id: _gone(order, line.line_id, items) for line in order.lines}
    before = {line.line_id: line.quantity for line in order.lines}
    less = order.drop({each.line_id: each.quantity for each in cmd.lines}, gone, cmd.reason, act)
    for each in less:
        release_held(service, order, items, each.line_id, before[each.line_id] - each.quantity, act)
    service.save(order)
    return {"order_id": order.id, "net": str(order.totals.net), "total": str(order.totals.total)}


def cancel_sales_order(cmd: CancelSalesOrder, act: Act, service: Service) -> None:
    """Handles `CancelSalesOrder`: promises are given back wherever the goods were moved to. Raises `BillingHeld`."""
    order = service.load(SalesOrder, cmd.order_id)
    if order.cancelled:
        return
    order.cancel(cmd.reason, act)
    _require_not_proposed(service, order)
    service.save(order)
    for item in of_order(service, order):
        item.release(order.id, act)
        service.save(item)


def _require_not_proposed(service: Service, order: SalesOrder) -> None:
    """What a proposed invoice says must go on being so until it is issued or discarded. Raises `BillingHeld`."""
    quote = service.load(Quote, order.quote.id)
    held = quote.billed_by is not None and quote.invoice is None
    require(not held, BillingHeld, number=quote.number)


def _gone(order: SalesOrder, line_id: UUID, items: Iterable[StockItem]) -> Decimal:
    """What was used or delivered of a line: what is promised no more, or what notes say, whichever is more."""
    reserved = {part.reservation_id for part in order.reserved if part.line_id == line_id}
    ordered = order.line(line_id).quantity
    delivered = order.delivered.get(line_id, ZERO)
    if not reserved:
        return delivered
    held = sum((item.reservations[key].quantity for item in items for key in reserved & item.reservations.keys()), ZERO)
    return max(delivered, ordered - held)
