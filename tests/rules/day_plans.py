"""Day plan problems, small and random, for the tests of the rules and of the solvers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from aggregates.rules.availability import free_time
from aggregates.rules.day_plan_values import (
    FixedVisit,
    PinReason,
    Placement,
    PlanProblem,
    PlanTechnician,
    PlanTerms,
    PlanVisit,
    UnservedReason,
    WorkDay,
)
from aggregates.rules.distance import Point
from aggregates.values import ROME, Slot

MONDAY = date(2026, 12, 14)
BASE = Point(latitude=44.2, longitude=12.0)
SKILLS = ("GAS", "COPIER", None)


def at(hour: int, minute: int = 0, day: int = 0) -> datetime:
    """A wall-clock time of the planned days."""
    return datetime(2026, 12, 14 + day, hour, minute, tzinfo=ROME)


def slot(begins: datetime, minutes: int) -> Slot:
    """So many minutes."""
    return Slot(starts_at=begins, ends_at=begins + timedelta(minutes=minutes))


def technician(n: int = 1, *free: Slot, skills: tuple[str, ...] = (), lunch: Slot | None = None) -> PlanTechnician:
    """One who is free from eight to five, unless something else is said."""
    day = WorkDay(on=MONDAY, skills=skills, free=free or (slot(at(8), 540),), lunch=lunch)
    return PlanTechnician(technician_id=UUID(int=n), base=BASE, days=(day,))


def visit(n: int, minutes: int = 60, **said: object) -> PlanVisit:
    """A visit a few kilometres from the base."""
    place = {"place": Point(latitude=44.2 + n * 0.01, longitude=12.0)}
    return PlanVisit.model_validate(
        {"call_id": UUID(int=1000 + n), "activity_id": UUID(int=2000 + n), "minutes": minutes} | place | said
    )


def problem(technicians: list[PlanTechnician], *visits: PlanVisit, **said: object) -> PlanProblem:
    """These visits for these technicians on one day."""
    return PlanProblem.model_validate(
        {"first_on": MONDAY, "last_on": MONDAY, "begins_at": at(0), "technicians": technicians, "visits": visits} | said
    )


points = st.none() | st.builds(
    Point, latitude=st.floats(44.0, 44.4).map(lambda x: round(x, 3)), longitude=st.floats(11.8, 12.4)
)
quarters = st.integers(0, 40).map(lambda n: timedelta(minutes=15 * n))


@st.composite
def problems(draw: st.DrawFn) -> PlanProblem:
    """Some technicians over one or two days, with fixed visits, and visits of every kind."""
    days = draw(st.integers(1, 2))
    ids = [UUID(int=1 + n) for n in range(draw(st.integers(1, 3)))]
    fixed = draw(st.lists(fixed_visits(ids, days), max_size=3))
    taken: list[FixedVisit] = []
    for one in fixed:
        if not any(one.technician_id == other.technician_id and _claim(one).overlaps(_claim(other)) for other in taken):
            taken.append(one)
    technicians = []
    for key in ids:
        own = [_claim(one) for one in taken if one.technician_id == key]
        technicians.append(
            PlanTechnician(
                technician_id=key,
                base=draw(points),
                days=tuple(_day(draw, day, own) for day in range(days)),
            )
        )
    return PlanProblem(
        first_on=MONDAY,
        last_on=MONDAY + timedelta(days=days - 1),
        begins_at=at(0),
        technicians=tuple(technicians),
        fixed=tuple(one.model_copy(update={"activity_id": UUID(int=3000 + n)}) for n, one in enumerate(taken)),
        visits=tuple(draw(visits(n, ids, days)) for n in range(draw(st.integers(0, 8)))),
        terms=PlanTerms(
            lunch_minutes=draw(st.sampled_from((0, 30, 60))),
            keep_due=draw(st.booleans()),
            disruption_minutes=draw(st.sampled_from((0, 10, 60))),
        ),
    )


def _claim(one: FixedVisit) -> Slot:
    return Slot(starts_at=one.leaves_at, ends_at=one.slot.ends_at)


def _day(draw: st.DrawFn, day: int, busy: list[Slot]) -> WorkDay:
    shifts = draw(
        st.sampled_from(
            (
                [],
                [slot(at(8, day=day), 540)],
                [slot(at(8, 30, day=day), 240), slot(at(14, day=day), 240)],
                [slot(at(13, day=day), 180)],
            )
        )
    )
    return WorkDay(
        on=MONDAY + timedelta(days=day),
        skills=tuple(sorted(draw(st.sets(st.sampled_from(("GAS", "COPIER")))))),
        free=free_time(shifts, busy),
        lunch=draw(st.sampled_from((None, slot(at(12, day=day), 150)))),
    )


@st.composite
def fixed_visits(draw: st.DrawFn, ids: list[UUID], days: int) -> FixedVisit:
    """A visit that stays, between seven and nineteen."""
    begins = at(7, 30, day=draw(st.integers(0, days - 1))) + draw(quarters)
    return FixedVisit(
        activity_id=UUID(int=0),
        technician_id=draw(st.sampled_from(ids)),
        slot=slot(begins, draw(st.sampled_from((30, 60, 120)))),
        leaves_at=begins - timedelta(minutes=draw(st.sampled_from((0, 10, 30)))),
        place=draw(points),
        why=PinReason.CONFIRMED,
    )


@st.composite
def visits(draw: st.DrawFn, n: int, ids: list[UUID], days: int) -> PlanVisit:
    """A visit of some length, perhaps on the agenda already, perhaps with windows, a due time, parts in a van."""
    minutes = draw(st.sampled_from((15, 40, 60, 150)))

    def begins() -> datetime:
        return at(8, day=draw(st.integers(0, days - 1))) + draw(quarters)

    before = Placement(
        technician_id=draw(st.sampled_from(ids)), slot=slot(begins(), minutes), travel_minutes=draw(st.integers(0, 40))
    )
    return PlanVisit(
        call_id=UUID(int=1000 + n),
        activity_id=UUID(int=2000 + n),
        minutes=minutes,
        skill=draw(st.sampled_from(SKILLS)),
        place=draw(points),
        windows=draw(
            st.none()
            | st.lists(st.builds(lambda w: slot(begins(), w), st.sampled_from((120, 300))), max_size=2).map(tuple)
        ),
        start_by=draw(st.none() | st.builds(begins)),
        priority=draw(st.sampled_from((20, 40, 80))),
        only=draw(st.sampled_from((None, None, ids[0]))),
        before=draw(st.sampled_from((None, before))),
        barred=draw(st.sampled_from((None, None, None, UnservedReason.TO_APPROVE))),
    )
