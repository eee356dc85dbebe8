"""What people may ask about goods of a return that arrive (arrivi dei resi): received, identified, missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.delivery_note_values import SenderNote
from aggregates.rma import Rma
from aggregates.rma_items import KeptIn, ReceivedItem, RmaItem
from aggregates.rma_refusals import SameRma
from aggregates.rules.stock_levels import ZERO, Quantity
from aggregates.values import Value, rome_date
from commands.base import Answer, Command, Service
from commands.rma_goods import Goods, check_serial, items_of, place_for, reference, store, take_out, tell_serials
from commands.words import Words


class OtherCustomersRma(Refusal):
    """That return is another customer's; choose a return of the same customer."""


class ArrivedItem(Value):
    """How much of an expected item came, and in what condition."""

    item_id: UUID
    quantity: Quantity | None = Field(default=None, description="All of it that has not come yet, if left out.")
    condition: str | None = Field(default=None, examples=["Imballo danneggiato, manca l'alimentatore"])


class ReceiveRma(Command):
    """Take goods of a return in: some or all of them, and others than expected; they stay the customer's (R8)."""

    rma_id: UUID
    receipt_id: UUID | None = Field(default=None, description="The same receipt again changes nothing.")
    items: tuple[ArrivedItem, ...] = ()
    unexpected: tuple[Goods, ...] = ()
    received_on: date | None = Field(default=None, description="Today if left out.")
    sender_note: SenderNote | None = Field(default=None, description="The customer's own delivery note.")
    warehouse_id: UUID | None = Field(default=None, description="A warehouse of customers' goods.")


class IdentifyRmaItem(Command):
    """Say what an item really is, such as one that came unexpected; how many there are stays."""

    rma_id: UUID
    item_id: UUID
    description: Words | None = Field(default=None, min_length=1, examples=["Lavastoviglie LT-900"])
    serial: str | None = Field(default=None, examples=["SN-778"])
    serial_item_id: UUID | None = None
    article_id: UUID | None = Field(default=None, description="With it, the goods are counted among customers' goods.")
    warehouse_id: UUID | None = None


class MoveRmaItem(Command):
    """Move an item that is here to another return of the same customer, where it is expected or not."""

    rma_id: UUID
    item_id: UUID
    to_rma_id: UUID
    to_item_id: UUID | None = Field(default=None, description="The item it is there; left out, an unexpected one.")


class NoteMissingRmaItem(Command):
    """Note that what is still to come of an item does not come, and why; should it come after all, receive it."""

    rma_id: UUID
    item_id: UUID
    reason: Words = Field(min_length=3, examples=["Il cliente l'ha tenuta"])


def receive_rma(cmd: ReceiveRma, act: Act, service: Service) -> Answer:
    """Handles `ReceiveRma`: the return and the stock of customers' goods change together."""
    rma = service.load(Rma, cmd.rma_id)
    receipt_id = cmd.receipt_id or service.new_id("receipt")
    unexpected: Sequence[RmaItem] = ()
    if receipt_id not in rma.receipts:
        unexpected = items_of(service, cmd.unexpected, rma.id, rma.items.values())
        items, remainders = rma.arriving(receipt_id, [_received(rma, one) for one in cmd.items])
        begun = {rest.item.item_id: rest.item for rest in remainders}
        came = [begun.get(one.item_id) or rma.item(one.item_id) for one in items] + list(unexpected)
        places = {
            item.item_id: place_for(service, rma, item.item_id, cmd.warehouse_id) for item in came if item.article_id
        }
        received_on = cmd.received_on or rome_date(act.at)
        rma.receive(receipt_id, received_on, items, unexpected, cmd.sender_note, places, act, remainders)
        service.save(rma)
        put_away(service, rma, items, unexpected, act)
    return {"status": rma.status.value, "unexpected_item_ids": [item.item_id for item in unexpected]}


def _received(rma: Rma, one: ArrivedItem) -> ReceivedItem:
    quantity = one.quantity or rma.not_come(one.item_id)
    return ReceivedItem(item_id=one.item_id, quantity=quantity, condition=one.condition)


def put_away(
    service: Service, rma: Rma, items: Sequence[ReceivedItem], unexpected: Sequence[RmaItem], act: Act
) -> None:
    """Put what was just received where it is kept."""
    for one in items:
        store(service, rma, rma.item(one.item_id), one.quantity, act)
    for item in unexpected:
        store(service, rma, item, item.quantity, act)


def identify_rma_item(cmd: IdentifyRmaItem, act: Act, service: Service) -> None:
    """Handles `IdentifyRmaItem`: goods counted under another article, serial or not at all are counted anew."""
    rma = service.load(Rma, cmd.rma_id)
    known = rma.item(cmd.item_id)
    told = cmd.model_dump(include={"description", "serial", "serial_item_id", "article_id"}, exclude_none=True)
    item = known.model_copy(update=told)
    if item == known:
        return
    if item.serial != known.serial:
        check_serial(service, item.serial, rma.id)
    here = rma.received.get(item.item_id, ZERO)
    is_counted_anew = here > 0 and (item.article_id, item.serial) != (known.article_id, known.serial)
    kept: KeptIn | None = None
    if is_counted_anew and item.article_id is not None:
        kept = rma.kept.get(item.item_id) or place_for(service, rma, item.item_id, cmd.warehouse_id)
    rma.identify(item, kept, act)
    service.save(rma)
    if is_counted_anew:
        take_out(service, rma, known, act, "identified")
        store(service, rma, item, here, act, "known")


def move_rma_item(cmd: MoveRmaItem, act: Act, service: Service) -> Answer:
    """Handles `MoveRmaItem`: the goods stay where they are and belong to the other return.

    Raises `SameRma`, `OtherCustomersRma` and what receiving there raises.
    """
    require(cmd.rma_id != cmd.to_rma_id, SameRma)
    rma, other = service.load(Rma, cmd.rma_id), service.load(Rma, cmd.to_rma_id)
    require(rma.customer.party_id == other.customer.party_id, OtherCustomersRma)
    if cmd.item_id in rma.handed_on and rma.handed_on[cmd.item_id].id == other.id:
        return {"status": other.status.value}
    item, quantity = rma.item(cmd.item_id), rma.received.get(cmd.item_id, ZERO)
    rma.hand_on(cmd.item_id, reference(other), act)
    there = cmd.to_item_id or service.new_id("item")
    expected = (ReceivedItem(item_id=there, quantity=quantity),) if cmd.to_item_id else ()
    unexpected = () if cmd.to_item_id else (item.model_copy(update={"item_id": there, "quantity": quantity}),)
    note = rma.sender_notes.get(cmd.item_id)
    tell_serials(service)
    receipt_id = service.new_id("receipt")
    came, remainders = other.arriving(receipt_id, expected)
    there = came[0].item_id if came else there
    places = {there: rma.kept[cmd.item_id]} if cmd.item_id in rma.kept else {}
    other.receive(receipt_id, rome_date(act.at), came, unexpected, note, places, act, remainders)
    if cmd.to_item_id:
        told = other.item(there).model_copy(
            update={"serial": item.serial, "serial_item_id": item.serial_item_id, "article_id": item.article_id}
        )
        other.identify(told, None, act)
    service.save(rma, other)
    return {"status": other.status.value}


def note_missing_rma_item(cmd: NoteMissingRmaItem, act: Act, service: Service) -> None:
    """Handles `NoteMissingRmaItem`."""
    rma = service.load(Rma, cmd.rma_id)
    rma.note_missing(cmd.item_id, cmd.reason, act)
    service.save(rma)
