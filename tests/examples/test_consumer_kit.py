"""The kit for readers of the stream: once, in order, never over a hole, and by the schema."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples.consumer_kit.schema_check import KeywordUnknown, SchemaCheck
from examples.consumer_kit.sequence_guard import Hole, SequenceGuard, SqlitePlaces
from gateways.published import payloads, schemas

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


def event(sequence: int, company: str = "a", epoch: str = "1") -> dict[str, Any]:
    return {"source": f"/companies/{company}", "epoch": epoch, "sequence": sequence}


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 6)), max_size=40))
@settings(max_examples=50)
def test_each_event_is_admitted_once_and_in_order(asked: list[tuple[str, int]]) -> None:
    guard, admitted = SequenceGuard(SqlitePlaces(sqlite3.connect(":memory:"))), {"a": 0, "b": 0}
    for company, sequence in asked:
        if sequence > admitted[company] + 1:
            with pytest.raises(Hole):
                guard.admits(event(sequence, company))
        else:
            assert guard.admits(event(sequence, company)) == (sequence == admitted[company] + 1)
            admitted[company] = max(admitted[company], sequence)


def test_another_epoch_begins_anew() -> None:
    guard = SequenceGuard(SqlitePlaces(sqlite3.connect(":memory:")))
    assert guard.admits(event(1))
    assert guard.admits(event(1, epoch="2"))


def test_the_files_are_those_of_the_program() -> None:
    files = {path.name: json.loads(path.read_text("utf-8")) for path in SCHEMAS.glob("*.v*.json")}
    assert files == {f"{name}.json": schema for name, schema in schemas().items()}


@pytest.mark.parametrize("data", payloads(), ids=lambda data: data.TYPE)
def test_the_check_agrees_with_a_whole_validator(data: Any) -> None:
    check, schema = SchemaCheck(SCHEMAS), schemas()[data.TYPE]
    for name in data.EXAMPLE:
        others: list[Any] = [None, 7, "x", [], {}, [{}]]
        for other in others:
            changed = {**data.EXAMPLE, name: other}
            fine = jsonschema_rs.is_valid(schema, changed)
            assert (check.problems({"type": data.TYPE, "data": changed}) == []) == fine, (name, other)
    assert check.problems({"type": data.TYPE, "data": {**data.EXAMPLE, "more": 1}})
    assert check.problems({"type": data.TYPE, "data": dict(list(data.EXAMPLE.items())[1:])})


def test_an_unknown_type_or_keyword_is_said(tmp_path: Path) -> None:
    assert SchemaCheck(tmp_path).problems({"type": "x", "data": {}}) == ["x: no schema"]
    (tmp_path / "x.v1.json").write_text('{"type": "object", "minProperties": 1}')
    with pytest.raises(KeywordUnknown, match="minProperties"):
        SchemaCheck(tmp_path)
