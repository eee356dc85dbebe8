"""The installed base (parco installato): one row for each item, with its moves, statuses and warranties."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from aggregates.item_statuses import ItemStatuses
from aggregates.serial_item import ItemDetails, SerialItem
from aggregates.values import rome_date
from projections.base import Reader, ReadModel, Row, Rows, Table, on

ITEM = Table(
    "serial_item",
    {
        "serial_item_id": "uuid", "manufacturer": "text", "number": "text", "product": "text", "type": "text",
        "article_code": "text", "plant_in_building": "boolean", "release": "text", "licence": "text",
        "licence_expires_on": "date", "notes": "text", "owner_id": "uuid", "site_id": "uuid", "location": "text",
        "placed_on": "date", "status": "text", "status_on": "date", "installed_on": "date", "parent_id": "uuid",
        "successor_id": "uuid", "predecessor_id": "uuid", "replaced_on": "date", "replaced_policy": "text",
    },
    ("serial_item_id",),
    ("owner_id", "site_id", "lower(number)", "parent_id where parent_id is not null"),
)  # fmt: skip
MOVE = Table(
    "serial_item_move",
    {"serial_item_id": "uuid", "from_on": "date", "owner_id": "uuid", "site_id": "uuid", "location": "text"},
    ("serial_item_id", "from_on"),
)
STATUS = Table(
    "serial_item_status",
    {"serial_item_id": "uuid", "from_on": "date", "status": "text"},
    ("serial_item_id", "from_on"),
)
PARENT = Table(
    "serial_item_parent",
    {"serial_item_id": "uuid", "from_on": "date", "parent_id": "uuid"},
    ("serial_item_id", "from_on"),
    ("parent_id where parent_id is not null",),
)
DEFINED = Table(
    "item_status",
    {"code": "text", "from_on": "date", "label": "text", "in_service": "boolean", "takes_maintenance": "boolean"},
    ("code", "from_on"),
)
SUPPLIER_WARRANTY = Table(
    "supplier_warranty",
    {
        "warranty_id": "uuid", "serial_item_id": "uuid", "supplier_id": "uuid", "supplier": "text", "starts_on": "date",
        "ends_on": "date", "covers": "jsonb", "source": "text",
    },
    ("warranty_id",),
    ("serial_item_id",),
)  # fmt: skip
WARRANTY = Table(
    "warranty",
    {
        "warranty_id": "uuid", "serial_item_id": "uuid", "kind": "text", "starts_on": "date", "ends_on": "date",
        "covers": "jsonb", "source": "text", "article_code": "text", "presumed_until": "date", "action_until": "date",
        "prolonged_on": "date", "inherited_from": "uuid",
    },
    ("warranty_id",),
    ("serial_item_id",),
)  # fmt: skip


WARRANTY_COLUMNS = {
    "warranty_id", "source", "article_code", "presumed_until", "action_until", "prolonged_on", "inherited_from",
}  # fmt: skip


class InstalledBase(ReadModel):
    """What is where, in which state, under which warranty."""

    NAME = "installed-base"
    TABLES = (ITEM, MOVE, STATUS, PARENT, DEFINED, WARRANTY, SUPPLIER_WARRANTY)

    @on(SerialItem.Registered)
    def registered(self, fact: SerialItem.Registered, rows: Rows) -> None:
        """An item appears."""
        item_id, place, status = fact.stream_id, fact.place.model_dump(), fact.status
        placed_on = fact.installed_on or status.from_on
        row = fact.model_dump(include={"manufacturer", "number", "installed_on", "parent_id"})
        now = {"placed_on": placed_on, "status": status.code, "status_on": status.from_on}
        rows.put(ITEM, {"serial_item_id": item_id, **row, **now, **place, **_details(fact.details)})
        rows.put(MOVE, {"serial_item_id": item_id, "from_on": placed_on, **place})
        rows.put(STATUS, {"serial_item_id": item_id, "from_on": status.from_on, "status": status.code})
        rows.put(PARENT, {"serial_item_id": item_id, "from_on": placed_on, "parent_id": fact.parent_id})

    @on(SerialItem.DetailsChanged)
    def details_changed(self, fact: SerialItem.DetailsChanged, rows: Rows) -> None:
        """The item is described otherwise."""
        rows.patch(ITEM, fact.stream_id, **_details(fact.details))

    @on(SerialItem.Moved)
    def moved(self, fact: SerialItem.Moved, rows: Rows) -> None:
        """The item is elsewhere from a day on; a move in the past leaves its present place alone."""
        move, item = fact.move, rows.get(ITEM, fact.stream_id)
        rows.put(MOVE, {"serial_item_id": fact.stream_id, "from_on": move.from_on, **move.place.model_dump()})
        if item is not None and move.from_on >= item["placed_on"]:
            rows.patch(ITEM, fact.stream_id, placed_on=move.from_on, **move.place.model_dump())

    @on(SerialItem.MoveCorrected)
    def move_corrected(self, fact: SerialItem.MoveCorrected, rows: Rows) -> None:
        """The intervals are derived anew, and with them the present place."""
        item_id, move = fact.stream_id, fact.move
        rows.drop(MOVE, item_id, fact.was_from_on)
        if move is not None:
            rows.put(MOVE, {"serial_item_id": item_id, "from_on": move.from_on, **move.place.model_dump()})
        known = max(rows.select(MOVE, serial_item_id=item_id), key=lambda row: row["from_on"])
        place = {name: known[name] for name in ("owner_id", "site_id", "location")}
        rows.patch(ITEM, item_id, placed_on=known["from_on"], **place)

    @on(SerialItem.StatusChanged)
    def status_changed(self, fact: SerialItem.StatusChanged, rows: Rows) -> None:
        """The item has another status from a day on."""
        status, item = fact.status, rows.get(ITEM, fact.stream_id)
        rows.put(STATUS, {"serial_item_id": fact.stream_id, "from_on": status.from_on, "status": status.code})
        if item is not None and status.from_on >= item["status_on"]:
            rows.patch(ITEM, fact.stream_id, status=status.code, status_on=status.from_on)

    @on(SerialItem.ParentSet)
    def parent_set(self, fact: SerialItem.ParentSet, rows: Rows) -> None:
        """The item is part of another one from a day on; its last membership is shown on the list."""
        from_on = fact.from_on or rome_date(fact.act.at)
        rows.put(PARENT, {"serial_item_id": fact.stream_id, "from_on": from_on, "parent_id": fact.parent_id})
        latest = max(rows.select(PARENT, serial_item_id=fact.stream_id), key=lambda row: row["from_on"])
        rows.patch(ITEM, fact.stream_id, parent_id=latest["parent_id"])

    @on(SerialItem.WarrantyGiven)
    def warranty_given(self, fact: SerialItem.WarrantyGiven, rows: Rows) -> None:
        """The item has a warranty."""
        warranty = fact.warranty
        row = {
            **warranty.model_dump(include=WARRANTY_COLUMNS),
            **warranty.period.model_dump(),
            "kind": warranty.kind.value,
            "covers": [item.value for item in warranty.covers],
        }
        rows.put(WARRANTY, {"serial_item_id": fact.stream_id, **row})

    @on(SerialItem.WarrantyWithdrawn)
    def warranty_withdrawn(self, fact: SerialItem.WarrantyWithdrawn, rows: Rows) -> None:
        """The warranty was never there."""
        rows.drop(WARRANTY, fact.warranty_id)

    @on(SerialItem.SupplierWarrantyRecorded)
    def supplier_warranty_recorded(self, fact: SerialItem.SupplierWarrantyRecorded, rows: Rows) -> None:
        """What the supplier answers for; it covers no customer and stands in a table of its own (R5.2)."""
        warranty = fact.warranty
        row = {
            **warranty.model_dump(include={"warranty_id", "supplier_id", "supplier", "source"}),
            **warranty.period.model_dump(),
            "covers": [item.value for item in warranty.covers],
        }
        rows.put(SUPPLIER_WARRANTY, {"serial_item_id": fact.stream_id, **row})

    @on(ItemStatuses.Defined)
    def status_defined(self, fact: ItemStatuses.Defined, rows: Rows) -> None:
        """The company's list says what a status means."""
        rows.put(DEFINED, fact.status.model_dump())

    @on(SerialItem.Replaced)
    def replaced(self, fact: SerialItem.Replaced, rows: Rows) -> None:
        """Another item took its place."""
        rows.patch(
            ITEM, fact.stream_id, successor_id=fact.successor_id, replaced_on=fact.on, replaced_policy=fact.policy
        )

    @on(SerialItem.TookPlaceOf)
    def took_place_of(self, fact: SerialItem.TookPlaceOf, rows: Rows) -> None:
        """It took another item's place."""
        rows.patch(ITEM, fact.stream_id, predecessor_id=fact.predecessor_id)

    @on(SerialItem.ReplacementUndone)
    def replacement_undone(self, fact: SerialItem.ReplacementUndone, rows: Rows) -> None:
        """The other item did not take its place after all."""
        rows.patch(ITEM, fact.stream_id, successor_id=None, replaced_on=None, replaced_policy=None)

    @on(SerialItem.PlaceGivenBack)
    def place_given_back(self, fact: SerialItem.PlaceGivenBack, rows: Rows) -> None:
        """It did not take the other item's place after all."""
        rows.patch(ITEM, fact.stream_id, predecessor_id=None)


def _details(details: ItemDetails) -> Row:
    software = details.software.model_dump() if details.software else {}
    empty = {"release": None, "licence": None, "licence_expires_on": None}
    return {**details.model_dump(exclude={"software"}), **empty, **software}


def serial_items_by_number(reader: Reader, number: str) -> Sequence[UUID]:
    """See `Lookups.serial_items_by_number`."""
    sql = "select serial_item_id from {serial_item} where lower(number) = lower(%(number)s) order by serial_item_id"
    return [row["serial_item_id"] for row in reader.rows(sql, {"number": number.strip()})]


def parts_of(reader: Reader, serial_item_id: UUID) -> Sequence[UUID]:
    """See `Lookups.parts_of`."""
    sql = "select distinct serial_item_id from {serial_item_parent} where parent_id = %(id)s order by serial_item_id"
    return [row["serial_item_id"] for row in reader.rows(sql, {"id": serial_item_id})]
