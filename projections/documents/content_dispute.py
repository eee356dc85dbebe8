"""Content of the evidence for a dispute (prova documentale), for a judge to read (AUD-2).

It repeats what `evidence.json` holds and tells its hash; what was reckoned stands apart from what was recorded.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from aggregates.values import Instant, Value
from projections.documents.content import Content, Text

Sha = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class DisputeEntry(Value):
    """One fact: when it happened and was recorded, by whom, by which command, what."""

    position: int
    happened_at: Instant
    recorded_at: Instant
    is_late: bool
    """Whether it was recorded more than an hour after it happened, or before."""
    by: Text
    command: Text | None = None
    what: Text
    detail: Text | None = None
    why: Text | None = None


class DisputeRecord(Value):
    """One record of the case."""

    kind: Text
    number: Text | None = None
    facts: int
    is_whole: bool
    withheld: int = 0


class DisputePage(Value):
    """Something that was reckoned, as lines of text; their indents are kept."""

    title: Text
    lines: tuple[str, ...]


class DisputeReading(Value):
    """A meter that was read."""

    read_on: Text
    machine: Text
    meter: Text
    value: int
    source: Text
    position: int


class DisputeDocument(Value):
    """A file whose hash stands in a fact."""

    title: Text
    name: Text
    state: Text
    sha256: Sha
    position: int


class DisputeSignature(Value):
    """Who signed or accepted what, and what proves it."""

    name: Text
    role: Text | None = None
    what: Text
    at: Instant
    how: Text
    document_sha256: Sha | None = None
    position: int


class DisputePerson(Value):
    """Who did how much, from when to when."""

    name: Text
    facts: int
    first_at: Instant
    last_at: Instant


class DisputeStamp(Value):
    """An authority's word about when a seal existed."""

    authority: Text
    seal: int
    stamped_at: Instant


class DisputeContent(Content):
    """All that is known of one call, contract, invoice or machine."""

    KIND: ClassVar[str] = "dispute"

    about: Text
    subject: Text | None = None
    taken_at: Instant
    taken_by: Text
    known_at: Instant | None = None
    program: Text
    evidence_sha256: Sha
    seal_number: int
    seal_sha256: Sha
    seal_at: Instant
    stamps: tuple[DisputeStamp, ...] = ()
    facts: int
    withheld: int
    erased: int
    records: tuple[DisputeRecord, ...]
    timeline: tuple[DisputeEntry, ...]
    coverage: tuple[DisputePage, ...] = ()
    clocks: tuple[DisputePage, ...] = ()
    lines: tuple[DisputePage, ...] = ()
    readings: tuple[DisputeReading, ...] = ()
    documents: tuple[DisputeDocument, ...] = ()
    signatures: tuple[DisputeSignature, ...] = ()
    people: tuple[DisputePerson, ...] = ()
