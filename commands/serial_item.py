"""What people may ask about the installed base (matricole): what is where, its state and its warranties."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.natural_key import KeyKind
from aggregates.party import Party
from aggregates.rules.meters import Meter
from aggregates.serial_item import CoverageItem, ItemDetails, Place, SerialItem, Status, Warranty, WarrantyKind
from aggregates.serial_item_values import Move, ReplacementPolicy
from aggregates.values import Period, Value, rome_date
from commands.base import Answer, Command, Service
from commands.item_statuses import StatusUnknown, status_of
from commands.natural_key import begin_id, part
from commands.serial_item_parts import PartsOnMove, check_parent, move_parts
from commands.serial_item_replacement import take_place

__all__ = ["StatusUnknown"]


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
    status: str | None = Field(
        default=None,
        description="Left out, active, or the first in service on the company's list.",
        examples=["active"],
    )
    parent_id: UUID | None = Field(default=None, description="The item it is part of.")
    meters: tuple[Meter, ...] = Field(default=(), examples=[[{"kind": "bw", "digits": 7}]])
    warranties: tuple[WarrantyAsked, ...] = ()


class ChangeSerialItem(Command, ItemDetails):
    """Correct what an item is, or record another software release."""

    serial_item_id: UUID


class MoveSerialItem(Command, Place):
    """Move an item to another owner, site or location from a day on; where it was stays known.

    What is part of it on that day goes along, or is detached and stays where it is.
    """

    serial_item_id: UUID
    from_on: date | None = Field(default=None, description="Left out, from today on.")
    parts: PartsOnMove = PartsOnMove.ALONG
    leave_parent: bool = Field(default=False, description="Whether it stops being part of a larger item on that day.")


class CorrectMove(Command):
    """Say what a move really was, or that it never took place; the first fact stays in the history."""

    serial_item_id: UUID
    was_from_on: date = Field(description="The day of the move as it was written down.")
    from_on: date | None = Field(default=None, description="Left out, the same day.")
    place: Place | None = Field(default=None, description="Left out, the same place, or none for no move at all.")
    never: bool = Field(default=False, description="There was no such move.")


class ChangeItemStatus(Command):
    """Give an item another status from a day on, out of the company's own list."""

    serial_item_id: UUID
    status: str = Field(min_length=1, examples=["in_repair"])
    from_on: date | None = Field(default=None, description="Left out, from today on.")


class SetItemParent(Command):
    """Make an item part of another one (plant, machine, component) from a day on, or let it stand alone."""

    serial_item_id: UUID
    parent_id: UUID | None = None
    from_on: date | None = Field(default=None, description="Left out, from today on.")


class GiveWarranty(Command, WarrantyAsked):
    """Give an item a warranty; one of the same kind from the same day is corrected."""

    serial_item_id: UUID


class ReplaceSerialItem(Command):
    """Record that another item took an item's place, and what becomes of the warranties.

    They go over with what is left of them, or begin anew; those of the old item stay with it as they were. Contracts
    follow by `replace-contract-serial`; `contract-serials-replaced` lists the lines that have not.
    """

    serial_item_id: UUID
    successor_id: UUID
    on: date | None = Field(default=None, description="Left out, today.")
    policy: ReplacementPolicy | None = Field(default=None, description="Left out, the company's parameter.")


def register_serial_item(cmd: RegisterSerialItem, act: Act, service: Service) -> Answer:
    """Handles `RegisterSerialItem`."""
    today = rome_date(act.at)
    _check_place(service, cmd, cmd.installed_on or today)
    status = status_of(service, cmd.status, today)
    item_id = _item_id(cmd, act, service)
    check_parent(service, item_id, cmd.parent_id, cmd.installed_on or today)
    item = SerialItem.register(
        item_id,
        part(ItemDetails, cmd),
        part(Place, cmd),
        Status(code=status, from_on=cmd.installed_on or today),
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
    place, from_on = part(Place, cmd), cmd.from_on or rome_date(act.at)
    _check_place(service, place, from_on)
    item = service.load(SerialItem, cmd.serial_item_id)
    item.move(place, from_on, act)
    if cmd.leave_parent:
        item.set_parent(None, act, from_on)
    service.save(item)
    move_parts(service, item, place, from_on, cmd.parts, act)


def correct_move(cmd: CorrectMove, act: Act, service: Service) -> None:
    """Handles `CorrectMove`. Raises `MoveUnknown`, `FirstPlaceStays`."""
    if cmd.place is not None:
        service.load(Party, cmd.place.owner_id)
    item = service.load(SerialItem, cmd.serial_item_id)
    known = next((move for move in item.moves if move.from_on == cmd.was_from_on), None)
    place = cmd.place or (known.place if known else item.place_on(cmd.from_on or cmd.was_from_on))
    move = None if cmd.never else Move(place=place, from_on=cmd.from_on or cmd.was_from_on)
    item.correct_move(cmd.was_from_on, move, act)
    service.save(item)


def change_item_status(cmd: ChangeItemStatus, act: Act, service: Service) -> None:
    """Handles `ChangeItemStatus`."""
    from_on = cmd.from_on or rome_date(act.at)
    status = status_of(service, cmd.status, from_on)
    item = service.load(SerialItem, cmd.serial_item_id)
    item.change_status(Status(code=status, from_on=from_on), act)
    service.save(item)


def set_item_parent(cmd: SetItemParent, act: Act, service: Service) -> None:
    """Handles `SetItemParent`."""
    item = service.load(SerialItem, cmd.serial_item_id)
    from_on = cmd.from_on or rome_date(act.at)
    check_parent(service, item.id, cmd.parent_id, from_on)
    item.set_parent(cmd.parent_id, act, from_on)
    service.save(item)


def give_warranty(cmd: GiveWarranty, act: Act, service: Service) -> Answer:
    """Handles `GiveWarranty`."""
    item = service.load(SerialItem, cmd.serial_item_id)
    warranty = _warranty(item, cmd, service.new_id("warranty"))
    item.give_warranty(warranty, act)
    service.save(item)
    return {"warranty_id": warranty.warranty_id}


def replace_serial_item(cmd: ReplaceSerialItem, act: Act, service: Service) -> Answer:
    """Handles `ReplaceSerialItem`. Raises `AlreadyReplaced`, `OwnSuccessor`, `LineageCircle`."""
    item = service.load(SerialItem, cmd.serial_item_id)
    successor = service.load(SerialItem, cmd.successor_id)
    given = take_place(service, item, successor, cmd.on or rome_date(act.at), act, cmd.policy)
    return {"warranty_ids": given}


def _item_id(cmd: RegisterSerialItem, act: Act, service: Service) -> UUID:
    if cmd.number is None:
        return cmd.serial_item_id or service.new_id()
    code = (cmd.manufacturer or "", cmd.number)
    return begin_id(service, KeyKind.SERIAL_ITEM, *code, given=cmd.serial_item_id, act=act)


def _check_place(service: Service, place: Place, from_on: date) -> None:
    """Nothing new goes to a party that was deactivated, or to one of its sites that is closed by then."""
    owner = service.load(Party, place.owner_id)
    owner.check_active()
    owner.check_site_open(place.site_id, from_on)


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
