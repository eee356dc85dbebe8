"""What people may ask about duty on call (reperibilità)."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.on_call_duty import OnCallAlready, OnCallDuty
from aggregates.technician import Technician
from aggregates.values import Slot, rome_date
from commands.base import Answer, Command, Service


class SetOnCall(Command):
    """Put a technician on call for some time; a technician has one duty at a time."""

    duty_id: UUID | None = None
    technician_id: UUID
    slot: Slot
    note: str | None = Field(default=None, max_length=500, examples=["Solo impianti di refrigerazione"])


class RemoveOnCall(Command):
    """Take a duty on call back."""

    duty_id: UUID


def set_on_call(cmd: SetOnCall, act: Act, service: Service) -> Answer:
    """Handles `SetOnCall`. Raises `TechnicianInactive`; the log refuses with `OnCallAlready`."""
    technician = service.load(Technician, cmd.technician_id)
    technician.profile(rome_date(act.at))
    duty = OnCallDuty.set(cmd.duty_id or service.new_id(), technician.id, cmd.slot, act, cmd.note)
    service.save(duty)
    service.when_taken = OnCallAlready
    return {"duty_id": duty.id}


def remove_on_call(cmd: RemoveOnCall, act: Act, service: Service) -> None:
    """Handles `RemoveOnCall`."""
    duty = service.load(OnCallDuty, cmd.duty_id)
    duty.remove(act)
    service.save(duty)
