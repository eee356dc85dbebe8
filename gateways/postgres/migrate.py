"""Numbered SQL migrations, applied once and in order under an advisory lock, by the owner of the database."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

import psycopg

LOCK = 0x11B2E770


@dataclass(frozen=True)
class Migration:
    """One numbered file."""

    number: int
    name: str
    sql: str


class SchemaTooOld(Exception):
    """The database lacks migrations that this version of the program needs; run `libretto migrate`."""


class SchemaTooNew(Exception):
    """The database was migrated by a newer version of the program; update the program."""


def migrations() -> list[Migration]:
    """The migrations that the program ships, in order."""
    folder = files("gateways.postgres") / "migrations"
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".sql"))
    return [Migration(int(name[:4]), name[5:-4], (folder / name).read_text("utf-8")) for name in names]


def migrate(owner_dsn: str) -> list[Migration]:
    """Apply what is missing and say what was applied. Several processes may call this at once."""
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", (LOCK,))
        try:
            done = _applied(connection)
            todo = [migration for migration in migrations() if migration.number not in done]
            for migration in todo:
                with connection.transaction():
                    connection.execute(migration.sql.encode())
                    connection.execute(
                        "insert into schema_migration (number, name) values (%s, %s)",
                        (migration.number, migration.name),
                    )
            return todo
        finally:
            connection.execute("select pg_advisory_unlock(%s)", (LOCK,))


def check(dsn: str) -> None:
    """Refuse to work on a schema of another age. Raises `SchemaTooOld` or `SchemaTooNew`."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        exists = connection.execute("select to_regclass('schema_migration')").fetchone()
        done = _numbers(connection) if exists and exists[0] else set()
    known = {migration.number for migration in migrations()}
    if known - done:
        raise SchemaTooOld
    if done - known:
        raise SchemaTooNew


def _applied(connection: psycopg.Connection) -> set[int]:
    connection.execute(
        """create table if not exists schema_migration (
               number integer primary key, name text not null,
               applied_at timestamptz not null default clock_timestamp())"""
    )
    return _numbers(connection)


def _numbers(connection: psycopg.Connection) -> set[int]:
    return {row[0] for row in connection.execute("select number from schema_migration")}
