"""The archive's index (archivio): every document, ours and those filed, by its words and the records it is about.

The words are cut into terms by `aggregates.rules.document_words`; the database keeps an inverted index of them, which
`documents_with` asks (see its migration for why).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from aggregates.filed_document import FiledDocument
from aggregates.issued_document import IssuedDocument
from aggregates.rules.document_words import Ways, asked_in_parts, asked_terms, document_terms, told_words
from projections.base import Reader, ReadModel, Rows, Table, on

ENTRY = Table(
    "document_entry",
    {
        "document_id": "uuid", "origin": "text", "kind": "text", "number": "text", "title": "text", "dated_on": "date",
        "party_id": "uuid", "record_id": "uuid", "stream_id": "uuid", "version": "integer", "part": "text",
        "file_name": "text", "media_type": "text", "sha256": "text", "problems": "integer", "by": "text",
        "at": "timestamptz", "note": "text", "withdrawn_because": "text", "heading": "text", "terms": "text",
        "position": "bigint",
    },
    ("document_id",),
    (
        "dated_on, position", "kind, dated_on, position", "party_id, dated_on, position", "number",
        "using gin (marked_grams(company_id, terms)) with (gin_pending_list_limit = 64)",
    ),
)  # fmt: skip
RECORD = Table(
    "document_record",
    {"record_id": "uuid", "document_id": "uuid"},
    ("record_id", "document_id"),
)
UNREAD = Table(
    "document_unread",
    {"document_id": "uuid", "sha256": "text", "media_type": "text", "position": "bigint"},
    ("document_id",),
    ("position",),
)
"""Filed documents whose words wait to be read."""
READABLE = frozenset({"application/pdf", "text/plain", "text/csv"})
FEW = 2000
"""So many documents are weighed; where more answer a question, the newest come first."""


class DocumentSearch(ReadModel):
    """Every document of the archive."""

    NAME = "document_search"
    TABLES = (ENTRY, RECORD, UNREAD)

    @on(IssuedDocument.Issued)
    def issued(self, fact: IssuedDocument.Issued, rows: Rows) -> None:
        """One of ours; documents of before words were kept are found by title and number."""
        document = fact.document
        told = document.model_dump(mode="json", include={"kind"})
        same = ("number", "title", "dated_on", "party_id", "record_id", "version", "part")
        heading = told_words((document.title, document.number))
        rows.put(
            ENTRY,
            {
                **told,
                **{name: getattr(document, name) for name in same},
                "document_id": fact.stream_id,
                "origin": "issued",
                "stream_id": document.sources[0].stream_id,
                "file_name": document.file.name,
                "media_type": document.file.media_type,
                "sha256": document.file.sha256,
                "problems": len(document.problems),
                "by": fact.asked_by or fact.act.by,
                "at": fact.act.at,
                "heading": _terms(heading),
                "terms": _terms(f"{heading} {fact.words or ''}"),
                "position": rows.now.position,
            },
        )
        own = (document.record_id, document.sources[0].stream_id, document.party_id)
        _about(rows, fact.stream_id, (*own, *fact.records))

    @on(FiledDocument.Filed)
    def filed(self, fact: FiledDocument.Filed, rows: Rows) -> None:
        """One of somebody else."""
        told = fact.model_dump(mode="json", include={"kind"})
        same = ("number", "title", "dated_on", "party_id", "media_type", "sha256", "note")
        heading = told_words((fact.title, fact.number or "", fact.name.replace(".", " ")))
        rows.put(
            ENTRY,
            {
                **told,
                **{name: getattr(fact, name) for name in same},
                "document_id": fact.stream_id,
                "origin": "filed",
                "record_id": fact.records[0].id if fact.records else None,
                "stream_id": fact.stream_id,
                "version": fact.originator_version,
                "file_name": fact.name,
                "problems": 0,
                "by": fact.act.by,
                "at": fact.act.at,
                "heading": _terms(heading),
                "terms": _terms(told_words((heading, fact.note or ""))),
                "position": rows.now.position,
            },
        )
        about = (each for record in fact.records for each in (record.id, record.call_id))
        _about(rows, fact.stream_id, (fact.party_id, *about))
        if fact.media_type in READABLE:
            waits = {"document_id": fact.stream_id, "sha256": fact.sha256, "media_type": fact.media_type}
            rows.put(UNREAD, {**waits, "position": rows.now.position})

    @on(FiledDocument.TextRead)
    def text_read(self, fact: FiledDocument.TextRead, rows: Rows) -> None:
        """What it says is known."""
        rows.drop(UNREAD, fact.stream_id)
        row = rows.get(ENTRY, fact.stream_id)
        if row is not None and fact.words:
            known = {*row["terms"].split(), *document_terms(fact.words)}
            rows.put(ENTRY, {**row, "terms": " ".join(sorted(known))})

    @on(FiledDocument.Withdrawn)
    def withdrawn(self, fact: FiledDocument.Withdrawn, rows: Rows) -> None:
        """It was filed by mistake."""
        rows.drop(UNREAD, fact.stream_id)
        rows.patch(ENTRY, fact.stream_id, withdrawn_because=fact.reason)


def searched(reader: Reader, text: str) -> tuple[str, dict[str, Any], bool] | None:
    """How entries `d` answer a question: a condition, its parameters, and whether they are few enough to be weighed.

    None where nothing is asked.
    """
    ways = asked_terms(text)
    if not ways:
        return None
    found = _with(reader, ways)
    if not found:
        ways = asked_in_parts(text)
        found = _with(reader, ways)
    if len(found) <= FEW:
        return "d.document_id = any(%(found)s)", {"found": found}, True
    likes = {f"way_{n}": [f"% {term} %" for term in way] for n, way in enumerate(ways)}
    each = (f"concat(' ', d.terms, ' ') like all(%({name})s)" for name in likes)
    return f"({' or '.join(each)})", likes, False


def _with(reader: Reader, ways: Ways) -> list[UUID]:
    """The documents that have all terms of one of the ways, at most one more than can be weighed."""
    params = {"questions": [" ".join(way) for way in ways], "most": FEW + 1}
    sql = "select documents_with('{document_entry}', %(questions)s, %(most)s) as document_id"
    return [row["document_id"] for row in reader.rows(sql, params)]


def relevance(text: str) -> tuple[str, dict[str, Any]]:
    """How well entries `d` answer: 3 by their number, 2 by number and title, 1 by what they say."""
    likes = {f"heading_{n}": [f"% {term} %" for term in way] for n, way in enumerate(asked_terms(text))}
    each = (f"concat(' ', d.heading, ' ') like all(%({name})s)" for name in likes)
    told = f"case when lower(d.number) = lower(%(typed)s) then 3 when {' or '.join(each)} then 2 else 1 end"
    return told, {**likes, "typed": text.strip()}


def _terms(told: str) -> str:
    return " ".join(document_terms(told))


def _about(rows: Rows, document_id: UUID, records: Iterable[UUID | None]) -> None:
    for record_id in dict.fromkeys(filter(None, records)):
        rows.put(RECORD, {"record_id": record_id, "document_id": document_id})
