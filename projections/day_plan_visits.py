"""The visits that a day plan has to place (interventi da pianificare): opening hours, due times, parts in vans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from aggregates.appointment_values import AppointmentState, ProposedTime
from aggregates.business_calendar import at_town
from aggregates.rules.business_calendar import CalendarTerms, day_stretches
from aggregates.rules.day_plan_values import (
    HIGHEST_PRIORITY,
    Placement,
    PlanScope,
    PlanVisit,
    UnservedReason,
)
from aggregates.rules.distance import Point
from aggregates.rules.priority import Level
from aggregates.rules.service_level import Clock
from aggregates.rules.visit_times import USUAL_MINUTES
from aggregates.values import Slot
from projections.availability import days_slot
from projections.base import Reader, Row

MOST_VISITS = 500
PRIORITY = {Level.LOW: 20, Level.MEDIUM: 40, Level.HIGH: 70}
DUE_NOW = 20
"""What a due time within the planned days adds to a visit's priority."""
VISITS = """
select a.activity_id, a.call_id, a.skill, a.expected_minutes, c.priority, c.paused_for, c.site_id,
       s.latitude, s.longitude, s.town, s.calendar_code, p.state as appointment, p.alternatives
  from {agenda} a
  join {call} c on c.call_id = a.call_id
  left join {party_site} s on s.site_id = c.site_id
  left join {appointment} p on p.activity_id = a.activity_id
 where a.activity_id = any(%(movable)s)
    or (%(unassigned)s and a.state = 'planned' and a.mode = 'visit' and c.ended_at is null
        and (%(area)s::text is null or s.area = %(area)s))
 order by a.activity_id = any(%(movable)s) desc, c.opened_at, a.activity_id
 limit %(limit)s"""


def visits_to_place(reader: Reader, scope: PlanScope, movable: Mapping[UUID, Placement]) -> tuple[PlanVisit, ...]:
    """The visits that may be moved, and those that nobody has, the oldest calls first, five hundred at most."""
    asked = {"movable": list(movable), "unassigned": scope.unassigned, "area": scope.area, "limit": MOST_VISITS}
    rows = reader.rows(VISITS, asked)
    calls = list({row["call_id"] for row in rows})
    due, vans = _due(reader, calls), _vans(reader, calls)
    opening = _Opening(reader, scope)
    return tuple(_visit(row, movable.get(row["activity_id"]), due, vans, opening) for row in rows)


def _visit(
    row: Row,
    before: Placement | None,
    due: Mapping[UUID, list[Row]],
    vans: Mapping[UUID, UUID],
    opening: _Opening,
) -> PlanVisit:
    minutes = before.slot.minutes if before else row["expected_minutes"] or USUAL_MINUTES
    start_by = _start_by(due.get(row["call_id"], ()), minutes)
    latitude, longitude = row["latitude"], row["longitude"]
    is_known = latitude is not None and longitude is not None
    priority = PRIORITY[Level(row["priority"])]
    if start_by is not None and start_by < opening.ends_at:
        priority = min(HIGHEST_PRIORITY, priority + DUE_NOW)
    return PlanVisit(
        call_id=row["call_id"],
        activity_id=row["activity_id"],
        minutes=minutes,
        skill=row["skill"],
        place=Point(latitude=latitude, longitude=longitude) if is_known else None,
        windows=_offered(row, minutes) or opening.windows(row),
        start_by=start_by,
        priority=priority,
        only=vans.get(row["call_id"]),
        before=before,
        barred=UnservedReason.WAITING if row["paused_for"] and before is None else None,
    )


def _start_by(clocks: Sequence[Row], minutes: int) -> datetime | None:
    """The latest beginning that keeps every running clock: on site by then, restored and resolved when it ends."""
    latest = (
        row["due_at"] - (timedelta() if row["clock"] == Clock.ON_SITE else timedelta(minutes=minutes)) for row in clocks
    )
    return min(latest, default=None)


def _due(reader: Reader, calls: list[UUID]) -> dict[UUID, list[Row]]:
    rows = reader.rows(
        """select call_id, clock, due_at from {sla_clock}
            where call_id = any(%(calls)s) and clock = any(%(clocks)s)
              and stopped_at is null and paused_since is null and void is not true""",
        {"calls": calls, "clocks": [Clock.ON_SITE.value, Clock.RESTORE.value, Clock.RESOLVE.value]},
    )
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(row["call_id"], []).append(row)
    return found


def _vans(reader: Reader, calls: list[UUID]) -> dict[UUID, UUID]:
    """Whose van holds the parts promised to a call, where it is one technician's."""
    rows = reader.rows(
        """select r.record_id, w.technician_id from {stock_reservation} r
             join {stock_warehouse} w on w.warehouse_id = r.warehouse_id
            where r.record_id = any(%(calls)s) and w.kind = 'van' and w.technician_id is not null and r.quantity > 0
            group by 1, 2""",
        {"calls": calls},
    )
    whose: dict[UUID, set[UUID]] = {}
    for row in rows:
        whose.setdefault(row["record_id"], set()).add(row["technician_id"])
    return {call_id: min(found) for call_id, found in whose.items() if len(found) == 1}


def _offered(row: Row, minutes: int) -> tuple[Slot, ...] | None:
    """The times proposed to the customer that nobody has answered."""
    if row["appointment"] != AppointmentState.PROPOSED or not row["alternatives"]:
        return None
    slots = (ProposedTime.model_validate(one).slot for one in row["alternatives"])
    return tuple(
        Slot(starts_at=one.starts_at, ends_at=max(one.ends_at, one.starts_at + timedelta(minutes=minutes)))
        for one in slots
    )


class _Opening:
    """When sites with a calendar of their own are open on the planned days."""

    def __init__(self, reader: Reader, scope: PlanScope) -> None:
        rows = reader.rows("select code, versions, feasts from {business_calendar}")
        self._calendars = {row["code"]: row for row in rows}
        self._days = [scope.first_on + timedelta(days=n) for n in range((scope.last_on - scope.first_on).days + 1)]
        self._known: dict[tuple[str, str | None], tuple[Slot, ...] | None] = {}
        self.ends_at = days_slot(scope.first_on, scope.last_on).ends_at

    def windows(self, row: Row) -> tuple[Slot, ...] | None:
        """Its opening hours; None where no calendar says any."""
        code = row["calendar_code"]
        if code is None or code not in self._calendars:
            return None
        if (code, row["town"]) not in self._known:
            self._known[(code, row["town"])] = self._windows(self._calendars[code], row["town"])
        return self._known[(code, row["town"])]

    def _windows(self, calendar: Row, town: str | None) -> tuple[Slot, ...] | None:
        found: list[Slot] = []
        for day in self._days:
            begun = [v for v in calendar["versions"] if v["from_on"] is None or v["from_on"] <= day.isoformat()]
            terms = (
                at_town(CalendarTerms.model_validate(begun[-1]["terms"]), town, calendar["feasts"]) if begun else None
            )
            if terms is None or terms.always_open:
                return None
            found.extend(Slot(starts_at=opens, ends_at=closes) for opens, closes in day_stretches(terms, day))
        return tuple(found)
