"""What kinds of fields each operation takes, and which of them are its own rather than nearly every operation's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

Kind = tuple[str, str]
"""Where a field stands (`body`, `query`, `path`, `header`), and what it holds."""

SAID = frozenset({"type", "format", "pattern", "enum", "const", "minimum", "maximum", "minLength", "maxLength"})
"""What tells one kind of value from another; names, texts and examples do not."""
COMMON = 1 / 3
"""Kinds that more operations than this share are read by the same code: any operation tries them."""


def own_kinds(document: dict[str, Any]) -> dict[str, int]:
    """How many kinds of fields each operation takes that are not common to many, by its id."""
    found = {
        operation["operationId"]: set(_kinds(document, operation))
        for methods in document["paths"].values()
        for operation in methods.values()
    }
    by_kind = Counter(kind for kinds in found.values() for kind in kinds)
    common = {kind for kind, operations in by_kind.items() if operations > len(found) * COMMON}
    return {name: len(kinds - common) for name, kinds in found.items()}


def _kinds(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[Kind]:
    for named in operation.get("parameters", ()):
        parameter = _meant(document, named)
        yield from ((parameter["in"], value) for value in _values(document, parameter["schema"], frozenset()))
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield from (("body", value) for value in _values(document, content["schema"], frozenset()))


def _values(document: dict[str, Any], schema: Any, inside: frozenset[str]) -> Iterator[str]:
    """The kinds of values of a schema and of all its parts; a schema inside itself is told once."""
    if not isinstance(schema, dict):  # anything goes
        return
    if (name := schema.get("$ref")) is not None:
        if name not in inside:
            yield from _values(document, _meant(document, schema), inside | {name})
        return
    parts = [part for word in ("anyOf", "oneOf", "allOf") for part in schema.get(word, ())]
    parts += [*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")]
    for part in parts:
        yield from _values(document, part, inside)
    if told := {word: schema[word] for word in SAID & schema.keys()}:
        yield json.dumps(told, sort_keys=True)


def _meant(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """What a reference names; anything else is meant itself."""
    if "$ref" not in part:
        return part
    found: Any = document
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)
