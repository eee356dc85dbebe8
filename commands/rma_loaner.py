"""What people may ask about loaners (muletti, comodato): given, taken back, sold to the customer who keeps them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_pricing import note_ref
from aggregates.delivery_note_values import SenderNote, Transport
from aggregates.rma import Rma
from aggregates.rma_items import Loaner
from aggregates.rules.transport_reasons import Reason
from aggregates.serial_item import Place, SerialItem
from aggregates.values import Rate, rome_date
from commands.base import Answer, Command, Service
from commands.delivery_note import TakeBackGoods, take_back_goods
from commands.delivery_note_issue import GoodsLine
from commands.rma_shipping import issue_for


class LoanerUnknown(Refusal):
    """This return has no such loaner out."""

    status = 404


class GiveRmaLoaner(Command):
    """Lend the customer a piece (muletto, comodato) while theirs is with us; not a sale."""

    rma_id: UUID
    article_id: UUID
    serial: str | None = None
    serial_item_id: UUID | None = Field(
        default=None, description="The loaner in the installed base; found by its serial if left out."
    )
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
    """Sell a loaner to the customer who keeps it: the loan ends, and a delivery note of the sale is issued."""

    rma_id: UUID
    note_id: UUID = Field(description="The delivery note it went out with.")
    unit_price: Rate | None = Field(default=None, description="Euro before VAT; that of the price list if left out.")
    dated_on: date | None = None


def give_rma_loaner(cmd: GiveRmaLoaner, act: Act, service: Service) -> Answer:
    """Handles `GiveRmaLoaner`: in the installed base the piece is at the customer's site until it is back."""
    rma = service.load(Rma, cmd.rma_id)
    serials = (cmd.serial,) if cmd.serial else ()
    line = GoodsLine(article_id=cmd.article_id, quantity=Decimal(1), serials=serials, warehouse_id=cmd.warehouse_id)
    note_id = service.new_id("note")
    note = issue_for(
        service, note_id, rma, Reason.LOAN, (line,), cmd.dated_on, cmd.transport, act, return_by=cmd.return_by
    )
    piece = _piece(service, cmd)
    home = piece.place_on(note.dated_on) if piece else None
    loaner = Loaner(
        note=note_ref(note),
        description=note.lines[0].description,
        serial_item_id=piece.id if piece else None,
        home=home,
    )
    rma.give_loaner(loaner, serials, act, return_by=cmd.return_by)
    service.save(rma)
    if piece is not None:
        destination = rma.customer.destination
        site_id = destination.site_id if destination else None
        place = Place(owner_id=rma.customer.party_id, site_id=site_id, location=f"In comodato, DDT {note.number}")
        piece.move(place, note.dated_on, act)
        service.save(piece)
    return {"note_id": note.id, "number": note.number}


def take_back_rma_loaner(cmd: TakeBackRmaLoaner, act: Act, service: Service) -> None:
    """Handles `TakeBackRmaLoaner`; back once is back."""
    rma, note = _loan(service, cmd.rma_id, cmd.note_id)
    loaner = rma.loaners.get(cmd.note_id)
    if loaner is None:
        return
    returned_on = cmd.returned_on or rome_date(act.at)
    if any(note.outstanding.values()):
        back = TakeBackGoods(note_id=cmd.note_id, returned_on=returned_on, sender_note=cmd.sender_note)
        take_back_goods(back, act, service)
    rma.return_loaner(note_ref(note), act, returned_on)
    service.save(rma)
    go_home(service, loaner, returned_on, act)


def sell_rma_loaner(cmd: SellRmaLoaner, act: Act, service: Service) -> Answer:
    """Handles `SellRmaLoaner`: it comes back on paper and is sold, in one append. Raises `LoanerUnknown`."""
    rma, note = _loan(service, cmd.rma_id, cmd.note_id)
    loaner = rma.loaners.get(cmd.note_id)
    require(loaner is not None, LoanerUnknown)
    assert loaner is not None
    lent = note.lines[0]
    on = cmd.dated_on or rome_date(act.at)
    take_back_goods(TakeBackGoods(note_id=note.id, returned_on=on), act, service)
    line = GoodsLine(
        article_id=lent.article_id,
        quantity=lent.quantity,
        serials=lent.serials,
        warehouse_id=lent.stock.warehouse_id if lent.stock else None,
        unit_price=cmd.unit_price,
    )
    sale = issue_for(service, service.new_id("sale"), rma, Reason.SALE, (line,), on, Transport(), act)
    rma.sell_loaner(note_ref(note), note_ref(sale), act)
    service.save(rma)
    if loaner.serial_item_id is not None:
        piece = service.load(SerialItem, loaner.serial_item_id)
        piece.move(piece.place_on(on).model_copy(update={"location": None}), on, act)
        service.save(piece)
    return {"note_id": sale.id, "number": sale.number}


def go_home(service: Service, loaner: Loaner, on: date, act: Act) -> None:
    """In the installed base, a loaner is again where it was before."""
    if loaner.serial_item_id is not None and loaner.home is not None:
        piece = service.load(SerialItem, loaner.serial_item_id)
        piece.move(loaner.home, on, act)
        service.save(piece)


def _piece(service: Service, cmd: GiveRmaLoaner) -> SerialItem | None:
    """The loaner in the installed base; a serial that several makers gave leaves it open."""
    if cmd.serial_item_id is not None:
        return service.load(SerialItem, cmd.serial_item_id)
    known = service.lookups.serial_items_by_number(cmd.serial) if cmd.serial else ()
    return service.load(SerialItem, known[0]) if len(known) == 1 else None


def _loan(service: Service, rma_id: UUID, note_id: UUID) -> tuple[Rma, DeliveryNote]:
    rma, note = service.load(Rma, rma_id), service.load(DeliveryNote, note_id)
    is_loan = note.record is not None and note.record.id == rma.id and note.reason.reason is Reason.LOAN
    require(is_loan, LoanerUnknown)
    return rma, note
