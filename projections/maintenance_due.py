"""What the duty of maintenance has to do (lavoro dell'incarico): calls to make and to follow, visits to assign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from aggregates.coverage import CallAbout, CoverageKind
from aggregates.maintenance_course import maintenance_activity_id
from aggregates.rules.maintenance_due import Due, Occurrence, OccurrenceState, expected, ready
from aggregates.values import Instant
from projections.base import Ask, Reader
from projections.coverage import coverage_for
from projections.maintenance_machines import Machine, machines


class MaintenanceDue(Ask):
    """Machines whose services are due on a day, of the plan that comes after another in the order of ids."""

    on: date
    after: UUID | None = None


def maintenance_due(reader: Reader, ask: MaintenanceDue) -> dict[str, Any]:
    """Groups of machines of one plan and place; `next` asks for the following plan, null when there is none."""
    plan = reader.row(
        """select * from {maintenance_plan}
            where (%(after)s::uuid is null or plan_id > %(after)s) and starts_on <= (%(on)s::date + 366)
            order by plan_id limit 1""",
        ask.model_dump(),
    )
    if plan is None:
        return {"items": [], "next": None}
    places: dict[tuple[UUID, UUID | None], list[_Ready]] = {}
    for machine in machines(reader, plan):
        places.setdefault(machine.place, []).append(_Ready(machine, *ready(machine.watched, machine.course, ask.on)))
    items = [
        {"plan_id": plan["plan_id"], "owner_id": owner, "site_id": site, "serial_item_ids": found}
        for (owner, site), group in places.items()
        if (found := _to_make(reader, group, owner, site, ask.on))
    ]
    return {"items": items, "next": plan["plan_id"]}


class _Ready(NamedTuple):
    """A machine with what is to be made for it on a day, and what was missed."""

    machine: Machine
    made: Sequence[Due]
    missed: Sequence[Due]

    @property
    def item_id(self) -> UUID:
        found: UUID = self.machine.row["serial_item_id"]
        return found


def _to_make(reader: Reader, group: Sequence[_Ready], owner: UUID, site: UUID | None, on: date) -> list[UUID]:
    """Machines with something new, those held back that are blocked no longer, and those served along with them."""
    found: list[_Ready] = []
    others: list[_Ready] = []
    for each in group:
        if not (each.made or each.missed):
            others.append(each)
        elif not _only_held(each) or _is_free(reader, each, owner, site, on):
            found.append(each)
    return [each.item_id for each in (*found, *_served_along(found, others))]


def _is_free(reader: Reader, held: _Ready, owner: UUID, site: UUID | None, on: date) -> bool:
    return coverage_for(reader, CallAbout([held.item_id], owner, site, on)).kind is not CoverageKind.BLOCKED


def _served_along(found: Sequence[_Ready], others: Sequence[_Ready]) -> list[_Ready]:
    """Machines of the place with a service so soon after that it is done on the same visit, though not due yet."""
    days = [
        due.due_on + timedelta(days=due.terms.group_days)
        for each in found
        for due in each.made
        if due.terms.group_days is not None
    ]
    if not days:
        return []
    return [each for each in others if expected(each.machine.watched, each.machine.course, max(days))]


def _only_held(each: _Ready) -> bool:
    return all(_is_held(each.machine.course.get(due.key)) for due in (*each.made, *each.missed))


def _is_held(one: Occurrence | None) -> bool:
    return one is not None and one.state is OccurrenceState.HELD


BESIDE = """
select p.plan_id, i.serial_item_id from {maintenance_plan} p cross join {serial_item} i
 where p.plan_id <> %(plan_id)s and p.versions @> %(sharing)s::jsonb
   and i.owner_id = %(owner_id)s and i.site_id is not distinct from %(site_id)s
 order by p.plan_id, i.serial_item_id limit %(most)s"""
SHARING, MOST_BESIDE = '[{"terms": {"with_other_plans": true}}]', 2000


def services_beside(reader: Reader, plan_id: UUID, owner_id: UUID, site_id: UUID | None) -> Sequence[tuple[UUID, UUID]]:
    """See `Lookups.services_beside`; whether a plan is for a machine, plan and machine say."""
    asked = {"plan_id": plan_id, "owner_id": owner_id, "site_id": site_id, "sharing": SHARING, "most": MOST_BESIDE}
    return [(row["plan_id"], row["serial_item_id"]) for row in reader.rows(BESIDE, asked)]


class MaintenanceToFollow(Ask):
    """Calls of plans whose end is not noted on the plan yet, or that were taken up again."""

    after: UUID | None = None
    limit: int = 200


def maintenance_to_follow(reader: Reader, ask: MaintenanceToFollow) -> dict[str, Any]:
    """The calls by id, with when they ended."""
    found = reader.rows(
        """select * from (
             select distinct c.call_id, c.ended_at, c.changed_at from {maintenance_occurrence} o
               join {call} c on c.call_id = o.call_id
              where (o.state = 'planned' and c.ended_at is not null)
                 or (o.state = 'done' and c.ended_at is null)) f
            where %(after)s::uuid is null or call_id > %(after)s order by call_id limit %(limit)s""",
        ask.model_dump(),
    )
    return {"items": found, "next": found[-1]["call_id"] if len(found) == ask.limit else None}


class MaintenanceToAssign(Ask):
    """Calls that plans made at one instant and want on a technician's agenda."""

    made_at: Instant


def maintenance_to_assign(reader: Reader, ask: MaintenanceToAssign) -> dict[str, Any]:
    """The visits with technician and slot; nobody has them yet."""
    found = reader.rows(
        """select m.call_id, m.technician_id, m.others, m.minutes,
                  (o.due_on + m.starts_at::time) at time zone 'Europe/Rome' as starts_at,
                  (o.due_on + m.starts_at::time) at time zone 'Europe/Rome'
                    + make_interval(mins => m.minutes) as ends_at
             from {maintenance_call} m
             join (select call_id, min(due_on) as due_on from {maintenance_occurrence}
                    where made_at = %(made_at)s and state = 'planned' group by call_id) o on o.call_id = m.call_id
             join {call} c on c.call_id = m.call_id
            where m.technician_id is not null and m.starts_at is not null and m.minutes is not null
              and c.status = 'open' and (o.due_on + m.starts_at::time) at time zone 'Europe/Rome' > %(made_at)s
            order by m.call_id""",
        ask.model_dump(),
    )
    return {"items": [{**row, "activity_id": maintenance_activity_id(row["call_id"])} for row in found]}
