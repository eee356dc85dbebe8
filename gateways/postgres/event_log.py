"""The event log (giornale dei fatti) on PostgreSQL: the library's recorder with commands, claims, gap-free positions.

Threads that append at the same moment share one transaction, threads that load share one query (group commit); each
gets its own result, and the conflict of one leaves the others alone.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4, uuid5

import psycopg
from eventsourcing.persistence import (
    IntegrityError,
    Notification,
    OperationalError,
    ProgrammingError,
    StoredEvent,
    Subscription,
)
from psycopg.types.json import Jsonb
from psycopg.types.range import TimestamptzRange
from psycopg_pool import PoolTimeout

from aggregates.base import NIL, Claim, SlotTaken
from commands.base import CommandLog, CommandRecord, Earlier
from gateways.postgres.combining import Combiner
from gateways.postgres.database import Database

BATCH = 128
NOTHING = CommandRecord(UUID(int=0), "append", b"", {})
APPEND = """select status, first_position, last_position from append_facts(
    %s, %s::uuid[], %s::text[], %s::bytea[], %s::jsonb[], %s::jsonb[],
    %s::integer[], %s::uuid[], %s::integer[], %s::text[], %s::bytea[], %s::uuid[],
    %s::integer[], %s::uuid[], %s::uuid[], %s::tstzrange[], %s::boolean[], %s::integer[], %s::uuid[])"""
BEGIN = """
select asked.n, null::integer, null, null::bytea, c.request_hash, c.answer, c.last_position
  from unnest(%(commands)b::uuid[]) with ordinality as asked(id, n)
  join command c on c.company_id = %(company)b and c.command_id = asked.id
union all
select asked.n, f.version, f.topic, f.state, null, null, null
  from unnest(%(streams)b::uuid[]) with ordinality as asked(id, n)
  join fact f on f.company_id = %(company)b and f.stream_id = asked.id
order by 1, 2"""


@dataclass(frozen=True)
class _Append:
    events: Sequence[StoredEvent]
    command: CommandRecord
    claims: Sequence[Claim]
    releases: Sequence[UUID]


@dataclass(frozen=True)
class _Begin:
    command_id: UUID
    stream_id: UUID | None


Begun = tuple[Earlier | None, list[StoredEvent]]


class PostgresLog(CommandLog):
    """The log of one company. `on_append` is told the new last position after each commit."""

    def __init__(
        self, database: Database, company_id: UUID, on_append: Callable[[UUID, int], None] | None = None
    ) -> None:
        self.company_id = company_id
        self._database = database
        self._on_append = on_append or (lambda _company, _position: None)
        self._appends: Combiner[_Append, Sequence[int]] = Combiner(self._append_batch, limit=BATCH, keys=_keys)
        self._begins: Combiner[_Begin, Begun] = Combiner(self._begin_batch, limit=BATCH)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Append facts with their command; see `CommandLog` for keywords and errors. Returns their positions."""
        if not stored_events and "command" not in kwargs:
            return None
        command = kwargs.get("command") or CommandRecord(uuid4(), NOTHING.name, NOTHING.request_hash, NOTHING.answer)
        return self._appends.submit(
            _Append(stored_events, command, kwargs.get("claims") or (), kwargs.get("releases") or ())
        )

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
        with self._connection() as connection:
            found = connection.execute(
                f"""select version, topic, state from fact
                     where company_id = %s and stream_id = %s and version > %s and version <= %s
                     order by version {"desc" if desc else "asc"} limit %s""",  # noqa: S608 - a fixed word
                (self.company_id, originator_id, -1 if gt is None else gt, 2**31 - 1 if lte is None else lte, limit),
                binary=True,
            )
            return [StoredEvent(originator_id, version, topic, state) for version, topic, state in found]

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
        after = (start or 0) - (1 if inclusive_of_start and start is not None else 0)
        with self._connection() as connection:
            found = connection.execute(
                """select position, stream_id, version, topic, state from fact
                    where company_id = %s and position > %s and position <= %s
                      and (%s::text[] is null or topic = any(%s::text[]))
                    order by position limit %s""",
                (self.company_id, after, 2**62 if stop is None else stop, list(topics) or None, list(topics), limit),
                binary=True,
            )
            return [
                Notification(stream, version, topic, state, position)
                for position, stream, version, topic, state in found
            ]

    def max_notification_id(self) -> int | None:
        """The last position, or None for an empty log."""
        with self._connection() as connection:
            row = connection.execute(
                "select last_position from company_head where company_id = %s", (self.company_id,)
            ).fetchone()
        return row[0] or None if row else None

    def subscribe(
        self,
        gt: int | None = None,  # noqa: ARG002 - the library's signature
        topics: Sequence[str] = (),  # noqa: ARG002 - the library's signature
    ) -> Subscription[Any]:
        """Not offered: read models are fed by the daemon, others by the public stream."""
        raise ProgrammingError("subscribe to the public stream, or add a read model")

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        try:
            with self._database.company(self.company_id) as connection:
                yield connection
        except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
            raise OperationalError(str(error)) from error

    def _begin_batch(self, batch: Sequence[_Begin]) -> list[Begun | BaseException]:
        begun: list[Any] = [[None, []] for _ in batch]
        streams = [asked.stream_id for asked in batch]
        params = {
            "company": self.company_id,
            "commands": [asked.command_id for asked in batch],
            "streams": streams,
        }
        with self._connection() as connection:
            for n, version, topic, state, request_hash, answer, position in connection.execute(
                BEGIN, params, binary=True
            ):
                if version is None:
                    begun[n - 1][0] = Earlier(bytes(request_hash), answer, position)
                else:
                    begun[n - 1][1].append(StoredEvent(streams[n - 1] or NIL, version, topic, state))
        return [tuple(one) for one in begun]

    def _append_batch(self, batch: Sequence[_Append]) -> list[Sequence[int] | BaseException]:
        try:
            results, last = self._append(batch)
        except psycopg.Error as error:
            if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
                raise OperationalError(str(error)) from error
            if len(batch) == 1:
                return [_translated(error)]
            return [result for one in batch for result in self._append_batch([one])]
        self._on_append(self.company_id, last)
        return results

    def _append(self, batch: Sequence[_Append]) -> tuple[list[Sequence[int] | BaseException], int]:
        with self._connection() as connection:
            rows = connection.execute(APPEND, self._arrays(batch)).fetchall()
        answered = [_result(one, *row) for one, row in zip(batch, rows, strict=True)]
        return answered, max(row[2] for row in rows)

    def _arrays(self, batch: Sequence[_Append]) -> tuple[Any, ...]:
        commands = [one.command for one in batch]
        facts = [
            (n, e.originator_id, e.originator_version, e.topic, e.state, uuid5(one.command.command_id, str(place)))
            for n, one in enumerate(batch, 1)
            for place, e in enumerate(one.events)
        ]
        claims = [
            (n, c.claim_id, c.resource_id, TimestamptzRange(c.slot.starts_at, c.slot.ends_at), c.exclusive)
            for n, one in enumerate(batch, 1)
            for c in one.claims
        ]
        releases = [(n, claim) for n, one in enumerate(batch, 1) for claim in one.releases]
        return (
            self.company_id,
            [c.command_id for c in commands],
            [c.name for c in commands],
            [c.request_hash for c in commands],
            [Jsonb(c.answer) for c in commands],
            [Jsonb({"command": c.name, **c.metadata}) for c in commands],
            *_columns(facts, 6),
            *_columns(claims, 5),
            *_columns(releases, 2),
        )


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> Sequence[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]


def _keys(append: _Append) -> Sequence[Hashable]:
    return [event.originator_id for event in append.events] + [append.command.command_id]


def _result(append: _Append, status: str, first: int | None, last: int) -> Sequence[int] | BaseException:
    if status == "appended":
        return list(range(first, last + 1)) if first is not None else []
    if status == "taken":
        slots = [claim.slot for claim in append.claims]
        return SlotTaken(starts_at=min(s.starts_at for s in slots), ends_at=max(s.ends_at for s in slots))
    return IntegrityError(status)


def _translated(error: psycopg.Error) -> Exception:
    if isinstance(error, psycopg.IntegrityError):
        return IntegrityError(str(error))
    return ProgrammingError(str(error))


class Bell:
    """Tells other processes that a log has grown: one notification after the commit, at most every 20 milliseconds."""

    CHANNEL = "libretto_appended"
    PAUSE_S = 0.02

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pending: dict[UUID, int] = {}
        self._wake = threading.Event()
        self._listeners: list[Callable[[], None]] = []
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
        self._thread.start()

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` at once, in this process, whenever a log grows."""
        self._listeners.append(listener)

    def ring(self, company_id: UUID, position: int) -> None:
        """A log has grown up to a position."""
        for listener in self._listeners:
            listener()
        self._pending[company_id] = position
        self._wake.set()

    def stop(self) -> None:
        """Stop ringing."""
        self._stopped = True
        self._wake.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stopped:
            self._wake.wait()
            self._wake.clear()
            if self._pending and not self._stopped:
                self._pending.clear()
                self._notify()
                time.sleep(self.PAUSE_S)

    def _notify(self) -> None:
        try:
            with self._database.connection() as connection:
                connection.execute(f"notify {self.CHANNEL}")
        except (psycopg.Error, PoolTimeout):
            return  # whoever listens also polls
