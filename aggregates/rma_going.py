"""Decisions on what leaves for a return (uscite del reso): pieces sent back, replacements, loaners."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from aggregates import rma_facts as facts
from aggregates.base import Act, require
from aggregates.record_ref import RecordRef
from aggregates.rma_items import Loaner, RmaItem
from aggregates.rma_parts import RmaParts
from aggregates.rma_refusals import (
    ItemReplaced,
    ItemSettled,
    NothingToSendBack,
    OutcomeMissing,
    RmaNotAuthorised,
)
from aggregates.rma_state import ItemState


class RmaGoing(RmaParts):
    """The decisions of a return about goods that leave."""

    def may_replace(self, item_id: UUID) -> RmaItem:
        """The item that a replacement is to be sent for. Raises `RmaNotAuthorised`, `ItemReplaced`, `ItemSettled`."""
        self._require_open()
        require(self.number is not None, RmaNotAuthorised)
        item = self.item(item_id)
        require(item_id not in self.replaced, ItemReplaced, description=item.description)
        require(self.state(item_id) is not ItemState.SETTLED, ItemSettled, description=item.description)
        return item

    def send_replacement(
        self,
        item_id: UUID,
        note: RecordRef,
        article_id: UUID,
        serial: str | None,
        serial_item_id: UUID | None,
        subject_to_claim: bool,
        act: Act,
    ) -> None:
        """Record that another piece went out. Raises what `may_replace` raises."""
        self.may_replace(item_id)
        fields = {"article_id": article_id, "serial": serial, "serial_item_id": serial_item_id}
        self._record(
            facts.ReplacementSent, act=act, item_id=item_id, note=note, subject_to_claim=subject_to_claim, **fields
        )

    def decide_claim(self, note: RecordRef, accepted: bool, reason: str, act: Act) -> None:
        """Record whether the claim for a replacement held."""
        if self.claims.get(note.id) is not accepted:
            self._record(facts.ClaimDecided, act=act, note=note, accepted=accepted, reason=reason)

    def to_send_back(self, item_ids: Sequence[UUID]) -> list[RmaItem]:
        """The items named, or all that are ready.

        Raises `ItemNotReceived`, `OutcomeMissing`, `ItemSettled`, `ItemAtSupplier`, `NothingToSendBack`.
        """
        self._require_open()
        wanted = item_ids or [one for one in self.items if self._is_ready(one)]
        require(bool(wanted), NothingToSendBack)
        for item_id in wanted:
            self._require_here(item_id)
            outcome, what = self.outcomes.get(item_id), self.items[item_id].description
            if outcome is None:
                raise OutcomeMissing(description=what)
        return [self.items[item_id] for item_id in wanted]

    def ship(self, item_ids: Sequence[UUID], note: RecordRef, act: Act) -> None:
        """Record that items went back. Raises what `to_send_back` raises."""
        self.to_send_back(item_ids)
        self._record(facts.Shipped, act=act, item_ids=tuple(item_ids), note=note)

    def note_cancelled(self, note: RecordRef, act: Act) -> None:
        """Take back what a cancelled delivery note had done.

        Raises `RmaOver` once the return has ended, but for notes of faulty pieces, which are ours.
        """
        if not self._is_about_ours(note.id):
            self._require_open()
        back = [self.items[item_id] for item_id, by in self.shipped.items() if by == note.id]
        serials = {item.item_id: item.serial for item in back if item.serial}
        self._record(facts.NoteCancelled, act=act, note=note, serials=serials)

    def give_loaner(
        self,
        loaner: Loaner,
        serials: tuple[str, ...],
        act: Act,
        *,
        given_on: date | None = None,
        return_by: date | None = None,
    ) -> None:
        """Record that the customer has a loaner. Raises `RmaOver`."""
        self._require_open()
        days = {"given_on": given_on, "return_by": return_by}
        told = {"note": loaner.note, "description": loaner.description, "serials": serials}
        self._record(facts.LoanerGiven, act=act, **told, **days)

    def return_loaner(self, note: RecordRef, act: Act, returned_on: date | None = None) -> None:
        """Record that a loaner is back."""
        if note.id in self.loaners:
            self._record(facts.LoanerReturned, act=act, note=note, returned_on=returned_on)

    def sell_loaner(self, note: RecordRef, sale: RecordRef, act: Act) -> None:
        """Record that the customer keeps a loaner and pays for it."""
        if note.id in self.loaners:
            self._record(facts.LoanerSold, act=act, note=note, sale=sale)

    def _is_about_ours(self, note_id: UUID) -> bool:
        of_note = [item_id for item_id, repair in self.at_supplier.items() if repair.note.id == note_id]
        return note_id in self.faulty_notes.values() or (bool(of_note) and all(self.is_ours(one) for one in of_note))

    def _is_ready(self, item_id: UUID) -> bool:
        outcome = self.outcomes.get(item_id)
        here = item_id not in self.at_supplier
        return (
            here
            and self.state(item_id) is ItemState.DECIDED
            and outcome is not None
            and outcome.return_reason is not None
        )
