"""What queries read from: a company's active read models and its log."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from aggregates.base import Aggregate
from commands.base import Ledger
from gateways.codec import Codec
from gateways.postgres import facts, log_search
from gateways.postgres.database import Connection, Database
from gateways.postgres.read_models import Registry
from projections.audit import Sought
from projections.base import MemoryRows, ReadModel, Recorded, Row

POLL_S = 0.003
FOLD = 5000
STANDING_STILL = (
    "set transaction isolation level repeatable read, read only; set local idle_in_transaction_session_timeout = '1h'"
)
"""A snapshot waits while what was read is reckoned, printed or compared: evidence of a long log takes minutes."""


class PostgresReader:
    """`projections.base.Reader` for one company; `keyed` are connections that look rows up by key (see `Database`)."""

    def __init__(
        self,
        database: Database,
        registry: Registry,
        ledger: Ledger,
        codec: Codec,
        company_id: UUID,
        keyed: Database | None = None,
    ) -> None:
        self.company_id = company_id
        self._database = database
        self._keyed = keyed
        self._registry = registry
        self._ledger = ledger
        self._codec = codec
        self._named: tuple[object, Mapping[str, str]] = (None, {})

    def rows(self, sql: str, params: Mapping[str, Any] | None = None, *, replan: bool = False) -> list[Row]:
        """See `Reader.rows`."""
        return self._found(self._database, sql, params, replan=replan)

    def row(self, sql: str, params: Mapping[str, Any] | None = None, *, by_key: bool = False) -> Row | None:
        """See `Reader.row`."""
        keyed = self._keyed if by_key else None
        found = self._found(keyed, sql, params) if keyed else self.rows(sql, params)
        return found[0] if found else None

    def facts(self, stream_id: UUID, *, known_at: datetime | None = None) -> Sequence[Recorded]:
        """See `Reader.facts`."""
        with self._database.company(self.company_id) as connection:
            stored = facts.of_stream(connection, self.company_id, stream_id, known_at)
        return [one.read(self._codec) for one in stored]

    def recorded_after(self, position: int, limit: int) -> list[Recorded]:
        """The facts of the company's log behind a position, in order."""
        with self._database.company(self.company_id) as connection:
            stored = facts.after(connection, self.company_id, position, limit)
        return [one.read(self._codec) for one in stored]

    def record(self, stream_id: UUID, *, known_at: datetime | None = None) -> Aggregate | None:
        """See `Reader.record`."""
        aggregate: Aggregate | None = None
        for recorded in self.facts(stream_id, known_at=known_at):
            aggregate = recorded.fact.mutate(aggregate)
        return aggregate

    def folded(self, model: type[ReadModel], *, known_at: datetime) -> MemoryRows:
        """See `Reader.folded`."""
        rows, position = MemoryRows(), 0
        with self._database.company(self.company_id) as connection:
            while batch := facts.after(connection, self.company_id, position, FOLD):
                position = batch[-1].position
                for stored in batch:
                    if stored.recorded_at > known_at:
                        return rows
                    if stored.current_topic in model.HANDLERS:
                        model().fold(stored.read(self._codec), rows)
        return rows

    def found(self, sought: Sought, before: int | None, most: int) -> Sequence[Recorded]:
        """See `projections.audit.LogReader.found`."""
        with self._database.company(self.company_id) as connection:
            stored = log_search.newest(connection, self.company_id, sought, before, most)
            read = (one.read(self._codec) for one in stored)
            return list(islice(filter(sought.fits, read), most))

    def together(self, recorded: Sequence[Recorded]) -> Mapping[UUID, Sequence[Mapping[str, Any]]]:
        """See `projections.audit.LogReader.together`."""
        ends: dict[UUID, tuple[int, int]] = {}
        for one in recorded:
            if one.command_id is not None:
                first, last = ends.get(one.command_id, (one.position, one.position))
                ends[one.command_id] = (min(first, one.position), max(last, one.position))
        found: dict[UUID, list[Mapping[str, Any]]] = {}
        with self._database.company(self.company_id) as connection:
            for other in log_search.together(connection, self.company_id, ends):
                found.setdefault(other.pop("command_id"), []).append(other)
        return found

    @contextmanager
    def snapshot(self) -> Iterator[PostgresReader]:
        """A reader that sees the company as it stands now, however many questions it is asked."""
        with self._database.company(self.company_id) as connection, connection.transaction():
            connection.execute(STANDING_STILL)
            still = copy(self)
            still._database, still._keyed = OneConnection(connection), None
            yield still

    def wait(self, models: Iterable[type[ReadModel]], position: int, timeout_s: float = 2.0) -> bool:
        """Wait until the models have folded the log up to a position; False when time ran out."""
        until = time.monotonic() + timeout_s
        seen = [generation for model in models if (generation := self._registry.seen(model.NAME))]
        while True:
            with self._database.company(self.company_id) as connection:
                row = connection.execute(
                    """select count(*) from read_model_position p
                         join unnest(%s::text[], %s::integer[]) as asked(name, generation) using (name, generation)
                        where p.company_id = %s and p.position >= %s""",
                    ([g.name for g in seen], [g.number for g in seen], self.company_id, position),
                ).fetchone()
            if row and row[0] >= len(seen):
                return True
            if time.monotonic() > until:
                return False
            time.sleep(POLL_S)

    def _found(
        self, database: Database, sql: str, params: Mapping[str, Any] | None, *, replan: bool = False
    ) -> list[Row]:
        try:
            return self._asked(database, sql, params, replan)
        except psycopg.errors.UndefinedTable:
            self._registry.generations(fresh=True)  # another process has switched generations
            return self._asked(database, sql, params, replan)

    def _asked(self, database: Database, sql: str, params: Mapping[str, Any] | None, replan: bool) -> list[Row]:
        names = self._tables()
        with database.company(self.company_id) as connection, connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(sql.format_map(names).encode(), params, prepare=False if replan else None, binary=True)
            return cursor.fetchall()

    def _tables(self) -> Mapping[str, str]:
        """What each table is called in the generations that queries read; made again when those have been asked for."""
        living = self._registry.generations()
        known_for, names = self._named
        if known_for is not living:
            names = {
                table.name: generation.table(table)
                for model in self._registry.models.values()
                if (generation := self._registry.seen(model.NAME))
                for table in model.TABLES
            }
            self._named = (living, names)
        return names


class OneConnection(Database):
    """Questions of one snapshot: all on the connection that sees it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def company(self, company_id: UUID) -> Iterator[Connection]:  # noqa: ARG002 - a snapshot is of one company
        """See `Database.company`."""
        yield self._connection
