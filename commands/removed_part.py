"""What people may ask about parts taken out of machines (pezzi smontati)."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.article import Article, article_id
from aggregates.base import Act
from aggregates.call import Call
from aggregates.record_ref import RecordRef
from aggregates.removed_part import Fate, Removal, RemovedPart
from aggregates.serial_item import SerialItem
from aggregates.stock import Ownership
from aggregates.values import Rate, rome_date
from aggregates.warehouse import WarehouseKind
from commands.base import Answer, Command, Service
from commands.call_pieces import freed
from commands.serial_item_fitting import find_piece, take_off
from commands.stock import stock_at, warehouse_of
from commands.words import Words

NOT_STOCKED = "part-not-in-stock"


class NoteRemovedPart(Command):
    """Note a part taken out of a machine: whose it is and what becomes of it (R11.6).

    It is ours only if ownership passed to us, as with an exchange; otherwise it is the customer's, at no value. What is
    kept goes to the faulty parts, or to the customers' goods. An item of the installed base ends its time in the
    machine; what was fitted in its place follows it.
    """

    call_id: UUID
    removed_id: UUID | None = None
    used_line_id: UUID | None = Field(default=None, description="The line of the part that took its place.")
    machine_id: UUID | None = Field(default=None, description="Left out, the one that the new part went into.")
    serial_item_id: UUID | None = Field(default=None, description="The removed part, where it is known as an item.")
    article_id: UUID | None = None
    code: str | None = Field(default=None, examples=["EV-230"])
    description: Words = Field(min_length=1, examples=["Elettrovalvola 230 V guasta"])
    quantity: Rate = Field(default=Decimal(1), gt=0)
    serial: str | None = None
    lot: str | None = None
    exchanged: bool = Field(default=False, description="Ownership passed to us.")
    fate: Fate
    warehouse_id: UUID | None = Field(default=None, description="Left out, the first of the kind that it belongs to.")
    note: str | None = None


def note_removed_part(cmd: NoteRemovedPart, act: Act, service: Service) -> Answer:
    """Handles `NoteRemovedPart`. Raises `RemovedDiffers`, `OursCannotStay`, `WarehouseMissing`, `SerialElsewhere`."""
    call = service.load(Call, cmd.call_id)
    removed_id = cmd.removed_id or service.new_id("removed")
    known = service.find(RemovedPart, removed_id)
    article = _article(cmd, service)
    kept = article is not None and article.details.kind.is_stocked and cmd.fate.is_kept
    removal = _removal(cmd, call, article)
    if known is not None and known.is_same(removal.model_copy(update={"warehouse_id": known.removal.warehouse_id})):
        return {"removed_id": removed_id, "warehouse_id": known.removal.warehouse_id, "warnings": []}
    if kept:
        ours = removal.ownership is Ownership.OWN
        kind = WarehouseKind.FAULTY if ours else WarehouseKind.CUSTOMER_OWNED
        removal = removal.model_copy(update={"warehouse_id": warehouse_of(service, cmd.warehouse_id, kind)})
    frees = freed(service, article, removal.serial) if article and removal.serial else ()
    service.save(RemovedPart.remove(removed_id, removal, act, frees))
    _off_the_machine(service, call, cmd, article, act)
    if removal.warehouse_id is not None and article is not None:
        _store(service, call, removed_id, removal, article, act)
    warnings = [NOT_STOCKED] if cmd.fate.is_kept and not kept else []
    return {"removed_id": removed_id, "warehouse_id": removal.warehouse_id, "warnings": warnings}


def _article(cmd: NoteRemovedPart, service: Service) -> Article | None:
    known = cmd.article_id or (article_id(cmd.code) if cmd.code else None)
    return service.find(Article, known) if known else None


def _removal(cmd: NoteRemovedPart, call: Call, article: Article | None) -> Removal:
    used = call.used_parts.get(cmd.used_line_id) if cmd.used_line_id else None
    said = cmd.model_dump(exclude={"removed_id", "exchanged", "warehouse_id"})
    said["machine_id"] = cmd.machine_id or (used.serial_item_id if used else None)
    said["article_id"] = article.id if article else cmd.article_id
    return Removal(**said, ownership=Ownership.OWN if cmd.exchanged else Ownership.CUSTOMER)


def _off_the_machine(service: Service, call: Call, cmd: NoteRemovedPart, article: Article | None, act: Act) -> None:
    item = service.find(SerialItem, cmd.serial_item_id) if cmd.serial_item_id else None
    if item is None and article is not None and cmd.serial:
        item = find_piece(service, article, cmd.serial)
    if item is None:
        return
    used = call.used_parts.get(cmd.used_line_id) if cmd.used_line_id else None
    new = None
    if used is not None and len(used.part.serial_numbers) == 1:
        code = used.part.article_id or (article_id(used.part.code) if used.part.code else None)
        fitted = service.find(Article, code) if code else None
        new = find_piece(service, fitted, used.part.serial_numbers[0]) if fitted else None
    take_off(service, item, new, rome_date(act.at), act)


def _store(service: Service, call: Call, removed_id: UUID, removal: Removal, article: Article, act: Act) -> None:
    """Into the warehouse at no value: what it is worth again is decided when it is sound again (R11.7)."""
    assert removal.warehouse_id is not None
    item = stock_at(service, article.id, removal.warehouse_id, act, removal.ownership)
    number = call.number or service.lookups.call_number(call.id)
    source = RecordRef(kind="call", id=call.id, number=number)
    serials = (removal.serial,) if removal.serial else ()
    item.receive(removed_id, removal.quantity, Decimal(0), source, act, serials=serials)
