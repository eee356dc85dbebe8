"""What people see of documents (documenti): those issued, what changed in their sources since, and those to come."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from projections.base import Ask, CursorWrong, Page, Reader, decode_cursor, page
from projections.document_search import Wanted, relevance, searched

LISTED = """
    select d.document_id, d.origin, d.kind, d.number, d.title, d.dated_on, d.party_id, p.name as party_name,
           d.record_id, d.stream_id, d.version, d.part, d.file_name, d.media_type, d.sha256, d.by, d.at as issued_at,
           d.note, d.withdrawn_because, d.position, d.problems
"""
FOUND = """ from {document_entry} d left join {party} p on p.party_id = d.party_id
           where (%(kind)s::text is null or d.kind = %(kind)s)
             and (%(origin)s::text is null or d.origin = %(origin)s)
             and (%(source)s::uuid is null or %(source)s in (d.record_id, d.stream_id))
             and (%(record)s::uuid is null or d.document_id in (
                      select r.document_id from {document_record} r where r.record_id = %(record)s))
             and (%(number)s::text is null or d.number = %(number)s)
             and (%(party_id)s::uuid is null or d.party_id = %(party_id)s)
             and (%(by)s::text is null or d.by = %(by)s)
             and (%(from_on)s::date is null or d.dated_on >= %(from_on)s)
             and (%(until_on)s::date is null or d.dated_on <= %(until_on)s)
             and (%(withdrawn)s or d.withdrawn_because is null)"""
LATER = """
    select d.document_id,
           exists (select 1 from {document_source} s join {document_change} c on c.stream_id = s.stream_id
                    where s.document_id = d.document_id and c.version > s.version
                      and (s.is_own or c.is_name)) as source_changed,
           exists (select 1 from {issued_document} l
                    where l.record_id = d.record_id and l.kind = d.kind
                      and l.part is not distinct from d.part and l.version > d.version) as superseded
      from {document_entry} d where d.document_id = any(%(listed)s)"""
"""What came later, asked for one page alone."""
AMONG = "d.document_id = any(%(found)s)"
NEWEST = ("-dated_on", "-position")


class FindDocuments(Page):
    """Documents of the archive, ours and those filed, by what they say, what they are, and what they are about."""

    kind: str | None = None
    origin: str | None = Field(
        default=None, pattern="^(issued|filed)$", examples=["issued"], description="Ours, or of others."
    )
    source: UUID | None = Field(default=None, description="The record that they are of, or its stream.")
    record: UUID | None = Field(
        default=None,
        description="A record that they are about: call, contract, machine, customer, quote, order, return.",
    )
    number: str | None = None
    party_id: UUID | None = None
    by: str | None = Field(default=None, examples=["user:maria"], description="Who issued or filed them.")
    from_on: date | None = None
    until_on: date | None = None
    text: str | None = Field(default=None, max_length=200, description="Words or numbers that they say.")
    withdrawn: bool = Field(default=False, description="Those withdrawn, too.")


def find_documents(reader: Reader, ask: FindDocuments) -> dict[str, Any]:
    """The documents that match, the newest first; with a text the best first, unless it stands in very many."""
    wanted = searched(reader, ask.text, ask.kind, ask.party_id) if ask.text else None
    if wanted is None:
        return _with_later(reader, page(reader, ask, LISTED + FOUND, order=NEWEST))
    if wanted.few is None:
        return _with_later(reader, _of_very_many(reader, ask, wanted))
    told, weights = relevance(ask.text or "")
    sql = f"{LISTED}, {told} as relevance {FOUND} and {AMONG}"
    few = {"found": list(wanted.few), **weights}
    return _with_later(reader, page(reader, ask, sql, order=("-relevance", *NEWEST), **few))


def _of_very_many(reader: Reader, ask: FindDocuments, wanted: Wanted) -> dict[str, Any]:
    """A page of the newest, of no more months than it takes to fill it; sorted otherwise, all are looked at."""
    sql, found = f"{LISTED}{FOUND} and {AMONG}", list[UUID]()
    if ask.sort:
        return page(reader, ask, sql, order=NEWEST, found=wanted.all())
    for newer in wanted.newest_first(ask.from_on, _last_day(ask)):
        found.extend(newer)
        answer = page(reader, ask, sql, order=NEWEST, found=found)
        if answer["next"]:
            return answer
    return page(reader, ask, sql, order=NEWEST, found=found)


def _last_day(ask: FindDocuments) -> date | None:
    """The newest day that a page can have: the one where the page before ended, or the last that is asked for."""
    if ask.after is None:
        return ask.until_on
    ended = decode_cursor(ask.after, len(NEWEST))[0]
    try:
        return date.fromisoformat(ended or "")
    except ValueError as error:
        raise CursorWrong from error


def _with_later(reader: Reader, answer: dict[str, Any]) -> dict[str, Any]:
    """A page with what came later beside each document: `source_changed`, `superseded`."""
    rows = reader.rows(LATER, {"listed": [row["document_id"] for row in answer["items"]]})
    later = {row["document_id"]: row for row in rows}
    return {**answer, "items": [{**row, **later[row["document_id"]]} for row in answer["items"]]}


class DocumentSheet(Ask):
    """One document of the archive."""

    document_id: UUID


def document_sheet(reader: Reader, ask: DocumentSheet) -> dict[str, Any] | None:
    """The document with what proves it: hashes, sources and what these told since (R7.2); its mails."""
    params = {"document_id": ask.document_id}
    entry = reader.row(
        """select d.document_id, d.origin, d.kind, d.number, d.title, d.dated_on, d.party_id, p.name as party_name,
                  d.record_id, d.stream_id, d.version, d.part, d.file_name, d.media_type, d.sha256, d.by,
                  d.at as issued_at, d.note, d.withdrawn_because, d.position
             from {document_entry} d left join {party} p on p.party_id = d.party_id
            where d.document_id = %(document_id)s""",
        params,
    )
    if entry is None:
        return None
    about = "select record_id from {document_record} where document_id = %(document_id)s order by record_id"
    entry["records"] = [row["record_id"] for row in reader.rows(about, params)]
    issued = reader.row(
        """select language, sources, template_version, renderer, content_sha256, attachments, problems
             from {issued_document} where document_id = %(document_id)s""",
        params,
    )
    nothing: dict[str, Any] = {
        "language": None,
        "sources": [],
        "template_version": None,
        "renderer": None,
        "content_sha256": None,
    }
    entry |= issued or {**nothing, "attachments": [], "problems": []}
    entry["changes"] = reader.rows(
        """select c.stream_id, c.version, c.topic, c.at
             from {document_source} s join {document_change} c on c.stream_id = s.stream_id
            where s.document_id = %(document_id)s and c.version > s.version and (s.is_own or c.is_name)
            order by s.is_own desc, c.at, c.stream_id, c.version""",
        params,
    )
    entry["source_changed"] = bool(entry["changes"])
    entry["mails"] = reader.rows(
        """select notice_id, happening, written_at, name, address, state, sent_at, attempts, reason from {notice}
            where cause_id = %(document_id)s order by written_at, notice_id""",
        params,
    )
    later = reader.row(
        """select l.document_id from {issued_document} l
            where l.record_id = %(record_id)s and l.kind = %(kind)s and l.version > %(version)s
              and l.part is not distinct from %(part)s::text
            order by l.version desc""",
        {name: entry[name] for name in ("record_id", "kind", "version", "part")},
    )
    entry["superseded_by"] = later["document_id"] if later else None
    return entry


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
