"""Empty databases for tests, made on a running server and dropped afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from psycopg import sql

from gateways.postgres.server import PostgresServer


@contextmanager
def new_database(server: PostgresServer, template: str = "template0") -> Iterator[str]:
    """The owner's address of a new database, a copy of `template`; dropped at the end, whoever is connected."""
    name = f"t_{uuid4().hex[:16]}"
    _administer(server, sql.SQL("create database {} template {}"), name, template)
    try:
        yield server.dsn(name)
    finally:
        _administer(server, sql.SQL("drop database if exists {} with (force)"), name)


def _administer(server: PostgresServer, statement: sql.SQL, *names: str) -> None:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(statement.format(*map(sql.Identifier, names)))
