"""Service levels: the due times of scenario S12 through commands and views, and why each is what it is."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from aggregates.values import ROME
from tests.commands.calls import (
    ASSIGNED,
    CALL,
    CUSTOMER,
    FORLI,
    GINO,
    MILAN,
    PINA,
    PLANNED,
    REPORTED,
    TECHNICIANS,
    WORKED,
    opened,
    rome,
)
from tests.contract_steps import tick
from tests.dsl import Company, do

PART_WAITS = {"waiting_part_pauses": True}
TAKEN = do("take-charge", at="2026-12-04T17:00", call_id=CALL)


def clock(company: Company, name: str, at: str = "2026-12-04T17:30", **fields: Any) -> dict[str, Any]:
    """One clock of the call at an Italian time."""
    found: dict[str, Any] = company.ask("service-clock", call_id=CALL, clock=name, at=rome(at), **fields)
    return found


def due(company: Company, name: str, at: str = "2026-12-04T17:30") -> str:
    """When a clock is due, in Italian time."""
    return str(clock(company, name, at)["due_at"].astimezone(ROME).strftime("%Y-%m-%d %H:%M"))


@pytest.mark.parametrize(
    ("opened_at", "site", "name", "expected"),
    [
        ("2026-12-04T16:45", MILAN, "response", "2026-12-09 11:15"),
        ("2026-12-04T16:45", MILAN, "resolve", "2026-12-10 16:45"),
        ("2026-12-04T16:45", FORLI, "response", "2026-12-07 11:15"),
        ("2027-10-01T17:00", FORLI, "response", "2027-10-05 11:30"),
        ("2024-10-03T17:00", FORLI, "response", "2024-10-04 11:30"),
    ],
)
def test_due_times_of_s12(company: Company, opened_at: str, site: object, name: str, expected: str) -> None:
    company.given(*CUSTOMER, opened(at=opened_at, site_id=site))
    assert due(company, name, opened_at) == expected


@pytest.mark.parametrize(
    ("opened_at", "expected"),
    [("2026-10-24T22:00+02:00", "2026-10-25 05:00"), ("2026-03-28T22:00+01:00", "2026-03-29 07:00")],
)
def test_always_open_counts_absolute_hours_across_the_change_of_the_clock(
    company: Company, opened_at: str, expected: str
) -> None:
    service = {"calendar": {"always_open": True}, "medium": {"response_minutes": 480}}
    company.given(*CUSTOMER, opened(at=opened_at, service=service))
    assert due(company, "response") == expected
    assert clock(company, "resolve") is None


def test_a_pause_moves_the_due_time_by_its_business_minutes(company: Company) -> None:
    """Peers, row 21: 300 minutes of working time, not the 19.5 hours of the wall clock."""
    company.given(*CUSTOMER, opened(service={**PART_WAITS, "calendar": {"patron_town": "Milano"}}))
    company.given(do("pause-call", at="2026-12-09T15:00", call_id=CALL, reason="waiting-part"))
    paused = clock(company, "resolve", "2026-12-09T18:00")
    assert (paused["state"], paused["paused_since"]) == ("paused", rome("2026-12-09T15:00"))
    company.given(do("resume-call", at="2026-12-10T10:30", call_id=CALL))
    assert due(company, "resolve") == "2026-12-11 12:15"
    resumed = clock(company, "resolve", "2026-12-10T10:30")
    assert (resumed["state"], resumed["paused_minutes"]) == ("running", 300)


def test_response_never_pauses(company: Company) -> None:
    company.given(*CUSTOMER, opened(), do("pause-call", at="2026-12-04T17:00", call_id=CALL, reason="no-access"))
    assert clock(company, "response")["state"] == "running"
    assert clock(company, "resolve")["state"] == "paused"
    assert clock(company, "response", "2026-12-09T11:16")["state"] == "breached"
    assert clock(company, "resolve", "2026-12-30T11:16")["state"] == "paused"


@pytest.mark.parametrize(
    ("at", "state", "left"),
    [
        ("2026-12-04T16:45", "running", 240),
        ("2026-12-05T12:00", "running", 165),
        ("2026-12-09T11:15", "running", 0),
        ("2026-12-09T11:25", "breached", -10),
        ("2026-12-09T14:10", "breached", -85),
    ],
)
def test_minutes_left_are_working_minutes_and_can_say_late(company: Company, at: str, state: str, left: int) -> None:
    """Peers, row 23: a clock that is late says so, with a negative number."""
    company.given(*CUSTOMER, opened())
    found = clock(company, "response", at)
    assert (found["state"], found["remaining_minutes"]) == (state, left)


def test_clocks_stop_with_what_they_measure(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, opened(), TAKEN, PLANNED, ASSIGNED, WORKED)
    at = "2026-12-09T12:00"
    assert clock(company, "response", at)["stopped_at"] == rome("2026-12-04T17:00")
    assert clock(company, "on-site", at)["stopped_at"] == rome("2026-12-09T09:10")
    assert [clock(company, name, at)["state"] for name in ("response", "on-site", "restore", "resolve")] == [
        "met",
        "met",
        "running",
        "running",
    ]
    company.given(do("restore-service", at="2026-12-09T10:40", call_id=CALL))
    assert clock(company, "restore", at)["stopped_at"] == rome("2026-12-09T10:40")
    company.given(REPORTED, do("close-call", at="2026-12-09T12:10", call_id=CALL))
    assert clock(company, "resolve", at)["state"] == "met"


def test_a_reopened_call_counts_without_the_time_it_was_closed(company: Company) -> None:
    company.given(*CUSTOMER, opened(), do("close-call", at="2026-12-09T09:30", call_id=CALL))
    company.given(do("reopen-call", at="2026-12-09T10:30", call_id=CALL, reason="Perde ancora"))
    assert due(company, "resolve", "2026-12-09T10:30") == "2026-12-10 17:45"
    assert clock(company, "response", "2026-12-20T10:30")["state"] == "met"


def test_a_cancelled_call_has_no_result_and_runs_again_when_reopened(company: Company) -> None:
    company.given(*CUSTOMER, opened(), do("cancel-call", at="2026-12-09T09:30", call_id=CALL, reason="Risolto"))
    assert {item["state"] for item in company.ask("sla-board", call_id=CALL)["items"]} == {"cancelled"}
    company.given(do("reopen-call", at="2026-12-09T10:30", call_id=CALL, reason="Perde ancora"))
    assert due(company, "response", "2026-12-09T10:30") == "2026-12-09 12:15"


def test_another_priority_counts_from_the_opening(company: Company) -> None:
    company.given(*CUSTOMER, opened())
    company.given(do("change-priority", at="2026-12-04T17:00", call_id=CALL, priority="high"))
    assert due(company, "response") == "2026-12-09 09:15"


def test_priority_changed_during_a_pause_keeps_the_pause(company: Company) -> None:
    """Peers, row 22."""
    company.given(*CUSTOMER, opened(), do("pause-call", at="2026-12-09T09:00", call_id=CALL, reason="no-access"))
    company.given(do("change-priority", at="2026-12-09T10:00", call_id=CALL, priority="high"))
    company.given(do("resume-call", at="2026-12-09T11:00", call_id=CALL))
    assert due(company, "resolve", "2026-12-09T11:00") == "2026-12-10 09:15"


def test_a_clock_explains_itself(company: Company) -> None:
    company.given(*CUSTOMER, opened())
    found = clock(company, "response")
    assert sum(step["minutes"] for step in found["steps"] if step["kind"] == "counted") == 240
    assert [step["reason"] for step in found["steps"] if step["kind"] == "closed"] == [
        "Sant'Ambrogio",
        "Immacolata Concezione",
    ]
    assert found["terms"]["calendar"]["patron_town"] == "Milano"
    assert company.ask("service-clock", call_id=uuid4(), clock="response") is None


def test_the_board_lists_what_is_due_first(company: Company) -> None:
    company.given(*CUSTOMER, opened(), opened(call_id=uuid4(), site_id=FORLI), TAKEN)
    items = company.ask("sla-board", clock="response", at=rome("2026-12-04T17:30"))["items"]
    assert [(item["number"], item["state"]) for item in items] == [("CH-2026-0002", "running")]
    met = company.ask("sla-board", state="met", at=rome("2026-12-04T17:30"))["items"]
    assert [(item["number"], item["clock"]) for item in met] == [("CH-2026-0001", "response")]
    soon = company.ask("sla-board", due_before=rome("2026-12-07T12:00"), at=rome("2026-12-04T17:30"))["items"]
    assert [(item["number"], item["clock"]) for item in soon] == [("CH-2026-0002", "response")]


def test_attainment_by_clock(company: Company) -> None:
    company.given(*CUSTOMER, opened(), opened(call_id=uuid4()), TAKEN)
    december = {"from_on": "2026-12-01", "to_on": "2026-12-31", "at": rome("2026-12-10T12:00")}
    found = company.ask("service-level-attainment", **december)
    response = next(row for row in found["clocks"] if row["clock"] == "response")
    assert (response["met"], response["breached"], response["percent_in_time"]) == (1, 1, "50.0")


def breached_board(company: Company) -> None:
    """Call 1 is Gino's and low, taken in time; call 2 is high and nobody's, and its response is late."""
    company.given(*CUSTOMER, *TECHNICIANS, opened(priority="low"), TAKEN, PLANNED, ASSIGNED)
    company.given(opened(call_id=uuid4(), priority="high"))
    tick(company, "watch-service-levels", "2026-12-10T08:00")


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"technician_id": GINO}, {"CH-2026-0001"}),
        ({"technician_id": PINA}, set()),
        ({"priority": "high"}, {"CH-2026-0002"}),
        ({"priority": "medium"}, set()),
        ({"breached": True, "clock": "response"}, {"CH-2026-0002"}),
        ({"at_risk": True, "clock": "response"}, {"CH-2026-0002"}),
        ({"contract_id": uuid4()}, set()),
        ({"technician_id": GINO, "priority": "high"}, set()),
    ],
)
def test_the_board_is_narrowed(company: Company, asked: dict[str, Any], numbers: set[str]) -> None:
    breached_board(company)
    found = company.ask("sla-board", at=rome("2026-12-10T08:00"), **asked)["items"]
    assert {one["number"] for one in found} == numbers


def test_the_report_by_group_and_narrowed(company: Company) -> None:
    breached_board(company)
    days = {"from_on": "2026-12-01", "to_on": "2026-12-31", "clock": "response", "at": rome("2026-12-10T08:00")}
    by_priority = {one["key"]: one for one in company.ask("service-level-report", by="priority", **days)["items"]}
    assert {key: (one["met"], one["breached"], one["percent_in_time"]) for key, one in by_priority.items()} == {
        "low": (1, 0, "100.0"),
        "high": (0, 1, "0.0"),
    }
    (month,) = company.ask("service-level-report", by="month", **days)["items"]
    assert (month["key"], month["percent_in_time"]) == ("2026-12", "50.0")
    (low,) = company.ask("service-level-report", priority="low", **days)["items"]
    assert (low["met"], low["breached"]) == (1, 0)
    assert company.ask("service-level-report", party_id=uuid4(), **days)["items"] == []
    before = {**days, "from_on": "2026-11-01", "to_on": "2026-12-03"}
    assert company.ask("service-level-report", **before)["items"] == []
