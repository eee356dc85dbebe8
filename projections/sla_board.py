"""The SLA board (livelli di servizio): every clock of every call, from its opening to its due time.

Due times are folded from the terms frozen on the call; `due_at` of a clock that stands still is as if it ran again at
the moment its pause began. What depends on the present (state, minutes left) is for the queries in `sla_views.py`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from aggregates.call import Call
from aggregates.call_facts import STOPS, stopped_by_work
from aggregates.call_values import Pause
from aggregates.coverage import Coverage, ServiceTerms
from aggregates.rules.priority import Level
from aggregates.rules.service_level import Clock, business_minutes
from aggregates.service_clocks import WARNINGS, RunningClock, ended
from projections.base import ReadModel, Row, Rows, Table, on

SLA_CALL = Table(
    "sla_call",
    {
        "call_id": "uuid", "party_id": "uuid", "opened_at": "timestamptz", "priority": "text", "runs": "boolean",
        "terms": "jsonb", "pauses": "jsonb",
    },
    ("call_id",),
)  # fmt: skip
SLA_CLOCK = Table(
    "sla_clock",
    {
        "call_id": "uuid", "clock": "text", "party_id": "uuid", "opened_at": "timestamptz",
        "target_minutes": "integer", "due_at": "timestamptz", "stopped_at": "timestamptz", "void": "boolean",
        "paused_since": "timestamptz", "paused_minutes": "integer", "noted": "integer", "breached_at": "timestamptz",
        "next_percent": "integer", "next_at": "timestamptz",
    },
    ("call_id", "clock"),
    (
        "due_at, call_id, clock where stopped_at is null",
        "next_at where next_at is not null",
        "due_at, call_id, clock",
    ),
)  # fmt: skip


class SlaBoard(ReadModel):
    """Every service-level clock of every call."""

    NAME = "sla_board"
    TABLES = (SLA_CALL, SLA_CLOCK)

    @on(Call.Opened)
    def opened(self, fact: Call.Opened, rows: Rows) -> None:
        """Clocks start with the call, unless the customer is blocked (R1.10)."""
        rows.put(
            SLA_CALL,
            {
                "call_id": fact.stream_id,
                "party_id": fact.party_id,
                "opened_at": fact.act.at,
                "priority": fact.priority.value,
                "pauses": [],
                **_terms(fact.coverage),
            },
        )
        _count_again(rows, fact.stream_id)

    @on(Call.PriorityChanged)
    def priority_changed(self, fact: Call.PriorityChanged, rows: Rows) -> None:
        """Targets still open are counted from the opening at the new priority (R6.2)."""
        rows.patch(SLA_CALL, fact.stream_id, priority=fact.priority.value)
        _count_again(rows, fact.stream_id)

    @on(Call.CoverageDecidedAgain)
    def coverage_decided_again(self, fact: Call.CoverageDecidedAgain, rows: Rows) -> None:
        """Other terms hold, from the opening."""
        rows.patch(SLA_CALL, fact.stream_id, **_terms(fact.coverage))
        _count_again(rows, fact.stream_id)

    @on(Call.TakenInCharge, Call.TechnicianAssigned, Call.Arrived, Call.Restored, Call.Closed)
    def stopped(self, fact: Any, rows: Rows) -> None:
        """Some clocks stop."""
        _stop(rows, fact.stream_id, fact.act.at, STOPS[type(fact).TOPIC])

    @on(Call.ActivityPerformed)
    def performed(self, fact: Call.ActivityPerformed, rows: Rows) -> None:
        """Work stops clocks when it begins."""
        _stop(rows, fact.stream_id, fact.performed.time.starts_at, stopped_by_work(fact.performed.mode))

    @on(Call.Cancelled)
    def cancelled(self, fact: Call.Cancelled, rows: Rows) -> None:
        """Clocks still running end without a result."""
        _stop(rows, fact.stream_id, fact.act.at, tuple(Clock), void=True)

    @on(Call.Reopened)
    def reopened(self, fact: Call.Reopened, rows: Rows) -> None:
        """Clocks without a result, and RESOLVE, run again without the time the call was over."""
        if fact.not_counted is not None:
            _add_pause(rows, fact.stream_id, Pause(reason=None, **fact.not_counted.model_dump()))
        for clock in Clock:
            row = rows.get(SLA_CLOCK, fact.stream_id, clock.value)
            if row is not None and (row["void"] or clock is Clock.RESOLVE):
                rows.put(SLA_CLOCK, {**row, "stopped_at": None, "void": False})
        _count_again(rows, fact.stream_id)

    @on(Call.Paused)
    def paused(self, fact: Call.Paused, rows: Rows) -> None:
        """Clocks that may stand still for this reason do."""
        _add_pause(rows, fact.stream_id, Pause(reason=fact.reason, starts_at=fact.act.at))
        _count_again(rows, fact.stream_id)

    @on(Call.Resumed)
    def resumed(self, fact: Call.Resumed, rows: Rows) -> None:
        """The due times move by the business minutes paused (R6.6)."""
        row = rows.get(SLA_CALL, fact.stream_id)
        if row is not None:
            rows.put(SLA_CALL, {**row, "pauses": _stored(ended(_pauses(row), fact.act.at))})
            _count_again(rows, fact.stream_id)

    @on(Call.ServiceLevelWarned)
    def warned(self, fact: Call.ServiceLevelWarned, rows: Rows) -> None:
        """A share of the target is used up."""
        _noted(rows, fact.stream_id, fact.clock, fact.percent)

    @on(Call.ServiceLevelBreached)
    def breached(self, fact: Call.ServiceLevelBreached, rows: Rows) -> None:
        """The due time passed; this stays, whatever is counted later (R6.7)."""
        rows.patch(SLA_CLOCK, fact.stream_id, fact.clock.value, breached_at=fact.due_at)
        _noted(rows, fact.stream_id, fact.clock, 100)


def clock_of(call: Row, clock: Clock, stopped_at: datetime | None) -> RunningClock:
    """A clock as the rules count it, from the rows of the board."""
    return RunningClock(
        call_id=call["call_id"],
        clock=clock,
        terms=ServiceTerms.model_validate(call["terms"]),
        priority=Level(call["priority"]),
        opened_at=call["opened_at"],
        pauses=_pauses(call),
        stopped_at=stopped_at,
    )


def _terms(coverage: Coverage) -> Row:
    return {"runs": coverage.starts_clocks, "terms": coverage.service.model_dump(mode="json")}


def _pauses(call: Row) -> tuple[Pause, ...]:
    return tuple(Pause.model_validate(pause) for pause in call["pauses"])


def _stored(pauses: tuple[Pause, ...]) -> list[dict[str, Any]]:
    return [pause.model_dump(mode="json") for pause in pauses]


def _add_pause(rows: Rows, call_id: UUID, pause: Pause) -> None:
    row = rows.get(SLA_CALL, call_id)
    if row is not None:
        rows.put(SLA_CALL, {**row, "pauses": _stored((*_pauses(row), pause))})


def _stop(rows: Rows, call_id: UUID, at: datetime, clocks: tuple[Clock, ...], *, void: bool = False) -> None:
    for clock in clocks:
        row = rows.get(SLA_CLOCK, call_id, clock.value)
        if row is not None and row["stopped_at"] is None:
            rows.put(SLA_CLOCK, {**row, "stopped_at": at, "void": void})
            _count(rows, call_id, clock)


def _noted(rows: Rows, call_id: UUID, clock: Clock, percent: int) -> None:
    row = rows.get(SLA_CLOCK, call_id, clock.value)
    if row is not None:
        rows.put(SLA_CLOCK, {**row, "noted": max(row["noted"], percent)})
        _count(rows, call_id, clock)


def _count_again(rows: Rows, call_id: UUID) -> None:
    for clock in Clock:
        _count(rows, call_id, clock)


def _count(rows: Rows, call_id: UUID, clock: Clock) -> None:
    """Put the clock's row as its call now makes it; a clock without a target or not started has none."""
    call = rows.get(SLA_CALL, call_id)
    if call is None:
        return
    known = rows.get(SLA_CLOCK, call_id, clock.value) or {"stopped_at": None, "void": False, "noted": 0}
    running = clock_of(call, clock, known["stopped_at"])
    # A pause still running counts as just begun: how long it lasts is not known here.
    begun = running.paused_since or call["opened_at"]
    due_at = running.due_at(begun) if call["runs"] else None
    if due_at is None:
        rows.drop(SLA_CLOCK, call_id, clock.value)
        return
    calendar = running.terms.calendar
    paused = sum(business_minutes(calendar, slot.starts_at, slot.ends_at) for slot in running.pauses_until(begun))
    rows.put(
        SLA_CLOCK,
        {
            **known,
            "call_id": call_id,
            "clock": clock.value,
            "party_id": call["party_id"],
            "opened_at": call["opened_at"],
            "target_minutes": running.target_minutes,
            "due_at": due_at,
            "paused_since": running.paused_since,
            "paused_minutes": paused,
            **_next(running, known["noted"], begun, void=known["void"]),
        },
    )


def _next(running: RunningClock, noted: int, begun: datetime, *, void: bool) -> Row:
    """The first warning not yet recorded that the clock reached or will reach as things stand."""
    for percent in WARNINGS:
        if percent > noted and not void:
            reached_at = running.reached_at(percent, begun)
            return {"next_percent": percent if reached_at else None, "next_at": reached_at}
    return {"next_percent": None, "next_at": None}
