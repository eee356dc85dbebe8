"""What people may ask about the installed base (matricole): what is where, its state and its warranties."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.natural_key import KeyKind
from aggregates.party import Party
from aggregates.rules.meters import Meter
from aggregates.serial_item import (
    CoverageItem,
    ItemDetails,
    OwnParent,
    Place,
    SerialItem,
    Status,
    Warranty,
    WarrantyKind,
)
from aggregates.values import Period, Value, rome_date
from commands.base import Answer, Command, NotFound, Service
from commands.company import parameters
from commands.natural_key import begin_id, part

DEEPEST = 20


class StatusUnknown(Refusal):
    """{status} is not one of the company's statuses ({known}); choose one of them or add it to the list."""

    status = 422


class WarrantyAsked(Value):
    """A warranty to be given."""

    warranty_id: UUID | None = None
    kind: WarrantyKind = WarrantyKind.LEGAL
    period: Period = Field(examples=[{"starts_on": "2026-03-12", "ends_on": "2028-03-11"}])
    covers: tuple[CoverageItem, ...] = tuple(CoverageItem)
    source: str | None = Field(default=None, examples=["DDT 2026/45 del 12/03/2026"])
    article_code: str | None = Field(default=None, description="The replaced part that a part's warranty covers.")


class RegisterSerialItem(Command, ItemDetails, Place):
    """Put a machine, plant, component or licence into the installed base, with or without a serial number."""

    serial_item_id: UUID | None = Field(default=None, description="Left out, it is made from maker and number.")
    manufacturer: str | None = Field(default=None, examples=["Silanos"])
    number: str | None = Field(default=None, description="The serial number.", examples=["SN-10442"])
    installed_on: date | None = None
    status: str = Field(default="active", examples=["active"])
    parent_id: UUID | None = Field(default=None, description="The item it is part of.")
    meters: tuple[Meter, ...] = Field(default=(), examples=[[{"kind": "bw", "digits": 7}]])
    warranties: tuple[WarrantyAsked, ...] = ()


class ChangeSerialItem(Command, ItemDetails):
    """Correct what an item is, or record another software release."""

    serial_item_id: UUID


class MoveSerialItem(Command, Place):
    """Move an item to another owner, site or location from a day on; where it was stays known."""

    serial_item_id: UUID
    from_on: date | None = Field(default=None, description="Left out, from today on.")


class ChangeItemStatus(Command):
    """Give an item another status from a day on, out of the company's own list."""

    serial_item_id: UUID
    status: str = Field(min_length=1, examples=["in_repair"])
    from_on: date | None = Field(default=None, description="Left out, from today on.")


class SetItemParent(Command):
    """Make an item part of another one (plant, machine, component), or let it stand alone."""

    serial_item_id: UUID
    parent_id: UUID | None = None


class GiveWarranty(Command, WarrantyAsked):
    """Give an item a warranty; one of the same kind from the same day is corrected."""

    serial_item_id: UUID


class ReplaceSerialItem(Command):
    """Record that another item took an item's place."""

    serial_item_id: UUID
    successor_id: UUID
    on: date | None = Field(default=None, description="Left out, today.")


def register_serial_item(cmd: RegisterSerialItem, act: Act, service: Service) -> Answer:
    """Handles `RegisterSerialItem`."""
    service.load(Party, cmd.owner_id).check_active()
    today = rome_date(act.at)
    _check_status(service, cmd.status, today)
    item_id = _item_id(cmd, act, service)
    _check_parent(service, item_id, cmd.parent_id)
    item = SerialItem.register(
        item_id,
        part(ItemDetails, cmd),
        part(Place, cmd),
        Status(code=cmd.status, from_on=cmd.installed_on or today),
        act,
        manufacturer=cmd.manufacturer,
        number=cmd.number,
        installed_on=cmd.installed_on,
        parent_id=cmd.parent_id,
    )
    for meter in cmd.meters:
        item.add_meter(meter, act)
    for index, asked in enumerate(cmd.warranties):
        item.give_warranty(_warranty(item, asked, service.new_id(f"warranty-{index}")), act)
    service.save(item)
    return {"serial_item_id": item_id}


def change_serial_item(cmd: ChangeSerialItem, act: Act, service: Service) -> None:
    """Handles `ChangeSerialItem`."""
    item = service.load(SerialItem, cmd.serial_item_id)
    item.change_details(part(ItemDetails, cmd), act)
    service.save(item)


def move_serial_item(cmd: MoveSerialItem, act: Act, service: Service) -> None:
    """Handles `MoveSerialItem`."""
    service.load(Party, cmd.owner_id).check_active()
    item = service.load(SerialItem, cmd.serial_item_id)
    item.move(part(Place, cmd), cmd.from_on or rome_date(act.at), act)
    service.save(item)


def change_item_status(cmd: ChangeItemStatus, act: Act, service: Service) -> None:
    """Handles `ChangeItemStatus`."""
    from_on = cmd.from_on or rome_date(act.at)
    _check_status(service, cmd.status, from_on)
    item = service.load(SerialItem, cmd.serial_item_id)
    item.change_status(Status(code=cmd.status, from_on=from_on), act)
    service.save(item)


def set_item_parent(cmd: SetItemParent, act: Act, service: Service) -> None:
    """Handles `SetItemParent`."""
    item = service.load(SerialItem, cmd.serial_item_id)
    _check_parent(service, item.id, cmd.parent_id)
    item.set_parent(cmd.parent_id, act)
    service.save(item)


def give_warranty(cmd: GiveWarranty, act: Act, service: Service) -> Answer:
    """Handles `GiveWarranty`."""
    item = service.load(SerialItem, cmd.serial_item_id)
    warranty = _warranty(item, cmd, service.new_id("warranty"))
    item.give_warranty(warranty, act)
    service.save(item)
    return {"warranty_id": warranty.warranty_id}


def replace_serial_item(cmd: ReplaceSerialItem, act: Act, service: Service) -> None:
    """Handles `ReplaceSerialItem`."""
    item = service.load(SerialItem, cmd.serial_item_id)
    successor = service.load(SerialItem, cmd.successor_id)
    item.replace_with(successor, cmd.on or rome_date(act.at), act)
    service.save(item, successor)


def _item_id(cmd: RegisterSerialItem, act: Act, service: Service) -> UUID:
    if cmd.number is None:
        return cmd.serial_item_id or service.new_id()
    code = (cmd.manufacturer or "", cmd.number)
    return begin_id(service, KeyKind.SERIAL_ITEM, *code, given=cmd.serial_item_id, act=act)


def _warranty(item: SerialItem, asked: WarrantyAsked | GiveWarranty, new_id: UUID) -> Warranty:
    same = (
        known.warranty_id
        for known in item.warranties.values()
        if (known.kind, known.period.starts_on) == (asked.kind, asked.period.starts_on)
    )
    return Warranty(
        warranty_id=asked.warranty_id or next(same, new_id),
        kind=asked.kind,
        period=asked.period,
        covers=asked.covers,
        source=asked.source,
        article_code=asked.article_code,
    )


def _check_status(service: Service, status: str, on: date) -> None:
    known = parameters(service, on).item_statuses
    require(not known or status in known, StatusUnknown, status=status, known=", ".join(known))


def _check_parent(service: Service, item_id: UUID, parent_id: UUID | None) -> None:
    """No item is part of itself, not even by way of others. Raises `OwnParent`, `NotFound`."""
    for _ in range(DEEPEST):
        if parent_id is None:
            return
        require(parent_id != item_id, OwnParent)
        parent = service.find(SerialItem, parent_id)
        if parent is None:
            raise NotFound(kind="SerialItem", id=str(parent_id))
        parent_id = parent.parent_id
