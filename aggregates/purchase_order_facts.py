"""The facts of an order to a supplier (ordine a fornitore); `PurchaseOrder` lists them as its own."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from aggregates.base import Aggregate, FirstEvent
from aggregates.counterparty import BookedParty
from aggregates.delivery_note_values import SenderNote
from aggregates.purchase_order_values import (
    ConfirmedLine,
    LineQuantity,
    PurchaseLine,
    PurchaseTerms,
    ReceivedLine,
)
from aggregates.record_ref import RecordRef
from aggregates.values import Rate


class Drafted(FirstEvent):
    """An order is being prepared; it has its number, and its goods count as on order."""

    TOPIC = "purchase-order.drafted.v1"
    number: str
    dated_on: date
    supplier: BookedParty
    lines: tuple[PurchaseLine, ...]
    terms: PurchaseTerms


class LinesSet(Aggregate.Event):
    """A draft has other lines or terms."""

    TOPIC = "purchase-order.lines-set.v1"
    lines: tuple[PurchaseLine, ...]
    terms: PurchaseTerms


class Approved(Aggregate.Event):
    """Another person than who prepared it agreed to spend this much."""

    TOPIC = "purchase-order.approved.v1"
    revision: int
    net: Rate


class Sent(Aggregate.Event):
    """The order went to the supplier."""

    TOPIC = "purchase-order.sent.v1"
    revision: int
    sent_on: date
    channel: str
    net: Rate


class Mailed(Aggregate.Event):
    """A message to the supplier was written, with the printed order attached; its notice tells what became of it."""

    TOPIC = "purchase-order.mailed.v1"
    revision: int
    notice_id: UUID
    document_id: UUID


class Confirmed(Aggregate.Event):
    """The supplier confirmed it, perhaps with other days and prices."""

    TOPIC = "purchase-order.confirmed.v1"
    confirmed_on: date
    supplier_number: str | None
    lines: tuple[ConfirmedLine, ...]


class Revised(Aggregate.Event):
    """A sent order of which nothing came yet is changed: it is a draft again, and is sent anew."""

    TOPIC = "purchase-order.revised.v1"
    revision: int
    lines: tuple[PurchaseLine, ...]
    terms: PurchaseTerms
    reason: str


class Received(Aggregate.Event):
    """Goods came, with the supplier's delivery note."""

    TOPIC = "purchase-order.received.v1"
    receipt_id: UUID
    received_on: date
    supplier_note: SenderNote | None
    lines: tuple[ReceivedLine, ...]
    over_because: str | None
    completed: tuple[RecordRef, ...] = ()
    """Calls and orders whose parts are all there now."""


class RemainderCancelled(Aggregate.Event):
    """What is still to come of some lines is not waited for any longer."""

    TOPIC = "purchase-order.remainder-cancelled.v1"
    lines: tuple[LineQuantity, ...]
    reason: str


class GoodsReturned(Aggregate.Event):
    """Goods went back to the supplier with our delivery note; perhaps others are to come in their place."""

    TOPIC = "purchase-order.goods-returned.v1"
    note: RecordRef
    lines: tuple[LineQuantity, ...]
    awaits_replacement: bool
    reason: str


class Cancelled(Aggregate.Event):
    """The order holds no longer; its number stays taken."""

    TOPIC = "purchase-order.cancelled.v1"
    reason: str
