"""Gathering what belongs to a dispute (raccolta): every record that names it or that it names, nobody else's data.

The log is read as stored. Who names whom is read from the stored ids themselves, so that no list has to be believed.
A fact that names another customer, or a record of another customer's, is withheld: its hash and proof are given, its
content is not. A record that is another customer's from its first fact on is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from aggregates.evidence import About
from gateways.evidence.kinds import ALWAYS, BELONGING, IN_PART, PAPERS_OF
from gateways.postgres.database import Connection
from gateways.seals import leaves
from projections.base import Reader

ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CUSTOMERS = ("customer_id", "party_id", "owner_id", "recipient_id")
"""Fields that say whose a record is."""
FOREIGN = """
    select party_id as id from {party} where party_id = any(%(ids)s) and not party_id = any(%(own)s)
           and role <> 'supplier'
    union select call_id from {call} where call_id = any(%(ids)s) and not party_id = any(%(own)s)
    union select contract_id from {contract} where contract_id = any(%(ids)s) and not customer_id = any(%(own)s)
    union select invoice_id from {invoice} where invoice_id = any(%(ids)s) and not customer_id = any(%(own)s)
    union select quote_id from {quote} where quote_id = any(%(ids)s) and not customer_id = any(%(own)s)"""


@dataclass
class Stream:
    """A record of the case, whole or in part."""

    id: UUID
    kind: str
    is_whole: bool
    facts: list[leaves.SealedFact] = field(default_factory=list)


@dataclass(frozen=True)
class Gathered:
    """All that belongs to a dispute, by record; positions of facts that must not be shown; customers concerned."""

    streams: Sequence[Stream]
    withheld: frozenset[int]
    parties: frozenset[UUID]

    @property
    def facts(self) -> list[tuple[Stream, leaves.SealedFact]]:
        """Every fact with its record, in the order of the log."""
        found = [(stream, fact) for stream in self.streams for fact in stream.facts]
        return sorted(found, key=lambda pair: pair[1].position)


class Gathering:
    """One dispute's facts up to a position of the log."""

    def __init__(self, connection: Connection, company_id: UUID, reader: Reader, about: About, until: int) -> None:
        self._connection = connection
        self._company_id = company_id
        self._reader = reader
        self._belonging = BELONGING[about]
        self._in_part = IN_PART[about]
        self._until = until
        self._streams: dict[UUID, Stream] = {}

    def gather(self, record_id: UUID) -> Gathered:
        """Everything that belongs to a record."""
        root = self._take(record_id, self._belonging.kind, is_whole=True)
        parties = self._parties(root)
        self._take_all(self._naming([record_id], self._belonging.naming), parties)
        first = list(self._streams.values())
        self._take_all(self._named(self._ids(first), self._belonging.named), parties)
        papers = [stream.id for stream in self._streams.values() if stream.kind in PAPERS_OF or stream is root]
        inner = [key for key in self._ids([root]) if key not in self._streams]
        self._take_all(self._naming([*papers, *self._reports(inner)], self._belonging.with_papers), parties)
        self._shorten(record_id)
        return Gathered(list(self._streams.values()), self._foreign(parties), frozenset(parties))

    def _parties(self, root: Stream) -> set[UUID]:
        """The customers of the case: those that its record names; of a machine, who has it now."""
        states = [json.loads(fact.state) for fact in root.facts]
        if root.kind == "serial-item":
            item = self._reader.row("select owner_id from {serial_item} where serial_item_id = %(id)s", {"id": root.id})
            return {item["owner_id"]} if item and item["owner_id"] else set()
        found = {UUID(value) for state in states for value in _values(state, CUSTOMERS)}
        rows = self._reader.rows(
            "select party_id from {party} where party_id = any(%(ids)s)", {"ids": self._ids([root])}
        )
        return found | {row["party_id"] for row in rows}

    def _reports(self, ids: Sequence[UUID]) -> list[UUID]:
        """Work reports have ids of their own, by which papers name them."""
        return list(ids) if self._belonging.kind == "call" else []

    def _take(self, stream_id: UUID, kind: str, *, is_whole: bool) -> Stream:
        stream = Stream(stream_id, kind, is_whole)
        stream.facts = list(_of_streams(self._connection, self._company_id, [stream_id], self._until))
        self._streams[stream_id] = stream
        return stream

    def _take_all(self, found: Mapping[UUID, str], parties: set[UUID]) -> None:
        new = {key: kind for key, kind in found.items() if key not in self._streams and key not in parties}
        new |= {key: "party" for key in parties & found.keys() if key not in self._streams}
        facts: dict[UUID, list[leaves.SealedFact]] = {}
        for fact in _of_streams(self._connection, self._company_id, list(new), self._until):
            facts.setdefault(UUID(fact.stream_id), []).append(fact)
        for key, kind in new.items():
            told = facts.get(key, [])
            if told and (kind == "serial-item" or not self._is_anothers(told[0], parties)):
                self._streams[key] = Stream(key, kind, kind not in self._in_part, told)

    def _is_anothers(self, fact: leaves.SealedFact, parties: set[UUID]) -> bool:
        """Whether a record was another customer's from its beginning."""
        owners = {UUID(value) for value in _values(json.loads(fact.state), CUSTOMERS, deep=False)}
        if fact.topic.startswith("party."):
            return UUID(fact.stream_id) not in parties
        return bool(owners) and not owners & parties

    def _naming(self, ids: Sequence[UUID], kinds: Iterable[str]) -> dict[UUID, str]:
        """Records of these kinds that name one of these."""
        rows = self._connection.execute(
            """select distinct stream_id, split_part(topic, '.', 1) from fact
                where company_id = %s and position <= %s and split_part(topic, '.', 1) = any(%s)
                  and exists (select from unnest(%s::text[]) named
                               where position(convert_to(named, 'UTF8') in state) > 0)""",
            (self._company_id, self._until, list(kinds), [str(key) for key in ids]),
        )
        return dict(rows.fetchall())

    def _named(self, ids: Sequence[UUID], kinds: Iterable[str]) -> dict[UUID, str]:
        """Which of these ids are records of these kinds."""
        rows = self._connection.execute(
            """select stream_id, split_part(topic, '.', 1) from fact
                where company_id = %s and stream_id = any(%s) and version = 1 and position <= %s
                  and split_part(topic, '.', 1) = any(%s)""",
            (self._company_id, list(ids), self._until, list(kinds)),
        )
        return dict(rows.fetchall())

    def _ids(self, streams: Iterable[Stream]) -> list[UUID]:
        return sorted({UUID(found.decode()) for s in streams for fact in s.facts for found in ID.findall(fact.state)})

    def _shorten(self, record_id: UUID) -> None:
        """Of records that are about much else: their first fact, and what names the case."""
        whole = {str(key).encode() for key, stream in self._streams.items() if stream.is_whole} | {
            str(record_id).encode()
        }
        root = {str(key).encode() for key in self._ids([self._streams[record_id]])}
        for stream in self._streams.values():
            if not stream.is_whole:
                mine = (whole | root) - {str(stream.id).encode()}
                kept = (
                    f for f in stream.facts if f.version == 1 or f.topic in ALWAYS or mine & set(ID.findall(f.state))
                )
                stream.facts = list(kept)

    def _foreign(self, parties: set[UUID]) -> frozenset[int]:
        """Facts that name another customer or something of theirs."""
        ids = self._ids(self._streams.values())
        rows = self._reader.rows(FOREIGN, {"ids": ids, "own": list(parties)})
        foreign = {str(row["id"]).encode() for row in rows}
        return frozenset(
            fact.position
            for stream in self._streams.values()
            for fact in stream.facts
            if foreign & set(ID.findall(fact.state)) or (stream.kind == "party" and stream.id not in parties)
        )


def position_at(connection: Connection, instant: datetime | None) -> int:
    """The last position of the company's log that was recorded by an instant, or at all."""
    row = connection.execute("select position_known_at(%s)", (instant,)).fetchone()
    return int(row[0]) if row else 0


def _of_streams(
    connection: Connection, company_id: UUID, ids: Sequence[UUID], until: int
) -> Iterable[leaves.SealedFact]:
    """The facts of records up to a position, in the words of their leaves."""
    cursor = connection.execute(
        f"""select {leaves.COLUMNS} from fact
             where company_id = %s and stream_id = any(%s) and position <= %s order by position""",  # noqa: S608 - a constant list of columns
        (company_id, list(ids), until),
        binary=True,
    )
    return map(leaves.SealedFact._make, cursor.fetchall())


def _values(node: Any, names: Sequence[str], *, deep: bool = True) -> Iterable[str]:
    """What stands under some names anywhere in a fact, or at its top."""
    if isinstance(node, dict):
        yield from (node[name] for name in names if isinstance(node.get(name), str))
    if deep and isinstance(node, dict | list):
        for part in node.values() if isinstance(node, dict) else node:
            yield from _values(part, names)
