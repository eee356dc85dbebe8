"""Who folds what: one process holds the lease of a read model, the others stand by."""

from __future__ import annotations

import time
import zlib

import psycopg

from gateways.postgres.database import Connection, Database

SPACE = 0x11B2
RETRY_S = 0.5


class Leases:
    """Session-level advisory locks on a connection of their own: when the process dies, the server frees them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._held: set[str] = set()
        self._asked: dict[str, float] = {}

    def holds(self, name: str) -> bool:
        """Whether this process holds the lease, taking it when it is free."""
        if name in self._held:
            return True
        if time.monotonic() - self._asked.get(name, -RETRY_S) < RETRY_S:
            return False
        self._asked[name] = time.monotonic()
        if self._connection is None:
            self._connection = psycopg.connect(self._database.dsn, autocommit=True)
        row = self._connection.execute("select pg_try_advisory_lock(%s, %s)", (SPACE, _number(name))).fetchone()
        if row and row[0]:
            self._held.add(name)
            return True
        return False

    def give_back(self, ending: str) -> None:
        """Give back the leases held whose names end like this."""
        for name in [name for name in self._held if name.endswith(ending)]:
            self._held.discard(name)
            if self._connection is not None:
                self._connection.execute("select pg_advisory_unlock(%s, %s)", (SPACE, _number(name)))

    def is_held_elsewhere(self, name: str) -> bool:
        """Whether another process holds this lease."""
        if name in self._held or self._connection is None:
            return False
        row = self._connection.execute(
            """select exists (select from pg_locks l join pg_database d on d.oid = l.database
                where l.locktype = 'advisory' and d.datname = current_database() and l.granted
                  and l.classid::bigint = %s and l.objid::bigint = %s)""",
            (SPACE, _number(name) % 2**32),
        ).fetchone()
        return bool(row and row[0])

    def release(self) -> None:
        """Give every lease back; also to be called when the database was lost, and with it every lease."""
        self._held.clear()
        self._asked.clear()
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _number(name: str) -> int:
    return zlib.crc32(name.encode()) - 2**31
