"""Rows that stay in memory while a read model is built (righe residenti): what is not there is asked for but seldom.

A build begins with empty tables, or with tables whose keys are read once. From then on every row passes through here,
so that a key never seen needs no question to the database; the rows unused for longest are put away, and sieves
remember what they were. Only who folds a generation alone may keep its rows from batch to batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any
from uuid import UUID

from psycopg.sql import SQL, Identifier

from gateways.postgres.database import Connection
from gateways.postgres.sieve import Sieve
from gateways.postgres.working_rows import WorkingRows, is_keyed_by_one
from projections.base import Key, ReadModel, Row, Table

Columns = tuple[str, ...]


class ResidentRows(WorkingRows):
    """`projections.base.Rows` over PostgreSQL, kept from one batch to the next. After an error it is worth nothing."""

    def __init__(self, connection: Connection, company_id: UUID, names: Mapping[str, str], *, empty: bool) -> None:
        """`empty`: the tables hold nothing of this company yet."""
        super().__init__(connection, company_id, names)
        self._stored = set[str]() if empty else set(names)  # tables with rows in the database that are not held
        self._away: dict[tuple[str, Columns], Sieve] = {}
        self._indexes: dict[str, dict[Columns, dict[Key, dict[Key, None]]]] = {}

    @property
    def held(self) -> int:
        """How many rows are in memory."""
        return sum(map(len, self._rows.values()))

    def over(self, connection: Connection) -> ResidentRows:
        """The same rows over the connection of the next batch."""
        self._connection = connection
        return self

    def expect(self, model: type[ReadModel], streams: Iterable[UUID]) -> None:
        """Bring those of the rows keyed by the streams that were put away."""
        for table in model.TABLES:
            if table.name in self._stored and is_keyed_by_one(table):
                held = self._rows.setdefault(table.name, {})
                missing = [one for one in streams if (one,) not in held and self._may_be_away(table, table.key, (one,))]
                if missing:
                    self._bring(table, self._select(table, {table.key[0]: missing}, many=True))

    def get(self, table: Table, *key: Any) -> Row | None:
        """See `Rows.get`."""
        held = self._rows.setdefault(table.name, {})
        if key in held:
            row = held[key] = held.pop(key)  # the last one used stands last
        elif self._may_be_away(table, table.key, key):
            self._bring(table, self._select(table, dict(zip(table.key, key, strict=True))))
            row = held.get(key)
        else:
            return None
        return None if row is None else dict(row)

    def select(self, table: Table, **equals: Any) -> list[Row]:
        """See `Rows.select`."""
        columns, values = tuple(equals), tuple(equals.values())
        if self._may_be_away(table, columns, values):
            self._bring(table, self._select(table, equals))
        held = self._rows.setdefault(table.name, {})
        matching = [dict(row) for key in self._index(table, columns).get(values, ()) if (row := held[key]) is not None]
        return sorted(matching, key=lambda row: str(table.key_of(row)))

    def put_away(self, share: float) -> None:
        """Let go of this share of the rows, the longest unused; all must have been flushed."""
        for name, held in self._rows.items():
            gone = dict(islice(held.items(), int(len(held) * share)))
            for key, row in gone.items():
                self._reindex(name, key, row, None)
                del held[key]
            there = [row for row in gone.values() if row is not None]
            if there:
                self._stored.add(name)
                for (table, columns), sieve in self._away.items():
                    if table == name:
                        for row in there:
                            sieve.add(tuple(row[column] for column in columns))

    def flush(self) -> None:
        """See `WorkingRows.flush`; rows that were dropped are forgotten."""
        dropped = [
            (held, key) for name, (_, keys) in self._changed.items() for key in keys
            if (held := self._rows[name])[key] is None
        ]  # fmt: skip
        super().flush()
        for held, key in dropped:
            del held[key]

    def _set(self, table: Table, key: Key, row: Row | None) -> None:
        held = self._rows.setdefault(table.name, {})
        if key not in held and not self._may_be_away(table, table.key, key):
            self._absent.setdefault(table.name, set()).add(key)  # put without having been looked at, and new
        before = held.pop(key, None)
        if table.name in self._indexes:
            self._reindex(table.name, key, before, row)
        super()._set(table, key, row)

    def _bring(self, table: Table, rows: Iterable[Row]) -> None:
        """Rows from the database; those held are newer."""
        held = self._rows.setdefault(table.name, {})
        for row in rows:
            key = table.key_of(row)
            if key not in held:
                held[key] = row
                self._reindex(table.name, key, None, row)

    def _index(self, table: Table, columns: Columns) -> dict[Key, dict[Key, None]]:
        """Which rows held have which values in these columns; made when first asked for."""
        indexes = self._indexes.setdefault(table.name, {})
        if columns not in indexes:
            indexes[columns] = {}
            for key, row in self._rows.get(table.name, {}).items():
                if row is not None:
                    indexes[columns].setdefault(tuple(row[column] for column in columns), {})[key] = None
        return indexes[columns]

    def _reindex(self, name: str, key: Key, before: Row | None, after: Row | None) -> None:
        for columns, index in self._indexes.get(name, {}).items():
            old = before and tuple(before[column] for column in columns)
            new = after and tuple(after[column] for column in columns)
            if old != new:
                if old and key in index.get(old, ()):
                    del index[old][key]
                    if not index[old]:
                        del index[old]
                if new:
                    index.setdefault(new, {})[key] = None

    def _may_be_away(self, table: Table, columns: Columns, values: Key) -> bool:
        """Whether the database may hold rows with these values that are not in memory."""
        if table.name not in self._stored:
            return False
        place = table.name, columns
        if place not in self._away:
            self._away[place] = Sieve()
            for row in self._all(table, columns):
                self._away[place].add(row)
        return values in self._away[place]

    def _all(self, table: Table, columns: Columns) -> list[tuple[Any, ...]]:
        statement = SQL("select distinct {} from {} where company_id = %s").format(
            SQL(", ").join(map(Identifier, columns)), Identifier(self._names[table.name])
        )
        return self._connection.execute(statement, (self._company_id,), binary=True).fetchall()
