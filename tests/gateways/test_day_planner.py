"""The day planner: once each, whoever dies in the middle; nonsense is never taken."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from aggregates.because import in_italian
from aggregates.day_plan import DayPlan
from aggregates.rules.day_plan_values import PlanProblem, PlanSolution
from gateways.day_planner import DIED, MALFORMED, DayPlanner
from gateways.solver import AnswerMalformed, GreedySolver, SolverDied, VroomSolver
from tests.commands.day_plans import PLACES, PLAN, STAFF, accepted, agenda, asked_for, plan, proposed
from tests.dsl import Company


class Killed(BaseException):
    """The process is gone."""


class Odd:
    """A solver that does something else first."""

    def __init__(self, *happens: BaseException) -> None:
        self.happens = list(happens)

    def solve(self, problem: PlanProblem) -> PlanSolution:
        """A plan, unless something happens."""
        if self.happens:
            raise self.happens.pop(0)
        return GreedySolver().solve(problem)


class Wrong:
    """A solver whose plans cannot be driven."""

    def solve(self, problem: PlanProblem) -> PlanSolution:
        """A plan without the ways."""
        good = GreedySolver().solve(problem)
        return good.model_copy(
            update={"visits": tuple(one.model_copy(update={"travel_minutes": 0}) for one in good.visits)}
        )


@pytest.fixture
def asked(company: Company) -> Company:
    """A company that waits for a plan."""
    company.given(*PLACES, *STAFF, *asked_for(1), *asked_for(2), proposed())
    company.fold()
    return company


def made(company: Company) -> list[str]:
    """What was recorded of the plan."""
    company.fold()
    return [type(one.fact).__name__ for one in company.facts(PLAN)]


def test_whoever_comes_after_one_that_was_killed_makes_the_plan_once(asked: Company) -> None:
    with pytest.raises(Killed):
        DayPlanner(Odd(Killed())).tick(asked.house)
    assert made(asked) == ["Asked"]
    assert DayPlanner(GreedySolver()).tick(asked.house) == 1
    assert made(asked) == ["Asked", "Solved"]
    assert DayPlanner(GreedySolver()).tick(asked.house) == 0
    assert made(asked) == ["Asked", "Solved"]


def test_two_planners_at_once_record_one_plan(asked: Company) -> None:
    with ThreadPoolExecutor(4) as workers:
        counts = list(workers.map(lambda _: DayPlanner(GreedySolver()).tick(asked.house), range(4)))
    assert sum(counts) == 1
    assert made(asked) == ["Asked", "Solved"]


def test_the_real_solver_killed_in_the_middle_is_asked_again(asked: Company) -> None:
    dying = VroomSolver(command=(sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"))
    planner = DayPlanner(dying)
    assert planner.tick(asked.house) == 0
    assert made(asked) == ["Asked"]
    dying.command = VroomSolver().command
    assert planner.tick(asked.house) == 1
    assert plan(asked)["solver"] == "vroom"
    asked.execute(accepted())
    assert len(agenda(asked)) == 2


def test_a_solver_that_dies_three_times_has_failed(asked: Company) -> None:
    planner = DayPlanner(Odd(*(SolverDied("gone") for _ in range(9))))
    assert [planner.tick(asked.house) for _ in range(3)] == [0, 0, 1]
    assert made(asked) == ["Asked", "Failed"]
    assert plan(asked)["reason"] == in_italian([DIED])
    assert planner.tick(asked.house) == 0


@pytest.mark.parametrize("solver", [Odd(AnswerMalformed("nonsense")), Wrong()])
def test_nonsense_is_recorded_as_a_failure_and_never_as_a_plan(asked: Company, solver: Odd | Wrong) -> None:
    assert DayPlanner(solver).tick(asked.house) == 1
    assert made(asked) == ["Asked", "Failed"]
    assert plan(asked)["reason"] == in_italian([MALFORMED])
    record = asked.record(PLAN)
    assert isinstance(record, DayPlan)
    assert record.solution is None


def test_the_api_never_loads_the_solver() -> None:
    looks = "print([name for name in ('vroom', 'numpy', 'pandas') if name in sys.modules])"
    loaded = f"import sys, gateways.http.app, gateways.runtime; {looks}"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
