"""Verification (verifica): logs without gaps, facts that can be read, read models equal to a fresh fold, documents.

One snapshot of the database is read, so a daemon may go on folding. Each read model is folded anew in memory up to the
position at which its table stands, leaving out what is parked, and compared row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from gateways.documents.archive import open_archive
from gateways.documents.issuer import verify_documents
from gateways.postgres import companies, facts
from gateways.postgres.comparison import differing, folded_rows, stored_rows
from gateways.postgres.database import Connection
from gateways.postgres.read_models import Generation, positions
from gateways.wiring import House, Installation
from projections.base import MemoryRows, ReadModel, Recorded

BATCH = 5000
MOST_ROWS = 5
"""How many differing rows of a table are told one by one."""


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be."""

    company: str
    what: str
    detail: str


@dataclass
class _Fresh:
    """A read model folded anew."""

    generation: Generation
    model: type[ReadModel]
    position: int
    parked: frozenset[int]
    rows: MemoryRows
    error: str | None = None


class Verification:
    """Checks every company of an installation."""

    def __init__(self, installation: Installation, archive: str) -> None:
        self._installation = installation
        self._archive = open_archive(archive)
        self._counts = {"companies": 0, "facts": 0, "models": 0, "documents": 0}

    def size(self) -> int:
        """How many facts there are to be read."""
        rows = companies.every(self._installation.database)
        return sum(self._installation.house(str(row.company_id)).log.position() for row in rows)

    def counts(self) -> dict[str, int]:
        """What was checked so far."""
        return dict(self._counts)

    def run(self, told: Callable[[int], object] = lambda _: None) -> Iterator[Finding]:
        """Everything that is wrong; `told` hears how many facts were read."""
        for row in companies.every(self._installation.database):
            house = self._installation.house(str(row.company_id))
            self._counts["companies"] += 1
            with self._installation.database.company(house.company_id) as connection, connection.transaction():
                connection.execute("set transaction isolation level repeatable read, read only")
                yield from _gaps(connection, house)
                yield from self._folded(connection, house, told)
            yield from self._documents(house)

    def _folded(self, connection: Connection, house: House, told: Callable[[int], object]) -> Iterator[Finding]:
        fresh = self._fresh(connection, house.company_id)
        self._counts["models"] = len(fresh)
        at = 0
        while batch := facts.after(connection, house.company_id, at, BATCH):
            at = batch[-1].position
            for stored in batch:
                try:
                    recorded = stored.read(house.codec)
                except Exception as error:
                    yield Finding(
                        house.slug, "log", f"fact {stored.position} ({stored.topic}) is unreadable: {error!r}"
                    )
                    continue
                for one in fresh:
                    _fold(one, recorded)
            self._counts["facts"] += len(batch)
            told(len(batch))
        for one in fresh:
            yield from self._compared(connection, house, one)

    def _fresh(self, connection: Connection, company_id: UUID) -> list[_Fresh]:
        registry = self._installation.registry
        seen = [generation for name in registry.models if (generation := registry.seen(name))]
        return [
            _Fresh(
                generation,
                registry.models[generation.name],
                position,
                frozenset(_parked(connection, company_id, generation)),
                MemoryRows(),
            )
            for generation, position in positions(connection, company_id, seen).items()
        ]

    def _compared(self, connection: Connection, house: House, one: _Fresh) -> Iterator[Finding]:
        what = f"read model {one.generation.name}"
        if one.error:
            yield Finding(house.slug, what, one.error)
            return
        if one.parked:
            yield Finding(house.slug, what, f"{len(one.parked)} facts are parked")
        for table in one.model.TABLES:
            stored = stored_rows(connection, house.company_id, table, one.generation)
            different = list(differing(table, folded_rows(table, one.rows), stored))
            for detail in different[:MOST_ROWS]:
                yield Finding(house.slug, what, f"{table.name}: {detail}")
            if len(different) > MOST_ROWS:
                yield Finding(house.slug, what, f"{table.name}: {len(different) - MOST_ROWS} more rows differ")

    def _documents(self, house: House) -> Iterator[Finding]:
        row = house.reader.row("select count(*) as number from {issued_document}")
        self._counts["documents"] += row["number"] if row else 0
        for finding in verify_documents(house, self._archive):
            yield Finding(house.slug, "document", f"{finding.path}: {finding.problem}: {finding.detail}")


def _gaps(connection: Connection, house: House) -> Iterator[Finding]:
    row = connection.execute(
        """select h.last_position, count(f.position), coalesce(min(f.position), 0), coalesce(max(f.position), 0)
             from company_head h left join fact f using (company_id) where h.company_id = %s group by 1""",
        (house.company_id,),
    ).fetchone()
    head, count, first, last = row or (0, 0, 0, 0)
    if (count, last) != (head, head) or first != min(1, head):
        yield Finding(house.slug, "log", f"{count} facts from {first} to {last}, but the head says {head}")
    broken = connection.execute(
        """select stream_id, count(*), min(version), max(version) from fact where company_id = %s
            group by stream_id having min(version) <> 1 or max(version) <> count(*)""",
        (house.company_id,),
    )
    for stream_id, number, lowest, highest in broken:
        yield Finding(house.slug, "log", f"stream {stream_id}: {number} facts with versions {lowest} to {highest}")


def _fold(one: _Fresh, recorded: Recorded) -> None:
    if recorded.position > one.position or recorded.position in one.parked or one.error:
        return
    try:
        one.model().fold(recorded, one.rows)
    except Exception as error:
        one.error = f"fact {recorded.position} ({recorded.topic}) cannot be folded anew: {error!r}"


def _parked(connection: Connection, company_id: UUID, generation: Generation) -> Iterable[int]:
    rows = connection.execute(
        "select position from parked_fact where company_id = %s and name = %s and generation = %s",
        (company_id, generation.name, generation.number),
    )
    return [row[0] for row in rows]
