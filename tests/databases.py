"""Databases for tests, empty or migrated, made on a running server and dropped afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from gateways.postgres.server import PostgresServer
from gateways.settings import Settings
from gateways.wiring import Installation


@contextmanager
def new_database(server: PostgresServer, template: str = "template0") -> Iterator[str]:
    """The owner's address of a new database, a copy of `template`; dropped at the end, whoever is connected."""
    name = f"t_{uuid4().hex[:16]}"
    _administer(server, sql.SQL("create database {} template {}"), name, template)
    try:
        yield server.dsn(name)
    finally:
        _administer(server, sql.SQL("drop database if exists {} with (force)"), name)


_MIGRATED: dict[str, str] = {}
"""By server, the database that migrated ones are copied from: a copy takes a fraction of a migration."""


@contextmanager
def migrated_database(server: PostgresServer) -> Iterator[str]:
    """The owner's address of a new database with the schema and all read models; dropped at the end."""
    if server.dsn() not in _MIGRATED:
        name = f"t_{uuid4().hex[:16]}"
        _administer(server, sql.SQL("create database {}"), name)
        with (
            tempfile.TemporaryDirectory() as folder,
            Installation(Settings(database_url=server.dsn(name), data_dir=Path(folder))) as installation,
        ):
            installation.migrate()
        _MIGRATED[server.dsn()] = name
    with new_database(server, _MIGRATED[server.dsn()]) as dsn:
        yield dsn


def _administer(server: PostgresServer, statement: sql.SQL, *names: str) -> None:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(statement.format(*map(sql.Identifier, names)))
