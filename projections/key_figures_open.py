"""Key figures of open calls and clocks (arretrato, livelli di servizio): attainment and backlog, down to calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import Field

from aggregates.rules.key_figures import AGE_NAMES, age_band, percent
from aggregates.rules.service_level import Clock
from aggregates.values import Instant
from projections.base import Page, Reader, Row
from projections.key_figure_calls import (
    DIMENSIONS,
    JOINS,
    TODAY,
    WHOSE,
    Group,
    Period,
    Whose,
    chosen,
    listed,
    summed,
    with_key,
)
from projections.sla_views import STATE


class Attainment(Page, Period):
    """Clocks of the calls opened in some days, judged now or at an instant."""

    by: Group = "month"
    clock: Clock | None = None
    at: Instant | None = None


CLOCKS = f"""
select k.call_id, c.number as call_number, c.fault, m.opened_on, k.clock, k.due_at, k.stopped_at, k.paused_minutes,
       k.technician_id, t.name as technician, {STATE} as state, {DIMENSIONS}
  from {{sla_clock}} k join {{mart_call}} m on m.call_id = k.call_id join {{call}} c on c.call_id = k.call_id {JOINS}
  left join {{technician}} t on t.technician_id = k.technician_id
 where (%(clock)s::text is null or k.clock = %(clock)s)
   and (%(from_on)s::date is null or m.opened_on >= %(from_on)s)
   and (%(to_on)s::date is null or m.opened_on <= %(to_on)s) {WHOSE}"""  # noqa: S608 - own words only
STATES = ("met", "breached", "running", "paused", "cancelled")


def attainment(reader: Reader, ask: Attainment) -> dict[str, Any]:
    """By group and clock: `met` in percent of the decided, which are met and breached (R6.8).

    Clocks still running, paused while we wait for others, and those of cancelled calls are counted apart.
    """
    return summed(ask, _clocks(reader, ask), ask.by, "opened_on", _attained, ("clock",))


class AttainmentCalls(Attainment):
    """The clocks behind the attainment."""

    key: str | None = Field(default=None, description="A `key` of attainment; left out, all.")
    state: str | None = None


def attainment_calls(reader: Reader, ask: AttainmentCalls) -> dict[str, Any]:
    """Each clock with its call and what became of it."""
    names = (
        "call_id", "call_number", "fault", "customer_id", "customer", "technician_id", "technician", "priority",
        "opened_on", "clock", "due_at", "stopped_at", "paused_minutes", "state",
    )  # fmt: skip
    rows = with_key(_clocks(reader, ask), ask.by, ask.key, "opened_on")
    shown = [{name: row[name] for name in names} for row in rows if ask.state in (None, row["state"])]
    return listed(ask, shown, ("opened_on", "call_id", "clock"), names)


def _clocks(reader: Reader, ask: Attainment) -> list[Row]:
    return chosen(reader.rows(CLOCKS, ask.model_dump(), replan=True), ask)


def _attained(rows: Sequence[Row]) -> Row:
    found = Counter(row["state"] for row in rows)
    judged = found["met"] + found["breached"]
    return {"judged": judged, **{each: found[each] for each in STATES}, "percent": percent(found["met"], judged)}


class Backlog(Page, Whose):
    """Calls open at the end of a day; left out, now."""

    by: Group = "customer"
    on: date | None = None


OPEN = f"""
select m.call_id, c.number as call_number, c.fault, c.status, m.opened_on, c.technician_id, t.name as technician,
       c.paused_for, coalesce(%(on)s::date, {TODAY}) as today, m.is_maintenance, {DIMENSIONS}
  from {{mart_call}} m join {{call}} c on c.call_id = m.call_id {JOINS}
  left join {{technician}} t on t.technician_id = c.technician_id
 where m.opened_on <= coalesce(%(on)s::date, {TODAY})
   and (c.ended_at is null or (c.ended_at at time zone 'Europe/Rome')::date > %(on)s::date) {WHOSE}
"""  # noqa: S608 - own words only


def backlog(reader: Reader, ask: Backlog) -> dict[str, Any]:
    """By group: open calls by their age in days, and the oldest; services by plan are counted apart among them.

    A call that was closed by the day and opened again later counts as open on it; as it was known at that day, it does
    not: ask with `known_at`.
    """
    return summed(ask, _open(reader, ask), ask.by, "opened_on", _aged)


class BacklogCalls(Backlog):
    """The calls behind the backlog."""

    key: str | None = Field(default=None, description="A `key` of backlog; left out, all.")
    band: str | None = Field(default=None, description="A band of age.", examples=list(AGE_NAMES))


def backlog_calls(reader: Reader, ask: BacklogCalls) -> dict[str, Any]:
    """Each open call with its age in days."""
    names = (
        "call_id", "call_number", "fault", "status", "paused_for", "customer_id", "customer", "technician_id",
        "technician", "priority", "is_maintenance", "opened_on", "days", "band",
    )  # fmt: skip
    rows = with_key(_open(reader, ask), ask.by, ask.key, "opened_on")
    shown = [{name: row[name] for name in names} for row in rows if ask.band in (None, row["band"])]
    return listed(ask, shown, ("opened_on", "call_id"), names)


def _open(reader: Reader, ask: Backlog) -> list[Row]:
    rows = chosen(reader.rows(OPEN, ask.model_dump(), replan=True), ask)
    return [
        {**row, "days": (row["today"] - row["opened_on"]).days, "band": age_band(row["opened_on"], row["today"])}
        for row in rows
    ]


def _aged(rows: Sequence[Row]) -> Row:
    found = Counter(row["band"] for row in rows)
    bands = {f"days_{name.replace('-', '_').replace('+', '_and_more')}": found[name] for name in AGE_NAMES}
    oldest = max((row["days"] for row in rows), default=0)
    return {
        "calls": len(rows),
        "maintenance": sum(row["is_maintenance"] for row in rows),
        **bands,
        "oldest_days": oldest,
    }
