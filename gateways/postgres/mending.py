"""Mends a company's rows of read models (riallineamento): makes them what a fold from the beginning gives now.

After a person's key is destroyed a fresh fold says less than the rows do. It is made in memory beside the rows in use;
then, model by model, nobody folds for a moment while the rows that differ are rewritten and the dead ones swept out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from psycopg.sql import SQL, Identifier

from aggregates.personal import personal_fields
from gateways.codec import Codec, fact_class
from gateways.postgres import facts
from gateways.postgres.comparison import folded_rows, mending, stored_rows
from gateways.postgres.database import Connection, Database
from gateways.postgres.read_models import Generation, Registry, mark_written, positions
from gateways.postgres.working_rows import WorkingRows
from projections.base import MemoryRows, ReadModel

FOLDING_SPACE = 0x11B2F01D
BATCH = 5_000
ALONE = f"select pg_advisory_xact_lock({FOLDING_SPACE}, hashtext(%s::text))"
PARKED = "select position from parked_fact where company_id = %s and name = %s and generation = %s"


class MovedMeanwhile(Exception):
    """Parked facts were folded while a model was folded anew; it is done again."""


@dataclass
class _Anew:
    """A read model folded anew, as far as it has come."""

    generation: Generation
    model: type[ReadModel]
    until: int
    parked: frozenset[int]
    rows: MemoryRows = field(default_factory=MemoryRows)

    def fold(self, stored: facts.StoredFact, codec: Codec) -> None:
        if stored.position not in self.parked and stored.current_topic in self.model.HANDLERS:
            self.model().fold(stored.read(codec), self.rows)


class Mender:
    """Mends one company's rows in every generation that this program folds and that may tell of persons."""

    def __init__(self, database: Database, registry: Registry, company_id: UUID, codec: Codec) -> None:
        self._database = database
        self._registry = registry
        self._company_id = company_id
        self._codec = codec

    def mend(self) -> dict[str, int]:
        """Rewrite what differs; the number of rows by table, of those that had any."""
        mended: dict[str, int] = {}
        swept: list[str] = []
        with self._database.company(self._company_id) as connection:
            anew = self._begun(connection)
            self._fold_all(connection, anew)
            for one in anew:
                for name, physical, rows in self._mend(connection, one):
                    mended[name] = mended.get(name, 0) + rows
                    swept.append(physical)
        with self._database.owner() as owner:
            for physical in swept:
                owner.execute(SQL("vacuum {}").format(Identifier(physical)))
        return mended

    def _begun(self, connection: Connection) -> list[_Anew]:
        told = [one for one in self._registry.own() if _tells_of_persons(self._registry.models[one.name])]
        return [
            _Anew(one, self._registry.models[one.name], position, self._parked(connection, one))
            for one, position in positions(connection, self._company_id, told).items()
        ]

    def _fold_all(self, connection: Connection, anew: list[_Anew]) -> None:
        """One walk over the log for all of them."""
        at, last = 0, max((one.until for one in anew), default=0)
        while at < last and (batch := facts.after(connection, self._company_id, at, BATCH)):
            at = batch[-1].position
            self._codec.prepare_states(stored.state for stored in batch)
            for stored in batch:
                for one in anew:
                    if stored.position <= one.until:
                        one.fold(stored, self._codec)

    def _mend(self, connection: Connection, one: _Anew) -> Iterator[tuple[str, str, int]]:
        """Rewrite the rows of a model while nobody folds."""
        changed = []
        with connection.transaction():
            connection.execute(ALONE, (self._company_id,))
            self._level(connection, one)
            working = WorkingRows(connection, self._company_id, one.generation.names(one.model))
            for table in one.model.TABLES:
                fresh = folded_rows(table, one.rows)
                puts, drops = mending(table, fresh, stored_rows(connection, self._company_id, table, one.generation))
                for row in puts:
                    working.put(table, row)
                for key in drops:
                    working.drop(table, *key)
                if puts or drops:
                    changed.append((table.name, one.generation.table(table), len(puts) + len(drops)))
            working.flush()
            mark_written(connection, self._company_id, one.generation)
        yield from changed

    def _level(self, connection: Connection, one: _Anew) -> None:
        """Fold what the model has folded since. Raises `MovedMeanwhile`."""
        if any(position <= one.until for position in self._parked(connection, one.generation) ^ one.parked):
            raise MovedMeanwhile
        (now,) = positions(connection, self._company_id, [one.generation]).values()
        while one.until < now and (batch := facts.after(connection, self._company_id, one.until, BATCH)):
            parked = self._parked(connection, one.generation)
            for stored in batch:
                if stored.position <= now and stored.position not in parked:
                    one.fold(stored, self._codec)
            one.until = min(batch[-1].position, now)

    def _parked(self, connection: Connection, generation: Generation) -> frozenset[int]:
        rows = connection.execute(PARKED, (self._company_id, generation.name, generation.number))
        return frozenset(row[0] for row in rows)


def _tells_of_persons(model: type[ReadModel]) -> bool:
    return any(personal_fields(fact_class(topic)) for topic in model.HANDLERS)
