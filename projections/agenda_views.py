"""The agenda by technician (agenda per risorsa): one row each, also without visits, with its days and their minutes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from aggregates.call_values import ActivityState
from aggregates.rules.visit_times import within_day
from aggregates.values import Slot
from projections.agenda import ABLE, AskAgenda, last_day, visits_of
from projections.base import Reader, Row


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
    shown = [one for one in technicians if one["active"] or one["technician_id"] in visits]
    return {
        "from_on": ask.from_on,
        "to_on": days[-1],
        "technicians": [_resource(one, visits.get(one["technician_id"], []), days) for one in shown],
    }


def _resource(technician: Row, visits: Sequence[Row], days: Sequence[date]) -> Row:
    return {**technician, "visits": list(visits), "days": [_day(visits, day) for day in days]}


def _day(visits: Sequence[Row], day: date) -> dict[str, Any]:
    """What lies on one Italian day: work and ways there, cut at its midnights; minutes still to come and done."""
    stretches = [stretch for visit in visits for stretch in _on(visit, day)]
    minutes = {"visit": 0, "travel": 0}
    for stretch in stretches:
        minutes[stretch["what"]] += stretch["minutes"]
    return {
        "on": day,
        "stretches": stretches,
        "visits": sum(stretch["what"] == "visit" for stretch in stretches),
        "visit_minutes": minutes["visit"],
        "travel_minutes": minutes["travel"],
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
