"""Evidence that was taken (prove rilasciate): who took which, when, and the hash it can be known by (AUD-2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.evidence import About, Evidence
from projections.base import Page, Reader, ReadModel, Rows, Table, on, page

TAKEN = Table(
    "evidence_taken",
    {
        "evidence_id": "uuid", "about": "text", "record_id": "uuid", "number": "text", "known_at": "timestamptz",
        "facts": "integer", "withheld": "integer", "erased": "integer", "documents": "integer",
        "manifest_sha256": "text", "by": "text", "taken_at": "timestamptz", "position": "bigint",
    },
    ("evidence_id",),
    ("position", "record_id", "manifest_sha256"),
)  # fmt: skip


class Evidences(ReadModel):
    """All evidence that was taken."""

    NAME = "evidences"
    TABLES = (TAKEN,)

    @on(Evidence.Taken)
    def taken(self, fact: Evidence.Taken, rows: Rows) -> None:
        """Somebody took evidence."""
        told = fact.evidence.model_dump(exclude={"about"})
        by = {"by": fact.act.by, "taken_at": fact.act.at, "position": rows.now.position}
        rows.put(TAKEN, {"evidence_id": fact.stream_id, "about": fact.evidence.about.value, **told, **by})


class FindEvidence(Page):
    """Evidence that was taken, the newest first."""

    about: About | None = None
    record_id: UUID | None = None
    manifest_sha256: str | None = None


def find_evidence(reader: Reader, ask: FindEvidence) -> dict[str, Any]:
    """Who took evidence of which record, and the hash of its manifest."""
    return page(
        reader,
        ask,
        """select * from {evidence_taken}
            where (%(about)s::text is null or about = %(about)s)
              and (%(record_id)s::uuid is null or record_id = %(record_id)s)
              and (%(manifest_sha256)s::text is null or manifest_sha256 = %(manifest_sha256)s)""",
        order=("-position",),
    )
