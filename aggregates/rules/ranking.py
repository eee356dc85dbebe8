"""Who can do a visit (proposte di assegnazione), best first, each with the reasons that make its score (AGE-2).

Hard conditions leave people out and say which one was the first; all others are points. A score is the sum of the
points of its reasons, nothing else. Equal scores stand by time, name and id.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from pydantic import Field

from aggregates.because import Because, because
from aggregates.rules.availability import first_fit, within
from aggregates.rules.distance import Point, TravelTerms, distance_km, travel_minutes
from aggregates.rules.instruments import HeldInstrument, why_not
from aggregates.technician import Skill
from aggregates.values import Slot, Value, rome_date


class DispatchTerms(Value):
    """What counts how much when technicians are proposed, in points, and how ways are reckoned."""

    per_skill_level: int = Field(default=5, ge=0, description="For each level above the least one.")
    area: int = Field(default=20, ge=0)
    per_travel_minute: int = Field(default=1, ge=0)
    per_onward_minute: int = Field(default=1, ge=0, description="Of the way to the visit that comes after it.")
    per_load_hour: int = Field(default=3, ge=0, description="For each hour planned on that day already.")
    usual: int = Field(default=25, ge=0)
    on_time: int = Field(default=40, ge=0)
    per_late_hour: int = Field(default=10, ge=0)
    most_late: int = Field(default=200, ge=0)
    parts: int = Field(default=30, ge=0, description="When the van holds all planned parts; a share for some.")
    contractor: int = Field(default=30, ge=0)
    on_call: int = Field(default=15, ge=0, description="When the visit lies in duty on call.")
    travel: TravelTerms = TravelTerms()
    due_soon_hours: int = Field(default=4, ge=0, le=240, description="From when on the map shows a visit as due soon.")


USUAL_TERMS = DispatchTerms()
Told = tuple[int, str, dict[str, object]]
"""Points, the code of their reason, its values: a reason that is made only for the best time."""


class Wanted(Value):
    """The visit somebody is wanted for; the work lies in the window, the way there may lie before it."""

    minutes: int = Field(ge=1)
    window: Slot
    skill: str | None = None
    least_level: int = 1
    area: str | None = None
    place: Point | None = None
    due_at: datetime | None = None
    instrument: str | None = None
    parts: int = 0
    """How many different parts are planned."""


class Stop(Value):
    """A visit that a technician has already."""

    slot: Slot
    place: Point | None = None


class Person(Value):
    """A technician as proposals look at them; `free` is working time and duty on call that nothing takes."""

    id: UUID
    name: str
    skills: tuple[Skill, ...] = ()
    instruments: tuple[HeldInstrument, ...] = ()
    areas: tuple[str, ...] = ()
    is_external: bool = False
    is_usual: bool = False
    start: Point | None = None
    free: tuple[Slot, ...] = ()
    on_call: tuple[Slot, ...] = ()
    open: tuple[Slot, ...] = ()
    absent: tuple[Slot, ...] = ()
    stops: tuple[Stop, ...] = ()
    load: dict[date, int] = Field(default={}, description="Minutes planned by day.")
    seen: Stop | None = None
    """Where they were seen last, and from when on that counts."""
    parts_there: int = 0


class Reason(Value):
    """Points and why."""

    because: Because
    points: int


class Candidate(Value):
    """A technician with a time, the way there, and why they stand where they stand."""

    technician_id: UUID
    name: str
    slot: Slot
    travel_minutes: int
    onward_minutes: int | None = None
    """The way from there to the visit after it on that day, where both places are known."""
    score: int
    reasons: tuple[Reason, ...]


class Excluded(Value):
    """A technician who cannot, and the first reason why."""

    technician_id: UUID
    name: str
    because: Because


def rank(
    wanted: Wanted, people: Iterable[Person], terms: DispatchTerms = USUAL_TERMS
) -> tuple[tuple[Candidate, ...], tuple[Excluded, ...]]:
    """Everybody who can, best first, and everybody who cannot, by name."""
    can: list[Candidate] = []
    cannot: list[Excluded] = []
    for person in people:
        found = judged(wanted, person, terms)
        if isinstance(found, Candidate):
            can.append(found)
        else:
            cannot.append(Excluded(technician_id=person.id, name=person.name, because=found))
    return (
        tuple(sorted(can, key=lambda one: (-one.score, one.slot.starts_at, one.name, str(one.technician_id)))),
        tuple(sorted(cannot, key=lambda one: (one.name, str(one.technician_id)))),
    )


def judged(wanted: Wanted, person: Person, terms: DispatchTerms) -> Candidate | Because:
    """The technician's best time for the visit, or the first condition that none of their times meets."""
    skill = next((one for one in person.skills if one.name == wanted.skill), None)
    if wanted.skill is not None:
        if skill is None:
            return because("out-skill", skill=wanted.skill)
        if skill.level < wanted.least_level:
            return because("out-level", skill=wanted.skill, level=skill.level, least=wanted.least_level)
        if not skill.holds(rome_date(wanted.window.starts_at)):
            return because("out-certificate", skill=wanted.skill, until=skill.certified_until_on)
    times = [found for free in person.free if (found := _time_in(free, wanted, person, terms))]
    if not times:
        return _why_no_time(wanted, person)
    holding = [one for one in times if skill is None or skill.holds(rome_date(one.slot.ends_at))]
    if not holding:
        return because("out-certificate", skill=wanted.skill, until=skill.certified_until_on if skill else None)
    equipped = [one for one in holding if _lacks(wanted, person, one.slot) is None]
    if not equipped:
        return _lacks(wanted, person, holding[0].slot) or because("out-no-time", minutes=wanted.minutes)
    scored = [(one, _points(wanted, person, skill, one, terms)) for one in equipped]
    best, points = min(scored, key=lambda each: (-sum(told for told, _, _ in each[1]), each[0].slot.starts_at))
    return Candidate(
        technician_id=person.id,
        name=person.name,
        slot=best.slot,
        travel_minutes=best.travel,
        onward_minutes=best.onward,
        score=sum(each for each, _, _ in points),
        reasons=tuple(Reason(points=each, because=because(code, **values)) for each, code, values in points),
    )


def origin(person: Person, at: datetime) -> Point | None:
    """Where somebody comes from at an instant: the visit before it on that day, where they were seen, their start."""
    day = rome_date(at)
    before = [
        (stop.slot.ends_at, stop.place)
        for stop in person.stops
        if stop.slot.ends_at <= at and rome_date(stop.slot.ends_at) == day
    ]
    if person.seen is not None and person.seen.slot.starts_at <= at < person.seen.slot.ends_at:
        before.append((person.seen.slot.starts_at, person.seen.place))
    _, place = max(before, key=lambda known: known[0], default=(at, person.start))
    return place or person.start


def way_minutes(one: Point | None, other: Point | None, terms: TravelTerms) -> int:
    """Minutes on the road between two places; as agreed where one of them is not known."""
    return travel_minutes(distance_km(one, other), terms) if one and other else terms.unknown_minutes


class _Time(NamedTuple):
    """A time somebody could take, with the minutes of the way there and of the way on."""

    slot: Slot
    travel: int
    onward: int | None


def _time_in(free: Slot, wanted: Wanted, person: Person, terms: DispatchTerms) -> _Time | None:
    travel = way_minutes(origin(person, free.starts_at), wanted.place, terms.travel)
    window, following = wanted.window, _next_stop(person, free.ends_at)
    onward, done_by = None, window.ends_at
    if following is not None and following.place is not None and wanted.place is not None:
        onward = way_minutes(wanted.place, following.place, terms.travel)
        done_by = min(done_by, following.slot.starts_at - timedelta(minutes=onward))
    slot = first_fit([free], wanted.minutes, travel, not_before=window.starts_at, done_by=done_by)
    if slot is None:
        return None
    is_that_day = following is not None and rome_date(slot.ends_at) == rome_date(following.slot.starts_at)
    return _Time(slot, travel, onward if is_that_day else None)


def _next_stop(person: Person, at: datetime) -> Stop | None:
    """The visit that comes first after an instant."""
    after = (stop for stop in person.stops if stop.slot.starts_at >= at)
    return min(after, key=lambda stop: stop.slot.starts_at, default=None)


def _lacks(wanted: Wanted, person: Person, slot: Slot) -> Because | None:
    """Why they could not measure what is to be measured in a time; None when they can."""
    if wanted.instrument is None:
        return None
    return why_not(person.instruments, wanted.instrument, rome_date(slot.ends_at))


def _why_no_time(wanted: Wanted, person: Person) -> Because:
    working = within((*person.open, *person.on_call), wanted.window)
    if not working:
        return because("out-not-working")
    absent = within(person.absent, wanted.window)
    if any(one.starts_at <= work.starts_at and work.ends_at <= one.ends_at for one in absent for work in working):
        return because("out-absent")
    return because("out-no-time", minutes=wanted.minutes)


def _points(wanted: Wanted, person: Person, skill: Skill | None, time: _Time, terms: DispatchTerms) -> list[Told]:
    slot = time.slot
    found: list[Told | None] = [_timely(wanted, slot, terms), _way(wanted, time.travel, terms)]
    if time.onward is not None:
        found.append(_told(-time.onward * terms.per_onward_minute, "rank-onward", minutes=time.onward))
    if skill is not None:
        above = skill.level - wanted.least_level
        found.append(_told(above * terms.per_skill_level, "rank-skill", skill=skill.name, level=skill.level))
    if wanted.area is not None and wanted.area in person.areas:
        found.append(_told(terms.area, "rank-area", area=wanted.area))
    if person.is_usual:
        found.append(_told(terms.usual, "rank-usual"))
    if wanted.parts:
        share = terms.parts * min(person.parts_there, wanted.parts) // wanted.parts
        found.append(_told(share, "rank-parts", there=person.parts_there, wanted=wanted.parts))
    planned = person.load.get(rome_date(slot.starts_at), 0)
    if planned:
        found.append(_told(-(planned * terms.per_load_hour // 60), "rank-load", minutes=planned))
    if any(duty.overlaps(slot) for duty in person.on_call) and not any(one.overlaps(slot) for one in person.open):
        found.append(_told(-terms.on_call, "rank-on-call"))
    if person.is_external:
        found.append(_told(-terms.contractor, "rank-contractor"))
    return [told for told in found if told is not None]


def _timely(wanted: Wanted, slot: Slot, terms: DispatchTerms) -> Told | None:
    if wanted.due_at is None:
        return None
    late = int((slot.starts_at - wanted.due_at).total_seconds() // 60)
    if late <= 0:
        return _told(terms.on_time, "rank-on-time", minutes=-late)
    return _told(-min(terms.most_late, late * terms.per_late_hour // 60), "rank-late", minutes=late)


def _way(wanted: Wanted, travel: int, terms: DispatchTerms) -> Told:
    code = "rank-travel" if wanted.place is not None else "rank-travel-unknown"
    return _told(-travel * terms.per_travel_minute, code, minutes=travel)


def _told(points: int, code: str, **values: object) -> Told:
    return points, code, values
