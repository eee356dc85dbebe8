"""Stock (giacenze): what is there, promised and coming, for each warehouse and in all, and how it came so."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.article import Article
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_levels import ZERO
from aggregates.rules.stock_lots import LotQuantity
from aggregates.stock import Reservation
from aggregates.stock_item import StockItem
from aggregates.warehouse import Warehouse
from projections.base import ReadModel, Row, Rows, Table, on

LEVEL = Table(
    "stock_level",
    {
        "stock_item_id": "uuid", "article_id": "uuid", "warehouse_id": "uuid", "ownership": "text",
        "on_hand": "numeric", "reserved_soft": "numeric", "reserved_firm": "numeric", "on_order": "numeric",
        "minimum": "numeric", "unit_cost": "numeric",
    },
    ("stock_item_id",),
    ("article_id", "warehouse_id"),
)  # fmt: skip
RESERVATION = Table(
    "stock_reservation",
    {
        "stock_item_id": "uuid", "reservation_id": "uuid", "article_id": "uuid", "warehouse_id": "uuid",
        "quantity": "numeric", "firm": "boolean", "record_kind": "text", "record_id": "uuid", "record_number": "text",
        "job_id": "uuid", "due_on": "date",
    },
    ("stock_item_id", "reservation_id"),
    ("article_id", "record_id", "job_id"),
)  # fmt: skip
SUPPLY = Table(
    "stock_supply",
    {
        "stock_item_id": "uuid", "record_id": "uuid", "record_kind": "text", "record_number": "text",
        "article_id": "uuid", "quantity": "numeric", "due_on": "date",
    },
    ("stock_item_id", "record_id"),
    ("article_id",),
)  # fmt: skip
MOVEMENT = Table(
    "stock_movement",
    {
        "position": "bigint", "article_id": "uuid", "warehouse_id": "uuid", "ownership": "text", "kind": "text",
        "quantity": "numeric", "unit_cost": "numeric", "on_hand": "numeric", "record_kind": "text", "record_id": "uuid",
        "record_number": "text", "other_warehouse_id": "uuid", "serials": "jsonb", "moved_at": "timestamptz",
        "moved_by": "text", "reason": "text", "movement_id": "uuid", "lots": "jsonb", "average_cost": "numeric",
        "stock_item_id": "uuid",
    },
    ("position",),
    ("article_id", "record_id"),
)  # fmt: skip
LOT = Table(
    "stock_lot_level",
    {
        "stock_item_id": "uuid", "lot": "text", "article_id": "uuid", "warehouse_id": "uuid", "quantity": "numeric",
        "expires_on": "date", "supplier_lot": "text",
    },
    ("stock_item_id", "lot"),
    ("article_id", "expires_on"),
)  # fmt: skip
ARTICLE = Table(
    "stock_article",
    {"article_id": "uuid", "code": "text", "description": "text", "unit": "text", "order_lot": "numeric"},
    ("article_id",),
    ("code",),
)
WAREHOUSE = Table(
    "stock_warehouse",
    {"warehouse_id": "uuid", "code": "text", "name": "text", "kind": "text", "technician_id": "uuid"},
    ("warehouse_id",),
    ("kind",),
)


class Stock(ReadModel):
    """Levels, promises, supplies and movements of every article in every warehouse (giacenze)."""

    NAME = "stock"
    TABLES = (LEVEL, RESERVATION, SUPPLY, MOVEMENT, LOT, ARTICLE, WAREHOUSE)

    @on(Article.Registered)
    def article_registered(self, fact: Article.Registered, rows: Rows) -> None:
        """Stock is shown with the article's code."""
        rows.put(ARTICLE, {"article_id": fact.stream_id, "code": fact.code, **_described(fact)})

    @on(Article.Changed)
    def article_changed(self, fact: Article.Changed, rows: Rows) -> None:
        """Its description follows the catalogue."""
        rows.patch(ARTICLE, fact.stream_id, **_described(fact))

    @on(Warehouse.Opened)
    def warehouse_opened(self, fact: Warehouse.Opened, rows: Rows) -> None:
        """A place appears."""
        named = fact.model_dump(include={"code", "name", "technician_id"})
        rows.put(WAREHOUSE, {"warehouse_id": fact.stream_id, "kind": fact.kind.value, **named})

    @on(Warehouse.Changed)
    def warehouse_changed(self, fact: Warehouse.Changed, rows: Rows) -> None:
        """It has another name or technician."""
        rows.patch(WAREHOUSE, fact.stream_id, name=fact.name, technician_id=fact.technician_id)

    @on(StockItem.Stocked)
    def stocked(self, fact: StockItem.Stocked, rows: Rows) -> None:
        """An article is kept here, with its opening balance."""
        nothing = dict.fromkeys(("on_hand", "reserved_soft", "reserved_firm", "on_order", "minimum"), ZERO)
        named = fact.model_dump(include={"article_id", "warehouse_id", "unit_cost"})
        rows.put(LEVEL, {"stock_item_id": fact.stream_id, "ownership": fact.ownership.value, **nothing, **named})
        if fact.quantity:
            _move(rows, fact, "opening", fact.quantity, fact.unit_cost, serials=fact.serials, lots=fact.lots)

    @on(StockItem.Received)
    def received(self, fact: StockItem.Received, rows: Rows) -> None:
        """Goods came in; what was on order shrinks."""
        rows.patch(LEVEL, fact.stream_id, unit_cost=fact.average_cost)
        came: dict[str, Any] = {"serials": fact.serials, "lots": fact.lots, "movement_id": fact.movement_id}
        _move(rows, fact, "received", fact.quantity, fact.unit_cost, fact.source, **came)
        supply = rows.get(SUPPLY, fact.stream_id, fact.source.id) if fact.source else None
        if supply:
            _supply(rows, supply, max(ZERO, supply["quantity"] - fact.quantity))

    @on(StockItem.Returned)
    def returned(self, fact: StockItem.Returned, rows: Rows) -> None:
        """Goods came back unused, at the cost at which they had left."""
        rows.patch(LEVEL, fact.stream_id, unit_cost=fact.average_cost)
        came: dict[str, Any] = {"serials": fact.serials, "lots": fact.lots, "movement_id": fact.issue_id}
        _move(rows, fact, "returned", fact.quantity, fact.unit_cost, fact.record, **came)

    @on(StockItem.SupplyExpected)
    def supply_expected(self, fact: StockItem.SupplyExpected, rows: Rows) -> None:
        """Goods are on order."""
        known = rows.get(SUPPLY, fact.stream_id, fact.record.id)
        level = rows.get(LEVEL, fact.stream_id)
        named = {"article_id": level["article_id"] if level else None, "due_on": fact.due_on}
        fresh = {"stock_item_id": fact.stream_id, "quantity": ZERO, **_record(fact.record)}
        _supply(rows, {**(known or fresh), **named}, fact.quantity)

    @on(StockItem.Reserved)
    def reserved(self, fact: StockItem.Reserved, rows: Rows) -> None:
        """Pieces are promised."""
        _promise(rows, fact.stream_id, fact.reservation, fact.reservation.quantity)

    @on(StockItem.ReservationReleased)
    def released(self, fact: StockItem.ReservationReleased, rows: Rows) -> None:
        """A promise is given back."""
        _shrink(rows, fact.stream_id, fact.reservation_id, fact.quantity)

    @on(StockItem.Issued)
    def issued(self, fact: StockItem.Issued, rows: Rows) -> None:
        """Goods left, and promises with them."""
        went: dict[str, Any] = {"serials": fact.serials, "lots": _less(fact.lots), "movement_id": fact.movement_id}
        _move(rows, fact, "issued", -fact.quantity, fact.unit_cost, fact.record, **went)
        for use in fact.used:
            _shrink(rows, fact.stream_id, use.reservation_id, use.quantity)

    @on(StockItem.MovedOut)
    def moved_out(self, fact: StockItem.MovedOut, rows: Rows) -> None:
        """Goods went to another warehouse, promises with them."""
        went: dict[str, Any] = {"serials": fact.serials, "lots": _less(fact.lots), "movement_id": fact.movement_id}
        went["other_warehouse_id"] = fact.to_warehouse_id
        _move(rows, fact, "moved_out", -fact.quantity, fact.unit_cost, fact.record, **went)
        for one in fact.carried:
            _shrink(rows, fact.stream_id, one.reservation_id, one.quantity)

    @on(StockItem.MovedIn)
    def moved_in(self, fact: StockItem.MovedIn, rows: Rows) -> None:
        """Goods came from another warehouse, promises with them."""
        rows.patch(LEVEL, fact.stream_id, unit_cost=fact.average_cost)
        came: dict[str, Any] = {"serials": fact.serials, "lots": fact.lots, "movement_id": fact.movement_id}
        came["other_warehouse_id"] = fact.from_warehouse_id
        _move(rows, fact, "moved_in", fact.quantity, fact.unit_cost, fact.record, **came)
        for one in fact.carried:
            held = rows.get(RESERVATION, fact.stream_id, one.reservation_id) or {}
            known = {"firm": one.firm or held.get("firm", False), "due_on": one.due_on or held.get("due_on")}
            quantity = one.quantity + held.get("quantity", ZERO)
            _promise(rows, fact.stream_id, one.model_copy(update=known), quantity)

    @on(StockItem.Counted)
    def counted(self, fact: StockItem.Counted, rows: Rows) -> None:
        """A count set what is there."""
        differed: dict[str, Any] = {
            "serials": (*(f"-{one}" for one in fact.serials_missing), *(f"+{one}" for one in fact.serials_found)),
            "lots": (*_less(fact.lots_missing), *fact.lots_found),
            "movement_id": fact.count_id,
        }
        _move(rows, fact, "level_reported" if fact.reported else "counted", fact.difference, fact.unit_cost, **differed)

    @on(StockItem.MinimumSet)
    def minimum_set(self, fact: StockItem.MinimumSet, rows: Rows) -> None:
        """What to keep at least."""
        rows.patch(LEVEL, fact.stream_id, minimum=fact.minimum)


def _described(fact: Article.Registered | Article.Changed) -> Row:
    return fact.details.model_dump(include={"description", "unit", "order_lot"})


def _record(record: RecordRef | None) -> Row:
    if record is None:
        return {}
    return {"record_kind": record.kind, "record_id": record.id, "record_number": record.number}


def _move(
    rows: Rows,
    fact: StockItem.Event,
    kind: str,
    quantity: Decimal,
    unit_cost: Decimal,
    record: RecordRef | None = None,
    serials: tuple[str, ...] = (),
    other_warehouse_id: UUID | None = None,
    lots: tuple[LotQuantity, ...] = (),
    movement_id: UUID | None = None,
) -> None:
    level = rows.get(LEVEL, fact.stream_id)
    if level is None:
        return
    on_hand = level["on_hand"] + quantity
    rows.patch(LEVEL, fact.stream_id, on_hand=on_hand)
    movement = {
        "position": rows.now.position, "kind": kind, "quantity": quantity, "unit_cost": unit_cost, "on_hand": on_hand,
        "other_warehouse_id": other_warehouse_id, "serials": list(serials), "moved_at": fact.act.at,
        "moved_by": fact.act.by, "reason": fact.act.why, **_record(record), "movement_id": movement_id,
        "lots": [{"lot": one.code, "quantity": str(one.quantity)} for one in lots], "stock_item_id": fact.stream_id,
        "average_cost": level["unit_cost"],
    }  # fmt: skip
    for one in lots:
        _move_lot(rows, level, one)
    rows.put(MOVEMENT, {**{name: level[name] for name in ("article_id", "warehouse_id", "ownership")}, **movement})


def _less(lots: tuple[LotQuantity, ...]) -> tuple[LotQuantity, ...]:
    """Lots that go, as quantities below zero."""
    return tuple(one.model_copy(update={"quantity": -one.quantity}) for one in lots)


def _move_lot(rows: Rows, level: Row, one: LotQuantity) -> None:
    known = rows.get(LOT, level["stock_item_id"], one.code) or {}
    quantity = known.get("quantity", ZERO) + one.quantity
    if quantity <= 0:
        rows.drop(LOT, level["stock_item_id"], one.code)
        return
    place = {name: level[name] for name in ("stock_item_id", "article_id", "warehouse_id")}
    told = {name: getattr(one, name) or known.get(name) for name in ("expires_on", "supplier_lot")}
    rows.put(LOT, {**place, **told, "lot": one.code, "quantity": quantity})


def _supply(rows: Rows, supply: Row, quantity: Decimal) -> None:
    _add(rows, supply["stock_item_id"], on_order=quantity - supply["quantity"])
    if quantity:
        rows.put(SUPPLY, {**supply, "quantity": quantity})
    else:
        rows.drop(SUPPLY, supply["stock_item_id"], supply["record_id"])


def _promise(rows: Rows, stock_item_id: UUID, one: Reservation, quantity: Decimal) -> None:
    held = rows.get(RESERVATION, stock_item_id, one.reservation_id)
    if held is not None:
        _shrink(rows, stock_item_id, one.reservation_id, held["quantity"])
    level = rows.get(LEVEL, stock_item_id) or {}
    named = one.model_dump(include={"reservation_id", "firm", "job_id", "due_on"})
    place = {"stock_item_id": stock_item_id, **{name: level.get(name) for name in ("article_id", "warehouse_id")}}
    rows.put(RESERVATION, {**place, **named, **_record(one.record), "quantity": quantity})
    _add(rows, stock_item_id, **{_column(one.firm): quantity})


def _shrink(rows: Rows, stock_item_id: UUID, reservation_id: UUID, quantity: Decimal) -> None:
    held = rows.get(RESERVATION, stock_item_id, reservation_id)
    if held is None:
        return
    gone = min(quantity, held["quantity"])
    _add(rows, stock_item_id, **{_column(held["firm"]): -gone})
    if held["quantity"] > gone:
        rows.patch(RESERVATION, stock_item_id, reservation_id, quantity=held["quantity"] - gone)
    else:
        rows.drop(RESERVATION, stock_item_id, reservation_id)


def _column(firm: bool) -> str:
    return "reserved_firm" if firm else "reserved_soft"


def _add(rows: Rows, stock_item_id: UUID, **quantities: Decimal) -> None:
    level = rows.get(LEVEL, stock_item_id)
    if level is not None:
        rows.patch(LEVEL, stock_item_id, **{name: level[name] + more for name, more in quantities.items()})
