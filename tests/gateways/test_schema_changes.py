"""What counts as a change that breaks the readers of a shipped payload, example by example."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from gateways.schema_changes import breaking_changes

SHIPPED: dict[str, Any] = {
    "$defs": {"Line": {"type": "object", "properties": {"n": {"type": "integer"}}, "additionalProperties": False}},
    "title": "Issued",
    "type": "object",
    "additionalProperties": False,
    "required": ["number", "kind"],
    "properties": {
        "number": {"type": "string", "description": "As printed.", "pattern": "^N"},
        "kind": {"type": "string", "enum": ["a", "b"]},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}},
    },
}


def changed(**values: Any) -> dict[str, Any]:
    """The shipped schema with other properties; None takes one away."""
    schema = copy.deepcopy(SHIPPED)
    for name, value in values.items():
        schema["properties"].pop(name) if value is None else schema["properties"].__setitem__(name, value)
    return schema


LINE = {"type": "object", "properties": {"n": {"type": "string"}}, "additionalProperties": False}


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        pytest.param(changed(note=None), ["data.note: field removed"], id="field removed"),
        pytest.param(
            changed(more={"type": "string"}),
            ["data.more: field added where no others were allowed"],
            id="field added to a closed object",
        ),
        pytest.param(
            changed(number={"type": "integer", "pattern": "^N"}),
            ["data.number: type was 'string', is 'integer'"],
            id="type changed",
        ),
        pytest.param(
            changed(number={"type": "string", "pattern": "^N", "maxLength": 3}),
            ["data.number: maxLength was None, is 3"],
            id="type narrowed",
        ),
        pytest.param(changed(number={"type": "string"}), ["data.number: pattern was '^N', is None"], id="type widened"),
        pytest.param(
            {**changed(), "required": ["number", "kind", "note"]}, ["data.note: required now"], id="required added"
        ),
        pytest.param({**changed(), "required": ["number"]}, ["data.kind: may be missing now"], id="required removed"),
        pytest.param(
            changed(kind={"type": "string", "enum": ["a"]}), ["data.kind: value 'b' removed"], id="choice narrowed"
        ),
        pytest.param(
            changed(kind={"type": "string", "enum": ["a", "b", "c"]}),
            ["data.kind: value 'c' added"],
            id="choice widened",
        ),
        pytest.param(
            changed(kind={"type": "string"}), ["data.kind: enum was ['a', 'b'], is None"], id="choice given up"
        ),
        pytest.param(changed(note={"type": "string"}), ["data.note: type was None, is 'string'"], id="null no more"),
        pytest.param(
            {**changed(), "$defs": {"Line": LINE}},
            ["data.lines[].n: type was 'integer', is 'string'"],
            id="a part behind a reference",
        ),
        pytest.param(
            {**changed(), "additionalProperties": True}, ["data: additionalProperties was False, is True"], id="opened"
        ),
    ],
)
def test_what_a_reader_would_notice_breaks(new: dict[str, Any], expected: list[str]) -> None:
    found = breaking_changes(SHIPPED, new)
    assert set(expected) <= set(found)
    assert len(found) <= len(expected) + 1


def test_better_words_and_parts_put_in_place_break_nothing() -> None:
    inlined = changed(lines={"type": "array", "items": SHIPPED["$defs"]["Line"]})
    del inlined["$defs"]
    inlined["title"], inlined["examples"] = "Told", [{"number": "N1"}]
    inlined["properties"]["number"]["description"] = "As it stands on the paper."
    assert breaking_changes(SHIPPED, inlined) == []
