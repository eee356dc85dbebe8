"""Day plans as people see them (piani della giornata): what each would change, visit by visit, and what it gains."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.day_plan import DayPlan, PlanState
from aggregates.rules.day_plan_values import Placement, change_of
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page

PLAN = Table(
    "day_plan",
    {
        "plan_id": "uuid", "first_on": "date", "last_on": "date", "begins_at": "timestamptz", "replan": "boolean",
        "state": "text", "asked_at": "timestamptz", "asked_by": "text", "solver": "text", "technicians": "integer",
        "visits": "integer", "before": "jsonb", "after": "jsonb", "reason": "text", "because": "jsonb",
        "decided_at": "timestamptz", "decided_by": "text",
    },
    ("plan_id",),
    ("first_on, plan_id", "asked_at where state = 'asked'"),
)  # fmt: skip
VISIT = Table(
    "day_plan_visit",
    {
        "plan_id": "uuid", "activity_id": "uuid", "call_id": "uuid", "minutes": "integer", "skill": "text",
        "start_by": "timestamptz", "change": "text", "reason": "text", "accepted": "boolean",
        "before_technician_id": "uuid", "before_starts_at": "timestamptz", "before_ends_at": "timestamptz",
        "before_travel_minutes": "integer", "technician_id": "uuid", "starts_at": "timestamptz",
        "ends_at": "timestamptz", "travel_minutes": "integer", "travel_km": "numeric", "late_minutes": "integer",
    },
    ("plan_id", "activity_id"),
    ("activity_id",),
)  # fmt: skip
FIXED = Table(
    "day_plan_fixed",
    {
        "plan_id": "uuid", "activity_id": "uuid", "technician_id": "uuid", "starts_at": "timestamptz",
        "ends_at": "timestamptz", "why": "text",
    },
    ("plan_id", "activity_id"),
)  # fmt: skip


class DayPlans(ReadModel):
    """Every plan that was asked for, with its visits before and after, and those that it leaves alone."""

    NAME = "day_plans"
    TABLES = (PLAN, VISIT, FIXED)

    @on(DayPlan.Asked)
    def asked(self, fact: DayPlan.Asked, rows: Rows) -> None:
        """A plan is wanted."""
        problem = fact.problem
        rows.put(
            PLAN,
            {
                "plan_id": fact.stream_id,
                "first_on": problem.first_on,
                "last_on": problem.last_on,
                "begins_at": problem.begins_at,
                "replan": fact.replan,
                "state": PlanState.ASKED.value,
                "asked_at": fact.act.at,
                "asked_by": fact.act.by,
                "technicians": len(problem.technicians),
                "visits": len(problem.visits),
            },
        )
        for visit in problem.visits:
            named = visit.model_dump(include={"activity_id", "call_id", "minutes", "skill", "start_by"})
            rows.put(VISIT, {"plan_id": fact.stream_id, "accepted": False, **named, **_before(visit.before)})
        for one in problem.fixed:
            kept = {"activity_id": one.activity_id, "technician_id": one.technician_id, "why": one.why.value}
            rows.put(FIXED, {"plan_id": fact.stream_id, **kept, **dict(one.slot)})

    @on(DayPlan.Solved)
    def solved(self, fact: DayPlan.Solved, rows: Rows) -> None:
        """It was made."""
        plan = fact.solution
        told = {"before": plan.before.model_dump(mode="json"), "after": plan.after.model_dump(mode="json")}
        rows.patch(PLAN, fact.stream_id, state=PlanState.SOLVED.value, solver=plan.solver, **told)
        for one in plan.visits:
            after = one.model_dump(include={"technician_id", "travel_minutes", "travel_km", "late_minutes"})
            change = change_of(_placement(rows.get(VISIT, fact.stream_id, one.activity_id)), one)
            rows.patch(VISIT, fact.stream_id, one.activity_id, change=change.value, **after, **dict(one.slot))
        for left in plan.unserved:
            change = change_of(_placement(rows.get(VISIT, fact.stream_id, left.activity_id)), None)
            rows.patch(VISIT, fact.stream_id, left.activity_id, change=change.value, reason=left.reason.value)

    @on(DayPlan.Failed)
    def failed(self, fact: DayPlan.Failed, rows: Rows) -> None:
        """It could not be made."""
        rows.patch(PLAN, fact.stream_id, state=PlanState.FAILED.value, **_why(fact))

    @on(DayPlan.Accepted)
    def accepted(self, fact: DayPlan.Accepted, rows: Rows) -> None:
        """Visits of it are on agendas."""
        _decide(rows, fact, PlanState.ACCEPTED, None)
        for activity_id in fact.activity_ids:
            rows.patch(VISIT, fact.stream_id, activity_id, accepted=True)

    @on(DayPlan.Rejected)
    def rejected(self, fact: DayPlan.Rejected, rows: Rows) -> None:
        """Nobody wants it."""
        _decide(rows, fact, PlanState.REJECTED, fact.reason)


def _why(fact: DayPlan.Failed) -> Row:
    if fact.because is None:
        return {"reason": fact.reason}
    return {"reason": fact.because.italian, "because": fact.because.model_dump()}


def _decide(rows: Rows, fact: DayPlan.Event, state: PlanState, reason: str | None) -> None:
    decided = {"decided_at": fact.act.at, "decided_by": fact.act.by, "reason": reason}
    rows.patch(PLAN, fact.stream_id, state=state.value, **decided)


def _before(before: Placement | None) -> Row:
    if before is None:
        return {}
    return {
        "before_technician_id": before.technician_id,
        "before_starts_at": before.slot.starts_at,
        "before_ends_at": before.slot.ends_at,
        "before_travel_minutes": before.travel_minutes,
    }


def _placement(row: Row | None) -> Placement | None:
    if row is None or row["before_technician_id"] is None:
        return None
    slot = {"starts_at": row["before_starts_at"], "ends_at": row["before_ends_at"]}
    told = {"technician_id": row["before_technician_id"], "travel_minutes": row["before_travel_minutes"]}
    return Placement.model_validate({**told, "slot": slot})


class FindDayPlans(Page):
    """Plans, the latest days first."""

    state: PlanState | None = None


def find_day_plans(reader: Reader, ask: FindDayPlans) -> dict[str, Any]:
    """How far each plan has come, and its sums before and after."""
    return page(
        reader,
        ask,
        "select * from {day_plan} where (%(state)s::text is null or state = %(state)s)",
        order=("-first_on", "-plan_id"),
    )


class DayPlanSheet(Ask):
    """One plan."""

    plan_id: UUID


def day_plan_sheet(reader: Reader, ask: DayPlanSheet) -> dict[str, Any] | None:
    """The plan with every visit, where it was and where it would go, by technician and time; left out ones last."""
    plan = reader.row("select * from {day_plan} where plan_id = %(plan_id)s", ask.model_dump())
    if plan is None:
        return None
    visits = reader.rows(
        """select v.*, c.number, c.fault, p.name as party_name, s.name as site_name, s.town,
                  t.name as technician_name, b.name as before_technician_name
             from {day_plan_visit} v
             left join {call} c on c.call_id = v.call_id
             left join {party} p on p.party_id = c.party_id
             left join {party_site} s on s.site_id = c.site_id
             left join {technician} t on t.technician_id = v.technician_id
             left join {technician} b on b.technician_id = v.before_technician_id
            where v.plan_id = %(plan_id)s
            order by t.name, v.starts_at, v.activity_id""",
        ask.model_dump(),
    )
    fixed = reader.rows(
        """select f.*, t.name as technician_name from {day_plan_fixed} f
             left join {technician} t on t.technician_id = f.technician_id
            where f.plan_id = %(plan_id)s order by t.name, f.starts_at, f.activity_id""",
        ask.model_dump(),
    )
    counts: dict[str, int] = {}
    for visit in visits:
        if visit["change"] is not None:
            counts[visit["change"]] = counts.get(visit["change"], 0) + 1
    return {**plan, "changes": counts, "items": visits, "fixed": fixed}


def plans_to_make(reader: Reader) -> list[UUID]:
    """The plans that wait for a solver, the oldest question first."""
    rows = reader.rows("select plan_id from {day_plan} where state = 'asked' order by asked_at, plan_id")
    return [row["plan_id"] for row in rows]
