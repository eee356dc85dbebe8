"""What moves with an item and what it may be part of (impianto, macchina, componente): checks shared by commands."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from aggregates.base import Act, require
from aggregates.rules.lineage import Memberships, closes_circle, days_from
from aggregates.serial_item import OwnParent, Place, SerialItem
from commands.base import NotFound, Service


class PartsOnMove(StrEnum):
    """What an item's parts do when it moves."""

    ALONG = "along"
    DETACH = "detach"


def check_parent(service: Service, item_id: UUID, parent_id: UUID | None, from_on: date) -> None:
    """No item is part of itself on any day, not even by way of others. Raises `OwnParent`, `NotFound`."""
    if parent_id is None:
        return
    require(parent_id != item_id, OwnParent)
    if service.find(SerialItem, parent_id) is None:
        raise NotFound(kind="SerialItem", id=str(parent_id))
    item = service.find(SerialItem, item_id)
    days = days_from(_memberships(item), from_on)

    def memberships(whole_id: UUID) -> Memberships:
        return _memberships(service.find(SerialItem, whole_id))

    require(not closes_circle(item_id, parent_id, days, memberships), OwnParent)


def move_parts(service: Service, whole: SerialItem, place: Place, from_on: date, parts: PartsOnMove, act: Act) -> None:
    """Let the parts of an item go where it goes, at every depth, or stand alone from that day on."""
    waiting, moved = [whole.id], {whole.id}
    while waiting:
        whole_id = waiting.pop()
        for part in parts_on(service, whole_id, from_on):
            if part.id in moved:
                continue
            moved.add(part.id)
            if parts is PartsOnMove.DETACH:
                part.set_parent(None, act, from_on)
            else:
                part.move(_with(place, part.place_on(from_on)), from_on, act)
                waiting.append(part.id)
            service.save(part)


def parts_on(service: Service, whole_id: UUID, day: date) -> list[SerialItem]:
    """The items that were part of one on a day, as their own facts say."""
    known = service.lookups.parts_of(whole_id)
    service.preload(*known)
    listed = [service.load(SerialItem, part_id) for part_id in known]
    return [part for part in listed if part.parent_on(day) == whole_id]


def _with(place: Place, own: Place) -> Place:
    """Where a part is after its whole has moved: at the same site it stays where it stood there."""
    stays = own.site_id == place.site_id and own.location is not None
    return place.model_copy(update={"location": own.location if stays else place.location})


def _memberships(item: SerialItem | None) -> Memberships:
    return [(each.from_on, each.parent_id) for each in item.memberships] if item else []
