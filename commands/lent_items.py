"""Where lent machines stand in the installed base (muletti, comodati): at the customer's, and back where they were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from aggregates.base import Act
from aggregates.delivery_note import DeliveryNote
from aggregates.serial_item import Place, SerialItem
from commands.base import Service


def place_lent(service: Service, note: DeliveryNote, act: Act) -> None:
    """Lent machines stand at the customer's from the day of the note on.

    A serial that is no item of the installed base, or of several, moves in stock alone.
    """
    if note.is_lent:
        for item in _items(service, note, note.serials):
            item.move(_place(note), note.dated_on, act)
            service.save(item)


def bring_lent_back(service: Service, note: DeliveryNote, serials: Sequence[str], on: date, act: Act) -> None:
    """Lent machines that came back stand again where they stood before; one that moved on since stays there."""
    if not note.is_lent:
        return
    for item in _items(service, note, serials):
        lent = _place(note)
        before = [move.place for move in item.moves if move.from_on <= note.dated_on and move.place != lent]
        if before and item.place_on(on) == lent:
            item.move(before[-1], on, act)
            service.save(item)


def _place(note: DeliveryNote) -> Place:
    site = note.recipient.destination
    return Place(owner_id=note.recipient.party_id, site_id=site.site_id if site else None)


def _items(service: Service, note: DeliveryNote, serials: Sequence[str]) -> Iterator[SerialItem]:
    codes = {serial: line.code for line in note.lines for serial in line.serials}
    for serial in serials:
        found = [service.load(SerialItem, item_id) for item_id in service.lookups.serial_items_by_number(serial)]
        alike = [item for item in found if item.details.article_code in (None, codes.get(serial))]
        if len(alike) == 1:
            yield alike[0]
