"""What a call knows and answers about itself (stato della chiamata); `Call` in `call.py` fills it from its facts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from aggregates.base import Act, Aggregate, require
from aggregates.call_booking_values import Booking
from aggregates.call_desk_refusals import CallIsMerged
from aggregates.call_refusals import (
    ActivityUnknown,
    BookingUnknown,
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
    Approver,
    CallStatus,
    Channel,
    Charge,
    CloseOutcome,
    Expense,
    Pause,
    Step,
)
from aggregates.coverage import Coverage, CoverageKind, ServiceTerms
from aggregates.maintenance_ref import MaintenanceRef
from aggregates.rules.priority import Level, PrioritySource
from aggregates.rules.service_level import Clock
from aggregates.service_clocks import RunningClock
from aggregates.values import PersonRef, Slot
from aggregates.work_report import NotedReading, Part, Performed, Report, ReturnedPart, Signature, UsedPart

LONGEST_SLOT_DAYS = 14


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
    priority_from: PrioritySource | None
    skill: str | None
    coverage: Coverage
    maintenance: MaintenanceRef | None
    taken_by: UUID | None
    outcome: CloseOutcome | None
    solution: str | None
    activities: dict[UUID, Activity]
    performed: dict[UUID, Performed]
    planned_parts: dict[UUID, Part]
    reserved_at: dict[UUID, UUID | None]
    used_parts: dict[UUID, UsedPart]
    told_parts: dict[UUID, UsedPart]
    """Parts as they were handed out, whatever came back of them."""
    returned_parts: dict[UUID, ReturnedPart]
    charges: dict[UUID, Charge]
    expenses: dict[UUID, Expense]
    found_free: bool
    readings: dict[UUID, NotedReading]
    notes: dict[UUID, str]
    said: str | None
    operators: dict[UUID | None, str]
    absorbed: dict[UUID, str | None]
    merged_into: UUID | None
    survivor_number: str | None
    reports: dict[UUID, Report]
    signed: dict[tuple[UUID, int], Signature]
    unsigned_because: dict[tuple[UUID, int], str]
    pauses: tuple[Pause, ...]
    stopped: dict[Clock, datetime]
    stopped_as: dict[Clock, Level]
    noted: set[tuple[Clock, int]]
    clocks_from: datetime | None
    approved_by: Approver | None
    escalated: set[tuple[str, str]]
    breached: dict[Clock, datetime]

    @property
    def service(self) -> ServiceTerms:
        """The terms of service that the call was opened under."""
        return self.coverage.service

    @property
    def running_pause(self) -> Pause | None:
        """The pause that has not ended, if any."""
        return next((pause for pause in self.pauses if pause.ends_at is None), None)

    @property
    def awaits_approval(self) -> bool:
        """Whether work waits for somebody's consent, because the service is blocked (R1.10)."""
        is_blocked = self.coverage.kind is CoverageKind.BLOCKED and self.clocks_from is None
        return is_blocked and self.approved_by is None

    def clock(self, clock: Clock) -> RunningClock | None:
        """One clock of the call; None when it has not started or the call was cancelled."""
        if self.clocks_from is None or self.status is CallStatus.CANCELLED:
            return None
        return RunningClock(
            call_id=self.id,
            clock=clock,
            terms=self.service,
            priority=self.stopped_as.get(clock, self.priority),
            opened_at=self.opened_at,
            starts_at=self.clocks_from,
            pauses=self.pauses,
            stopped_at=self.stopped.get(clock),
        )

    def unreported(self) -> tuple[Performed, ...]:
        """Work done that no report declares yet, in the order it was recorded."""
        declared = {done.activity_id for report in self.reports.values() for done in report.performed}
        return tuple(done for key, done in self.performed.items() if key not in declared)

    def assignment(self, activity_id: UUID) -> tuple[UUID, Slot]:
        """Who is to do an activity, and when. Raises `ActivityUnknown`, `NotAssigned`."""
        activity = self._activity(activity_id)
        if activity.technician_id is None or activity.slot is None:
            raise NotAssigned
        return activity.technician_id, activity.slot

    def activity(self, activity_id: UUID) -> Activity:
        """Something to do or done. Raises `ActivityUnknown`."""
        return self._activity(activity_id)

    def visit_of(self, booking_id: UUID) -> Activity | None:
        """The visit that a further booking still to come belongs to; None when there is no such booking."""
        return next((a for a in self.activities.values() if any(b.booking_id == booking_id for b in a.bookings)), None)

    def booking(self, booking_id: UUID) -> Booking:
        """A further booking still to come. Raises `BookingUnknown`."""
        found = (b for a in self.activities.values() for b in a.bookings if b.booking_id == booking_id)
        booking = next(found, None)
        if booking is None:
            raise BookingUnknown(booking_id=str(booking_id))
        return booking

    def to_perform(self, activity_id: UUID) -> tuple[Activity | None, UUID | None]:
        """What was planned under the id of an activity or a booking, and the visit that a booking belongs to."""
        visit, before = self.visit_of(activity_id), self.performed.get(activity_id)
        if visit is None:
            return self.activities.get(activity_id), before.visit_id if before else None
        technician_id = self.booking(activity_id).technician_id
        return visit.model_copy(update={"technician_id": technician_id}), visit.activity_id

    def _nothing_yet(self) -> None:
        """What a call is before anything was done about it."""
        self.taken_by = self.ended_at = self.outcome = self.solution = None
        self.activities, self.performed, self.planned_parts, self.reserved_at = {}, {}, {}, {}
        self.used_parts, self.told_parts, self.returned_parts = {}, {}, {}
        self.charges, self.expenses, self.found_free = {}, {}, False
        self.readings, self.notes, self.reports, self.signed, self.unsigned_because = {}, {}, {}, {}, {}
        self.operators, self.absorbed = {}, {}
        self.merged_into = self.survivor_number = None
        self.pauses, self.stopped, self.stopped_as, self.noted = (), {}, {}, set()
        self.approved_by, self.escalated, self.breached = None, set(), {}

    def _require_not_merged(self) -> None:
        if self.merged_into is not None:
            raise CallIsMerged(call_id=str(self.merged_into), number=self.survivor_number or "?")

    def _require_live(self) -> None:
        self._require_not_merged()
        require(self.status is not CallStatus.CLOSED, CallIsClosed)
        require(self.status is not CallStatus.CANCELLED, CallIsCancelled)

    def _after(self, step: Step) -> CallStatus:
        self._require_live()
        following = TRANSITIONS[step].get(self.status)
        if following is None:
            raise StepNotPossible(status=self.status, step=step)
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
        own = tuple(a.activity_id for a in self.activities.values() if a.on_agenda)
        return own + tuple(b.booking_id for a in self.activities.values() for b in a.bookings)

    def _record(self, kind: type[Aggregate.Event], /, *, act: Act, **values: object) -> None:
        """End a decision: one more fact."""
        assert isinstance(self, Aggregate)
        self.trigger_event(getattr(type(self), kind.__name__), act=act, **values)

    def _answered_by(self, user: str, technician_id: UUID | None) -> None:
        if technician_id is None:
            self.operators[None] = user

    def _draw(self, used: UsedPart) -> None:
        self.used_parts[used.line_id] = self.told_parts[used.line_id] = used

    def _give_back(self, back: ReturnedPart) -> None:
        self.returned_parts[back.return_id] = back
        rest = self.used_parts.pop(back.line_id).without(back)
        if rest is not None:
            self.used_parts[back.line_id] = rest

    def _put(self, activity_id: UUID, **changed: object) -> None:
        self.activities[activity_id] = self.activities[activity_id].model_copy(update=changed)

    def _drop(self, released: tuple[UUID, ...]) -> None:
        for one in released:
            if one in self.activities:
                self._put(one, state=ActivityState.DROPPED)
            else:
                self._rebook(one)

    def _arrive_at(self, activity_id: UUID) -> None:
        if activity_id in self.activities:
            self._put(activity_id, state=ActivityState.ARRIVED)
        else:
            self._rebook(activity_id, self.booking(activity_id).model_copy(update={"arrived": True}))

    def _rebook(self, booking_id: UUID, *booked: Booking) -> None:
        """What a booking still to come is now; nothing, when it is over."""
        visit = self.visit_of(booking_id)
        if visit is not None:
            others = (b for b in visit.bookings if b.booking_id != booking_id)
            self._put(visit.activity_id, bookings=(*others, *booked))

    def _run_again(self, clock: Clock) -> None:
        self.stopped.pop(clock, None)
        self.stopped_as.pop(clock, None)

    def _stop(self, at: datetime, *clocks: Clock) -> None:
        for clock in clocks:
            self.stopped.setdefault(clock, at)
            self.stopped_as.setdefault(clock, self.priority)
