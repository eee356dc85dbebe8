"""Stock moves in the datamart (movimenti di magazzino): each with its quantity and its worth at the cost then."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.record_ref import RecordRef
from aggregates.rules.margin import amount_of
from aggregates.stock_item import StockItem
from aggregates.values import rome_date
from projections.base import ReadModel, Rows, Table, on

ITEM = Table(
    "mart_stock_item",
    {"stock_item_id": "uuid", "article_id": "uuid", "warehouse_id": "uuid", "ownership": "text"},
    ("stock_item_id",),
)
MOVE = Table(
    "mart_stock_move",
    {
        "position": "bigint", "stock_item_id": "uuid", "article_id": "uuid", "warehouse_id": "uuid",
        "ownership": "text", "kind": "text", "day": "date", "quantity": "numeric", "unit_cost": "numeric",
        "value": "numeric", "other_warehouse_id": "uuid", "record_kind": "text", "record_id": "uuid",
    },
    ("position",),
    ("day", "article_id, day", "record_id"),
)  # fmt: skip


class MartStock(ReadModel):
    """Every move: into the house and out of it, between warehouses, and what counts found. Goods out are below zero."""

    NAME = "mart-stock"
    TABLES = (ITEM, MOVE)

    @on(StockItem.Stocked)
    def stocked(self, fact: StockItem.Stocked, rows: Rows) -> None:
        """An article is kept somewhere, perhaps with an opening balance."""
        told = fact.model_dump(include={"article_id", "warehouse_id"})
        rows.put(ITEM, {"stock_item_id": fact.stream_id, "ownership": fact.ownership.value, **told})
        if fact.quantity:
            _move(rows, fact, "opening", fact.quantity, fact.unit_cost)

    @on(StockItem.Received)
    def received(self, fact: StockItem.Received, rows: Rows) -> None:
        """Goods came in."""
        _move(rows, fact, "received", fact.quantity, fact.unit_cost, fact.source)

    @on(StockItem.Returned)
    def returned(self, fact: StockItem.Returned, rows: Rows) -> None:
        """Goods came back unused, at the cost at which they had left."""
        _move(rows, fact, "returned", fact.quantity, fact.unit_cost, fact.record)

    @on(StockItem.Issued)
    def issued(self, fact: StockItem.Issued, rows: Rows) -> None:
        """Goods left for a record, at the average cost of that moment (R11.7)."""
        _move(rows, fact, "issued", -fact.quantity, fact.unit_cost, fact.record)

    @on(StockItem.MovedOut)
    def moved_out(self, fact: StockItem.MovedOut, rows: Rows) -> None:
        """Goods went to another warehouse."""
        _move(rows, fact, "moved_out", -fact.quantity, fact.unit_cost, fact.record, other=fact.to_warehouse_id)

    @on(StockItem.MovedIn)
    def moved_in(self, fact: StockItem.MovedIn, rows: Rows) -> None:
        """Goods came from another warehouse."""
        _move(rows, fact, "moved_in", fact.quantity, fact.unit_cost, fact.record, other=fact.from_warehouse_id)

    @on(StockItem.Counted)
    def counted(self, fact: StockItem.Counted, rows: Rows) -> None:
        """A count found more or less; one that found the same moved nothing."""
        if fact.difference:
            _move(rows, fact, "level_reported" if fact.reported else "counted", fact.difference, fact.unit_cost)


def _move(
    rows: Rows,
    fact: Any,
    kind: str,
    quantity: Decimal,
    unit_cost: Decimal,
    record: RecordRef | None = None,
    *,
    other: UUID | None = None,
) -> None:
    item = rows.get(ITEM, fact.stream_id)
    if item is None:
        return
    rows.put(
        MOVE,
        {
            **item,
            "position": rows.now.position,
            "kind": kind,
            "day": rome_date(fact.act.at),
            "quantity": quantity,
            "unit_cost": unit_cost,
            "value": amount_of(quantity, unit_cost),
            "other_warehouse_id": other,
            "record_kind": record.kind if record else None,
            "record_id": record.id if record else None,
        },
    )
