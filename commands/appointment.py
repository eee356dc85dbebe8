"""What people may ask about appointments (appuntamenti): propose times, confirm, decline, move, miss (AGE-5)."""

from __future__ import annotations

from typing import Literal
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.appointment import AlternativeUnknown, Appointment, TimeTakenMeanwhile
from aggregates.appointment_values import Place, ProposedTime, Side, appointment_id
from aggregates.base import Act, Refusal, require
from aggregates.call import Call
from aggregates.call_booking_values import LONGEST_TRAVEL_MINUTES
from aggregates.call_values import Channel
from aggregates.rules.service_level import PauseReason
from aggregates.values import PersonRef, Slot, Value
from commands.base import Answer, Command, Service
from commands.call import Caller
from commands.call_planning import OVERRIDE, TRAVEL, profile_of, warnings_of
from commands.words import Words


class TimeAsked(Value):
    """A time that the customer may choose."""

    technician_id: UUID
    slot: Slot
    travel_minutes: int = Field(default=0, ge=0, le=LONGEST_TRAVEL_MINUTES, description=TRAVEL)


class ProposeAppointment(Command):
    """Propose one or several times for a visit to the customer; they take nobody's time until one is confirmed."""

    call_id: UUID
    activity_id: UUID
    alternatives: tuple[TimeAsked, ...] = Field(default=(), description="Left out, the time that the visit has.")
    person: Caller | None = Field(default=None, description="To whom.")
    channel: Channel = Channel.PHONE


class ConfirmAppointment(Command):
    """The customer agrees: to the time that the visit has, or to one of those proposed, where it is put at once."""

    call_id: UUID
    activity_id: UUID
    alternative_id: UUID | None = Field(default=None, description="Left out, the time the visit has, or the only one.")
    person: Caller | None = Field(default=None, description="Who agreed.")
    channel: Channel = Channel.PHONE
    override: Words | None = Field(default=None, min_length=1, description=OVERRIDE)


class ConfirmVisit(Command):
    """The technician says that they will be there."""

    call_id: UUID
    activity_id: UUID
    technician_id: UUID | None = Field(default=None, description="To be sure that it is still their visit.")


class DeclineAppointment(Command):
    """Customer or technician cannot; the visit keeps its time unless it is taken off the agenda too."""

    call_id: UUID
    activity_id: UUID
    side: Side
    reason: Words = Field(min_length=1, examples=["Chiuso per inventario"])
    off_agenda: bool = False


class MoveAppointment(Command):
    """Move a visit because somebody asked for another time; confirmations of the time before lapse."""

    call_id: UUID
    activity_id: UUID
    technician_id: UUID | None = Field(default=None, description="Left out, the same one.")
    slot: Slot | None = Field(default=None, description="Left out, the same time.")
    travel_minutes: int | None = Field(default=None, ge=0, le=LONGEST_TRAVEL_MINUTES, description=TRAVEL)
    asked_by: Side | None = Field(default=None, description="Left out, ourselves.")
    reason: Words | None = Field(default=None, min_length=1)
    override: Words | None = Field(default=None, min_length=1, description=OVERRIDE)


class MissAppointment(Command):
    """Somebody was not there: the visit goes back to be planned, and the clocks may pause for it."""

    call_id: UUID
    activity_id: UUID
    side: Side
    reason: Words = Field(min_length=1, examples=["Nessuno in sede"])
    pause: Literal[PauseReason.NO_ACCESS, PauseReason.CUSTOMER_RESCHEDULED] | None = None


def propose_appointment(cmd: ProposeAppointment, act: Act, service: Service) -> Answer:
    """Handles `ProposeAppointment`. Raises `AlternativesMissing`."""
    call, appointment = _both(cmd.call_id, cmd.activity_id, act, service)
    service.preload(*(one.technician_id for one in cmd.alternatives))
    alternatives = [_proposed(cmd.activity_id, one, service) for one in cmd.alternatives] or _as_planned(call, cmd)
    known = appointment.offer.to if appointment.offer else None
    appointment.propose(alternatives, _person(cmd.person, known, service), cmd.channel, act)
    service.save(appointment)
    return {"appointment_id": appointment.id, "alternative_ids": [one.alternative_id for one in alternatives]}


def confirm_appointment(cmd: ConfirmAppointment, act: Act, service: Service) -> Answer:
    """Handles `ConfirmAppointment`. Raises `TimeTakenMeanwhile` when the log refuses the time chosen."""
    call, appointment = _both(cmd.call_id, cmd.activity_id, act, service)
    chosen = _chosen(cmd, call, appointment)
    if chosen is not None:
        profile = profile_of(service, chosen.technician_id, chosen.slot)
        service.when_taken = lambda: _taken(chosen.slot)
        put = call.reassign if call.activity(cmd.activity_id).on_agenda else call.assign
        put(cmd.activity_id, profile, chosen.slot, act, cmd.override, chosen.travel_minutes)
    place = _place(call, cmd.activity_id)
    person = _person(cmd.person, appointment.offer.to if appointment.offer else None, service)
    appointment.confirm_by_customer(place, chosen.alternative_id if chosen else None, person, cmd.channel, act)
    service.save(call, appointment)
    return {"slot": place.slot, "warnings": warnings_of(service, call, place.technician_id, place.slot)}


def confirm_visit(cmd: ConfirmVisit, act: Act, service: Service) -> None:
    """Handles `ConfirmVisit`. Raises `VisitNotTheirs`."""
    call, appointment = _both(cmd.call_id, cmd.activity_id, act, service)
    appointment.confirm_by_technician(cmd.technician_id, _place(call, cmd.activity_id), act)
    service.save(appointment)


def decline_appointment(cmd: DeclineAppointment, act: Act, service: Service) -> None:
    """Handles `DeclineAppointment`."""
    call, appointment = _both(cmd.call_id, cmd.activity_id, act, service)
    appointment.decline(cmd.side, cmd.reason, act)
    if cmd.off_agenda:
        call.unassign(cmd.activity_id, cmd.reason, act)
    service.save(call, appointment)


def move_appointment(cmd: MoveAppointment, act: Act, service: Service) -> Answer:
    """Handles `MoveAppointment`. The log refuses with `SlotTaken` when the time is taken."""
    call, appointment = _both(cmd.call_id, cmd.activity_id, act, service)
    previous = _place(call, cmd.activity_id)
    technician_id, slot = cmd.technician_id or previous.technician_id, cmd.slot or previous.slot
    profile = profile_of(service, technician_id, slot)
    call.reassign(cmd.activity_id, profile, slot, act, cmd.override, cmd.travel_minutes)
    appointment.move(previous, Place(technician_id=technician_id, slot=slot), cmd.asked_by, cmd.reason, act)
    service.save(call, appointment)
    return {"warnings": warnings_of(service, call, technician_id, slot)}


def miss_appointment(cmd: MissAppointment, act: Act, service: Service) -> None:
    """Handles `MissAppointment`; told once more, it changes nothing."""
    call, appointment = _both(cmd.call_id, cmd.activity_id, act, service)
    if not call.activity(cmd.activity_id).on_agenda and appointment.was_missed(cmd.side, cmd.reason):
        return
    appointment.miss(_place(call, cmd.activity_id), cmd.side, cmd.reason, act)
    call.miss(cmd.activity_id, cmd.reason, act)
    if cmd.pause is not None:
        call.pause(cmd.pause, cmd.reason, act)
    service.save(call, appointment)


def _both(call_id: UUID, activity_id: UUID, act: Act, service: Service) -> tuple[Call, Appointment]:
    call = service.load(Call, call_id)
    call.activity(activity_id)
    known = service.find(Appointment, appointment_id(activity_id))
    return call, known or Appointment.of(call_id, activity_id, act)


def _place(call: Call, activity_id: UUID) -> Place:
    technician_id, slot = call.assignment(activity_id)
    return Place(technician_id=technician_id, slot=slot)


def _chosen(cmd: ConfirmAppointment, call: Call, appointment: Appointment) -> ProposedTime | None:
    """The proposed time that is agreed to; None when it is the one that the visit has. Raises `AlternativeUnknown`."""
    if cmd.alternative_id is not None:
        return appointment.alternative(cmd.alternative_id)
    standing = appointment.offer.alternatives if appointment.offer else ()
    is_placed = call.activity(cmd.activity_id).on_agenda
    require(is_placed or len(standing) < 2, AlternativeUnknown)
    return standing[0] if not is_placed and len(standing) == 1 else None


def _proposed(activity_id: UUID, asked: TimeAsked, service: Service) -> ProposedTime:
    profile_of(service, asked.technician_id, asked.slot)
    place = Place(technician_id=asked.technician_id, slot=asked.slot)
    return _at(activity_id, place, asked.travel_minutes)


def _as_planned(call: Call, cmd: ProposeAppointment) -> list[ProposedTime]:
    activity = call.activity(cmd.activity_id)
    if not activity.on_agenda:
        return []
    return [_at(cmd.activity_id, _place(call, cmd.activity_id), activity.travel_minutes)]


def _at(activity_id: UUID, place: Place, travel_minutes: int) -> ProposedTime:
    return ProposedTime(
        alternative_id=_named(activity_id, place),
        technician_id=place.technician_id,
        slot=place.slot,
        travel_minutes=travel_minutes,
    )


def _named(activity_id: UUID, place: Place) -> UUID:
    """The same time proposed twice has one id."""
    return uuid5(activity_id, f"{place.technician_id}/{place.slot.starts_at}/{place.slot.ends_at}")


def _person(caller: Caller | None, known: PersonRef | None, service: Service) -> PersonRef | None:
    if caller is None:
        return None
    if known is not None and (known.name, known.phone, known.email) == (caller.name, caller.phone, caller.email):
        return known
    person_id = caller.person_id or service.new_id("person")
    return PersonRef(person_id=person_id, name=caller.name, phone=caller.phone, email=caller.email)


def _taken(slot: Slot) -> Refusal:
    return TimeTakenMeanwhile(starts_at=slot.starts_at, ends_at=slot.ends_at)
