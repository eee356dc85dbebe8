"""Who waits for parts (in attesa di ricambi): calls and orders with promises; whether all of theirs is there (R11.1).

What is on hand goes to firm promises first, the earliest due in front, as it does when goods come in.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.rules.purchasing import Held, covered
from projections.base import Ask, Reader, Row


class PartsWaiting(Ask):
    """Calls and orders for which parts are promised, perhaps only those whose parts are all there."""

    complete: bool | None = Field(default=None, description="Only those that can go on (true), or still wait (false).")
    call_id: UUID | None = Field(default=None, description="Promises to this call, or to an order for it.")


def parts_waiting(reader: Reader, ask: PartsWaiting) -> dict[str, Any]:
    """By record, those due first in front: its promises, where they are, whether they can be fulfilled now."""
    promises = reader.rows(
        """select r.stock_item_id, r.reservation_id, r.record_kind, r.record_id, r.record_number, r.job_id, r.quantity,
                  r.firm, r.due_on, l.on_hand, l.article_id, a.code, a.description, a.unit, l.warehouse_id,
                  w.code as warehouse
             from {stock_reservation} r
             join {stock_level} l using (stock_item_id)
             left join {stock_article} a on a.article_id = l.article_id
             left join {stock_warehouse} w on w.warehouse_id = l.warehouse_id
            order by r.due_on nulls last, r.record_number, a.code, r.reservation_id"""
    )
    there = _there(promises)
    found: dict[UUID, Row] = {}
    for one in promises:
        named = {name: one[name] for name in ("record_kind", "record_id", "record_number")}
        record = found.setdefault(
            one["record_id"], {**named, "call_id": _call(one), "due_on": one["due_on"], "complete": True, "parts": []}
        )
        is_there = (one["stock_item_id"], one["reservation_id"]) in there
        record["complete"] = record["complete"] and is_there
        told = ("article_id", "code", "description", "unit", "warehouse_id", "warehouse", "quantity", "firm", "due_on")
        record["parts"].append({**{name: one[name] for name in told}, "is_there": is_there})
    return {"items": [one for one in found.values() if _wanted(one, ask)]}


def _there(promises: list[Row]) -> set[tuple[UUID, UUID]]:
    by_item: dict[UUID, list[Row]] = {}
    for one in promises:
        by_item.setdefault(one["stock_item_id"], []).append(one)
    return {
        (item_id, reservation_id)
        for item_id, rows in by_item.items()
        for reservation_id in covered(rows[0]["on_hand"], [_held(row) for row in rows])
    }


def _held(row: Row) -> Held:
    return Held(row["reservation_id"], row["quantity"], row["due_on"], row["firm"])


def _call(promise: Row) -> UUID | None:
    call_id: UUID | None = promise["record_id"] if promise["record_kind"] == "call" else promise["job_id"]
    return call_id


def _wanted(record: Row, ask: PartsWaiting) -> bool:
    right_call = ask.call_id is None or record["call_id"] == ask.call_id
    return right_call and (ask.complete is None or record["complete"] == ask.complete)
