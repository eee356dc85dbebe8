"""A customer's maintenance in a few rows (manutenzioni in scheda cliente): what is late, and what comes next."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from projections.base import Reader
from projections.maintenance_views import BoardState, FindOccurrences, place_of, services

TO_COME = frozenset({BoardState.DUE, BoardState.HELD, BoardState.PLANNED, BoardState.LATE})
CARD = (
    "plan_id", "plan_name", "serial_item_id", "serial", "product", "due_on", "latest_on", "state", "call_id",
    "call_number", "next_visit_at", "reason", "because",
)  # fmt: skip


def services_to_come(reader: Reader, party_id: UUID, on: date | None, first: int) -> dict[str, Any]:
    """A customer's services late and next, the earliest due in front: for the page of the customer."""
    ask = FindOccurrences(party_id=party_id, on=on)
    found = sorted((row for row in services(reader, ask) if row["state"] in TO_COME), key=place_of)
    return {
        "total": len(found),
        "late": sum(row["state"] == BoardState.LATE for row in found),
        "items": [{name: row[name] for name in CARD} for row in found[:first]],
        "link": f"/maintenance?party_id={party_id}",
    }
