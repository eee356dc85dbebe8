"""Documents issued for a call (documenti emessi sulla chiamata), as activities performed on it (DOC-1).

The document's own fact is the record of it: it names the call, is there once, cannot be billed, and holds no closing
up. So nothing is written on the call itself, which others may be working on while papers are printed.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.issued_document import IssuedDocument
from projections.base import Reader


def documents_of_call(reader: Reader, call_id: UUID) -> list[dict[str, Any]]:
    """Each document issued for the call or for what came of it, oldest first; its id opens it."""
    rows = reader.rows(
        """select d.document_id, d.kind, d.number, d.title, d.record_id, d.by, d.at, d.sha256
             from {document_record} r join {document_entry} d using (document_id)
            where r.record_id = %(call_id)s and d.origin = 'issued' order by d.position""",
        {"call_id": call_id},
    )
    return [_activity(row) for row in rows]


def with_documents(history: list[dict[str, Any]], documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A call's history with the documents issued for it in their places."""
    told = [
        {
            "fact": IssuedDocument.Issued.TOPIC,
            "at": document["performed_at"],
            "by": document["by"],
            "why": None,
            "recorded_at": document["performed_at"],
            "values": {name: document[name] for name in ("document_id", "kind", "number", "title")},
        }
        for document in documents
    ]
    return sorted((*history, *told), key=lambda entry: entry["recorded_at"]) if told else history


def _activity(row: dict[str, Any]) -> dict[str, Any]:
    at = row.pop("at")
    return {**row, "activity": "document", "state": "performed", "performed_at": at, "billable": False}
