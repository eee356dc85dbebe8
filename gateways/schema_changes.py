"""What changed between two JSON Schemas of a public fact, and whether its readers would break (compatibilità).

A shipped payload may get better words and examples, nothing else: readers check what comes against the schema they
were built with, so a field added to a closed object breaks them as surely as one that is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

WORDS = frozenset({"title", "description", "examples", "$id", "$defs", "$ref", "properties", "required", "items"})
"""Not compared as they stand: words may change, the others are compared by what they mean."""


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """Every change that an existing reader could notice, each with where it is; empty when there is none."""
    return list(_compared(old, new, old, new, "data"))


def _compared(old: Schema, new: Schema, old_root: Schema, new_root: Schema, where: str) -> Iterator[str]:
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    yield from _values(old, new, where)
    yield from _fields(old, new, old_root, new_root, where)
    yield from _choices(old, new, old_root, new_root, where)
    if "items" in old and "items" in new:
        yield from _compared(old["items"], new["items"], old_root, new_root, f"{where}[]")
    elif ("items" in old) != ("items" in new):
        yield f"{where}: what a list holds is said otherwise"


def _resolved(schema: Schema, root: Schema) -> Schema:
    """The schema that a reference within the document names, with what stands beside the reference."""
    if "$ref" not in schema:
        return schema
    target: Any = root
    for step in str(schema["$ref"]).removeprefix("#/").split("/"):
        target = target[step]
    return {**_resolved(target, root), **{name: value for name, value in schema.items() if name != "$ref"}}


def _values(old: Schema, new: Schema, where: str) -> Iterator[str]:
    if "enum" in old and "enum" in new:
        gone, came = set(old["enum"]) - set(new["enum"]), set(new["enum"]) - set(old["enum"])
        yield from (f"{where}: value {value!r} removed" for value in sorted(map(str, gone)))
        yield from (f"{where}: value {value!r} added" for value in sorted(map(str, came)))
    for name in sorted(
        {*old, *new} - WORDS - {"anyOf", "enum"} | ({"enum"} if ("enum" in old) != ("enum" in new) else set())
    ):
        if old.get(name) != new.get(name):
            yield f"{where}: {name} was {old.get(name)!r}, is {new.get(name)!r}"


def _fields(old: Schema, new: Schema, old_root: Schema, new_root: Schema, where: str) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    yield from (f"{where}.{name}: field removed" for name in before if name not in after)
    if old.get("additionalProperties") is False:
        yield from (f"{where}.{name}: field added where no others were allowed" for name in after if name not in before)
    was, now = set(old.get("required", ())), set(new.get("required", ()))
    yield from (f"{where}.{name}: required now" for name in sorted(now - was))
    yield from (f"{where}.{name}: may be missing now" for name in sorted(was - now) if name in after)
    for name in before:
        if name in after:
            yield from _compared(before[name], after[name], old_root, new_root, f"{where}.{name}")


def _choices(old: Schema, new: Schema, old_root: Schema, new_root: Schema, where: str) -> Iterator[str]:
    before, after = old.get("anyOf", []), new.get("anyOf", [])
    if len(before) != len(after):
        yield f"{where}: had {len(before) or 1} forms, has {len(after) or 1}"
        return
    for was, now in zip(before, after, strict=True):
        yield from _compared(was, now, old_root, new_root, where)
