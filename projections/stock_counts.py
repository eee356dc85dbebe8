"""Counts (inventari): what is being counted, blind for those who count, with its differences for those who approve."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.rules.stock_levels import ZERO
from aggregates.stock import stock_item_id
from aggregates.stock_count import CountStatus, StockCount
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page

COUNT = Table(
    "stock_count",
    {
        "count_id": "uuid", "warehouse_id": "uuid", "title": "text", "status": "text", "started_at": "timestamptz",
        "started_by": "text", "ended_at": "timestamptz", "ended_by": "text", "reason": "text",
        "differences": "integer", "value": "numeric",
    },
    ("count_id",),
    ("warehouse_id",),
)  # fmt: skip
LINE = Table(
    "stock_count_line",
    {
        "count_id": "uuid", "stock_item_id": "uuid", "article_id": "uuid", "ownership": "text", "article": "text",
        "counted": "numeric", "difference": "numeric", "detail": "jsonb", "results": "jsonb",
        "counted_at": "timestamptz", "recount": "text",
    },
    ("count_id", "stock_item_id"),
)  # fmt: skip


class StockCounts(ReadModel):
    """Count sessions and what was found."""

    NAME = "stock-counts"
    TABLES = (COUNT, LINE)

    @on(StockCount.Started)
    def started(self, fact: StockCount.Started, rows: Rows) -> None:
        """A warehouse is being counted."""
        told = {"warehouse_id": fact.warehouse_id, "title": fact.title, "status": CountStatus.OPEN.value}
        rows.put(COUNT, {"count_id": fact.stream_id, "started_at": fact.act.at, "started_by": fact.act.by, **told})

    @on(StockCount.LineCounted)
    def line_counted(self, fact: StockCount.LineCounted, rows: Rows) -> None:
        """Somebody found something."""
        count = rows.get(COUNT, fact.stream_id)
        if count is None:
            return
        item_id = stock_item_id(fact.article_id, count["warehouse_id"], fact.ownership)
        known = rows.get(LINE, fact.stream_id, item_id) or {}
        found = fact.found.model_dump(mode="json")
        others = [one for one in known.get("results") or [] if one["by"] != fact.act.by]
        rows.put(
            LINE,
            {
                "count_id": fact.stream_id,
                "stock_item_id": item_id,
                "article_id": fact.article_id,
                "ownership": fact.ownership.value,
                "article": fact.article,
                "counted": fact.found.counted,
                "difference": fact.found.difference,
                "detail": {name: found[name] for name in DETAILS},
                "results": [*others, {"by": fact.act.by, "found": found}],
                "counted_at": fact.act.at,
                "recount": None,
            },
        )

    @on(StockCount.RecountAsked)
    def recount_asked(self, fact: StockCount.RecountAsked, rows: Rows) -> None:
        """What was found before counts no more."""
        count = rows.get(COUNT, fact.stream_id)
        if count is not None:
            item_id = stock_item_id(fact.article_id, count["warehouse_id"], fact.ownership)
            rows.patch(LINE, fact.stream_id, item_id, results=[], recount=fact.reason)

    @on(StockCount.Approved)
    def approved(self, fact: StockCount.Approved, rows: Rows) -> None:
        """The differences are in stock."""
        found = {"differences": fact.differences, "value": fact.value.amount}
        _end(rows, fact, CountStatus.APPROVED, reason=fact.reason, **found)

    @on(StockCount.Abandoned)
    def abandoned(self, fact: StockCount.Abandoned, rows: Rows) -> None:
        """It led to nothing."""
        _end(rows, fact, CountStatus.ABANDONED, reason=fact.reason)


DETAILS = ("serials_missing", "serials_found", "lots_missing", "lots_found")


def _end(rows: Rows, fact: StockCount.Event, status: CountStatus, **columns: Any) -> None:
    rows.patch(COUNT, fact.stream_id, status=status.value, ended_at=fact.act.at, ended_by=fact.act.by, **columns)


class FindStockCounts(Page):
    """Counts, perhaps of one warehouse or in one state."""

    warehouse_id: UUID | None = None
    status: CountStatus | None = None


def find_stock_counts(reader: Reader, ask: FindStockCounts) -> dict[str, Any]:
    """The counts by when they were started, the newest first, without what was found."""
    return page(
        reader,
        ask,
        """select c.count_id, c.warehouse_id, c.title, c.status, c.started_at, c.started_by, c.ended_at, c.ended_by,
                  c.reason, w.code as warehouse_code
             from {stock_count} c left join {stock_warehouse} w using (warehouse_id)
            where (%(warehouse_id)s::uuid is null or c.warehouse_id = %(warehouse_id)s)
              and (%(status)s::text is null or c.status = %(status)s)""",
        order=("-started_at", "-count_id"),
    )


class StockCountSheet(Ask):
    """What is to be counted in a session: without quantities, so that people count what they see."""

    count_id: UUID


def stock_count_sheet(reader: Reader, ask: StockCountSheet) -> dict[str, Any] | None:
    """The articles that the warehouse is known to have, and others that were counted; which are done."""
    count = _count(reader, ask.count_id)
    if count is None:
        return None
    lines = reader.rows(
        """select coalesce(l.article_id, n.article_id) as article_id, coalesce(l.ownership, n.ownership) as ownership,
                  a.code, a.description, a.unit, n.counted_at, n.recount,
                  coalesce(jsonb_array_length(n.results), 0) > 0 as is_counted
             from (select * from {stock_level} where warehouse_id = %(warehouse_id)s and on_hand <> 0) l
             full join (select * from {stock_count_line} where count_id = %(count_id)s) n using (stock_item_id)
             left join {stock_article} a on a.article_id = coalesce(l.article_id, n.article_id)
            order by a.code, 2""",
        {"warehouse_id": count["warehouse_id"], "count_id": ask.count_id},
    )
    shown = ("count_id", "warehouse_id", "title", "status", "started_at", "started_by")
    return {**{name: count[name] for name in shown}, "lines": lines}


class StockCountDifferences(Ask):
    """What a count found otherwise than known, and what it is worth."""

    count_id: UUID


def stock_count_differences(reader: Reader, ask: StockCountDifferences) -> dict[str, Any] | None:
    """Each line with its difference at the moment of counting and its value at today's average cost."""
    count = _count(reader, ask.count_id)
    if count is None:
        return None
    lines = reader.rows(
        """select n.*, a.description, a.unit, coalesce(l.unit_cost, 0) as unit_cost,
                  n.difference * coalesce(l.unit_cost, 0) as value
             from {stock_count_line} n left join {stock_level} l using (stock_item_id)
             left join {stock_article} a on a.article_id = n.article_id
            where n.count_id = %(count_id)s order by n.article, n.ownership""",
        {"count_id": ask.count_id},
    )
    told = [{**line, "settled": _settled(line)} for line in lines]
    return {**count, "lines": told, "differences_value": sum((one["value"] for one in told), ZERO)}


def _settled(line: Row) -> bool:
    found = [{**one["found"], "counted": None} for one in line["results"]]
    return bool(found) and all(one == found[-1] for one in found)


def _count(reader: Reader, count_id: UUID) -> Row | None:
    sql = """select c.*, w.code as warehouse_code from {stock_count} c
               left join {stock_warehouse} w using (warehouse_id) where c.count_id = %(count_id)s"""
    return reader.row(sql, {"count_id": count_id})
