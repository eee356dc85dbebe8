"""Reading a company's public stream as CloudEvents 1.0: the one form that Kafka, HTTP and tests send."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from projections.base import Reader, Row

MOST = 1000


class PublicFeed:
    """The public stream of one company. `epoch` changes when its log was restored from a backup."""

    def __init__(self, reader: Reader, company_id: UUID, epoch: UUID) -> None:
        self.company_id = company_id
        self.epoch = epoch
        self._reader = reader

    def after(self, sequence: int, limit: int = MOST) -> list[dict[str, Any]]:
        """The next events, in order; at most 1,000."""
        rows = self._reader.rows(
            "select * from {public_fact} where sequence > %(after)s order by sequence limit %(limit)s",
            {"after": sequence, "limit": max(1, min(limit, MOST))},
        )
        return [cloud_event(row, self.company_id, self.epoch) for row in rows]

    def head(self) -> int:
        """The last number given; 0 when nothing was published."""
        row = self._reader.row("select last_sequence from {public_counter}")
        return int(row["last_sequence"]) if row else 0


def cloud_event(row: Row, company_id: UUID, epoch: UUID) -> dict[str, Any]:
    """One public fact as a structured CloudEvent; extensions say its place in the stream and in the log."""
    event = {
        "specversion": "1.0",
        "id": str(row["event_id"]),
        "source": f"/companies/{company_id}",
        "type": row["type"],
        "subject": str(row["subject"]),
        "time": _instant(row["occurred_at"]),
        "datacontenttype": "application/json",
        "dataschema": f"urn:libretto:schema:{row['type']}",
        "sequence": row["sequence"],
        "position": row["position"],
        "epoch": str(epoch),
        "recordedat": _instant(row["recorded_at"]),
        "data": row["data"],
    }
    return event if row["correlation_id"] is None else {**event, "correlationid": row["correlation_id"]}


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
