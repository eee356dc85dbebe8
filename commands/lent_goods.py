"""What people may ask about goods lent to customers (comodato, muletto, conto visione): lend them, let them be kept."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_pricing import note_ref
from aggregates.delivery_note_values import LinePrice, Transport
from aggregates.record_ref import RecordRef
from aggregates.rules.transport_reasons import Reason
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.delivery_note_issue import GoodsLine, NoteDraft, issue_note
from commands.rma_told import tell_loaner
from commands.stock import issue_stock
from commands.words import Words


class ReturnDayMissing(Refusal):
    """Say by when goods on loan come back; a loan without end is a sale in the eyes of the law (R8.5)."""

    status = 422


class ReturnDayPast(Refusal):
    """Goods cannot be due back on {return_by}, before they leave; give a later day."""

    status = 422


class LendGoods(Command):
    """Lend goods to a customer, for a call or alone: they stay ours, with a note and a day to come back."""

    note_id: UUID | None = Field(default=None, description="Made by the client, or by the server if left out.")
    recipient_id: UUID
    site_id: UUID | None = None
    reason: Literal[Reason.LOAN, Reason.ON_APPROVAL] = Reason.LOAN
    lines: tuple[GoodsLine, ...] = Field(min_length=1)
    return_by: date | None = Field(default=None, description="Needed for loans; one year for goods on approval (R8.6).")
    record: RecordRef | None = Field(default=None, description="The call they are lent for.")
    dated_on: date | None = None
    transport: Transport = Transport()
    notes: tuple[str, ...] = ()


class KeepGoods(Command):
    """Let a customer keep what is still out on loan or on approval: it is sold, and to be invoiced (R8.5, R8.6)."""

    note_id: UUID
    kept_on: date | None = Field(default=None, description="Today if left out.")
    prices: tuple[LinePrice, ...] = Field(default=(), description="Those of the note or the price list if left out.")
    reason: Words | None = Field(default=None, examples=["Il cliente la acquista"])


class ExtendLoan(Command):
    """Let lent goods come back later; goods on approval never after their year (R8.6)."""

    note_id: UUID
    return_by: date = Field(examples=["2026-10-31"])
    reason: Words = Field(min_length=3, examples=["Ricambio in ritardo"])


class RemindOfLentGoods(Command):
    """Note that lent goods are due back soon; once for each day on which they are (R8.6)."""

    note_id: UUID


def extend_loan(cmd: ExtendLoan, act: Act, service: Service) -> None:
    """Handles `ExtendLoan`; people are reminded anew of the new day."""
    note = service.load(DeliveryNote, cmd.note_id)
    note.extend(cmd.return_by, cmd.reason, act)
    service.save(note)


def remind_of_lent_goods(cmd: RemindOfLentGoods, act: Act, service: Service) -> None:
    """Handles `RemindOfLentGoods`."""
    note = service.load(DeliveryNote, cmd.note_id)
    note.remind(act)
    service.save(note)


def lend_goods(cmd: LendGoods, act: Act, service: Service) -> Answer:
    """Handles `LendGoods`; the same id again answers the note that is there."""
    note_id = cmd.note_id or service.new_id("note")
    note = service.find(DeliveryNote, note_id)
    if note is None:
        require(cmd.return_by is not None or cmd.reason is Reason.ON_APPROVAL, ReturnDayMissing)
        day = cmd.dated_on or rome_date(act.at)
        if cmd.return_by is not None:
            require(cmd.return_by >= day, ReturnDayPast, return_by=str(cmd.return_by))
        fields = {name: getattr(cmd, name) for name in NoteDraft.model_fields if name in type(cmd).model_fields}
        note = issue_note(service, note_id, NoteDraft(**fields), act)
    return {"note_id": note.id, "number": note.number, "return_by": note.return_by}


def keep_goods(cmd: KeepGoods, act: Act, service: Service) -> Answer:
    """Handles `KeepGoods`: the goods leave our stock, and the note is to be invoiced; again changes nothing."""
    note = service.load(DeliveryNote, cmd.note_id)
    if note.kept_on is None:
        out = note.outstanding
        note.keep(cmd.kept_on or rome_date(act.at), cmd.prices, cmd.reason, act)
        service.save(note)
        for line in note.lines:
            if line.article_id and line.stock and line.stock.to_warehouse_id and out[line.line_id] > 0:
                issue_stock(
                    service, line.article_id, line.stock.to_warehouse_id, out[line.line_id], note_ref(note), act,
                    movement_id=service.new_id(f"kept-{line.line_id}"),
                    serials=note.serials_out(line.line_id), ownership=line.stock.ownership,
                )  # fmt: skip
        tell_loaner(service, note, note.kept_on or rome_date(act.at), act)
    return {"note_id": note.id, "number": note.number, "kept_on": note.kept_on}
