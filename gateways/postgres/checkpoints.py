"""Checkpoints (punti di ripresa): the rows of a read model at a position, so that a past instant is near at hand.

They are disposable and hold what views hold in plain words: `forget_checkpoints` belongs to every erasure. One is
copied from the live tables every so many facts, others are left behind by folds towards a past instant.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from psycopg.sql import SQL, Composed, Identifier

from aggregates.personal import personal_fields
from gateways.codec import fact_class
from gateways.postgres.database import Connection, Database
from gateways.postgres.read_models import Generation, Registry
from projections.base import ReadModel, Table

EVERY = 25_000
"""A checkpoint every so many facts of a company's log."""
NEAR = 8
"""So many are kept that close together; older ones stand `FAR` times as far apart."""
FAR = 4
PART_BYTES = 8_000_000
WHOLE = "#"
"""Stands for a table's name in the row that says that a checkpoint is there; no table is called so."""
FLEETING = frozenset({"hour_id"})
"""Keys of persons' data that is forgotten by the hour: models that hold such data are never kept."""


class Checkpoints:
    """The checkpoints of a company, over a connection that sees it."""

    def __init__(self, connection: Connection, company_id: UUID) -> None:
        self._connection = connection
        self._company_id = company_id

    def restore(self, model: type[ReadModel], until: int, names: Mapping[str, str]) -> int:
        """Fill empty tables from the last checkpoint up to a position; the checkpoint's position, 0 without one."""
        found = self._connection.execute(
            """select max(position) from view_checkpoint
                where company_id = %s and name = %s and fingerprint = %s and table_name = '#' and position <= %s""",
            (self._company_id, model.NAME, model.fingerprint(), until),
        ).fetchone()
        position = (found and found[0]) or 0
        for table in model.TABLES if position else ():
            parts = self._connection.execute(
                """select rows from view_checkpoint where company_id = %s and name = %s and fingerprint = %s
                      and position = %s and table_name = %s order by part""",
                (self._company_id, model.NAME, model.fingerprint(), position, table.name),
                binary=True,
            ).fetchall()
            statement = SQL("copy {} ({}) from stdin").format(Identifier(names[table.name]), _columns(table))
            with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
                for (part,) in parts:
                    copy.write(zlib.decompress(part))
        return position

    def keep(self, model: type[ReadModel], position: int, names: Mapping[str, str]) -> None:
        """Make a checkpoint from tables that stand at a position. Call it while `unforgotten` says so."""
        with self._connection.transaction():
            for table in model.TABLES:
                for part, rows in enumerate(self._parts(table, names[table.name])):
                    self._insert(model, position, table.name, part, rows)
            self._insert(model, position, WHOLE, 0, b"")

    @contextmanager
    def unforgotten(self, since: datetime | None = None) -> Iterator[bool]:
        """Holds erasures up; says whether nothing was erased since an instant, of the database's clock, up to here."""
        self._connection.execute("select pg_advisory_lock_shared(hashtextextended(%s, 0))", (self._lock(),))
        try:
            yield since is None or not erased_since(self._connection, self._company_id, since)
        finally:
            self._connection.execute("select pg_advisory_unlock_shared(hashtextextended(%s, 0))", (self._lock(),))

    def positions(self) -> dict[tuple[str, str], list[int]]:
        """Where the checkpoints of each model and fingerprint stand, in order."""
        rows = self._connection.execute(
            """select name, fingerprint, array_agg(position order by position) from view_checkpoint
                where company_id = %s and table_name = '#' group by name, fingerprint""",
            (self._company_id,),
        )
        return {(name, fingerprint): found for name, fingerprint, found in rows}

    def drop(self, name: str, fingerprint: str, positions: Sequence[int] | None = None) -> None:
        """Drop some checkpoints of a model, or all."""
        self._connection.execute(
            """delete from view_checkpoint where company_id = %s and name = %s and fingerprint = %s
                  and (%s::bigint[] is null or position = any(%s::bigint[]))""",
            (self._company_id, name, fingerprint, positions, positions),
        )

    def forget(self) -> None:
        """Drop all of the company's, after those that are just being made."""
        with self._connection.transaction():
            self._connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (self._lock(),))
            self._connection.execute("delete from view_checkpoint where company_id = %s", (self._company_id,))

    def _lock(self) -> str:
        return f"checkpoints {self._company_id}"

    def _parts(self, table: Table, physical: str) -> Iterator[bytes]:
        statement = SQL("copy (select {} from {} where company_id = {}) to stdout").format(
            _columns(table), Identifier(physical), self._company_id
        )
        pending: list[bytes] = []
        parts: list[bytes] = []
        size = 0
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for data in copy:
                pending.append(bytes(data))
                size += len(data)
                if size >= PART_BYTES:
                    parts.append(zlib.compress(b"".join(pending), 1))
                    pending, size = [], 0
        yield from parts
        if pending:
            yield zlib.compress(b"".join(pending), 1)

    def _insert(self, model: type[ReadModel], position: int, table: str, part: int, rows: bytes) -> None:
        self._connection.execute(
            """insert into view_checkpoint (company_id, name, fingerprint, position, table_name, part, rows)
               values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing""",
            (self._company_id, model.NAME, model.fingerprint(), position, table, part, rows),
        )


def forget_checkpoints(database: Database, company_id: UUID) -> None:
    """Drop all checkpoints of a company: to be called once a person's key is gone and no view tells of them."""
    with database.company(company_id) as connection:
        Checkpoints(connection, company_id).forget()


def tend(database: Database, registry: Registry, company_id: UUID, every: int = EVERY) -> int:
    """Copy what is due from the live tables, thin what is old, drop what is outdated; how many were made."""
    made = 0
    with database.company(company_id) as connection:
        checkpoints = Checkpoints(connection, company_id)
        _drop_outdated(connection, checkpoints, registry, company_id)
        standing = checkpoints.positions()
        for model in registry.models.values():
            generation = registry.seen(model.NAME)
            if generation and generation.fingerprint == model.fingerprint() and may_keep(model):
                before = standing.get((generation.name, generation.fingerprint), [])
                made += _copy_if_due(connection, checkpoints, generation, model, before[-1] if before else 0, every)
        for (name, fingerprint), found in checkpoints.positions().items():
            superfluous = thinned(found, every)
            if superfluous:
                checkpoints.drop(name, fingerprint, superfluous)
    return made


def may_keep(model: type[ReadModel]) -> bool:
    """Whether checkpoints may hold the model's rows: not where persons' data in it is soon forgotten."""
    kinds = (fact_class(topic) for topic in model.HANDLERS)
    return not any(field.subject in FLEETING for kind in kinds for field in personal_fields(kind))


def thinned(positions: Sequence[int], every: int) -> list[int]:
    """Which checkpoints may go: of those in one stretch the last stays; old stretches are wider than new ones."""
    head = max(positions, default=0)
    stays: dict[tuple[int, int], int] = {}
    for position in sorted(positions):
        width = every if head - position < NEAR * every else FAR * every
        stays[width, position // width] = position
    return sorted(set(positions) - set(stays.values()))


def erased_since(connection: Connection, company_id: UUID, since: datetime) -> bool:
    """Whether a key was destroyed since an instant."""
    found = connection.execute(
        "select exists (select from subject_key where company_id = %s and destroyed_at >= %s)", (company_id, since)
    ).fetchone()
    return bool(found and found[0])


def _copy_if_due(
    connection: Connection,
    checkpoints: Checkpoints,
    generation: Generation,
    model: type[ReadModel],
    last: int,
    every: int,
) -> int:
    """One picture of tables and position; a model with parked facts has no state of its own to be kept."""
    with checkpoints.unforgotten(), connection.transaction():
        connection.execute("set transaction isolation level repeatable read")
        row = connection.execute(
            """select p.position, exists (select from parked_fact k where k.company_id = p.company_id
                                             and k.name = p.name and k.generation = p.generation)
                 from read_model_position p, current_company() own
                where p.company_id = own and p.name = %s and p.generation = %s""",
            (generation.name, generation.number),
        ).fetchone()
        if row is None or row[1] or row[0] - last < every:
            return 0
        checkpoints.keep(model, row[0], generation.names(model))
    return 1


def _drop_outdated(connection: Connection, checkpoints: Checkpoints, registry: Registry, company_id: UUID) -> None:
    """Those of other tables or handlers, and those made before the model was last built anew."""
    outdated = connection.execute(
        """select distinct c.name, c.fingerprint, c.position from view_checkpoint c
            where c.company_id = %s and c.table_name = '#' and c.name = any(%s) and not exists (
                select from read_model m where m.name = c.name and m.fingerprint = c.fingerprint
                   and m.status <> 'retired' and m.created_at <= c.made_at)""",
        (company_id, list(registry.models)),
    ).fetchall()
    for name, fingerprint, position in outdated:
        checkpoints.drop(name, fingerprint, [position])


def _columns(table: Table) -> Composed:
    return SQL(", ").join(map(Identifier, table.columns))
