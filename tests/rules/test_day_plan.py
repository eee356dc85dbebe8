"""A day plan's arithmetic: times that follow from an order, what is left out and why, a checker that sees faults."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given

from aggregates.rules.day_plan_checks import faults
from aggregates.rules.day_plan_ground import Ground
from aggregates.rules.day_plan_routes import as_today, solved_greedily
from aggregates.rules.day_plan_timing import timed
from aggregates.rules.day_plan_values import (
    Change,
    FixedVisit,
    PinReason,
    Placement,
    PlanProblem,
    PlanSolution,
    PlanTerms,
    Unserved,
    UnservedReason,
    change_of,
)
from aggregates.rules.distance import Point
from tests.rules.day_plans import BASE, at, problem, problems, slot, technician, visit

GINO, PINA = UUID(int=1), UUID(int=2)


def plan_of(asked: PlanProblem) -> PlanSolution:
    """The greedy plan, which holds."""
    plan = solved_greedily(Ground(asked))
    assert faults(asked, plan) == []
    return plan


def reasons(plan: PlanSolution) -> list[UnservedReason]:
    return [one.reason for one in plan.unserved]


def test_visits_follow_each_other_with_the_way_between_them() -> None:
    plan = plan_of(problem([technician()], visit(1), visit(2)))
    first, second = plan.visits
    assert first.slot.starts_at == at(8, 5)
    assert (first.travel_minutes, second.travel_minutes) == (4, 2)
    assert second.slot.starts_at == at(9, 10)
    assert plan.after.served == 2
    assert plan.after.travel_minutes == 2 + 2 + 4
    assert plan.after.travel_km == Decimal("5.8")


def test_a_skill_is_needed_on_the_day() -> None:
    plan = plan_of(problem([technician(1), technician(2, skills=("GAS",))], visit(1, skill="GAS")))
    assert [one.technician_id for one in plan.visits] == [PINA]
    assert reasons(plan_of(problem([technician(1)], visit(1, skill="GAS")))) == [UnservedReason.NO_SKILL]


def test_parts_in_a_van_go_with_its_technician() -> None:
    plan = plan_of(problem([technician(1), technician(2)], visit(1, only=PINA)))
    assert [one.technician_id for one in plan.visits] == [PINA]


def test_a_visit_waits_for_its_window_or_is_left_out() -> None:
    plan = plan_of(problem([technician()], visit(1, windows=[slot(at(15), 60)])))
    assert plan.visits[0].slot.starts_at == at(15)
    assert reasons(plan_of(problem([technician()], visit(1, windows=[slot(at(15), 59)])))) == [UnservedReason.NO_WINDOW]
    assert reasons(plan_of(problem([technician()], visit(1, windows=[])))) == [UnservedReason.NO_WINDOW]


def test_when_there_is_not_time_for_all_the_weightiest_comes_first() -> None:
    plan = plan_of(problem([technician(1, slot(at(8), 90))], visit(1, priority=20), visit(2, priority=80)))
    assert [one.activity_id for one in plan.visits] == [visit(2).activity_id]
    assert reasons(plan) == [UnservedReason.NO_TIME]


@pytest.mark.parametrize(("keep_due", "late"), [(False, [(at(10, 5), 125)]), (True, [])])
def test_a_due_time_may_pass_unless_it_must_not(keep_due: bool, late: list[Any]) -> None:
    asked = problem([technician(1, slot(at(10), 120))], visit(1, start_by=at(8)), terms=PlanTerms(keep_due=keep_due))
    plan = plan_of(asked)
    assert [(one.slot.starts_at, one.late_minutes) for one in plan.visits] == late
    assert reasons(plan) == ([UnservedReason.TOO_LATE] if keep_due else [])


def test_there_is_time_to_eat() -> None:
    eats = technician(1, slot(at(9), 300), lunch=slot(at(12), 120))
    plan = plan_of(problem([eats], visit(1, 200), visit(2, 90), terms=PlanTerms(lunch_minutes=45)))
    assert [one.slot.minutes for one in plan.visits] == [200], "both and the break do not fit"
    assert len(plan_of(problem([eats], visit(1, 200), visit(2, 90), terms=PlanTerms(lunch_minutes=0))).visits) == 2


def test_a_way_is_not_cut_by_the_time_it_is_closed() -> None:
    halves = technician(1, slot(at(8, 30), 240), slot(at(14), 240))
    plan = plan_of(problem([halves], visit(1, 235), visit(2, 60)))
    assert [one.slot.starts_at for one in plan.visits] == [at(8, 35), at(14, 5)]


def fixed(begins: Any, place: Point | None = BASE, leaves: Any = None) -> FixedVisit:
    kept: dict[str, Any] = {"activity_id": UUID(int=9), "technician_id": GINO, "why": PinReason.CONFIRMED}
    return FixedVisit(slot=slot(begins, 60), leaves_at=leaves or begins, place=place, **kept)


def test_the_way_to_a_fixed_visit_is_left_free() -> None:
    far = Point(latitude=44.5, longitude=12.0)
    halves = technician(1, slot(at(8), 120), slot(at(11), 120))
    plan = plan_of(problem([halves], visit(1, 50), fixed=[fixed(at(10), far)]))
    assert plan.visits[0].slot.starts_at == at(8, 5), "the next is most of an hour away"
    plan = plan_of(problem([halves], visit(1, 90), fixed=[fixed(at(10), far)]))
    assert reasons(plan) == [UnservedReason.NO_WINDOW]


def test_what_holds_stays_and_moving_must_pay() -> None:
    here = Placement(technician_id=GINO, slot=slot(at(11), 60), travel_minutes=2)
    asked = problem([technician(1), technician(2)], visit(1, before=here))
    assert [change_of(here, one) for one in plan_of(asked).visits] == [Change.UNCHANGED]


def test_an_urgent_call_takes_the_place_of_another_and_that_one_moves() -> None:
    here = Placement(technician_id=GINO, slot=slot(at(8, 10), 60), travel_minutes=2)
    asked = problem([technician()], visit(1, before=here), visit(2, start_by=at(8, 30), priority=100))
    plan = plan_of(asked)
    assert {one.activity_id: one.late_minutes for one in plan.visits} == {UUID(int=2001): 0, UUID(int=2002): 0}


def test_changes_are_named() -> None:
    here = Placement(technician_id=GINO, slot=slot(at(9), 60), travel_minutes=5)
    assert change_of(None, here) is Change.ASSIGNED
    assert change_of(here, None) is Change.UNASSIGNED
    assert change_of(None, None) is Change.LEFT
    assert change_of(here, here) is Change.UNCHANGED
    assert change_of(here, here.model_copy(update={"travel_minutes": 6})) is Change.TRAVEL
    assert change_of(here, here.model_copy(update={"technician_id": PINA})) is Change.MOVED
    assert change_of(here, here.model_copy(update={"slot": slot(at(9), 61)})) is Change.MOVED


@given(problems())
def test_whatever_is_asked_the_plan_holds(asked: PlanProblem) -> None:
    assert faults(asked, solved_greedily(Ground(asked))) == []


@given(problems())
def test_a_plan_never_weighs_more_than_todays_agenda_completed(asked: PlanProblem) -> None:
    ground = Ground(asked)
    today = as_today(ground)
    before = today.weight
    assert today.complete().weight <= before
    for number in range(len(ground.tours)):
        assert timed(ground, number, today.order(number)) is not None or not today.order(number)


@given(problems())
def test_the_same_question_has_the_same_answer(asked: PlanProblem) -> None:
    frozen = PlanProblem.model_validate_json(asked.model_dump_json())
    assert solved_greedily(Ground(asked)) == solved_greedily(Ground(frozen))


# The checker sees what is wrong.

GOOD = problem([technician(1, lunch=slot(at(12), 120)), technician(2)], visit(1), visit(2))


def moved_to(n: int, **changed: Any) -> PlanSolution:
    plan = solved_greedily(Ground(GOOD))
    visits = list(plan.visits)
    visits[n] = visits[n].model_copy(update=changed)
    return plan.model_copy(update={"visits": tuple(visits)})


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"slot": slot(at(8, 20), 60)}, "overlaps"),
        ({"slot": slot(at(16, 30), 60)}, "time"),
        ({"slot": slot(at(10), 61)}, "length"),
        ({"travel_minutes": 1}, "way"),
        ({"technician_id": UUID(int=7)}, "day"),
        ({"activity_id": UUID(int=2002)}, "twice"),
        ({"activity_id": UUID(int=77)}, "unknown"),
        ({"late_minutes": 5}, "lateness"),
        ({"technician_id": PINA}, "sums"),
    ],
)
def test_faults_are_found(changed: dict[str, Any], fault: str) -> None:
    assert fault in " ".join(faults(GOOD, moved_to(1, **changed)))


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"skill": "GAS"}, "skill"),
        ({"only": UUID(int=5)}, "parts"),
        ({"windows": [slot(at(15), 60)]}, "window"),
        ({"barred": "waiting"}, "barred"),
    ],
)
def test_visits_that_do_not_belong_there_are_found(said: dict[str, Any], fault: str) -> None:
    plan = solved_greedily(Ground(problem([technician()], visit(1))))
    assert fault in " ".join(faults(problem([technician()], visit(1, **said)), plan))


def test_a_lost_visit_a_lost_break_and_a_due_time_are_found() -> None:
    plan = solved_greedily(Ground(problem([technician()], visit(1, 500))))
    hungry = problem([technician(1, lunch=slot(at(12), 120))], visit(1, 500))
    assert "lunch" in " ".join(faults(hungry, plan))
    assert "missing" in " ".join(faults(problem([technician()], visit(1, 500), visit(2)), plan))
    strict = problem([technician()], visit(1, 500, start_by=at(8)), terms=PlanTerms(keep_due=True))
    assert "due" in " ".join(faults(strict, plan))
    twice = plan.model_copy(update={"unserved": (Unserved(activity_id=UUID(int=2001), reason=UnservedReason.NO_TIME),)})
    assert "twice" in " ".join(faults(problem([technician()], visit(1, 500)), twice))
    pinned = problem([technician()], visit(1, 500), fixed=[fixed(at(9))])
    assert "overlaps" in " ".join(faults(pinned, plan))
