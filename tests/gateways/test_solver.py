"""The contract of every solver of day plans, and what becomes of one that dies or talks nonsense."""

from __future__ import annotations

import json
import sys
from uuid import UUID

import pytest
from hypothesis import given, settings

from aggregates.rules.day_plan_checks import faults
from aggregates.rules.day_plan_values import Placement, PlanProblem
from gateways.solver import AnswerMalformed, GreedySolver, Solver, SolverDied, VroomSolver
from gateways.solver_process import solve
from tests.rules.day_plans import at, problem, problems, slot, technician, visit

GINO, PINA = UUID(int=1), UUID(int=2)
SOLVERS = [VroomSolver(level=2), GreedySolver()]


@pytest.fixture(params=SOLVERS, ids=["vroom", "greedy"])
def solver(request: pytest.FixtureRequest) -> Solver:
    """Each of them in turn."""
    found: Solver = request.param
    return found


def test_it_serves_whom_it_can_with_skills_windows_parts_and_a_break(solver: Solver) -> None:
    eats = slot(at(12), 120)
    asked = problem(
        [technician(1, skills=("GAS",), lunch=eats), technician(2, slot(at(8, 30), 240), slot(at(14), 240))],
        visit(1, skill="GAS"),
        visit(2, windows=[slot(at(15), 90)]),
        visit(3, only=PINA),
        visit(4, 180, start_by=at(9)),
        visit(5, skill="COPIER"),
        visit(6, 90, before=Placement(technician_id=GINO, slot=slot(at(15), 90), travel_minutes=9)),
    )
    plan = solver.solve(asked)
    assert faults(asked, plan) == []
    assert plan.after.served == 5
    assert [one.activity_id for one in plan.unserved] == [visit(5).activity_id]
    assert plan.after.late_minutes == 0


def test_nothing_to_do_is_a_plan(solver: Solver) -> None:
    for asked in (problem([]), problem([technician()]), problem([], visit(1))):
        plan = solver.solve(asked)
        assert faults(asked, plan) == []
        assert plan.visits == ()


class Here(VroomSolver):
    """VROOM in this process: a process for each of many examples takes minutes."""

    def _answered(self, question: str) -> str:
        return json.dumps({"routes": solve(json.loads(question))})


@pytest.mark.parametrize("solver", [Here(level=1), GreedySolver()], ids=["vroom", "greedy"])
@settings(max_examples=40)
@given(asked=problems())
def test_whatever_is_asked_the_plan_holds(solver: Solver, asked: PlanProblem) -> None:
    assert faults(asked, solver.solve(asked)) == []


@pytest.mark.parametrize(
    ("says", "error"),
    [
        ("print('{}')", AnswerMalformed),
        ("print('not at all')", AnswerMalformed),
        ("print('{\"routes\": [[0, 0]]}')", AnswerMalformed),
        ("print('{\"routes\": [[7]]}')", AnswerMalformed),
        ("print('{\"routes\": [[-1]]}')", AnswerMalformed),
        ('print(\'{"routes": [["0"]]}\')', AnswerMalformed),
        ("print('{\"routes\": [[0], [0]]}')", AnswerMalformed),
        ("import sys; sys.exit(3)", SolverDied),
        ("import os; os.kill(os.getpid(), 9)", SolverDied),
        ("import time; time.sleep(60)", SolverDied),
    ],
)
def test_an_answer_that_is_none(says: str, error: type[Exception]) -> None:
    solver = VroomSolver(command=(sys.executable, "-c", says), seconds=1)
    with pytest.raises(error):
        solver.solve(problem([technician()], visit(1)))


def test_an_answer_that_cannot_be_driven_is_put_right() -> None:
    solver = VroomSolver(command=(sys.executable, "-c", "print('{\"routes\": [[1, 0]]}')"))
    asked = problem([technician()], visit(1, windows=[slot(at(8), 120)]), visit(2, 300))
    plan = solver.solve(asked)
    assert faults(asked, plan) == []
    assert plan.after.served == 2
