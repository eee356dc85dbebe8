"""What is asked about due services (scadenze di manutenzione): make their calls, skip, postpone, note their end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.call import Call
from aggregates.call_values import LIVE, CallStatus, CloseOutcome
from aggregates.maintenance_course import MaintenanceCourse, OccurrenceUnknown, course_id
from aggregates.maintenance_plan import MaintenancePlan
from aggregates.maintenance_ref import OccurrenceRef
from aggregates.maintenance_terms import AfterCancelling
from aggregates.rules.maintenance_due import LATER, Due, Occurrence, OccurrenceState, expected, ready
from aggregates.rules.maintenance_groups import Visit, visits
from aggregates.values import rome_date
from commands.base import Answer, Command, NotFound, Service
from commands.call import CancelCall, cancel_call
from commands.maintenance_call import Maker
from commands.maintenance_watch import course_of, preload, watched
from commands.words import Words

FARTHEST = timedelta(days=732)
"""How far ahead a service can be skipped or put off."""


class GenerateMaintenance(Command):
    """Make the calls that are due of a plan for machines of one place; what has its call already is left alone."""

    plan_id: UUID
    serial_item_ids: tuple[UUID, ...] = Field(min_length=1, max_length=500)


class SkipOccurrence(Command):
    """Leave one service out; the next ones stay where they are. A call made for it alone is cancelled."""

    plan_id: UUID
    serial_item_id: UUID
    key: str = Field(min_length=1, max_length=120, examples=["interval/2026-03-31"])
    reason: Words = Field(min_length=1, max_length=400, examples=["Macchina ferma fino a giugno"])


class PostponeOccurrence(Command):
    """Put one service off, or bring it forward; the next ones stay where they are."""

    plan_id: UUID
    serial_item_id: UUID
    key: str = Field(min_length=1, max_length=120, examples=["interval/2026-03-31"])
    to_on: date
    reason: Words = Field(min_length=1, max_length=400, examples=["Il cliente chiede dopo le ferie"])


class FollowMaintenanceCall(Command):
    """Note on a plan what became of a call that it made: done, due again, skipped; given by the duty."""

    call_id: UUID


def generate_maintenance(cmd: GenerateMaintenance, act: Act, service: Service) -> Answer:
    """Handles `GenerateMaintenance`. Answers the calls made and how many services are held or were skipped."""
    plan = service.load(MaintenancePlan, cmd.plan_id)
    preload(service, plan, cmd.serial_item_ids)
    today = rome_date(act.at)
    coming: list[Visit] = []
    due: set[tuple[UUID, str]] = set()
    skipped = 0
    for key in dict.fromkeys(cmd.serial_item_ids):
        item, seen, course = watched(service, plan, key)
        made, missed = ready(seen, course.occurrences if course else {}, today)
        for one in missed:
            course = course or MaintenanceCourse.start(plan.id, key, act)
            course.skip(one, LATER, act)
            service.save(course)
        skipped += len(missed)
        due.update((key, one.key) for one in made)
        coming.extend(
            _visits(plan.id, item.id, made, expected(seen, course.occurrences if course else {}, today + FARTHEST))
        )
    maker = Maker(service, act, today)
    if any(visit.due.terms.with_other_plans for visit in coming):
        places = {maker.place_of(item_id, today) for item_id, _ in due}
        coming.extend(_of_other_plans(service, plan, places, today))
    for group in visits(coming, maker.occasion_of):
        if any(visit.plan_id == plan.id and (visit.serial_item_id, visit.due.key) in due for visit in group):
            maker.make(group)
    return {"calls": maker.calls, "held": maker.held, "skipped": skipped}


def _visits(plan_id: UUID, item_id: UUID, made: Iterable[Due], ahead: Iterable[Due]) -> Iterable[Visit]:
    """What is due, and what may be done on the same occasion."""
    found = {one.key: one for one in made}
    found.update((one.key, one) for one in ahead if one.terms.group_days is not None)
    return [Visit(item_id, one, plan_id) for one in found.values()]


def _of_other_plans(
    service: Service, own: MaintenancePlan, places: Iterable[tuple[UUID, UUID | None]], today: date
) -> Iterable[Visit]:
    """What other plans would have done at these places; what they missed is theirs to note.

    Whether each has its call already, its own facts say: two commands that want the same service make it once.
    """
    for owner_id, site_id in sorted(places, key=str):
        beside = service.lookups.services_beside(own.id, owner_id, site_id)
        for plan_id in dict.fromkeys(plan_id for plan_id, _ in beside):
            plan = service.load(MaintenancePlan, plan_id)
            items = [item_id for of_plan, item_id in beside if of_plan == plan_id]
            preload(service, plan, items)
            for item_id in items:
                _, seen, course = watched(service, plan, item_id)
                known = course.occurrences if course else {}
                made, missed = ready(seen, known, today)
                passed = {one.key for one in missed}
                ahead = [one for one in expected(seen, known, today + FARTHEST) if one.key not in passed]
                found = _visits(plan_id, item_id, made, ahead)
                yield from (visit for visit in found if visit.due.terms.with_other_plans)


def skip_occurrence(cmd: SkipOccurrence, act: Act, service: Service) -> None:
    """Handles `SkipOccurrence`. Raises `OccurrenceUnknown`, and what `cancel-call` raises when its call was begun."""
    course, known = _occurrence(service, cmd.plan_id, cmd.serial_item_id, cmd.key, act)
    call_id = known.call_id if isinstance(known, Occurrence) and known.state is OccurrenceState.PLANNED else None
    course.skip(known, cmd.reason, act)
    service.save(course)
    if call_id is not None:
        call = service.load(Call, call_id)
        if not any(_still_planned(service, call, ref) for ref in _refs(call)):
            cancel_call(CancelCall(call_id=call_id, reason=cmd.reason), act, service)


def postpone_occurrence(cmd: PostponeOccurrence, act: Act, service: Service) -> None:
    """Handles `PostponeOccurrence`. Raises `OccurrenceUnknown`, `OccurrenceOver`."""
    course, known = _occurrence(service, cmd.plan_id, cmd.serial_item_id, cmd.key, act)
    course.postpone(known, cmd.to_on, cmd.reason, act)
    service.save(course)


def _occurrence(
    service: Service, plan_id: UUID, serial_item_id: UUID, key: str, act: Act
) -> tuple[MaintenanceCourse, Due | Occurrence]:
    """The course and the service: as recorded, or as it follows from the plan. Raises `OccurrenceUnknown`."""
    plan = service.load(MaintenancePlan, plan_id)
    preload(service, plan, [serial_item_id])
    _, seen, course = watched(service, plan, serial_item_id)
    if course is not None and key in course.occurrences:
        return course, course.occurrences[key]
    until = rome_date(act.at) + FARTHEST
    for one in expected(seen, course.occurrences if course else {}, until):
        if one.key == key:
            return course or MaintenanceCourse.start(plan_id, serial_item_id, act), one
    raise OccurrenceUnknown(key=key)


def follow_maintenance_call(cmd: FollowMaintenanceCall, act: Act, service: Service) -> Answer:
    """Handles `FollowMaintenanceCall`. Nothing is recorded while nothing is new."""
    call = service.load(Call, cmd.call_id)
    if call.maintenance is None:
        raise NotFound(kind=MaintenancePlan.__name__, id=str(cmd.call_id))
    service.preload(*(course_id(_plan_of(call, ref), ref.serial_item_id) for ref in _refs(call)))
    for ref in _refs(call):
        plan = service.load(MaintenancePlan, _plan_of(call, ref))
        course = course_of(service, plan.id, ref.serial_item_id)
        if course is not None and ref.key in course.occurrences:
            _follow(plan, course, ref.key, call, act)
            service.save(course)
    return {"call_id": cmd.call_id, "status": call.status}


def _follow(plan: MaintenancePlan, course: MaintenanceCourse, key: str, call: Call, act: Act) -> None:
    known = course.occurrences[key]
    if call.status in LIVE:
        course.take_up(key, call.id, act)
    elif call.status is CallStatus.CANCELLED:
        skips = plan.view.terms_on(known.due_on).after_cancelling is AfterCancelling.SKIP
        if skips and known.state is OccurrenceState.PLANNED and known.call_id == call.id:
            course.skip(known, "call-cancelled", act)
        else:
            course.give_back(key, call.id, "call-cancelled", act)
    elif call.outcome is CloseOutcome.NOT_SOLVED:
        course.give_back(key, call.id, "not-solved", act)
    else:
        course.finish(key, call.id, _done_on(call, act.at), act)


def _done_on(call: Call, now: datetime) -> date:
    """The day of the last work on the call, or of its end where no work was told."""
    worked = [performed.time.ends_at for performed in call.performed.values()]
    return rome_date(max(worked, default=call.ended_at or now))


def _refs(call: Call) -> tuple[OccurrenceRef, ...]:
    return call.maintenance.occurrences if call.maintenance else ()


def _plan_of(call: Call, ref: OccurrenceRef) -> UUID:
    assert call.maintenance is not None
    return ref.plan_id or call.maintenance.plan_id


def _still_planned(service: Service, call: Call, ref: OccurrenceRef) -> bool:
    course = course_of(service, _plan_of(call, ref), ref.serial_item_id)
    known = course.occurrences.get(ref.key) if course else None
    return known is not None and known.state is OccurrenceState.PLANNED and known.call_id == call.id
