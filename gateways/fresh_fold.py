"""Read models folded anew (ripiegatura): compared row by row with the tables that queries read.

Models are folded in passes: as many at once as their tables' rows allow, so that memory is bounded by a number of rows
instead of growing with the company; each pass reads the log once and decodes only what its models listen to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.sql import SQL, Identifier

from aggregates.base import UPCASTERS
from gateways.postgres import facts
from gateways.postgres.comparison import differing, folded_rows, stored_rows
from gateways.postgres.database import Connection
from gateways.postgres.read_models import Generation, Registry, positions
from gateways.said import said
from gateways.wiring import House
from projections.base import MemoryRows, ReadModel, Recorded

BATCH = 5000
MOST_ROWS = 5
"""How many differing rows of a table are told one by one."""
ROWS_AT_ONCE = 300_000
"""Stored rows of the models that are folded in one pass; a model with more has a pass of its own."""
Told = tuple[str, str]
"""Which model, and what is wrong with it."""


@dataclass
class Fresh:
    """A read model folded anew."""

    generation: Generation
    model: type[ReadModel]
    position: int
    parked: frozenset[int]
    rows: MemoryRows
    error: str | None = None


class FreshFold:
    """Compares the read models of one company."""

    def __init__(self, registry: Registry, house: House, connection: Connection) -> None:
        self._registry = registry
        self._house = house
        self._connection = connection
        self.models = 0
        """How many were compared so far."""

    def run(self, names: Iterable[str] | None = None, told: Callable[[int], object] = lambda _: None) -> Iterator[Told]:
        """What is wrong with the models named, or with all; `told` hears how many facts were read."""
        for together in self._passes(list(self._registry.models) if names is None else list(names)):
            self.models += len(together)
            yield from self._passed(together, told)

    def _passed(self, together: Sequence[Fresh], told: Callable[[int], object]) -> Iterator[Told]:
        topics = _stored_as({topic for one in together for topic in one.model.HANDLERS})
        at = 0
        while batch := facts.after(self._connection, self._house.company_id, at, BATCH, topics):
            at = batch[-1].position
            for stored in batch:
                self._folded(stored, together)
            told(len(batch))
        for one in together:
            yield from ((said("read model {name}", name=one.generation.name), detail) for detail in self._compared(one))

    def _folded(self, stored: facts.StoredFact, together: Sequence[Fresh]) -> None:
        try:
            recorded = stored.read(self._house.codec)
        except Exception:
            return  # the audit of the log names it
        for one in together:
            _fold(one, recorded)

    def _passes(self, names: Sequence[str]) -> Iterator[list[Fresh]]:
        seen = [generation for name in names if (generation := self._registry.seen(name))]
        begun, rows = list[Fresh](), 0
        for generation, position in positions(self._connection, self._house.company_id, seen).items():
            model = self._registry.models[generation.name]
            more = sum(self._count(generation.table(table)) for table in model.TABLES)
            if begun and rows + more > ROWS_AT_ONCE:
                yield begun
                begun, rows = [], 0
            parked = frozenset(_parked(self._connection, self._house.company_id, generation))
            begun.append(Fresh(generation, model, position, parked, MemoryRows()))
            rows += more
        if begun:
            yield begun

    def _count(self, table: str) -> int:
        statement = SQL("select count(*) from {} where company_id = %s").format(Identifier(table))
        row = self._connection.execute(statement, (self._house.company_id,)).fetchone()
        return row[0] if row else 0

    def _compared(self, one: Fresh) -> Iterator[str]:
        if one.error:
            yield one.error
            return
        if one.parked:
            yield said("{count} facts are parked", count=len(one.parked))
        for table in one.model.TABLES:
            stored = stored_rows(self._connection, self._house.company_id, table, one.generation)
            different = list(differing(table, folded_rows(table, one.rows), stored))
            yield from (said("{table}: {detail}", table=table.name, detail=detail) for detail in different[:MOST_ROWS])
            if len(different) > MOST_ROWS:
                more = len(different) - MOST_ROWS
                yield said("{table}: {count} more rows differ", table=table.name, count=more)


def _stored_as(topics: set[str]) -> list[str]:
    """The topics under which facts of these current topics were ever stored."""
    found = set(topics)
    while older := {old for old, (new, _) in UPCASTERS.items() if new in found} - found:
        found |= older
    return sorted(found)


def _fold(one: Fresh, recorded: Recorded) -> None:
    if recorded.position > one.position or recorded.position in one.parked or one.error:
        return
    try:
        one.model().fold(recorded, one.rows)
    except Exception as error:
        told = {"position": recorded.position, "topic": recorded.topic, "error": repr(error)}
        one.error = said("fact {position} ({topic}) cannot be folded anew: {error}", **told)


def _parked(connection: Connection, company_id: UUID, generation: Generation) -> list[int]:
    rows = connection.execute(
        "select position from parked_fact where company_id = %s and name = %s and generation = %s",
        (company_id, generation.name, generation.number),
    )
    return [row[0] for row in rows]
