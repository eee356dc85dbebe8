"""Looking back (com'era): a reader that answers any view as of a past instant.

`known_at` leaves out what was recorded later; `true_at` what happened later, and orders the rest by when it happened.
The views' own queries run over tables of one session, which hold the read models of that past. A few sessions at most
look back at once; one that is done keeps its tables for a while, because who asks once asks again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from string import Formatter
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from aggregates.base import Aggregate, Refusal, require
from commands.base import Ledger
from gateways.postgres.past_tables import LeftOut, PastTables
from gateways.postgres.read_models import Registry
from gateways.postgres.reader import OneConnection, PostgresReader
from projections.audit import Sought
from projections.base import MemoryRows, ReadModel, Recorded, Row

_TICK = timedelta(microseconds=1)
NOW = re.compile(r"\b(?:now|clock_timestamp)\(\)")
PRESENT_ONLY = re.compile(r"\b(?:similar_entries|documents_with)\(")


class PastNotSearched(Refusal):
    """Searching words works on the present only; look the record up now, and ask for it as of the past by its id."""

    status = 422


class TrueAtUnclear(Refusal):
    """Facts of record {record_id} were recorded in another order than they happened; ask with known_at instead."""

    status = 422


class PastReader(PostgresReader):
    """`projections.base.Reader` over what was known, and had happened, by an instant."""

    def __init__(self, registry: Registry, ledger: Ledger, tables: PastTables, known_at: datetime | None) -> None:
        database = OneConnection(tables.connection)
        super().__init__(database, registry, ledger, tables.codec, tables.moment.company_id)
        self.known_at = known_at
        self.true_at = tables.moment.true_at
        self.position = tables.moment.position
        self._tables_of_past = tables
        self._model_of = {table.name: model for model in registry.models.values() for table in model.TABLES}

    @property
    def left_out(self) -> Sequence[LeftOut]:
        """Facts that could not be folded in the order asked for."""
        return self._tables_of_past.left_out

    def fill(self, models: Sequence[type[ReadModel]]) -> None:
        """Have the tables of these models; others come when a query names them."""
        self._tables_of_past.fill(models)

    def rows(self, sql: str, params: Mapping[str, Any] | None = None, *, replan: bool = False) -> list[Row]:  # noqa: ARG002 - a past is asked too seldom to keep plans
        """See `Reader.rows`; what is now for the query is the instant looked at."""
        require(not PRESENT_ONLY.search(sql), PastNotSearched)
        self._tables_of_past.fill([self._model_of[name] for name in _tables_in(sql)])
        instant = self.true_at or self.known_at
        if instant is not None:
            sql = NOW.sub(f"timestamptz '{instant.astimezone(UTC).isoformat()}'", sql)
        with self._tables_of_past.connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(sql.format_map(self._tables_of_past.names).encode(), params, prepare=False, binary=True)
            return cursor.fetchall()

    def facts(self, stream_id: UUID, *, known_at: datetime | None = None) -> Sequence[Recorded]:
        """See `Reader.facts`."""
        found = [one for one in super().facts(stream_id, known_at=known_at) if one.position <= self.position]
        true_at = self.true_at
        return found if true_at is None else [one for one in found if one.fact.act.at <= true_at]

    def record(self, stream_id: UUID, *, known_at: datetime | None = None) -> Aggregate | None:
        """See `Reader.record`. Raises `TrueAtUnclear` where a later fact happened by then and an earlier one did not.

        The facts of a record build on one another in the order they were recorded, never in another.
        """
        found = self.facts(stream_id, known_at=known_at)
        in_order = [one.fact.originator_version for one in found] == list(range(1, len(found) + 1))
        require(in_order, TrueAtUnclear, record_id=stream_id)
        aggregate: Aggregate | None = None
        for recorded in found:
            aggregate = recorded.fact.mutate(aggregate)
        return aggregate

    def folded(self, model: type[ReadModel], *, known_at: datetime) -> MemoryRows:
        """See `Reader.folded`; never more than was known at the instant looked at."""
        return super().folded(model, known_at=known_at if self.known_at is None else min(known_at, self.known_at))

    def found(self, sought: Sought, before: int | None, most: int) -> Sequence[Recorded]:
        """See `projections.audit.LogReader.found`."""
        last = self.position + 1
        if self.true_at is not None:
            until = min(sought.happened_to or self.true_at + _TICK, self.true_at + _TICK)
            sought = sought.model_copy(update={"happened_to": until})
        return super().found(sought, last if before is None else min(before, last), most)

    @contextmanager
    def snapshot(self) -> Iterator[PostgresReader]:
        """The past stands still."""
        yield self

    def wait(self, models: object, position: int, timeout_s: float = 0.0) -> bool:  # noqa: ARG002 - as `PostgresReader`
        """The past was folded from the log itself: whether it reaches up to the position."""
        return position <= self.position


def _tables_in(sql: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(sql) if name]
