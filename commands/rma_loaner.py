"""What people may ask about loaners (muletti, comodato): given, taken back, sold to the customer who keeps them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_pricing import note_ref
from aggregates.delivery_note_values import LinePrice, SenderNote, Transport
from aggregates.rma import Rma
from aggregates.rma_items import Loaner
from aggregates.rules.transport_reasons import Reason
from aggregates.values import Rate, rome_date
from commands.base import Answer, Command, Service
from commands.delivery_note import TakeBackGoods, take_back_goods
from commands.delivery_note_issue import GoodsLine
from commands.lent_goods import KeepGoods, keep_goods
from commands.rma_shipping import issue_for


class LoanerUnknown(Refusal):
    """This return has no such loaner out."""

    status = 404


class GiveRmaLoaner(Command):
    """Lend the customer a piece (muletto, comodato) while theirs is with us; not a sale."""

    rma_id: UUID
    article_id: UUID
    serial: str | None = None
    warehouse_id: UUID | None = None
    dated_on: date | None = None
    return_by: date | None = None
    transport: Transport = Transport()


class TakeBackRmaLoaner(Command):
    """Take a loaner back, with the customer's own document."""

    rma_id: UUID
    note_id: UUID = Field(description="The delivery note it went out with.")
    returned_on: date | None = None
    sender_note: SenderNote | None = None


class SellRmaLoaner(Command):
    """Let the customer keep a loaner: it is sold with the note it went out with, and the return has none out."""

    rma_id: UUID
    note_id: UUID = Field(description="The delivery note it went out with.")
    unit_price: Rate | None = Field(default=None, description="Euro before VAT; that of the price list if left out.")
    sold_on: date | None = Field(default=None, description="Today if left out.")


def give_rma_loaner(cmd: GiveRmaLoaner, act: Act, service: Service) -> Answer:
    """Handles `GiveRmaLoaner`: in the installed base the piece is at the customer's until it is back."""
    rma = service.load(Rma, cmd.rma_id)
    serials = (cmd.serial,) if cmd.serial else ()
    line = GoodsLine(article_id=cmd.article_id, quantity=Decimal(1), serials=serials, warehouse_id=cmd.warehouse_id)
    note_id = service.new_id("note")
    note = issue_for(
        service, note_id, rma, Reason.LOAN, (line,), cmd.dated_on, cmd.transport, act, return_by=cmd.return_by
    )
    loaner = Loaner(note=note_ref(note), description=note.lines[0].description)
    rma.give_loaner(loaner, serials, act, given_on=note.dated_on, return_by=cmd.return_by)
    service.save(rma)
    return {"note_id": note.id, "number": note.number}


def take_back_rma_loaner(cmd: TakeBackRmaLoaner, act: Act, service: Service) -> None:
    """Handles `TakeBackRmaLoaner`; back once is back."""
    rma, note = _loan(service, cmd.rma_id, cmd.note_id)
    if cmd.note_id not in rma.loaners:
        return
    returned_on = cmd.returned_on or rome_date(act.at)
    if any(note.outstanding.values()):
        back = TakeBackGoods(note_id=cmd.note_id, returned_on=returned_on, sender_note=cmd.sender_note)
        take_back_goods(back, act, service)
    rma.return_loaner(note_ref(note), act, returned_on)
    service.save(rma)


def sell_rma_loaner(cmd: SellRmaLoaner, act: Act, service: Service) -> Answer:
    """Handles `SellRmaLoaner`: the note is to be invoiced; sold once is sold. Raises `LoanerUnknown`."""
    rma, note = _loan(service, cmd.rma_id, cmd.note_id)
    if cmd.note_id in rma.loaners:
        line_id, unit_price = note.lines[0].line_id, cmd.unit_price
        prices = (LinePrice(line_id=line_id, unit_price=unit_price),) if unit_price is not None else ()
        keep_goods(KeepGoods(note_id=note.id, kept_on=cmd.sold_on, prices=prices), act, service)
    return {"note_id": note.id, "number": note.number}


def _loan(service: Service, rma_id: UUID, note_id: UUID) -> tuple[Rma, DeliveryNote]:
    rma, note = service.load(Rma, rma_id), service.load(DeliveryNote, note_id)
    is_loan = note.record is not None and note.record.id == rma.id and note.reason.reason is Reason.LOAN
    require(is_loan, LoanerUnknown)
    return rma, note
