"""The facts of a visit's further bookings (impegni dell'intervento); `Call` in `call.py` lists them as its own."""

from __future__ import annotations

from uuid import UUID

from aggregates.base import Aggregate, Claim
from aggregates.call_booking_values import Booking


class BookingAdded(Aggregate.Event):
    """A further technician, or a further stretch of time, is booked for a visit."""

    TOPIC = "call.booking-added.v1"
    activity_id: UUID
    booking: Booking

    def claims(self) -> tuple[Claim, ...]:
        """The technician's time."""
        return (self.booking.claim(),)


class BookingMoved(Aggregate.Event):
    """A booking is another technician's or at another time; the time before is free again."""

    TOPIC = "call.booking-moved.v1"
    activity_id: UUID
    booking: Booking
    previous: Booking

    def releases(self) -> tuple[UUID, ...]:
        """The time before."""
        return (self.booking.booking_id,)

    def claims(self) -> tuple[Claim, ...]:
        """The technician's time, in place of the time before."""
        return (self.booking.claim(),)


class BookingDropped(Aggregate.Event):
    """A booking of a visit is given up; the visit itself stays as it is."""

    TOPIC = "call.booking-dropped.v1"
    activity_id: UUID
    booking_id: UUID
    technician_id: UUID
    reason: str

    def releases(self) -> tuple[UUID, ...]:
        """The technician's time."""
        return (self.booking_id,)
