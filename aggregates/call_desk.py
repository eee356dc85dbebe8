"""At the desk (banco chiamate): whose a call is, which machines it is about, who answers for it, duplicates merged."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from aggregates import call_desk_facts as facts
from aggregates import call_facts
from aggregates.base import Act, require
from aggregates.call_desk_refusals import (
    AlreadyIdentified,
    CallIsMerged,
    CustomersDiffer,
    ItemInUse,
    MergeIntoItself,
)
from aggregates.call_refusals import CallIsClosed, ReasonMissing, WorkDone
from aggregates.call_state import CallState
from aggregates.call_values import CallStatus, Step
from aggregates.coverage import Coverage


class CallDesk(CallState):
    """The decisions of whoever sits at the telephone."""

    def identify(
        self,
        party_id: UUID,
        site_id: UUID | None,
        serial_item_ids: Sequence[UUID],
        coverage: Coverage,
        act: Act,
    ) -> None:
        """Say whose call it is; coverage is then decided for the first time, or with a reason once more (R1.3).

        Raises `AlreadyIdentified` for another customer, once work was done for the one known, and `ReasonMissing`.
        """
        self._require_live()
        known = (self.party_id, self.site_id, self.serial_item_ids)
        said = (party_id, site_id, tuple(dict.fromkeys(serial_item_ids)))
        if known == said:
            return
        moved = self.party_id not in (None, party_id)
        require(not (moved and self.performed), AlreadyIdentified)
        require(self.party_id is None or bool(act.why), ReasonMissing)
        self._record(facts.Identified, act=act, party_id=party_id, site_id=site_id, serial_item_ids=said[2])
        self._cover(coverage, act)

    def change_items(self, serial_item_ids: Sequence[UUID], coverage: Coverage, act: Act) -> None:
        """The call is about these machines; what was decided for those that stay stays so (R1.3).

        Raises `ReasonMissing`, and `ItemInUse` for a machine that work, parts or costs stand on.
        """
        self._require_live()
        wanted = tuple(dict.fromkeys(serial_item_ids))
        if set(wanted) == set(self.serial_item_ids):
            return
        require(bool(act.why), ReasonMissing)
        removed = tuple(key for key in self.serial_item_ids if key not in wanted)
        in_use = next((key for key in removed if key in self._machines_in_use()), None)
        require(in_use is None, ItemInUse, serial_item_id=str(in_use))
        kept = (*(key for key in self.serial_item_ids if key in wanted),)
        added = tuple(key for key in wanted if key not in self.serial_item_ids)
        self._record(facts.ItemsChanged, act=act, serial_item_ids=(*kept, *added), added=added, removed=removed)
        self._cover(self.coverage.for_items((*kept, *added), coverage), act)

    def hand_over(self, to: str, note_id: UUID, note: str, act: Act, activity_id: UUID | None = None) -> None:
        """Another operator answers for the call, or for one activity of it. Raises `ActivityUnknown`."""
        self._require_live()
        if activity_id is not None:
            self._activity(activity_id)
        previous = self.operators.get(activity_id)
        if previous != to:
            told = {"to": to, "previous": previous, "activity_id": activity_id}
            self._record(facts.HandedOver, act=act, **told, note_id=note_id, note=note.strip())

    def absorb(self, duplicate: CallDesk, number: str | None, coverage: Coverage | None, act: Act) -> None:
        """Keep what a duplicate said: its caller, notes and machines; `coverage` is for machines that are new here.

        Raises `MergeIntoItself`, `CustomersDiffer`, and as every other work on the call.
        """
        self.check_absorbs(duplicate)
        if duplicate.id in self.absorbed:
            return
        added = self.new_from(duplicate)
        self._record(
            facts.Absorbed,
            act=act,
            call_id=duplicate.id,
            number=number,
            caller=duplicate.caller,
            fault=duplicate.fault,
            customer_reference=duplicate.customer_reference,
            serial_item_ids=added,
            notes=tuple(facts.NoteCarried(note_id=key, text=text) for key, text in duplicate.notes.items()),
        )
        if added and coverage is not None:
            self._cover(self.coverage.for_items(self.serial_item_ids, coverage), act)

    def check_absorbs(self, duplicate: CallDesk) -> None:
        """See `absorb`."""
        require(duplicate.id not in (self.id, self.merged_into), MergeIntoItself)
        self._require_live()
        require(duplicate.party_id in (None, self.party_id), CustomersDiffer)

    def new_from(self, duplicate: CallDesk) -> tuple[UUID, ...]:
        """The machines that only the duplicate names."""
        return tuple(key for key in duplicate.serial_item_ids if key not in self.serial_item_ids)

    def merge_into(self, survivor: CallDesk, survivor_number: str | None, act: Act) -> None:
        """End as a duplicate: without result, without charges. Raises `WorkDone`, `CallIsClosed`, `CallIsMerged`."""
        if self.merged_into == survivor.id:
            return
        if self.merged_into is not None:
            raise CallIsMerged(call_id=str(self.merged_into), number=self.survivor_number or "?")
        require(self.status is not CallStatus.CLOSED, CallIsClosed)
        require(not self.performed and not any(a.is_under_way for a in self.activities.values()), WorkDone)
        if self.status is not CallStatus.CANCELLED:
            status, released = self._after(Step.CANCEL), self._planned_time()
            why = act.why or "duplicate"
            self._record(call_facts.Cancelled, act=act, status=status, reason=why, released=released)
        self._record(facts.MergedInto, act=act, survivor_id=survivor.id, survivor=survivor_number)

    def _machines_in_use(self) -> set[UUID]:
        used = {key for done in self.performed.values() for key in done.serial_item_ids}
        used |= {key for activity in self.activities.values() for key in activity.serial_item_ids}
        used |= {part.serial_item_id for part in self.used_parts.values() if part.serial_item_id}
        used |= {charge.serial_item_id for charge in self.charges.values() if charge.serial_item_id}
        return used | {one.serial_item_id for one in self.expenses.values() if one.serial_item_id}

    def _cover(self, coverage: Coverage, act: Act) -> None:
        if coverage != self.coverage:
            self._record(call_facts.CoverageDecidedAgain, act=act, coverage=coverage)
