"""The solver of day plans (risolutore): a real one in a process of its own, a plain one where that is not installed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aggregates.rules.day_plan_ground import Ground, Job, Tour
from aggregates.rules.day_plan_routes import Routes, as_today, solved, solved_greedily
from aggregates.rules.day_plan_values import HIGHEST_PRIORITY, PlanProblem, PlanSolution

LONGEST_S = 120.0
LEVELS = {100: 4, 250: 2}
"""How thoroughly VROOM looks, by the number of visits; beyond the last, just once."""
THREADS = 2
SECONDS = 60
LONG_MINUTES = 10**6


class SolverDied(RuntimeError):
    """The solver's process ended without an answer, or took too long."""


class AnswerMalformed(RuntimeError):
    """The solver answered something that is not a plan."""


class Solver(Protocol):
    """Makes a plan of a problem; whoever uses it checks the plan."""

    def solve(self, problem: PlanProblem) -> PlanSolution:
        """A plan. Raises `SolverDied`, `AnswerMalformed`."""


class GreedySolver:
    """Puts visits where they cost least: good enough for a small company, and always there."""

    def solve(self, problem: PlanProblem) -> PlanSolution:
        """See `Solver`."""
        return solved_greedily(Ground(problem))


class Answer(BaseModel):
    """What the solver's process answers."""

    model_config = ConfigDict(extra="forbid", strict=True)

    routes: list[list[Annotated[int, Field(ge=0)]]]
    peak_kb: int = 0


@dataclass
class VroomSolver:
    """VROOM, which moves visits between and within tours until nothing gets better.

    It is asked twice: with everything free to move, and with visits bound to their technicians; today's agenda,
    completed, stands beside both. The lightest of the three is the plan.
    """

    command: Sequence[str] = (sys.executable, str(Path(__file__).with_name("solver_process.py")))
    seconds: float = LONGEST_S
    level: int | None = None
    peak_kb: int = 0
    """The most memory that a process of it has taken."""

    def solve(self, problem: PlanProblem) -> PlanSolution:
        """See `Solver`."""
        ground = Ground(problem)
        if not ground.tours or not ground.jobs:
            return solved((Routes(ground),), "vroom")
        ways = [self._ordered(ground, bound=False)]
        if any(job.stays_with for job in ground.jobs):
            ways.append(self._ordered(ground, bound=True))
        return solved((as_today(ground), *ways), "vroom")

    def _ordered(self, ground: Ground, *, bound: bool) -> Routes:
        routes = Routes(ground)
        question = _question(ground, self._level(ground), bound=bound)
        orders = self._asked(question, ground) if question["jobs"] else []
        for number, order in enumerate(orders):
            routes.take(number, order)
        return routes

    def _level(self, ground: Ground) -> int:
        fitting = (level for most, level in LEVELS.items() if len(ground.jobs) <= most)
        return self.level if self.level is not None else next(fitting, 1)

    def _asked(self, question: dict[str, Any], ground: Ground) -> list[list[int]]:
        try:
            answer = Answer.model_validate_json(self._answered(json.dumps(question)))
        except ValidationError as error:
            raise AnswerMalformed("it is not the answer that was asked for") from error
        told = [job for order in answer.routes for job in order]
        is_known = len(answer.routes) == len(ground.tours) and max(told, default=0) < len(ground.jobs)
        if not is_known or len(set(told)) != len(told):
            raise AnswerMalformed("it names visits twice, or visits and technicians that there are not")
        self.peak_kb = max(self.peak_kb, answer.peak_kb)
        return answer.routes

    def _answered(self, question: str) -> str:
        """What a process says to the question."""
        try:
            done = subprocess.run(  # noqa: S603 - our own program
                self.command, input=question, capture_output=True, text=True, timeout=self.seconds, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SolverDied(str(error)) from error
        if done.returncode != 0:
            raise SolverDied(done.stderr.strip()[-300:] or f"it ended with {done.returncode}")
        return done.stdout


def usual_solver() -> Solver:
    """The best solver that is installed."""
    return VroomSolver() if find_spec("vroom") is not None else GreedySolver()


def _question(ground: Ground, level: int, *, bound: bool) -> dict[str, Any]:
    """The problem as VROOM takes it: whole numbers, a place for each visit and both ends of each tour."""
    begins = min(tour.free[0][0] for tour in ground.tours)
    skills = {name: n for n, name in enumerate(sorted({name for tour in ground.tours for name in tour.skills}), 1)}
    own = {key: len(skills) + n for n, key in enumerate(sorted({tour.technician_id for tour in ground.tours}), 1)}
    durations, costs = _matrices(ground)
    return {
        "level": level,
        "threads": THREADS,
        "durations": durations,
        "costs": costs,
        "vehicles": [_vehicle(ground, n, begins, skills, own) for n in range(len(ground.tours))],
        "jobs": [
            one
            for n, job in enumerate(ground.jobs)
            if (one := _job(n, job, begins, skills, own, bound=bound)) is not None
        ],
    }


def _matrices(ground: Ground) -> tuple[list[list[int]], list[list[int]]]:
    """Minutes between all places in seconds: as they pass, and as they count.

    At the end of the day nobody has to be back in time, but the way back counts.
    """
    jobs, tours = len(ground.jobs), len(ground.tours)
    size = jobs + 2 * tours
    durations = [[0] * size for _ in range(size)]
    costs = [[0] * size for _ in range(size)]
    for a in range(jobs):
        for b in range(jobs):
            durations[a][b] = costs[a][b] = ground.between[a][b] * SECONDS
    for n, tour in enumerate(ground.tours):
        for which in range(jobs):
            back = ground.back[n][which]
            durations[jobs + 2 * n][which] = costs[jobs + 2 * n][which] = ground.to[n][which] * SECONDS
            durations[which][jobs + 2 * n + 1] = max(back, tour.end_travel) * SECONDS if tour.end_by is not None else 0
            costs[which][jobs + 2 * n + 1] = back * SECONDS
    return durations, costs


def _vehicle(ground: Ground, n: int, begins: int, skills: dict[str, int], own: dict[UUID, int]) -> dict[str, Any]:
    tour, jobs = ground.tours[n], len(ground.jobs)
    last = tour.end_by if tour.end_by is not None else tour.free[-1][1]
    return {
        "start": jobs + 2 * n,
        "end": jobs + 2 * n + 1,
        "skills": [*(skills[name] for name in sorted(tour.skills)), own[tour.technician_id]],
        "window": [(tour.free[0][0] - begins) * SECONDS, (max(last, tour.free[-1][1]) - begins) * SECONDS],
        "breaks": list(_breaks(ground, tour, begins)),
    }


def _breaks(ground: Ground, tour: Tour, begins: int) -> Iterator[tuple[list[int], int]]:
    """Time that is not free, where it is, and the break to eat, where it fits."""
    for (_, closes), (opens, _) in zip(tour.free, tour.free[1:], strict=False):
        at = (closes - begins) * SECONDS
        yield [at, at], (opens - closes) * SECONDS
    if tour.lunch is not None:
        opens, closes = tour.lunch
        earliest, latest = max(opens, tour.free[0][0]), min(closes, tour.free[-1][1]) - ground.terms.lunch_minutes
        if earliest <= latest:
            yield [(earliest - begins) * SECONDS, (latest - begins) * SECONDS], ground.terms.lunch_minutes * SECONDS


def _job(
    n: int, job: Job, begins: int, skills: dict[str, int], own: dict[UUID, int], *, bound: bool
) -> dict[str, Any] | None:
    """A visit as VROOM takes it; None when nobody could do it. Due times are kept where they can be."""
    visit = job.visit
    whose = visit.only or (job.stays_with if bound else None)
    is_able = visit.barred is None and (visit.skill is None or visit.skill in skills)
    if not is_able or (whose is not None and whose not in own):
        return None
    windows = [
        [max(0, opens - begins) * SECONDS, (min(closes, begins + LONG_MINUTES) - job.minutes - begins) * SECONDS]
        for opens, closes in job.windows
        if closes - job.minutes >= max(opens, begins)
    ]
    if job.start_by is not None and job.start_by >= begins:
        due = (job.start_by - begins) * SECONDS
        timely = [[opens, min(closes, due)] for opens, closes in windows if opens <= due]
        windows = timely or windows
    if not windows:
        return None
    return {
        "id": n,
        "location": n,
        "service": job.minutes * SECONDS,
        "skills": [*([skills[visit.skill]] if visit.skill else []), *([own[whose]] if whose else [])],
        "windows": _apart(windows),
        "priority": min(HIGHEST_PRIORITY, visit.priority + (30 if job.stays_with else 0)),
    }


def _apart(windows: list[list[int]]) -> list[list[int]]:
    """The same windows in order, those that touch as one."""
    apart: list[list[int]] = []
    for opens, closes in sorted(windows):
        if apart and opens <= apart[-1][1]:
            apart[-1][1] = max(apart[-1][1], closes)
        else:
            apart.append([opens, closes])
    return apart
