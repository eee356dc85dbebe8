"""Decisions on goods at suppliers (invio in riparazione al fornitore), and on faulty pieces that became ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates import rma_facts as facts
from aggregates.base import Act, require
from aggregates.delivery_note_values import SenderNote
from aggregates.record_ref import RecordRef
from aggregates.rma_items import FaultyDecision, RmaItem, SupplierRepair, SupplierResult
from aggregates.rma_parts import RmaParts
from aggregates.rma_refusals import (
    ClaimNotFailed,
    FaultyAlreadyDecided,
    ItemNotAtSupplier,
    NotOurFaultyPiece,
    SupplierNoteUnknown,
)
from aggregates.rma_state import ItemState


class RmaSupplier(RmaParts):
    """The decisions of a return about goods that a supplier repairs, and about our own faulty ones."""

    def may_send_to_supplier(self, item_ids: Sequence[UUID]) -> list[RmaItem]:
        """The items that may go: customers' goods that are here, or faulty pieces of ours nothing is decided about.

        Raises `ItemNotReceived`, `ItemSettled`, `ItemAtSupplier`, `FaultyAlreadyDecided`, `RmaOver`.
        """
        for item_id in item_ids:
            if self.is_ours(item_id):
                self._require_undecided(item_id)
            else:
                self._require_here(item_id)
        return [self.item(item_id) for item_id in item_ids]

    def send_to_supplier(self, repair: SupplierRepair, act: Act) -> None:
        """Record that items went to a supplier. Raises what `may_send_to_supplier` raises."""
        self.may_send_to_supplier(repair.item_ids)
        fields = {"supplier_rma": repair.supplier_rma, "expected_on": repair.expected_on}
        self._record(
            facts.SentToSupplier,
            act=act,
            item_ids=repair.item_ids,
            note=repair.note,
            supplier=repair.supplier,
            **fields,
        )

    def answer_of_supplier(self, note_id: UUID, supplier_rma: str | None, expected_on: date | None, act: Act) -> None:
        """Note the supplier's number and day; what is left out stays. Raises `SupplierNoteUnknown`."""
        known = next((one for one in self.at_supplier.values() if one.note.id == note_id), None)
        if known is None:
            raise SupplierNoteUnknown
        told = (supplier_rma or known.supplier_rma, expected_on or known.expected_on)
        if told != (known.supplier_rma, known.expected_on):
            fields = {"supplier_rma": told[0], "expected_on": told[1]}
            self._record(facts.SupplierAnswered, act=act, note=known.note, **fields)

    def repair_of(self, item_id: UUID) -> SupplierRepair:
        """Where an item is. Raises `ItemNotAtSupplier`."""
        item = self.item(item_id)
        repair = self.at_supplier.get(item_id)
        if repair is None:
            raise ItemNotAtSupplier(description=item.description)
        return repair

    def back_from_supplier(
        self,
        item_id: UUID,
        result: SupplierResult,
        returned_on: date,
        act: Act,
        *,
        cost: Decimal | None = None,
        serial: str | None = None,
        serial_item_id: UUID | None = None,
        sender_note: SenderNote | None = None,
    ) -> None:
        """Record what came back. Raises `ItemNotAtSupplier`."""
        note = self.repair_of(item_id).note
        fields = {"cost": cost, "serial": serial, "serial_item_id": serial_item_id, "sender_note": sender_note}
        self._record(
            facts.BackFromSupplier,
            act=act,
            item_id=item_id,
            note=note,
            result=result,
            returned_on=returned_on,
            is_settled=self.state(item_id) is ItemState.SETTLED,
            **fields,
        )

    def decide_faulty(
        self, item_id: UUID, decision: FaultyDecision, act: Act, *, unit_cost: Decimal | None, note: RecordRef | None
    ) -> None:
        """Record what becomes of a faulty piece of ours; the return may have ended meanwhile.

        Raises `NotOurFaultyPiece`, `FaultyAlreadyDecided`, `ItemAtSupplier`.
        """
        if decision is FaultyDecision.GIVEN_BACK:
            self.may_give_back(item_id)
        self._require_undecided(item_id)
        self._record(facts.FaultyDecided, act=act, item_id=item_id, decision=decision, unit_cost=unit_cost, note=note)

    def may_give_back(self, item_id: UUID) -> RmaItem:
        """The replaced piece that the customer may have back, unrepaired.

        Raises `NotOurFaultyPiece`, `FaultyAlreadyDecided`, `ItemAtSupplier`, `ClaimNotFailed`.
        """
        self._require_undecided(item_id)
        item, sent = self.item(item_id), self.replaced.get(item_id)
        failed = sent is not None and self.claims.get(sent.id) is False
        require(failed, ClaimNotFailed, description=item.description)
        return item

    def _require_undecided(self, item_id: UUID) -> None:
        item = self.item(item_id)
        require(self.is_ours(item_id), NotOurFaultyPiece, description=item.description)
        is_open = item_id not in self.faulty and item_id not in self.supplier_credits
        require(is_open, FaultyAlreadyDecided, description=item.description)
        self._require_not_away(item)
