"""What people may ask about meters read while working on a call (letture): noted there and on the machine, at once."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.call import Call
from aggregates.rules.meters import Reading, ReadingSource
from aggregates.serial_item import SerialItem
from aggregates.values import ROME, Value, rome_date
from aggregates.work_report import NotedReading
from commands.base import Answer, Command, Service

NOON = time(12)
ROLLOVER = "The meter passed its highest value since the last reading."


class ReadingTaken(Value):
    """A meter as a technician read it."""

    reading_id: UUID | None = None
    serial_item_id: UUID
    meter: str = Field(min_length=1, examples=["BW"], description="A meter of the machine, whatever its capitals.")
    value: int = Field(ge=0, examples=[15400])
    read_on: date | None = Field(default=None, description="Left out, the day of the act.")
    rollover: bool = Field(default=False, description=ROLLOVER)


class NoteReading(Command):
    """Note a meter read while working on a call; the machine has the reading too, from the technician.

    Giving a reading again by its id corrects it. One lower than before is refused unless the meter rolled over.
    """

    call_id: UUID
    reading_id: UUID | None = None
    serial_item_id: UUID
    meter: str = Field(min_length=1, examples=["BW"], description="A meter of the machine, whatever its capitals.")
    value: int = Field(ge=0, examples=[15400])
    read_on: date | None = Field(default=None, description="Left out, the day of the act.")
    rollover: bool = Field(default=False, description=ROLLOVER)


def note_reading(cmd: NoteReading, act: Act, service: Service) -> Answer:
    """Handles `NoteReading`. Raises `MeterUnknown`, `ReadingTooLow`, `ReadingTooLong`."""
    call = service.load(Call, cmd.call_id)
    taken = ReadingTaken(**cmd.model_dump(exclude={"call_id"}))
    return {"reading_id": note(call, taken, service.new_id("reading"), act, service)}


def note(call: Call, taken: ReadingTaken, new_id: UUID, act: Act, service: Service) -> UUID:
    """Note a reading on its call and on its machine; what is known already is not noted again. Answers its id."""
    read_on = taken.read_on or rome_date(act.at)
    fields = taken.model_dump(include={"serial_item_id", "meter", "value"})
    noted = NotedReading(
        reading_id=taken.reading_id or _known(call, taken, read_on) or new_id, read_on=read_on, **fields
    )
    call.note_reading(noted, act)
    service.save(call)
    _note_on_machine(noted, taken.rollover, act, service)
    return noted.reading_id


def note_late(taken: ReadingTaken, new_id: UUID, act: Act, service: Service) -> None:
    """Note on its machine alone what a device tells after its call is over: the meter was read all the same."""
    fields = taken.model_dump(include={"serial_item_id", "meter", "value"})
    noted = NotedReading(reading_id=new_id, read_on=taken.read_on or rome_date(act.at), **fields)
    _note_on_machine(noted, taken.rollover, act, service)


def _note_on_machine(noted: NotedReading, rollover: bool, act: Act, service: Service) -> None:
    item = service.load(SerialItem, noted.serial_item_id)
    _record(item, noted, rollover, act)
    service.save(item)


def _known(call: Call, taken: ReadingTaken, read_on: date) -> UUID | None:
    same = (taken.serial_item_id, taken.meter, taken.value, read_on)
    return next((r.reading_id for r in call.readings.values() if _told(r) == same), None)


def _told(reading: NotedReading) -> tuple[UUID, str, int, date]:
    return reading.serial_item_id, reading.meter, reading.value, reading.read_on


def _record(item: SerialItem, noted: NotedReading, rollover: bool, act: Act) -> None:
    kind = next((kind for kind in item.meters if kind.casefold() == noted.meter.casefold()), noted.meter)
    if noted.reading_id in item.readings:
        item.correct_reading(noted.reading_id, noted.value, act, rollover=rollover)
        return
    same = (kind, noted.value, noted.read_on)
    if any((r.kind, r.value, rome_date(r.read_at)) == same for r in item.readings.values() if r.is_real):
        return
    is_now = rome_date(act.at) == noted.read_on
    read_at = act.at if is_now else datetime.combine(noted.read_on, NOON, ROME)
    reading = Reading(
        reading_id=noted.reading_id,
        kind=kind,
        value=noted.value,
        read_at=read_at,
        source=ReadingSource.TECHNICIAN,
        rollover=rollover,
    )
    item.record_reading(reading, act)
