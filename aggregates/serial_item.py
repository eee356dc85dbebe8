"""SerialItem (matricola): one machine, plant, component or licence in the installed base, with all that befalls it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.natural_key import KeyKind, natural_id
from aggregates.rules.meters import Backwards, Count, Meter, MeterSwap, Reading, counts
from aggregates.values import Period, Value


def serial_item_id(manufacturer: str, number: str) -> UUID:
    """The id of an item with a serial number, where none was given: a manufacturer gives each number once."""
    return natural_id(KeyKind.SERIAL_ITEM, manufacturer, number)


class Software(Value):
    """Which release is installed, under which licence."""

    release: str | None = None
    licence: str | None = None
    licence_expires_on: date | None = None


class ItemDetails(Value):
    """What the item is."""

    product: str = Field(min_length=1, examples=["Lavastoviglie LT-900"], description="Model, as people call it.")
    type: str = Field(min_length=1, examples=["dishwasher"], description="The product type, for rules and statistics.")
    article_code: str | None = Field(default=None, description="The catalogue item it is a piece of.")
    plant_in_building: bool = Field(default=False, description="Part of a building: reverse charge may hold (R9.6).")
    software: Software | None = None
    notes: str | None = None


class Place(Value):
    """Whose the item is and where it stands."""

    owner_id: UUID = Field(description="The party that has it.")
    site_id: UUID | None = None
    location: str | None = Field(default=None, examples=["Cucina, piano terra"])


class Move(Value):
    """Where an item has been from a day on."""

    place: Place
    from_on: date


class Status(Value):
    """A status from the company's own list, from a day on."""

    code: str = Field(min_length=1)
    from_on: date


class WarrantyKind(StrEnum):
    """Where a warranty comes from (§5)."""

    LEGAL = "legal"
    MANUFACTURER = "manufacturer"
    EXTENDED = "extended"
    REPAIR = "repair"
    PART = "part"


class CoverageItem(StrEnum):
    """The cost items that a warranty or a contract may cover (§4)."""

    CALL_FEE = "call-fee"
    TRAVEL = "travel"
    LABOUR = "labour"
    OVERTIME = "overtime"
    PARTS = "parts"
    CONSUMABLES = "consumables"
    PER_DIEM = "per-diem"
    THIRD_PARTIES = "third-parties"


class Warranty(Value):
    """A warranty of the item (garanzia): kind, days, what it covers, the document that proves it (R5.1, R5.3)."""

    warranty_id: UUID
    kind: WarrantyKind
    period: Period
    covers: tuple[CoverageItem, ...] = tuple(CoverageItem)
    source: str | None = Field(default=None, examples=["DDT 2026/45 del 12/03/2026"])
    article_code: str | None = Field(default=None, description="The replaced part that a part's warranty covers.")


class MeterUnknown(Refusal):
    """This item has no meter {kind}; add the meter first."""


class MeterDiffers(Refusal):
    """Meter {kind} is already there with other digits or weight; replace it instead."""


class ReadingTooLong(Refusal):
    """{value} does not fit a meter of {digits} digits; check the reading."""

    status = 422


class ReadingTooLow(Refusal):
    """{value} is lower than the real reading {before} before it; correct it, or declare a rollover or a new meter."""

    status = 422


class ReadingUnknown(Refusal):
    """There is no such reading of this item to correct."""

    status = 404


class OwnParent(Refusal):
    """An item cannot be part of itself; choose another one."""

    status = 422


class AlreadyReplaced(Refusal):
    """This item was already replaced on {on}; record the replacement on the newer item."""


class SerialItem(Aggregate):
    """One piece of the installed base."""

    TOPIC = "serial-item"

    class Registered(FirstEvent):
        """The item is in the installed base."""

        TOPIC = "serial-item.registered.v1"
        manufacturer: str | None
        number: str | None
        details: ItemDetails
        place: Place
        installed_on: date | None
        status: Status
        parent_id: UUID | None

    class DetailsChanged(Aggregate.Event):
        """What the item is was corrected, or its software changed."""

        TOPIC = "serial-item.details-changed.v1"
        details: ItemDetails

    class Moved(Aggregate.Event):
        """The item has another owner, site or location from a day on; where it was stays known."""

        TOPIC = "serial-item.moved.v1"
        move: Move

    class StatusChanged(Aggregate.Event):
        """The item has another status from a day on."""

        TOPIC = "serial-item.status-changed.v1"
        status: Status

    class ParentSet(Aggregate.Event):
        """The item is part of another one, or stands alone."""

        TOPIC = "serial-item.parent-set.v1"
        parent_id: UUID | None

    class WarrantyGiven(Aggregate.Event):
        """The item has one more warranty, or corrected data of a known one."""

        TOPIC = "serial-item.warranty-given.v1"
        warranty: Warranty

    class MeterAdded(Aggregate.Event):
        """The item counts something."""

        TOPIC = "serial-item.meter-added.v1"
        meter: Meter

    class ReadingRecorded(Aggregate.Event):
        """A meter was read."""

        TOPIC = "serial-item.reading-recorded.v1"
        reading: Reading

    class ReadingCorrected(Aggregate.Event):
        """A reading had been written down wrongly; the earlier fact stays."""

        TOPIC = "serial-item.reading-corrected.v1"
        reading: Reading

    class MeterReplaced(Aggregate.Event):
        """A meter was taken out and another put in."""

        TOPIC = "serial-item.meter-replaced.v1"
        swap: MeterSwap

    class Replaced(Aggregate.Event):
        """Another item took the place of this one."""

        TOPIC = "serial-item.replaced.v1"
        successor_id: UUID
        on: date

    class TookPlaceOf(Aggregate.Event):
        """This item took the place of another one."""

        TOPIC = "serial-item.took-place-of.v1"
        predecessor_id: UUID
        on: date

    # Decide

    @classmethod
    def register(
        cls,
        item_id: UUID,
        details: ItemDetails,
        place: Place,
        status: Status,
        act: Act,
        *,
        manufacturer: str | None = None,
        number: str | None = None,
        installed_on: date | None = None,
        parent_id: UUID | None = None,
    ) -> SerialItem:
        """Put an item into the installed base; without a serial number it is known by its id alone."""
        require(parent_id != item_id, OwnParent)
        return cls.begin(
            cls.Registered,
            id=item_id,
            act=act,
            manufacturer=manufacturer,
            number=number,
            details=details,
            place=place,
            installed_on=installed_on,
            status=status,
            parent_id=parent_id,
        )

    def change_details(self, details: ItemDetails, act: Act) -> None:
        """Correct what the item is; the same again records nothing."""
        if self.details != details:
            self.trigger_event(self.DetailsChanged, act=act, details=details)

    def move(self, place: Place, from_on: date, act: Act) -> None:
        """Move it; a move dated before the last known one fills the history in."""
        if self.place_on(from_on) != place:
            self.trigger_event(self.Moved, act=act, move=Move(place=place, from_on=from_on))

    def change_status(self, status: Status, act: Act) -> None:
        """Give it another status from a day on."""
        if self.status_on(status.from_on) != status.code:
            self.trigger_event(self.StatusChanged, act=act, status=status)

    def set_parent(self, parent_id: UUID | None, act: Act) -> None:
        """Make it part of another item, or let it stand alone. Raises `OwnParent`."""
        require(parent_id != self.id, OwnParent)
        if self.parent_id != parent_id:
            self.trigger_event(self.ParentSet, act=act, parent_id=parent_id)

    def give_warranty(self, warranty: Warranty, act: Act) -> None:
        """Add a warranty, or correct one by its id."""
        if self.warranties.get(warranty.warranty_id) != warranty:
            self.trigger_event(self.WarrantyGiven, act=act, warranty=warranty)

    def add_meter(self, meter: Meter, act: Act) -> None:
        """Add a meter. Raises `MeterDiffers` when one of this kind is there with other digits or weight."""
        known = self.meters.get(meter.kind)
        require(known is None or known == meter, MeterDiffers, kind=meter.kind)
        if known is None:
            self.trigger_event(self.MeterAdded, act=act, meter=meter)

    def record_reading(self, reading: Reading, act: Act) -> UUID:
        """Record a reading and answer its id; the same reading told twice keeps its first id.

        A late reading must fit between those around it. Raises `MeterUnknown`, `ReadingTooLong`, `ReadingTooLow`.
        """
        told = next((known for known in self.readings.values() if _same(known, reading)), None)
        if told is not None:
            return told.reading_id
        self._check(reading.kind, reading.value, {**self.readings, reading.reading_id: reading}, self.swaps)
        self.trigger_event(self.ReadingRecorded, act=act, reading=reading)
        return reading.reading_id

    def correct_reading(self, reading_id: UUID, value: int, act: Act, *, rollover: bool | None = None) -> None:
        """Write down what the meter really showed. Raises `ReadingUnknown` and what `record_reading` raises."""
        require(reading_id in self.readings, ReadingUnknown)
        old = self.readings[reading_id]
        new = old.model_copy(update={"value": value, "rollover": old.rollover if rollover is None else rollover})
        self._check(new.kind, value, {**self.readings, reading_id: new}, self.swaps)
        if new != old:
            self.trigger_event(self.ReadingCorrected, act=act, reading=new)

    def replace_meter(self, swap: MeterSwap, act: Act) -> None:
        """Record that a meter was replaced. Raises `MeterUnknown`, `ReadingTooLong`, `ReadingTooLow`."""
        if swap not in self.swaps:
            self._check(swap.kind, max(swap.final, swap.initial), self.readings, (*self.swaps, swap))
            self.trigger_event(self.MeterReplaced, act=act, swap=swap)

    def replace_with(self, successor: SerialItem, on: date, act: Act) -> None:
        """Record that another item took its place, on both. Raises `AlreadyReplaced`, `OwnParent`."""
        require(successor.id != self.id, OwnParent)
        if self.successor_id == successor.id:
            return
        require(self.successor_id is None, AlreadyReplaced, on=str(self.replaced_on))
        self.trigger_event(self.Replaced, act=act, successor_id=successor.id, on=on)
        successor.trigger_event(self.TookPlaceOf, act=act, predecessor_id=self.id, on=on)

    def _check(self, kind: str, value: int, readings: dict[UUID, Reading], swaps: tuple[MeterSwap, ...]) -> None:
        require(kind in self.meters, MeterUnknown, kind=kind)
        meter = self.meters[kind]
        require(value < 10**meter.digits, ReadingTooLong, value=value, digits=meter.digits)
        try:
            counts(meter, readings.values(), swaps)
        except Backwards as error:
            raise ReadingTooLow(value=error.value, before=error.before) from error

    # Answers

    def warranties_on(self, day: date) -> tuple[Warranty, ...]:
        """The warranties that hold on a day, the one that ends first before the others."""
        holding = [warranty for warranty in self.warranties.values() if warranty.period.holds(day)]
        return tuple(sorted(holding, key=lambda warranty: (warranty.period.ends_on, warranty.kind)))

    def place_on(self, day: date) -> Place:
        """Where it was on a day; before its first move, where it was first."""
        begun = [move for move in self.moves if move.from_on <= day]
        return (begun[-1] if begun else self.moves[0]).place

    @property
    def place(self) -> Place:
        """Where it is after the last move."""
        return self.moves[-1].place

    @property
    def status(self) -> str:
        """Its status after the last change."""
        return self.statuses[-1].code

    def status_on(self, day: date) -> str:
        """Its status on a day; before its first, the first."""
        begun = [status for status in self.statuses if status.from_on <= day]
        return (begun[-1] if begun else self.statuses[0]).code

    def counts(self, kind: str) -> list[Count]:
        """The real readings of a meter in order, each with all counted since the first. Raises `MeterUnknown`."""
        require(kind in self.meters, MeterUnknown, kind=kind)
        return counts(self.meters[kind], self.readings.values(), self.swaps)

    # Evolve

    @event(Registered)
    def __init__(
        self,
        manufacturer: str | None,
        number: str | None,
        details: ItemDetails,
        place: Place,
        installed_on: date | None,
        status: Status,
        parent_id: UUID | None,
    ) -> None:
        self.manufacturer, self.number, self.details = manufacturer, number, details
        self.installed_on, self.parent_id = installed_on, parent_id
        self.moves: tuple[Move, ...] = (Move(place=place, from_on=installed_on or status.from_on),)
        self.statuses: tuple[Status, ...] = (status,)
        self.warranties: dict[UUID, Warranty] = {}
        self.meters: dict[str, Meter] = {}
        self.readings: dict[UUID, Reading] = {}
        self.swaps: tuple[MeterSwap, ...] = ()
        self.successor_id: UUID | None = None
        self.predecessor_id: UUID | None = None
        self.replaced_on: date | None = None

    @event(DetailsChanged)
    def _details_changed(self, details: ItemDetails) -> None:
        self.details = details

    @event(Moved)
    def _moved(self, move: Move) -> None:
        others = (known for known in self.moves if known.from_on != move.from_on)
        self.moves = tuple(sorted((*others, move), key=lambda known: known.from_on))

    @event(StatusChanged)
    def _status_changed(self, status: Status) -> None:
        others = (known for known in self.statuses if known.from_on != status.from_on)
        self.statuses = tuple(sorted((*others, status), key=lambda known: known.from_on))

    @event(ParentSet)
    def _parent_set(self, parent_id: UUID | None) -> None:
        self.parent_id = parent_id

    @event(WarrantyGiven)
    def _warranty_given(self, warranty: Warranty) -> None:
        self.warranties[warranty.warranty_id] = warranty

    @event(MeterAdded)
    def _meter_added(self, meter: Meter) -> None:
        self.meters[meter.kind] = meter

    @event(ReadingRecorded)
    def _reading_recorded(self, reading: Reading) -> None:
        self.readings[reading.reading_id] = reading

    @event(ReadingCorrected)
    def _reading_corrected(self, reading: Reading) -> None:
        self.readings[reading.reading_id] = reading

    @event(MeterReplaced)
    def _meter_replaced(self, swap: MeterSwap) -> None:
        self.swaps = (*self.swaps, swap)

    @event(Replaced)
    def _replaced(self, successor_id: UUID, on: date) -> None:
        self.successor_id, self.replaced_on = successor_id, on

    @event(TookPlaceOf)
    def _took_place_of(self, predecessor_id: UUID) -> None:
        self.predecessor_id = predecessor_id


def _same(one: Reading, other: Reading) -> bool:
    return (one.kind, one.read_at, one.value, one.source) == (other.kind, other.read_at, other.value, other.source)
