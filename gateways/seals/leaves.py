"""Leaves (foglie): the canonical bytes of one stored fact, and their hash.

The only place that knows which bytes stand for a fact. A leaf is SHA-256 of a zero byte followed by these bytes:

    libretto-fact-1
    <company id>
    <position>
    <stream id>
    <version>
    <event id>
    <command id>
    <recorded at>
    <bytes of the topic> <bytes of the metadata> <bytes of the state>
    <topic>
    <metadata>
    <state>

Each line but the last ends in a line feed; ids are lower case with hyphens, numbers decimal, the instant is UTC with
microseconds (`2026-03-09T08:15:00.000000Z`), the metadata is JSON as PostgreSQL writes a `jsonb`, the state the bytes
as stored. Personal words are ciphers there, so that a leaf stays true when a person's key is destroyed (R10.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

FORM = "libretto-fact-1"
SIZE = 32
"""Bytes of a leaf."""

COLUMNS = """position, stream_id::text, version, event_id::text, command_id::text,
    to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), topic, metadata::text, state"""
"""What of a row of the log stands in its leaf, in the order of `SealedFact`."""


class SealedFact(NamedTuple):
    """One fact as stored, in the words of its canonical bytes."""

    position: int
    stream_id: str
    version: int
    event_id: str
    command_id: str
    recorded_at: str
    topic: str
    metadata: str
    state: bytes


def canonical(company_id: str, fact: Sequence[Any]) -> bytes:
    """The bytes that stand for a fact; `fact` is a `SealedFact` or a row of `COLUMNS`."""
    position, stream_id, version, event_id, command_id, recorded_at, topic, metadata, state = fact
    topic_bytes, metadata_bytes = topic.encode(), metadata.encode()
    head = (
        f"{FORM}\n{company_id}\n{position}\n{stream_id}\n{version}\n{event_id}\n{command_id}\n{recorded_at}\n"
        f"{len(topic_bytes)} {len(metadata_bytes)} {len(state)}\n"
    )
    return b"".join((head.encode(), topic_bytes, b"\n", metadata_bytes, b"\n", state))


def leaf(company_id: str, fact: Sequence[Any]) -> bytes:
    """The hash of a fact, 32 bytes, as it stands in the tree of its block."""
    return sha256(b"\x00" + canonical(company_id, fact)).digest()


def stored(connection: Connection[Any], company_id: UUID, first: int, last: int) -> Iterable[SealedFact]:
    """The facts of a company between two positions, both included, by position."""
    cursor = connection.execute(
        f"select {COLUMNS} from fact where company_id = %s and position between %s and %s order by position",  # noqa: S608 - a constant list of columns
        (company_id, first, last),
        binary=True,
    )
    return map(SealedFact._make, cursor.fetchall())
