"""What the decisions of a return share (parti del reso): items, where each stands, how decisions become facts."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from aggregates.base import Act, Aggregate, require
from aggregates.counterparty import Counterparty
from aggregates.delivery_note_values import NoteCharge, SenderNote
from aggregates.record_ref import RecordRef
from aggregates.rma_items import FaultyDecision, KeptIn, Loaner, RmaItem, SupplierRepair
from aggregates.rma_refusals import ItemAtSupplier, ItemNotReceived, ItemSettled, RmaItemUnknown, RmaOver
from aggregates.rma_state import ItemState, Outcome, RmaStatus, rma_status
from aggregates.rules.stock_levels import ZERO


class RmaParts:
    """The items of a return; `Rma` in `rma.py` fills them from its facts."""

    id: UUID
    customer: Counterparty
    call: RecordRef | None
    items: dict[UUID, RmaItem]
    number: str | None
    receipts: set[UUID]
    remainders: dict[UUID, UUID]
    """By item, the item that its later pieces are, because the earlier ones were settled."""
    pick_ups: set[UUID]
    received: dict[UUID, Decimal]
    missing: dict[UUID, Decimal]
    kept: dict[UUID, KeptIn]
    sender_notes: dict[UUID, SenderNote]
    findings: dict[UUID, tuple[str, str | None, bool | None]]
    outcomes: dict[UUID, Outcome]
    replaced: dict[UUID, RecordRef]
    substitutes: dict[UUID, UUID]
    """The item of the installed base that took an item's place, by item."""
    claims: dict[UUID, bool]
    shipped: dict[UUID, UUID]
    handed_on: dict[UUID, RecordRef]
    loaners: dict[UUID, Loaner]
    at_supplier: dict[UUID, SupplierRepair]
    """Where an item is while a supplier has it, by item."""
    supplier_costs: dict[UUID, Decimal]
    supplier_credits: set[UUID]
    """Items that a supplier kept and credited: nothing of them comes back."""
    charges: dict[UUID, tuple[NoteCharge, ...]]
    works: set[UUID]
    fees: dict[UUID, NoteCharge]
    """Diagnosis fees proposed, by item."""
    fees_waived: set[UUID]
    credits: dict[UUID, RecordRef]
    """The credit note of an item."""
    faulty: dict[UUID, FaultyDecision]
    faulty_notes: dict[UUID, UUID]
    """The delivery note that a faulty piece of ours went back to its supplier with, by item."""
    closed: bool
    cancelled: bool

    # Answers

    def item(self, item_id: UUID) -> RmaItem:
        """An item of this return. Raises `RmaItemUnknown`."""
        if item_id not in self.items:
            raise RmaItemUnknown
        return self.items[item_id]

    def line_of(self, item_id: UUID) -> int:
        """The number of an item's line, as lists and labels show it: 1 for the first."""
        return list(self.items).index(self.item(item_id).item_id) + 1

    def still(self, item_id: UUID) -> Decimal:
        """How much of an item is still to come: neither received nor noted as missing."""
        came = self.received.get(item_id, ZERO) + self.missing.get(item_id, ZERO)
        return max(ZERO, self.items[item_id].quantity - came)

    @property
    def short(self) -> dict[UUID, Decimal]:
        """How much of each item has not come, noted as missing or not."""
        came = self.received
        left = {item_id: item.quantity - came.get(item_id, ZERO) for item_id, item in self.items.items()}
        return {item_id: quantity for item_id, quantity in left.items() if quantity > 0}

    def state(self, item_id: UUID) -> ItemState:
        """Where an item stands."""
        outcome = self.outcomes.get(item_id)
        stays = outcome is not None and outcome.return_reason is None
        if stays or item_id in self.shipped or item_id in self.handed_on:
            return ItemState.SETTLED
        if outcome is not None:
            return ItemState.DECIDED
        if item_id in self.findings:
            return ItemState.DIAGNOSED
        if self.received.get(item_id):
            return ItemState.RECEIVED
        return ItemState.EXPECTED if self.still(item_id) else ItemState.MISSING

    @property
    def waiting(self) -> list[UUID]:
        """The items that are here and not settled."""
        return [one for one in self.items if self.received.get(one) and self.state(one) is not ItemState.SETTLED]

    def is_ours(self, item_id: UUID) -> bool:
        """Whether the piece became ours, and faulty: it was replaced or credited (reso merce guasta)."""
        came = bool(self.received.get(item_id))
        outcome = self.outcomes.get(item_id)
        return came and (outcome in _OURS or (outcome is None and item_id in self.replaced))

    @property
    def status(self) -> RmaStatus:
        """Where the return stands."""
        states = [self.state(item_id) for item_id in self.items]
        awaited = any(self.still(item_id) for item_id in self.items)
        numbered = self.number is not None
        return rma_status(
            numbered=numbered, cancelled=self.cancelled, closed=self.closed, items=states, awaited=awaited
        )

    def _require_open(self) -> None:
        over = self.closed or self.cancelled
        require(not over, RmaOver, number=self.number, status=self.status)

    def _require_here(self, item_id: UUID) -> None:
        self._require_open()
        item = self.item(item_id)
        require(self.received.get(item_id, ZERO) > 0, ItemNotReceived, description=item.description)
        require(self.state(item_id) is not ItemState.SETTLED, ItemSettled, description=item.description)
        self._require_not_away(item)

    def _require_not_away(self, item: RmaItem) -> None:
        away = self.at_supplier.get(item.item_id)
        if away is not None:
            raise ItemAtSupplier(description=item.description, supplier=away.supplier.name)

    def _record(self, fact: type[Aggregate.Event], /, *, act: Act, **values: object) -> None:
        """End a decision: one more fact."""
        assert isinstance(self, Aggregate)
        # The library makes each fact anew for the class that has it; the base it came from is not the one to record.
        self.trigger_event(getattr(type(self), fact.__name__), act=act, **values)


_OURS = (Outcome.REPLACED, Outcome.CREDITED)
