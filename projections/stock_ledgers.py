"""What people see of stock over time (schede e valori): an article's ledger, values by day, lots, pieces, promises."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.rules.stock_levels import ZERO, Quantity
from aggregates.rules.stock_promises import DatedDemand, DatedSupply, first_day_for, promisable_on, promises
from aggregates.values import cents
from projections.base import Ask, Page, Reader, Row, page
from projections.contracts import TODAY
from projections.current_day import current_day

DAY = "(m.moved_at at time zone 'Europe/Rome')::date"


class ArticleLedger(Page):
    """What came and went of an article, of its own stock in all or in one warehouse, with the balance after each."""

    article_id: UUID
    warehouse_id: UUID | None = None
    from_on: date | None = None
    until_on: date | None = None


def article_ledger(reader: Reader, ask: ArticleLedger) -> dict[str, Any]:
    """The movements as they were recorded, each as in or out, with the balance after it and its frozen cost."""
    return page(
        reader,
        ask,
        f"""select * from (
              select m.position, {DAY} as moved_on, m.kind, m.warehouse_id, w.code as warehouse_code,
                     greatest(m.quantity, 0) as came, greatest(-m.quantity, 0) as went, m.unit_cost,
                     sum(m.quantity) over all_before as balance,
                     sum(m.quantity * m.unit_cost) over all_before as balance_cost,
                     m.record_kind, m.record_id, m.record_number, m.lots, m.serials, m.moved_by, m.reason
                from {{stock_movement}} m join {{stock_warehouse}} w using (warehouse_id)
               where m.article_id = %(article_id)s and m.ownership = 'own'
                 and (%(warehouse_id)s::uuid is null or m.warehouse_id = %(warehouse_id)s)
              window all_before as (order by m.position)) ledger
             where (%(from_on)s::date is null or moved_on >= %(from_on)s)
               and (%(until_on)s::date is null or moved_on <= %(until_on)s)""",  # noqa: S608 - a constant of this module
        order=("position",),
    )


class StockValuation(Ask):
    """What our own stock was worth on a day, by warehouse and article."""

    on: date | None = Field(default=None, description="Left out, today.")
    warehouse_id: UUID | None = None


def stock_valuation(reader: Reader, ask: StockValuation) -> dict[str, Any]:
    """Quantity × average cost of the day, to the cent; customers' goods are worth nothing and not here (R11.7).

    `movements` is what came less what went at the costs frozen then, each move to the cent as it is booked; it differs
    from the value by rounding, or where stock had gone below zero and its cost was only known later: `adjustment`.
    """
    rows = reader.rows(
        f"""select m.stock_item_id, m.article_id, m.warehouse_id, w.code as warehouse_code, w.kind, a.code,
                   a.description, a.unit, sum(m.quantity) as quantity,
                   sum(round(m.quantity * m.unit_cost, 2)) as movements,
                   (array_agg(m.average_cost order by m.position desc))[1] as average_cost
              from {{stock_movement}} m join {{stock_warehouse}} w using (warehouse_id)
              join {{stock_article}} a using (article_id)
             where m.ownership = 'own' and {DAY} <= {TODAY}
               and (%(warehouse_id)s::uuid is null or m.warehouse_id = %(warehouse_id)s)
             group by m.stock_item_id, m.article_id, m.warehouse_id, w.code, w.kind, a.code, a.description, a.unit
             order by w.code, a.code""",  # noqa: S608 - constants of this module
        {"on": ask.on, "warehouse_id": ask.warehouse_id},
    )
    items = [_valued(row) for row in rows if row["quantity"] or row["movements"]]
    by_warehouse: dict[str, Decimal] = {}
    for item in items:
        by_warehouse[item["warehouse_code"]] = by_warehouse.get(item["warehouse_code"], ZERO) + item["value"]
    warehouses = [{"warehouse_code": code, "value": value} for code, value in by_warehouse.items()]
    return {"items": items, "warehouses": warehouses, "value": sum((one["value"] for one in items), ZERO)}


def _valued(row: Row) -> Row:
    value, moved = cents(row["quantity"] * row["average_cost"]), cents(row["movements"])
    return {**row, "value": value, "movements": moved, "adjustment": value - moved}


class StockPromise(Ask):
    """How much of an article can be promised by which day, and when a quantity can be had."""

    article_id: UUID
    warehouse_id: UUID | None = Field(default=None, description="Left out, our main warehouses and vans together.")
    quantity: Quantity | None = Field(default=None, examples=["4"], description="When can I have so many?")
    on: date | None = Field(default=None, description="The day to promise for; left out, today.")
    today: date | None = Field(default=None, description="The day from which it is reckoned; left out, today.")


def stock_promise(reader: Reader, ask: StockPromise) -> dict[str, Any]:
    """On hand, firm promises by their days and supplies by theirs (R11.1), told with what had to be guessed.

    An overdue supply counts from tomorrow on, one without a day not at all; a promise without a day is due today.
    """
    levels = reader.rows(
        """select l.stock_item_id, l.on_hand from {stock_level} l join {stock_warehouse} w using (warehouse_id)
            where l.article_id = %(article_id)s and l.ownership = 'own'
              and (l.warehouse_id = %(warehouse_id)s
                   or (%(warehouse_id)s::uuid is null and w.kind in ('main', 'van')))""",
        {"article_id": ask.article_id, "warehouse_id": ask.warehouse_id},
    )
    items = {"items": [level["stock_item_id"] for level in levels]}
    on_hand = sum((level["on_hand"] for level in levels), ZERO)
    today = ask.today or current_day(reader)
    demands = reader.rows(
        "select due_on, quantity from {stock_reservation} where stock_item_id = any(%(items)s) and firm", items
    )
    supplies = reader.rows("select due_on, quantity from {stock_supply} where stock_item_id = any(%(items)s)", items)
    known = promises(
        today,
        on_hand,
        [DatedDemand(**row) for row in demands],
        [DatedSupply(**row) for row in supplies],
    )
    return {
        "article_id": ask.article_id,
        "today": today,
        "on_hand": on_hand,
        "promisable": promisable_on(known, ask.on or today),
        "first_day": first_day_for(known, ask.quantity) if ask.quantity is not None else None,
        "days": [day.model_dump() for day in known.days],
        "supplies_overdue": known.overdue,
        "supplies_undated": known.undated,
    }


class FindStockLots(Page):
    """Lots in stock, the first to expire first; perhaps only those that expire by a day."""

    article_id: UUID | None = None
    warehouse_id: UUID | None = None
    expires_by: date | None = None


def find_stock_lots(reader: Reader, ask: FindStockLots) -> dict[str, Any]:
    """Each lot in each warehouse with its quantity, its expiry and whether it is blocked."""
    return page(
        reader,
        ask,
        """select l.*, coalesce(l.expires_on, '9999-12-31'::date) as expires_first, a.code as article_code,
                  w.code as warehouse_code, b.reason as blocked_because
             from {stock_lot_level} l join {stock_article} a using (article_id)
             join {stock_warehouse} w using (warehouse_id)
             left join {stock_lot_block} b on b.article_id = l.article_id and b.lot = l.lot
            where (%(article_id)s::uuid is null or l.article_id = %(article_id)s)
              and (%(warehouse_id)s::uuid is null or l.warehouse_id = %(warehouse_id)s)
              and (%(expires_by)s::date is null or l.expires_on <= %(expires_by)s)""",
        order=("expires_first", "lot", "stock_item_id"),
    )


class LotRecall(Page):
    """Where a lot went: calls with their machines and customers, notes and orders (richiamo)."""

    article_id: UUID
    lot: str = Field(min_length=1, examples=["L-2026-07"])


def lot_recall(reader: Reader, ask: LotRecall) -> dict[str, Any]:
    """What went out of the lot, less what came back, by the record it went to, in the order in which it went."""
    return page(
        reader,
        ask,
        """select min(m.position) as position, m.record_kind, m.record_id, max(m.record_number) as record_number,
                  -sum((one->>'quantity')::numeric) as quantity, min(m.moved_at) as moved_at,
                  max(u.machine_id::text)::uuid as machine_id, max(c.party_id::text)::uuid as customer_id
             from {stock_movement} m cross join jsonb_array_elements(m.lots) one
             left join {stock_use} u on u.line_id = m.movement_id
             left join {call} c on c.call_id = m.record_id
            where m.article_id = %(article_id)s and m.kind in ('issued', 'returned') and one->>'lot' = %(lot)s
            group by m.record_kind, m.record_id, coalesce(u.line_id, m.record_id)
           having sum((one->>'quantity')::numeric) <> 0""",
        order=("position",),
    )


class StockSerial(Ask):
    """All that befell one piece in our warehouses."""

    article_id: UUID
    serial: str = Field(min_length=1, examples=["S-1"])


def stock_serial(reader: Reader, ask: StockSerial) -> dict[str, Any]:
    """Where the piece is, if it is in stock, and its movements as they were recorded."""
    rows = reader.rows(
        """select m.*, w.code as warehouse_code, o.code as other_warehouse_code
             from {stock_movement} m join {stock_warehouse} w on w.warehouse_id = m.warehouse_id
             left join {stock_warehouse} o on o.warehouse_id = m.other_warehouse_id
            where m.article_id = %(article_id)s
              and m.serials ?| array[%(serial)s::text, '-' || %(serial)s::text, '+' || %(serial)s::text]
            order by m.position""",
        {"article_id": ask.article_id, "serial": ask.serial},
    )
    last = rows[-1] if rows else None
    gone = last is None or last["kind"] in ("issued", "moved_out") or f"-{ask.serial}" in last["serials"]
    return {"warehouse_id": None if last is None or gone else last["warehouse_id"], "movements": rows}


def places_of_piece(reader: Reader, article_id: UUID, serial: str) -> list[UUID]:
    """The stock items that ever knew a piece, for commands: the piece is in one of them at most."""
    sql = """select distinct stock_item_id from {stock_movement}
              where article_id = %(article_id)s
                and serials ?| array[%(serial)s::text, '+' || %(serial)s::text] order by 1"""
    return [row["stock_item_id"] for row in reader.rows(sql, {"article_id": article_id, "serial": serial})]
