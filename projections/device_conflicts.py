"""Refused commands of devices (conflitti dei dispositivi): what a dispatcher is to settle, nothing is lost."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.device_conflict import DeviceConflict
from projections.base import Page, Reader, ReadModel, Rows, Table, on, page

CONFLICT = Table(
    "device_conflict",
    {
        "conflict_id": "uuid", "device_id": "text", "command_id": "uuid", "command": "text", "fields": "text",
        "happened_at": "timestamptz", "user_id": "text", "record_id": "uuid", "code": "text", "sentence": "text",
        "advice": "text", "raised_at": "timestamptz", "settled": "text", "note": "text", "settled_at": "timestamptz",
        "settled_by": "text",
    },
    ("conflict_id",),
    ("raised_at, conflict_id", "record_id"),
)  # fmt: skip


class DeviceConflicts(ReadModel):
    """Every refused command of a device, and how it was settled."""

    NAME = "device_conflicts"
    TABLES = (CONFLICT,)

    @on(DeviceConflict.Raised)
    def raised(self, fact: DeviceConflict.Raised, rows: Rows) -> None:
        """Something is to be settled."""
        command = fact.command
        rows.put(
            CONFLICT,
            {
                "conflict_id": fact.stream_id,
                "command": command.name,
                "raised_at": fact.act.at,
                "code": fact.code,
                "sentence": fact.sentence,
                "advice": fact.advice.value,
                **command.model_dump(exclude={"name"}),
            },
        )

    @on(DeviceConflict.RefusedAgain)
    def refused_again(self, fact: DeviceConflict.RefusedAgain, rows: Rows) -> None:
        """The reason is another."""
        rows.patch(CONFLICT, fact.stream_id, code=fact.code, sentence=fact.sentence, advice=fact.advice.value)

    @on(DeviceConflict.Settled)
    def settled(self, fact: DeviceConflict.Settled, rows: Rows) -> None:
        """It is off the list."""
        done = {"settled": fact.how.value, "note": fact.note}
        rows.patch(CONFLICT, fact.stream_id, settled_at=fact.act.at, settled_by=fact.act.by, **done)


class FindDeviceConflicts(Page):
    """Refused commands of devices, those to be settled unless all are asked for; the oldest first."""

    settled_too: bool = False
    record_id: UUID | None = None


def find_device_conflicts(reader: Reader, ask: FindDeviceConflicts) -> dict[str, Any]:
    """What a device sent, why it was refused, and how it was settled."""
    return page(
        reader,
        ask,
        """select d.*, c.number as call_number, c.status as call_status, u.name as user_name
             from {device_conflict} d
             left join {call} c on c.call_id = d.record_id
             left join {app_user} u on u.user_id::text = d.user_id
            where (%(settled_too)s or d.settled is null)
              and (%(record_id)s::uuid is null or d.record_id = %(record_id)s)""",
        order=("raised_at", "conflict_id"),
    )
