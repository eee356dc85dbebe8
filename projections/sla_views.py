"""What may be asked of the SLA board: clocks with their state and minutes left, one clock explained, what is due."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.rules.priority import Level
from aggregates.rules.service_level import Clock, business_minutes, clock_starts_at, overdue_minutes
from aggregates.values import Instant
from projections.base import Ask, Page, Reader, Row, page
from projections.sla_tables import clock_of

NOW = "coalesce(%(at)s::timestamptz, now())"
STATE = f"""case when k.void then 'cancelled'
                when k.breached_at is not null
                  or least(coalesce(k.stopped_at, {NOW}), coalesce(k.paused_since, {NOW})) > k.due_at
                then 'breached'
                when k.stopped_at is not null then 'met'
                when k.paused_since is not null then 'paused'
                else 'running' end"""


RUNNING = ("running", "paused")
SAID = ("clock", "call_id", "party_id", "contract_id", "technician_id", "priority")


class FindClocks(Page):
    """Service-level clocks, the first due first; those of live calls unless a state is asked for."""

    state: str | None = Field(default=None, examples=["running", "paused", "met", "breached", "cancelled"])
    clock: Clock | None = None
    call_id: UUID | None = None
    party_id: UUID | None = None
    contract_id: UUID | None = None
    technician_id: UUID | None = None
    priority: Level | None = None
    at_risk: bool = Field(default=False, description="Only clocks that run and have been warned of.")
    breached: bool = Field(default=False, description="Only clocks with a recorded breach, live or over.")
    due_before: Instant | None = None
    at: Instant | None = Field(default=None, description="As of this instant; now if left out.")


def find_clocks(reader: Reader, ask: FindClocks) -> dict[str, Any]:
    """The clocks with their state and the business minutes left, negative when overdue."""
    conditions = [f"k.{name} = %({name})s" for name in SAID if getattr(ask, name) is not None]
    # Written as the partial indexes are, so that a million calls that are over are never looked at.
    if ask.at_risk:
        conditions.append("k.noted > 0 and k.stopped_at is null")
    elif ask.breached:
        conditions.append("k.breached_at is not null")
    elif ask.state in RUNNING or (ask.state is None and ask.call_id is None):
        conditions.append("k.stopped_at is null")
    if ask.due_before is not None:
        conditions.append("k.due_at < %(due_before)s")
    if ask.state is not None:
        conditions.append(f"{STATE} = %(state)s")
    found = page(
        reader,
        ask,
        f"""select k.call_id, k.clock, k.opened_at, k.starts_at, k.target_minutes, k.due_at, k.stopped_at,
                   k.paused_since, k.paused_minutes, k.noted as noted_percent, k.breached_at, {STATE} as state,
                   {NOW} as now, m.terms, m.pauses, k.priority, c.number, c.fault, c.status, k.technician_id,
                   k.contract_id, p.name as party_name
              from {{sla_clock}} k
              join {{sla_call}} m on m.call_id = k.call_id
              left join {{call}} c on c.call_id = k.call_id
              left join {{party}} p on p.party_id = k.party_id
             where {" and ".join(conditions) or "true"}""",  # noqa: S608 - own words only, values are parameters
        order=("due_at", "call_id", "clock"),
    )
    return {**found, "items": [_shown(item) for item in found["items"]]}


def _shown(item: Row) -> Row:
    now = item["now"]
    running = clock_of(item, Clock(item["clock"]), item["stopped_at"])
    calendar, until = running.terms.calendar, item["stopped_at"] or now
    due_at = running.due_at(now) or item["due_at"]
    if until <= due_at:
        left = business_minutes(calendar, max(until, running.from_at), due_at, running.pauses_until(now))
    else:
        left = -overdue_minutes(calendar, due_at, until)
    shown = {name: value for name, value in item.items() if name not in ("terms", "pauses")}
    return {
        **shown,
        "due_at": due_at,
        "started_at": clock_starts_at(calendar, running.from_at),
        "remaining_minutes": left,
    }


class AskClock(Ask):
    """One clock of a call."""

    call_id: UUID
    clock: Clock
    at: Instant | None = Field(default=None, description="As of this instant; now if left out.")


def service_clock(reader: Reader, ask: AskClock) -> dict[str, Any] | None:
    """The clock with its terms, what was changed since, its pauses, and every stretch from its start to the due time.

    As text, for somebody who doubts it, at the same address with `.txt` behind.
    """
    found = find_clocks(reader, FindClocks(call_id=ask.call_id, clock=ask.clock, at=ask.at))["items"]
    call = reader.row("select * from {sla_call} where call_id = %(call_id)s", {"call_id": ask.call_id})
    if not found or call is None:
        return None
    running = clock_of({**call, "priority": found[0]["priority"]}, ask.clock, found[0]["stopped_at"])
    steps = [step.model_dump(mode="json") for step in running.explained(found[0]["now"])]
    told = {name: call[name] for name in ("terms", "pauses", "changes")}
    return {**found[0], **told, "is_delayed": running.from_at > running.opened_at, "steps": steps}


class AskDue(Ask):
    """Warnings and breaches that should have been recorded by an instant and are not."""

    at: Instant
    limit: int = Field(default=500, ge=1, le=5000)


def service_levels_due(reader: Reader, ask: AskDue) -> dict[str, Any]:
    """What the duty that watches service levels has to record, the oldest first."""
    waiting = reader.rows(
        """select k.call_id, k.clock, k.noted, k.stopped_at, m.terms, m.pauses, k.priority, m.opened_at, m.starts_at
             from {sla_clock} k join {sla_call} m on m.call_id = k.call_id
            where k.next_at < %(at)s order by k.next_at, k.call_id, k.clock limit %(limit)s""",
        ask.model_dump(),
    )
    return {"items": [due for row in waiting for due in _due(row, ask.at)], "more": len(waiting) == ask.limit}


def _due(row: Row, at: datetime) -> list[Row]:
    running = clock_of(row, Clock(row["clock"]), row["stopped_at"])
    found = []
    for percent in running.terms.warn_percents:
        reached_at = running.reached_at(percent, at) if percent > row["noted"] else None
        if reached_at is not None and reached_at < at:
            found.append({"call_id": row["call_id"], "clock": row["clock"], "percent": percent, "at": reached_at})
    return found
