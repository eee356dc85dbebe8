"""Planned against performed (previsto e consuntivo): activity by activity, and summed by technician, day or call."""

from __future__ import annotations

from datetime import date, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.rules.business_calendar import local_instant
from aggregates.values import Instant
from projections.base import Page, Reader, Row, page


class PlanOutcome(StrEnum):
    """What became of a plan."""

    PERFORMED = "performed"
    UNPLANNED = "unplanned"
    """Performed without being on an agenda."""
    NOT_PERFORMED = "not_performed"
    """Its time passed, or the call ended after it should have begun."""
    DROPPED = "dropped"
    """The call ended before its time."""
    AHEAD = "ahead"


class SumBy(StrEnum):
    """What is summed up together."""

    TECHNICIAN = "technician"
    DAY = "day"
    CALL = "call"


class FindPlannedPerformed(Page):
    """Activities by the day they were planned on, or performed when they were not; Italian dates, both included."""

    from_on: date
    to_on: date
    technician_id: UUID | None = None
    call_id: UUID | None = None
    kind: str | None = None
    outcome: PlanOutcome | None = None
    at: Instant | None = Field(default=None, description="As of this instant; now if left out.")


class SumPlannedPerformed(FindPlannedPerformed):
    """The same, summed up."""

    by: SumBy = SumBy.TECHNICIAN


_LISTED = """
    select a.activity_id, a.visit_id, a.call_id, a.kind, a.mode, a.state, a.helper,
           coalesce(a.planned_technician_id, a.technician_id) as technician_id, a.technician_id as done_by,
           a.planned_starts_at, a.planned_ends_at, a.performed_starts_at, a.performed_ends_at, a.arrived_at,
           coalesce(a.planned_starts_at, a.performed_starts_at) as starts_at,
           (coalesce(a.planned_starts_at, a.performed_starts_at) at time zone 'Europe/Rome')::date as on_day,
           (extract(epoch from a.planned_ends_at - a.planned_starts_at) / 60)::integer as planned_minutes,
           case when a.performed_starts_at is not null then greatest(0,
               (extract(epoch from a.performed_ends_at - a.performed_starts_at) / 60)::integer
               - coalesce(a.pause_minutes, 0)) end as performed_minutes,
           a.planned_travel_minutes,
           case when a.performed_starts_at is not null then a.travel_minutes end as performed_travel_minutes,
           (extract(epoch from coalesce(least(a.arrived_at, a.performed_starts_at), a.performed_starts_at)
               - a.planned_starts_at) / 60)::integer as late_minutes,
           case when a.state = 'performed' and a.planned_starts_at is not null then 'performed'
                when a.state = 'performed' then 'unplanned'
                when a.state = 'dropped' and a.dropped_at <= a.planned_starts_at then 'dropped'
                when a.state = 'dropped' or a.planned_ends_at <= coalesce(%(at)s::timestamptz, now())
                then 'not_performed'
                else 'ahead' end as outcome
      from {agenda} a
     where (a.planned_starts_at is not null or a.performed_starts_at is not null)
       and coalesce(a.planned_starts_at, a.performed_starts_at) >= %(begins)s
       and coalesce(a.planned_starts_at, a.performed_starts_at) < %(ends)s
       and (%(technician_id)s::uuid is null or %(technician_id)s in (a.planned_technician_id, a.technician_id))
       and (%(call_id)s::uuid is null or a.call_id = %(call_id)s)
       and (%(kind)s::text is null or a.kind = %(kind)s)"""
_CHOSEN = f"""
    select l.*, t.name as technician_name, c.number, c.fault, p.name as party_name,
           l.performed_minutes - l.planned_minutes as difference_minutes
      from ({_LISTED}) l
      left join {{technician}} t on t.technician_id = l.technician_id
      left join {{call}} c on c.call_id = l.call_id
      left join {{party}} p on p.party_id = c.party_id
     where %(outcome)s::text is null or l.outcome = %(outcome)s"""  # noqa: S608 - own words only
_KEYS = {
    SumBy.TECHNICIAN: "coalesce(l.technician_id::text, '')",
    SumBy.DAY: "l.on_day::text",
    SumBy.CALL: "l.call_id::text",
}
_NAMES = {SumBy.TECHNICIAN: "max(l.technician_name)", SumBy.DAY: "max(l.on_day)::text", SumBy.CALL: "max(l.number)"}


def find_planned_performed(reader: Reader, ask: FindPlannedPerformed) -> dict[str, Any]:
    """Each activity with minutes planned and performed, the difference, and how late its technician came."""
    return page(reader, ask, _CHOSEN, order=("starts_at", "activity_id"), **_days(ask))


def sum_planned_performed(reader: Reader, ask: SumPlannedPerformed) -> dict[str, Any]:
    """The totals of each technician, day or call, and of everything.

    `planned_minutes` are of all that was planned and is no longer ahead or dropped; `difference_minutes` compares only
    what was both planned and performed.
    """
    found = page(
        reader,
        ask,
        f"""select {_KEYS[ask.by]} as key, {_NAMES[ask.by]} as name, {_SUMS}
              from ({_CHOSEN}) l group by 1""",  # noqa: S608 - own words only
        order=("key",),
        **_days(ask),
    )
    return {**found, "total": _total(reader, ask)}


_SUMS = """
    count(*) as activities,
    count(*) filter (where l.outcome = 'performed') as performed,
    count(*) filter (where l.outcome = 'unplanned') as unplanned,
    count(*) filter (where l.outcome = 'not_performed') as not_performed,
    count(*) filter (where l.outcome = 'dropped') as dropped,
    count(*) filter (where l.outcome = 'ahead') as ahead,
    coalesce(sum(l.planned_minutes) filter (where l.outcome in ('performed', 'not_performed')), 0) as planned_minutes,
    coalesce(sum(l.performed_minutes), 0) as performed_minutes,
    coalesce(sum(l.performed_travel_minutes), 0) as performed_travel_minutes,
    coalesce(sum(l.difference_minutes), 0) as difference_minutes,
    count(*) filter (where l.late_minutes > 0) as late,
    coalesce(max(greatest(l.late_minutes, 0)), 0) as latest_minutes,
    coalesce(sum(greatest(l.late_minutes, 0)), 0) as late_minutes"""


def _total(reader: Reader, ask: SumPlannedPerformed) -> Row:
    whole = reader.row(f"select {_SUMS} from ({_CHOSEN}) l", {**ask.model_dump(), **_days(ask)})  # noqa: S608 - own words only
    assert whole is not None
    return whole


def _days(ask: FindPlannedPerformed) -> dict[str, Any]:
    begins = local_instant(ask.from_on, time(0))
    return {"begins": begins, "ends": local_instant(ask.to_on + timedelta(days=1), time(0))}
