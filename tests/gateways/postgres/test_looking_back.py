"""Looking back: the world's clock, checkpoints, what cannot be folded, who was erased meanwhile."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.postgres import past_tables
from gateways.postgres.checkpoints import Checkpoints, forget_checkpoints, may_keep, tend, thinned
from gateways.postgres.past import PastNotSearched, PastReader, TrueAtUnclear
from projections.agenda import Agenda
from projections.base import ReadModel
from projections.catalog import BY_NAME
from projections.positions import Positions
from tests.commands.calls import CALL, CUSTOMER, GINO, ROSSI, TECHNICIANS, VISIT, opened, rome, slot
from tests.dsl import Company, do

PLANNED = do("plan-activity", call_id=CALL, activity_id=VISIT, kind="repair")
ASSIGNED = do(
    "assign-technician",
    call_id=CALL,
    activity_id=VISIT,
    technician_id=GINO,
    slot=slot("2026-09-01T14:00", "2026-09-01T15:00"),
)
ARRIVED = do("record-arrival", call_id=CALL, activity_id=VISIT, at="2026-09-01T14:05")


@pytest.fixture
def visited(company: Company) -> Company:
    """A call whose technician has arrived."""
    company.given(*CUSTOMER, *TECHNICIANS, opened("2026-09-01T09:00"), PLANNED, ASSIGNED, ARRIVED)
    return company


def states(reader: Any) -> list[str]:
    """The states of the visits of that week."""
    view = BY_NAME["agenda"]
    return [row["state"] for row in view.query(reader, view.ask.model_validate({"from_on": "2026-09-01"}))["visits"]]


def recorded_at(company: Company, version: int) -> datetime:
    """When a fact of the call was recorded."""
    return company.facts(CALL)[version - 1].recorded_at


def kept(company: Company) -> dict[str, list[int]]:
    """Where the checkpoints of each model stand."""
    with company.installation.database.company(company.house.company_id) as connection:
        found = Checkpoints(connection, company.house.company_id).positions()
    return {name: positions for (name, _), positions in found.items()}


def test_what_was_true_is_told_by_when_it_happened(visited: Company) -> None:
    look = visited.house.looking_back
    before_arrival = recorded_at(visited, 3)
    with look(true_at=rome("2026-09-01T14:04")) as reader:
        assert states(reader) == ["assigned"]
        known = reader.record(CALL)
        assert known is not None
        assert known.version == 3
    with look(true_at=rome("2026-09-01T14:05")) as reader:
        assert states(reader) == ["arrived"]
    with look(known_at=before_arrival, true_at=rome("2026-09-01T20:00")) as reader:
        assert states(reader) == ["assigned"]
    with look(true_at=rome("2026-08-01T00:00")) as reader:
        assert (states(reader), reader.record(CALL)) == ([], None)


def test_facts_told_late_stand_where_they_happened(visited: Company) -> None:
    late = do("change-priority", call_id=CALL, priority="high", at="2026-09-01T13:00")
    visited.given(late)
    with visited.house.looking_back(true_at=rome("2026-09-01T13:30")) as reader:
        (call,) = reader.rows("select priority, status from {call}")
        assert call["priority"] == "high"
        with pytest.raises(TrueAtUnclear):
            reader.record(CALL)


def test_now_is_the_instant_looked_at(visited: Company) -> None:
    then = recorded_at(visited, 1)
    with visited.house.looking_back(then) as reader:
        assert reader.row("select now() as now, %(x)s as x", {"x": "a%"}) == {"now": then, "x": "a%"}
        with pytest.raises(PastNotSearched):
            reader.rows("select similar_entries('{search_entry}')")


def test_nothing_is_known_before_the_first_fact(visited: Company) -> None:
    with visited.house.looking_back(rome("2020-01-01T00:00")) as reader:
        assert (reader.position, states(reader), reader.record(CALL)) == (0, [], None)
    with visited.house.looking_back(rome("2999-01-01T00:00")) as reader:
        assert reader.position == visited.house.log.position()


def test_a_fold_leaves_checkpoints_behind_and_begins_at_the_nearest(
    visited: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_tables, "EVERY", 3)
    first, last = recorded_at(visited, 2), recorded_at(visited, 4)
    with visited.house.looking_back(last) as reader:
        assert states(reader) == ["arrived"]
    assert kept(visited)[Agenda.NAME] == [3, 6, 9, 12]
    read: list[int] = []
    monkeypatch.setattr(past_tables.PastTables, "_fold", _noting(read, past_tables.PastTables._fold))
    for instant, told in ((first, []), (last, ["arrived"])):
        with visited.house.looking_back(instant) as reader:
            reader.fill([Agenda])
            assert states(reader) == told
            assert reader.row("select count(*) as n from {agenda}") == {"n": 1}
    assert read == [11], "only what came after the checkpoint at 9"
    forget_checkpoints(visited.installation.database, visited.house.company_id)
    assert kept(visited) == {}


def test_a_look_at_a_little_later_folds_on(visited: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    first, last = recorded_at(visited, 2), recorded_at(visited, 4)
    with visited.house.looking_back(first) as reader:
        reader.fill([Agenda])
        assert states(reader) == []
        begun = reader.position
    read: list[int] = []
    monkeypatch.setattr(past_tables.PastTables, "_fold", _noting(read, past_tables.PastTables._fold))
    with visited.house.looking_back(last) as reader:
        assert states(reader) == ["arrived"]
        assert reader.position == max(read) > begun
    assert min(read) > begun, "only what was recorded in between"
    with visited.house.looking_back(first) as reader:
        assert (states(reader), reader.position) == ([], begun)


def _noting(read: list[int], fold: Any) -> Any:
    def noted(self: Any, models: Any, batch: Any) -> None:
        if Agenda in models:
            read.extend(stored.position for stored in batch)
        fold(self, models, batch)

    return noted


def test_the_background_copies_the_live_tables(visited: Company) -> None:
    visited.fold()
    database, registry, company_id = (
        visited.installation.database,
        visited.installation.registry,
        visited.house.company_id,
    )
    made = tend(database, registry, company_id, every=5)
    head = visited.house.log.position()
    assert made > 0
    assert kept(visited)[Agenda.NAME] == [head]
    assert Positions.NAME not in kept(visited)
    assert tend(database, registry, company_id, every=5) == 0
    visited.given(do("pause-call", call_id=CALL, reason="no-access"))
    with visited.house.looking_back() as reader:
        assert states(reader) == ["arrived"]
        (call,) = reader.rows("select status from {call}")
    assert call == visited.house.reader.row("select status from {call}")


def test_what_cannot_be_folded_is_left_out_with_what_follows_it(
    visited: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(model: ReadModel, fact: Any, rows: Any) -> None:
        raise ValueError("not this one")

    topic = visited.facts(CALL)[2].topic
    monkeypatch.setitem(Agenda.HANDLERS, topic, broken)
    with visited.house.looking_back() as reader:
        assert states(reader) == []
        (left_out,) = reader.left_out
        assert (left_out.model, left_out.topic, left_out.error) == ("agenda", topic, "ValueError('not this one')")
        assert reader.rows("select state from {agenda}") == [{"state": "planned"}]


def test_who_was_erased_is_gone_from_the_past_too(visited: Company) -> None:
    def name(reader: PastReader) -> str:
        (row,) = reader.rows("select name from {party}")
        return str(row["name"])

    then = recorded_at(visited, 1)
    with visited.house.looking_back(then) as reader:
        assert name(reader) == "Rossi Gilbo"
    visited.house.keys.destroy(ROSSI)
    with visited.house.looking_back(then) as reader:
        assert name(reader) == "[erased]"


def test_models_of_fleeting_data_are_never_kept() -> None:
    assert may_keep(Agenda)
    assert not may_keep(Positions)


@given(st.sets(st.integers(1, 5_000), max_size=80), st.integers(1, 200))
def test_thinning_keeps_the_newest_and_never_more_than_a_stretch_apart(positions: set[int], every: int) -> None:
    gone = set(thinned(sorted(positions), every))
    stays = positions - gone
    assert gone <= positions
    assert not positions or max(positions) in stays
    assert set(thinned(sorted(stays), every)) == set()
    for position in gone:
        assert any(position < other < position + 4 * every for other in stays)
