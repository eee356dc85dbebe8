"""Further bookings of a visit (impegni dell'intervento): several technicians, several days, and visits that fail."""

from __future__ import annotations

from uuid import UUID

from aggregates import call_booking_facts as booked
from aggregates import call_facts as facts
from aggregates.base import Act, require
from aggregates.call_booking_values import Booking
from aggregates.call_refusals import (
    BookingIdTaken,
    NotAssigned,
    ReasonMissing,
    SkillMissing,
    SlotTooLong,
    VisitUnderWay,
)
from aggregates.call_state import LONGEST_SLOT_DAYS, CallState
from aggregates.call_values import Activity, CallStatus
from aggregates.technician import TechnicianProfile


class CallBookings(CallState):
    """The decisions about who else comes to a visit, and on which other days."""

    def book(self, activity_id: UUID, booking: Booking, technician: TechnicianProfile, act: Act) -> None:
        """Book a further technician, or a further stretch of time, for a visit on the agenda.

        Whoever lacks the skill comes as a helper: the visit's own technician has it. The log refuses with `SlotTaken`
        when the time is taken. Raises `NotAssigned`, `BookingIdTaken`, `SkillMissing`, `SlotTooLong`.
        """
        self._require_live()
        activity = self._activity(activity_id)
        if booking in activity.bookings:
            return
        taken = booking.booking_id in self.activities or self.visit_of(booking.booking_id) is not None
        require(not taken, BookingIdTaken, booking_id=str(booking.booking_id))
        require(activity.on_agenda, NotAssigned)
        _check_fit(activity, booking, technician)
        self._record(booked.BookingAdded, act=act, activity_id=activity_id, booking=booking)

    def move_booking(self, booking: Booking, technician: TechnicianProfile, act: Act) -> None:
        """Give a booking another technician or time. Raises as `book`, and `BookingUnknown`, `VisitUnderWay`."""
        self._require_live()
        previous = self.booking(booking.booking_id)
        visit = self.visit_of(booking.booking_id)
        assert visit is not None
        if previous == booking:
            return
        require(not previous.arrived, VisitUnderWay)
        _check_fit(visit, booking, technician)
        self._record(booked.BookingMoved, act=act, activity_id=visit.activity_id, booking=booking, previous=previous)

    def drop_booking(self, booking_id: UUID, reason: str, act: Act) -> None:
        """Give a booking up; one that is over already changes nothing. Raises `VisitUnderWay`."""
        self._require_live()
        visit = self.visit_of(booking_id)
        if visit is not None:
            booking = self.booking(booking_id)
            require(not booking.arrived, VisitUnderWay)
            self._record(
                booked.BookingDropped,
                act=act,
                activity_id=visit.activity_id,
                booking_id=booking_id,
                technician_id=booking.technician_id,
                reason=reason,
            )

    def miss(self, activity_id: UUID, reason: str, act: Act) -> None:
        """Nothing came of a visit, before or after arrival: it goes back to be planned with all its bookings.

        The time of arrival stays what it was, and so does the ON_SITE clock. Raises `NotAssigned`, `ReasonMissing`.
        """
        self._require_live()
        activity = self._activity(activity_id)
        require(activity.on_agenda, NotAssigned)
        require(bool(reason.strip()), ReasonMissing)
        self._record(
            facts.Unassigned,
            act=act,
            status=self._status_without(activity_id),
            activity_id=activity_id,
            technician_id=activity.technician_id,
            reason=reason.strip(),
            released=tuple(booking.booking_id for booking in activity.bookings),
        )

    def _status_without(self, activity_id: UUID) -> CallStatus:
        others = [a for a in self.activities.values() if a.activity_id != activity_id]
        if any(other.is_under_way for other in others):
            return CallStatus.WORKING
        if any(other.on_agenda or other.bookings for other in others):
            return CallStatus.PLANNED
        if self.performed:
            return CallStatus.WORKED if self.unreported() else CallStatus.REPORTED
        return CallStatus.TAKEN_IN_CHARGE


def _check_fit(visit: Activity, booking: Booking, technician: TechnicianProfile) -> None:
    require(booking.slot.minutes <= LONGEST_SLOT_DAYS * 24 * 60, SlotTooLong, days=LONGEST_SLOT_DAYS)
    is_able = booking.helper or visit.skill is None or visit.skill in technician.skills
    require(is_able, SkillMissing, skill=visit.skill)
