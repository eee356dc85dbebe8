"""The agenda by technician (agenda per risorsa): one row each, also without visits, with its days and their minutes.

Of absences it tells when, and whether they are approved; what for is told by the list of absences, to whoever plans.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from aggregates.call_values import ActivityState
from aggregates.rules.business_calendar import local_instant
from aggregates.rules.visit_times import within_day
from aggregates.values import Slot
from projections.agenda import ABLE, AskAgenda, last_day, visits_of
from projections.base import Reader, Row

OTHERS = """
select technician_id, absence_id as record_id, 'absent' as what, approved, starts_at, ends_at
  from {absence_slot}
 where starts_at < %(ends)s and ends_at > %(begins)s
   and (%(technician_id)s::uuid is null or technician_id = %(technician_id)s)
 union all
select technician_id, duty_id, 'on_call', true, starts_at, ends_at
  from {on_call_duty}
 where starts_at < %(ends)s and ends_at > %(begins)s
   and (%(technician_id)s::uuid is null or technician_id = %(technician_id)s)
 order by 5, 2"""


class AskResources(AskAgenda):
    """Technicians and their days, from a day to another (Italian dates, both included; a week without an end)."""


def agenda_by_technician(reader: Reader, ask: AskResources) -> dict[str, Any]:
    """A row for each technician who works here, and for whoever has visits on the days, with the parts on each day."""
    days = tuple(ask.from_on + timedelta(days=n) for n in range((last_day(ask) - ask.from_on).days + 1))
    visits: dict[UUID, list[Row]] = defaultdict(list)
    for visit in visits_of(reader, ask):
        visits[visit["technician_id"]].append(visit)
    technicians = reader.rows(
        f"""select t.technician_id, t.code, t.name, t.external, t.areas, t.skills, t.active
              from {{technician}} t
             where (%(technician_id)s::uuid is null or t.technician_id = %(technician_id)s) and {ABLE}
             order by t.name, t.technician_id""",  # noqa: S608 - own words only
        ask.model_dump(),
    )
    others = _others(reader, ask, days)
    shown = [one for one in technicians if one["active"] or one["technician_id"] in visits]
    return {
        "from_on": ask.from_on,
        "to_on": days[-1],
        "technicians": [
            _resource(one, visits.get(one["technician_id"], []), others.get(one["technician_id"], []), days)
            for one in shown
        ],
    }


def _others(reader: Reader, ask: AskResources, days: Sequence[date]) -> dict[UUID, list[Row]]:
    """Absences and duties on call that touch the days, by technician and time."""
    asked = {
        "technician_id": ask.technician_id,
        "begins": local_instant(days[0], time(0)),
        "ends": local_instant(days[-1] + timedelta(days=1), time(0)),
    }
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in reader.rows(OTHERS, asked):
        found[row["technician_id"]].append(row)
    return found


def _resource(technician: Row, visits: Sequence[Row], others: Sequence[Row], days: Sequence[date]) -> Row:
    return {**technician, "visits": list(visits), "days": [_day(visits, others, day) for day in days]}


def _day(visits: Sequence[Row], others: Sequence[Row], day: date) -> dict[str, Any]:
    """What lies on one Italian day, cut at its midnights: work, ways there, absences, duty; the minutes of each."""
    stretches = [stretch for visit in visits for stretch in _on(visit, day)]
    minutes = {"visit": 0, "travel": 0, "absent": 0, "on_call": 0}
    for other in others:
        part = within_day(Slot(starts_at=other["starts_at"], ends_at=other["ends_at"]), day)
        if part is not None:
            told = {name: other[name] for name in ("what", "record_id", "approved")}
            stretches.append({**told, **dict(part), "minutes": part.minutes})
    for stretch in stretches:
        minutes[stretch["what"]] += stretch["minutes"] if stretch.get("approved", True) else 0
    return {
        "on": day,
        "stretches": stretches,
        "visits": sum(stretch["what"] == "visit" for stretch in stretches),
        "visit_minutes": minutes["visit"],
        "travel_minutes": minutes["travel"],
        "absent_minutes": minutes["absent"],
        "on_call_minutes": minutes["on_call"],
    }


def _on(visit: Row, day: date) -> list[dict[str, Any]]:
    leaves_at, starts_at, ends_at = visit["leaves_at"], visit["starts_at"], visit["ends_at"]
    parts = [("visit", starts_at, ends_at)]
    if visit["state"] != ActivityState.PERFORMED and leaves_at is not None and leaves_at < starts_at:
        parts.insert(0, ("travel", leaves_at, starts_at))
    cut = [(what, within_day(Slot(starts_at=begins, ends_at=ends), day)) for what, begins, ends in parts]
    return [
        {"what": what, "activity_id": visit["activity_id"], **dict(part), "minutes": part.minutes}
        for what, part in cut
        if part is not None
    ]
