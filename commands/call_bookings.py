"""What people may ask about a visit's further bookings (impegni): more technicians, more days."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.call import Call
from aggregates.call_booking_values import LONGEST_TRAVEL_MINUTES, Booking
from aggregates.values import Slot
from commands.base import Answer, Command, Service
from commands.call_planning import OVERRIDE, TRAVEL, profile_of, warnings_of
from commands.words import Words


class BookTechnician(Command):
    """Book a further technician for a visit, or a further day of it; the visit must be on the agenda.

    A time outside the technician's hours is allowed; the answer then warns of `outside-hours`.
    """

    call_id: UUID
    activity_id: UUID
    booking_id: UUID | None = Field(default=None, description="Made by the client, or by the server if left out.")
    technician_id: UUID
    slot: Slot | None = Field(default=None, description="Left out, the visit's own time.")
    travel_minutes: int = Field(default=0, ge=0, le=LONGEST_TRAVEL_MINUTES, description=TRAVEL)
    helper: bool = Field(default=False, description="Comes along without the skill that the visit needs.")
    override: Words | None = Field(default=None, min_length=1, description=OVERRIDE)


class MoveBooking(Command):
    """Give a visit's further booking another technician or time; the visit itself stays."""

    call_id: UUID
    booking_id: UUID
    technician_id: UUID | None = Field(default=None, description="Left out, the same one.")
    slot: Slot | None = Field(default=None, description="Left out, the same time.")
    travel_minutes: int | None = Field(default=None, ge=0, le=LONGEST_TRAVEL_MINUTES, description=TRAVEL)
    helper: bool | None = Field(default=None, description="Left out, as before.")
    override: Words | None = Field(default=None, min_length=1, description=OVERRIDE)


class DropBooking(Command):
    """Give up a visit's further booking; the visit itself stays."""

    call_id: UUID
    booking_id: UUID
    reason: Words = Field(min_length=1, examples=["Basta un tecnico"])


def book_technician(cmd: BookTechnician, act: Act, service: Service) -> Answer:
    """Handles `BookTechnician`. The log refuses with `SlotTaken` when the time is taken."""
    call = service.load(Call, cmd.call_id)
    slot = cmd.slot or call.assignment(cmd.activity_id)[1]
    booking_id = cmd.booking_id or service.new_id("booking")
    said = cmd.model_dump(include={"technician_id", "travel_minutes", "helper", "override"})
    booking = Booking(booking_id=booking_id, slot=slot, **said)
    call.book(cmd.activity_id, booking, profile_of(service, cmd.technician_id, slot), act)
    service.save(call)
    return {"booking_id": booking_id, "warnings": warnings_of(service, call, cmd.technician_id, slot)}


def move_booking(cmd: MoveBooking, act: Act, service: Service) -> Answer:
    """Handles `MoveBooking`. The log refuses with `SlotTaken` when the time is taken."""
    call = service.load(Call, cmd.call_id)
    said = cmd.model_dump(include={"technician_id", "travel_minutes", "helper"}, exclude_none=True)
    changes = said | ({"slot": cmd.slot} if cmd.slot else {})
    return rebook(call, cmd.booking_id, changes, cmd.override, act, service)


def drop_booking(cmd: DropBooking, act: Act, service: Service) -> None:
    """Handles `DropBooking`."""
    call = service.load(Call, cmd.call_id)
    call.drop_booking(cmd.booking_id, cmd.reason, act)
    service.save(call)


def rebook(
    call: Call, booking_id: UUID, changes: dict[str, Any], override: str | None, act: Act, service: Service
) -> Answer:
    """A booking with these changes, saved; answers what a planner should know."""
    booking = call.booking(booking_id).model_copy(update={**changes, "override": override})
    call.move_booking(booking, profile_of(service, booking.technician_id, booking.slot), act)
    service.save(call)
    return {"warnings": warnings_of(service, call, booking.technician_id, booking.slot)}
