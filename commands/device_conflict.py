"""What may be asked about refused commands of devices (conflitti dei dispositivi).

The commands that raise one or note that it was retried are the batch route's own and not in the catalogue; people
settle.
"""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.device_conflict import Advice, DeviceCommand, DeviceConflict, Settlement, device_conflict_id
from commands.base import Answer, Command, Entry, Service


class RaiseDeviceConflict(Command):
    """Keep a command that a device sent and the rules refused."""

    command: DeviceCommand
    code: str
    sentence: str
    advice: Advice


class SettleDeviceConflict(Command):
    """Say how a refused command of a device was settled: tried again, recorded otherwise, or given up."""

    conflict_id: UUID
    how: Settlement = Field(examples=["recorded_otherwise"])
    note: str | None = Field(default=None, max_length=1000, examples=["Ore inserite a mano sulla chiamata riaperta"])


def raise_device_conflict(cmd: RaiseDeviceConflict, act: Act, service: Service) -> Answer:
    """Handles `RaiseDeviceConflict`; the same refusal again records nothing."""
    conflict = service.find(DeviceConflict, device_conflict_id(cmd.command.command_id))
    if conflict is None:
        conflict = DeviceConflict.raise_about(cmd.command, cmd.code, cmd.sentence, cmd.advice, act)
    else:
        conflict.refuse_again(cmd.code, cmd.sentence, cmd.advice, act)
    service.save(conflict)
    return {"conflict_id": conflict.id, "settled": conflict.settled}


def settle_device_conflict(cmd: SettleDeviceConflict, act: Act, service: Service) -> None:
    """Handles `SettleDeviceConflict`."""
    conflict = service.load(DeviceConflict, cmd.conflict_id)
    conflict.settle(cmd.how, cmd.note, act)
    service.save(conflict)


NOBODY: frozenset[str] = frozenset()
RAISE = Entry("raise-device-conflict", "/device-conflicts", RaiseDeviceConflict, raise_device_conflict, NOBODY)
