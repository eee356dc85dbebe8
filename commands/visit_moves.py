"""What people may ask by dragging on the agenda (spostamenti): drop a visit somewhere, let two change places."""

from __future__ import annotations

from datetime import date, time
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.call import Call
from aggregates.call_booking_values import LONGEST_TRAVEL_MINUTES
from aggregates.rules.visit_times import dropped_slot
from aggregates.values import Slot
from commands.base import Answer, Command, Service
from commands.call_bookings import rebook
from commands.call_planning import OVERRIDE, TRAVEL, profile_of, warnings_of
from commands.words import Words


class PlaceUnclear(Refusal):
    """The visit is on nobody's agenda yet; say the technician, the day and the hour."""

    status = 422


class SameVisit(Refusal):
    """A visit cannot change places with itself; choose two."""

    status = 422


class DropVisit(Command):
    """Drop a visit on the agenda: from the list of those to be planned, on another technician, day, hour or length.

    Day and hour are Italian; what is left out stays as it is, so that a visit moved by days keeps its hour when summer
    time begins or ends. Further bookings move along; dropping one of them moves it alone.
    """

    call_id: UUID
    activity_id: UUID = Field(description="The visit, or a further technician's booking.")
    technician_id: UUID | None = None
    day: date | None = None
    starts: time | None = Field(default=None, examples=["09:30"], description="Italian wall-clock time.")
    minutes: int | None = Field(default=None, ge=5, description="Its new length; for one not planned, as expected.")
    travel_minutes: int | None = Field(default=None, ge=0, le=LONGEST_TRAVEL_MINUTES, description=TRAVEL)
    override: Words | None = Field(default=None, min_length=1, description=OVERRIDE)


class SwapVisits(Command):
    """Let two visits change technician and beginning with each other, both or none; each keeps its length."""

    call_id: UUID
    activity_id: UUID
    other_call_id: UUID
    other_activity_id: UUID


def drop_visit(cmd: DropVisit, act: Act, service: Service) -> Answer:
    """Handles `DropVisit`. The log refuses with `SlotTaken` when the time is taken."""
    call = service.load(Call, cmd.call_id)
    if call.visit_of(cmd.activity_id) is not None:
        return _drop_booking_there(cmd, call, act, service)
    activity = call.activity(cmd.activity_id)
    technician_id = cmd.technician_id or activity.technician_id
    is_placed = activity.slot is not None or (cmd.day is not None and cmd.starts is not None)
    if technician_id is None or not is_placed:
        raise PlaceUnclear
    length = cmd.minutes or (None if activity.slot else activity.minutes)
    slot = dropped_slot(activity.slot, cmd.day, cmd.starts, length)
    technician = profile_of(service, technician_id, slot)
    if activity.on_agenda:
        call.reassign(cmd.activity_id, technician, slot, act, cmd.override, cmd.travel_minutes)
    else:
        call.assign(cmd.activity_id, technician, slot, act, cmd.override, cmd.travel_minutes or 0)
    service.save(call)
    return {"slot": slot, "warnings": warnings_of(service, call, technician_id, slot)}


def _drop_booking_there(cmd: DropVisit, call: Call, act: Act, service: Service) -> Answer:
    before = call.booking(cmd.activity_id)
    slot = dropped_slot(before.slot, cmd.day, cmd.starts, cmd.minutes)
    said = cmd.model_dump(include={"technician_id", "travel_minutes"}, exclude_none=True)
    answer = rebook(call, cmd.activity_id, {**said, "slot": slot}, cmd.override, act, service)
    return {"slot": slot, **(answer or {})}


def swap_visits(cmd: SwapVisits, act: Act, service: Service) -> Answer:
    """Handles `SwapVisits`. The log refuses with `SlotTaken` when a time is taken by a third."""
    require(cmd.activity_id != cmd.other_activity_id, SameVisit)
    call, other = service.load(Call, cmd.call_id), service.load(Call, cmd.other_call_id)
    technician_id, slot = call.assignment(cmd.activity_id)
    other_technician_id, other_slot = other.assignment(cmd.other_activity_id)
    here = _as_long_as(slot, other_slot)
    there = _as_long_as(other_slot, slot)
    call.reassign(cmd.activity_id, profile_of(service, other_technician_id, here), here, act)
    other.reassign(cmd.other_activity_id, profile_of(service, technician_id, there), there, act)
    service.save(call, other)
    first, second = (call, other_technician_id, here), (other, technician_id, there)
    warned = {*warnings_of(service, *first), *warnings_of(service, *second)}
    return {"slot": here, "other_slot": there, "warnings": sorted(warned)}


def _as_long_as(slot: Slot, place: Slot) -> Slot:
    return Slot(starts_at=place.starts_at, ends_at=place.starts_at + (slot.ends_at - slot.starts_at))
