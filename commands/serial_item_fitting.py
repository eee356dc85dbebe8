"""How pieces with serial numbers get into machines and out again (componenti), by the work of a call.

A piece that is fitted becomes an item of the installed base, part of the machine, with the warranty of a part; one that
is taken off stands alone from that day on, where it went is its status and its replacement.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid5

from aggregates.article import Article
from aggregates.base import Act
from aggregates.call import Call
from aggregates.item_statuses import ItemStatuses, item_statuses_id
from aggregates.rules import warranties
from aggregates.serial_item import ItemDetails, SerialItem, Status
from aggregates.stock_pieces import piece_id
from aggregates.values import rome_date
from aggregates.work_report import UsedPart
from commands.base import Service
from commands.company import parameters
from commands.item_statuses import status_of
from commands.serial_item_parts import check_parent
from commands.serial_item_replacement import take_place, warranty_terms

PART = "part"


def fit(service: Service, call: Call, used: UsedPart, article: Article, act: Act) -> None:
    """Put the pieces of a used part into the machine that it went into, in this append (R11.3).

    Nothing where the machine is not in the installed base or the article has no serial numbers. Raises `OwnParent`.
    """
    machine = service.find(SerialItem, used.serial_item_id) if used.serial_item_id else None
    if machine is None or not article.details.serial_tracked:
        return
    day = rome_date(act.at)
    terms = warranty_terms(service, day)
    source = f"Chiamata {call.number or service.lookups.call_number(call.id) or call.id}"
    for serial in used.part.serial_numbers:
        piece = _piece(service, machine, article, serial, day, act)
        given = warranties.part(_warranty_id(piece, used.line_id), day, terms, article.code, source)
        if given is not None:
            piece.give_warranty(given, act)
        service.save(piece)


def unfit(service: Service, line_id: UUID, article: Article, serials: Sequence[str], act: Act) -> None:
    """Take pieces off again that were not used after all: as if they had never been fitted, from today on."""
    day = rome_date(act.at)
    for serial in serials:
        piece = find_piece(service, article, serial)
        if piece is None or piece.parent_on(day) is None:
            continue
        piece.set_parent(None, act, day)
        _change_status(service, piece, day, act)
        if _warranty_id(piece, line_id) in piece.warranties:
            piece.withdraw_warranty(_warranty_id(piece, line_id), act)
        service.save(piece)


def take_off(service: Service, item: SerialItem, successor: SerialItem | None, day: date, act: Act) -> None:
    """End an item's time in its machine; what took its place, if anything, takes its warranties on.

    Raises `AlreadyReplaced`, `LineageCircle`.
    """
    if successor is not None and successor.id != item.id:
        take_place(service, item, successor, day, act)
    item.set_parent(None, act, day)
    _change_status(service, item, day, act)
    service.save(item)


def find_piece(service: Service, article: Article, serial: str) -> SerialItem | None:
    """The item of the installed base that is this piece of an article."""
    made = service.find(SerialItem, piece_id(article.id, serial))
    if made is not None:
        return made
    known = service.lookups.serial_items_by_number(serial)
    service.preload(*known)
    found = (service.find(SerialItem, item_id) for item_id in known)
    return next((one for one in found if one is not None and one.details.article_code == article.code), None)


def _piece(service: Service, machine: SerialItem, article: Article, serial: str, day: date, act: Act) -> SerialItem:
    piece, place = find_piece(service, article, serial), machine.place_on(day)
    status = Status(code=status_of(service, None, day), from_on=day)
    if piece is None:
        details = ItemDetails(product=article.details.description, type=PART, article_code=article.code)
        return SerialItem.register(
            piece_id(article.id, serial),
            details,
            place,
            status,
            act,
            number=serial,
            installed_on=day,
            parent_id=machine.id,
        )
    check_parent(service, piece.id, machine.id, day)
    piece.move(place, day, act)
    piece.set_parent(machine.id, act, day)
    piece.change_status(status, act)
    return piece


def _warranty_id(piece: SerialItem, line_id: UUID) -> UUID:
    return uuid5(piece.id, f"fitted/{line_id}")


def _change_status(service: Service, item: SerialItem, day: date, act: Act) -> None:
    """Say that it is in no machine, in the company's own words where it has any for that."""
    listed = service.find(ItemStatuses, item_statuses_id())
    idle = (code for code, each in (listed.on(day) if listed else {}).items() if not each.in_service)
    usual = None if listed or parameters(service, day).item_statuses else "dismantled"
    code = next(idle, usual)
    if code is not None:
        item.change_status(Status(code=code, from_on=day), act)
