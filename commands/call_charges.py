"""What people may ask about the cost of a call (addebiti): expenses, and the slip for parts given free in warranty."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from typing import Literal
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.call import Call
from aggregates.call_charged import decide_part
from aggregates.call_refusals import CallNotClosed
from aggregates.call_values import CallStatus, ChargeItem, Expense
from aggregates.coverage import CoverageKind
from aggregates.delivery_note import DeliveryNote
from aggregates.record_ref import RecordRef
from aggregates.rules.transport_reasons import Reason
from aggregates.values import Rate
from commands.base import Answer, Command, Service
from commands.delivery_note_issue import GoodsLine, NoteDraft, issue_note
from commands.quote import CallWithoutCustomer
from commands.words import Words


class NoteExpense(Command):
    """Note what board and lodging or third parties cost us on a call; the customer's price follows by price list."""

    call_id: UUID
    line_id: UUID | None = Field(default=None, description="Of an expense already noted, to change it.")
    item: Literal[ChargeItem.BOARD_AND_LODGING, ChargeItem.THIRD_PARTIES] = Field(examples=["third_parties"])
    description: Words = Field(min_length=1, max_length=900, examples=["Noleggio piattaforma"])
    quantity: Rate = Field(default=Decimal(1), gt=0)
    unit: str = "pz"
    unit_cost: Rate = Field(ge=0, description="What one cost us, euro before VAT.", examples=["80.00"])
    serial_item_id: UUID | None = Field(default=None, description="The machine it was for.")
    activity_id: UUID | None = None


class IssueWarrantySlip(Command):
    """Issue the delivery slip of the parts that a closed call gave free under warranty: no invoice follows (R4.3).

    The parts have left the warehouse already. The same call again answers the slip that is there.
    """

    call_id: UUID


class NothingUnderWarranty(Refusal):
    """No part of this call was given free under warranty; there is nothing to put on a slip."""


def note_expense(cmd: NoteExpense, act: Act, service: Service) -> Answer:
    """Handles `NoteExpense`."""
    call = service.load(Call, cmd.call_id)
    line_id = cmd.line_id or service.new_id("expense")
    call.note_expense(Expense(line_id=line_id, **cmd.model_dump(exclude={"call_id", "line_id"})), act)
    service.save(call)
    return {"line_id": line_id}


def issue_warranty_slip(cmd: IssueWarrantySlip, act: Act, service: Service) -> Answer:
    """Handles `IssueWarrantySlip`. Raises `CallNotClosed`, `NothingUnderWarranty`, `AddressMissing`."""
    call = service.load(Call, cmd.call_id)
    require(call.status is CallStatus.CLOSED, CallNotClosed)
    note_id, note = _slip(service, call)
    if note is None:
        if call.party_id is None:
            raise CallWithoutCustomer
        lines = tuple(_free_goods(call))
        require(bool(lines), NothingUnderWarranty)
        record = RecordRef(kind="call", id=call.id, number=call.number or service.lookups.call_number(call.id))
        draft = NoteDraft(
            recipient_id=call.party_id, site_id=call.site_id, reason=Reason.FREE_WARRANTY, lines=lines, record=record
        )
        note = issue_note(service, note_id, draft, act)
    return {"note_id": note_id, "number": note.number}


def _slip(service: Service, call: Call) -> tuple[UUID, DeliveryNote | None]:
    """The call's slip that stands, or the id of the one to issue: a cancelled one is followed by another."""
    for attempt in count():
        note_id = uuid5(call.id, f"warranty-slip/{attempt}")
        note = service.find(DeliveryNote, note_id)
        if note is None or not note.cancelled:
            break
    return note_id, note


def _free_goods(call: Call) -> Iterator[GoodsLine]:
    """The parts that a warranty pays for, in words: stock has moved when they were used."""
    for used in call.used_parts.values():
        decision = decide_part(call, call.outcome, used)
        if decision.kind is CoverageKind.WARRANTY:
            part = used.part
            yield GoodsLine(
                code=part.code,
                description=part.description,
                quantity=part.quantity,
                unit=part.unit,
                serials=part.serial_numbers,
                lots=part.lots,
                note=decision.reason,
            )
