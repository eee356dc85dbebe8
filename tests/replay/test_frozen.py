"""What every release stored is read by today's program: fact by fact, record by record, view by view (house rule 3)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gateways.codec import fact_class
from gateways.published import PublicStream
from projections.base import MemoryRows, ReadModel
from projections.catalog import READ_MODELS
from tests import controls
from tests.replay import frozen
from tests.replay.freeze import Refused, freeze, main, states_of
from tests.replay.frozen import FREEZE, Line, differences
from tests.replay.keys import FrozenKeys

RELEASES = pytest.mark.parametrize("release", frozen.releases())
MODELS = pytest.mark.parametrize("model", [*READ_MODELS, PublicStream], ids=lambda model: model.NAME)

NEVER_HAPPENED = {"publication.edition-adopted.v1", "publication.edition-raised.v1"}
"""There is one edition of the public stream yet, so that no company could adopt a newer one."""


def unsealed(node: Any) -> Any:
    """Stored JSON without what is sealed in it."""
    if isinstance(node, dict):
        return {k: unsealed(v) for k, v in node.items() if not (isinstance(v, dict) and "sealed" in v)}
    return [unsealed(item) for item in node] if isinstance(node, list) else node


def lost(line: Line) -> list[str]:
    """What a line says and the fact read from it does not."""
    fact = line.read()
    if line.topic != type(fact).TOPIC:
        return []
    return [
        f"{line.topic}: {each}" for each in differences(unsealed(json.loads(line.state)), fact.model_dump(mode="json"))
    ]


def test_something_is_frozen() -> None:
    assert "0.1" in frozen.releases()


@RELEASES
def test_every_frozen_fact_is_read_as_todays_class(release: str) -> None:
    for line in (*frozen.facts(release), *frozen.streams(release)):
        fact = line.read()
        assert type(fact) is fact_class(type(fact).TOPIC)
        assert type(fact).TOPIC in controls.topics()


@RELEASES
def test_nothing_that_was_stored_is_lost_in_reading(release: str) -> None:
    assert [each for line in (*frozen.facts(release), *frozen.streams(release)) for each in lost(line)] == []


def test_every_fact_is_frozen_in_some_release() -> None:
    known = {line.topic for release in frozen.releases() for line in frozen.facts(release)}
    missing = sorted(set(controls.topics()) - known)
    assert not missing, f"not frozen: {', '.join(missing)}; run `{FREEZE} RELEASE` with the release they come with"


@RELEASES
def test_every_frozen_record_is_what_it_was(release: str) -> None:
    """Attributes may have come since; `--states` tells them again when they got other names."""
    recorded, now = frozen.states(release), states_of(frozen.streams(release))
    found = [f"{key}: {each}" for key, state in recorded.items() for each in differences(state, now[key])]
    assert not found, "\n".join(found)
    assert recorded.keys() == now.keys()


@RELEASES
@MODELS
@pytest.mark.parametrize("erased", [False, True], ids=["known", "erased"])
def test_every_read_model_folds_what_was_stored(release: str, model: type[ReadModel], erased: bool) -> None:
    rows, keys = MemoryRows(), FrozenKeys(everybody_erased=erased)
    for line in frozen.streams(release):
        model().fold(line.recorded(keys), rows)
    assert {table for table, held in rows.tables.items() if held} <= {table.name for table in model.TABLES}


@RELEASES
def test_every_fact_of_a_release_happened_in_its_companys_life(release: str) -> None:
    happened = {line.topic for line in frozen.streams(release)}
    missing = sorted({line.topic for line in frozen.facts(release)} - happened - NEVER_HAPPENED)
    assert not missing, f"no stream has {', '.join(missing)}; add a step to tests/replay/life*.py"


# Freezing itself


@pytest.fixture
def aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the frozen facts, without the streams, to freeze into."""
    for module in ("tests.replay.frozen", "tests.replay.freeze"):
        monkeypatch.setattr(f"{module}.FOLDER", tmp_path)
    monkeypatch.setattr("tests.replay.frozen.SCHEMAS", tmp_path / "schemas.json")
    monkeypatch.setattr("tests.replay.freeze._freeze_streams", lambda release: f"{release}: streams")
    freeze("0.1")
    return tmp_path


def forget(folder: Path, topic: str) -> bytes:
    """Take a topic out of a release, as if its fact had come since; the file's bytes before."""
    path = folder / "0.1" / "facts.jsonl"
    before = path.read_bytes()
    frozen.write_lines(path, [line for line in frozen.facts("0.1") if line.topic != topic])
    return before


def test_freezing_again_adds_nothing_and_changes_nothing(aside: Path) -> None:
    before = {path: path.read_bytes() for path in aside.rglob("*.json*")}
    assert freeze("0.1") == []
    assert {path: path.read_bytes() for path in aside.rglob("*.json*")} == before


def test_a_new_fact_is_frozen_with_its_release(aside: Path) -> None:
    forget(aside, "call.closed.v1")
    assert freeze("0.2")[0] == "0.2: call.closed.v1"
    assert [line.topic for line in frozen.facts("0.2")] == ["call.closed.v1"]
    assert frozen.releases() == ["0.1", "0.2"]


def test_what_has_shipped_stays_as_it_is(aside: Path) -> None:
    (aside / "0.1" / "SHIPPED").touch()
    with pytest.raises(Refused, match="cannot be made again"):
        freeze("0.1", again=True)
    forget(aside, "call.closed.v1")
    with pytest.raises(Refused, match="for the next release"):
        freeze("0.1")
    assert main(["0.1"]) == 1


def test_a_fact_that_changed_its_meaning_is_refused_until_made_again(aside: Path) -> None:
    told = frozen.schemas()
    frozen.write_schemas(told | {"call.closed.v1": {**told["call.closed.v1"], "by_whom": "text needed"}})
    with pytest.raises(Refused, match="by_whom is gone"):
        freeze("0.1")
    freeze("0.1", again=True)
    assert frozen.schemas() == told
