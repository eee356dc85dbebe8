"""Whether an event's data are what its schema says: the part of JSON Schema that the public stream uses.

Standard library only; copy it, with the files of `docs/schemas/`. A keyword that it does not know is an error when the
schema is read, not silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

Schema = Mapping[str, Any]

TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}
CHECKED = {
    "type", "enum", "const", "pattern", "properties", "required", "additionalProperties", "items", "anyOf", "$ref",
}  # fmt: skip
WORDS = {"$id", "$defs", "title", "description", "examples", "format", "default"}


class KeywordUnknown(Exception):
    """The schema says something that this check does not understand; take a newer one."""


class SchemaCheck:
    """The schemas of a folder, by the type that their file is named after."""

    def __init__(self, folder: Path) -> None:
        self._schemas: dict[str, Schema] = {}
        for path in folder.glob("*.v*.json"):
            schema = json.loads(path.read_text(encoding="utf-8"))
            _understood(schema)
            self._schemas[path.name.removesuffix(".json")] = schema

    def problems(self, event: Mapping[str, Any]) -> list[str]:
        """What is wrong with an event's data; a type without a schema is a problem too."""
        schema = self._schemas.get(event["type"])
        if schema is None:
            return [f"{event['type']}: no schema"]
        return list(_problems(event["data"], schema, schema, "data"))


def _understood(schema: Any) -> None:
    """Raises `KeywordUnknown`."""
    if unknown := set(schema) - CHECKED - WORDS:
        raise KeywordUnknown(", ".join(sorted(unknown)))
    parts = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values(), *schema.get("anyOf", ())]
    for part in [*parts, *([schema["items"]] if "items" in schema else ())]:
        _understood(part)


def _problems(value: Any, schema: Schema, root: Schema, where: str) -> Iterator[str]:
    if "$ref" in schema:
        yield from _problems(value, root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], root, where)
    if "anyOf" in schema and all(list(_problems(value, one, root, where)) for one in schema["anyOf"]):
        yield f"{where}: fits none of its forms"
    if "type" in schema and not TYPES[schema["type"]](value):
        yield f"{where}: no {schema['type']}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is none of {schema['enum']}"
    if "const" in schema and value != schema["const"]:
        yield f"{where}: {value!r} is not {schema['const']!r}"
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        yield f"{where}: {value!r} looks otherwise"
    if isinstance(value, dict):
        yield from _fields(value, schema, root, where)
    if isinstance(value, list) and "items" in schema:
        for number, each in enumerate(value):
            yield from _problems(each, schema["items"], root, f"{where}[{number}]")


def _fields(value: Mapping[str, Any], schema: Schema, root: Schema, where: str) -> Iterator[str]:
    known = schema.get("properties", {})
    yield from (f"{where}.{name}: missing" for name in schema.get("required", ()) if name not in value)
    if schema.get("additionalProperties") is False:
        yield from (f"{where}.{name}: not expected" for name in value if name not in known)
    for name, part in known.items():
        if name in value:
            yield from _problems(value[name], part, root, f"{where}.{name}")
