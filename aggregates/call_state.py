"""What a call knows and answers about itself (stato della chiamata); `Call` in `call.py` fills it from its facts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from aggregates.base import Act, Aggregate, require
from aggregates.call_refusals import (
    ActivityUnknown,
    CallIsCancelled,
    CallIsClosed,
    NotAssigned,
    ReportUnknown,
    RevisionPassed,
    StepNotPossible,
)
from aggregates.call_values import (
    TRANSITIONS,
    Activity,
    ActivityState,
    CallStatus,
    Channel,
    Charge,
    CloseOutcome,
    Expense,
    Pause,
    Step,
)
from aggregates.coverage import Coverage, ServiceTerms
from aggregates.rules.priority import Level
from aggregates.rules.service_level import Clock
from aggregates.service_clocks import RunningClock
from aggregates.values import PersonRef, Slot
from aggregates.work_report import NotedReading, Part, Performed, Report, Signature, UsedPart


class CallState:
    """The state of a call, what it answers, and how a decision becomes a fact."""

    id: UUID
    number: str | None
    status: CallStatus
    opened_at: datetime
    ended_at: datetime | None
    party_id: UUID | None
    site_id: UUID | None
    caller: PersonRef | None
    serial_item_ids: tuple[UUID, ...]
    fault: str
    channel: Channel
    reported_through: UUID | None
    customer_reference: str | None
    impact: Level
    urgency: Level
    priority: Level
    skill: str | None
    coverage: Coverage
    taken_by: UUID | None
    outcome: CloseOutcome | None
    solution: str | None
    activities: dict[UUID, Activity]
    performed: dict[UUID, Performed]
    planned_parts: dict[UUID, Part]
    reserved_at: dict[UUID, UUID | None]
    used_parts: dict[UUID, UsedPart]
    charges: dict[UUID, Charge]
    expenses: dict[UUID, Expense]
    found_free: bool
    readings: dict[UUID, NotedReading]
    notes: dict[UUID, str]
    reports: dict[UUID, Report]
    signed: dict[tuple[UUID, int], Signature]
    unsigned_because: dict[tuple[UUID, int], str]
    pauses: tuple[Pause, ...]
    stopped: dict[Clock, datetime]
    noted: set[tuple[Clock, int]]

    @property
    def service(self) -> ServiceTerms:
        """The terms of service that the call was opened under."""
        return self.coverage.service

    @property
    def running_pause(self) -> Pause | None:
        """The pause that has not ended, if any."""
        return next((pause for pause in self.pauses if pause.ends_at is None), None)

    def clock(self, clock: Clock) -> RunningClock | None:
        """One clock of the call; None when it never started or the call was cancelled."""
        if not self.coverage.starts_clocks or self.status is CallStatus.CANCELLED:
            return None
        return RunningClock(
            call_id=self.id,
            clock=clock,
            terms=self.service,
            priority=self.priority,
            opened_at=self.opened_at,
            pauses=self.pauses,
            stopped_at=self.stopped.get(clock),
        )

    def unreported(self) -> tuple[Performed, ...]:
        """Work done that no report declares yet, in the order it was recorded."""
        return tuple(done for key, done in self.performed.items() if not self.activities[key].reported)

    def assignment(self, activity_id: UUID) -> tuple[UUID, Slot]:
        """Who is to do an activity, and when. Raises `ActivityUnknown`, `NotAssigned`."""
        activity = self._activity(activity_id)
        if activity.technician_id is None or activity.slot is None:
            raise NotAssigned
        return activity.technician_id, activity.slot

    def _require_live(self) -> None:
        require(self.status is not CallStatus.CLOSED, CallIsClosed)
        require(self.status is not CallStatus.CANCELLED, CallIsCancelled)

    def _after(self, step: Step) -> CallStatus:
        self._require_live()
        following = TRANSITIONS[step].get(self.status)
        if following is None:
            raise StepNotPossible(status=self.status.value, step=step.value)
        return following

    def _activity(self, activity_id: UUID) -> Activity:
        require(activity_id in self.activities, ActivityUnknown, activity_id=str(activity_id))
        return self.activities[activity_id]

    def _revision(self, report_id: UUID, revision: int) -> Report:
        require(report_id in self.reports, ReportUnknown, report_id=str(report_id))
        report = self.reports[report_id]
        require(report.revision == revision, RevisionPassed, current=report.revision)
        return report

    def _planned_time(self) -> tuple[UUID, ...]:
        return tuple(a.activity_id for a in self.activities.values() if a.on_agenda)

    def _record(self, kind: type[Aggregate.Event], /, *, act: Act, **values: object) -> None:
        """End a decision: one more fact."""
        assert isinstance(self, Aggregate)
        self.trigger_event(getattr(type(self), kind.__name__), act=act, **values)

    def _put(self, activity_id: UUID, **changed: object) -> None:
        self.activities[activity_id] = self.activities[activity_id].model_copy(update=changed)

    def _drop(self, activity_ids: tuple[UUID, ...]) -> None:
        for activity_id in activity_ids:
            self._put(activity_id, state=ActivityState.DROPPED)

    def _stop(self, at: datetime, *clocks: Clock) -> None:
        for clock in clocks:
            self.stopped.setdefault(clock, at)
