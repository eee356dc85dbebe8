"""Tables of the SLA board (livelli di servizio): all that a call's clocks follow from, and each clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from aggregates.call_values import Pause
from aggregates.coverage import ServiceTerms
from aggregates.rules.priority import Level
from aggregates.rules.service_level import Clock, business_minutes
from aggregates.service_clocks import RunningClock
from aggregates.values import Instant, Value
from projections.base import Row, Rows, Table

SLA_CALL = Table(
    "sla_call",
    {
        "call_id": "uuid", "party_id": "uuid", "site_id": "uuid", "contract_id": "uuid", "contract_line_id": "uuid",
        "technician_id": "uuid", "opened_at": "timestamptz", "starts_at": "timestamptz", "is_live": "boolean",
        "priority": "text", "blocked_because": "text", "terms": "jsonb", "pauses": "jsonb", "marks": "jsonb",
        "changes": "jsonb",
    },
    ("call_id",),
    (
        "opened_at, call_id where is_live",
        "opened_at, call_id where starts_at is null and is_live",
    ),
)  # fmt: skip
SLA_CLOCK = Table(
    "sla_clock",
    {
        "call_id": "uuid", "clock": "text", "party_id": "uuid", "contract_id": "uuid", "technician_id": "uuid",
        "priority": "text", "opened_at": "timestamptz", "starts_at": "timestamptz", "target_minutes": "integer",
        "due_at": "timestamptz", "stopped_at": "timestamptz", "void": "boolean", "paused_since": "timestamptz",
        "paused_minutes": "integer", "noted": "integer", "breached_at": "timestamptz", "next_percent": "integer",
        "next_at": "timestamptz",
    },
    ("call_id", "clock"),
    (
        "due_at, call_id, clock where stopped_at is null",
        "party_id, due_at, call_id, clock where stopped_at is null",
        "technician_id, due_at, call_id, clock where stopped_at is null",
        "due_at, call_id, clock where noted > 0 and stopped_at is null",
        "due_at, call_id, clock where breached_at is not null",
        "next_at where next_at is not null",
        "due_at, call_id, clock",
        "opened_at",
    ),
)  # fmt: skip


class Mark(Value):
    """What was recorded of one clock, whether or not the terms now measure it."""

    stopped_at: Instant | None = None
    is_void: bool = False
    stopped_as: Level | None = None
    """The priority when it stopped: another one later changes only targets still open (R6.2)."""
    noted: int = 0
    breached_at: Instant | None = None


def clock_of(call: Row, clock: Clock, stopped_at: datetime | None, terms: ServiceTerms | None = None) -> RunningClock:
    """A clock as the rules count it, from the rows of the board."""
    return RunningClock(
        call_id=call["call_id"],
        clock=clock,
        terms=terms or ServiceTerms.model_validate(call["terms"]),
        priority=Level(call["priority"]),
        opened_at=call["opened_at"],
        starts_at=call["starts_at"],
        pauses=pauses_of(call),
        stopped_at=stopped_at,
    )


def pauses_of(call: Row) -> tuple[Pause, ...]:
    return tuple(Pause.model_validate(pause) for pause in call["pauses"])


def stored(pauses: tuple[Pause, ...]) -> list[dict[str, Any]]:
    return [pause.model_dump(mode="json") for pause in pauses]


def mark_of(call: Row, clock: Clock) -> Mark:
    return Mark.model_validate(call["marks"].get(clock.value) or {})


def marked(row: Row, clocks: Iterable[Clock], **marks: Any) -> Row:
    told = {c.value: mark_of(row, c).model_copy(update=marks).model_dump(mode="json") for c in clocks}
    return {**row, "marks": {**row["marks"], **told}}


def count(rows: Rows, call: Row, clocks: Iterable[Clock]) -> None:
    """Put the clocks' rows as their call now makes them; one without a target or not started has none."""
    terms = ServiceTerms.model_validate(call["terms"])
    for clock in clocks:
        mark = mark_of(call, clock)
        then = {**call, "priority": mark.stopped_as or call["priority"]}
        row = _counted(then, clock_of(then, clock, mark.stopped_at, terms), mark) if call["starts_at"] else None
        if row is not None:
            rows.put(SLA_CLOCK, row)
        elif rows.get(SLA_CLOCK, call["call_id"], clock.value) is not None:
            rows.drop(SLA_CLOCK, call["call_id"], clock.value)


def _counted(call: Row, running: RunningClock, mark: Mark) -> Row | None:
    # A pause still running counts as just begun: how long it lasts is not known here.
    begun = running.paused_since or call["opened_at"]
    # A breach recorded stays on the board, also under terms that no longer measure its clock (R6.7).
    due_at = running.due_at(begun) or mark.breached_at
    if due_at is None:
        return None
    calendar = running.terms.calendar
    from_at = running.from_at
    paused = sum(
        business_minutes(calendar, max(slot.starts_at, from_at), slot.ends_at)
        for slot in running.pauses_until(begun)
        if slot.ends_at > from_at
    )
    names = ("call_id", "party_id", "contract_id", "technician_id", "priority", "opened_at", "starts_at")
    return {
        **{name: call[name] for name in names},
        "clock": running.clock.value,
        "target_minutes": running.target_minutes,
        "due_at": due_at,
        "stopped_at": mark.stopped_at,
        "void": mark.is_void,
        "paused_since": running.paused_since,
        "paused_minutes": paused,
        "noted": mark.noted,
        "breached_at": mark.breached_at,
        **_next(running, mark, begun),
    }


def _next(running: RunningClock, mark: Mark, begun: datetime) -> Row:
    """The first warning not yet recorded that the clock reached or will reach as things stand."""
    for percent in running.terms.warn_percents:
        if percent > mark.noted and not mark.is_void:
            reached_at = running.reached_at(percent, begun)
            return {"next_percent": percent if reached_at else None, "next_at": reached_at}
    return {"next_percent": None, "next_at": None}
