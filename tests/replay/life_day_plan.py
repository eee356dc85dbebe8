"""Days planned by a solver in a company's life (piani della giornata): accepted in parts, rejected, failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aggregates.because import because
from aggregates.day_plan import DayPlan
from aggregates.rules.day_plan_ground import Ground
from aggregates.rules.day_plan_routes import solved_greedily
from commands.day_plan import FAIL, RECORD, FailDayPlan, RecordDayPlan
from tests.replay.living import Life, named


def made(life: Life, name: str, at: str) -> None:
    """What the planner does with a plan that was asked for."""
    plan = life.company.record(named(name))
    assert isinstance(plan, DayPlan)
    solution = solved_greedily(Ground(plan.problem))
    life.duty(RECORD, RecordDayPlan(plan_id=named(name), solution=solution), at)


def day_plans(life: Life) -> None:
    """Three plans for a technician's day in March: one accepted, one rejected, one that could not be made."""
    at = "2026-03-16T17:00"
    olmo: dict[str, Any] = {"technician_id": named("Olmo Casadei")}
    home = {"starts_latitude": 44.2227, "starts_longitude": 12.0407}
    life.do("register-technician", at, **olmo, code="T31", name="Olmo Casadei", **home)
    for n in (1, 2, 3):
        call = {"call_id": named(f"planned call {n}")}
        visit = {"activity_id": named(f"planned visit {n}")}
        life.do("open-call", at, **call, party_id=named("Rossi"), fault=f"Da pianificare {n}")
        life.do("plan-activity", at, **call, **visit, kind="visit", minutes=60)
    slot = {"starts_at": "2026-03-17T09:00:00+01:00", "ends_at": "2026-03-17T10:00:00+01:00"}
    first = {"call_id": named("planned call 1"), "activity_id": named("planned visit 1")}
    life.do("assign-technician", at, **first, **olmo, slot=slot, travel_minutes=5)
    second = {"call_id": named("planned call 2"), "activity_id": named("planned visit 2")}
    later = {"starts_at": "2026-03-17T15:00:00+01:00", "ends_at": "2026-03-17T16:00:00+01:00"}
    life.do("assign-technician", at, **second, **olmo, slot=later)
    life.do("confirm-appointment", at, **second)
    wish: dict[str, Any] = {"on": "2026-03-17", "technician_ids": [named("Olmo Casadei")]}
    life.do("propose-day-plan", "2026-03-16T18:00", plan_id=named("day plan"), **wish)
    made(life, "day plan", "2026-03-16T18:01")
    life.do("accept-day-plan", "2026-03-16T18:05", plan_id=named("day plan"), activity_ids=[named("planned visit 3")])
    life.do("propose-day-plan", "2026-03-16T18:10", plan_id=named("other day plan"), **wish)
    made(life, "other day plan", "2026-03-16T18:11")
    life.do("reject-day-plan", "2026-03-16T18:15", plan_id=named("other day plan"), reason="Resta com'è")
    from_at = "2026-03-17T08:00:00+01:00"
    life.do("replan-day", "2026-03-17T08:00", plan_id=named("failed day plan"), from_at=from_at)
    life.duty(FAIL, FailDayPlan(plan_id=named("failed day plan"), because=because("plan-died")), "2026-03-17T08:01")
    for n in (1, 2, 3):
        life.do("cancel-call", "2026-03-17T08:30", call_id=named(f"planned call {n}"), reason="Rimandata")


CHAPTERS: tuple[Callable[[Life], None], ...] = (day_plans,)
