"""What can befall a serial item (fatti della matricola)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from aggregates.base import Aggregate, FirstEvent
from aggregates.rules.meters import Meter, MeterSwap, Reading
from aggregates.serial_item_values import (
    ItemDetails,
    Move,
    Place,
    ReplacementPolicy,
    Status,
    SupplierWarranty,
    Warranty,
)


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


class MoveCorrected(Aggregate.Event):
    """A move had been written down wrongly: it was another one, or none; the first fact stays in the history."""

    TOPIC = "serial-item.move-corrected.v1"
    was_from_on: date
    move: Move | None


class StatusChanged(Aggregate.Event):
    """The item has another status from a day on."""

    TOPIC = "serial-item.status-changed.v1"
    status: Status


class ParentSet(Aggregate.Event):
    """The item is part of another one, or stands alone, from a day on; left out, the day of the act."""

    TOPIC = "serial-item.parent-set.v1"
    parent_id: UUID | None
    from_on: date | None = None


class WarrantyGiven(Aggregate.Event):
    """The item has one more warranty, or corrected data of a known one."""

    TOPIC = "serial-item.warranty-given.v1"
    warranty: Warranty


class WarrantyWithdrawn(Aggregate.Event):
    """A warranty was never given, or not to this item."""

    TOPIC = "serial-item.warranty-withdrawn.v1"
    warranty_id: UUID


class SupplierWarrantyRecorded(Aggregate.Event):
    """What our supplier answers for: it gives back costs and covers nothing for the customer (R5.2)."""

    TOPIC = "serial-item.supplier-warranty-recorded.v1"
    warranty: SupplierWarranty


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
    """Another item took the place of this one; the policy says what became of its warranties."""

    TOPIC = "serial-item.replaced.v1"
    successor_id: UUID
    on: date
    policy: ReplacementPolicy | None = None


class TookPlaceOf(Aggregate.Event):
    """This item took the place of another one."""

    TOPIC = "serial-item.took-place-of.v1"
    predecessor_id: UUID
    on: date


class ReplacementUndone(Aggregate.Event):
    """The other item did not take the place of this one after all: its delivery was cancelled."""

    TOPIC = "serial-item.replacement-undone.v1"
    successor_id: UUID


class PlaceGivenBack(Aggregate.Event):
    """This item did not take the place of the other one after all."""

    TOPIC = "serial-item.place-given-back.v1"
    predecessor_id: UUID


class HistoryAsked(Aggregate.Event):
    """The item's history is to be printed, of all its days or of some."""

    TOPIC = "serial-item.history-asked.v1"
    dated_on: date
    from_on: date | None = None
    until_on: date | None = None
