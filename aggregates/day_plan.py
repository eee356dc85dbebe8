"""Day plan (piano della giornata): who goes where and when, proposed by a solver, accepted or not by the dispatcher.

The question is frozen when it is asked. A plan changes no agenda by itself: what is accepted becomes ordinary facts of
the calls, in the same append.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from uuid import UUID

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.because import Because
from aggregates.rules.day_plan_checks import faults
from aggregates.rules.day_plan_values import PlanProblem, PlanSolution
from aggregates.values import rome_date


class PlanState(StrEnum):
    """How far a day plan has come."""

    ASKED = "asked"
    SOLVED = "solved"
    FAILED = "failed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class PlanNotReady(Refusal):
    """The plan is still being made; wait a few seconds."""


class PlanFailed(Refusal):
    """No plan could be made: {reason} Ask for a new one."""


class PlanWrong(Refusal):
    """The plan does not hold ({faults}) and was not taken; it is made again, or ask for a new one."""

    status = 422


class PlanRejected(Refusal):
    """The plan was rejected; ask for a new one."""


class PlanAccepted(Refusal):
    """Visits of this plan are on agendas already; move them there."""


class PlanExpired(Refusal):
    """The plan was for days up to {last_on}, which are over; ask for a new one."""


class NotInPlan(Refusal):
    """The plan has no change for the visit {activity_id}; choose among those it shows."""

    status = 404


class AgendaChanged(Refusal):
    """The agenda has changed since the plan was made: {visits}. Ask for a new plan, or accept the others."""


class DayPlan(Aggregate):
    """A plan for some technicians and days."""

    TOPIC = "day-plan"

    class Asked(FirstEvent):
        """A plan is wanted; everything it follows from is frozen here."""

        TOPIC = "day-plan.asked.v1"
        problem: PlanProblem
        replan: bool
        """Whether a day already begun is planned anew."""

    class Solved(Aggregate.Event):
        """A plan was made and holds."""

        TOPIC = "day-plan.solved.v1"
        solution: PlanSolution

    class Failed(Aggregate.Event):
        """No plan could be made."""

        TOPIC = "day-plan.failed.v1"
        reason: str = ""
        because: Because | None = None

    class Accepted(Aggregate.Event):
        """Visits of the plan went onto agendas, in the same append."""

        TOPIC = "day-plan.accepted.v1"
        activity_ids: tuple[UUID, ...]

    class Rejected(Aggregate.Event):
        """Nobody wants the plan."""

        TOPIC = "day-plan.rejected.v1"
        reason: str

    # Decide

    @classmethod
    def ask(cls, plan_id: UUID, problem: PlanProblem, act: Act, *, replan: bool = False) -> DayPlan:
        """Ask for a plan."""
        return cls.begin(cls.Asked, id=plan_id, act=act, problem=problem, replan=replan)

    def solve(self, solution: PlanSolution, act: Act) -> None:
        """A plan was made; of several only the first counts. Raises `PlanWrong` when it does not hold."""
        if self.state is PlanState.ASKED:
            wrong = faults(self.problem, solution)
            require(not wrong, PlanWrong, faults=", ".join(wrong[:5]))
            self.trigger_event(self.Solved, act=act, solution=solution)

    def fail(self, because: Because, act: Act) -> None:
        """No plan could be made; one that was made meanwhile stands."""
        if self.state is PlanState.ASKED:
            self.trigger_event(self.Failed, act=act, because=because)

    def accept(self, activity_ids: Collection[UUID], act: Act) -> None:
        """Visits of the plan are on agendas now; those accepted before are left out. Raises as `check_open`."""
        self.check_open(rome_date(act.at))
        news = tuple(key for key in dict.fromkeys(activity_ids) if key not in self.accepted)
        if news:
            self.trigger_event(self.Accepted, act=act, activity_ids=news)

    def reject(self, reason: str, act: Act) -> None:
        """Nobody wants it; said already, it records nothing. Raises `PlanAccepted`."""
        require(not self.accepted, PlanAccepted)
        if self.state is not PlanState.REJECTED:
            self.trigger_event(self.Rejected, act=act, reason=reason)

    # Answers

    @property
    def last_on(self) -> date:
        """The last day planned."""
        return self.problem.last_on

    def check_open(self, on: date) -> PlanSolution:
        """The plan, when its visits may still be accepted on a day.

        Raises `PlanNotReady`, `PlanFailed`, `PlanRejected`, `PlanExpired`.
        """
        require(self.state is not PlanState.REJECTED, PlanRejected)
        require(self.state is not PlanState.FAILED, PlanFailed, reason=self.failed_because or "–")
        if self.solution is None:
            raise PlanNotReady
        require(on <= self.last_on, PlanExpired, last_on=self.last_on.isoformat())
        return self.solution

    # Evolve

    @event(Asked)
    def __init__(self, problem: PlanProblem, replan: bool) -> None:
        self.problem, self.replan, self.state = problem, replan, PlanState.ASKED
        self.solution: PlanSolution | None = None
        self.failed_because: Because | str | None = None
        self.accepted: tuple[UUID, ...] = ()

    @event(Solved)
    def _solved(self, solution: PlanSolution) -> None:
        self.state, self.solution = PlanState.SOLVED, solution

    @event(Failed)
    def _failed(self, reason: str, because: Because | None) -> None:
        self.state, self.failed_because = PlanState.FAILED, because or reason

    @event(Accepted)
    def _accepted(self, activity_ids: tuple[UUID, ...]) -> None:
        self.state, self.accepted = PlanState.ACCEPTED, (*self.accepted, *activity_ids)

    @event(Rejected)
    def _rejected(self) -> None:
        self.state = PlanState.REJECTED
