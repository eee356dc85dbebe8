"""Appointment (appuntamento): what customer and technician were asked and answered about a visit's time (AGE-5).

A confirmation is for a technician at a time: when the visit moves, on whatever way, it lapses by itself. The customer's
is for the time alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from aggregates.appointment_values import Offer, Place, ProposedTime, Side, appointment_id
from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.call_values import Channel
from aggregates.values import PersonRef


class AlternativeUnknown(Refusal):
    """This time is not among those proposed; choose one of them, or propose it first."""

    status = 404


class AlternativesMissing(Refusal):
    """Say which times to propose, or put the visit on an agenda first."""

    status = 422


class TimeTakenMeanwhile(Refusal):
    """The time from {starts_at} to {ends_at} was taken after it was proposed; agree on another one."""


class VisitNotTheirs(Refusal):
    """The visit is on another technician's agenda by now; look at it again."""


class Appointment(Aggregate):
    """The agreement about one visit."""

    TOPIC = "appointment"

    class Begun(FirstEvent):
        """A visit's time is being agreed on."""

        TOPIC = "appointment.begun.v1"
        call_id: UUID
        activity_id: UUID

    class Proposed(Aggregate.Event):
        """One or several times were proposed to the customer; earlier ones no longer stand."""

        TOPIC = "appointment.proposed.v1"
        call_id: UUID
        activity_id: UUID
        offer: Offer

    class ConfirmedByCustomer(Aggregate.Event):
        """The customer agrees to the time."""

        TOPIC = "appointment.confirmed-by-customer.v1"
        activity_id: UUID
        place: Place
        alternative_id: UUID | None
        person: PersonRef | None
        channel: Channel

    class ConfirmedByTechnician(Aggregate.Event):
        """The technician says that they will be there."""

        TOPIC = "appointment.confirmed-by-technician.v1"
        activity_id: UUID
        place: Place

    class Declined(Aggregate.Event):
        """Customer or technician cannot: what was proposed and confirmed no longer stands."""

        TOPIC = "appointment.declined.v1"
        activity_id: UUID
        side: Side
        reason: str

    class Moved(Aggregate.Event):
        """Somebody asked for another time, which the visit now has; confirmations of the time before lapse."""

        TOPIC = "appointment.moved.v1"
        activity_id: UUID
        previous: Place
        place: Place
        asked_by: Side | None
        reason: str | None

    class Missed(Aggregate.Event):
        """Somebody was not there: the visit goes back to be planned."""

        TOPIC = "appointment.missed.v1"
        activity_id: UUID
        place: Place
        side: Side
        reason: str

    # Decide

    @classmethod
    def of(cls, call_id: UUID, activity_id: UUID, act: Act) -> Appointment:
        """Begin to agree on a visit's time."""
        stream_id = appointment_id(activity_id)
        return cls.begin(cls.Begun, id=stream_id, act=act, call_id=call_id, activity_id=activity_id)

    def propose(self, alternatives: Sequence[ProposedTime], to: PersonRef | None, channel: Channel, act: Act) -> None:
        """Propose times to the customer; the same ones again record nothing. Raises `AlternativesMissing`."""
        require(bool(alternatives), AlternativesMissing)
        offer = Offer(alternatives=tuple(alternatives), to=to, channel=channel)
        if offer != self.offer:
            self.trigger_event(self.Proposed, act=act, call_id=self.call_id, activity_id=self.activity_id, offer=offer)

    def alternative(self, alternative_id: UUID) -> ProposedTime:
        """One of the times that stand proposed. Raises `AlternativeUnknown`."""
        standing = self.offer.alternatives if self.offer else ()
        found = next((one for one in standing if one.alternative_id == alternative_id), None)
        if found is None:
            raise AlternativeUnknown
        return found

    def confirm_by_customer(
        self, place: Place, alternative_id: UUID | None, person: PersonRef | None, channel: Channel, act: Act
    ) -> None:
        """The customer agrees to the time that the visit has; agreed already, it records nothing."""
        if self.customer_agreed is None or self.customer_agreed.slot != place.slot:
            self.trigger_event(
                self.ConfirmedByCustomer,
                act=act,
                activity_id=self.activity_id,
                place=place,
                alternative_id=alternative_id,
                person=person,
                channel=channel,
            )

    def confirm_by_technician(self, technician_id: UUID | None, place: Place, act: Act) -> None:
        """The visit's technician agrees. Raises `VisitNotTheirs` when it is another's by now."""
        require(technician_id in (None, place.technician_id), VisitNotTheirs)
        if self.technician_agreed != place:
            self.trigger_event(self.ConfirmedByTechnician, act=act, activity_id=self.activity_id, place=place)

    def decline(self, side: Side, reason: str, act: Act) -> None:
        """Somebody cannot; said already and nothing proposed since, it records nothing."""
        if self.declined != (side, reason):
            self.trigger_event(self.Declined, act=act, activity_id=self.activity_id, side=side, reason=reason)

    def move(self, previous: Place, place: Place, asked_by: Side | None, reason: str | None, act: Act) -> None:
        """Remember that the visit moved, and for whom; nothing when it stays where it was."""
        if previous != place:
            told = {"previous": previous, "place": place, "asked_by": asked_by, "reason": reason}
            self.trigger_event(self.Moved, act=act, activity_id=self.activity_id, **told)

    def miss(self, place: Place, side: Side, reason: str, act: Act) -> None:
        """Somebody was not there at this time."""
        self.trigger_event(self.Missed, act=act, activity_id=self.activity_id, place=place, side=side, reason=reason)

    # Answers

    def was_missed(self, side: Side, reason: str) -> bool:
        """Whether the last time agreed on was missed just so, and none was agreed on since."""
        return self.missed == (side, reason)

    # Evolve

    @event(Begun)
    def __init__(self, call_id: UUID, activity_id: UUID) -> None:
        self.call_id, self.activity_id = call_id, activity_id
        self.offer: Offer | None = None
        self.customer_agreed: Place | None = None
        self.technician_agreed: Place | None = None
        self.declined: tuple[Side, str] | None = None
        self.missed: tuple[Side, str] | None = None

    @event(Proposed)
    def _proposed(self, offer: Offer) -> None:
        self.offer = offer
        self.declined = self.missed = None

    @event(ConfirmedByCustomer)
    def _confirmed_by_customer(self, place: Place) -> None:
        self.customer_agreed = place
        self.declined = self.missed = None

    @event(ConfirmedByTechnician)
    def _confirmed_by_technician(self, place: Place) -> None:
        self.technician_agreed = place
        self.declined = self.missed = None

    @event(Declined)
    def _declined(self, side: Side, reason: str) -> None:
        self.offer = self.customer_agreed = self.technician_agreed = None
        self.declined = side, reason

    @event(Moved)
    def _moved(self, previous: Place, place: Place) -> None:
        self.offer = self.declined = self.technician_agreed = None
        if previous.slot != place.slot:
            self.customer_agreed = None

    @event(Missed)
    def _missed(self, side: Side, reason: str) -> None:
        self.offer = self.customer_agreed = self.technician_agreed = self.declined = None
        self.missed = side, reason
