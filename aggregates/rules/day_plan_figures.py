"""The sums of an agenda (totali del piano): ways from base to base, minutes past due times, whoever made it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from aggregates.rules.day_plan_ground import minute, way
from aggregates.rules.day_plan_values import Placement, PlanFigures, PlanProblem, PlanTechnician
from aggregates.rules.distance import Point, distance_km, road_km
from aggregates.values import rome_date


def figures(problem: PlanProblem, placed: Mapping[UUID, Placement]) -> PlanFigures:
    """The sums of visits placed so, with the fixed ones between them; each day's way begins and ends at the base."""
    minutes, km = 0, 0.0
    for technician in problem.technicians:
        for places in _ways(problem, technician, placed):
            minutes += sum(_minutes(problem, a, b) for a, b in places)
            known = ((a, b) for a, b in places if a is not None and b is not None)
            km += sum(road_km(distance_km(a, b), problem.terms.travel) for a, b in known)
    return PlanFigures(
        served=len(placed),
        travel_minutes=minutes,
        travel_km=Decimal(round(km * 10)) / 10,
        late_minutes=sum(late_minutes(problem, key, one) for key, one in placed.items()),
    )


def late_minutes(problem: PlanProblem, activity_id: UUID, placed: Placement) -> int:
    """How many minutes after its due time a visit begins."""
    visit = problem.visit(activity_id)
    if visit is None or visit.start_by is None:
        return 0
    return max(0, minute(placed.slot.starts_at) - minute(visit.start_by))


def _minutes(problem: PlanProblem, a: Point | None, b: Point | None) -> int:
    return way(a, b, problem.terms.travel)


def _ways(
    problem: PlanProblem, technician: PlanTechnician, placed: Mapping[UUID, Placement]
) -> Iterable[list[tuple[Point | None, Point | None]]]:
    places = {visit.activity_id: visit.place for visit in problem.visits}
    own: list[tuple[datetime, Point | None]] = [
        (one.slot.starts_at, places.get(key))
        for key, one in placed.items()
        if one.technician_id == technician.technician_id
    ]
    fixed = (one for one in problem.fixed if one.technician_id == technician.technician_id)
    own += [(one.slot.starts_at, one.place) for one in fixed]
    for day in {rome_date(at) for at, _ in own}:
        stops = [place for at, place in sorted(own, key=lambda one: one[0]) if rome_date(at) == day]
        ways = list(pairwise([technician.base, *stops, technician.base]))
        yield ways if technician.base is not None else ways[:-1]
