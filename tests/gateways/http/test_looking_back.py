"""Views as of the past over HTTP: as they were known, for those who may read histories."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from gateways.postgres.past_sessions import PastSessions
from tests.dsl import Company
from tests.gateways.http.test_commands import errors, problem
from tests.gateways.http.visitors import Visitor, visitor


@pytest.fixture
def then(manager: Visitor) -> str:
    """An instant at which one customer was known, and a second not yet."""
    manager.company.do("register-party", code="P1", name="Alfa", role="prospect")
    instant = datetime.now(UTC).isoformat()
    manager.company.do("register-party", code="P2", name="Zeta", role="prospect")
    return instant


def test_any_view_answers_as_of_the_past(manager: Visitor, then: str) -> None:
    assert len(manager.get("/parties").json()["data"]["items"]) == 2
    told = manager.get("/parties", known_at=then).json()
    assert [row["name"] for row in told["data"]["items"]] == ["Alfa"]
    assert told["past"]["position"] == manager.company.house.log.position() - 1
    assert told["past"]["left_out"] == []
    assert "past" not in manager.get("/parties").json()


def test_a_list_of_the_past_is_printed_with_its_instant(manager: Visitor, then: str) -> None:
    lines = manager.get("/parties", known_at=then, format="csv").text
    assert "Alfa" in lines
    assert "Zeta" not in lines
    assert manager.get("/parties", known_at=then, format="pdf").content.startswith(b"%PDF")


def test_who_may_not_read_histories_does_not_look_back(client: TestClient, company: Company) -> None:
    gino = visitor(client, company, "technician")
    assert gino.get("/activity-types").status_code == 200
    problem(gino.get("/activity-types", known_at="2026-09-01T00:00:00+02:00"), 403, "role-missing")


def test_what_cannot_be_asked_of_the_past_says_so(manager: Visitor, then: str) -> None:
    problem(manager.get("/search", text="alfa", known_at=then), 422, "past-not-searched")
    party_id = manager.get("/parties").json()["data"]["items"][0]["party_id"]
    problem(manager.get(f"/parties/{party_id}", known_at=then, as_of=then), 422, "as-of-twice")
    assert errors(manager.get("/parties", known_at="2026-09-01T00:00:00"))


def test_too_many_who_look_back_at_once_are_asked_to_wait(manager: Visitor, then: str) -> None:
    house, busy = manager.company.behind, _narrow(manager.company)
    mine, house._pasts = house._pasts, busy
    try:
        with house.looking_back():
            problem(manager.get("/parties", known_at=then), 503, "past-busy")
        assert manager.get("/parties", known_at=then).status_code == 200
    finally:
        house._pasts = mine
        busy.close()


def _narrow(company: Company) -> PastSessions:
    running = company.installation
    return PastSessions(running.database, running.registry, at_once=1, wait_s=0.05)
