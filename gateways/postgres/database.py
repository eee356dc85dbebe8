"""Connections: one pool for all companies, each connection seeing one company at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from uuid import UUID

import psycopg
from psycopg import _queries
from psycopg_pool import ConnectionPool
from psycopg_pool.base import AttemptWithBackoff

Connection = psycopg.Connection[tuple[Any, ...]]

# After a server restart the pool would back off by whole seconds; service must be back within three.
AttemptWithBackoff.INITIAL_DELAY = 0.2
AttemptWithBackoff.DELAY_BACKOFF = 1.2


BY_KEY = (
    "plan_cache_mode=force_generic_plan", "enable_seqscan=off", "enable_hashjoin=off", "enable_mergejoin=off"
)  # fmt: skip
MOST_PREPARED = 2000
"""How many statements a connection keeps planned; folding has about five for each table."""

# psycopg remembers how 128 statements of up to 4 kB read with their parameters numbered. Folding alone has more, so
# that all were taken apart again each time, which costs more than sending them; the statement that decides a call's
# coverage is longer.
_queries._query2pg = lru_cache(MOST_PREPARED)(_queries._query2pg_nocache)
_queries.MAX_CACHED_STATEMENT_LENGTH = 16_384


class Database:
    """The program's side of the database: works as `libretto_app`, which owns nothing and bypasses no policy.

    With `by_key` each statement is planned once and looks rows up by index: right for the fixed statements of the
    event log and of folding, wrong for lists. A plan made while a table was empty would else read all of it for ever.
    """

    def __init__(self, dsn: str, *, size: int = 8, owner_dsn: str | None = None, by_key: bool = False) -> None:
        self.dsn = dsn
        self.owner_dsn = owner_dsn or dsn
        settings: dict[str, Any] = {"autocommit": True}
        if by_key:
            settings.update(options=" ".join(f"-c {one}" for one in BY_KEY), prepare_threshold=0)
        self.pool: ConnectionPool[Connection] = ConnectionPool(
            dsn,
            min_size=1,
            max_size=size,
            open=True,
            timeout=30,
            configure=planned_once if by_key else as_app,
            kwargs=settings,
        )

    def close(self) -> None:
        """Give all connections back to the server."""
        self.pool.close()

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection in autocommit mode that sees no company's rows unless one was named before."""
        with self.pool.connection() as connection:
            yield connection

    @contextmanager
    def company(self, company_id: UUID) -> Iterator[Connection]:
        """A connection in autocommit mode that sees one company."""
        with self.pool.connection() as connection:
            see_company(connection, company_id)
            yield connection

    @contextmanager
    def owner(self) -> Iterator[Connection]:
        """A connection of the owner, for what changes tables. Not from the pool."""
        with psycopg.connect(self.owner_dsn, autocommit=True) as connection:
            yield connection


def as_app(connection: Connection) -> None:
    connection.execute("set role libretto_app")
    connection.execute("set idle_in_transaction_session_timeout = '60s'")


def planned_once(connection: Connection) -> None:
    as_app(connection)
    connection.prepared_max = MOST_PREPARED


_SEEN = "libretto_company"


def see_company(connection: Connection, company_id: UUID) -> None:
    """Point a pooled connection at a company; costs a statement only when it saw another one before."""
    if getattr(connection, _SEEN, None) != company_id:
        connection.execute("select set_config('libretto.company', %s, false)", (str(company_id),))
        setattr(connection, _SEEN, company_id)
