"""Sales orders (impegni cliente): what is ordered, how far it is used and delivered, and the invoice it is on (R7.4).

Parts used on the call are seen at the order's promises that movements of stock use up; goods delivered are told by the
delivery notes.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.quote_values import QuoteLine
from aggregates.sales_order import SalesOrder, lines_of
from aggregates.stock_item import StockItem
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page
from projections.quote_source import changed_since

ORDER = Table(
    "sales_order",
    {
        "order_id": "uuid", "number": "text", "placed_on": "date", "status": "text", "fulfilment": "text",
        "customer_id": "uuid", "customer": "text", "quote_id": "uuid", "quote_number": "text", "alternative": "text",
        "revision": "integer", "call_id": "uuid", "call_number": "text", "net": "numeric", "total": "numeric",
        "due_on": "date", "invoice_id": "uuid", "invoice_number": "text", "reason": "text", "content": "jsonb",
    },
    ("order_id",),
    ("customer_id", "quote_id", "call_id"),
)  # fmt: skip
LINE = Table(
    "sales_order_line",
    {
        "order_id": "uuid", "line_id": "uuid", "article_id": "uuid", "code": "text", "description": "text",
        "unit": "text", "ordered": "numeric", "used": "numeric", "delivered": "numeric",
    },
    ("order_id", "line_id"),
)  # fmt: skip
PROMISE = Table(
    "sales_order_promise", {"reservation_id": "uuid", "order_id": "uuid", "line_id": "uuid"}, ("reservation_id",)
)
DELIVERY = Table(
    "sales_order_delivery",
    {"order_id": "uuid", "note_id": "uuid", "number": "text", "quantities": "jsonb"},
    ("order_id", "note_id"),
)
ZERO = Decimal(0)
NOTE = "delivery-note"


class Fulfilment(StrEnum):
    """How far an order's goods are used or delivered."""

    OPEN = "open"
    PARTLY = "partly_fulfilled"
    FULFILLED = "fulfilled"
    NO_GOODS = "no_goods"
    """It has work only; there is nothing to take out or to deliver."""


class SalesOrders(ReadModel):
    """Orders, with what is used and delivered of each line of goods."""

    NAME = "sales_orders"
    TABLES = (ORDER, LINE, PROMISE, DELIVERY)

    @on(SalesOrder.Placed)
    def placed(self, fact: SalesOrder.Placed, rows: Rows) -> None:
        """An order appears."""
        named = fact.model_dump(include={"number", "placed_on", "alternative", "revision", "due_on"})
        kept = fact.model_dump(mode="json", include={"customer", "quote", "call", "totals", "reserved"})
        rows.put(
            ORDER,
            {
                **named,
                "order_id": fact.stream_id,
                "status": "placed",
                "customer_id": fact.customer.party_id,
                "customer": fact.customer.name,
                "quote_id": fact.quote.id,
                "quote_number": fact.quote.number,
                "call_id": fact.call.id if fact.call else None,
                "call_number": fact.call.number if fact.call else None,
                "net": fact.totals.net,
                "total": fact.totals.total,
                "content": {**kept, "lines": _told(fact.lines)},
            },
        )
        goods = {part.line_id for part in fact.reserved}
        for line in fact.lines:
            if line.line_id in goods:
                about = line.model_dump(include={"line_id", "article_id", "code", "description", "unit"})
                none = {"used": ZERO, "delivered": ZERO}
                rows.put(LINE, {"order_id": fact.stream_id, **about, "ordered": line.quantity, **none})
        for part in fact.reserved:
            promise = {"reservation_id": part.reservation_id, "line_id": part.line_id}
            rows.put(PROMISE, {"order_id": fact.stream_id, **promise})
        _stand(rows, fact.stream_id)

    @on(SalesOrder.QuantitiesDropped)
    def dropped(self, fact: SalesOrder.QuantitiesDropped, rows: Rows) -> None:
        """It is smaller from now on."""
        order = rows.get(ORDER, fact.stream_id)
        if order is None:
            return
        lines = _told(lines_of(_lines(order["content"]["lines"]), fact.quantities))
        totals = fact.totals.model_dump(mode="json")
        content = {**order["content"], "lines": lines, "totals": totals}
        rows.patch(ORDER, fact.stream_id, net=fact.totals.net, total=fact.totals.total, content=content)
        for each in fact.quantities:
            rows.patch(LINE, fact.stream_id, each.line_id, ordered=each.quantity)
        _stand(rows, fact.stream_id)

    @on(StockItem.Issued)
    def issued(self, fact: StockItem.Issued, rows: Rows) -> None:
        """Goods left for work; those on a delivery note are told by the note."""
        if fact.record.kind == NOTE:
            return
        for use in fact.used:
            promise = rows.get(PROMISE, use.reservation_id)
            if promise is not None:
                _add(rows, promise["order_id"], promise["line_id"], "used", use.quantity)
                _stand(rows, promise["order_id"])

    @on(StockItem.Returned)
    def returned(self, fact: StockItem.Returned, rows: Rows) -> None:
        """Goods that had left for work came back and wait for it again."""
        for use in fact.unused:
            promise = rows.get(PROMISE, use.reservation_id)
            if promise is not None:
                _add(rows, promise["order_id"], promise["line_id"], "used", -use.quantity)
                _stand(rows, promise["order_id"])

    @on(SalesOrder.Delivered)
    def delivered(self, fact: SalesOrder.Delivered, rows: Rows) -> None:
        """Goods went to the customer with a note."""
        quantities = {str(each.line_id): str(each.quantity) for each in fact.lines}
        named = {"note_id": fact.note.id, "number": fact.note.number, "quantities": quantities}
        rows.put(DELIVERY, {"order_id": fact.stream_id, **named})
        for each in fact.lines:
            _add(rows, fact.stream_id, each.line_id, "delivered", each.quantity)
        _stand(rows, fact.stream_id)

    @on(SalesOrder.DeliveryUndone)
    def delivery_undone(self, fact: SalesOrder.DeliveryUndone, rows: Rows) -> None:
        """Its note was cancelled."""
        known = rows.get(DELIVERY, fact.stream_id, fact.note.id)
        rows.drop(DELIVERY, fact.stream_id, fact.note.id)
        for line_id, quantity in (known or {"quantities": {}})["quantities"].items():
            _add(rows, fact.stream_id, UUID(line_id), "delivered", -Decimal(quantity))
        _stand(rows, fact.stream_id)

    @on(SalesOrder.Cancelled)
    def cancelled(self, fact: SalesOrder.Cancelled, rows: Rows) -> None:
        """It holds no longer."""
        rows.patch(ORDER, fact.stream_id, status="cancelled", reason=fact.reason)

    @on(SalesOrder.Invoiced)
    def invoiced(self, fact: SalesOrder.Invoiced, rows: Rows) -> None:
        """It is on an invoice."""
        invoice = {"invoice_id": fact.invoice.id, "invoice_number": fact.invoice.number}
        rows.patch(ORDER, fact.stream_id, status="invoiced", **invoice)

    @on(SalesOrder.BillingReopened)
    def billing_reopened(self, fact: SalesOrder.BillingReopened, rows: Rows) -> None:
        """Its invoice was credited in full."""
        rows.patch(ORDER, fact.stream_id, status="placed", invoice_id=None, invoice_number=None)


def _add(rows: Rows, order_id: UUID, line_id: UUID, column: str, quantity: Decimal) -> None:
    line = rows.get(LINE, order_id, line_id)
    if line is not None:
        rows.patch(LINE, order_id, line_id, **{column: line[column] + quantity})


def _stand(rows: Rows, order_id: UUID) -> None:
    lines = [line for line in rows.select(LINE, order_id=order_id) if line["ordered"] > 0]
    rows.patch(ORDER, order_id, fulfilment=fulfilment(lines).value)


def fulfilment(lines: Iterable[Row]) -> Fulfilment:
    """How far lines of goods are fulfilled; one used beyond what was ordered does not count for another."""
    lines = list(lines)
    if not lines:
        return Fulfilment.NO_GOODS
    gone = [min(line["ordered"], line["used"] + line["delivered"]) for line in lines]
    if all(done >= line["ordered"] for done, line in zip(gone, lines, strict=True)):
        return Fulfilment.FULFILLED
    return Fulfilment.PARTLY if any(gone) else Fulfilment.OPEN


def _told(lines: Iterable[QuoteLine]) -> list[dict[str, Any]]:
    return [{**line.model_dump(mode="json"), "amount": str(line.amount)} for line in lines]


def _lines(told: Iterable[Row]) -> list[QuoteLine]:
    return [QuoteLine.model_validate({name: line[name] for name in line if name != "amount"}) for line in told]


class FindSalesOrders(Page):
    """Orders by the words in number or customer, by status, fulfilment, customer or call."""

    text: str | None = None
    status: str | None = Field(default=None, examples=["placed"])
    fulfilment: Fulfilment | None = None
    customer_id: UUID | None = None
    call_id: UUID | None = None


def find_sales_orders(reader: Reader, ask: FindSalesOrders) -> dict[str, Any]:
    """The orders that match, the newest first."""
    return page(
        reader,
        ask,
        """select order_id, number, placed_on, status, fulfilment, customer_id, customer, quote_id, quote_number,
                  alternative, revision, call_id, call_number, net, total, due_on, invoice_id, invoice_number
             from {sales_order}
            where (%(text)s::text is null
                   or concat_ws(' ', number, customer, quote_number, call_number) ilike '%%' || %(text)s || '%%')
              and (%(status)s::text is null or status = %(status)s)
              and (%(fulfilment)s::text is null or fulfilment = %(fulfilment)s)
              and (%(call_id)s::uuid is null or call_id = %(call_id)s)
              and (%(customer_id)s::uuid is null or customer_id = %(customer_id)s)""",
        order=("-placed_on", "-number", "-order_id"),
    )


class SalesOrderSheet(Ask):
    """One order."""

    order_id: UUID


def sales_order_sheet(reader: Reader, ask: SalesOrderSheet) -> dict[str, Any] | None:
    """The order as it stands, what of its goods is gone, and what its call did since the quote was made (R7.2)."""
    order = reader.row("select * from {sales_order} where order_id = %(order_id)s", {"order_id": ask.order_id})
    if order is None:
        return None
    about = {"order_id": ask.order_id}
    order["goods"] = [
        {**line, "open": max(ZERO, line["ordered"] - line["used"] - line["delivered"])}
        for line in reader.rows(
            "select * from {sales_order_line} where order_id = %(order_id)s order by line_id", about
        )
    ]
    order["deliveries"] = reader.rows(
        "select note_id, number, quantities from {sales_order_delivery} where order_id = %(order_id)s order by number",
        about,
    )
    order["source_changed_since"] = changed_since(reader, order["content"]["call"])
    return order
