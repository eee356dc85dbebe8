"""Generations of read models: which tables they live in, how far they have come, which one queries see."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg.sql import SQL, Identifier

from gateways.postgres.database import Connection, Database
from projections.base import ReadModel, Table

DDL_LOCK = 0x11B2E771


@dataclass(frozen=True)
class Generation:
    """One set of tables of a read model."""

    name: str
    number: int
    fingerprint: str
    status: str

    def table(self, table: Table) -> str:
        """The physical name of a table in this generation."""
        return f"v_{table.name}_{self.number}"

    def names(self, model: type[ReadModel]) -> dict[str, str]:
        """Logical to physical names of all tables of the model."""
        return {table.name: self.table(table) for table in model.TABLES}


class Registry:
    """What `read_model` says, remembered for a second; changes tables as the database's owner."""

    KEPT_S = 1.0

    def __init__(
        self,
        database: Database,
        models: Sequence[type[ReadModel]],
        on_switch: Callable[[Connection], None] = lambda _: None,
    ) -> None:
        """`on_switch` is called with the owner's eyes when other generations may have come into use."""
        self.models = {model.NAME: model for model in models}
        self._fingerprints: dict[type[ReadModel], tuple[int, tuple[Table, ...], str]] = {}
        self._database = database
        self._on_switch = on_switch
        self._kept: list[Generation] = []
        self._own: tuple[object, list[Generation]] = (None, [])
        self._until = 0.0
        self._mutex = threading.Lock()

    def generations(self, *, fresh: bool = False) -> list[Generation]:
        """All living generations of the models this program knows, oldest first."""
        with self._mutex:
            if fresh or time.monotonic() > self._until:
                with self._database.connection() as connection:
                    rows = connection.execute(
                        """select name, generation, fingerprint, status from read_model
                            where status <> 'retired' and name = any(%s) order by name, generation""",
                        (list(self.models),),
                    ).fetchall()
                found = [Generation(*row) for row in rows]
                if found != self._kept:  # what others have made of the same list stays
                    self._kept = found
                self._until = time.monotonic() + self.KEPT_S
            return self._kept

    def own(self) -> list[Generation]:
        """The generations that this program may fold: those of its own handlers and tables.

        While a new version is being rolled out, the generation of the old one belongs to the old program.
        """
        living = self.generations()
        known_for, own = self._own
        if known_for is not living:
            own = [g for g in living if g.fingerprint == self._fingerprint(g.name)]
            self._own = (living, own)
        return own

    def seen(self, name: str) -> Generation | None:
        """The generation that queries read: of this program's own version if there is one, the active one first."""
        living = [generation for generation in self.generations() if generation.name == name]
        mine = self._fingerprint(name)
        living.sort(key=lambda g: (g.fingerprint != mine, g.status != "active", g.number))
        return living[0] if living else None

    def _fingerprint(self, name: str) -> str:
        model = self.models[name]
        version, tables, known = self._fingerprints.get(model, (0, (), ""))
        if version != model.VERSION or tables is not model.TABLES:
            known = model.fingerprint()
            self._fingerprints[model] = model.VERSION, model.TABLES, known
        return known

    def prepare(self) -> None:
        """Begin a new generation of every model whose tables or version changed, and drop retired ones."""
        with self._database.owner() as connection:
            connection.execute("select pg_advisory_lock(%s)", (DDL_LOCK,))
            try:
                self._drop_retired(connection)
                living = {(g.name, g.fingerprint) for g in self.generations(fresh=True)}
                for model in self.models.values():
                    if (model.NAME, model.fingerprint()) not in living:
                        self._begin(connection, model)
            finally:
                connection.execute("select pg_advisory_unlock(%s)", (DDL_LOCK,))
        self.generations(fresh=True)

    def rebuild(self, name: str) -> Generation:
        """Begin a new generation of a model beside the one in use, whatever its version."""
        with self._database.owner() as connection:
            connection.execute("select pg_advisory_lock(%s)", (DDL_LOCK,))
            try:
                living = self.generations(fresh=True)
                number = self._begin(connection, self.models[name])  # first, so that queries always find one
                for generation in living:
                    if generation.name == name and generation.status == "building":
                        self._retire(connection, generation)
                self._drop_retired(connection)
            finally:
                connection.execute("select pg_advisory_unlock(%s)", (DDL_LOCK,))
        return next(g for g in self.generations(fresh=True) if g.name == name and g.number == number)

    def activate(self, generation: Generation) -> None:
        """Let queries see a generation that has caught up; the one before it is retired."""
        with self._database.owner() as connection:
            with connection.transaction():
                connection.execute(
                    "update read_model set status = 'retired' where name = %s and generation < %s",
                    (generation.name, generation.number),
                )
                connection.execute(
                    """update read_model set status = 'active', activated_at = clock_timestamp()
                        where name = %s and generation = %s""",
                    (generation.name, generation.number),
                )
            self._on_switch(connection)
        self.generations(fresh=True)

    def _begin(self, connection: Connection, model: type[ReadModel]) -> int:
        with connection.transaction():
            row = connection.execute("select nextval('read_model_generation')").fetchone()
            number: int = row[0] if row else 1
            generation = Generation(model.NAME, number, model.fingerprint(), "building")
            connection.execute(
                "insert into read_model (name, generation, fingerprint, status) values (%s, %s, %s, 'building')",
                (model.NAME, number, generation.fingerprint),
            )
            for table in model.TABLES:
                _create(connection, table, generation.table(table))
        return number

    def _retire(self, connection: Connection, generation: Generation) -> None:
        connection.execute(
            "update read_model set status = 'retired' where name = %s and generation = %s",
            (generation.name, generation.number),
        )

    def _drop_retired(self, connection: Connection) -> None:
        self._on_switch(connection)
        retired = connection.execute("select name, generation from read_model where status = 'retired'").fetchall()
        for name, number in retired:
            if name in self.models:
                with connection.transaction():
                    for table in self.models[name].TABLES:
                        physical = Identifier(Generation(name, number, "", "").table(table))
                        connection.execute(SQL("drop table if exists {} cascade").format(physical))
                    for owned in ("read_model_position", "parked_fact", "read_model"):
                        connection.execute(
                            SQL("delete from {} where name = %s and generation = %s").format(Identifier(owned)),
                            (name, number),
                        )


def _create(connection: psycopg.Connection[tuple[object, ...]], table: Table, physical: str) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in table.columns.items())
    key = ", ".join(table.key)
    statements = [
        f"create table {physical} (company_id uuid not null, {columns}, primary key (company_id, {key}))",
        f"alter table {physical} enable row level security",
        f"create policy own_company on {physical} using (company_id = (select current_company()))",
        f"grant select, insert, update, delete on {physical} to libretto_app",
    ]
    for index in table.indexes:
        if index.startswith("using "):
            statements.append(f"create index on {physical} {index}")
            continue
        listed, _, condition = index.partition(" where ")
        where = f" where {condition}" if condition else ""
        statements.append(f"create index on {physical} (company_id, {listed}){where}")
    for statement in statements:
        connection.execute(statement.encode())


def positions(connection: Connection, company_id: UUID, generations: Iterable[Generation]) -> Mapping[Generation, int]:
    """How far each generation has folded the company's log."""
    rows = connection.execute(
        "select name, generation, position from read_model_position where company_id = %s", (company_id,)
    )
    known = {(name, number): position for name, number, position in rows}
    return {g: known.get((g.name, g.number), 0) for g in generations}


def mark_written(connection: Connection, company_id: UUID, generation: Generation) -> None:
    """Say beside the position that rows were written otherwise than by folding on: who keeps them reads them anew."""
    connection.execute(
        """update read_model_position set folded_at = clock_timestamp()
            where company_id = %s and name = %s and generation = %s""",
        (company_id, generation.name, generation.number),
    )
