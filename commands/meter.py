"""What people may ask about the meters of the installed base (contatori e letture)."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.rules.meters import Meter, MeterSwap, Reading, ReadingSource
from aggregates.serial_item import SerialItem
from aggregates.values import Instant
from commands.base import Answer, Command, Service
from commands.natural_key import part


class AddMeter(Command, Meter):
    """Add a meter to an item: what it counts, its digits, what one count weighs."""

    serial_item_id: UUID


class RecordReading(Command):
    """Record what a meter showed; lower than before is refused unless it rolled over or was replaced."""

    serial_item_id: UUID
    reading_id: UUID | None = None
    kind: str = Field(examples=["bw"])
    value: int = Field(ge=0, examples=[15400])
    read_at: Instant | None = Field(default=None, description="When it was read; left out, now.")
    source: ReadingSource = ReadingSource.TECHNICIAN
    rollover: bool = Field(default=False, description="The meter passed its highest value since the last reading.")
    photo_sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")


class CorrectReading(Command):
    """Correct a reading that was written down wrongly; the first version stays in the history."""

    serial_item_id: UUID
    reading_id: UUID
    value: int = Field(ge=0)
    rollover: bool | None = None


class ReplaceMeter(Command):
    """Record that a meter was taken out at a final value and another put in at an initial one."""

    serial_item_id: UUID
    kind: str = Field(examples=["bw"])
    final: int = Field(ge=0, examples=[98120])
    initial: int = Field(default=0, ge=0)
    replaced_at: Instant | None = Field(default=None, description="Left out, now.")


def add_meter(cmd: AddMeter, act: Act, service: Service) -> None:
    """Handles `AddMeter`."""
    item = service.load(SerialItem, cmd.serial_item_id)
    item.add_meter(part(Meter, cmd), act)
    service.save(item)


def record_reading(cmd: RecordReading, act: Act, service: Service) -> Answer:
    """Handles `RecordReading`."""
    item = service.load(SerialItem, cmd.serial_item_id)
    fields = cmd.model_dump(include={"kind", "value", "source", "rollover", "photo_sha256"})
    reading = Reading(reading_id=cmd.reading_id or service.new_id("reading"), read_at=cmd.read_at or act.at, **fields)
    reading_id = item.record_reading(reading, act)
    service.save(item)
    return {"reading_id": reading_id}


def correct_reading(cmd: CorrectReading, act: Act, service: Service) -> None:
    """Handles `CorrectReading`."""
    item = service.load(SerialItem, cmd.serial_item_id)
    item.correct_reading(cmd.reading_id, cmd.value, act, rollover=cmd.rollover)
    service.save(item)


def replace_meter(cmd: ReplaceMeter, act: Act, service: Service) -> None:
    """Handles `ReplaceMeter`."""
    item = service.load(SerialItem, cmd.serial_item_id)
    swap = MeterSwap(kind=cmd.kind, final=cmd.final, initial=cmd.initial, replaced_at=cmd.replaced_at or act.at)
    item.replace_meter(swap, act)
    service.save(item)
