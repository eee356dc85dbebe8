"""The rows of a read model while a batch of facts is folded: read once, changed in memory, written in one go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from psycopg.sql import SQL, Composable, Composed, Identifier
from psycopg.types.json import Jsonb

from gateways.postgres.database import Connection
from projections.base import Key, ReadModel, Recorded, Row, Table


class WorkingRows:
    """`projections.base.Rows` over PostgreSQL, for one read model, one generation and one company."""

    now: Recorded

    def __init__(self, connection: Connection, company_id: UUID, names: Mapping[str, str]) -> None:
        self._connection = connection
        self._company_id = company_id
        self._names = names
        self._rows: dict[str, dict[Key, Row | None]] = {}
        self._absent: dict[str, set[Key]] = {}  # looked for in the database and not found
        self._changed: dict[str, tuple[Table, set[Key]]] = {}
        self._selected: set[tuple[str, tuple[tuple[str, Any], ...]]] = set()  # what the database was asked already
        self._expected: dict[str, frozenset[Key]] = {}  # keys that are asked for together

    def expect(self, model: type[ReadModel], streams: Iterable[UUID]) -> None:
        """Rows keyed by the streams about to be folded come in one query a table, once one of them is asked for."""
        keys = frozenset((one,) for one in streams)
        self._expected = {table.name: keys for table in model.TABLES if is_keyed_by_one(table)}

    def get(self, table: Table, *key: Any) -> Row | None:
        """See `Rows.get`."""
        held = self._rows.setdefault(table.name, {})
        if key not in held:
            self._look_up(table, key)
        row = held[key]
        return None if row is None else dict(row)

    def select(self, table: Table, **equals: Any) -> list[Row]:
        """See `Rows.select`."""
        held = self._rows.setdefault(table.name, {})
        asked = (table.name, tuple(equals.items()))
        if asked not in self._selected:
            for row in self._select(table, equals):
                held.setdefault(table.key_of(row), row)
            self._selected.add(asked)
        matching = [row for row in held.values() if row is not None and all(row[c] == v for c, v in equals.items())]
        return sorted((dict(row) for row in matching), key=lambda row: str(table.key_of(row)))

    def put(self, table: Table, row: Row) -> None:
        """See `Rows.put`."""
        whole = dict.fromkeys(table.columns) | row
        if len(whole) != len(table.columns):
            raise KeyError(f"{table.name} has no column {', '.join(sorted(row.keys() - table.columns.keys()))}")
        self._set(table, table.key_of(whole), whole)

    def patch(self, table: Table, *key: Any, **columns: Any) -> None:
        """See `Rows.patch`."""
        row = self.get(table, *key)
        if row is not None:
            self.put(table, {**row, **columns})

    def drop(self, table: Table, *key: Any) -> None:
        """See `Rows.drop`."""
        self._set(table, key, None)

    def flush(self) -> None:
        """Write every change to the database."""
        for table, keys in self._changed.values():
            held = self._rows[table.name]
            absent = self._absent.get(table.name, set())
            gone = [key for key in keys if held[key] is None and key not in absent]
            if gone:
                self._delete(table, gone)
            there = [(key, row) for key in keys if (row := held[key]) is not None]
            self._write(table, [row for key, row in there if key in absent], new=True)
            self._write(table, [row for key, row in there if key not in absent], new=False)
            absent.difference_update(keys)
        self._changed.clear()

    def _set(self, table: Table, key: Key, row: Row | None) -> None:
        self._rows.setdefault(table.name, {})[key] = row
        self._changed.setdefault(table.name, (table, set()))[1].add(key)

    def _look_up(self, table: Table, key: Key) -> None:
        held = self._rows[table.name]
        expected = self._expected.get(table.name, frozenset())
        keys = [one for one in expected if one not in held] if key in expected else [key]
        if len(keys) > 1:
            found = self._select(table, {table.key[0]: [one for (one,) in keys]}, many=True)
        else:
            found = self._select(table, dict(zip(table.key, key, strict=True)))
        held.update(dict.fromkeys(keys))
        held.update({table.key_of(row): row for row in found})
        self._absent.setdefault(table.name, set()).update(one for one in keys if held[one] is None)

    def _select(self, table: Table, equals: Mapping[str, Any], *, many: bool = False) -> list[Row]:
        statement = _selecting(self._names[table.name], _shape(table), tuple(equals), many)
        found = self._connection.execute(statement, (self._company_id, *equals.values()), binary=True).fetchall()
        return [dict(zip(table.columns, row, strict=True)) for row in found]

    def _delete(self, table: Table, keys: list[Key]) -> None:
        values = [list(column) for column in zip(*keys, strict=True)]
        shape = tuple((column, table.columns[column]) for column in table.key)
        statement = _deleting(self._names[table.name], shape, _formats(values))
        self._connection.execute(statement, (self._company_id, *values))

    def _write(self, table: Table, rows: list[Row], *, new: bool) -> None:
        """New rows are those whose keys are known to be free: no look at the index first."""
        if rows:
            values = [_sql(kind, [row[column] for row in rows]) for column, kind in table.columns.items()]
            what = self._names[table.name], _shape(table), _formats(values), () if new else table.key
            if len(rows) == 1:
                self._connection.execute(_inserting_one(*what), (self._company_id, *(one for (one,) in values)))
            else:
                self._connection.execute(_inserting(*what), (self._company_id, *values))


def is_keyed_by_one(table: Table) -> bool:
    """Whether the table's key is one id, as of what is told of a stream."""
    return len(table.key) == 1 and table.columns[table.key[0]] == "uuid"


Shape = tuple[tuple[str, str], ...]
"""Columns with their types."""


def _shape(table: Table) -> Shape:
    return tuple(table.columns.items())


@lru_cache(maxsize=4096)
def _selecting(physical: str, shape: Shape, equals: tuple[str, ...], many: bool) -> bytes:
    operator = SQL("{} = any(%s::{}[])") if many else SQL("{} = %s::{}")
    kinds = dict(shape)
    conditions = SQL(" and ").join(operator.format(Identifier(c), SQL(kinds[c])) for c in equals)
    statement = SQL("select {} from {} where company_id = %s and {}")
    return statement.format(_listed(kinds), Identifier(physical), conditions).as_bytes(None)


@lru_cache(maxsize=4096)
def _deleting(physical: str, key: Shape, formats: tuple[str, ...]) -> bytes:
    statement = SQL("delete from {} where company_id = %s and ({}) in (select * from unnest({}))")
    return statement.format(Identifier(physical), _listed(dict(key)), _arrays(key, formats)).as_bytes(None)


@lru_cache(maxsize=4096)
def _inserting(physical: str, shape: Shape, formats: tuple[str, ...], key: tuple[str, ...]) -> bytes:
    """With a key: rows that may be there already are replaced."""
    statement = SQL("insert into {} (company_id, {}) select %s, * from unnest({}) {}")
    values = _arrays(shape, formats)
    return statement.format(Identifier(physical), _listed(dict(shape)), values, _replacing(shape, key)).as_bytes(None)


@lru_cache(maxsize=4096)
def _inserting_one(physical: str, shape: Shape, formats: tuple[str, ...], key: tuple[str, ...]) -> bytes:
    """The same for one row, which is most of what is written while a company is at work: no arrays to be made of it."""
    statement = SQL("insert into {} (company_id, {}) values (%s, {}) {}")
    values = SQL(", ").join(
        SQL("{}::{}").format(SQL(form), SQL(kind)) for form, (_, kind) in zip(formats, shape, strict=True)
    )
    return statement.format(Identifier(physical), _listed(dict(shape)), values, _replacing(shape, key)).as_bytes(None)


def _replacing(shape: Shape, key: tuple[str, ...]) -> Composable:
    if not key:
        return SQL("")
    others = [SQL("{0} = excluded.{0}").format(Identifier(column)) for column, _ in shape if column not in key]
    return SQL("on conflict (company_id, {}) do {}").format(
        _listed(key), SQL("update set {}").format(SQL(", ").join(others)) if others else SQL("nothing")
    )


def _listed(columns: Iterable[str]) -> Composed:
    return SQL(", ").join(map(Identifier, columns))


def _arrays(shape: Shape, formats: tuple[str, ...]) -> Composed:
    return SQL(", ").join(
        SQL("{}::{}[]").format(SQL(form), SQL(kind)) for form, (_, kind) in zip(formats, shape, strict=True)
    )


def _formats(values: Iterable[list[Any]]) -> tuple[str, ...]:
    return tuple(map(_format, values))


def _format(values: list[Any]) -> str:
    """Binary where all values are of one plain type, which is much faster; text lets the server convert the rest."""
    kinds = {type(value) for value in values if value is not None}
    return "%b" if len(kinds) == 1 and kinds <= _BINARY else "%s"


_BINARY = {str, UUID, int, bool, date, datetime, Decimal, Jsonb}


def _sql(kind: str, values: list[Any]) -> list[Any]:
    """The values of a column as it takes them: all must be of one type."""
    if kind == "jsonb":
        return [None if value is None else Jsonb(value) for value in values]
    if kind == "numeric":
        return [Decimal(value) if isinstance(value, int) else value for value in values]
    if kind == "text":
        return [value if value is None or type(value) is str else str(value) for value in values]
    return values
