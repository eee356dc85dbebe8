"""Planning a call (pianificazione): who takes charge of it, what is to be done, when and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from aggregates import call_facts as facts
from aggregates.base import Act, require
from aggregates.call_refusals import (
    ActivityOver,
    AlreadyAssigned,
    NotAssigned,
    SkillMissing,
    SlotTooLong,
    VisitUnderWay,
)
from aggregates.call_state import CallState
from aggregates.call_values import (
    TRANSITIONS,
    Activity,
    ActivityState,
    CallStatus,
    Step,
)
from aggregates.technician import TechnicianProfile
from aggregates.values import Slot
from aggregates.work_report import ActivityMode

LONGEST_SLOT_DAYS = 14


class CallPlanning(CallState):
    """The decisions of a call up to the technician's arrival."""

    def take_charge(self, technician_id: UUID | None, act: Act) -> None:
        """Answer for the call (presa in carico); once it is taken, only another technician is news."""
        self._require_live()
        if self.status is CallStatus.OPEN or technician_id not in (None, self.taken_by):
            status = TRANSITIONS[Step.TAKE_CHARGE].get(self.status, self.status)
            self._record(facts.TakenInCharge, act=act, status=status, technician_id=technician_id)

    def plan_activity(
        self,
        activity_id: UUID,
        kind: str,
        act: Act,
        *,
        mode: ActivityMode = ActivityMode.VISIT,
        skill: str | None = None,
        minutes: int | None = None,
        serial_item_ids: Sequence[UUID] = (),
        note: str | None = None,
    ) -> None:
        """Plan something to be done; an activity planned already stays as it is."""
        self._require_live()
        if activity_id not in self.activities:
            self._record(
                facts.ActivityPlanned,
                act=act,
                activity_id=activity_id,
                kind=kind,
                mode=mode,
                skill=skill or self.skill,
                minutes=minutes,
                serial_item_ids=tuple(serial_item_ids),
                note=note,
            )

    def assign(
        self, activity_id: UUID, technician: TechnicianProfile, slot: Slot, act: Act, override: str | None = None
    ) -> None:
        """Put an activity on a technician's agenda.

        The log refuses with `SlotTaken` when the time is taken, unless `override` says why it is taken all the same.
        Raises `AlreadyAssigned`, `SkillMissing`, `SlotTooLong`.
        """
        status = self._after(Step.ASSIGN)
        activity = self._activity(activity_id)
        if _holds(activity, technician, slot, override):
            return
        require(not activity.on_agenda, AlreadyAssigned)
        require(activity.state is ActivityState.PLANNED, ActivityOver)
        _check_fit(activity, technician, slot)
        self._record(
            facts.TechnicianAssigned,
            act=act,
            status=status,
            activity_id=activity_id,
            technician_id=technician.id,
            slot=slot,
            override=override,
        )

    def reassign(
        self, activity_id: UUID, technician: TechnicianProfile, slot: Slot, act: Act, override: str | None = None
    ) -> None:
        """Move an activity to another technician or time. Raises as `assign`, and `NotAssigned`, `VisitUnderWay`."""
        self._require_live()
        activity = self._activity(activity_id)
        if _holds(activity, technician, slot, override):
            return
        require(activity.state is not ActivityState.ARRIVED, VisitUnderWay)
        require(activity.state is ActivityState.ASSIGNED, NotAssigned)
        _check_fit(activity, technician, slot)
        self._record(
            facts.Reassigned,
            act=act,
            activity_id=activity_id,
            technician_id=technician.id,
            slot=slot,
            override=override,
            previous_technician_id=activity.technician_id,
            previous_slot=activity.slot,
        )

    def unassign(self, activity_id: UUID, reason: str, act: Act) -> None:
        """Take an activity off the agenda; it stays to be done. Raises `VisitUnderWay`."""
        self._require_live()
        activity = self._activity(activity_id)
        require(activity.state is not ActivityState.ARRIVED, VisitUnderWay)
        if activity.state is ActivityState.ASSIGNED:
            others = any(a.on_agenda for a in self.activities.values() if a.activity_id != activity_id)
            self._record(
                facts.Unassigned,
                act=act,
                status=self.status if others else self._after(Step.UNASSIGN),
                activity_id=activity_id,
                technician_id=activity.technician_id,
                reason=reason,
            )

    def arrive(self, activity_id: UUID, act: Act) -> None:
        """The technician reaches the customer at `act.at`. Raises `NotAssigned`."""
        status = self._after(Step.ARRIVE)
        activity = self._activity(activity_id)
        if activity.state is ActivityState.ARRIVED:
            return
        require(activity.state is ActivityState.ASSIGNED, NotAssigned)
        self._record(
            facts.Arrived, act=act, status=status, activity_id=activity_id, technician_id=activity.technician_id
        )


def _holds(activity: Activity, technician: TechnicianProfile, slot: Slot, override: str | None) -> bool:
    held = (activity.technician_id, activity.slot, activity.override)
    return activity.on_agenda and held == (technician.id, slot, override)


def _check_fit(activity: Activity, technician: TechnicianProfile, slot: Slot) -> None:
    require(slot.minutes <= LONGEST_SLOT_DAYS * 24 * 60, SlotTooLong, days=LONGEST_SLOT_DAYS)
    require(activity.skill is None or activity.skill in technician.skills, SkillMissing, skill=activity.skill)
