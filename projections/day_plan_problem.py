"""The question of a day plan (problema del piano): free time, fixed visits and visits to place, read from the views."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from aggregates.rules.availability import free_time, within
from aggregates.rules.business_calendar import local_instant
from aggregates.rules.day_plan_values import (
    FixedVisit,
    PinReason,
    Placement,
    PlanProblem,
    PlanScope,
    PlanTechnician,
    WorkDay,
)
from aggregates.rules.distance import Point
from aggregates.values import Slot
from projections.availability import TechnicianTime, days_slot, times_of
from projections.base import Reader, Row
from projections.commitments import REACH_DAYS
from projections.day_plan_visits import visits_to_place

ON_AGENDAS = """
select a.activity_id, a.call_id, a.technician_id, a.mode, a.skill, a.state, a.starts_at, a.ends_at, a.visit_id,
       coalesce(a.leaves_at, a.starts_at) as leaves_at, a.override, c.site_id, s.latitude, s.longitude,
       coalesce(p.unconfirmed, true) as unconfirmed,
       exists (select 1 from {agenda} b
                where b.visit_id = a.activity_id and b.state in ('assigned', 'arrived')) as several
  from {agenda} a
  join {call} c on c.call_id = a.call_id
  left join {party_site} s on s.site_id = c.site_id
  left join {appointment} p on p.activity_id = a.activity_id
 where a.technician_id = any(%(technicians)s) and a.state in ('assigned', 'arrived', 'performed')
   and a.starts_at >= %(begins)s::timestamptz - make_interval(days => %(reach)s)
   and a.starts_at < %(ends)s::timestamptz + make_interval(days => 1)
   and coalesce(a.leaves_at, a.starts_at) < %(ends)s and a.ends_at > %(begins)s
 order by a.starts_at, a.activity_id"""


def day_plan_problem(reader: Reader, scope: PlanScope) -> PlanProblem:
    """See `Lookups.day_plan_problem`."""
    staff = _staff(reader, scope)
    ids = [row["technician_id"] for row in staff]
    whole = days_slot(scope.first_on, scope.last_on)
    rows = reader.rows(
        ON_AGENDAS, {"technicians": ids, "begins": whole.starts_at, "ends": whole.ends_at, "reach": REACH_DAYS}
    )
    pins = {row["activity_id"]: _pin(row, scope, whole) for row in rows}
    movable = [row for row in rows if pins[row["activity_id"]] is None]
    fixed = [row for row in rows if pins[row["activity_id"]] is not None]
    times = times_of(reader, ids, scope.first_on, scope.last_on)
    return PlanProblem(
        first_on=scope.first_on,
        last_on=scope.last_on,
        begins_at=scope.begins_at,
        technicians=tuple(_technician(row, times[row["technician_id"]], fixed, scope) for row in staff),
        fixed=tuple(_fixed(row, pins[row["activity_id"]]) for row in fixed if row["mode"] == "visit"),
        visits=visits_to_place(reader, scope, {row["activity_id"]: _placement(row) for row in movable}),
        terms=scope.terms,
    )


def _staff(reader: Reader, scope: PlanScope) -> list[Row]:
    return reader.rows(
        """select technician_id, skills, starts_latitude as latitude, starts_longitude as longitude
             from {technician}
            where active and (%(technicians)s::uuid[] is null or technician_id = any(%(technicians)s))
              and (%(area)s::text is null or areas ? %(area)s)
            order by code, technician_id""",
        {
            "technicians": list(scope.technician_ids) if scope.technician_ids is not None else None,
            "area": scope.area,
        },
    )


def _pin(row: Row, scope: PlanScope, whole: Slot) -> PinReason | None:
    """Why a visit on an agenda stays; None when the plan may move it."""
    whole_minutes = not any(at.second or at.microsecond for at in (row["starts_at"], row["ends_at"]))
    is_inside = whole.starts_at <= row["starts_at"] and row["ends_at"] <= whole.ends_at
    reasons = {
        PinReason.DONE: row["state"] == "performed",
        PinReason.UNDER_WAY: row["state"] == "arrived",
        PinReason.BEGUN: row["leaves_at"] < scope.begins_at,
        PinReason.SEVERAL: row["several"] or row["visit_id"] is not None,
        PinReason.CONFIRMED: not row["unconfirmed"],
        PinReason.OVERRIDDEN: row["override"] is not None,
        PinReason.ASKED: not scope.planned or row["activity_id"] in scope.pinned or row["mode"] != "visit",
    }
    found = next((reason for reason, holds in reasons.items() if holds), None)
    return found or (None if whole_minutes and is_inside else PinReason.ASKED)


def _placement(row: Row) -> Placement:
    return Placement(
        technician_id=row["technician_id"],
        slot=Slot(starts_at=row["starts_at"], ends_at=row["ends_at"]),
        travel_minutes=int((row["starts_at"] - row["leaves_at"]).total_seconds() // 60),
    )


def _fixed(row: Row, why: PinReason | None) -> FixedVisit:
    return FixedVisit(
        activity_id=row["activity_id"],
        technician_id=row["technician_id"],
        slot=Slot(starts_at=row["starts_at"], ends_at=row["ends_at"]),
        leaves_at=row["leaves_at"],
        place=place_of(row),
        why=why or PinReason.ASKED,
    )


def place_of(row: Mapping[str, Any]) -> Point | None:
    """Where it is, when that is known."""
    latitude, longitude = row["latitude"], row["longitude"]
    return None if latitude is None or longitude is None else Point(latitude=latitude, longitude=longitude)


def _technician(row: Row, time: TechnicianTime, fixed: Iterable[Row], scope: PlanScope) -> PlanTechnician:
    own = [one for one in fixed if one["technician_id"] == row["technician_id"]]
    busy = [*time.absent, *(Slot(starts_at=one["leaves_at"], ends_at=one["ends_at"]) for one in own)]
    days = (scope.last_on - scope.first_on).days + 1
    return PlanTechnician(
        technician_id=row["technician_id"],
        base=place_of(row),
        days=tuple(_day(row, time, busy, scope, scope.first_on + timedelta(days=n)) for n in range(days)),
    )


def _day(row: Row, time: TechnicianTime, busy: Sequence[Slot], scope: PlanScope, day: date) -> WorkDay:
    whole = days_slot(day, day)
    at_work = free_time(within(time.open, whole), time.absent)
    free = _from(free_time(at_work, busy), scope.begins_at)
    held = (skill for skill in row["skills"] if holds(skill, day))
    return WorkDay(
        on=day,
        skills=tuple(sorted(skill["name"] for skill in held)),
        free=free,
        lunch=_lunch(at_work, scope, day),
    )


def holds(skill: Mapping[str, Any], day: date) -> bool:
    """Whether a skill's certificate has not run out."""
    until = skill.get("certified_until_on")
    return until is None or day <= date.fromisoformat(until)


def _from(slots: Iterable[Slot], begins_at: datetime) -> tuple[Slot, ...]:
    kept = (slot for slot in slots if slot.ends_at > begins_at)
    return tuple(Slot(starts_at=max(slot.starts_at, begins_at), ends_at=slot.ends_at) for slot in kept)


def _lunch(at_work: Sequence[Slot], scope: PlanScope, day: date) -> Slot | None:
    """When the break must be; None where working hours leave time for one anyway, or it is past."""
    window = Slot(starts_at=local_instant(day, scope.lunch_from), ends_at=local_instant(day, scope.lunch_to))
    pause = timedelta(minutes=scope.terms.lunch_minutes)
    has_one = any(gap.ends_at - gap.starts_at >= pause for gap in free_time([window], at_work))
    return None if has_one or scope.begins_at >= window.ends_at else window
