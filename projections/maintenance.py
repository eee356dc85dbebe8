"""Maintenance plans and what became of their services (manutenzione programmata).

Only what is recorded has rows; what is due by itself is derived when asked, in `maintenance_machines.py`.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.call import Call
from aggregates.maintenance_course import NO_REASON, MaintenanceCourse
from aggregates.maintenance_plan import MaintenancePlan, after_change, after_resuming
from aggregates.maintenance_terms import PlanVersion, Suspension
from aggregates.rules.maintenance_due import OccurrenceState
from projections.base import ReadModel, Row, Rows, Table, on

PLAN = Table(
    "maintenance_plan",
    {
        "plan_id": "uuid", "code": "text", "name": "text", "starts_on": "date", "ends_on": "date",
        "versions": "jsonb", "suspensions": "jsonb", "defined_at": "timestamptz",
    },
    ("plan_id",),
)  # fmt: skip
COURSE = Table("maintenance_course", {"course_id": "uuid", "plan_id": "uuid", "serial_item_id": "uuid"}, ("course_id",))
OCCURRENCE = Table(
    "maintenance_occurrence",
    {
        "plan_id": "uuid", "serial_item_id": "uuid", "key": "text", "rule": "text", "nominal_on": "date",
        "due_on": "date", "earliest_on": "date", "latest_on": "date", "state": "text", "attempt": "integer",
        "call_id": "uuid", "made_at": "timestamptz", "ended_on": "date", "reason": "text",
        "because": "jsonb",
    },
    ("plan_id", "serial_item_id", "key"),
    ("due_on", "call_id where call_id is not null", "made_at where made_at is not null"),
)  # fmt: skip
CALL = Table(
    "maintenance_call",
    {
        "call_id": "uuid", "plan_id": "uuid", "technician_id": "uuid", "others": "jsonb", "starts_at": "text",
        "minutes": "integer", "unassigned": "jsonb",
    },
    ("call_id",),
)  # fmt: skip


class Maintenance(ReadModel):
    """Plans, and what is recorded of their services."""

    NAME = "maintenance"
    TABLES = (PLAN, COURSE, OCCURRENCE, CALL)

    @on(MaintenancePlan.Defined)
    def defined(self, fact: MaintenancePlan.Defined, rows: Rows) -> None:
        """A plan appears."""
        version = PlanVersion(from_on=fact.starts_on, terms=fact.terms)
        rows.put(
            PLAN,
            {
                "plan_id": fact.stream_id,
                **fact.model_dump(include={"code", "name", "starts_on", "ends_on"}),
                "versions": [version.model_dump(mode="json")],
                "suspensions": [],
                "defined_at": fact.act.at,
            },
        )

    @on(MaintenancePlan.TermsChanged)
    def terms_changed(self, fact: MaintenancePlan.TermsChanged, rows: Rows) -> None:
        """Other terms from a day on."""
        known = tuple(PlanVersion.model_validate(each) for each in (rows.get(PLAN, fact.stream_id) or {})["versions"])
        changed = after_change(known, fact.from_on, fact.terms)
        rows.patch(PLAN, fact.stream_id, versions=[each.model_dump(mode="json") for each in changed])

    @on(MaintenancePlan.Suspended)
    def suspended(self, fact: MaintenancePlan.Suspended, rows: Rows) -> None:
        """The plan makes nothing."""
        known = (rows.get(PLAN, fact.stream_id) or {})["suspensions"]
        one = Suspension(from_on=fact.from_on, reason=fact.reason).model_dump(mode="json")
        rows.patch(PLAN, fact.stream_id, suspensions=[*known, one])

    @on(MaintenancePlan.Resumed)
    def resumed(self, fact: MaintenancePlan.Resumed, rows: Rows) -> None:
        """The plan goes on."""
        row = rows.get(PLAN, fact.stream_id) or {}
        known = tuple(Suspension.model_validate(each) for each in row["suspensions"])
        over = [each.model_dump(mode="json") for each in after_resuming(known, fact.from_on)]
        rows.patch(PLAN, fact.stream_id, suspensions=over)

    @on(MaintenancePlan.Ended)
    def ended(self, fact: MaintenancePlan.Ended, rows: Rows) -> None:
        """The plan has a last day."""
        rows.patch(PLAN, fact.stream_id, ends_on=fact.last_on)

    @on(MaintenanceCourse.Begun)
    def begun(self, fact: MaintenanceCourse.Begun, rows: Rows) -> None:
        """A machine has services under a plan."""
        rows.put(COURSE, {"course_id": fact.stream_id, **fact.model_dump(include={"plan_id", "serial_item_id"})})

    @on(MaintenanceCourse.OccurrenceGenerated)
    def generated(self, fact: MaintenanceCourse.OccurrenceGenerated, rows: Rows) -> None:
        """A call was made."""
        told = fact.model_dump(include={"earliest_on", "latest_on", "attempt", "call_id"})
        _put(rows, fact, fact.due_on, state=OccurrenceState.PLANNED, **NO_REASON, made_at=fact.act.at, **told)

    @on(MaintenanceCourse.OccurrenceHeld)
    def held(self, fact: MaintenanceCourse.OccurrenceHeld, rows: Rows) -> None:
        """A block keeps it back."""
        because = fact.because
        told = {"reason": because.italian, "because": because.model_dump()} if because else {"reason": fact.reason}
        _put(rows, fact, fact.due_on, state=OccurrenceState.HELD, **{**NO_REASON, **told})

    @on(MaintenanceCourse.OccurrenceSkipped)
    def skipped(self, fact: MaintenanceCourse.OccurrenceSkipped, rows: Rows) -> None:
        """It is left out."""
        told = {**NO_REASON, "reason": fact.reason, "ended_on": fact.due_on}
        _put(rows, fact, fact.due_on, state=OccurrenceState.SKIPPED, **told)

    @on(MaintenanceCourse.OccurrencePostponed)
    def postponed(self, fact: MaintenanceCourse.OccurrencePostponed, rows: Rows) -> None:
        """It is due on another day, with its tolerance."""
        row, by = _row(rows, fact), fact.to_on - fact.due_on
        moved = {name: row[name] + by for name in ("earliest_on", "latest_on") if row.get(name) is not None}
        _put(rows, fact, fact.to_on, **{**NO_REASON, "reason": fact.reason}, **moved)

    @on(MaintenanceCourse.OccurrenceDone)
    def done(self, fact: MaintenanceCourse.OccurrenceDone, rows: Rows) -> None:
        """It was done."""
        rows.patch(OCCURRENCE, *_key(rows, fact), state=OccurrenceState.DONE.value, ended_on=fact.done_on)

    @on(MaintenanceCourse.OccurrenceReturned)
    def returned(self, fact: MaintenanceCourse.OccurrenceReturned, rows: Rows) -> None:
        """It is due again."""
        again = {**NO_REASON, "reason": fact.reason, "call_id": None}
        rows.patch(OCCURRENCE, *_key(rows, fact), state=OccurrenceState.DUE.value, **again)

    @on(MaintenanceCourse.OccurrenceReopened)
    def reopened(self, fact: MaintenanceCourse.OccurrenceReopened, rows: Rows) -> None:
        """It is not done yet."""
        rows.patch(OCCURRENCE, *_key(rows, fact), state=OccurrenceState.PLANNED.value, ended_on=None)

    @on(Call.Opened)
    def opened(self, fact: Call.Opened, rows: Rows) -> None:
        """The call of a plan, and who should go."""
        if fact.maintenance is not None:
            told = fact.maintenance.model_dump(mode="json", include={"starts_at", "minutes", "others", "unassigned"})
            told |= fact.maintenance.model_dump(include={"plan_id", "technician_id"})
            rows.put(CALL, {"call_id": fact.stream_id, **told})


def _key(rows: Rows, fact: Any) -> tuple[UUID, UUID, str]:
    course = rows.get(COURSE, fact.stream_id)
    assert course is not None
    return course["plan_id"], course["serial_item_id"], fact.key


def _row(rows: Rows, fact: Any) -> Row:
    return rows.get(OCCURRENCE, *_key(rows, fact)) or {}


def _put(rows: Rows, fact: Any, due_on: Any, **columns: Any) -> None:
    plan_id, serial_item_id, key = _key(rows, fact)
    known = _row(rows, fact) or {"state": OccurrenceState.DUE.value, "attempt": 0}
    told = {"plan_id": plan_id, "serial_item_id": serial_item_id, "key": key, "due_on": due_on}
    named = {"rule": fact.rule, "nominal_on": fact.nominal_on}
    rows.put(OCCURRENCE, {**known, **told, **named, **{k: getattr(v, "value", v) for k, v in columns.items()}})
