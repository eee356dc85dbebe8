"""Copying a company from one cell to another while its log grows (copia): as stored, in batches, each compared.

Keys are copied before the facts they open, or the other cell's read models would show what they cannot open as erased.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.sql import SQL, Composed, Identifier, Literal

from gateways.companies.tables import ALL, COMMANDS, FACTS, KEYS, OwnedTable, beside_the_log, owned
from gateways.postgres.database import Connection

BATCH = 5000
OVERLAP = timedelta(minutes=1)
"""How far the clock of the source's machine may be set back before a move has to copy from the start."""
SETTINGS = "set timezone = 'UTC'; set datestyle = 'ISO'; set bytea_output = 'hex'"
DIGEST = """
select count(*), encode(sha256(coalesce(string_agg(sha256(convert_to(f::text, 'UTF8')), ''::bytea order by position),
                                        ''::bytea)), 'hex')
  from fact f where company_id = %s and position > %s and position <= %s"""
COUNTS = """
select (select count(*) from fact where company_id = %(id)s), (select count(*) from command where company_id = %(id)s),
       (select count(*) from subject_key where company_id = %(id)s),
       (select count(*) from subject_key where company_id = %(id)s and wrapped is null)"""


Params = Sequence[Any] | Mapping[str, Any] | None


class CopyDiffers(Exception):
    """What was copied is not what it was copied from; the company stays where it is."""


class Copying:
    """One company on its way over two connections of the cells' owners."""

    def __init__(self, source: Connection, target: Connection, company_id: UUID) -> None:
        self._source = source
        self._target = target
        self._company_id = company_id
        self._since: datetime | None = None
        for connection in (source, target):
            connection.execute(SETTINGS)

    def round(self) -> int:
        """Copy what has come since the last round; how many facts it was. Raises `CopyDiffers`."""
        begun = self._one(self._source, "select clock_timestamp()")
        head = self._head(self._source)
        self._keys()
        copied = self._facts(head)
        self._commands()
        self._since = begun
        return copied

    def rest(self) -> None:
        """Of a closed log: the last facts and all that stands beside the log, then compare. Raises `CopyDiffers`."""
        self.round()
        for table in beside_the_log(self._source):
            self._replace(table)
        if self._counts() != 0:
            self._since = None  # somebody has set a clock back by more than the overlap
            self.round()
        if self._counts() != 0:
            raise CopyDiffers

    def _facts(self, head: int) -> int:
        at = first = self._head(self._target)
        table = owned(self._source)[FACTS]
        while at < head:
            to = min(at + BATCH, head)
            chosen = SQL("position > {} and position <= {}").format(Literal(at), Literal(to))
            with self._target.transaction():
                self._pass(table, chosen)
                self._target.execute(
                    """update company_head set last_position = %(to)s, last_recorded_at =
                         (select recorded_at from fact where company_id = %(id)s and position = %(to)s)
                        where company_id = %(id)s""",
                    {"to": to, "id": self._company_id},
                )
                if self._digest(self._source, at, to) != self._digest(self._target, at, to):
                    raise CopyDiffers
            at = to
        return head - first

    def _keys(self) -> None:
        lately = self._lately(SQL("greatest(created_at, destroyed_at) >= {}"))
        self._merge(
            KEYS,
            lately,
            "(company_id, subject_id) do update set wrapped = excluded.wrapped, destroyed_at = excluded.destroyed_at",
        )

    def _commands(self) -> None:
        self._merge(COMMANDS, self._lately(SQL("recorded_at >= {}")), "do nothing")

    def _lately(self, condition: SQL) -> Composed | SQL:
        return ALL if self._since is None else condition.format(Literal(self._since - OVERLAP))

    def _merge(self, name: str, chosen: Composed | SQL, conflict: str) -> None:
        with self._target.transaction():
            self._target.execute(f"create temp table arriving (like public.{name}) on commit drop".encode())
            self._pass(owned(self._source)[name], chosen, "arriving")
            self._target.execute(
                f"insert into public.{name} select * from arriving on conflict {conflict}".encode()  # noqa: S608 - constants
            )

    def _replace(self, table: OwnedTable) -> None:
        with self._target.transaction():
            self._target.execute(
                SQL("delete from {} where company_id = %s").format(Identifier(table.name)), (self._company_id,)
            )
            self._pass(table, ALL)

    def _pass(self, table: OwnedTable, chosen: Composed | SQL, into: str | None = None) -> None:
        statement = table.out_of(self._company_id, chosen)
        with (
            self._source.cursor() as source,
            self._target.cursor() as target,
            source.copy(statement) as outgoing,
            target.copy(table.into(into)) as incoming,
        ):
            for chunk in outgoing:
                incoming.write(chunk)

    def _counts(self) -> int:
        both = [self._row(connection, COUNTS, {"id": self._company_id}) for connection in (self._source, self._target)]
        return sum(abs(int(there) - int(here)) for there, here in zip(*both, strict=True))

    def _digest(self, connection: Connection, after: int, to: int) -> Sequence[object]:
        return self._row(connection, DIGEST, (self._company_id, after, to))

    def _head(self, connection: Connection) -> int:
        found = self._row(
            connection, "select last_position from company_head where company_id = %s", (self._company_id,)
        )
        return int(found[0])

    def _one(self, connection: Connection, statement: str) -> datetime:
        found = self._row(connection, statement, None)[0]
        assert isinstance(found, datetime)
        return found

    def _row(self, connection: Connection, statement: str, params: Params) -> Sequence[Any]:
        row: Sequence[Any] | None = connection.execute(statement.encode(), params).fetchone()
        assert row is not None, "these statements answer one row"
        return row
