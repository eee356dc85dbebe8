"""What people may ask about checklists on calls (liste di controllo)."""

from __future__ import annotations

from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act, require
from aggregates.call import Call
from aggregates.call_values import CallStatus
from aggregates.checklist import Checklist
from aggregates.protocol import Operation, protocol_id
from aggregates.rules.answers import AnswerKind
from aggregates.serial_item import SerialItem
from aggregates.values import rome_date
from commands.attachment import require_stored
from commands.base import Answer, Command, NotFound, Service
from commands.call_readings import ROLLOVER, ReadingTaken, note, note_late
from commands.protocol import protocol_of
from commands.words import Words


class OpenChecklist(Command):
    """Open the checklist of a protocol on a call; once for each item, however often it is asked."""

    call_id: UUID
    protocol: str = Field(min_length=1, max_length=60, examples=["maintenance-dishwasher"], description="Its code.")
    serial_item_id: UUID | None = None
    activity_id: UUID | None = None


class AnswerOperation(Command):
    """Answer an operation of a checklist. Answers may come late and out of order: the last by `act.at` counts.

    A reading that counts is noted on the call and on its machine too, and refused as it would be there.
    """

    checklist_id: UUID
    key: str = Field(examples=["pressure"])
    value: bool | str = Field(examples=["1.5"], description="true or false, or a text; a photo by its SHA-256.")
    note: str | None = Field(default=None, max_length=2000)
    rollover: bool = Field(default=False, description=f"Of a reading. {ROLLOVER}")


class SkipOperation(Command):
    """Leave an operation of a checklist out, and say why."""

    checklist_id: UUID
    key: str = Field(examples=["pressure"])
    reason: Words = Field(min_length=1, max_length=1000, examples=["Locale caldaia chiuso"])


class DropChecklist(Command):
    """Do without a checklist that was not wanted on this call."""

    checklist_id: UUID
    reason: Words = Field(min_length=1, max_length=1000, examples=["Macchina sostituita"])


def open_checklist(cmd: OpenChecklist, act: Act, service: Service) -> Answer:
    """Handles `OpenChecklist`; one that was dropped is taken up. Raises `NotFound`, `ProtocolNotValidYet`."""
    checklist_id = Checklist.stream_of(cmd.call_id, cmd.serial_item_id, protocol_id(cmd.protocol))
    service.preload(cmd.call_id, protocol_id(cmd.protocol), checklist_id, *filter(None, [cmd.serial_item_id]))
    call, protocol = service.load(Call, cmd.call_id), protocol_of(service, cmd.protocol)
    if cmd.serial_item_id is not None:
        service.load(SerialItem, cmd.serial_item_id)
    known_activity = cmd.activity_id is None or cmd.activity_id in call.activities
    require(known_activity, NotFound, kind="activity", id=str(cmd.activity_id))
    checklist = service.find(Checklist, checklist_id)
    if checklist is None:
        about = {"serial_item_id": cmd.serial_item_id, "activity_id": cmd.activity_id}
        checklist = Checklist.open(protocol, rome_date(act.at), act, call_id=cmd.call_id, **about)
    checklist.take_up(act)
    if checklist.protocol.blocks_closing and checklist.missing():
        call.open_checklist(checklist_id, checklist.protocol.name, act)
    service.save(checklist, call)
    return {"checklist_id": checklist_id}


def answer_operation(cmd: AnswerOperation, act: Act, service: Service) -> Answer:
    """Handles `AnswerOperation`. Raises `OperationUnknown`, `AnswerUnfit`, `FileUnknown`, `ChecklistIsDropped`.

    Of a reading also `MeterUnknown`, `ReadingTooLow`, `ReadingTooLong`.
    """
    checklist = service.load(Checklist, cmd.checklist_id)
    before = checklist.version
    checklist.answer(cmd.key, cmd.value, cmd.note, act)
    operation = next(one for one in checklist.operations if one.key == cmd.key)
    if operation.kind is AnswerKind.PHOTO:
        require_stored(service, str(cmd.value).strip())
    service.save(checklist)
    if operation.kind is AnswerKind.READING and checklist.version > before:
        _note_reading(checklist, operation, cmd.rollover, act, service)
    return _noted(checklist, act, service)


def _note_reading(checklist: Checklist, operation: Operation, rollover: bool, act: Act, service: Service) -> None:
    """Note what was read, on the checklist's machine or the call's only one; an answer that does not count is not."""
    result, call = checklist.results[operation.key], service.load(Call, checklist.call_id)
    only = call.serial_item_ids[0] if len(call.serial_item_ids) == 1 else None
    serial_item_id = checklist.serial_item_id or only
    if result.at != act.at or result.value is None or serial_item_id is None:
        return
    taken = ReadingTaken(
        serial_item_id=serial_item_id, meter=operation.meter_kind or "", value=int(result.value), rollover=rollover
    )
    reading_id = uuid5(checklist.id, f"{operation.key}/{rome_date(act.at)}")
    if call.status in (CallStatus.CLOSED, CallStatus.CANCELLED):
        note_late(taken, reading_id, act, service)
    else:
        note(call, taken, reading_id, act, service)


def skip_operation(cmd: SkipOperation, act: Act, service: Service) -> Answer:
    """Handles `SkipOperation`. Raises `OperationUnknown`, `SkipReasonMissing`, `ChecklistIsDropped`."""
    checklist = service.load(Checklist, cmd.checklist_id)
    checklist.skip(cmd.key, cmd.reason, act)
    return _noted(checklist, act, service)


def drop_checklist(cmd: DropChecklist, act: Act, service: Service) -> None:
    """Handles `DropChecklist`; it no longer keeps its call open. Raises `SkipReasonMissing`."""
    checklist = service.load(Checklist, cmd.checklist_id)
    checklist.drop(cmd.reason, act)
    service.save(checklist)
    _finish(checklist, act, service)


def _noted(checklist: Checklist, act: Act, service: Service) -> Answer:
    """Save, and let the call go when nothing mandatory is left; only that answer touches the call."""
    checklist.complete(act)
    service.save(checklist)
    if not checklist.missing():
        _finish(checklist, act, service)
    return {"missing": checklist.missing(), "proposes_call": [one.key for one in checklist.proposed_calls()]}


def _finish(checklist: Checklist, act: Act, service: Service) -> None:
    if checklist.protocol.blocks_closing:
        call = service.load(Call, checklist.call_id)
        call.finish_checklist(checklist.id, act)
        service.save(call)
