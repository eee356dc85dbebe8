"""How service levels were kept (rispetto dei livelli di servizio): percent in time by clock, customer, month (R6.8)."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from aggregates.rules.priority import Level
from aggregates.rules.service_level import Clock
from aggregates.values import Instant
from projections.base import Ask, Page, Reader, Row, page
from projections.sla_views import STATE

Group = Literal["customer", "contract", "priority", "month"]


class AskAttainment(Ask):
    """Clocks of the calls opened from a day to another (Italian dates, both included)."""

    from_on: date
    to_on: date
    party_id: UUID | None = None
    at: Instant | None = None


def attainment(reader: Reader, ask: AskAttainment) -> dict[str, Any]:
    """Clocks met and breached, percent in time and minutes paused, by clock (R6.8)."""
    counted = reader.rows(
        f"""select clock, count(*) filter (where state = 'met')::integer as met,
                   count(*) filter (where state = 'breached')::integer as breached,
                   count(*) filter (where state in ('running', 'paused'))::integer as running,
                   sum(paused_minutes)::integer as paused_minutes
              from (select k.*, {STATE} as state from {{sla_clock}} k
                     where (k.opened_at at time zone 'Europe/Rome')::date between %(from_on)s and %(to_on)s
                       and (%(party_id)s::uuid is null or k.party_id = %(party_id)s)) as judged
             group by clock order by clock""",  # noqa: S608 - own words only, values are parameters
        ask.model_dump(),
    )
    return {"clocks": [{**row, "percent_in_time": _percent(row)} for row in counted]}


def _percent(row: Row) -> str | None:
    judged = row["met"] + row["breached"]
    return f"{100 * row['met'] / judged:.1f}" if judged else None


class AskReport(Page):
    """Clocks of the calls opened from a day to another (Italian dates, both included), in groups."""

    from_on: date
    to_on: date
    by: Group | None = None
    clock: Clock | None = None
    party_id: UUID | None = None
    contract_id: UUID | None = None
    priority: Level | None = None
    at: Instant | None = None


MONTH = "to_char(k.opened_at at time zone 'Europe/Rome', 'YYYY-MM')"
GROUPS: dict[Group | None, tuple[str, str]] = {
    None: ("''", "''"),
    "customer": ("k.party_id::text", "p.name"),
    "contract": ("k.contract_id::text", "n.number"),
    "priority": ("k.priority", "k.priority"),
    "month": (MONTH, MONTH),
}
"""What a group is known by, and what people call it."""


def service_level_report(reader: Reader, ask: AskReport) -> dict[str, Any]:
    """By group and clock: met, breached, still running, percent in time of what is decided, minutes paused (R6.8)."""
    key, name = GROUPS[ask.by]
    conditions = [
        f"k.{each} = %({each})s" for each in ("clock", "party_id", "contract_id", "priority") if getattr(ask, each)
    ]
    found = page(
        reader,
        ask,
        f"""select coalesce(k.key, '') as key, max(k.name) as name, k.clock,
                   count(*) filter (where k.state = 'met')::integer as met,
                   count(*) filter (where k.state = 'breached')::integer as breached,
                   count(*) filter (where k.state in ('running', 'paused'))::integer as running,
                   sum(k.paused_minutes)::integer as paused_minutes
              from (select {key} as key, {name} as name, k.clock, k.paused_minutes, {STATE} as state
                      from {{sla_clock}} k
                      left join {{party}} p on p.party_id = k.party_id
                      left join {{contract}} n on n.contract_id = k.contract_id
                     where k.opened_at >= %(from_on)s::date::timestamp at time zone 'Europe/Rome'
                       and k.opened_at < (%(to_on)s::date + 1)::timestamp at time zone 'Europe/Rome'
                       {"".join(f" and {each}" for each in conditions)}) k
             group by k.key, k.clock""",  # noqa: S608 - own words only, values are parameters
        order=("key", "clock"),
    )
    return {**found, "items": [{**row, "percent_in_time": _percent(row)} for row in found["items"]]}
