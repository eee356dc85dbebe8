"""What a stored fact consists of, in words that do not change with the names of classes: a path and a type a field."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Set
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from aggregates.base import Act
from aggregates.values import Personal

Schema = dict[str, str]
LIMITS = ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern")


def schema(model: type[BaseModel]) -> Schema:
    """Every field below a model that is stored. Those of the act are told once, as `act`."""
    return dict(sorted(_fields(model, "")))


def breaches(before: Schema, now: Schema) -> list[str]:
    """Why facts stored with one schema may not be read, or not mean the same, with another."""
    new = now.keys() - before.keys()
    found = [f"{path} is gone" for path in before.keys() - now.keys()]
    found += [f"{path} is new and stored facts lack it" for path in new if _is_missed(path, now[path], new)]
    found += [
        f"{path} was {before[path]}, is {now[path]}"
        for path in before.keys() & now.keys()
        if not _reads(before[path], now[path])
    ]
    return sorted(found)


def _is_missed(path: str, told: str, new: Set[str]) -> bool:
    """Whether a new field has no default, and stands in something that stored facts have."""
    return told.endswith(" needed") and path.rpartition(".")[0] not in new


def _reads(before: str, now: str) -> bool:
    """Whether values of one type are values of the other with the same meaning."""
    if before == now:
        return True
    old, new = _parts(before), _parts(now)
    if old["kind"] != new["kind"] or old["subject"] != new["subject"] or (old["null"] and not new["null"]):
        return False
    if not old["needed"] and new["needed"]:
        return False
    return set(old["words"]) <= set(new["words"]) and set(new["limits"]) <= set(old["limits"])


def _parts(told: str) -> dict[str, Any]:
    words = told.split(" ")
    named = {key: value for key, _, value in (word.partition("=") for word in words[1:])}
    return {
        "kind": words[0],
        "null": "or-null" in named,
        "needed": "needed" in named,
        "subject": named.get("personal"),
        "words": named.get("words", "").split("|"),
        "limits": [word for word in words[1:] if word.partition("=")[0] in LIMITS],
    }


def _fields(model: type[BaseModel], path: str) -> Iterator[tuple[str, str]]:
    for name, info in model.model_fields.items():
        if not info.exclude:
            yield from _field(info, f"{path}{name}")


def _field(info: FieldInfo, path: str) -> Iterator[tuple[str, str]]:
    needed = " needed" if info.is_required() else ""
    for place, told in _told(info.annotation, tuple(info.metadata), path):
        yield place, told + (needed if place == path else "")


def _told(kind: Any, marks: tuple[Any, ...], path: str) -> Iterator[tuple[str, str]]:
    if hasattr(kind, "__metadata__"):
        yield from _told(get_args(kind)[0], (*marks, *kind.__metadata__), path)
        return
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        for part in parts:
            if part is not type(None):
                for place, told in _told(part, marks, path):
                    yield place, f"{told} or-null" if place == path and type(None) in parts else told
    elif origin is Literal:
        yield path, f"text words={'|'.join(map(str, parts))}"
    elif origin is tuple and parts[-1] is not Ellipsis:
        yield path, f"tuple-of-{len(parts)}"
        for number, part in enumerate(parts):
            yield from _told(part, (), f"{path}.{number}")
    elif origin in (tuple, list):
        yield path, "list" + _limits(marks)
        yield from _told(parts[0], (), f"{path}.*")
    elif origin is not None and issubclass(origin, Mapping):
        yield path, f"map-by-{next(_told(parts[0], (), ''))[1].replace(' ', '-')}"
        yield from _told(parts[1], (), f"{path}.*")
    else:
        yield from _plain(kind, marks, path)


def _plain(kind: Any, marks: tuple[Any, ...], path: str) -> Iterator[tuple[str, str]]:
    if kind is Act and path == "act":
        yield path, "act"
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield path, "object"
        yield from _fields(kind, f"{path}.")
    elif isinstance(kind, type) and issubclass(kind, Enum):
        yield path, f"text words={'|'.join(sorted(str(one.value) for one in kind))}"
    else:
        subject = next((f" personal={mark.subject}" for mark in marks if isinstance(mark, Personal)), "")
        yield path, getattr(kind, "__name__", str(kind)).lower() + subject + _limits(marks)


def _limits(marks: tuple[Any, ...]) -> str:
    given = ((name, getattr(mark, name, None)) for mark in marks for name in LIMITS)
    return "".join(f" {name}={str(value).replace(' ', '_')}" for name, value in given if value is not None)
