"""What people see of documents (documenti): those issued, what changed in their sources since, and those to come."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from projections.base import Ask, Page, Reader, page

LISTED = """
    select d.document_id, d.kind, d.number, d.title, d.dated_on, d.party_id, p.name as party_name, d.record_id,
           d.stream_id, d.version, d.part, d.file_name, d.sha256, d.issued_at, d.position,
           jsonb_array_length(d.problems) as problems,
           exists (select 1 from {document_change} c
                    where c.stream_id = d.stream_id and c.version > d.version) as source_changed,
           exists (select 1 from {issued_document} l
                    where l.record_id = d.record_id and l.kind = d.kind
                      and l.part is not distinct from d.part and l.version > d.version) as superseded
      from {issued_document} d left join {party} p on p.party_id = d.party_id
"""


class FindDocuments(Page):
    """Issued documents by kind, by the record they are of, by number, by date, or by words of title and party."""

    kind: str | None = None
    source: UUID | None = None
    number: str | None = None
    party_id: UUID | None = None
    from_on: date | None = None
    until_on: date | None = None
    text: str | None = None


def find_documents(reader: Reader, ask: FindDocuments) -> dict[str, Any]:
    """The documents that match, the newest first; `source` is a record's id or its stream's."""
    return page(
        reader,
        ask,
        LISTED
        + """where (%(kind)s::text is null or d.kind = %(kind)s)
               and (%(source)s::uuid is null or %(source)s in (d.record_id, d.stream_id))
               and (%(number)s::text is null or d.number = %(number)s)
               and (%(party_id)s::uuid is null or d.party_id = %(party_id)s)
               and (%(from_on)s::date is null or d.dated_on >= %(from_on)s)
               and (%(until_on)s::date is null or d.dated_on <= %(until_on)s)
               and (%(text)s::text is null
                    or concat_ws(' ', d.title, d.number, p.name) ilike '%%' || %(text)s || '%%')""",
        order=("-dated_on", "-position"),
    )


class DocumentSheet(Ask):
    """One issued document."""

    document_id: UUID


def document_sheet(reader: Reader, ask: DocumentSheet) -> dict[str, Any] | None:
    """The document with hashes, sources and problems, and the facts that its source told since (R7.2)."""
    params = {"document_id": ask.document_id}
    row = reader.row(
        """select d.*, p.name as party_name from {issued_document} d left join {party} p on p.party_id = d.party_id
            where d.document_id = %(document_id)s""",
        params,
    )
    if row is None:
        return None
    row["changes"] = reader.rows(
        """select c.version, c.topic, c.at from {document_change} c
            where c.stream_id = %(stream_id)s and c.version > %(version)s order by c.version""",
        {"stream_id": row["stream_id"], "version": row["version"]},
    )
    row["source_changed"] = bool(row["changes"])
    later = reader.row(
        """select l.document_id from {issued_document} l
            where l.record_id = %(record_id)s and l.kind = %(kind)s and l.version > %(version)s
              and l.part is not distinct from %(part)s::text
            order by l.version desc""",
        {name: row[name] for name in ("record_id", "kind", "version", "part")},
    )
    row["superseded_by"] = later["document_id"] if later else None
    return row


class FindDueDocuments(Page):
    """Documents still to be issued: `due`, or `held` until what their reason names is put right."""

    state: str | None = None


def find_due_documents(reader: Reader, ask: FindDueDocuments) -> dict[str, Any]:
    """What is to be issued, the oldest first, with why it waits."""
    return page(
        reader,
        ask,
        """select * from {document_due} where state in ('due', 'held')
            and (%(state)s::text is null or state = %(state)s)""",
        order=("position", "document_id"),
    )
