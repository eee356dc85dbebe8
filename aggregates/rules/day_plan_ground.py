"""The ground of a day plan (base del piano): days cut into tours, ways between all places, everything in whole minutes.

A tour is what a technician can drive without a fixed visit in between: it begins at the base or where the fixed visit
before it was, and ends in time for the next one. Only the order of its visits is open; their times follow from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from aggregates.rules.availability import common_time
from aggregates.rules.day_plan_values import FixedVisit, PlanProblem, PlanTechnician, PlanVisit, WorkDay
from aggregates.rules.distance import Point, TravelTerms, distance_km, travel_minutes
from aggregates.values import Slot, rome_date

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
Stretch = tuple[int, int]
"""Minutes from and up to."""
ALWAYS: tuple[Stretch, ...] = ((-(10**9), 10**9),)


def minute(instant: datetime) -> int:
    """Whole minutes since the epoch, the begun one left out."""
    return (instant - EPOCH) // MINUTE


def next_minute(instant: datetime) -> int:
    """The first whole minute that is not before the instant."""
    return -((EPOCH - instant) // MINUTE)


def instant_of(minutes: int) -> datetime:
    """The instant of a minute."""
    return EPOCH + minutes * MINUTE


def inner(slot: Slot) -> Stretch:
    """The whole minutes that lie within a slot."""
    return next_minute(slot.starts_at), minute(slot.ends_at)


@dataclass(frozen=True)
class Tour:
    """A technician's way without a fixed visit in between; `end_by` is when they must be at its end."""

    technician_id: UUID
    skills: frozenset[str]
    free: tuple[Stretch, ...]
    start: Point | None
    end: Point | None
    end_by: int | None = None
    end_travel: int = 0
    """Minutes of travel booked for the fixed visit at the end."""
    lunch: Stretch | None = None


@dataclass(frozen=True)
class Job:
    """A visit to place, in whole minutes."""

    visit: PlanVisit
    minutes: int
    windows: tuple[Stretch, ...]
    start_by: int | None
    stays_at: int | None
    """When it begins on today's agenda."""
    stays_with: UUID | None

    @property
    def id(self) -> UUID:
        """The activity's id."""
        return self.visit.activity_id


class Ground:
    """A problem made ready to be solved: its tours, jobs, and the minutes of every way."""

    def __init__(self, problem: PlanProblem) -> None:
        self.problem = problem
        self.terms = problem.terms
        self.tours = tuple(tour for one in problem.technicians for tour in _tours_of(problem, one))
        self.jobs = tuple(_job(visit) for visit in problem.visits)
        self.between = [[way(a.visit.place, b.visit.place, self.terms.travel) for b in self.jobs] for a in self.jobs]
        self.to = [[way(tour.start, job.visit.place, self.terms.travel) for job in self.jobs] for tour in self.tours]
        self.back = [[self._home(job, tour) for job in self.jobs] for tour in self.tours]

    def _home(self, job: Job, tour: Tour) -> int:
        return 0 if tour.end is None and tour.end_by is None else way(job.visit.place, tour.end, self.terms.travel)

    def may(self, tour: Tour, job: Job) -> bool:
        """Whether this technician can be sent at all."""
        visit = job.visit
        return (
            visit.barred is None
            and (visit.skill is None or visit.skill in tour.skills)
            and visit.only in (None, tour.technician_id)
        )


def way(a: Point | None, b: Point | None, terms: TravelTerms) -> int:
    """Minutes from a place to another; the usual ones where one of them is not known."""
    return terms.unknown_minutes if a is None or b is None else travel_minutes(distance_km(a, b), terms)


def lunch_within(day: WorkDay, minutes: int) -> Slot | None:
    """The first stretch of free time that the break of a day fits in; None where there is nothing to keep."""
    if day.lunch is None or minutes == 0:
        return None
    room = (part for part in common_time(day.free, [day.lunch]) if inner(part)[1] - inner(part)[0] >= minutes)
    return next(room, None)


def _job(visit: PlanVisit) -> Job:
    return Job(
        visit=visit,
        minutes=visit.minutes,
        windows=ALWAYS if visit.windows is None else tuple(inner(slot) for slot in visit.windows),
        start_by=minute(visit.start_by) if visit.start_by else None,
        stays_at=minute(visit.before.slot.starts_at) if visit.before else None,
        stays_with=visit.before.technician_id if visit.before else None,
    )


def _tours_of(problem: PlanProblem, technician: PlanTechnician) -> Iterator[Tour]:
    for day in technician.days:
        own = (one for one in problem.fixed if one.technician_id == technician.technician_id)
        fixed = sorted(
            (one for one in own if rome_date(one.slot.starts_at) == day.on), key=lambda one: one.slot.starts_at
        )
        lunch = lunch_within(day, problem.terms.lunch_minutes)
        place = technician.base
        for n, (before, after) in enumerate(zip([None, *fixed], [*fixed, None], strict=True)):
            place = fixed[n - 1].place if n else place
            free = tuple(_between(day.free, before, after))
            if free:
                yield _tour(technician, day, free, place, after, lunch)


def _tour(
    technician: PlanTechnician,
    day: WorkDay,
    free: tuple[Stretch, ...],
    start: Point | None,
    after: FixedVisit | None,
    lunch: Slot | None,
) -> Tour:
    eats_here = lunch is not None and any(a <= inner(lunch)[0] < b for a, b in free)
    return Tour(
        technician_id=technician.technician_id,
        skills=frozenset(day.skills),
        free=free,
        start=start,
        end=after.place if after else technician.base,
        end_by=minute(after.slot.starts_at) if after else None,
        end_travel=_booked(after),
        lunch=inner(day.lunch) if eats_here and day.lunch else None,
    )


def _booked(after: FixedVisit | None) -> int:
    return -((after.leaves_at - after.slot.starts_at) // MINUTE) if after else 0


def _between(free: Sequence[Slot], before: FixedVisit | None, after: FixedVisit | None) -> Iterator[Stretch]:
    """The free time behind one fixed visit and before the next."""
    for slot in free:
        begins = max(slot.starts_at, before.slot.ends_at) if before else slot.starts_at
        ends = min(slot.ends_at, after.leaves_at) if after else slot.ends_at
        if next_minute(begins) < minute(ends):
            yield next_minute(begins), minute(ends)
