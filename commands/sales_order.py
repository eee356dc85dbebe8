"""What people may ask about sales orders (impegni cliente): an accepted quote becomes one, with its parts reserved."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.article import Article
from aggregates.base import Act, require
from aggregates.quote import Quote
from aggregates.quote_refusals import QuoteNotAccepted
from aggregates.quote_values import QuoteLine, quote_totals
from aggregates.record_ref import RecordRef, SourceRef
from aggregates.rules.numbering import Document
from aggregates.sales_order import ReservedPart, SalesOrder
from aggregates.stock import Reservation
from aggregates.stock_item import StockItem
from aggregates.values import rome_date
from aggregates.warehouse import WarehouseKind
from commands.base import Answer, Command, Service
from commands.number_register import take_number
from commands.stock import stock_at, warehouse_of


class OrderQuote(Command):
    """Turn an accepted quote into a sales order; its parts are firmly reserved, in place of the call's soft promise."""

    quote_id: UUID
    order_id: UUID | None = None
    warehouse_id: UUID | None = Field(default=None, description="Where parts are reserved: the main one if left out.")
    due_on: date | None = Field(default=None, description="When the parts are needed.")


class CancelSalesOrder(Command):
    """Cancel an order that is not invoiced; its reserved parts are free again."""

    order_id: UUID
    reason: str = Field(min_length=3, examples=["Il cliente rinuncia"])


def order_quote(cmd: OrderQuote, act: Act, service: Service) -> Answer:
    """Handles `OrderQuote`; a quote becomes an order once, and answers it again (R7.4)."""
    quote = service.load(Quote, cmd.quote_id)
    if quote.order is not None:
        return {"order_id": quote.order.id, "number": quote.order.number}
    accepted = quote.accepted
    require(accepted is not None, QuoteNotAccepted, number=quote.number)
    assert accepted is not None
    order_id, today = cmd.order_id or service.new_id(), rome_date(act.at)
    number = take_number(service, Document.ORDER, order_id, today, act)
    ref = RecordRef(kind="sales-order", id=order_id, number=number)
    source = SourceRef(kind="quote", id=quote.id, number=quote.number, version=quote.version)
    reserved = tuple(
        part
        for line in accepted.lines
        if (part := _reserve(service, line, ref, accepted.source, cmd.warehouse_id, cmd.due_on, act))
    )
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
    return {"order_id": order_id, "number": number}


def cancel_sales_order(cmd: CancelSalesOrder, act: Act, service: Service) -> None:
    """Handles `CancelSalesOrder`: promises are given back wherever the goods were moved to."""
    order = service.load(SalesOrder, cmd.order_id)
    if order.cancelled:
        return
    order.cancel(cmd.reason, act)
    service.save(order)
    known = [stock_at(service, part.article_id, part.warehouse_id, act) for part in order.reserved]
    moved = [service.load(StockItem, item_id) for item_id in service.lookups.stock_reserved_for(order.id)]
    for item in {item.id: item for item in (*known, *moved)}.values():
        item.release(order.id, act)
        service.save(item)


def _reserve(
    service: Service,
    line: QuoteLine,
    order: RecordRef,
    call: SourceRef | None,
    warehouse_id: UUID | None,
    due_on: date | None,
    act: Act,
) -> ReservedPart | None:
    """Promise a stocked line's pieces to the order, giving back as many of the call's soft promise (R7.4)."""
    article = service.find(Article, line.article_id) if line.article_id else None
    if article is None or not article.details.kind.is_stocked:
        return None
    here = warehouse_id or warehouse_of(service, None, WarehouseKind.MAIN)
    item = stock_at(service, article.id, here, act)
    if call is not None:
        item.release(call.id, act, at_most=line.quantity)
    reservation_id = service.new_id(f"reservation-{line.line_id}")
    item.reserve(
        Reservation(
            reservation_id=reservation_id,
            quantity=line.quantity,
            firm=True,
            record=order,
            job_id=call.id if call else None,
            due_on=due_on,
        ),
        act,
    )
    return ReservedPart(
        line_id=line.line_id,
        reservation_id=reservation_id,
        article_id=article.id,
        warehouse_id=here,
        quantity=line.quantity,
    )
