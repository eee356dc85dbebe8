"""A call as a whole (vita della chiamata): how urgent it is, who pays for it, how it ends and begins again."""

from __future__ import annotations

from aggregates import call_facts as facts
from aggregates.base import Act, require
from aggregates.billable import Billable
from aggregates.call_charged import items_to_charge
from aggregates.call_checklists import CallChecklists
from aggregates.call_refusals import PauseOpen, ReasonMissing, VisitUnreported, WorkDone
from aggregates.call_values import LIVE, TRANSITIONS, Activity, ActivityState, CallStatus, CloseOutcome, Step
from aggregates.coverage import Coverage
from aggregates.rules.priority import Level, PrioritySource
from aggregates.values import Slot
from aggregates.work_report import ActivityMode


class CallLife(CallChecklists, Billable):
    """The decisions of a call from its opening to its end."""

    def change_priority(self, impact: Level, urgency: Level, priority: Level, act: Act) -> None:
        """Change how urgent the call is (R6.2)."""
        self._require_live()
        if (impact, urgency, priority) != (self.impact, self.urgency, self.priority):
            self._record_priority(impact, urgency, priority, PrioritySource.TOLD, act)

    def take_agreed_priority(self, act: Act) -> None:
        """The contract's priority holds where nobody told another one (R6.2)."""
        agreed = self.service.priority
        if self.priority_from in (PrioritySource.USUAL, PrioritySource.CONTRACT) and agreed not in (
            None,
            self.priority,
        ):
            self._record_priority(self.impact, self.urgency, agreed or self.priority, PrioritySource.CONTRACT, act)

    def _record_priority(self, impact: Level, urgency: Level, priority: Level, why: PrioritySource, act: Act) -> None:
        told = {"impact": impact, "urgency": urgency, "priority": priority, "priority_from": why}
        self._record(facts.PriorityChanged, act=act, **told)

    def decide_coverage_again(self, coverage: Coverage, act: Act) -> None:
        """Replace the coverage decided at the opening; `act.why` says why (R1.3). Raises `ReasonMissing`."""
        self._require_live()
        require(bool(act.why), ReasonMissing)
        if coverage != self.coverage:
            self._record(facts.CoverageDecidedAgain, act=act, coverage=coverage)

    def close(self, outcome: CloseOutcome, solution: str | None, act: Act) -> None:
        """Nothing is left to do; planned time is given back. Raises `PauseOpen`, `VisitUnreported`, `ChecklistOpen`."""
        if self.status is CallStatus.CLOSED and (self.outcome, self.solution) == (outcome, solution):
            return
        status = self._after(Step.CLOSE)
        require(self.running_pause is None, PauseOpen)
        require(not any(_awaits_report(a) for a in self.activities.values()), VisitUnreported)
        self.require_checklists_done()
        self._record(
            facts.Closed,
            act=act,
            status=status,
            outcome=outcome,
            solution=solution,
            released=self._planned_time(),
            to_charge=items_to_charge(self, outcome),
        )

    def reopen(self, reason: str, act: Act) -> None:
        """Take a closed or cancelled call up again."""
        self._require_not_merged()
        if self.status in LIVE:
            return
        status = TRANSITIONS[Step.REOPEN][self.status]
        require(bool(reason.strip()), ReasonMissing)
        since = max([self.ended_at or act.at, *(p.ends_at for p in self.pauses if p.ends_at)])
        slot = Slot(starts_at=since, ends_at=act.at) if act.at > since else None
        if self.billed_by is not None:
            self.release_billing(self.billed_by, act)
        self._record(facts.Reopened, act=act, status=status, reason=reason.strip(), not_counted=slot)

    def cancel(self, reason: str, act: Act) -> None:
        """Withdraw the request. Raises `WorkDone` when somebody already worked on it."""
        if self.status is CallStatus.CANCELLED:
            return
        require(bool(reason.strip()), ReasonMissing)
        arrived = any(a.is_under_way for a in self.activities.values())
        require(self.status is CallStatus.CLOSED or not (arrived or self.performed), WorkDone)
        status = self._after(Step.CANCEL)
        self._record(facts.Cancelled, act=act, status=status, reason=reason.strip(), released=self._planned_time())


def _awaits_report(activity: Activity) -> bool:
    done = activity.state is ActivityState.PERFORMED and not activity.reported
    return activity.mode is ActivityMode.VISIT and (done or activity.is_under_way)
