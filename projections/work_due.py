"""When works can be billed (lavori fatturabili): the table, the rule of its day, and what commands ask of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from aggregates.call_values import CloseOutcome
from aggregates.coverage import CoverageKind
from projections.base import Reader, Row, Rows, Table

WORK = Table(
    "work_to_bill",
    {
        "record_id": "uuid", "kind": "text", "number": "text", "customer_id": "uuid", "call_id": "uuid",
        "order_id": "uuid", "coverage": "text", "outcome": "text", "has_work": "boolean", "has_charge": "boolean",
        "is_quoted": "boolean", "ready_on": "date", "invoice_id": "uuid", "due_on": "date", "carried": "boolean",
        "left_out": "numeric", "owes": "boolean", "by_notes": "integer", "fee": "numeric", "awaits_goods": "boolean",
    },
    ("record_id",),
    ("due_on, customer_id where due_on is not null", "call_id", "order_id"),
)  # fmt: skip
COVERED = (CoverageKind.CONTRACT.value, CoverageKind.WARRANTY.value)


def due_on(rows: Rows, row: Row) -> date | None:
    """Since which day a work can be billed; None while it cannot, or needs not."""
    if row["invoice_id"] is not None or row["ready_on"] is None or row["customer_id"] is None:
        return None
    ready_on: date = row["ready_on"]
    if row["kind"] == "delivery-note":
        call = rows.get(WORK, row["call_id"]) if row["call_id"] else None
        is_owed = row["has_charge"] or (call is not None and _is_with(call, ready_on) and _owes(call))
        return ready_on if is_owed and row["left_out"] > 0 else None
    if row["kind"] == "quote" and (row["by_notes"] or row["awaits_goods"]):
        return None
    if row["kind"] == "quote":
        call = rows.get(WORK, row["call_id"]) if row["call_id"] and not row["owes"] else None
        return ready_on if call is None else max(ready_on, call["ready_on"]) if call["ready_on"] else None
    is_due = _owes(row) and not row["is_quoted"]
    return ready_on if is_due and not (row["carried"] and _goes_with_note(rows, row)) else None


def _owes(call: Row) -> bool:
    if call["owes"] is not None:
        return bool(call["has_charge"] or call["owes"])
    is_charged = call["coverage"] not in COVERED or call["outcome"] == CloseOutcome.UNFOUNDED.value
    return bool(call["has_charge"] or (call["has_work"] and is_charged))


def _is_with(call: Row, month_ends_on: date) -> bool:
    """Whether a closed call is billed with a note of that month: both are free, and it was closed by then."""
    return call["invoice_id"] is None and call["ready_on"] is not None and call["ready_on"] <= month_ends_on


def _goes_with_note(rows: Rows, call: Row) -> bool:
    """Whether a note of the repair bills the call, or may still go out."""
    linked = rows.select(WORK, call_id=call["record_id"])
    notes = [row for row in linked if row["kind"] == "delivery-note" and row["ready_on"] is not None]
    if notes:
        return any(row["invoice_id"] is None and _is_with(call, row["ready_on"]) for row in notes)
    return any(row["kind"] == "rma" for row in linked)


def work_due(reader: Reader, until: date, customer_id: UUID | None, limit: int) -> Sequence[tuple[str, UUID]]:
    """Kind and id of the works that can be billed by a day, by customer, for commands."""
    found = reader.rows(
        """select kind, record_id from {work_to_bill}
            where due_on <= %(until)s and (%(customer_id)s::uuid is null or customer_id = %(customer_id)s)
            order by customer_id, record_id limit %(limit)s""",
        {"until": until, "customer_id": customer_id, "limit": limit},
    )
    return [(row["kind"], row["record_id"]) for row in found]


def quotes_of_call(reader: Reader, call_id: UUID) -> Sequence[UUID]:
    """The accepted quotes that charge a call in its place, the first accepted in front; for commands."""
    found = reader.rows(
        """select record_id from {work_to_bill}
            where call_id = %(call_id)s and kind = 'quote' and ready_on is not null and owes is null
            order by ready_on, number, record_id""",
        {"call_id": call_id},
    )
    return [row["record_id"] for row in found]
