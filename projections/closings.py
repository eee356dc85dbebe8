"""Closings recorded (chiusure): date by date their sums and entries, as accounting was told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.closing import Closing
from projections.base import Page, Reader, ReadModel, Rows, Table, on, page

CLOSING = Table(
    "closing",
    {
        "closing_id": "uuid", "closing_on": "date", "reversed_on": "date", "basis": "text", "entries": "integer",
        "totals": "jsonb", "recorded_at": "timestamptz", "recorded_by": "text",
    },
    ("closing_id",),
    ("closing_on",),
)  # fmt: skip
ENTRY = Table(
    "closing_entry",
    {
        "closing_id": "uuid", "place": "integer", "contract_id": "uuid", "contract_number": "text",
        "customer_id": "uuid", "kind": "text", "amount": "numeric", "total": "numeric", "earned": "numeric",
        "starts_on": "date", "ends_on": "date", "entry": "jsonb",
    },
    ("closing_id", "place"),
    ("contract_id",),
)  # fmt: skip


class Closings(ReadModel):
    """Every closing with its entries."""

    NAME = "closings"
    TABLES = (CLOSING, ENTRY)

    @on(Closing.Recorded)
    def recorded(self, fact: Closing.Recorded, rows: Rows) -> None:
        """A date is closed; its entries follow."""
        rows.put(
            CLOSING,
            {
                "closing_id": fact.stream_id,
                "closing_on": fact.closing_on,
                "reversed_on": fact.reversed_on,
                "basis": fact.basis.value,
                "entries": 0,
                "totals": {each.kind.value: str(each.amount) for each in fact.totals},
                "recorded_at": fact.act.at,
                "recorded_by": fact.act.by,
            },
        )

    @on(Closing.EntriesRecorded)
    def entries_recorded(self, fact: Closing.EntriesRecorded, rows: Rows) -> None:
        """Some of its entries."""
        closing = rows.get(CLOSING, fact.stream_id)
        if closing is None:
            return
        for place, entry in enumerate(fact.entries, closing["entries"] + 1):
            rows.put(
                ENTRY,
                {
                    "closing_id": fact.stream_id,
                    "place": place,
                    **entry.model_dump(
                        include={"contract_id", "contract_number", "customer_id", "amount", "total", "earned"}
                    ),
                    "kind": entry.kind.value,
                    **entry.period.model_dump(),
                    "entry": entry.model_dump(mode="json"),
                },
            )
        rows.patch(CLOSING, fact.stream_id, entries=closing["entries"] + len(fact.entries))


class FindClosings(Page):
    """Closings, the latest first."""


def find_closings(reader: Reader, ask: FindClosings) -> dict[str, Any]:
    """Each date with its sums by kind."""
    return page(reader, ask, "select * from {closing}", order=("-closing_on", "-closing_id"))


class ClosingEntries(Page):
    """The entries of one closing."""

    closing_id: UUID
    contract_id: UUID | None = None


def closing_entries(reader: Reader, ask: ClosingEntries) -> dict[str, Any]:
    """Each entry with the contract, the days, the whole and what of it is booked."""
    return page(
        reader,
        ask,
        """select * from {closing_entry} where closing_id = %(closing_id)s
              and (%(contract_id)s::uuid is null or contract_id = %(contract_id)s)""",
        order=("place",),
    )
