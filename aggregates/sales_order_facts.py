"""The facts of a sales order (impegno cliente); `SalesOrder` in `sales_order.py` lists them as its own."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from aggregates.base import Aggregate, FirstEvent
from aggregates.counterparty import BookedParty
from aggregates.quote_values import QuoteLine, QuoteTotals
from aggregates.record_ref import RecordRef, SourceRef
from aggregates.rules.stock_levels import Level, Quantity
from aggregates.values import Value


class ReservedPart(Value):
    """Pieces that the order holds in a warehouse."""

    line_id: UUID
    reservation_id: UUID
    article_id: UUID
    warehouse_id: UUID
    quantity: Quantity


class OrderedQuantity(Value):
    """How much of a line is ordered from now on; 0 when nothing of it."""

    line_id: UUID
    quantity: Level


class Placed(FirstEvent):
    """The customer's yes became an order; its parts are reserved."""

    TOPIC = "sales-order.placed.v1"
    number: str
    placed_on: date
    quote: SourceRef
    alternative: str
    revision: int
    customer: BookedParty
    call: SourceRef | None
    lines: tuple[QuoteLine, ...]
    totals: QuoteTotals
    reserved: tuple[ReservedPart, ...]
    due_on: date | None


class QuantitiesDropped(Aggregate.Event):
    """The customer takes less than was ordered; what was reserved for it is free."""

    TOPIC = "sales-order.quantities-dropped.v1"
    quantities: tuple[OrderedQuantity, ...]
    totals: QuoteTotals
    reason: str


class Invoiced(Aggregate.Event):
    """The order is on an invoice."""

    TOPIC = "sales-order.invoiced.v1"
    invoice: RecordRef


class BillingReopened(Aggregate.Event):
    """A credit note took back all of its invoice: the order is to be billed again."""

    TOPIC = "sales-order.billing-reopened.v1"
    invoice_id: UUID
    credit_note: RecordRef


class Cancelled(Aggregate.Event):
    """The order holds no longer; its number stays taken and its parts are free."""

    TOPIC = "sales-order.cancelled.v1"
    reason: str
