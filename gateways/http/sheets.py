"""A record as fields and tables (scheda): what is one thing is a line of a label and a value, what is many a table.

A table inside the rows of another one is a table too, whose rows say first which row they belong to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from gateways.http.table_words import is_hidden, is_nested, title

DEEPEST = 3
FIELD, VALUE = "field", "value"
EMPTY: tuple[Any, ...] = (None, "", [], {})
NAMING = 2
"""How many columns of a row say which one it is, in the tables inside it."""
Row = dict[str, Any]


@dataclass
class Block:
    """A part of a record: fields with their values, or a table."""

    title: str
    columns: list[str]
    is_fields: bool
    rows: list[Sequence[Any]] = field(default_factory=list)


def blocks_of(data: Any, name: str, language: str, *, with_ids: bool = False) -> list[Block]:
    """The parts of an answer, the outermost first; ids are left out unless they are asked for."""
    return [block for block in _blocks(_plain(data), name, language, with_ids, 0) if block.rows]


def _blocks(data: Any, name: str, language: str, with_ids: bool, depth: int) -> Iterator[Block]:
    if isinstance(data, list):
        yield from _tables([({}, _row(each)) for each in data], name, language, with_ids, depth)
        return
    fields = Block(name, [FIELD, VALUE], is_fields=True)
    nested: list[tuple[str, Any]] = []
    for key, raw in data.items():
        value = _plain(raw)
        if not with_ids and is_hidden(str(key), value):
            continue
        if _is_many(value) or (isinstance(value, dict) and depth < DEEPEST and not _is_money(value)):
            nested.append((str(key), _listed(value)))
        elif value not in EMPTY:
            fields.rows.append((str(key), value))
    yield fields
    for key, value in nested:
        told = title(key, language)
        yield from _blocks(value, told if depth == 0 else f"{name} – {told}", language, with_ids, depth + 1)


def _tables(rows: Sequence[tuple[Row, Row]], name: str, language: str, with_ids: bool, depth: int) -> Iterator[Block]:
    """A table of rows, each after what it belongs to, and the tables inside them."""
    known = dict.fromkeys(key for _, row in rows for key in row)
    shown = [key for key in known if with_ids or not any(is_hidden(key, row.get(key)) for _, row in rows)]
    used = [key for key in shown if any(row.get(key) not in EMPTY for _, row in rows)]
    inside = [key for key in used if depth < DEEPEST and any(_is_many(_listed(_plain(r.get(key)))) for _, r in rows)]
    own = [key for key in used if key not in inside]
    if own:
        whose = [key for key in rows[0][0] if key not in own]
        told: list[Sequence[Any]] = [[*(of[key] for key in whose), *(row.get(key) for key in own)] for of, row in rows]
        yield Block(name, [*whose, *own], is_fields=False, rows=told)
    for key in inside:
        within = list(_within([row for _, row in rows], key, own))
        yield from _tables(within, f"{name} – {title(key, language)}", language, with_ids, depth + 1)


def _within(rows: Sequence[Row], key: str, columns: Sequence[str]) -> Iterator[tuple[Row, Row]]:
    """The rows of the tables inside rows, each with the columns that say whose it is."""
    parts = [(row, [_row(each) for each in _listed(_plain(row.get(key))) or ()]) for row in rows]
    taken = {name for _, inner in parts for each in inner for name in each}
    naming = [name for name in columns if name not in taken and not any(_is_unspoken(name, row) for row in rows)]
    for row, inner in parts:
        of = {name: row.get(name) for name in naming[:NAMING]}
        yield from ((of, each) for each in inner)


def _is_unspoken(name: str, row: Row) -> bool:
    """Whether a column says nothing of which row it is."""
    value = row.get(name)
    return isinstance(value, bool) or is_nested(value) or is_hidden(name, value)


def _row(value: Any) -> Row:
    plain = _plain(value)
    return {str(key): part for key, part in plain.items()} if isinstance(plain, dict) else {VALUE: plain}


def _plain(value: Any) -> Any:
    """Models as mappings, everything that is many as a list; single values as they are."""
    if isinstance(value, BaseModel):
        return {name: getattr(value, name) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple | set | frozenset) else value


def _is_many(value: Any) -> bool:
    """Whether something is a table: a list with records in it."""
    return isinstance(value, list) and any(isinstance(_plain(row), dict) for row in value)


def _is_money(value: Mapping[str, Any]) -> bool:
    return set(value) == {"amount", "currency"}


def _listed(value: Any) -> Any:
    """Records by their id are a table of records."""
    if not isinstance(value, dict) or not value:
        return value
    are_records = all(_is_id(key) and isinstance(_plain(part), dict) for key, part in value.items())
    return list(value.values()) if are_records else value


def _is_id(key: Any) -> bool:
    if isinstance(key, UUID):
        return True
    try:
        UUID(str(key))
    except ValueError:
        return False
    return True
