"""The facts of delivering a sales order (evasione); `SalesOrder` in `sales_order.py` lists them as its own."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from aggregates.base import Aggregate
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_levels import Quantity
from aggregates.values import Value


class DeliveryBilling(StrEnum):
    """Where goods of an order are billed: once, either with their note or with the order's own invoice."""

    WITH_NOTE = "with_note"
    WITH_ORDER = "with_order"


class DeliveredLine(Value):
    """How much of a line of the order a delivery note carried, or charged."""

    line_id: UUID
    quantity: Quantity


class Delivery(Value):
    """A delivery that holds: its note, what it carried, which work is charged with it."""

    note: RecordRef
    lines: tuple[DeliveredLine, ...]
    billing: DeliveryBilling
    services: tuple[UUID, ...] = ()


class Delivered(Aggregate.Event):
    """Goods of the order left with a delivery note; what is not on it stays open (backorder)."""

    TOPIC = "sales-order.delivered.v1"
    note: RecordRef
    lines: tuple[DeliveredLine, ...]
    billing: DeliveryBilling
    services: tuple[UUID, ...] = ()
    """Lines of work that are charged with this note."""


class DeliveryUndone(Aggregate.Event):
    """The delivery note was cancelled: its goods are open again."""

    TOPIC = "sales-order.delivery-undone.v1"
    note: RecordRef
    billing: DeliveryBilling
