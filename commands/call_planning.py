"""What people may ask while a call is planned (pianificazione): activities, technicians, times, arrival."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.activity_type import ActivityTerms, ActivityType, activity_type_id
from aggregates.base import Act
from aggregates.call import Call
from aggregates.call_booking_values import LONGEST_TRAVEL_MINUTES
from aggregates.rules.visit_times import is_outside_hours
from aggregates.technician import Technician, TechnicianProfile
from aggregates.values import Slot, rome_date
from aggregates.work_report import ActivityMode
from commands.base import Answer, Command, Service
from commands.business_calendar import calendar_of, calendar_streams
from commands.time_taken import tell_what_is_in_the_way
from commands.words import Words

TRAVEL = "Minutes of travel before the slot; the technician's time is taken from setting out."
OUTSIDE_HOURS = "outside-hours"
OVERRIDE = "Why the technician's time is taken although it may be taken already; leave it out to be safe."


class PlanActivity(Command):
    """Say that something is to be done on a call; the activity's type fills in what is left out."""

    call_id: UUID
    activity_id: UUID | None = None
    kind: str = Field(min_length=1, max_length=60, examples=["repair"], description="The code of an activity type.")
    mode: ActivityMode | None = None
    skill: str | None = None
    minutes: int | None = Field(default=None, ge=1, examples=[90])
    serial_item_ids: tuple[UUID, ...] = ()
    note: str | None = None


class AssignTechnician(Command):
    """Put a call on a technician's agenda; without an activity, a visit is planned in the same stroke.

    A time outside the technician's hours, a holiday or the patron saint's day of their town or the site's is allowed;
    the answer then warns of `outside-hours`.
    """

    call_id: UUID
    technician_id: UUID
    slot: Slot
    activity_id: UUID | None = None
    kind: str = Field(default="visit", min_length=1, max_length=60)
    skill: str | None = Field(default=None, description="Only for an activity planned in the same stroke.")
    travel_minutes: int = Field(default=0, ge=0, le=LONGEST_TRAVEL_MINUTES, description=TRAVEL)
    override: Words | None = Field(default=None, min_length=1, description=OVERRIDE)


class ReassignTechnician(Command):
    """Move a visit to another time or another technician; its further bookings move as far.

    A time outside the technician's hours, a holiday or the patron saint's day of their town or the site's is allowed;
    the answer then warns of `outside-hours`.
    """

    call_id: UUID
    activity_id: UUID
    technician_id: UUID | None = Field(default=None, description="Left out, the same one.")
    slot: Slot | None = Field(default=None, description="Left out, the same time.")
    travel_minutes: int | None = Field(default=None, ge=0, le=LONGEST_TRAVEL_MINUTES, description=TRAVEL)
    override: Words | None = Field(default=None, min_length=1, description=OVERRIDE)


class UnassignTechnician(Command):
    """Take a visit off the agenda; it stays to be done."""

    call_id: UUID
    activity_id: UUID
    reason: Words = Field(min_length=1, examples=["Tecnico malato"])


class RecordArrival(Command):
    """A technician is at the customer's: the visit's own, or the one of a further booking."""

    call_id: UUID
    activity_id: UUID = Field(description="The visit, or a further technician's booking.")
    as_technician_id: UUID | None = Field(
        default=None, description="Whose device sends it late: visits meanwhile given to somebody else are left alone."
    )


def plan_activity(cmd: PlanActivity, act: Act, service: Service) -> Answer:
    """Handles `PlanActivity`."""
    call = service.load(Call, cmd.call_id)
    activity_id = cmd.activity_id or service.new_id("activity")
    usual = terms_of_type(service, cmd.kind)
    call.plan_activity(
        activity_id,
        cmd.kind,
        act,
        mode=cmd.mode or usual.mode,
        skill=cmd.skill or usual.skill,
        minutes=cmd.minutes or usual.minutes,
        serial_item_ids=cmd.serial_item_ids,
        note=cmd.note,
    )
    service.save(call)
    return {"activity_id": activity_id}


def assign_technician(cmd: AssignTechnician, act: Act, service: Service) -> Answer:
    """Handles `AssignTechnician`. The log refuses with `SlotTaken` when the time is taken."""
    call = service.load(Call, cmd.call_id)
    activity_id = cmd.activity_id or service.new_id("activity")
    if cmd.activity_id is None:
        service.preload(cmd.technician_id, activity_type_id(cmd.kind), *calendar_streams(service, cmd.slot))
    technician = profile_of(service, cmd.technician_id, cmd.slot)
    if cmd.activity_id is None:
        usual = terms_of_type(service, cmd.kind)
        minutes, skill = cmd.slot.minutes, cmd.skill or usual.skill
        call.plan_activity(activity_id, cmd.kind, act, mode=usual.mode, skill=skill, minutes=minutes)
    call.assign(activity_id, technician, cmd.slot, act, cmd.override, cmd.travel_minutes)
    service.save(call)
    return {"activity_id": activity_id, "warnings": warnings_of(service, call, cmd.technician_id, cmd.slot)}


def reassign_technician(cmd: ReassignTechnician, act: Act, service: Service) -> Answer:
    """Handles `ReassignTechnician`. The log refuses with `SlotTaken` when the time is taken."""
    call = service.load(Call, cmd.call_id)
    technician_id, slot = call.assignment(cmd.activity_id)
    technician_id, slot = cmd.technician_id or technician_id, cmd.slot or slot
    technician = profile_of(service, technician_id, slot)
    call.reassign(cmd.activity_id, technician, slot, act, cmd.override, cmd.travel_minutes)
    service.save(call)
    return {"warnings": warnings_of(service, call, technician_id, slot)}


def unassign_technician(cmd: UnassignTechnician, act: Act, service: Service) -> None:
    """Handles `UnassignTechnician`."""
    call = service.load(Call, cmd.call_id)
    call.unassign(cmd.activity_id, cmd.reason, act)
    service.save(call)


def record_arrival(cmd: RecordArrival, act: Act, service: Service) -> None:
    """Handles `RecordArrival`. Raises `VisitMoved` for a late device; work told before its arrival makes that idle."""
    call = service.load(Call, cmd.call_id)
    if cmd.as_technician_id is None or not call.has_left(cmd.activity_id, cmd.as_technician_id):
        call.arrive(cmd.activity_id, act)
        service.save(call)


def profile_of(service: Service, technician_id: UUID, slot: Slot) -> TechnicianProfile:
    """The technician as a visit at this time freezes them. Raises `NotFound`, `TechnicianInactive`.

    When the log then refuses the time, the refusal names what is in the way.
    """
    tell_what_is_in_the_way(service)
    service.preload(technician_id, *calendar_streams(service, slot))
    return service.load(Technician, technician_id).profile(rome_date(slot.starts_at))


def warnings_of(service: Service, call: Call, technician_id: UUID, slot: Slot) -> list[str]:
    """What a planner should know of a time that is allowed all the same.

    The technician's calendar and the one that the call was opened under are looked at, each with its patron saint.
    """
    technician = service.load(Technician, technician_id)
    own = calendar_of(service, technician, slot)
    calendars = (call.service.calendar, *((own,) if own else ()))
    return [OUTSIDE_HOURS] if is_outside_hours(slot, technician.hours_on, calendars) else []


def terms_of_type(service: Service, kind: str) -> ActivityTerms:
    """What an activity of a type is unless someone says otherwise; a word that the company did not define is one."""
    known = service.find(ActivityType, activity_type_id(kind))
    return known.terms if known else ActivityTerms(name=kind)
