"""What people see of stock (giacenze): levels with availability and proposal, movements, warehouses, promises."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.rules.stock_levels import ZERO, available, available_now, purchase_proposal
from aggregates.values import cents
from projections.base import Ask, Page, Reader, Row, page

LEVELS = ("on_hand", "reserved_soft", "reserved_firm", "on_order", "minimum")
PROMISED = "ownership = 'own' and kind in ('main', 'van')"
"""Stock that can be promised: our own, in the main warehouses and on the vans."""


class FindStock(Page):
    """Articles in stock whose code or description contain the words; perhaps only those below their minimum."""

    text: str | None = None
    article_id: UUID | None = None
    warehouse_id: UUID | None = None
    below_minimum: bool = False


def find_stock(reader: Reader, ask: FindStock) -> dict[str, Any]:
    """Each article in all (own stock in main warehouses and vans) and for each warehouse, by code."""
    found = page(
        reader,
        ask,
        f"""select a.article_id, a.code, a.description, a.unit, a.order_lot
              from {{stock_article}} a
             where (%(text)s::text is null or concat_ws(' ', a.code, a.description) ilike '%%' || %(text)s || '%%')
               and (%(article_id)s::uuid is null or a.article_id = %(article_id)s)
               and exists (select 1 from {{stock_level}} l join {{stock_warehouse}} w using (warehouse_id)
                            where l.article_id = a.article_id
                              and (%(warehouse_id)s::uuid is null or l.warehouse_id = %(warehouse_id)s)
                              and (not %(below_minimum)s::boolean
                                   or ({PROMISED} and on_hand - reserved_firm + on_order < minimum)))""",  # noqa: S608 - a constant of this module
        order=("code", "article_id"),
    )
    by_article: dict[UUID, list[Row]] = {}
    for level in _levels(reader, [item["article_id"] for item in found["items"]]):
        by_article.setdefault(level["article_id"], []).append(level)
    found["items"] = [_in_all(item, by_article.get(item["article_id"], [])) for item in found["items"]]
    return found


def _levels(reader: Reader, article_ids: list[UUID]) -> list[Row]:
    return reader.rows(
        """select l.*, w.code as warehouse_code, w.name as warehouse_name, w.kind
             from {stock_level} l join {stock_warehouse} w using (warehouse_id)
            where l.article_id = any(%(article_ids)s) order by w.code, l.ownership""",
        {"article_ids": article_ids},
    )


def _in_all(item: Row, levels: list[Row]) -> Row:
    lot = item["order_lot"] or ZERO
    places = [{**level, **_derived(level, lot)} for level in levels]
    ours = [one for one in places if one["ownership"] == "own" and one["kind"] in ("main", "van")]
    whole = {name: sum((one[name] for one in ours), ZERO) for name in LEVELS}
    whole |= {"value": sum((one["value"] for one in ours), ZERO), **_derived(whole, lot)}
    return {**item, **whole, "warehouses": places}


def _derived(level: Row, lot: Any) -> Row:
    free = available(level["on_hand"], level["reserved_firm"], level["on_order"])
    wanted = purchase_proposal(level["on_hand"], level["reserved_firm"], level["on_order"], level["minimum"], lot)
    value = {"value": cents(level["on_hand"] * level["unit_cost"])} if "unit_cost" in level else {}
    now = available_now(level["on_hand"], level["reserved_firm"])
    return {
        "available_now": now,
        "available": free,
        "proposal": wanted,
        "below_minimum": free < level["minimum"],
        **value,
    }


class StockMovements(Page):
    """What came and went of an article, perhaps in one warehouse."""

    article_id: UUID
    warehouse_id: UUID | None = None


def stock_movements(reader: Reader, ask: StockMovements) -> dict[str, Any]:
    """The movements as they were recorded, each with what was there after it."""
    return page(
        reader,
        ask,
        """select m.*, w.code as warehouse_code, o.code as other_warehouse_code
             from {stock_movement} m
             join {stock_warehouse} w on w.warehouse_id = m.warehouse_id
             left join {stock_warehouse} o on o.warehouse_id = m.other_warehouse_id
            where m.article_id = %(article_id)s
              and (%(warehouse_id)s::uuid is null or m.warehouse_id = %(warehouse_id)s)""",
        order=("position",),
    )


class FindReservations(Page):
    """Promises of an article or to a record (impegni)."""

    article_id: UUID | None = None
    record_id: UUID | None = None


def find_reservations(reader: Reader, ask: FindReservations) -> dict[str, Any]:
    """Each promise with its article and warehouse, the earliest due first."""
    return page(
        reader,
        ask,
        """select r.*, coalesce(r.due_on, '9999-12-31'::date) as due_first, a.code as article_code,
                  w.code as warehouse_code
             from {stock_reservation} r join {stock_article} a using (article_id)
             join {stock_warehouse} w using (warehouse_id)
            where (%(article_id)s::uuid is null or r.article_id = %(article_id)s)
              and (%(record_id)s::uuid is null or r.record_id = %(record_id)s)""",
        order=("due_first", "reservation_id", "stock_item_id"),
    )


class FindWarehouses(Ask):
    """The company's warehouses, perhaps of one kind."""

    kind: str | None = None


def find_warehouses(reader: Reader, ask: FindWarehouses) -> dict[str, Any]:
    """The warehouses by code."""
    return {
        "items": reader.rows(
            "select * from {stock_warehouse} where %(kind)s::text is null or kind = %(kind)s order by code",
            {"kind": ask.kind},
        )
    }


def warehouse_of_kind(reader: Reader, kind: str) -> UUID | None:
    """The first warehouse of a kind by code, for commands that leave the choice open."""
    row = reader.row("select warehouse_id from {stock_warehouse} where kind = %(kind)s order by code", {"kind": kind})
    return row["warehouse_id"] if row else None


def van_of(reader: Reader, technician_id: UUID) -> UUID | None:
    """The first van of a technician by code, for commands that leave the choice open."""
    row = reader.row(
        """select warehouse_id from {stock_warehouse}
            where technician_id = %(technician_id)s and kind = 'van' order by code""",
        {"technician_id": technician_id},
    )
    return row["warehouse_id"] if row else None


def average_costs(reader: Reader, article_ids: Sequence[UUID]) -> dict[UUID, Decimal]:
    """The average cost per unit of our own stock, weighted over warehouses, for commands; euro.

    Where nothing is left, the last known costs are averaged alike; an article never stocked has none.
    """
    rows = reader.rows(
        """select article_id, sum(greatest(on_hand, 0) * unit_cost) as value, sum(greatest(on_hand, 0)) as pieces,
                  avg(unit_cost) as last_known
             from {stock_level} where ownership = 'own' and article_id = any(%(ids)s) and unit_cost > 0
            group by article_id""",
        {"ids": list(article_ids)},
    )
    return {row["article_id"]: row["value"] / row["pieces"] if row["pieces"] else row["last_known"] for row in rows}
