"""Makes the day plans that were asked for (pianificatore): solved, checked, recorded once.

Killed anywhere, the next run solves the same frozen question; the command's id follows from the plan's, so that it is
recorded once. A solver that dies is tried again, and after three times the plan has failed; an answer that is no plan
is never taken.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from aggregates.base import Act
from aggregates.because import Because, because
from aggregates.day_plan import DayPlan, PlanState
from aggregates.rules.day_plan_checks import faults
from aggregates.rules.day_plan_values import PlanSolution
from commands.base import Command, CommandIdReused, Entry
from commands.day_plan import FAIL, RECORD, FailDayPlan, RecordDayPlan
from gateways.logs import log
from gateways.solver import AnswerMalformed, Solver, SolverDied, usual_solver
from projections.day_plans import plans_to_make

if TYPE_CHECKING:
    from gateways.wiring import House

SYSTEM = "system:day-planner"
MOST_TRIES = 3
MALFORMED = because("plan-unreadable")
DIED = because("plan-died")


class DayPlanner:
    """Makes plans of any company; remembers only how often a solver died over each."""

    def __init__(self, solver: Solver | None = None) -> None:
        self._solver = solver or usual_solver()
        self._died: Counter[UUID] = Counter()

    def tick(self, house: House, now: datetime | None = None) -> int:
        """Make the plans that wait; the number of those recorded."""
        at = now or datetime.now(UTC)
        return sum(self._made(house, plan_id, at) for plan_id in plans_to_make(house.reader))

    def _made(self, house: House, plan_id: UUID, at: datetime) -> bool:
        plan = house.reader.record(plan_id)
        if not isinstance(plan, DayPlan) or plan.state is not PlanState.ASKED:
            return False
        try:
            solution = self._solver.solve(plan.problem)
        except SolverDied as error:
            return self._given_up(house, plan_id, error, at)
        except AnswerMalformed as error:
            log.warning("day plan failed", plan=str(plan_id), error=str(error))
            return self._failed(house, plan_id, MALFORMED, at)
        wrong = faults(plan.problem, solution)
        if wrong:
            log.warning("day plan failed", plan=str(plan_id), faults=wrong[:5])
            return self._failed(house, plan_id, MALFORMED, at)
        return self._solved(house, plan_id, solution, at)

    def _given_up(self, house: House, plan_id: UUID, error: SolverDied, at: datetime) -> bool:
        self._died[plan_id] += 1
        log.warning("solver died", plan=str(plan_id), times=self._died[plan_id], error=str(error))
        return self._died[plan_id] >= MOST_TRIES and self._failed(house, plan_id, DIED, at)

    def _solved(self, house: House, plan_id: UUID, solution: PlanSolution, at: datetime) -> bool:
        return _given(house, RECORD, RecordDayPlan(plan_id=plan_id, solution=solution), plan_id, at)

    def _failed(self, house: House, plan_id: UUID, why: Because, at: datetime) -> bool:
        return _given(house, FAIL, FailDayPlan(plan_id=plan_id, because=why), plan_id, at)


def _given(house: House, entry: Entry, cmd: Command, plan_id: UUID, at: datetime) -> bool:
    try:
        outcome = house.desk.execute(entry, cmd, Act(by=SYSTEM, at=at), uuid5(plan_id, "made"))
    except CommandIdReused:
        log.info("another worker made this day plan", plan=str(plan_id))
        return False
    return not outcome.repeated
