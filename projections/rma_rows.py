"""What handlers of returns share (righe dei resi): items put down, notes named, where the whole stands."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from aggregates.record_ref import RecordRef
from aggregates.rma_items import RmaItem
from aggregates.rma_state import ItemState, rma_status
from projections.base import Row, Rows
from projections.rma_tables import ITEM, RMA


def add(rows: Rows, rma_id: UUID, items: Iterable[RmaItem], *, unexpected: bool) -> None:
    """Items of a return, each with the next number."""
    rma = rows.get(RMA, rma_id) or {"items": 0}
    line_no = rma["items"]
    for item in items:
        line_no += 1
        fresh = {
            "received": Decimal(0),
            "missing": Decimal(0),
            "state": ItemState.EXPECTED.value,
            "unexpected": unexpected,
        }
        rows.put(
            ITEM,
            {"rma_id": rma_id, "line_no": line_no, **item.model_dump(), **fresh},
        )
    rows.patch(RMA, rma_id, items=line_no)


def note_columns(note: RecordRef, prefix: str = "") -> Row:
    """How a row names a delivery note."""
    return {f"{prefix}note_id": note.id, f"{prefix}note_number": note.number}


def later(state: str, reached: ItemState) -> str:
    """An item that is further already stays there: decided on the first pieces, the rest may still come."""
    order = [one.value for one in ItemState]
    return state if state in order and order.index(state) > order.index(reached.value) else reached.value


def stand(rows: Rows, rma_id: UUID) -> None:
    """Where the whole stands, by its items."""
    rma = rows.get(RMA, rma_id)
    if rma is not None:
        items = rows.select(ITEM, rma_id=rma_id)
        states = [ItemState(item["state"]) for item in items]
        awaited = any(item["received"] + item["missing"] < item["quantity"] for item in items)
        numbered = rma["number"] is not None
        over = {"cancelled": rma["cancelled"], "closed": rma["closed"]}
        status = rma_status(numbered=numbered, items=states, awaited=awaited, **over)
        outcomes = {item["outcome"] for item in items if item["handed_on_id"] is None}
        outcome = outcomes.pop() if len(outcomes) == 1 else None
        rows.patch(RMA, rma_id, status=status.value, outcome=outcome)
