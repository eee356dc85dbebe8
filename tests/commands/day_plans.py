"""Places, technicians, calls and a planner: what the tests of day plans begin with."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from gateways.day_planner import DayPlanner
from gateways.solver import GreedySolver
from tests.commands.calls import CUSTOMER, FORLI, GINO, MILAN, PINA, ROSSI, opened, slot
from tests.dsl import Company, Do, do

PLAN = UUID("99999999-0000-0000-0000-000000000001")
DAY = "2026-12-14"
EVENING = "2026-12-11T18:00"
CESENA = UUID("11111111-0000-0000-0000-000000000003")
HOME: dict[str, Any] = {"starts_latitude": 44.2227, "starts_longitude": 12.0407}
PLACES = (
    *CUSTOMER,
    do("change-site", party_id=ROSSI, site_id=FORLI, latitude=44.23, longitude=12.05),
    do("change-site", party_id=ROSSI, site_id=MILAN, latitude=45.46, longitude=9.19),
    do(
        "add-site",
        party_id=ROSSI,
        site_id=CESENA,
        code="CE",
        name="Cesena",
        address={
            "street": "Corso Cavour 8",
            "postcode": "47521",
            "town": "Cesena",
            "latitude": 44.14,
            "longitude": 12.24,
        },
    ),
)
STAFF = (
    do("register-technician", technician_id=GINO, code="T1", name="Gino Bianchi", skills=[{"name": "GAS"}], **HOME),
    do("register-technician", technician_id=PINA, code="T2", name="Pina Neri", **HOME),
)


def call_id(n: int) -> UUID:
    """The n-th call."""
    return UUID(int=4000 + n)


def visit_id(n: int) -> UUID:
    """Its visit."""
    return UUID(int=5000 + n)


def asked_for(n: int, *, site_id: UUID = FORLI, minutes: int = 60, **fields: Any) -> tuple[Do, Do]:
    """A call with a visit that nobody has."""
    visit: dict[str, Any] = {"activity_id": visit_id(n), "kind": "repair", "minutes": minutes}
    if "skill" in fields:
        visit["skill"] = fields.pop("skill")
    return (
        opened(EVENING, call_id=call_id(n), site_id=site_id, **fields),
        do("plan-activity", at=EVENING, call_id=call_id(n), **visit),
    )


def on_agenda(n: int, begins: str, ends: str, technician_id: UUID = GINO, **fields: Any) -> Do:
    """It is on somebody's agenda on the day."""
    return do(
        "assign-technician",
        at=EVENING,
        call_id=call_id(n),
        activity_id=visit_id(n),
        technician_id=technician_id,
        slot=slot(f"{DAY}T{begins}", f"{DAY}T{ends}"),
        **fields,
    )


def proposed(**fields: Any) -> Do:
    """A plan for the day is asked for, the evening before."""
    said: dict[str, Any] = {"at": EVENING, "plan_id": PLAN, "on": DAY}
    return do("propose-day-plan", **said | fields)


def accepted(at: datetime | str = EVENING, **fields: Any) -> Do:
    """It is accepted."""
    said: dict[str, Any] = {"plan_id": PLAN}
    return do("accept-day-plan", at=at, **said | fields)


def make(company: Company) -> int:
    """What the planner does now."""
    company.fold()
    made = DayPlanner(GreedySolver()).tick(company.house)
    company.fold()
    return made


def plan(company: Company) -> dict[str, Any]:
    """The plan as people see it."""
    found: dict[str, Any] = company.ask("day-plan", plan_id=PLAN)
    return found


def changes(company: Company) -> dict[int, str]:
    """What the plan does with each visit."""
    return {one["activity_id"].int - 5000: one["change"] for one in plan(company)["items"]}


def agenda(company: Company) -> dict[int, tuple[UUID, datetime, datetime, int]]:
    """What stands on agendas of the day, by visit."""
    visits = company.ask("agenda", from_on=DAY, to_on=DAY, state="assigned")["visits"]
    return {
        one["activity_id"].int - 5000: (
            one["technician_id"],
            one["starts_at"],
            one["ends_at"],
            one["planned_travel_minutes"],
        )
        for one in visits
    }
