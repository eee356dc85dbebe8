"""Planning a call (pianificazione): who takes charge of it, what is to be done, when and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from aggregates import call_facts as facts
from aggregates.base import Act, require
from aggregates.call_booking_values import Booking
from aggregates.call_refusals import (
    ActivityOver,
    AlreadyAssigned,
    ApprovalMissing,
    NotAssigned,
    SkillMissing,
    SlotTooLong,
    VisitUnderWay,
)
from aggregates.call_state import LONGEST_SLOT_DAYS, CallState
from aggregates.call_values import (
    TRANSITIONS,
    Activity,
    ActivityState,
    CallStatus,
    Step,
)
from aggregates.rules.visit_times import moved_along
from aggregates.technician import TechnicianProfile
from aggregates.values import Slot
from aggregates.work_report import ActivityMode


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
        self,
        activity_id: UUID,
        technician: TechnicianProfile,
        slot: Slot,
        act: Act,
        override: str | None = None,
        travel_minutes: int = 0,
    ) -> None:
        """Put an activity on a technician's agenda, the way there included.

        The log refuses with `SlotTaken` when the time is taken, unless `override` says why it is taken all the same.
        Raises `AlreadyAssigned`, `ApprovalMissing` while the service is blocked (R1.10), `SkillMissing`, `SlotTooLong`.
        """
        status = self._after(Step.ASSIGN)
        activity = self._activity(activity_id)
        if _holds(activity, technician, slot, override, travel_minutes):
            return
        require(not activity.on_agenda, AlreadyAssigned)
        require(activity.state is ActivityState.PLANNED, ActivityOver)
        require(not self.awaits_approval, ApprovalMissing)
        _check_fit(activity, technician, slot)
        self._record(
            facts.TechnicianAssigned,
            act=act,
            status=status,
            activity_id=activity_id,
            technician_id=technician.id,
            slot=slot,
            override=override,
            travel_minutes=travel_minutes,
        )

    def reassign(
        self,
        activity_id: UUID,
        technician: TechnicianProfile,
        slot: Slot,
        act: Act,
        override: str | None = None,
        travel_minutes: int | None = None,
    ) -> None:
        """Move an activity to another technician or time; its further bookings move as far on the wall clock.

        Without minutes of travel the way there stays as long as it was. Raises as `assign`, and `NotAssigned`,
        `VisitUnderWay`.
        """
        self._require_live()
        activity = self._activity(activity_id)
        travel = activity.travel_minutes if travel_minutes is None else travel_minutes
        if _holds(activity, technician, slot, override, travel):
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
            travel_minutes=travel,
            bookings=_moved(activity, slot),
        )

    def unassign(self, activity_id: UUID, reason: str, act: Act) -> None:
        """Take an activity off the agenda with its further bookings; it stays to be done. Raises `VisitUnderWay`."""
        self._require_live()
        activity = self._activity(activity_id)
        require(not activity.is_under_way, VisitUnderWay)
        if activity.state is ActivityState.ASSIGNED:
            others = any(a.on_agenda for a in self.activities.values() if a.activity_id != activity_id)
            self._record(
                facts.Unassigned,
                act=act,
                status=self.status if others else self._after(Step.UNASSIGN),
                activity_id=activity_id,
                technician_id=activity.technician_id,
                reason=reason,
                released=tuple(booking.booking_id for booking in activity.bookings),
            )

    def arrive(self, activity_id: UUID, act: Act) -> None:
        """A technician reaches the customer at `act.at`: the visit's own, or the one of a booking by its id.

        Raises `NotAssigned`.
        """
        status = self._after(Step.ARRIVE)
        visit = self.visit_of(activity_id)
        if visit is not None:
            booking = self.booking(activity_id)
            has_arrived, technician_id = booking.arrived, booking.technician_id
        else:
            has_arrived = self._activity(activity_id).state is ActivityState.ARRIVED
            require(self._activity(activity_id).on_agenda, NotAssigned)
            technician_id, _ = self.assignment(activity_id)
        if not has_arrived:
            self._record(facts.Arrived, act=act, status=status, activity_id=activity_id, technician_id=technician_id)


def _holds(
    activity: Activity, technician: TechnicianProfile, slot: Slot, override: str | None, travel_minutes: int
) -> bool:
    held = (activity.technician_id, activity.slot, activity.override, activity.travel_minutes)
    return activity.on_agenda and held == (technician.id, slot, override, travel_minutes)


def _moved(activity: Activity, slot: Slot) -> tuple[Booking, ...]:
    """The further bookings, moved as far as the visit; whoever is on site stays."""
    before = activity.slot or slot
    return tuple(
        one if one.arrived else one.model_copy(update={"slot": moved_along(one.slot, before.starts_at, slot.starts_at)})
        for one in activity.bookings
    )


def _check_fit(activity: Activity, technician: TechnicianProfile, slot: Slot) -> None:
    require(slot.minutes <= LONGEST_SLOT_DAYS * 24 * 60, SlotTooLong, days=LONGEST_SLOT_DAYS)
    require(activity.skill is None or activity.skill in technician.skills, SkillMissing, skill=activity.skill)
