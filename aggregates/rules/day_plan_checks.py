"""Whether a day plan holds (controllo del piano): asked of every plan, whoever made it, before anybody sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from aggregates.rules.availability import common_time, covers, free_time
from aggregates.rules.day_plan_figures import figures, late_minutes
from aggregates.rules.day_plan_ground import inner, lunch_within, way
from aggregates.rules.day_plan_values import (
    Placement,
    PlannedVisit,
    PlanProblem,
    PlanSolution,
    PlanTechnician,
    PlanVisit,
    WorkDay,
)
from aggregates.rules.distance import Point
from aggregates.values import Slot, rome_date


def faults(problem: PlanProblem, plan: PlanSolution) -> list[str]:
    """What is wrong with a plan, a word each; empty when it holds.

    Every visit asked about stands in it once. Technicians have the skill that day and the parts; each visit lies in a
    window and, with the way there, in time that nothing takes; ways are long enough, also to fixed visits; there is
    room for the break; no due time is passed where none may be; the sums are right.
    """
    return [*_complete(problem, plan), *_fitting(problem, plan), *_driveable(problem, plan), *_summed(problem, plan)]


def claimed(placed: Placement) -> Slot:
    """The technician's time that a visit takes, the way there included."""
    leaves_at = placed.slot.starts_at - timedelta(minutes=placed.travel_minutes)
    return Slot(starts_at=leaves_at, ends_at=placed.slot.ends_at)


def _complete(problem: PlanProblem, plan: PlanSolution) -> Iterator[str]:
    told = Counter([*(one.activity_id for one in plan.visits), *(one.activity_id for one in plan.unserved)])
    asked = {visit.activity_id for visit in problem.visits}
    yield from (f"{key} twice" for key, times in told.items() if times > 1)
    yield from (f"{key} unknown" for key in told.keys() - asked)
    yield from (f"{key} missing" for key in asked - told.keys())


def _fitting(problem: PlanProblem, plan: PlanSolution) -> Iterator[str]:
    visits = {visit.activity_id: visit for visit in problem.visits}
    days = {(one.technician_id, day.on): day for one in problem.technicians for day in one.days}
    for placed in plan.visits:
        visit = visits.get(placed.activity_id)
        day = days.get((placed.technician_id, rome_date(placed.slot.starts_at)))
        if visit is not None:
            wrong = "day" if day is None else _misfit(problem, visit, placed, day)
            if wrong:
                yield f"{placed.activity_id} {wrong}"


def _misfit(problem: PlanProblem, visit: PlanVisit, placed: PlannedVisit, day: WorkDay) -> str | None:
    in_window = visit.windows is None or any(covers([window], placed.slot) for window in visit.windows)
    late = late_minutes(problem, visit.activity_id, placed)
    rules = {
        "barred": visit.barred is None,
        "skill": visit.skill is None or visit.skill in day.skills,
        "parts": visit.only in (None, placed.technician_id),
        "length": placed.slot.minutes == visit.minutes,
        "window": in_window,
        "time": any(covers([free], claimed(placed)) for free in day.free),
        "due": not (problem.terms.keep_due and late),
        "lateness": placed.late_minutes == late,
    }
    return next((rule for rule, holds in rules.items() if not holds), None)


def _driveable(problem: PlanProblem, plan: PlanSolution) -> Iterator[str]:
    places = {visit.activity_id: visit.place for visit in problem.visits}
    for technician in problem.technicians:
        own = [one for one in plan.visits if one.technician_id == technician.technician_id]
        yield from _on_the_way(problem, technician, own, places)
        for day in technician.days:
            claims = [claimed(one) for one in own]
            if lunch_within(day, problem.terms.lunch_minutes) and not _room_to_eat(problem, day, claims):
                yield f"{technician.technician_id} lunch"


def _room_to_eat(problem: PlanProblem, day: WorkDay, claims: list[Slot]) -> bool:
    assert day.lunch is not None
    room = common_time(free_time(day.free, claims), [day.lunch])
    return any(inner(part)[1] - inner(part)[0] >= problem.terms.lunch_minutes for part in room)


def _on_the_way(
    problem: PlanProblem, technician: PlanTechnician, own: list[PlannedVisit], places: Mapping[UUID, Point | None]
) -> Iterator[str]:
    """Claims that overlap, and ways that are too short, from the base on; a fixed visit's way is its own affair."""
    terms = problem.terms.travel
    planned = [(claimed(one), one.slot, places.get(one.activity_id), one.activity_id, False) for one in own]
    fixed = [
        (Slot(starts_at=one.leaves_at, ends_at=one.slot.ends_at), one.slot, one.place, one.activity_id, True)
        for one in problem.fixed
        if one.technician_id == technician.technician_id
    ]
    stops = sorted([*planned, *fixed], key=lambda stop: stop[1].starts_at)
    for day in {rome_date(stop[1].starts_at) for stop in stops}:
        todays = [stop for stop in stops if rome_date(stop[1].starts_at) == day]
        claim, slot, place, key, is_fixed = todays[0]
        if not is_fixed and slot.starts_at - claim.starts_at < timedelta(minutes=way(technician.base, place, terms)):
            yield f"{key} way"
        for (one, _, origin, _, was_fixed), (other, slot, place, key, is_fixed) in pairwise(todays):
            if one.overlaps(other) and not (was_fixed and is_fixed):
                yield f"{key} overlaps"
            needed = timedelta(minutes=way(origin, place, terms))
            if is_fixed and not was_fixed and slot.starts_at - one.ends_at < needed:
                yield f"{key} way"
            if not is_fixed and slot.starts_at - other.starts_at < needed:
                yield f"{key} way"


def _summed(problem: PlanProblem, plan: PlanSolution) -> Iterator[str]:
    before = {visit.activity_id: visit.before for visit in problem.visits if visit.before}
    if plan.before != figures(problem, before) or plan.after != figures(
        problem, {one.activity_id: one for one in plan.visits}
    ):
        yield "sums"
