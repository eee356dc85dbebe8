"""The archive's index (archivio): every document, ours and those filed, by its words and the records it is about.

The words are cut into terms by `aggregates.rules.document_words`; the database keeps an inverted index of them, which
`documents_with` asks (see its migration for why). Kind, party, year and month stand there as terms of their own, marked
by a colon that no word has: so the index itself answers what a word says of one customer, or in one month.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from aggregates.filed_document import FiledDocument
from aggregates.issued_document import IssuedDocument
from aggregates.rules.document_windows import Windows, date_marks, month_of, months_mark, record_marks
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
FEW = 600
"""So many documents are weighed; where more answer a question, the newest come first."""
ALL = 1_000_000


class DocumentSearch(ReadModel):
    """Every document of the archive."""

    NAME = "document_search"
    VERSION = 2
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
                "terms": _marked(f"{heading} {fact.words or ''}", document.kind, document.party_id, document.dated_on),
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
                "terms": _marked(told_words((heading, fact.note or "")), told["kind"], fact.party_id, fact.dated_on),
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


@dataclass(frozen=True)
class Wanted:
    """A question that entries answer: the ways to read it, each with the marks of kind and party that it asks of."""

    reader: Reader
    ways: Ways
    few: tuple[UUID, ...] | None
    """The documents that answer it, where they are few enough to be weighed."""

    def newest_first(self, from_on: date | None, until_on: date | None) -> Iterator[list[UUID]]:
        """The documents of very many, a window of months at a time: those of a window are newer than the next one's."""
        span = self.reader.row("select min(dated_on) as first, max(dated_on) as last from {document_entry}") or {}
        first, last = span.get("first"), span.get("last")
        if first is None or last is None:
            return
        windows = Windows(month_of(min(last, until_on or last)), month_of(max(first, from_on or first)))
        for newest, months in windows:
            within = months_mark(newest, months)
            found = _with(self.reader, self.ways, FEW + 1, within)
            if len(found) > FEW:
                if windows.too_many():
                    continue
                found = _with(self.reader, self.ways, ALL, within)
            if found:
                yield found

    def all(self) -> list[UUID]:
        """Every document that answers it."""
        return _with(self.reader, self.ways, ALL)


def searched(reader: Reader, text: str, kind: str | None = None, party_id: UUID | None = None) -> Wanted | None:
    """What answers a question among the documents of a kind and a party; None where nothing is asked."""
    ways = asked_terms(text)
    if not ways:
        return None
    marks = record_marks(kind, party_id)
    asked = tuple((*way, *marks) for way in ways)
    found = _with(reader, asked, FEW + 1)
    if not found:
        asked = tuple((*way, *marks) for way in asked_in_parts(text))
        found = _with(reader, asked, FEW + 1)
    return Wanted(reader, asked, tuple(found) if len(found) <= FEW else None)


def _with(reader: Reader, ways: Ways, most: int, within: str = "") -> list[UUID]:
    """At most so many documents that have all terms of one of the ways, and one of the marks `within`."""
    params = {"questions": [" ".join((*way, within)).strip() for way in ways], "most": most}
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


def _marked(told: str, kind: str, party_id: UUID | None, dated_on: date) -> str:
    """The terms of what is told, with the marks of its kind, party and date."""
    return " ".join(sorted({*document_terms(told), *record_marks(kind, party_id), *date_marks(dated_on)}))


def _about(rows: Rows, document_id: UUID, records: Iterable[UUID | None]) -> None:
    for record_id in dict.fromkeys(filter(None, records)):
        rows.put(RECORD, {"record_id": record_id, "document_id": document_id})
