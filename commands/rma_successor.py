"""The piece that takes an item's place in the installed base (matricola sostitutiva): registered, in line, undone."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from aggregates.article import Article
from aggregates.base import Act
from aggregates.natural_key import KeyKind
from aggregates.rma_items import RmaItem
from aggregates.serial_item import ItemDetails, SerialItem, Status
from aggregates.serial_item_values import ReplacementPolicy
from commands.base import Service
from commands.item_statuses import status_of
from commands.natural_key import begin_id, id_of
from commands.serial_item_replacement import is_behind, take_place


def successor_of(
    service: Service,
    item: RmaItem,
    serial: str | None,
    serial_item_id: UUID | None,
    article_id: UUID | None,
    on: date,
    act: Act,
) -> UUID | None:
    """The replacement in the installed base: the one named, or one registered where the old one stands.

    Nothing is registered without a serial number, nor for a piece that is not in the installed base itself.
    """
    if serial_item_id is not None or serial is None or item.serial_item_id is None:
        return serial_item_id
    old = service.load(SerialItem, item.serial_item_id)
    maker = old.manufacturer or "-"
    known = id_of(service, KeyKind.SERIAL_ITEM, maker, serial)
    if known is not None:
        return known
    article = service.find(Article, article_id) if article_id else None
    code = article.code if article else old.details.article_code
    same = code == old.details.article_code or old.details.article_code is None
    product = old.details.product if same or article is None else article.details.description
    new = SerialItem.register(
        begin_id(service, KeyKind.SERIAL_ITEM, maker, serial, given=None, act=act),
        ItemDetails(product=product, type=old.details.type, article_code=code),
        old.place_on(on),
        Status(code=status_of(service, None, on), from_on=on),
        act,
        manufacturer=old.manufacturer,
        number=serial,
        installed_on=on,
        parent_id=old.parent_on(on),
    )
    service.save(new)
    return new.id


def succeed(
    service: Service,
    old_id: UUID | None,
    new_id: UUID | None,
    on: date,
    act: Act,
    policy: ReplacementPolicy | None = None,
) -> None:
    """The replacement takes the old machine's place, with what is left of its warranties; the old one keeps its own.

    A machine of an exchange pool may come back to where another took its place: then nothing succeeds anything.
    """
    if old_id is None or new_id is None:
        return
    old, new = service.load(SerialItem, old_id), service.load(SerialItem, new_id)
    if not is_behind(service, old, new):
        take_place(service, old, new, on, act, policy)


def undo(service: Service, old_id: UUID | None, new_id: UUID | None, act: Act) -> None:
    """Take back what `succeed` did: its delivery note was cancelled."""
    if old_id is None or new_id is None:
        return
    old, new = service.load(SerialItem, old_id), service.load(SerialItem, new_id)
    old.undo_replacement(new, act)
    service.save(old, new)
