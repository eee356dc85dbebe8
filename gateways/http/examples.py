"""Example bodies for the API's description, made from the examples of the fields and from their types."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
FORMATS: dict[str, Any] = {
    "uuid": "3f0c9a52-7d1e-4b7a-9f43-0c6f5f6f2a10",
    "date": "2026-09-16",
    "date-time": "2026-09-16T09:30:00+02:00",
    "time": "08:30:00",
    "duration": "PT30M",
}
BY_NAME: dict[str, Any] = {
    "ends_at": "2026-09-16T11:30:00+02:00",
    "expires_at": "2027-09-16T00:00:00+02:00",
    "ends_on": "2027-09-15",
    "to_on": "2027-09-15",
    "currency": "EUR",
    "cig": "Z1234567AB",
    "cup": "J41B21000010006",
    "country": "IT",
    "province": "FC",
    "town": "Forlì",
    "postcode": "47121",
    "street": "Via Roma 1",
    "key_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
"""For fields that say nothing themselves and whose type does not say enough."""
DEPTH = 6


def complete_example_of(schema: Schema, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    """A body with every field of its own."""
    return {name: example_of(part, schemas, name, 1) for name, part in schema.get("properties", {}).items()}


def example_of(schema: Schema, schemas: Mapping[str, Schema], name: str = "", depth: int = 0) -> Any:
    """A value that the schema takes: required fields, and optional ones that have an example of their own."""
    if schema.get("examples"):
        return schema["examples"][0]
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas, name, depth)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    if schema.get("default") is not None:
        return schema["default"]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            kinds = [part for part in schema[choice] if part.get("type") != "null"]
            return example_of(kinds[0], schemas, name, depth)
    return _by_type(schema, schemas, name, depth)


def _by_type(schema: Schema, schemas: Mapping[str, Schema], name: str, depth: int) -> Any:
    kind = schema.get("type")
    if kind == "object":
        return _object(schema, schemas, depth)
    if kind == "array":
        return _array(schema, schemas, name, depth)
    if kind == "integer":
        return max(1, int(schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)))
    if kind == "number":
        return 1.0
    if kind == "boolean":
        return True
    return _text(schema, name)


def _object(schema: Schema, schemas: Mapping[str, Schema], depth: int) -> dict[str, Any]:
    required = schema.get("required", ())
    told = {
        name: part
        for name, part in schema.get("properties", {}).items()
        if name in required or (part.get("examples") and depth < DEPTH)
    }
    return {name: example_of(part, schemas, name, depth + 1) for name, part in told.items()}


def _array(schema: Schema, schemas: Mapping[str, Schema], name: str, depth: int) -> list[Any]:
    if "prefixItems" in schema:
        return [example_of(part, schemas, name, depth + 1) for part in schema["prefixItems"]]
    item = schema.get("items", {})
    return [example_of(item, schemas, name, depth + 1)] if item else []


def _text(schema: Schema, name: str) -> Any:
    if name in BY_NAME:
        return BY_NAME[name]
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    pattern = schema.get("pattern", "")
    if not pattern:
        return name.replace("_", " ").capitalize()[: schema.get("maxLength", 80)] or "Text"
    return next((text for text in ("10.00", "A", "AB", "ABC", "01", "it", "a" * 64) if re.search(pattern, text)), "A")
