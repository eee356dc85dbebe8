"""What people may ask while a call is planned (pianificazione): activities, technicians, times, arrival."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.activity_type import ActivityTerms, ActivityType, activity_type_id
from aggregates.base import Act
from aggregates.call import Call
from aggregates.technician import Technician, TechnicianProfile
from aggregates.values import Slot, rome_date
from aggregates.work_report import ActivityMode
from commands.base import Answer, Command, Service

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
    """Put a call on a technician's agenda; without an activity, a visit is planned in the same stroke."""

    call_id: UUID
    technician_id: UUID
    slot: Slot
    activity_id: UUID | None = None
    kind: str = Field(default="visit", min_length=1, max_length=60)
    skill: str | None = Field(default=None, description="Only for an activity planned in the same stroke.")
    override: str | None = Field(default=None, min_length=1, description=OVERRIDE)


class ReassignTechnician(Command):
    """Move a visit to another time or another technician, as by dragging it on the agenda."""

    call_id: UUID
    activity_id: UUID
    technician_id: UUID | None = Field(default=None, description="Left out, the same one.")
    slot: Slot | None = Field(default=None, description="Left out, the same time.")
    override: str | None = Field(default=None, min_length=1, description=OVERRIDE)


class UnassignTechnician(Command):
    """Take a visit off the agenda; it stays to be done."""

    call_id: UUID
    activity_id: UUID
    reason: str = Field(min_length=1, examples=["Tecnico malato"])


class RecordArrival(Command):
    """The technician is at the customer's."""

    call_id: UUID
    activity_id: UUID


def plan_activity(cmd: PlanActivity, act: Act, service: Service) -> Answer:
    """Handles `PlanActivity`."""
    call = service.load(Call, cmd.call_id)
    activity_id = cmd.activity_id or service.new_id("activity")
    usual = _terms(service, cmd.kind)
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
        service.preload(cmd.technician_id, activity_type_id(cmd.kind))
    technician = _profile(service, cmd.technician_id, cmd.slot)
    if cmd.activity_id is None:
        usual = _terms(service, cmd.kind)
        minutes, skill = cmd.slot.minutes, cmd.skill or usual.skill
        call.plan_activity(activity_id, cmd.kind, act, mode=usual.mode, skill=skill, minutes=minutes)
    call.assign(activity_id, technician, cmd.slot, act, cmd.override)
    service.save(call)
    return {"activity_id": activity_id}


def reassign_technician(cmd: ReassignTechnician, act: Act, service: Service) -> None:
    """Handles `ReassignTechnician`. The log refuses with `SlotTaken` when the time is taken."""
    call = service.load(Call, cmd.call_id)
    technician_id, slot = call.assignment(cmd.activity_id)
    slot = cmd.slot or slot
    technician = _profile(service, cmd.technician_id or technician_id, slot)
    call.reassign(cmd.activity_id, technician, slot, act, cmd.override)
    service.save(call)


def unassign_technician(cmd: UnassignTechnician, act: Act, service: Service) -> None:
    """Handles `UnassignTechnician`."""
    call = service.load(Call, cmd.call_id)
    call.unassign(cmd.activity_id, cmd.reason, act)
    service.save(call)


def record_arrival(cmd: RecordArrival, act: Act, service: Service) -> None:
    """Handles `RecordArrival`."""
    call = service.load(Call, cmd.call_id)
    call.arrive(cmd.activity_id, act)
    service.save(call)


def _profile(service: Service, technician_id: UUID, slot: Slot) -> TechnicianProfile:
    return service.load(Technician, technician_id).profile(rome_date(slot.starts_at))


def _terms(service: Service, kind: str) -> ActivityTerms:
    known = service.find(ActivityType, activity_type_id(kind))
    return known.terms if known else ActivityTerms(name=kind)
