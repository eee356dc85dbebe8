"""How a due visit becomes a call (chiamata di manutenzione): covered or held back, planned, with its parts."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID, uuid5

from aggregates.activity_type import ActivityTerms, ActivityType, activity_type_id
from aggregates.base import Act
from aggregates.call import Call
from aggregates.call_values import Channel
from aggregates.coverage import CallAbout, Coverage, CoverageKind, Targets
from aggregates.maintenance_course import MaintenanceCourse, maintenance_activity_id, maintenance_call_id
from aggregates.maintenance_plan import MaintenancePlan
from aggregates.maintenance_ref import MaintenanceRef, OccurrenceRef
from aggregates.maintenance_terms import PlanTerms
from aggregates.rules.maintenance_groups import Visit, place_of_visits
from aggregates.rules.priority import Level
from aggregates.serial_item import SerialItem
from commands.base import Service
from commands.call_parts import PlanPart, plan_part
from commands.maintenance_goers import going_to
from commands.maintenance_watch import course_of


class Maker:
    """Makes the calls of one command; `calls` are those made, `held` counts what a block keeps back (R1.10)."""

    def __init__(self, service: Service, act: Act, today: date) -> None:
        self._service, self._act, self._today = service, act, today
        self.calls: list[UUID] = []
        self.held = 0

    def place_of(self, serial_item_id: UUID, day: date) -> tuple[UUID, UUID | None]:
        """Whose a machine is on a day, and where."""
        place = self._service.load(SerialItem, serial_item_id).place_on(day)
        return place.owner_id, place.site_id

    def occasion_of(self, visit: Visit) -> Hashable:
        """What services have in common that may be one visit."""
        return place_of_visits(visit, self.place_of(visit.serial_item_id, visit.due.due_on))

    def make(self, group: Sequence[Visit]) -> None:
        """One call for a visit; services of blocked machines are held back, the others go."""
        coverage = self._coverage(group)
        blocked = [visit for visit in group if coverage.of(visit.serial_item_id).kind is CoverageKind.BLOCKED]
        if coverage.kind is CoverageKind.BLOCKED and not blocked:
            blocked = list(group)
        free = [visit for visit in group if visit not in blocked]
        for visit in blocked:
            course = self._course(visit)
            decided = coverage.of(visit.serial_item_id)
            course.hold(visit.due, decided.because or decided.reason, self._act)
            self._service.save(course)
        self.held += len(blocked)
        if blocked and free:
            self.make(free)
        elif free:
            self._open(free, coverage)

    def _coverage(self, group: Sequence[Visit]) -> Coverage:
        party_id, site_id = self.place_of(group[0].serial_item_id, group[0].due.due_on)
        found = self._service.lookups.coverage_for(CallAbout(_items(group), party_id, site_id, self._today))
        # Nobody asked for help: the call has its own due day, and no clock runs.
        service = found.service.model_copy(update={"high": Targets(), "medium": Targets(), "low": Targets()})
        return found.model_copy(update={"service": service})

    def _course(self, visit: Visit) -> MaintenanceCourse:
        known = course_of(self._service, visit.plan_id, visit.serial_item_id)
        if known is None:
            known = MaintenanceCourse.start(visit.plan_id, visit.serial_item_id, self._act)
            self._service.save(known)
        return known

    def _open(self, group: Sequence[Visit], coverage: Coverage) -> None:
        first, terms = group[0], group[0].due.terms
        attempt = first.due.attempt + 1
        call_id = maintenance_call_id(first.plan_id, first.serial_item_id, first.due.key, attempt)
        party_id, site_id = self.place_of(first.serial_item_id, first.due.due_on)
        priority = min((visit.due.terms.priority for visit in group), key=list(Level).index)
        call = Call.open(
            call_id,
            " + ".join(dict.fromkeys(self._text(visit) for visit in group)),
            coverage,
            self._act,
            party_id=party_id,
            site_id=site_id,
            serial_item_ids=_items(group),
            channel=Channel.MAINTENANCE,
            priority=priority,
            impact=priority,
            urgency=priority,
            skill=terms.skill,
            maintenance=self._reference(group, coverage),
        )
        self._plan_activity(call, group, terms)
        self._service.save(call)
        self._plan_parts(call_id, group)
        self._note(group, call_id)
        self.calls.append(call_id)

    def _text(self, visit: Visit) -> str:
        return visit.due.terms.text or self._service.load(MaintenancePlan, visit.plan_id).name

    def _plan_parts(self, call_id: UUID, group: Sequence[Visit]) -> None:
        for plan_id, visits in _by_plan(group):
            own = plan_id == group[0].plan_id
            for part in visits[0].due.terms.parts:
                line_id = uuid5(call_id, part.code if own else f"{plan_id}/{part.code}")
                quantity = part.quantity * len(_items(visits))
                told = part.model_dump(include={"code", "description", "unit"})
                cmd = PlanPart(call_id=call_id, line_id=line_id, quantity=quantity, **told)
                plan_part(cmd, self._act, self._service)

    def _note(self, group: Sequence[Visit], call_id: UUID) -> None:
        for visit in group:
            due, terms = visit.due, visit.due.terms
            earliest, latest = _tolerance(due.due_on, terms)
            course = self._course(visit)
            course.generate(due, call_id, earliest, latest, self._act)
            self._service.save(course)

    def _reference(self, group: Sequence[Visit], coverage: Coverage) -> MaintenanceRef:
        due, terms, plan_id = group[0].due, group[0].due.terms, group[0].plan_id
        earliest, latest = _tolerance(due.due_on, terms)
        site_id, minutes = self.place_of(group[0].serial_item_id, due.due_on)[1], self._minutes(group)
        skill = terms.skill or self._usual(terms).skill
        going, nobody = going_to(self._service, due, site_id, skill, minutes, coverage.contract_id)
        return MaintenanceRef(
            plan_id=plan_id,
            plan_code=self._service.load(MaintenancePlan, plan_id).code,
            occurrences=tuple(_occurrence(visit, plan_id) for visit in group),
            due_on=due.due_on,
            earliest_on=earliest,
            latest_on=min(latest, *(_tolerance(each.due.due_on, each.due.terms)[1] for each in group)),
            protocol=terms.protocol,
            technician_id=going[0] if going else None,
            others=going[1:],
            unassigned=nobody,
            starts_at=terms.assignment.starts_at,
            minutes=minutes,
        )

    def _usual(self, terms: PlanTerms) -> ActivityTerms:
        known = self._service.find(ActivityType, activity_type_id(terms.kind))
        return known.terms if known else ActivityTerms(name=terms.kind)

    def _minutes(self, group: Sequence[Visit]) -> int | None:
        found = [
            minutes * len(_items(visits))
            for _, visits in _by_plan(group)
            if (minutes := visits[0].due.terms.minutes or self._usual(visits[0].due.terms).minutes)
        ]
        return sum(found) or None

    def _plan_activity(self, call: Call, group: Sequence[Visit], terms: PlanTerms) -> None:
        usual = self._usual(terms)
        call.plan_activity(
            maintenance_activity_id(call.id),
            terms.kind,
            self._act,
            mode=usual.mode,
            skill=terms.skill or usual.skill,
            minutes=self._minutes(group),
            serial_item_ids=_items(group),
            note=terms.protocol,
        )


def _items(group: Sequence[Visit]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(visit.serial_item_id for visit in group))


def _by_plan(group: Sequence[Visit]) -> Iterable[tuple[UUID, list[Visit]]]:
    """The services of each plan, the first due in front."""
    for plan_id in dict.fromkeys(visit.plan_id for visit in group):
        yield plan_id, [visit for visit in group if visit.plan_id == plan_id]


def _occurrence(visit: Visit, plan_id: UUID) -> OccurrenceRef:
    """A service on the call; one of another plan tells its plan, and the protocol that is followed for it."""
    if visit.plan_id == plan_id:
        return OccurrenceRef(serial_item_id=visit.serial_item_id, key=visit.due.key)
    protocol = visit.due.terms.protocol
    return OccurrenceRef(
        serial_item_id=visit.serial_item_id, key=visit.due.key, plan_id=visit.plan_id, protocol=protocol
    )


def _tolerance(due_on: date, terms: PlanTerms) -> tuple[date, date]:
    return due_on - timedelta(days=terms.before_days), due_on + timedelta(days=terms.after_days)
