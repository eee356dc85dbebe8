"""How a stock fact becomes a message to another's warehouse (messaggi al magazzino esterno): goods, promises, keys."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from aggregates.inventory_values import AskedKind, message_id
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_lots import LotQuantity
from aggregates.stock import Reservation
from projections.base import Row, Rows, Table

KEEPER = Table(
    "inventory_keeper", {"warehouse_id": "uuid", "their_code": "text", "since": "timestamptz"}, ("warehouse_id",)
)
PLACE = Table(
    "inventory_place", {"stock_item_id": "uuid", "article_id": "uuid", "warehouse_id": "uuid"}, ("stock_item_id",)
)
PROMISE = Table(
    "inventory_promise",
    {
        "stock_item_id": "uuid", "reservation_id": "uuid", "warehouse_id": "uuid", "quantity": "numeric",
        "told": "jsonb",
    },
    ("stock_item_id", "reservation_id"),
    ("warehouse_id",),
)  # fmt: skip
ASKED = Table(
    "inventory_asked",
    {
        "message_id": "uuid", "position": "bigint", "article_id": "uuid", "warehouse_id": "uuid", "kind": "text",
        "quantity": "numeric", "body": "jsonb", "asked_at": "timestamptz",
    },
    ("message_id",),
    ("position",),
)  # fmt: skip


def key_of(stock_item_id: UUID, movement_id: UUID) -> UUID:
    """What the other program knows a movement by: a movement id may be used for several articles."""
    return uuid5(stock_item_id, str(movement_id))


def goods_of(
    fact: Any,
    movement_id: UUID | None = None,
    record: RecordRef | None = None,
    *,
    unit_cost: Decimal,
    serials: tuple[str, ...] | None = None,
    lots: tuple[LotQuantity, ...] | None = None,
) -> dict[str, Any]:
    counted = uuid5(fact.stream_id, f"count/{fact.originator_version}/{fact.act.at.isoformat()}")
    return {
        "key": str(key_of(fact.stream_id, movement_id) if movement_id else counted),
        "unit_cost": str(unit_cost),
        "serials": list(fact.serials if serials is None else serials),
        "lots": lots_of(fact.lots if lots is None else lots),
        "record": record.model_dump(mode="json") if record else None,
        "moved_at": fact.act.at.isoformat(),
    }


def lots_of(lots: tuple[LotQuantity, ...]) -> list[dict[str, Any]]:
    return [lot.model_dump(mode="json") for lot in lots]


def promise(rows: Rows, stock_item_id: UUID, one: Reservation, quantity: Decimal) -> list[Row]:
    place = rows.get(PLACE, stock_item_id)
    if place is None:
        return []
    told = one.model_dump(mode="json", include={"firm", "due_on", "record"})
    row = {"stock_item_id": stock_item_id, "reservation_id": one.reservation_id, "quantity": quantity, "told": told}
    rows.put(PROMISE, {**row, "warehouse_id": place["warehouse_id"]})
    return [row]


def join(rows: Rows, stock_item_id: UUID, one: Reservation) -> list[Row]:
    held = rows.get(PROMISE, stock_item_id, one.reservation_id)
    return promise(rows, stock_item_id, one, one.quantity + (held["quantity"] if held else Decimal(0)))


def shrink(rows: Rows, stock_item_id: UUID, reservation_id: UUID, quantity: Decimal) -> list[Row]:
    held = rows.get(PROMISE, stock_item_id, reservation_id)
    if held is None:
        return []
    left = max(Decimal(0), held["quantity"] - quantity)
    if left:
        rows.patch(PROMISE, stock_item_id, reservation_id, quantity=left)
    else:
        rows.drop(PROMISE, stock_item_id, reservation_id)
    return [{**held, "quantity": left}]


def ask(
    rows: Rows,
    fact: Any,
    stock_item_id: UUID,
    kind: AskedKind,
    quantity: Decimal,
    *,
    goods: dict[str, Any] | None = None,
    promises: list[Row] | None = None,
    line: int = 0,
) -> None:
    """One more message, where another's program keeps the warehouse."""
    place = rows.get(PLACE, stock_item_id)
    if place is None or rows.get(KEEPER, place["warehouse_id"]) is None:
        return
    told = [
        {"reservation_id": str(one["reservation_id"]), "quantity": str(one["quantity"]), **one["told"]}
        for one in promises or ()
    ]
    rows.put(
        ASKED,
        {
            "message_id": message_id(fact.stream_id, fact.originator_version, line),
            "position": rows.now.position,
            "article_id": place["article_id"],
            "warehouse_id": place["warehouse_id"],
            "kind": kind.value,
            "quantity": quantity,
            "body": {**(goods or {}), "promises": told},
            "asked_at": fact.act.at,
        },
    )
