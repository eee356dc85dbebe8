"""Times of a tour (orari del giro): what follows from the order of its visits, the break included.

A visit begins as early as it can, or when it stands on today's agenda if the whole tour still holds. The way to it lies
just before it, in the same free stretch: that is what the technician's agenda will hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from aggregates.rules.day_plan_ground import Ground, Job, Stretch, Tour


class Stop(NamedTuple):
    """A visit of a tour: which one, when it begins (minute), and the minutes of the way there."""

    job: int
    starts: int
    travel: int


class Timed(NamedTuple):
    """A tour with its times, and what it weighs."""

    stops: tuple[Stop, ...]
    cost: int


def timed(ground: Ground, number: int, order: Sequence[int]) -> Timed | None:
    """A tour driven in this order, with visits left at their times where that holds; None when it cannot be driven."""
    kept = _driven(ground, number, order, keep=True)
    stops = kept if kept is not None else _driven(ground, number, order, keep=False)
    return None if stops is None else Timed(stops, _cost(ground, number, stops))


def _driven(ground: Ground, number: int, order: Sequence[int], *, keep: bool) -> tuple[Stop, ...] | None:
    tour = ground.tours[number]
    stops: list[Stop] = []
    now, lunch = tour.free[0][0], tour.lunch
    for place, which in enumerate(order):
        job = ground.jobs[which]
        travel = ground.between[order[place - 1]][which] if place else ground.to[number][which]
        starts = _start(ground, tour, job, now, travel, keep=keep)
        if lunch and starts is not None:
            eaten = _lunch(ground, tour, now, starts - travel)
            if eaten is not None:
                lunch = None
            elif _lunch(ground, tour, starts + job.minutes) is None:
                eaten = _lunch(ground, tour, now)
                starts = None if eaten is None else _start(ground, tour, job, eaten, travel, keep=keep)
                lunch = None
        if starts is None:
            return None
        stops.append(Stop(which, starts, travel))
        now = starts + job.minutes
    if lunch:
        eaten = _lunch(ground, tour, now)
        if eaten is None:
            return None
        now = eaten if order else now
    return tuple(stops) if not order or _ends_in_time(ground, number, order[-1], now) else None


def _ends_in_time(ground: Ground, number: int, last: int, now: int) -> bool:
    tour = ground.tours[number]
    return tour.end_by is None or now + max(ground.back[number][last], tour.end_travel) <= tour.end_by


def _start(ground: Ground, tour: Tour, job: Job, now: int, travel: int, *, keep: bool) -> int | None:
    """The earliest beginning from `now` on; the one of today's agenda where it may stay."""
    stays = job.stays_at if keep and job.stays_with == tour.technician_id else None
    if stays is not None and stays - travel >= now and _fits(ground, tour, job, stays, travel):
        return stays
    step = ground.terms.step_minutes
    found = (
        -(-max(now + travel, begins + travel, opens) // step) * step
        for begins, _ in tour.free
        for opens, _ in job.windows
    )
    return min((starts for starts in found if _fits(ground, tour, job, starts, travel)), default=None)


def _fits(ground: Ground, tour: Tour, job: Job, starts: int, travel: int) -> bool:
    ends = starts + job.minutes
    is_free = any(begins <= starts - travel and ends <= closes for begins, closes in tour.free)
    is_open = any(opens <= starts and ends <= closes for opens, closes in job.windows)
    return is_free and is_open and not (ground.terms.keep_due and _late(job, starts))


def _late(job: Job, starts: int) -> int:
    return max(0, starts - job.start_by) if job.start_by is not None else 0


def _lunch(ground: Ground, tour: Tour, now: int, before: int | None = None) -> int | None:
    """When the break is over that begins at `now` or later and ends by `before`; None when it has no place."""
    assert tour.lunch is not None
    opens, closes = tour.lunch
    for begins, ends in tour.free:
        over = max(now, begins, opens) + ground.terms.lunch_minutes
        if over <= min(ends, closes, closes if before is None else before):
            return over
    return None


def _cost(ground: Ground, number: int, stops: Sequence[Stop]) -> int:
    """Minutes of travel, of lateness twice, and what moving visits weighs."""
    if not stops:
        return 0
    tour = ground.tours[number]
    travel = sum(stop.travel for stop in stops) + ground.back[number][stops[-1].job]
    late = sum(_late(ground.jobs[stop.job], stop.starts) for stop in stops)
    return travel + 2 * late + ground.terms.disruption_minutes * moved(ground, tour, stops)


def moved(ground: Ground, tour: Tour, stops: Iterable[Stop]) -> int:
    """How many visits of today's agenda have another technician or time here."""
    jobs = ((ground.jobs[stop.job], stop.starts) for stop in stops)
    return sum(1 for job, at in jobs if job.stays_with and (job.stays_with, job.stays_at) != (tour.technician_id, at))


def alone(ground: Ground, number: int, which: int) -> bool:
    """Whether a tour could be driven with this visit only."""
    return ground.may(ground.tours[number], ground.jobs[which]) and timed(ground, number, (which,)) is not None


__all__ = ["Stop", "Stretch", "Timed", "alone", "moved", "timed"]
