"""The event log (giornale dei fatti) on PostgreSQL: the library's recorder with commands, claims, gap-free positions.

Threads that append at the same moment share one transaction, threads that load share one query (group commit); each
gets its own result, and the conflict of one leaves the others alone. An append first hopes that nothing stands in its
way; only when the database says otherwise, time is claimed, or a command rests on what it read, is each looked at by
itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
from eventsourcing.persistence import (
    IntegrityError,
    Notification,
    OperationalError,
    ProgrammingError,
    StoredEvent,
    Subscription,
)
from psycopg_pool import PoolTimeout

from aggregates.base import NIL, SlotTaken
from commands.base import CommandLog
from commands.remembered import CommandRecord, Earlier
from gateways.postgres import append_batch, statements
from gateways.postgres.append_batch import Append
from gateways.postgres.combining import Combiner
from gateways.postgres.database import Connection, Database

BATCH = 128
KNOWN_STREAMS = 100_000
LOST = (psycopg.OperationalError, psycopg.InterfaceError)
Begun = tuple[Earlier | None, list[StoredEvent]]
Appended = Sequence[int] | BaseException


class CompanyClosed(ProgrammingError):
    """The log takes nothing in: its company is being moved or removed, or lives in another cell by now."""


@dataclass(frozen=True)
class _Begin:
    command_id: UUID
    stream_id: UUID | None


class PostgresLog(CommandLog):
    """The log of one company. `on_append` is told the new last position after each commit."""

    def __init__(
        self, database: Database, company_id: UUID, on_append: Callable[[UUID, int], None] | None = None
    ) -> None:
        self.company_id = company_id
        self._database = database
        self._on_append = on_append or (lambda _company, _position: None)
        self._appends: Combiner[Append, Sequence[int]] = Combiner(
            self._append_batch, limit=BATCH, keys=Append.keys, shared=Append.shared
        )
        self._begins: Combiner[_Begin, Begun] = Combiner(self._begin_batch, limit=BATCH)
        self._known: dict[UUID, int] = {}  # streams seen, up to which version: what a hopeful append may follow

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Append facts with their command; see `CommandLog` for keywords and errors. Returns their positions."""
        if not stored_events and "command" not in kwargs:
            return None
        command = kwargs.get("command") or CommandRecord(uuid4(), "append", b"", {})
        claims, releases = kwargs.get("claims") or (), kwargs.get("releases") or ()
        append = Append(stored_events, command, claims, releases, kwargs.get("rests") or ())
        return self._appends.submit(append)

    def begin(self, command_id: UUID, stream_id: UUID | None) -> Begun:
        """See `CommandLog.begin`."""
        return self._begins.submit(_Begin(command_id, stream_id))

    def position(self) -> int:
        """See `CommandLog.position`."""
        return self.max_notification_id() or 0

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        """The facts of a stream, by version."""
        params = {
            "company": self.company_id,
            "stream": originator_id,
            "gt": -1 if gt is None else gt,
            "lte": 2**31 - 1 if lte is None else lte,
            "limit": limit,
        }
        statement = statements.STREAM.format(order="desc" if desc else "asc")
        with self._connection() as connection:
            rows = connection.execute(statement.encode(), params, binary=True).fetchall()
        found = [StoredEvent(originator_id, version, topic, state) for version, topic, state in rows]
        self._seen(found)
        return found

    def streams(self, stream_ids: Sequence[UUID]) -> Mapping[UUID, list[StoredEvent]]:
        """See `CommandLog.streams`."""
        params = {"company": self.company_id, "streams": list(stream_ids)}
        with self._connection() as connection:
            rows = connection.execute(statements.STREAMS, params, binary=True).fetchall()
        found: dict[UUID, list[StoredEvent]] = {stream_id: [] for stream_id in stream_ids}
        for stream_id, version, topic, state in rows:
            found[stream_id].append(StoredEvent(stream_id, version, topic, state))
        for events in found.values():
            self._seen(events)
        return found

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Notification]:
        """Facts in the order of their positions."""
        params = {
            "company": self.company_id,
            "after": (start or 0) - (1 if inclusive_of_start and start is not None else 0),
            "stop": 2**62 if stop is None else stop,
            "topics": list(topics) or None,
            "limit": limit,
        }
        with self._connection() as connection:
            rows = connection.execute(statements.NOTIFICATIONS, params, binary=True).fetchall()
        return [
            Notification(stream, version, topic, state, position) for position, stream, version, topic, state in rows
        ]

    def max_notification_id(self) -> int | None:
        """The last position, or None for an empty log."""
        with self._connection() as connection:
            row = connection.execute(statements.HEAD, {"company": self.company_id}).fetchone()
        return row[0] or None if row else None

    def subscribe(
        self,
        gt: int | None = None,  # noqa: ARG002 - the library's signature
        topics: Sequence[str] = (),  # noqa: ARG002 - the library's signature
    ) -> Subscription[Any]:
        """Not offered: read models are fed by the daemon, others by the public stream."""
        raise ProgrammingError("subscribe to the public stream, or add a read model")

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        try:
            with self._database.company(self.company_id) as connection:
                yield connection
        except (*LOST, PoolTimeout) as error:
            raise OperationalError(str(error)) from error

    # Begin

    def _begin_batch(self, batch: Sequence[_Begin]) -> list[Begun | BaseException]:
        if len(batch) == 1:
            return [self._begin_one(batch[0])]
        begun: list[Begun | BaseException] = []
        streams = [asked.stream_id for asked in batch]
        params = {"company": self.company_id, "commands": [asked.command_id for asked in batch], "streams": streams}
        with self._connection() as connection:
            rows = connection.execute(statements.BEGIN_MANY, params, binary=True).fetchall()
        of: list[list[tuple[Any, ...]]] = [[] for _ in batch]
        for row in rows:
            of[row[0] - 1].append(row[1:])
        begun.extend(self._begun(stream_id, found) for stream_id, found in zip(streams, of, strict=True))
        return begun

    def _begin_one(self, asked: _Begin) -> Begun:
        params = {"company": self.company_id, "command": asked.command_id, "stream": asked.stream_id}
        with self._connection() as connection:
            rows = connection.execute(statements.BEGIN_ONE, params, binary=True).fetchall()
        return self._begun(asked.stream_id, rows)

    def _begun(self, stream_id: UUID | None, rows: Sequence[tuple[Any, ...]]) -> Begun:
        earlier, events = None, []
        for version, topic, state, request_hash, answer, position in rows:
            if version is None:
                earlier = Earlier(bytes(request_hash), answer, position)
            else:
                events.append(StoredEvent(stream_id or NIL, version, topic, state))
        self._seen(events)
        return earlier, events

    def _seen(self, events: Sequence[StoredEvent]) -> None:
        if events:
            if len(self._known) > KNOWN_STREAMS:
                self._known.clear()
            last = max(events[0], events[-1], key=lambda event: event.originator_version)
            assert isinstance(last.originator_id, UUID)
            self._known[last.originator_id] = max(last.originator_version, self._known.get(last.originator_id, 0))

    # Append

    def _append_batch(self, batch: Sequence[Append]) -> list[Appended]:
        try:
            results, last = self._append(batch)
        except LOST as error:
            raise OperationalError(str(error)) from error
        for append in batch:
            self._seen(append.events)
        self._on_append(self.company_id, last)
        return results

    def _append(self, batch: Sequence[Append]) -> tuple[list[Appended], int]:
        if any(append.claims or append.releases or append.rests for append in batch) or not self._may_hope(batch):
            return self._append_carefully(batch)
        try:
            return self._append_hopefully(batch)
        except psycopg.errors.UniqueViolation as error:
            if len(batch) == 1:
                raise IntegrityError(str(error)) from error
            return self._append_carefully(batch)

    def _may_hope(self, batch: Sequence[Append]) -> bool:
        """Whether every stream goes on where it is known to have ended, without a jump."""
        for append in batch:
            at: dict[UUID | str, int] = {}
            for event in append.events:
                stream_id = event.originator_id
                before = at[stream_id] if stream_id in at else self._last_known(stream_id, event.originator_version)
                if event.originator_version != before + 1:
                    return False
                at[stream_id] = event.originator_version
        return True

    def _last_known(self, stream_id: UUID | str, version: int) -> int:
        known = self._known.get(stream_id, 0) if isinstance(stream_id, UUID) else 0
        return min(known, version - 1)

    def _append_hopefully(self, batch: Sequence[Append]) -> tuple[list[Appended], int]:
        with self._connection() as connection:
            if len(batch) == 1 and len(batch[0].events) == 1:
                params = append_batch.one_fact(self.company_id, batch[0])
                row = connection.execute(statements.ONE_FACT, params, binary=True).fetchone()
                position = self._must(row)
                return [[position]], position
            params = append_batch.many_facts(self.company_id, batch)
            base = self._must(connection.execute(statements.MANY_FACTS, params, binary=True).fetchone())
        results: list[Appended] = []
        for append in batch:
            results.append(list(range(base + 1, base + len(append.events) + 1)))
            base += len(append.events)
        return results, base

    def _append_carefully(self, batch: Sequence[Append]) -> tuple[list[Appended], int]:
        params = append_batch.carefully(self.company_id, batch)
        with self._connection() as connection:
            try:
                rows = connection.execute(statements.CAREFULLY, params, binary=True).fetchall()
            except psycopg.errors.NoDataFound as error:
                raise CompanyClosed(str(self.company_id)) from error
        return [_result(append, *row) for append, row in zip(batch, rows, strict=True)], max(row[2] for row in rows)

    def _must(self, row: tuple[Any, ...] | None) -> int:
        if row is None:
            raise CompanyClosed(str(self.company_id))
        return int(row[0])


def _result(append: Append, status: str, first: int | None, last: int) -> Appended:
    if status == "appended":
        return list(range(first, last + 1)) if first is not None else []
    if status == "taken":
        slots = [claim.slot for claim in append.claims]
        return SlotTaken(starts_at=min(s.starts_at for s in slots), ends_at=max(s.ends_at for s in slots))
    return IntegrityError(status)
