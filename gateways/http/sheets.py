"""A record as fields and tables (scheda): what is one thing is a line of a label and a value, what is many a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from gateways.http.table_words import is_hidden, title

DEEPEST = 3
FIELD, VALUE = "field", "value"


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
        yield from _tables(data, name, with_ids)
        return
    fields = Block(name, [FIELD, VALUE], is_fields=True)
    nested: list[tuple[str, Any]] = []
    for key, raw in data.items():
        value = _plain(raw)
        if not with_ids and is_hidden(str(key), value):
            continue
        if _is_many(value) or (isinstance(value, dict) and depth < DEEPEST and not _is_money(value)):
            nested.append((str(key), _listed(value)))
        elif value not in (None, "", [], {}):
            fields.rows.append((str(key), value))
    yield fields
    for key, value in nested:
        told = title(key, language)
        yield from _blocks(value, told if depth == 0 else f"{name} – {told}", language, with_ids, depth + 1)


def _tables(rows: list[Any], name: str, with_ids: bool) -> Iterator[Block]:
    plain = [row if isinstance(row, dict) else {VALUE: row} for row in map(_plain, rows)]
    known = dict.fromkeys(str(key) for row in plain for key in row)
    shown = [key for key in known if with_ids or not any(is_hidden(key, row.get(key)) for row in plain)]
    used = [key for key in shown if any(row.get(key) not in (None, "", [], {}) for row in plain)]
    if used:
        yield Block(name, used, is_fields=False, rows=[[row.get(key) for key in used] for row in plain])


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
