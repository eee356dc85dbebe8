"""The agenda: who is where and when, by Italian days; planned against performed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.commands.calls import ASSIGNED, CALL, CUSTOMER, GINO, PINA, PLANNED, TECHNICIANS, VISIT, WORKED, opened, slot
from tests.dsl import Company, do

BEGUN = (*CUSTOMER, *TECHNICIANS, opened(), PLANNED)


def visits(company: Company, from_on: str, to_on: str | None = None, **filters: Any) -> list[dict[str, Any]]:
    """The visits of some days."""
    found: list[dict[str, Any]] = company.ask("agenda", from_on=from_on, to_on=to_on, **filters)["visits"]
    return found


def test_a_visit_is_on_its_technicians_day(company: Company) -> None:
    company.given(*BEGUN, ASSIGNED)
    (visit,) = visits(company, "2026-12-09", "2026-12-09", technician_id=GINO)
    assert (visit["state"], visit["number"], visit["town"], visit["technician_name"]) == (
        "assigned",
        "CH-2026-0001",
        "Milano",
        "Gino Bianchi",
    )
    assert visits(company, "2026-12-08", "2026-12-08") == []
    assert visits(company, "2026-12-09", technician_id=PINA) == []
    assert len(visits(company, "2026-12-07")) == 1


def test_a_day_begins_at_italian_midnight(company: Company) -> None:
    night = do("assign-technician", call_id=CALL, technician_id=GINO, slot=slot("2026-12-09T00:10", "2026-12-09T01:00"))
    company.given(*BEGUN, night)
    assert len(visits(company, "2026-12-09", "2026-12-09")) == 1
    assert visits(company, "2026-12-08", "2026-12-08") == []


def test_a_visit_over_two_days_is_on_both(company: Company) -> None:
    long = do("assign-technician", call_id=CALL, technician_id=GINO, slot=slot("2026-12-09T14:00", "2026-12-10T12:00"))
    company.given(*BEGUN, long)
    assert [len(visits(company, day, day)) for day in ("2026-12-08", "2026-12-09", "2026-12-10", "2026-12-11")] == [
        0,
        1,
        1,
        0,
    ]


def test_performed_stands_beside_planned(company: Company) -> None:
    company.given(*BEGUN, ASSIGNED, WORKED)
    (visit,) = visits(company, "2026-12-09")
    assert visit["state"] == "performed"
    assert (visit["planned_starts_at"].minute, visit["performed_starts_at"].minute, visit["starts_at"].minute) == (
        0,
        10,
        10,
    )
    assert (visit["travel_minutes"], str(visit["travel_km"])) == (35, "42.5")


def test_a_moved_visit_is_only_where_it_moved_to(company: Company) -> None:
    company.given(*BEGUN, ASSIGNED)
    moved = slot("2026-12-10T09:00", "2026-12-10T11:00")
    company.do("reassign-technician", call_id=CALL, activity_id=VISIT, technician_id=PINA, slot=moved)
    assert [visit["technician_id"] for visit in visits(company, "2026-12-07")] == [PINA]


def test_what_nobody_has_yet_is_to_be_planned(company: Company) -> None:
    company.given(*BEGUN, opened(call_id=uuid4(), at="2026-12-01T09:00"))
    (item,) = company.ask("unassigned-activities")["items"]
    assert (item["activity_id"], item["kind"], item["expected_minutes"]) == (VISIT, "repair", 90)
    company.given(ASSIGNED)
    assert company.ask("unassigned-activities")["items"] == []


def test_closing_takes_planned_visits_off(company: Company) -> None:
    company.given(*BEGUN, ASSIGNED, do("close-call", at="2026-12-07T09:00", call_id=CALL))
    assert visits(company, "2026-12-07") == []
