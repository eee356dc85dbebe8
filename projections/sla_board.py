"""The SLA board (livelli di servizio): every clock of every call, from its start to its due time.

Due times are folded from the terms frozen on the call; `due_at` of a clock that stands still is as if it ran again at
the moment its pause began. What depends on the present (state, minutes left) is for the queries in `sla_views.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from aggregates.call import Call
from aggregates.call_facts import STOPS, stopped_by_work
from aggregates.call_values import Pause
from aggregates.coverage import Coverage
from aggregates.rules.priority import Level
from aggregates.rules.service_level import Clock
from aggregates.service_clocks import BREACH, corrected, ended, started
from projections.base import ReadModel, Row, Rows, on
from projections.sla_tables import SLA_CALL as SLA_CALL
from projections.sla_tables import SLA_CLOCK as SLA_CLOCK
from projections.sla_tables import count, mark_of, marked, pauses_of, stored


class SlaBoard(ReadModel):
    """Every service-level clock of every call."""

    NAME = "sla_board"
    TABLES = (SLA_CALL, SLA_CLOCK)

    @on(Call.Opened)
    def opened(self, fact: Call.Opened, rows: Rows) -> None:
        """Clocks start with the call, unless the customer is blocked (R1.10)."""
        row = {
            "call_id": fact.stream_id,
            "party_id": fact.party_id,
            "site_id": fact.site_id,
            "technician_id": None,
            "opened_at": fact.act.at,
            "starts_at": fact.act.at if fact.coverage.starts_clocks else None,
            "is_live": True,
            "priority": fact.priority.value,
            "pauses": [],
            "marks": {},
            "changes": [],
            **_terms(fact.coverage),
        }
        rows.put(SLA_CALL, row)
        count(rows, row, Clock)

    @on(Call.Identified)
    def identified(self, fact: Call.Identified, rows: Rows) -> None:
        """It is known whose call it is; the terms follow with the coverage."""
        rows.patch(SLA_CALL, fact.stream_id, party_id=fact.party_id, site_id=fact.site_id)
        for clock in rows.select(SLA_CLOCK, call_id=fact.stream_id):
            rows.put(SLA_CLOCK, {**clock, "party_id": fact.party_id})

    @on(Call.ClocksStarted)
    def started(self, fact: Call.ClocksStarted, rows: Rows) -> None:
        """The block ended: clocks start (R1.10)."""
        _change(rows, fact, {"kind": "started"}, starts_at=fact.act.at)

    @on(Call.PriorityChanged)
    def priority_changed(self, fact: Call.PriorityChanged, rows: Rows) -> None:
        """Targets still open are counted from their start at the new priority (R6.2)."""
        row = rows.get(SLA_CALL, fact.stream_id) or {}
        told = {"kind": "priority", "before": row.get("priority"), "after": fact.priority.value}
        _change(rows, fact, told, priority=fact.priority.value)

    @on(Call.CoverageDecidedAgain)
    def coverage_decided_again(self, fact: Call.CoverageDecidedAgain, rows: Rows) -> None:
        """Other terms hold, from the start; clocks that a block kept from starting start now."""
        row = rows.get(SLA_CALL, fact.stream_id)
        if row is not None:
            starts_at = started(row["starts_at"], row["opened_at"], fact.coverage, fact.act.at)
            told = {"kind": "terms", "before": row["terms"]["level"], "after": fact.coverage.service.level}
            _change(rows, fact, told, starts_at=starts_at, **_terms(fact.coverage))

    @on(Call.TakenInCharge, Call.TechnicianAssigned, Call.Arrived, Call.Restored, Call.Closed)
    def stopped(self, fact: Any, rows: Rows) -> None:
        """Some clocks stop."""
        if isinstance(fact, Call.TechnicianAssigned | Call.TakenInCharge):
            _given_to(rows, fact.stream_id, fact.technician_id)
        if isinstance(fact, Call.Closed):
            rows.patch(SLA_CALL, fact.stream_id, is_live=False)
        _stop(rows, fact.stream_id, fact.act.at, STOPS[type(fact).TOPIC])

    @on(Call.Reassigned)
    def reassigned(self, fact: Call.Reassigned, rows: Rows) -> None:
        """Another technician has it."""
        _given_to(rows, fact.stream_id, fact.technician_id)

    @on(Call.ActivityPerformed)
    def performed(self, fact: Call.ActivityPerformed, rows: Rows) -> None:
        """Work stops clocks when it begins."""
        _stop(rows, fact.stream_id, fact.performed.time.starts_at, stopped_by_work(fact.performed.mode))

    @on(Call.Cancelled)
    def cancelled(self, fact: Call.Cancelled, rows: Rows) -> None:
        """Clocks still running end without a result, and so does a pause."""
        row = rows.get(SLA_CALL, fact.stream_id)
        if row is not None:
            rows.put(SLA_CALL, {**row, "is_live": False, "pauses": stored(ended(pauses_of(row), fact.act.at))})
            _stop(rows, fact.stream_id, fact.act.at, Clock, void=True)

    @on(Call.Reopened)
    def reopened(self, fact: Call.Reopened, rows: Rows) -> None:
        """Clocks without a result, and RESOLVE, run again without the time the call was over."""
        row = rows.get(SLA_CALL, fact.stream_id)
        if row is None:
            return
        pauses = pauses_of(row)
        if fact.not_counted is not None:
            pauses = (*pauses, Pause(reason=None, **fact.not_counted.model_dump()))
        marks = {clock: mark_of(row, clock) for clock in Clock}
        again = {
            clock.value: mark.model_copy(update={"stopped_at": None, "is_void": False, "stopped_as": None})
            if mark.is_void or clock is Clock.RESOLVE
            else mark
            for clock, mark in marks.items()
        }
        told = {name: mark.model_dump(mode="json") for name, mark in again.items()}
        _change(rows, fact, None, is_live=True, pauses=stored(pauses), marks=told)

    @on(Call.Paused)
    def paused(self, fact: Call.Paused, rows: Rows) -> None:
        """Clocks that may stand still for this reason do."""
        row = rows.get(SLA_CALL, fact.stream_id)
        if row is not None:
            pauses = (*pauses_of(row), Pause(reason=fact.reason, starts_at=fact.act.at))
            _change(rows, fact, None, pauses=stored(pauses))

    @on(Call.Resumed)
    def resumed(self, fact: Call.Resumed, rows: Rows) -> None:
        """The due times move by the business minutes paused (R6.6)."""
        row = rows.get(SLA_CALL, fact.stream_id)
        if row is not None:
            _change(rows, fact, None, pauses=stored(ended(pauses_of(row), fact.act.at)))

    @on(Call.PauseCorrected)
    def pause_corrected(self, fact: Call.PauseCorrected, rows: Rows) -> None:
        """A pause was otherwise: due times are counted anew (R6.6)."""
        row = rows.get(SLA_CALL, fact.stream_id)
        if row is not None:
            pauses = corrected(pauses_of(row), fact.paused_at, fact.starts_at, fact.ends_at)
            told = {
                "kind": "pause",
                "before": fact.paused_at.isoformat(),
                "after": fact.starts_at.isoformat(),
                "until": fact.ends_at.isoformat() if fact.ends_at else None,
                "reason": fact.reason,
            }
            _change(rows, fact, told, pauses=stored(pauses))

    @on(Call.ServiceLevelWarned)
    def warned(self, fact: Call.ServiceLevelWarned, rows: Rows) -> None:
        """A share of the target is used up."""
        _noted(rows, fact.stream_id, fact.clock, fact.percent)

    @on(Call.ServiceLevelBreached)
    def breached(self, fact: Call.ServiceLevelBreached, rows: Rows) -> None:
        """The due time passed; this stays, whatever is counted later (R6.7)."""
        _noted(rows, fact.stream_id, fact.clock, BREACH, breached_at=fact.due_at)


def _terms(coverage: Coverage) -> Row:
    is_blocked = not coverage.starts_clocks
    return {
        "contract_id": coverage.contract_id,
        "contract_line_id": coverage.contract_line_id,
        "blocked_because": (coverage.because.code if coverage.because else "blocked") if is_blocked else None,
        "terms": coverage.service.model_dump(mode="json"),
    }


def _change(rows: Rows, fact: Any, told: Row | None, **columns: Any) -> None:
    """Change the call's row, keep what is told of it for explanations, and count its clocks again."""
    row = rows.get(SLA_CALL, fact.stream_id)
    if row is None:
        return
    changes = [*row["changes"], {"at": fact.act.at.isoformat(), "by": fact.act.by, **told}] if told else row["changes"]
    row = {**row, **columns, "changes": changes}
    rows.put(SLA_CALL, row)
    count(rows, row, Clock)


def _given_to(rows: Rows, call_id: UUID, technician_id: UUID | None) -> None:
    row = rows.get(SLA_CALL, call_id)
    if row is None or technician_id in (None, row["technician_id"]):
        return
    rows.put(SLA_CALL, {**row, "technician_id": technician_id})
    for clock in Clock:  # nothing else of a clock depends on who comes
        if mark_of(row, clock).stopped_at is None:
            rows.patch(SLA_CLOCK, call_id, clock.value, technician_id=technician_id)


def _stop(rows: Rows, call_id: UUID, at: datetime, clocks: Iterable[Clock], *, void: bool = False) -> None:
    row = rows.get(SLA_CALL, call_id)
    if row is None:
        return
    running = [clock for clock in clocks if mark_of(row, clock).stopped_at is None]
    row = marked(row, running, stopped_at=at, is_void=void, stopped_as=Level(row["priority"]))
    rows.put(SLA_CALL, row)
    count(rows, row, running)


def _noted(rows: Rows, call_id: UUID, clock: Clock, percent: int, **marks: Any) -> None:
    row = rows.get(SLA_CALL, call_id)
    if row is not None:
        row = marked(row, [clock], noted=max(mark_of(row, clock).noted, percent), **marks)
        rows.put(SLA_CALL, row)
        count(rows, row, [clock])
