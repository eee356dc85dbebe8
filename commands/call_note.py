"""What people may ask about parts left at a customer's on a call (DDT da intervento): one note, no second movement."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.call import Call
from aggregates.call_notes import CallNotes, NothingToNote, call_notes_id
from aggregates.coverage import CoverageKind
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_pricing import note_ref
from aggregates.delivery_note_values import Transport
from aggregates.record_ref import RecordRef
from aggregates.rules.transport_reasons import Reason
from aggregates.work_report import UsedPart
from commands.base import Answer, Command, Service
from commands.delivery_note_issue import GoodsLine, NoteDraft, issue_note
from commands.quote import CallWithoutCustomer


class IssueNoteForCall(Command):
    """Issue a delivery note for the parts used on a call that are on none yet.

    The goods left stock when they were used, and the call bills them: the note does neither a second time.
    """

    call_id: UUID
    note_id: UUID | None = Field(default=None, description="Made by the client, or by the server if left out.")
    part_ids: tuple[UUID, ...] = Field(default=(), description="All that are on no note if left empty.")
    reason: Literal[Reason.SALE, Reason.FREE_WARRANTY] | None = Field(
        default=None, description="Left out: free of charge where a warranty covers the call, else a sale."
    )
    dated_on: date | None = None
    series: str | None = None
    transport: Transport = Transport()
    notes: tuple[str, ...] = ()


def issue_note_for_call(cmd: IssueNoteForCall, act: Act, service: Service) -> Answer:
    """Handles `IssueNoteForCall`; the same id again answers the note that is there.

    Raises `CallWithoutCustomer`, `NothingToNote`, `PartNoted` and what a note raises.
    """
    note_id = cmd.note_id or service.new_id("note")
    note = service.find(DeliveryNote, note_id)
    if note is None:
        call = service.load(Call, cmd.call_id)
        if call.party_id is None:
            raise CallWithoutCustomer
        kept = service.find(CallNotes, call_notes_id(call.id)) or CallNotes.of(call.id, act)
        parts = [part for part in _asked(call, cmd) if cmd.part_ids or kept.note_of(part.line_id) is None]
        require(bool(parts), NothingToNote)
        note = issue_note(service, note_id, _draft(service, cmd, call, parts), act)
        kept.note(note_ref(note), [part.line_id for part in parts], act)
        service.save(kept)
    return {"note_id": note.id, "number": note.number, "reason": note.reason.reason}


def _asked(call: Call, cmd: IssueNoteForCall) -> list[UsedPart]:
    if not cmd.part_ids:
        return list(call.used_parts.values())
    found = [call.used_parts[part_id] for part_id in dict.fromkeys(cmd.part_ids) if part_id in call.used_parts]
    require(len(found) == len(set(cmd.part_ids)), NothingToNote)
    return found


def _draft(service: Service, cmd: IssueNoteForCall, call: Call, parts: list[UsedPart]) -> NoteDraft:
    ref = RecordRef(kind="call", id=call.id, number=call.number or service.lookups.call_number(call.id))
    free = call.coverage.kind is CoverageKind.WARRANTY
    return NoteDraft(
        recipient_id=call.party_id,
        site_id=call.site_id,
        reason=cmd.reason or (Reason.FREE_WARRANTY if free else Reason.SALE),
        dated_on=cmd.dated_on,
        series=cmd.series,
        lines=tuple(_line(part, ref) for part in parts),
        transport=cmd.transport,
        record=ref,
        notes=cmd.notes,
        billed_with=ref,
        moves_stock=False,
    )


def _line(used: UsedPart, ref: RecordRef) -> GoodsLine:
    part = used.part
    return GoodsLine(
        article_id=part.article_id,
        code=part.code,
        description=part.description,
        quantity=part.quantity,
        unit=part.unit,
        serials=part.serial_numbers,
        lots=part.lots,
        source=ref,
    )
