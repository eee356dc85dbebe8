"""Requests to be forgotten (richieste di cancellazione): what was decided, what is gone, what stays (R10.4)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.erasure import Erasure
from aggregates.values import Instant
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page

ERASURE = Table(
    "erasure",
    {
        "erasure_id": "uuid", "subject_kind": "text", "subject_id": "uuid", "identity": "text", "asked_on": "date",
        "answer_by_on": "date", "state": "text", "reason": "text", "decided_on": "date", "next_on": "date",
        "asked_by": "text",
    },
    ("erasure_id",),
    ("subject_id", "state, answer_by_on", "next_on where next_on is not null"),
)  # fmt: skip
SCOPE = Table(
    "erasure_scope",
    {
        "erasure_id": "uuid", "keep": "text", "ground": "text", "erase_on": "date", "last_on": "date",
        "keys": "integer", "state": "text", "released_on": "date", "carried_out_on": "date", "documents": "integer",
        "files": "integer", "mended": "jsonb",
    },
    ("erasure_id", "keep"),
    ("state, erase_on",),
)  # fmt: skip
ERASED_KEY = Table(
    "erased_key", {"key_id": "uuid", "erasure_id": "uuid", "keep": "text"}, ("key_id",), ("erasure_id, keep",)
)
ERASED_DOCUMENT = Table(
    "erased_document",
    {"document_id": "uuid", "erasure_id": "uuid", "keep": "text", "erased_on": "date"},
    ("document_id",),
    ("erasure_id, keep",),
)
ERASED_FILE = Table(
    "erased_file",
    {"sha256": "text", "erasure_id": "uuid", "keep": "text", "erased_on": "date"},
    ("sha256",),
    ("erasure_id, keep",),
)
WAITING, RELEASED, GONE = "waiting", "released", "gone"


class Erasures(ReadModel):
    """Requests with their scopes, and what is to be gone: keys, printed documents, files."""

    NAME = "erasures"
    TABLES = (ERASURE, SCOPE, ERASED_KEY, ERASED_DOCUMENT, ERASED_FILE)

    @on(Erasure.Asked)
    def asked(self, fact: Erasure.Asked, rows: Rows) -> None:
        """A request waits for its decision."""
        told = fact.model_dump(include={"identity", "asked_on", "answer_by_on"})
        whose = {"subject_kind": fact.subject.kind.value, "subject_id": fact.subject.id, "asked_by": fact.act.by}
        rows.put(ERASURE, {"erasure_id": fact.stream_id, "state": "asked", **whose, **told})

    @on(Erasure.Refused)
    def refused(self, fact: Erasure.Refused, rows: Rows) -> None:
        """Nothing is done."""
        rows.patch(ERASURE, fact.stream_id, state="refused", reason=fact.reason)

    @on(Erasure.Decided)
    def decided(self, fact: Erasure.Decided, rows: Rows) -> None:
        """What goes and what stays."""
        for scope in fact.scopes:
            told = scope.model_dump(include={"erase_on", "last_on"}) | {"keep": scope.keep.value}
            told |= {"ground": scope.ground.value, "keys": len(scope.keys), "state": WAITING}
            rows.put(SCOPE, {"erasure_id": fact.stream_id, **told})
        rows.patch(ERASURE, fact.stream_id, decided_on=fact.decided_on)
        _sum_up(fact.stream_id, rows)

    @on(Erasure.Released)
    def released(self, fact: Erasure.Released, rows: Rows) -> None:
        """Its keys are to be destroyed and its files removed."""
        known = {"erasure_id": fact.stream_id, "keep": fact.keep.value}
        for key_id in fact.keys:
            rows.put(ERASED_KEY, {"key_id": key_id, **known})
        for document_id in fact.documents:
            rows.put(ERASED_DOCUMENT, {"document_id": document_id, "erased_on": fact.released_on, **known})
        for sha256 in fact.files:
            rows.put(ERASED_FILE, {"sha256": sha256, "erased_on": fact.released_on, **known})
        counts = {"keys": len(fact.keys), "documents": len(fact.documents), "files": len(fact.files)}
        rows.patch(SCOPE, *known.values(), state=RELEASED, released_on=fact.released_on, **counts)
        _sum_up(fact.stream_id, rows)

    @on(Erasure.CarriedOut)
    def carried_out(self, fact: Erasure.CarriedOut, rows: Rows) -> None:
        """It is gone."""
        mended = [one.model_dump(mode="json") for one in fact.mended]
        told = {"state": GONE, "carried_out_on": fact.carried_out_on, "mended": mended}
        rows.patch(SCOPE, fact.stream_id, fact.keep.value, **told)
        _sum_up(fact.stream_id, rows)


def _sum_up(erasure_id: UUID, rows: Rows) -> None:
    scopes = rows.select(SCOPE, erasure_id=erasure_id)
    waiting = [one["erase_on"] for one in scopes if one["state"] == WAITING]
    states = {one["state"] for one in scopes}
    state = "done" if states == {GONE} else "restricted" if GONE in states and RELEASED not in states else "decided"
    rows.patch(ERASURE, erasure_id, state=state, next_on=min(waiting, default=None))


class FindErasures(Page):
    """Requests to be forgotten, the latest first."""

    subject_id: UUID | None = None
    state: str | None = None
    to_answer_by: date | None = Field(
        default=None, description="Those nobody has decided and whose answer is due by this day, the most urgent first."
    )


class ErasureSheet(Ask):
    """One request with its scopes: the certificate as data, without anything of the person."""

    erasure_id: UUID


class ErasuresDue(Ask):
    """Scopes that may not be kept any longer at an instant."""

    at: Instant


def find_erasures(reader: Reader, ask: FindErasures) -> dict[str, Any]:
    """Requests with the day for the answer and the next day on which something goes."""
    return page(
        reader,
        ask,
        """select erasure_id, subject_kind, subject_id, identity, asked_on, answer_by_on, state, reason, decided_on,
                  next_on
             from {erasure}
            where (%(subject_id)s::uuid is null or subject_id = %(subject_id)s)
              and (%(state)s::text is null or state = %(state)s)
              and (%(to_answer_by)s::date is null or (state = 'asked' and answer_by_on <= %(to_answer_by)s))""",
        order=("answer_by_on", "erasure_id") if ask.to_answer_by else ("-asked_on", "-erasure_id"),
    )


def erasure_sheet(reader: Reader, ask: ErasureSheet) -> dict[str, Any] | None:
    """What was erased, where, when; what is kept until when and why."""
    row = reader.row("select * from {erasure} where erasure_id = %(erasure_id)s", ask.model_dump())
    if row is None:
        return None
    scopes = reader.rows(
        """select keep, ground, erase_on, last_on, keys, state, released_on, carried_out_on, documents, files, mended
             from {erasure_scope} where erasure_id = %(erasure_id)s order by erase_on, keep""",
        ask.model_dump(),
    )
    hashes = reader.rows(
        """select i.kind, i.number, i.dated_on, i.sha256, e.erased_on
             from {erased_document} e join {issued_document} i using (document_id)
            where e.erasure_id = %(erasure_id)s order by i.dated_on, i.number""",
        ask.model_dump(),
    )
    return {**row, "scopes": scopes, "documents_removed": hashes}


def erasures_due(reader: Reader, ask: ErasuresDue) -> dict[str, Any]:
    """The scopes whose day has come, the oldest first."""
    rows = reader.rows(
        """select erasure_id, keep, erase_on from {erasure_scope}
            where state = 'waiting' and erase_on <= (%(at)s at time zone 'Europe/Rome')::date
            order by erase_on, erasure_id, keep limit 500""",
        ask.model_dump(),
    )
    return {"items": rows}


def erased_document(reader: Reader, document_id: UUID) -> Row | None:
    """When the file of a document was erased, by which request and for which scope; None for one that is there."""
    return reader.row("select * from {erased_document} where document_id = %(id)s", {"id": document_id})


def erased_file(reader: Reader, sha256: str) -> Row | None:
    """When an uploaded file was erased; None for one that is there."""
    return reader.row("select * from {erased_file} where sha256 = %(sha256)s", {"sha256": sha256})
