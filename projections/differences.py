"""Differences (differenze) between two plain states, value by value; items of lists are known by what names them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

NAMING = ("id", "number", "code", "key", "name")
"""What an item of a list is known by, when all items have it and no two the same; its own `…_id` comes first."""
Flat = dict[str, Any]


class Change(NamedTuple):
    """A value that is another; None where there was, or is, none."""

    path: str
    before: Any
    after: Any


def flattened(value: Any, path: str = "") -> Flat:
    """Every value that holds no others, by its path: `lines[AB-1].price.amount`."""
    return dict(_leaves(value, path))


def changes(before: Flat, after: Flat) -> list[Change]:
    """What is different between two flattened states, by path."""
    paths = sorted(before.keys() | after.keys())
    found = (Change(path, before.get(path), after.get(path)) for path in paths)
    return [change for change in found if change.before != change.after]


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _leaves(item, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for name, item in _named(value, path):
            yield from _leaves(item, f"{path}[{name}]")
    else:
        yield path, value


def _named(items: Sequence[Any], path: str) -> Iterator[tuple[str, Any]]:
    """Each item with what names it: a field, the value itself, else its place."""
    if items and all(isinstance(item, Mapping) for item in items):
        for field in _fields(items, path):
            names = [str(item[field]) for item in items]
            if len(set(names)) == len(names):
                yield from zip(names, items, strict=True)
                return
    elif len({str(item) for item in items}) == len(items) and all(isinstance(item, str | int) for item in items):
        yield from ((str(item), item) for item in items)
        return
    yield from ((str(place), item) for place, item in enumerate(items))


def _fields(items: Sequence[Mapping[str, Any]], path: str) -> list[str]:
    """Fields that may name the items, those that are made for it first: of `lines` that is `line_id`."""
    common = [name for name in items[0] if all(item.get(name) is not None for item in items)]
    own = f"{path.rsplit('.', 1)[-1].removesuffix('s')}_id"
    others = [name for name in common if name.endswith("_id") and name != own]
    return [name for name in (own, *NAMING[:-1], *others, NAMING[-1]) if name in common]
