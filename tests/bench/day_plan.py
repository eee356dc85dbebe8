"""`python -m tests.bench.day_plan`: the real solver against the plain one, on the same made-up days, in one run.

Visits lie at random around a town, some with a skill, a window or a due time, a third of them on agendas already. Both
solvers must hand in plans that hold, and the real one must serve no fewer visits.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import date, datetime, timedelta
from uuid import UUID

from aggregates.rules.day_plan_checks import faults
from aggregates.rules.day_plan_values import Placement, PlanProblem, PlanSolution, PlanTechnician, PlanVisit, WorkDay
from aggregates.rules.distance import Point
from aggregates.values import ROME, Slot
from gateways.solver import GreedySolver, Solver, VroomSolver

DAY = date(2026, 12, 14)
SKILLS = ("GAS", "COPIER", "LASER")
SIZES = ((50, 8), (300, 40))


def at(minute: int) -> datetime:
    """A minute of the day."""
    return datetime(2026, 12, 14, tzinfo=ROME) + timedelta(minutes=minute)


def slot(begins: int, minutes: int) -> Slot:
    """So many minutes from a minute of the day on."""
    return Slot(starts_at=at(begins), ends_at=at(begins + minutes))


def made_up(visits: int, technicians: int) -> PlanProblem:
    """A day, always the same for the same numbers."""
    chance = random.Random(visits)
    ids = [UUID(int=1 + n) for n in range(technicians)]

    def place() -> Point:
        return Point(latitude=44.2 + chance.uniform(-0.3, 0.3), longitude=12.0 + chance.uniform(-0.4, 0.4))

    staff = tuple(
        PlanTechnician(
            technician_id=key,
            base=place(),
            days=(
                WorkDay(
                    on=DAY,
                    skills=tuple(sorted(chance.sample(SKILLS, 2))),
                    free=(slot(8 * 60, 9 * 60),),
                    lunch=slot(12 * 60, 120),
                ),
            ),
        )
        for key in ids
    )
    return PlanProblem(
        first_on=DAY,
        last_on=DAY,
        begins_at=at(0),
        technicians=staff,
        visits=tuple(_visit(chance, n, ids, place()) for n in range(visits)),
    )


def _visit(chance: random.Random, n: int, ids: list[UUID], place: Point) -> PlanVisit:
    minutes = chance.choice((30, 45, 60, 90))
    begins = 8 * 60 + 15 * chance.randrange(28)
    planned = Placement(technician_id=chance.choice(ids), slot=slot(begins, minutes), travel_minutes=20)
    return PlanVisit(
        call_id=UUID(int=10_000 + n),
        activity_id=UUID(int=20_000 + n),
        minutes=minutes,
        skill=chance.choice((*SKILLS, None, None)),
        place=place,
        windows=(slot(begins, 240),) if n % 5 == 0 else None,
        start_by=at(chance.choice((10, 12, 15)) * 60) if n % 7 == 0 else None,
        priority=chance.choice((20, 40, 70)),
        before=planned if n % 3 == 0 else None,
    )


def run(name: str, solver: Solver, problem: PlanProblem) -> PlanSolution:
    """One plan, measured and checked."""
    begun = time.perf_counter()
    plan = solver.solve(problem)
    seconds = time.perf_counter() - begun
    wrong = faults(problem, plan)
    served = f"{plan.after.served}/{len(problem.visits)}"
    memory = f"  {solver.peak_kb / 1024:.0f} MB" if isinstance(solver, VroomSolver) else ""
    after = plan.after
    print(f"  {name:8} {seconds:7.2f} s  served {served:>8}  travel {after.travel_minutes:6} min", end="")
    print(f"  late {after.late_minutes} min{memory}", flush=True)
    assert not wrong, wrong[:3]
    return plan


def main() -> int:
    """Both solvers on both sizes; 1 when the real one serves fewer."""
    worse = False
    for visits, technicians in SIZES:
        problem = made_up(visits, technicians)
        print(f"{visits} visits, {technicians} technicians")
        plain = run("greedy", GreedySolver(), problem)
        real = run("vroom", VroomSolver(), problem)
        worse = worse or real.after.served < plain.after.served
    return int(worse)


if __name__ == "__main__":
    sys.exit(main())
