"""What a technician may ask about calls that nobody has (presa in autonomia)."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.activity_type import activity_type_id
from aggregates.base import Act
from aggregates.call import Call
from aggregates.call_booking_values import LONGEST_TRAVEL_MINUTES
from aggregates.call_take_over import TechnicianUnknown, holder_of, is_of, take_over
from aggregates.technician import Technician
from aggregates.user import User
from aggregates.values import Slot, rome_date
from commands.base import Answer, Command, Service
from commands.call_planning import TRAVEL, AssignTechnician, assign_technician
from commands.technician_position import acting_user, require_self


class TakeOverCall(Command):
    """Take an unassigned call over as a technician who can do it, perhaps with a visit at a time that is free.

    Of two who take it at once one gets it; the other is told who has it.
    """

    call_id: UUID
    technician_id: UUID | None = Field(default=None, description="Left out, the technician that the user is.")
    slot: Slot | None = Field(default=None, description="Left out, no visit is planned yet.")
    activity_id: UUID | None = Field(default=None, description="Left out, a visit is planned in the same stroke.")
    kind: str = Field(default="visit", min_length=1, max_length=60)
    travel_minutes: int = Field(default=0, ge=0, le=LONGEST_TRAVEL_MINUTES, description=TRAVEL)


def take_over_call(cmd: TakeOverCall, act: Act, service: Service) -> Answer:
    """Handles `TakeOverCall`. The log refuses with `SlotTaken` when the technician's time is taken."""
    technician_id = cmd.technician_id or _own(act, service)
    require_self(technician_id, act, service)
    service.preload(technician_id, activity_type_id(cmd.kind))
    call = service.load(Call, cmd.call_id)
    profile = service.load(Technician, technician_id).profile(rome_date(cmd.slot.starts_at if cmd.slot else act.at))
    was_theirs = is_of(call, technician_id)
    take_over(call, profile, _name(holder_of(call), service), act)
    service.save(call)
    taken = {"technician_id": technician_id}
    if cmd.slot is None or (was_theirs and _has(call, technician_id, cmd.slot)):
        return {**taken, "activity_id": None, "warnings": []}
    visit = AssignTechnician(
        technician_id=technician_id, slot=cmd.slot, **cmd.model_dump(include=set(VISIT), exclude_none=True)
    )
    return {**taken, **assign_technician(visit, act, service)}


VISIT = ("call_id", "activity_id", "kind", "travel_minutes")


def _has(call: Call, technician_id: UUID, slot: Slot) -> bool:
    return any((one.technician_id, one.slot) == (technician_id, slot) for one in call.activities.values())


def _own(act: Act, service: Service) -> UUID:
    user = acting_user(act, service)
    if user is None or user.details.technician_id is None:
        raise TechnicianUnknown
    return user.details.technician_id


def _name(holder: UUID | str | None, service: Service) -> str | None:
    """Who has it, as people call them."""
    if isinstance(holder, UUID):
        technician = service.find(Technician, holder)
        return technician.details.name if technician else None
    if holder is None:
        return None
    try:
        user = service.find(User, UUID(holder.removeprefix("user:")))
    except ValueError:
        return holder
    return user.details.name if user else None
