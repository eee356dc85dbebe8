"""Comparing rows of read models (confronto): stored ones with folded ones, one generation's with another's."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from gateways.postgres.database import Connection
from gateways.postgres.read_models import Generation
from gateways.said import said
from projections.base import Key, MemoryRows, Row, Table

Rows = Mapping[Key, Row]


def stored_rows(connection: Connection, company_id: UUID, table: Table, generation: Generation) -> dict[Key, Row]:
    """A company's rows of a table in a generation, by key."""
    columns = SQL(", ").join(map(Identifier, table.columns))
    statement = SQL("select {} from {} where company_id = %s").format(columns, Identifier(generation.table(table)))
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(statement, (company_id,), binary=True)
        return {table.key_of(row): row for row in cursor}


def folded_rows(table: Table, rows: MemoryRows) -> dict[Key, Row]:
    """The rows of a table in memory, by key."""
    return {table.key_of(row): row for row in rows.all(table)}


def differing(table: Table, wanted: Rows, found: Rows) -> Iterator[str]:
    """What is missing, too much or different in the rows found, a sentence each."""
    for key in wanted.keys() - found.keys():
        yield said("row {key} is missing", key=_shown(key))
    for key in found.keys() - wanted.keys():
        yield said("row {key} should not be there", key=_shown(key))
    for key in wanted.keys() & found.keys():
        for column, kind in table.columns.items():
            fresh, kept = _plain(wanted[key][column], kind), _plain(found[key][column], kind)
            if fresh != kept:
                values = {"key": _shown(key), "column": column, "kept": repr(kept), "fresh": repr(fresh)}
                yield said("row {key}: {column} is {kept}, a fresh fold gives {fresh}", **values)


def mending(table: Table, wanted: Rows, found: Rows) -> tuple[list[Row], list[Key]]:
    """What makes the rows found the wanted ones: rows to put, keys to drop."""
    different = [
        row
        for key, row in wanted.items()
        if key not in found
        or any(_plain(row[name], kind) != _plain(found[key][name], kind) for name, kind in table.columns.items())
    ]
    return different, [key for key in found if key not in wanted]


def _plain(value: Any, kind: str) -> Any:
    if kind == "jsonb" and value is not None:
        return json.loads(json.dumps(value))
    if isinstance(value, memoryview):
        return bytes(value)
    return value.value if isinstance(value, Enum) else value


def _shown(key: Key) -> str:
    return ", ".join(map(str, key))
