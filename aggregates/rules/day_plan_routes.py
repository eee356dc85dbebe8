"""Routes of a day plan (giri): visits put where they cost least, plans compared, and a plan told in instants.

This is the solver that needs nothing but Python. A better one brings its own orders; they are completed and told here
all the same, so that whatever solved a problem, the same arithmetic says when everybody is where.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from aggregates.rules.day_plan_figures import figures
from aggregates.rules.day_plan_ground import Ground, instant_of, minute
from aggregates.rules.day_plan_timing import Stop, Timed, alone, timed
from aggregates.rules.day_plan_values import (
    Placement,
    PlannedVisit,
    PlanSolution,
    Unserved,
    UnservedReason,
)
from aggregates.rules.distance import distance_km, road_km
from aggregates.values import Slot

LEFT_OUT = 30_000
PER_PRIORITY = 300
TAKEN_OFF = 15_000
"""Minutes that a plan may be longer rather than leave a visit out; more by its priority, and when it was planned."""


class Routes:
    """An order of visits for each tour of a ground, always one that can be driven."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._tours: list[Timed] = [Timed((), 0) for _ in ground.tours]

    def order(self, number: int) -> tuple[int, ...]:
        """The visits of a tour, first to last."""
        return tuple(stop.job for stop in self._tours[number].stops)

    @property
    def stops(self) -> Iterable[tuple[int, Stop]]:
        """Every visit placed, with its tour."""
        return ((number, stop) for number, one in enumerate(self._tours) for stop in one.stops)

    @property
    def left(self) -> list[int]:
        """The visits without a place."""
        placed = {stop.job for _, stop in self.stops}
        return [which for which in range(len(self.ground.jobs)) if which not in placed]

    @property
    def weight(self) -> int:
        """What the plan weighs, in minutes: the less the better."""
        return sum(one.cost for one in self._tours) + sum(_left_out(self.ground, which) for which in self.left)

    def take(self, number: int, order: Sequence[int]) -> None:
        """Drive a tour so; visits that would not hold are left for `complete`."""
        kept: list[int] = []
        for which in order:
            fits = self.ground.may(self.ground.tours[number], self.ground.jobs[which])
            if fits and timed(self.ground, number, [*kept, which]) is not None:
                kept.append(which)
        found = timed(self.ground, number, kept)
        assert found is not None or not kept
        self._tours[number] = found or Timed((), 0)

    def complete(self) -> Routes:
        """Put every visit that is left where it costs least, the weightiest first."""
        jobs = self.ground.jobs
        for which in sorted(
            self.left, key=lambda one: (-_left_out(self.ground, one), jobs[one].start_by or 10**9, one)
        ):
            self._insert(which)
        return self

    def _insert(self, which: int) -> None:
        best: tuple[int, int, Timed] | None = None
        most = _left_out(self.ground, which)
        for number, tour in enumerate(self.ground.tours):
            if not self.ground.may(tour, self.ground.jobs[which]):
                continue
            order, before = self.order(number), self._tours[number].cost
            for place in range(len(order) + 1):
                least = best[0] if best else most
                if self._detour(number, order, place, which) >= least:
                    continue
                found = timed(self.ground, number, [*order[:place], which, *order[place:]])
                if found is not None and found.cost - before < least:
                    best = found.cost - before, number, found
        if best is not None:
            self._tours[best[1]] = best[2]

    def _detour(self, number: int, order: Sequence[int], place: int, which: int) -> int:
        """Minutes of travel that a visit adds at a place of a tour; it never weighs much less."""
        ground = self.ground
        behind, ahead = order[place - 1] if place else None, order[place] if place < len(order) else None
        to_it = ground.between[behind][which] if behind is not None else ground.to[number][which]
        from_it = ground.between[which][ahead] if ahead is not None else ground.back[number][which]
        if behind is None:
            direct = ground.to[number][ahead] if ahead is not None else 0
        else:
            direct = ground.between[behind][ahead] if ahead is not None else ground.back[number][behind]
        return to_it + from_it - direct


def _left_out(ground: Ground, which: int) -> int:
    job = ground.jobs[which]
    return LEFT_OUT + PER_PRIORITY * job.visit.priority + (TAKEN_OFF if job.stays_with else 0)


def as_today(ground: Ground) -> Routes:
    """Today's agenda as far as it can be driven."""
    routes = Routes(ground)
    for number, tour in enumerate(ground.tours):
        begins, ends = tour.free[0][0], tour.free[-1][1]
        own = [
            (job.stays_at, which)
            for which, job in enumerate(ground.jobs)
            if job.stays_with == tour.technician_id and job.stays_at is not None and begins <= job.stays_at < ends
        ]
        routes.take(number, [which for _, which in sorted(own)])
    return routes


def solved(begun: Iterable[Routes], solver: str) -> PlanSolution:
    """The lightest of some plans, each completed; of equal ones the first."""
    return told(min((routes.complete() for routes in begun), key=lambda one: one.weight), solver)


def solved_greedily(ground: Ground) -> PlanSolution:
    """A plan made by putting visits where they cost least, from today's agenda on and from an empty one."""
    return solved((as_today(ground), Routes(ground)), "greedy")


def told(routes: Routes, solver: str) -> PlanSolution:
    """Routes as a plan: technicians and times, what is left out and why, and what changes in all."""
    ground = routes.ground
    visits = tuple(sorted((_told(routes, *one) for one in routes.stops), key=lambda one: one.slot.starts_at))
    before = [(job.id, job.visit.before) for job in ground.jobs if job.visit.before]
    return PlanSolution(
        visits=visits,
        unserved=tuple(Unserved(activity_id=ground.jobs[one].id, reason=_reason(ground, one)) for one in routes.left),
        before=figures(ground.problem, {key: one for key, one in before if one}),
        after=figures(ground.problem, {one.activity_id: one for one in visits}),
        solver=solver,
    )


def _told(routes: Routes, number: int, stop: Stop) -> PlannedVisit:
    ground = routes.ground
    job, order = ground.jobs[stop.job], routes.order(number)
    place = order.index(stop.job)
    origin = ground.jobs[order[place - 1]].visit.place if place else ground.tours[number].start
    known = origin is not None and job.visit.place is not None
    km = road_km(distance_km(origin, job.visit.place), ground.terms.travel) if known else 0.0  # type: ignore[arg-type] # both known
    kept = job.stays_at == stop.starts and job.stays_with == ground.tours[number].technician_id
    slot = Slot(starts_at=instant_of(stop.starts), ends_at=instant_of(stop.starts + job.minutes))
    before = job.visit.before
    placed = Placement(
        technician_id=ground.tours[number].technician_id,
        slot=before.slot if kept and before else slot,
        travel_minutes=stop.travel,
    )
    late = max(0, minute(placed.slot.starts_at) - job.start_by) if job.start_by is not None else 0
    return PlannedVisit(
        activity_id=job.id,
        **dict(placed),
        travel_km=Decimal(round(km * 10)) / 10,
        late_minutes=late,
    )


def _reason(ground: Ground, which: int) -> UnservedReason:
    job = ground.jobs[which]
    if job.visit.barred is not None:
        return job.visit.barred
    able = [number for number, tour in enumerate(ground.tours) if ground.may(tour, job)]
    if not able:
        return UnservedReason.NO_SKILL
    if any(alone(ground, number, which) for number in able):
        return UnservedReason.NO_TIME
    is_past = ground.terms.keep_due and job.start_by is not None
    return UnservedReason.TOO_LATE if is_past and _would_fit(ground, which) else UnservedReason.NO_WINDOW


def _would_fit(ground: Ground, which: int) -> bool:
    lenient = ground.terms.model_copy(update={"keep_due": False})
    other = Ground(ground.problem.model_copy(update={"terms": lenient, "visits": (ground.jobs[which].visit,)}))
    return any(alone(other, number, 0) for number in range(len(other.tours)))
