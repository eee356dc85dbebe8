"""Serial items and meter readings as commands (matricole, letture contatori)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid5

from aggregates.serial_item import SerialItem
from aggregates.values import ROME
from gateways.imports.sheets.serial_items import MeterReadingRow, SerialItemRow
from gateways.imports.taking.finding import Finder
from gateways.imports.taking.orders import Order, order

NOON = time(12)
"""Readings come with a day only: noon lies in it whatever the season."""


def serial_item(row: SerialItemRow, finder: Finder) -> Iterator[Order]:
    """A new machine with its meters and warranty, or what is different of a known one."""
    item_id = finder.item(f"{row.manufacturer}:{row.serial_number}")
    software = None
    if row.release or row.licence_expires_on:
        software = {"release": row.release, "licence_expires_on": row.licence_expires_on}
    details = {
        "product": row.product,
        "type": row.type,
        "article_code": row.article_code,
        "plant_in_building": row.building_plant,
        "software": software,
        "notes": row.notes,
    }
    place = {
        "owner_id": finder.party(row.customer_code),
        "site_id": finder.site(row.customer_code, row.site_code),
        "location": row.location,
    }
    known = finder.record(item_id)
    if isinstance(known, SerialItem):
        yield from _changes(known, row, details, place, finder.today)
        return
    yield order(
        "register-serial-item",
        serial_item_id=item_id,
        manufacturer=row.manufacturer,
        number=row.serial_number,
        installed_on=row.installed_on,
        status=row.status,
        meters=[{"kind": counter.value} for counter in row.counters],
        warranties=_warranties(row, finder.today),
        **details,
        **place,
    )


def parent(row: SerialItemRow, finder: Finder) -> Iterator[Order]:
    """What the machine is part of; asked once all machines are there."""
    if row.parent_serial is not None:
        item_id = finder.item(f"{row.manufacturer}:{row.serial_number}")
        yield order("set-item-parent", serial_item_id=item_id, parent_id=finder.item(row.parent_serial))


def reading(row: MeterReadingRow, finder: Finder) -> Iterator[Order]:
    """A reading, or the correction of one that is known; the meter is added where the machine has none of its kind."""
    item_id = finder.item(row.serial_number)
    reading_id = uuid5(item_id, f"reading/{row.counter.value}/{row.read_on}")
    known = finder.record(item_id)
    if isinstance(known, SerialItem) and reading_id in known.readings:
        yield order("correct-reading", serial_item_id=item_id, reading_id=reading_id, value=row.value)
        return
    yield order("add-meter", serial_item_id=item_id, kind=row.counter.value)
    yield order(
        "record-reading",
        serial_item_id=item_id,
        reading_id=reading_id,
        kind=row.counter.value,
        value=row.value,
        read_at=datetime.combine(row.read_on, NOON, tzinfo=ROME),
        source=row.source.value,
    )


def _changes(
    known: SerialItem, row: SerialItemRow, details: dict[str, Any], place: dict[str, UUID | str | None], today: date
) -> Iterator[Order]:
    item_id = known.id
    yield order("change-serial-item", serial_item_id=item_id, **details)
    yield order("move-serial-item", serial_item_id=item_id, **place, from_on=today)
    if known.status != row.status:
        yield order("change-item-status", serial_item_id=item_id, status=row.status, from_on=today)
    for counter in row.counters:
        if counter.value not in known.meters:
            yield order("add-meter", serial_item_id=item_id, kind=counter.value)
    for warranty in _warranties(row, today):
        yield order("give-warranty", serial_item_id=item_id, **warranty)


def _warranties(row: SerialItemRow, today: date) -> list[dict[str, Any]]:
    """A warranty whose beginning nobody wrote down begins with the installation, or today."""
    if row.warranty_kind is None or row.warranty_until_on is None:
        return []
    starts_on = min(row.installed_on or today, row.warranty_until_on)
    return [
        {
            "kind": row.warranty_kind.value,
            "period": {"starts_on": starts_on, "ends_on": row.warranty_until_on},
            "source": "Importazione",
        }
    ]
