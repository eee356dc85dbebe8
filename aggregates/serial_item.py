"""SerialItem (matricola): one machine, plant, component or licence in the installed base, with all that befalls it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from aggregates.base import Act, Aggregate, event, require
from aggregates.natural_key import KeyKind, natural_id
from aggregates.rules.dated import held_on
from aggregates.rules.meters import Backwards, Count, Meter, MeterSwap, Reading, counts
from aggregates.serial_item_refusals import (
    AlreadyReplaced,
    FirstPlaceStays,
    LineageCircle,
    MeterDiffers,
    MeterUnknown,
    MoveUnknown,
    OwnParent,
    OwnSuccessor,
    ReadingTooLong,
    ReadingTooLow,
    ReadingUnknown,
    WarrantyUnknown,
)
from aggregates.serial_item_values import (
    CoverageItem,
    ItemDetails,
    Membership,
    Move,
    Place,
    ReplacementPolicy,
    Software,
    Status,
    SupplierWarranty,
    Warranty,
    WarrantyKind,
)
from aggregates.values import rome_date

__all__ = [
    "AlreadyReplaced",
    "CoverageItem",
    "ItemDetails",
    "LineageCircle",
    "MeterDiffers",
    "MeterUnknown",
    "Move",
    "OwnParent",
    "OwnSuccessor",
    "Place",
    "ReadingTooLong",
    "ReadingTooLow",
    "ReadingUnknown",
    "SerialItem",
    "Software",
    "Status",
    "Warranty",
    "WarrantyKind",
    "serial_item_id",
]  # fmt: skip


def serial_item_id(manufacturer: str, number: str) -> UUID:
    """The id of an item with a serial number, where none was given: a manufacturer gives each number once."""
    return natural_id(KeyKind.SERIAL_ITEM, manufacturer, number)


class SerialItem(Aggregate):
    """One piece of the installed base."""

    TOPIC = "serial-item"

    # Imported here rather than assigned, so that `SerialItem.Registered` is also a type to checkers.
    # isort: off
    # fmt: off
    from aggregates.serial_item_facts import (
        Registered as Registered, DetailsChanged as DetailsChanged, Moved as Moved, MoveCorrected as MoveCorrected,
        StatusChanged as StatusChanged, ParentSet as ParentSet, WarrantyGiven as WarrantyGiven,
        WarrantyWithdrawn as WarrantyWithdrawn, SupplierWarrantyRecorded as SupplierWarrantyRecorded,
        MeterAdded as MeterAdded, ReadingRecorded as ReadingRecorded, ReadingCorrected as ReadingCorrected,
        MeterReplaced as MeterReplaced, Replaced as Replaced, TookPlaceOf as TookPlaceOf,
        HistoryAsked as HistoryAsked, ReplacementUndone as ReplacementUndone, PlaceGivenBack as PlaceGivenBack,
    )
    # fmt: on
    # isort: on

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

    def correct_move(self, was_from_on: date, move: Move | None, act: Act) -> None:
        """Say what a move really was, or that there was none. Raises `MoveUnknown`, `FirstPlaceStays`.

        The same correction again records nothing: the wrong move is not there any more.
        """
        known = next((one for one in self.moves if one.from_on == was_from_on), None)
        if known == move or (known is None and move is not None and move in self.moves):
            return
        require(known is not None, MoveUnknown, from_on=str(was_from_on))
        require(move is not None or len(self.moves) > 1, FirstPlaceStays)
        self.trigger_event(self.MoveCorrected, act=act, was_from_on=was_from_on, move=move)

    def change_status(self, status: Status, act: Act) -> None:
        """Give it another status from a day on."""
        if self.status_on(status.from_on) != status.code:
            self.trigger_event(self.StatusChanged, act=act, status=status)

    def set_parent(self, parent_id: UUID | None, act: Act, from_on: date | None = None) -> None:
        """Make it part of another item from a day on, or let it stand alone. Raises `OwnParent`."""
        require(parent_id != self.id, OwnParent)
        day = from_on or rome_date(act.at)
        if self.parent_on(day) != parent_id:
            self.trigger_event(self.ParentSet, act=act, parent_id=parent_id, from_on=day)

    def give_warranty(self, warranty: Warranty, act: Act) -> None:
        """Add a warranty, or correct one by its id."""
        if self.warranties.get(warranty.warranty_id) != warranty:
            self.trigger_event(self.WarrantyGiven, act=act, warranty=warranty)

    def withdraw_warranty(self, warranty_id: UUID, act: Act) -> None:
        """Take back a warranty given by mistake; taken back already, nothing. Raises `WarrantyUnknown`."""
        if warranty_id in self.withdrawn:
            return
        require(warranty_id in self.warranties, WarrantyUnknown)
        self.trigger_event(self.WarrantyWithdrawn, act=act, warranty_id=warranty_id)

    def record_supplier_warranty(self, warranty: SupplierWarranty, act: Act) -> None:
        """Record what a supplier answers for, or correct it by its id (R5.2)."""
        if self.supplier_warranties.get(warranty.warranty_id) != warranty:
            self.trigger_event(self.SupplierWarrantyRecorded, act=act, warranty=warranty)

    def ask_history(self, dated_on: date, from_on: date | None, until_on: date | None, act: Act) -> None:
        """Have the history printed; asked for again at another moment it is printed again, as it is then."""
        if self.history_asked != (dated_on, from_on, until_on, act.at):
            self.trigger_event(self.HistoryAsked, act=act, dated_on=dated_on, from_on=from_on, until_on=until_on)

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

    def replace_with(self, successor: SerialItem, on: date, act: Act, policy: ReplacementPolicy | None = None) -> None:
        """Record that another item took its place, on both. Raises `AlreadyReplaced`, `OwnSuccessor`."""
        require(successor.id != self.id, OwnSuccessor)
        if self.successor_id == successor.id:
            return
        require(self.successor_id is None, AlreadyReplaced, on=str(self.replaced_on))
        self.trigger_event(self.Replaced, act=act, successor_id=successor.id, on=on, policy=policy)
        successor.trigger_event(self.TookPlaceOf, act=act, predecessor_id=self.id, on=on)

    def undo_replacement(self, successor: SerialItem, act: Act) -> None:
        """Record that the other item did not take this one's place; warranties it had from it are withdrawn.

        Where it did not, or other items came into the line since, nothing is recorded.
        """
        if self.successor_id != successor.id or successor.predecessor_id != self.id:
            return
        self.trigger_event(self.ReplacementUndone, act=act, successor_id=successor.id)
        successor.trigger_event(self.PlaceGivenBack, act=act, predecessor_id=self.id)
        for warranty in [one for one in successor.warranties.values() if one.inherited_from == self.id]:
            successor.withdraw_warranty(warranty.warranty_id, act)

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
        return held_on([(move.from_on, move.place) for move in self.moves], day)

    def parent_on(self, day: date) -> UUID | None:
        """What it was part of on a day; before it was first, what it was part of first."""
        return held_on([(each.from_on, each.parent_id) for each in self.memberships], day)

    @property
    def parent_id(self) -> UUID | None:
        """What it is part of after the last change."""
        return self.memberships[-1].parent_id

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
        return held_on([(status.from_on, status.code) for status in self.statuses], day)

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
        self.installed_on = installed_on
        from_on = installed_on or status.from_on
        self.moves: tuple[Move, ...] = (Move(place=place, from_on=from_on),)
        self.memberships: tuple[Membership, ...] = (Membership(parent_id=parent_id, from_on=from_on),)
        self.statuses: tuple[Status, ...] = (status,)
        self.warranties: dict[UUID, Warranty] = {}
        self.withdrawn: set[UUID] = set()
        self.supplier_warranties: dict[UUID, SupplierWarranty] = {}
        self.history_asked: tuple[date, date | None, date | None, datetime] | None = None
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
        self.moves = _moves(self.moves, move.from_on, move)

    @event(MoveCorrected)
    def _move_corrected(self, was_from_on: date, move: Move | None) -> None:
        self.moves = _moves(self.moves, was_from_on, move)

    @event(StatusChanged)
    def _status_changed(self, status: Status) -> None:
        others = (known for known in self.statuses if known.from_on != status.from_on)
        self.statuses = tuple(sorted((*others, status), key=lambda known: known.from_on))

    @event(ParentSet)
    def _parent_set(self, parent_id: UUID | None, from_on: date | None, act: Act) -> None:
        latest = Membership(parent_id=parent_id, from_on=from_on or rome_date(act.at))
        others = (known for known in self.memberships if known.from_on != latest.from_on)
        self.memberships = tuple(sorted((*others, latest), key=lambda known: known.from_on))

    @event(WarrantyGiven)
    def _warranty_given(self, warranty: Warranty) -> None:
        self.warranties[warranty.warranty_id] = warranty
        self.withdrawn.discard(warranty.warranty_id)

    @event(WarrantyWithdrawn)
    def _warranty_withdrawn(self, warranty_id: UUID) -> None:
        self.withdrawn.add(warranty_id)
        del self.warranties[warranty_id]

    @event(SupplierWarrantyRecorded)
    def _supplier_warranty_recorded(self, warranty: SupplierWarranty) -> None:
        self.supplier_warranties[warranty.warranty_id] = warranty

    @event(HistoryAsked)
    def _history_asked(self, dated_on: date, from_on: date | None, until_on: date | None, act: Act) -> None:
        self.history_asked = (dated_on, from_on, until_on, act.at)

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

    @event(ReplacementUndone)
    def _replacement_undone(self) -> None:
        self.successor_id = self.replaced_on = None

    @event(PlaceGivenBack)
    def _place_given_back(self) -> None:
        self.predecessor_id = None


def _same(one: Reading, other: Reading) -> bool:
    return (one.kind, one.read_at, one.value, one.source) == (other.kind, other.read_at, other.value, other.source)


def _moves(known: Iterable[Move], was_from_on: date, move: Move | None) -> tuple[Move, ...]:
    """The moves with one of them put otherwise; of two from one day the newer fact holds."""
    gone = {was_from_on} | ({move.from_on} if move else set())
    others = [one for one in known if one.from_on not in gone]
    return tuple(sorted([*others, *([move] if move else [])], key=lambda one: one.from_on))
