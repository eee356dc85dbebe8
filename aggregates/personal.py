"""Where facts hold something personal (dati personali nei fatti): found once from the marks on their fields (R10.4)."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, Union, get_args, get_origin
from uuid import UUID, uuid5

from pydantic import BaseModel

from aggregates.values import OWNER, Keep, Personal


@dataclass(frozen=True)
class PersonalField:
    """A personal field: the keys to walk to it (`*` for each item), and whose it is.

    `subject` is looked for beside the key number `level` of the path, and outwards from there.
    """

    path: tuple[str, ...]
    subject: str
    level: int
    part: str | None = None
    keep: Keep = Keep.OPERATIONAL
    blank: bool = False


class Place(NamedTuple):
    """A personal field of one fact that holds something: what holds it, its name, where it is, whose, and its mark."""

    holder: dict[str, Any]
    name: str
    at: str
    subject_id: UUID
    field: PersonalField


@cache
def personal_fields(kind: type[BaseModel]) -> tuple[PersonalField, ...]:
    """Every personal field below a model, found once from its annotations."""
    return tuple(_walk(kind, (), None))


def personal_places(data: dict[str, Any], kind: type[BaseModel], stream_id: UUID) -> Iterator[Place]:
    """Every personal field of a fact, dumped as JSON, that holds something."""
    for field in personal_fields(kind):
        for trail, at in _trails(data, field.path[:-1]):
            holder, name = trail[-1], field.path[-1]
            if holder.get(name) is not None:
                yield Place(holder, name, f"{at}{name}", _subject(field, trail, data, stream_id), field)


def _walk(kind: type[BaseModel], path: tuple[str, ...], owner: PersonalField | None) -> Iterator[PersonalField]:
    for name, info in kind.model_fields.items():
        if info.exclude:
            continue
        mark = next((one for one in (*info.metadata, *_marks(info.annotation)) if isinstance(one, Personal)), None)
        mine = _marked(mark, (*path, name), owner) if mark else None
        inner = list(_walk_type(info.annotation, (*path, name), mine))
        if mine is not None and not _holds_values(info.annotation):
            yield mine
        yield from inner


def _marked(mark: Personal, path: tuple[str, ...], owner: PersonalField | None) -> PersonalField | None:
    if mark.subject.startswith("."):
        return PersonalField(path, mark.subject[1:], len(path), mark.part, mark.keep, mark.blank)
    if mark.subject != OWNER:
        return PersonalField(path, mark.subject, len(path) - 1, mark.part, mark.keep, mark.blank)
    return PersonalField(path, owner.subject, owner.level, owner.part, owner.keep, mark.blank) if owner else None


def _walk_type(annotation: Any, path: tuple[str, ...], owner: PersonalField | None) -> Iterator[PersonalField]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _walk(annotation, path, owner)
        return
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from _walk_type(part, path, owner)
    elif origin in (list, tuple, set, frozenset):
        for part in get_args(annotation):
            yield from _walk_type(part, (*path, "*"), owner)
    elif hasattr(annotation, "__metadata__"):
        yield from _walk_type(get_args(annotation)[0], path, owner)


def _holds_values(annotation: Any) -> bool:
    if isinstance(annotation, type):
        return issubclass(annotation, BaseModel)
    return any(_holds_values(part) for part in get_args(annotation))


def _marks(annotation: Any) -> tuple[Any, ...]:
    return tuple(mark for part in (annotation, *get_args(annotation)) for mark in getattr(part, "__metadata__", ()))


def _trails(data: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[list[Any], str]]:
    """What lies on the way to each holder, from the fact on, and the way as text."""
    found: list[tuple[list[Any], str]] = [([data], "")]
    for step in path:
        found = [further for trail, at in found for further in _next(trail, at, step)]
    for trail, at in found:
        if isinstance(trail[-1], dict):
            yield trail, at


def _next(trail: list[Any], at: str, step: str) -> Iterator[tuple[list[Any], str]]:
    node = trail[-1]
    if step == "*" and isinstance(node, list):
        yield from (([*trail, item], f"{at}{index}.") for index, item in enumerate(node))
    elif isinstance(node, dict) and node.get(step) is not None:
        yield [*trail, node[step]], f"{at}{step}."


def _subject(field: PersonalField, trail: list[Any], data: dict[str, Any], stream_id: UUID) -> UUID:
    found = stream_id if field.subject == "stream_id" else _named(field, trail, data)
    return uuid5(found, field.part) if field.part else found


def _named(field: PersonalField, trail: list[Any], data: dict[str, Any]) -> UUID:
    first, *inner = field.subject.split(".")
    for node in (*reversed(trail[: field.level + 1]), data):
        if isinstance(node, dict) and node.get(first) is not None:
            value: Any = node[first]
            for name in inner:
                value = value[name]
            return UUID(value)
    raise LookupError(f"nothing says whose {'.'.join(field.path)} is")
