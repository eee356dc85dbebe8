"""History (storia): every fact of any record, who and why, and the record as it was known at any instant."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from aggregates.base import Aggregate
from aggregates.values import Instant
from projections.base import Ask, Reader

SECRET = frozenset({"password_hash", "key_hash", "secret_hash"})
"""What nobody reads anywhere, not even as a hash."""
HIDDEN = "[hidden]"
KERNEL = frozenset({"act", "originator_id", "originator_version", "timestamp", "originator_topic"})


def plain(value: Any) -> Any:
    """Anything an aggregate or a fact holds, as plain JSON: texts for ids, decimals and dates; sets in order."""
    if value is None or (isinstance(value, bool | int | float | str) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_name(key): _told(_name(key), item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, BaseModel):
        return {name: _told(name, getattr(value, name)) for name in type(value).model_fields if name not in KERNEL}
    return _object(value)


def says(fact: Aggregate.Event) -> str:
    """What a fact of this kind tells, in one sentence.

    Facts that stand in a module of their own are subclassed by their aggregate, without their docstring.
    """
    return " ".join((inspect.getdoc(type(fact)) or "").split())


def _object(value: Any) -> Any:
    parts = getattr(value, "__dict__", None)
    if not parts:
        return str(value)
    return {name: _told(name, item) for name, item in parts.items() if not name.startswith("_")}


def _told(name: str, value: Any) -> Any:
    return HIDDEN if name in SECRET and value is not None else plain(value)


def _name(key: Any) -> str:
    if isinstance(key, tuple):
        return " ".join(_name(part) for part in key)
    return str(plain(key))


def state_of(record: Aggregate) -> dict[str, Any]:
    """The public attributes of any aggregate as plain JSON, with its kind, id and version."""
    kind = str(getattr(record, "TOPIC", type(record).__name__))
    return {**_object(record), "record": kind, "id": str(record.id), "version": record.version}


class AskRecord(Ask):
    """A record as it was known at an instant, or as it is."""

    stream_id: UUID
    as_of: Instant | None = None


def record(reader: Reader, ask: AskRecord) -> dict[str, Any] | None:
    """All that the record's facts make of it."""
    known = reader.record(ask.stream_id, known_at=ask.as_of)
    return state_of(known) if known else None
