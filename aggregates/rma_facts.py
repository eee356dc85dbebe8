"""The facts of a return (reso); `Rma` in `rma.py` lists them as its own."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from aggregates.base import Aggregate, FirstEvent
from aggregates.counterparty import Counterparty
from aggregates.delivery_note_values import SenderNote
from aggregates.record_ref import RecordRef
from aggregates.rma_items import KeptIn, ReceivedItem, RmaItem
from aggregates.rma_state import Outcome


class Requested(FirstEvent):
    """A customer asks to send goods in."""

    TOPIC = "rma.requested.v1"
    customer: Counterparty
    items: tuple[RmaItem, ...]
    call: RecordRef | None
    customer_reference: str | None
    notes: str | None


class Authorised(Aggregate.Event):
    """The customer has a number to send the goods with."""

    TOPIC = "rma.authorised.v1"
    number: str
    authorised_on: date


class Received(Aggregate.Event):
    """Goods came in, perhaps not all, perhaps others than expected; they remain the customer's."""

    TOPIC = "rma.received.v1"
    receipt_id: UUID
    received_on: date
    items: tuple[ReceivedItem, ...]
    unexpected: tuple[RmaItem, ...]
    sender_note: SenderNote | None
    kept: dict[UUID, KeptIn]


class Diagnosed(Aggregate.Event):
    """What is wrong with an item."""

    TOPIC = "rma.diagnosed.v1"
    item_id: UUID
    findings: str
    cause: str | None
    under_warranty: bool | None


class OutcomeDecided(Aggregate.Event):
    """What becomes of an item; a later decision replaces an earlier one while it is with us."""

    TOPIC = "rma.outcome-decided.v1"
    item_id: UUID
    outcome: Outcome
    reason: str | None


class ReplacementSent(Aggregate.Event):
    """Another piece went out for an item, perhaps before it came in (sostituzione anticipata)."""

    TOPIC = "rma.replacement-sent.v1"
    item_id: UUID
    note: RecordRef
    article_id: UUID
    serial: str | None
    serial_item_id: UUID | None
    subject_to_claim: bool


class ClaimDecided(Aggregate.Event):
    """Whether the warranty claim for a replacement held."""

    TOPIC = "rma.claim-decided.v1"
    note: RecordRef
    accepted: bool
    reason: str


class Shipped(Aggregate.Event):
    """Items went back to the customer with a delivery note."""

    TOPIC = "rma.shipped.v1"
    item_ids: tuple[UUID, ...]
    note: RecordRef


class NoteCancelled(Aggregate.Event):
    """A delivery note of this return was cancelled: what left with it is here again."""

    TOPIC = "rma.note-cancelled.v1"
    note: RecordRef


class LoanerGiven(Aggregate.Event):
    """The customer has a loaner (muletto) meanwhile."""

    TOPIC = "rma.loaner-given.v1"
    note: RecordRef
    description: str
    serials: tuple[str, ...]


class LoanerReturned(Aggregate.Event):
    """The loaner is back."""

    TOPIC = "rma.loaner-returned.v1"
    note: RecordRef


class Closed(Aggregate.Event):
    """Nothing is left to do; items that never came are listed."""

    TOPIC = "rma.closed.v1"
    never_came: tuple[UUID, ...]


class Cancelled(Aggregate.Event):
    """Withdrawn before any goods came."""

    TOPIC = "rma.cancelled.v1"
    reason: str
