"""Decisions on goods that come in (arrivi del reso): taken along, identified, missing, labelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

from aggregates import rma_facts as facts
from aggregates.base import Act, require
from aggregates.delivery_note_refusals import ReasonForActMissing
from aggregates.record_ref import RecordRef
from aggregates.rma_items import ItemLabel, KeptIn, PickUpPurpose, ReceivedItem, Remainder, RmaItem
from aggregates.rma_parts import RmaParts
from aggregates.rma_refusals import ItemSettled, NothingMissing, RmaNotAuthorised
from aggregates.rma_state import ItemState
from aggregates.rules.stock_levels import ZERO


class RmaComing(RmaParts):
    """The decisions of a return about goods that come in."""

    def arriving(
        self, receipt_id: UUID, items: Sequence[ReceivedItem]
    ) -> tuple[tuple[ReceivedItem, ...], tuple[Remainder, ...]]:
        """What comes, by the items it is of: once the earlier pieces of an item are settled, the rest is one by itself.

        So each has its own diagnosis, outcome and way back. Raises `RmaItemUnknown`.
        """
        begun: dict[UUID, Remainder] = {}
        came = []
        for one in items:
            item_id = self._latest(one.item_id)
            if self._begins_anew(item_id):
                begun[item_id] = self._remainder(receipt_id, item_id)
                item_id = begun[item_id].item.item_id
            came.append(one.model_copy(update={"item_id": item_id}))
        return tuple(came), tuple(begun.values())

    def not_come(self, item_id: UUID) -> Decimal:
        """How much of an item has not come, noted as missing or not; one where all came, which is then refused."""
        latest = self._latest(item_id)
        return self.short.get(latest, Decimal(1))

    def pick_up(
        self,
        receipt_id: UUID,
        picked_up_on: date,
        purpose: PickUpPurpose,
        items: Sequence[ReceivedItem],
        act: Act,
        *,
        technician_id: UUID | None,
        handed_by: str | None,
        signature_sha256: str | None,
    ) -> str:
        """Number the receipt left with the customer for goods just received; answers the number."""
        number = f"{self.number}/{len(self.pick_ups) + 1}"
        who = {"technician_id": technician_id, "handed_by": handed_by, "signature_sha256": signature_sha256}
        self._record(
            facts.PickedUp,
            act=act,
            receipt_id=receipt_id,
            number=number,
            picked_up_on=picked_up_on,
            purpose=purpose,
            items=tuple(items),
            **who,
        )
        return number

    def bring_in(self, kept: dict[UUID, KeptIn], act: Act) -> None:
        """Record that goods went from the van to where they are worked on."""
        for item_id in kept:
            self._require_here(item_id)
        changed = {item_id: place for item_id, place in kept.items() if self.kept.get(item_id) != place}
        if changed:
            self._record(facts.BroughtIn, act=act, item_ids=tuple(changed), kept=changed)

    def identify(self, item: RmaItem, kept: KeptIn | None, act: Act) -> None:
        """Say what an item really is; how many they are stays. Raises `RmaItemUnknown`, `ItemSettled`."""
        self._require_open()
        known = self.item(item.item_id)
        require(self.state(item.item_id) is not ItemState.SETTLED, ItemSettled, description=known.description)
        self._require_not_away(known)
        item = item.model_copy(update={"quantity": known.quantity})
        if item != known:
            self._record(facts.ItemIdentified, act=act, item=item, kept=kept)

    def hand_on(self, item_id: UUID, to: RecordRef, act: Act) -> None:
        """Record that an item belongs to another return. Raises `ItemNotReceived`, `ItemSettled`."""
        self._require_here(item_id)
        self._record(facts.ItemHandedOn, act=act, item_id=item_id, to=to)

    def note_missing(self, item_id: UUID, reason: str, act: Act) -> None:
        """Note that what is still to come of an item does not come. Raises `NothingMissing`."""
        self._require_open()
        item, still = self.item(item_id), self.still(item_id)
        if not still and item_id in self.missing:
            return
        require(still > 0, NothingMissing, description=item.description)
        require(bool(reason.strip()), ReasonForActMissing)
        self._record(facts.MissingNoted, act=act, item_id=item_id, quantity=still, reason=reason.strip())

    def ask_labels(self, item_ids: Sequence[UUID], dated_on: date, act: Act) -> tuple[ItemLabel, ...]:
        """Have labels printed, one a piece, of the items named or of all. Raises `RmaNotAuthorised`."""
        require(self.number is not None, RmaNotAuthorised)
        labels = tuple(label for item_id in item_ids or self.items for label in self._labels(item_id))
        self._record(facts.LabelsAsked, act=act, labels=labels, dated_on=dated_on)
        return labels

    def _latest(self, item_id: UUID) -> UUID:
        """The item that later pieces of an item are."""
        while item_id in self.remainders:
            item_id = self.remainders[item_id]
        return self.item(item_id).item_id

    def _begins_anew(self, item_id: UUID) -> bool:
        received = self.received.get(item_id, ZERO)
        is_partly_here = ZERO < received < self.items[item_id].quantity
        return is_partly_here and self.state(item_id) is ItemState.SETTLED

    def _remainder(self, receipt_id: UUID, item_id: UUID) -> Remainder:
        """A serial is of one piece, which came."""
        item = self.items[item_id]
        rest = {
            "item_id": uuid5(receipt_id, str(item_id)),
            "quantity": item.quantity - self.received[item_id],
            "serial": None,
            "serial_item_id": None,
        }
        return Remainder(of=item_id, item=item.model_copy(update=rest))

    def _labels(self, item_id: UUID) -> list[ItemLabel]:
        """One for each whole piece; goods by weight or metre have one."""
        item, code = self.item(item_id), f"{self.number}-{self.line_of(item_id)}"
        pieces = max(1, int(max(item.quantity, self.received.get(item_id, ZERO))))
        many = pieces > 1
        return [ItemLabel(item_id=item_id, piece=n, code=f"{code}-{n}" if many else code) for n in range(1, pieces + 1)]
