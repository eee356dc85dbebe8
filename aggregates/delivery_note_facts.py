"""The facts of a delivery note (DDT); `DeliveryNote` in `delivery_note.py` lists them as its own."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from aggregates.base import Aggregate, FirstEvent
from aggregates.counterparty import BookedParty
from aggregates.delivery_note_values import (
    LinePrice,
    NoteCharge,
    NoteLine,
    Return,
    SenderNote,
    Transport,
)
from aggregates.invoice_values import OrderReference
from aggregates.record_ref import RecordRef
from aggregates.rules.transport_reasons import TransportReason


class Issued(FirstEvent):
    """The note has its number and the goods leave with it."""

    TOPIC = "delivery-note.issued.v1"
    number: str
    series: str
    dated_on: date
    reason: TransportReason
    reason_note: str | None
    recipient: BookedParty
    lines: tuple[NoteLine, ...]
    transport: Transport
    record: RecordRef | None
    sender_note: SenderNote | None
    return_by: date | None
    notes: tuple[str, ...]
    order: OrderReference | None = None
    billed_with: RecordRef | None = None
    """The order's invoice or the call that bills the goods: the note itself then never does."""


class Cancelled(Aggregate.Event):
    """The note holds no longer; its number stays taken and its goods are back (R8.4)."""

    TOPIC = "delivery-note.cancelled.v1"
    reason: str


class GoodsReturned(Aggregate.Event):
    """Goods came back to us: they are no longer to be invoiced, or to be credited."""

    TOPIC = "delivery-note.goods-returned.v1"
    returned_on: date
    returns: tuple[Return, ...]
    sender_note: SenderNote | None


class GoodsKept(Aggregate.Event):
    """The customer keeps goods on loan or on approval: they are sold, and to be invoiced (R8.5, R8.6)."""

    TOPIC = "delivery-note.goods-kept.v1"
    kept_on: date
    kept: tuple[Return, ...]
    prices: tuple[LinePrice, ...]
    reason: str | None = None


class ReturnExtended(Aggregate.Event):
    """Lent goods may come back later than was said."""

    TOPIC = "delivery-note.return-extended.v1"
    return_by: date
    reason: str


class ReturnReminded(Aggregate.Event):
    """The day on which lent goods are due back is near or past: people were told."""

    TOPIC = "delivery-note.return-reminded.v1"
    return_by: date


class ClaimDecided(Aggregate.Event):
    """Goods sent subject to verification: the warranty claim held, or they are to be invoiced."""

    TOPIC = "delivery-note.claim-decided.v1"
    accepted: bool
    reason: str


class Priced(Aggregate.Event):
    """What the goods cost, and the work that is billed with them; it replaces what was said before."""

    TOPIC = "delivery-note.priced.v1"
    prices: tuple[LinePrice, ...]
    charges: tuple[NoteCharge, ...]


class BillingProposed(Aggregate.Event):
    """A proposed invoice holds the note: no other may bill it."""

    TOPIC = "delivery-note.billing-proposed.v1"
    invoice_id: UUID


class BillingReleased(Aggregate.Event):
    """The proposal was given up, or the note is no longer what was proposed: it is to be billed again."""

    TOPIC = "delivery-note.billing-released.v1"
    invoice_id: UUID


class BillingReopened(Aggregate.Event):
    """Its lines were credited in full and are to be billed again."""

    TOPIC = "delivery-note.billing-reopened.v1"
    invoice_id: UUID
    credit_note: RecordRef


class Invoiced(Aggregate.Event):
    """The goods are on an invoice."""

    TOPIC = "delivery-note.invoiced.v1"
    invoice: RecordRef
