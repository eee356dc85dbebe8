"""The rows of a read model while a batch of facts is folded: read once, changed in memory, written in one go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
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

    def prefetch(self, model: type[ReadModel], streams: Iterable[UUID]) -> None:
        """Bring in one query a table the rows keyed by the streams about to be folded."""
        ids = list(set(streams))
        for table in model.TABLES:
            if len(table.key) == 1 and table.columns[table.key[0]] == "uuid":
                held = self._rows.setdefault(table.name, {})
                missing = [key for key in ids if (key,) not in held]
                if missing:
                    found = self._select(table, {table.key[0]: missing}, many=True)
                    held.update({(key,): None for key in missing})
                    held.update({table.key_of(row): row for row in found})
                    absent = ((key,) for key in missing if held[(key,)] is None)
                    self._absent.setdefault(table.name, set()).update(absent)

    def get(self, table: Table, *key: Any) -> Row | None:
        """See `Rows.get`."""
        held = self._rows.setdefault(table.name, {})
        if key not in held:
            found = self._select(table, dict(zip(table.key, key, strict=True)))
            held[key] = found[0] if found else None
            if not found:
                self._absent.setdefault(table.name, set()).add(key)
        row = held[key]
        return None if row is None else dict(row)

    def select(self, table: Table, **equals: Any) -> list[Row]:
        """See `Rows.select`."""
        held = self._rows.setdefault(table.name, {})
        for row in self._select(table, equals):
            held.setdefault(table.key_of(row), row)
        matching = [row for row in held.values() if row is not None and all(row[c] == v for c, v in equals.items())]
        return sorted((dict(row) for row in matching), key=lambda row: str(table.key_of(row)))

    def put(self, table: Table, row: Row) -> None:
        """See `Rows.put`."""
        unknown = row.keys() - table.columns.keys()
        if unknown:
            raise KeyError(f"{table.name} has no column {', '.join(sorted(unknown))}")
        whole = {column: row.get(column) for column in table.columns}
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
            gone = [key for key in keys if held[key] is None]
            if gone:
                self._delete(table, gone)
            absent = self._absent.get(table.name, set())
            self._insert(table, [row for key in keys if key in absent and (row := held[key]) is not None])
            self._upsert(table, [row for key in keys if key not in absent and (row := held[key]) is not None])
            absent.difference_update(keys)
        self._changed.clear()

    def _set(self, table: Table, key: Key, row: Row | None) -> None:
        self._rows.setdefault(table.name, {})[key] = row
        self._changed.setdefault(table.name, (table, set()))[1].add(key)

    def _select(self, table: Table, equals: Mapping[str, Any], *, many: bool = False) -> list[Row]:
        operator = SQL("{} = any(%s::{}[])") if many else SQL("{} = %s::{}")
        conditions = [operator.format(Identifier(c), SQL(table.columns[c])) for c in equals]
        statement = SQL("select {} from {} where company_id = %s and {}").format(
            _columns(table), self._physical(table), SQL(" and ").join(conditions)
        )
        found = self._connection.execute(statement, (self._company_id, *equals.values()), binary=True).fetchall()
        return [dict(zip(table.columns, row, strict=True)) for row in found]

    def _delete(self, table: Table, keys: list[Key]) -> None:
        values = [list(column) for column in zip(*keys, strict=True)]
        statement = SQL("delete from {} where company_id = %s and ({}) in (select * from unnest({}))").format(
            self._physical(table), SQL(", ").join(map(Identifier, table.key)), _arrays(table, table.key, values)
        )
        self._connection.execute(statement, (self._company_id, *values))

    def _insert(self, table: Table, rows: list[Row]) -> None:
        """New rows whose keys are known to be free: no look at the index first."""
        if rows:
            self._write(table, rows, SQL(""))

    def _upsert(self, table: Table, rows: list[Row]) -> None:
        if rows:
            updates = [SQL("{0} = excluded.{0}").format(Identifier(c)) for c in table.columns if c not in table.key]
            self._write(
                table,
                rows,
                SQL("on conflict (company_id, {}) do {}").format(
                    SQL(", ").join(map(Identifier, table.key)),
                    SQL("update set {}").format(SQL(", ").join(updates)) if updates else SQL("nothing"),
                ),
            )

    def _write(self, table: Table, rows: list[Row], conflict: Composable) -> None:
        values = [[_sql(table, column, row[column]) for row in rows] for column in table.columns]
        statement = SQL("insert into {} (company_id, {}) select %s, * from unnest({}) {}").format(
            self._physical(table), _columns(table), _arrays(table, table.columns, values), conflict
        )
        self._connection.execute(statement, (self._company_id, *values))

    def _physical(self, table: Table) -> Identifier:
        return Identifier(self._names[table.name])


def _columns(table: Table) -> Composed:
    return SQL(", ").join(map(Identifier, table.columns))


def _arrays(table: Table, columns: Iterable[str], values: Iterable[list[Any]]) -> Composed:
    return SQL(", ").join(
        SQL("{}::{}[]").format(SQL(_format(column_values)), SQL(table.columns[column]))
        for column, column_values in zip(columns, values, strict=True)
    )


def _format(values: list[Any]) -> str:
    """Binary where all values are of one plain type, which is much faster; text lets the server convert the rest."""
    kinds = {type(value) for value in values if value is not None}
    return "%b" if len(kinds) == 1 and kinds <= _BINARY else "%s"


_BINARY = {str, UUID, int, bool, date, datetime, Decimal, Jsonb}


def _sql(table: Table, column: str, value: Any) -> Any:
    """The value as its column takes it: all values of a column must be of one type."""
    kind = table.columns[column]
    if value is None:
        return None
    if kind == "jsonb":
        return Jsonb(value)
    if kind == "numeric" and isinstance(value, int):
        return Decimal(value)
    if kind == "text" and type(value) is not str:
        return str(value)
    return value
