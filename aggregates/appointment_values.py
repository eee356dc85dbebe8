"""What an appointment is made of (appuntamento): times proposed, who answered, what came of it."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.call_booking_values import LONGEST_TRAVEL_MINUTES
from aggregates.call_values import Channel
from aggregates.values import PersonRef, Slot, Value

APPOINTMENTS = UUID("6d1f4a8e-3a4c-5b0a-9d8b-1a2f0c7e5b11")


def appointment_id(activity_id: UUID) -> UUID:
    """The id of the appointment of a visit: there is only one, whatever becomes of it."""
    return uuid5(APPOINTMENTS, str(activity_id))


class Side(StrEnum):
    """Who answers, or does not come."""

    CUSTOMER = "customer"
    TECHNICIAN = "technician"


class AppointmentState(StrEnum):
    """Where an appointment stands, by what was answered for the time that the visit has now."""

    TO_PLAN = "to_plan"
    PROPOSED = "proposed"
    TO_CONFIRM = "to_confirm"
    CONFIRMED_BY_TECHNICIAN = "confirmed_by_technician"
    CONFIRMED_BY_CUSTOMER = "confirmed_by_customer"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    MISSED = "missed"
    OVER = "over"


class Place(Value):
    """A technician at a time: what a confirmation is for, and lapses with."""

    technician_id: UUID
    slot: Slot


class ProposedTime(Place):
    """One of the times that a customer may choose; nobody's time is taken by it."""

    alternative_id: UUID
    travel_minutes: int = Field(default=0, ge=0, le=LONGEST_TRAVEL_MINUTES)

    @property
    def place(self) -> Place:
        """Without its name."""
        return Place(technician_id=self.technician_id, slot=self.slot)


class Offer(Value):
    """Times proposed to somebody, and how."""

    alternatives: tuple[ProposedTime, ...] = Field(min_length=1)
    to: PersonRef | None = None
    channel: Channel = Channel.PHONE
