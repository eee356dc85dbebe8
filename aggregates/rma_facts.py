"""The facts of a return (reso); `Rma` in `rma.py` lists them as its own."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates.base import Aggregate, Claim, FirstEvent
from aggregates.counterparty import BookedParty
from aggregates.delivery_note_values import NoteCharge, SenderNote
from aggregates.record_ref import RecordRef
from aggregates.rma_items import (
    FaultyDecision,
    FittedPart,
    ItemLabel,
    KeptIn,
    PickUpPurpose,
    ReceivedItem,
    Remainder,
    RmaItem,
    SupplierResult,
)
from aggregates.rma_serials import hold, hold_id, holds
from aggregates.rma_state import Outcome
from aggregates.rules.stock_levels import Level, Quantity
from aggregates.values import Keep, Personal


class Requested(FirstEvent):
    """A customer asks to send goods in."""

    TOPIC = "rma.requested.v1"
    customer: BookedParty
    items: tuple[RmaItem, ...]
    call: RecordRef | None
    customer_reference: str | None
    notes: str | None

    def claims(self) -> tuple[Claim, ...]:
        """Its machines are on no other open return."""
        return holds(self.items)


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
    remainders: tuple[Remainder, ...] = ()
    """Items that begin with this receipt, because the earlier pieces of the item they were part of are settled."""

    def claims(self) -> tuple[Claim, ...]:
        """What nobody expected is on no other open return."""
        return holds(self.unexpected)


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

    def releases(self) -> tuple[UUID, ...]:
        """What does not travel back is settled."""
        return () if self.outcome.return_reason else (hold_id(self.item_id),)


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

    def releases(self) -> tuple[UUID, ...]:
        """Their serials may come in again, with another return."""
        return tuple(hold_id(item_id) for item_id in self.item_ids)


class NoteCancelled(Aggregate.Event):
    """A delivery note of this return was cancelled: what left with it is here again."""

    TOPIC = "rma.note-cancelled.v1"
    note: RecordRef
    serials: dict[UUID, str] = Field(default={})
    """Of items that had gone back with it, and are here again."""

    def claims(self) -> tuple[Claim, ...]:
        """What is here again is on no other open return."""
        return tuple(hold(item_id, serial) for item_id, serial in self.serials.items())


class LoanerGiven(Aggregate.Event):
    """The customer has a loaner (muletto) meanwhile."""

    TOPIC = "rma.loaner-given.v1"
    note: RecordRef
    description: str
    serials: tuple[str, ...]
    given_on: date | None = None
    return_by: date | None = None


class LoanerReturned(Aggregate.Event):
    """The loaner is back."""

    TOPIC = "rma.loaner-returned.v1"
    note: RecordRef
    returned_on: date | None = None


class LoanerSold(Aggregate.Event):
    """The customer keeps the loaner: it was sold with a delivery note of its own."""

    TOPIC = "rma.loaner-sold.v1"
    note: RecordRef
    sale: RecordRef


class Closed(Aggregate.Event):
    """Nothing is left to do; items that never came are listed."""

    TOPIC = "rma.closed.v1"
    never_came: tuple[UUID, ...]
    short: dict[UUID, Quantity] = Field(default={})
    """How much of each item never came, of those that came in part too."""

    def releases(self) -> tuple[UUID, ...]:
        """What never came may come with another return."""
        return tuple(hold_id(item_id) for item_id in self.never_came)


class Cancelled(Aggregate.Event):
    """Withdrawn before any goods came."""

    TOPIC = "rma.cancelled.v1"
    reason: str
    item_ids: tuple[UUID, ...] = ()

    def releases(self) -> tuple[UUID, ...]:
        """Its machines may be on another return."""
        return tuple(hold_id(item_id) for item_id in self.item_ids)


class PickedUp(Aggregate.Event):
    """A technician took the goods of a receipt along, and left a receipt of ours (buono di ritiro)."""

    TOPIC = "rma.picked-up.v1"
    receipt_id: UUID
    number: str
    picked_up_on: date
    purpose: PickUpPurpose
    items: tuple[ReceivedItem, ...]
    technician_id: UUID | None
    handed_by: Annotated[str | None, Personal("receipt_id", keep=Keep.SERVICE)]
    signature_sha256: str | None


class BroughtIn(Aggregate.Event):
    """Goods picked up went from the van to the workshop: an internal movement without a document (R8.5)."""

    TOPIC = "rma.brought-in.v1"
    item_ids: tuple[UUID, ...]
    kept: dict[UUID, KeptIn]


class ItemIdentified(Aggregate.Event):
    """It is known what an item really is."""

    TOPIC = "rma.item-identified.v1"
    item: RmaItem
    kept: KeptIn | None = None

    def releases(self) -> tuple[UUID, ...]:
        """The serial it was thought to have."""
        return (hold_id(self.item.item_id),)

    def claims(self) -> tuple[Claim, ...]:
        """The serial that it has."""
        return holds((self.item,))


class ItemHandedOn(Aggregate.Event):
    """An item that came with this return belongs to another one, which has it now."""

    TOPIC = "rma.item-handed-on.v1"
    item_id: UUID
    to: RecordRef

    def releases(self) -> tuple[UUID, ...]:
        """The other return has the serial now."""
        return (hold_id(self.item_id),)


class MissingNoted(Aggregate.Event):
    """Pieces of an item did not come, and why; they may still come."""

    TOPIC = "rma.missing-noted.v1"
    item_id: UUID
    quantity: Quantity
    reason: str


class ItemCharged(Aggregate.Event):
    """What the customer pays for an item when it goes back; it replaces what was said before. Euro before VAT."""

    TOPIC = "rma.item-charged.v1"
    item_id: UUID
    charges: tuple[NoteCharge, ...]


class ItemCredited(Aggregate.Event):
    """A credit note took back what a line of an invoice had asked for the item."""

    TOPIC = "rma.item-credited.v1"
    item_id: UUID
    invoice: RecordRef
    line_number: int
    credit_note: RecordRef


class SentToSupplier(Aggregate.Event):
    """Items went to a supplier for repair; whose they are does not change."""

    TOPIC = "rma.sent-to-supplier.v1"
    item_ids: tuple[UUID, ...]
    note: RecordRef
    supplier: BookedParty
    supplier_rma: str | None
    expected_on: date | None


class SupplierAnswered(Aggregate.Event):
    """A supplier told their number for the repair, or another day to expect it back."""

    TOPIC = "rma.supplier-answered.v1"
    note: RecordRef
    supplier_rma: str | None
    expected_on: date | None


class BackFromSupplier(Aggregate.Event):
    """An item came back from a supplier, or its credit did; what the supplier asks is a cost of the item, in euro."""

    TOPIC = "rma.back-from-supplier.v1"
    item_id: UUID
    note: RecordRef
    result: SupplierResult
    returned_on: date
    cost: Level | None
    serial: str | None
    serial_item_id: UUID | None
    sender_note: SenderNote | None
    is_settled: bool = False
    """Whether the item was settled before: a faulty piece that became ours holds no serial of a return."""

    def releases(self) -> tuple[UUID, ...]:
        """The serial of the piece that the supplier kept."""
        return (hold_id(self.item_id),) if self.serial else ()

    def claims(self) -> tuple[Claim, ...]:
        """The serial of the piece that came instead."""
        return (hold(self.item_id, self.serial),) if self.serial and not self.is_settled else ()


class FaultyDecided(Aggregate.Event):
    """What became of a faulty piece of ours; only a refurbished one has a value again, in euro each."""

    TOPIC = "rma.faulty-decided.v1"
    item_id: UUID
    decision: FaultyDecision
    unit_cost: Level | None
    note: RecordRef | None


class Worked(Aggregate.Event):
    """Parts were fitted and hours worked in an item's repair; `charges` is what the customer pays for it."""

    TOPIC = "rma.worked.v1"
    item_id: UUID
    work_id: UUID
    parts: tuple[FittedPart, ...]
    hours: Quantity | None
    charges: tuple[NoteCharge, ...]


class DiagnosisFeeProposed(Aggregate.Event):
    """The diagnosis of an item that was not repaired is to be charged; `source` is the price list, if one says so."""

    TOPIC = "rma.diagnosis-fee-proposed.v1"
    item_id: UUID
    fee: NoteCharge
    source: str | None


class DiagnosisFeeWaived(Aggregate.Event):
    """The diagnosis is not charged."""

    TOPIC = "rma.diagnosis-fee-waived.v1"
    item_id: UUID
    reason: str


class LabelsAsked(Aggregate.Event):
    """Labels are to be printed for pieces of the return."""

    TOPIC = "rma.labels-asked.v1"
    labels: tuple[ItemLabel, ...]
    dated_on: date
