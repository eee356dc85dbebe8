"""Call (chiamata): a customer's request for help, from the phone ringing to the signed report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from aggregates import call_facts as facts
from aggregates import work_report
from aggregates.base import Act, Aggregate, event, require
from aggregates.billable import Billable
from aggregates.call_booking_values import Booking
from aggregates.call_bookings import CallBookings
from aggregates.call_clocks import CallClocks
from aggregates.call_desk import CallDesk
from aggregates.call_desk_facts import NoteCarried
from aggregates.call_life import CallLife
from aggregates.call_planning import CallPlanning
from aggregates.call_refusals import (
    CallerMissing,
    CallNotClosed,
    FaultMissing,
    ServiceBlocked,
)
from aggregates.call_values import (
    Activity,
    ActivityState,
    Approver,
    CallStatus,
    Channel,
    Charge,
    CloseOutcome,
    Expense,
    Pause,
)
from aggregates.call_work import CallWork
from aggregates.coverage import Coverage
from aggregates.maintenance_ref import MaintenanceRef
from aggregates.record_ref import RecordRef
from aggregates.rules.priority import Level, PrioritySource
from aggregates.rules.service_level import Clock, PauseReason
from aggregates.service_clocks import corrected, ended, started
from aggregates.values import PersonRef, Slot
from aggregates.work_report import ActivityMode, NotedReading, Part, Performed, Report, Signature, UsedPart


class Call(CallLife, CallPlanning, CallBookings, CallWork, CallClocks, CallDesk, Billable, Aggregate):
    """A request for help and all that is done about it."""

    TOPIC = "call"

    # Imported here rather than assigned, so that `Call.Opened` is also a type to checkers.
    # isort: off
    # fmt: off
    from aggregates.call_booking_facts import (
        BookingAdded as BookingAdded, BookingDropped as BookingDropped, BookingMoved as BookingMoved,
    )
    from aggregates.call_desk_facts import (
        Absorbed as Absorbed, HandedOver as HandedOver, Identified as Identified, ItemsChanged as ItemsChanged,
        MergedInto as MergedInto,
    )
    from aggregates.call_checklist_facts import ChecklistDone as ChecklistDone, ChecklistOpened as ChecklistOpened
    from aggregates.call_facts import (
        ActivityPerformed as ActivityPerformed, ActivityPlanned as ActivityPlanned, Arrived as Arrived,
        BillingProposed as BillingProposed, BillingReleased as BillingReleased,
        BillingReopened as BillingReopened, Cancelled as Cancelled,
        ChargeAdded as ChargeAdded, Closed as Closed, CoverageDecidedAgain as CoverageDecidedAgain,
        ExpenseNoted as ExpenseNoted, FoundFree as FoundFree, PartReturned as PartReturned,
        Invoiced as Invoiced, NoteAdded as NoteAdded, Opened as Opened, PartPlanned as PartPlanned,
        PartUsed as PartUsed, Paused as Paused, PriorityChanged as PriorityChanged, ReadingNoted as ReadingNoted,
        Reassigned as Reassigned, Reopened as Reopened, ReportSigned as ReportSigned, Restored as Restored,
        Resumed as Resumed, ServiceLevelBreached as ServiceLevelBreached, ServiceLevelWarned as ServiceLevelWarned,
        SignatureAbsent as SignatureAbsent, TakenInCharge as TakenInCharge, TechnicianAssigned as TechnicianAssigned,
        Unassigned as Unassigned, WorkReported as WorkReported,
    )
    from aggregates.call_clock_facts import (
        ChargeableWorkApproved as ChargeableWorkApproved, ClocksStarted as ClocksStarted, Escalated as Escalated,
        PauseCorrected as PauseCorrected,
    )
    # fmt: on
    # isort: on

    # Decide (`call_life.py`, `call_planning.py`, `call_work.py`, `call_clocks.py`)

    @classmethod
    def open(
        cls,
        call_id: UUID,
        fault: str,
        coverage: Coverage,
        act: Act,
        *,
        number: str | None = None,
        party_id: UUID | None = None,
        site_id: UUID | None = None,
        caller: PersonRef | None = None,
        serial_item_ids: Sequence[UUID] = (),
        channel: Channel = Channel.PHONE,
        reported_through: UUID | None = None,
        customer_reference: str | None = None,
        impact: Level = Level.MEDIUM,
        urgency: Level = Level.MEDIUM,
        priority: Level = Level.MEDIUM,
        priority_from: PrioritySource | None = None,
        skill: str | None = None,
        maintenance: MaintenanceRef | None = None,
        said: str | None = None,
    ) -> Call:
        """Open a call at `act.at`. Raises `CallerMissing`, `FaultMissing`, `ServiceBlocked`."""
        require(party_id is not None or caller is not None, CallerMissing)
        require(bool(fault.strip()), FaultMissing)
        require(not coverage.opening_refused, ServiceBlocked, reason=coverage.because or coverage.reason)
        return cls.begin(
            cls.Opened,
            id=call_id,
            act=act,
            number=number,
            party_id=party_id,
            site_id=site_id,
            caller=caller,
            serial_item_ids=tuple(dict.fromkeys(serial_item_ids)),
            fault=fault.strip(),
            channel=channel,
            reported_through=reported_through,
            customer_reference=customer_reference,
            impact=impact,
            urgency=urgency,
            priority=priority,
            priority_from=priority_from,
            skill=skill,
            coverage=coverage,
            maintenance=maintenance,
            said=said,
        )

    @property
    def billing_name(self) -> str:
        """See `Billable`."""
        return self.number or self.fault

    def check_billable(self) -> None:
        """Raises `CallNotClosed`."""
        require(self.status is CallStatus.CLOSED, CallNotClosed)

    # Evolve

    @event(Opened)
    def __init__(
        self,
        act: Act,
        number: str | None,
        party_id: UUID | None,
        site_id: UUID | None,
        caller: PersonRef | None,
        serial_item_ids: tuple[UUID, ...],
        fault: str,
        channel: Channel,
        reported_through: UUID | None,
        customer_reference: str | None,
        impact: Level,
        urgency: Level,
        priority: Level,
        skill: str | None,
        coverage: Coverage,
        maintenance: MaintenanceRef | None = None,
        said: str | None = None,
        priority_from: PrioritySource | None = None,
    ) -> None:
        self.status, self.opened_at, self.number = CallStatus.OPEN, act.at, number
        self.party_id, self.site_id, self.caller, self.serial_item_ids = party_id, site_id, caller, serial_item_ids
        self.fault, self.channel, self.skill = fault, channel, skill
        self.open_checklists: dict[UUID, str] = {}
        self.reported_through, self.customer_reference = reported_through, customer_reference
        self.impact, self.urgency, self.priority, self.coverage = impact, urgency, priority, coverage
        self.maintenance, self.said, self.priority_from = maintenance, said, priority_from
        self._nothing_yet()
        self.clocks_from = act.at if coverage.starts_clocks else None
        self.billed_by = self.invoice = None

    @event(TakenInCharge)
    def _taken_in_charge(self, act: Act, status: CallStatus, technician_id: UUID | None) -> None:
        self.status, self.taken_by = status, technician_id
        self._answered_by(act.by, technician_id)
        self._stop(act.at, *facts.STOPS[facts.TakenInCharge.TOPIC])

    @event(PriorityChanged)
    def _priority_changed(
        self, impact: Level, urgency: Level, priority: Level, priority_from: PrioritySource | None = None
    ) -> None:
        self.impact, self.urgency, self.priority, self.priority_from = impact, urgency, priority, priority_from

    @event(CoverageDecidedAgain)
    def _coverage_decided_again(self, act: Act, coverage: Coverage) -> None:
        self.clocks_from, self.coverage = started(self.clocks_from, self.opened_at, coverage, act.at), coverage

    @event(Identified)
    def _identified(self, party_id: UUID, site_id: UUID | None, serial_item_ids: tuple[UUID, ...]) -> None:
        self.party_id, self.site_id, self.serial_item_ids = party_id, site_id, serial_item_ids

    @event(ItemsChanged)
    def _items_changed(self, serial_item_ids: tuple[UUID, ...]) -> None:
        self.serial_item_ids = serial_item_ids

    @event(HandedOver)
    def _handed_over(self, to: str, activity_id: UUID | None, note_id: UUID, note: str) -> None:
        self.operators[activity_id], self.notes[note_id] = to, note

    @event(MergedInto)
    def _merged_into(self, survivor_id: UUID, survivor: str | None) -> None:
        self.merged_into, self.survivor_number = survivor_id, survivor

    @event(Absorbed)
    def _absorbed(
        self, call_id: UUID, number: str | None, serial_item_ids: tuple[UUID, ...], notes: tuple[NoteCarried, ...]
    ) -> None:
        self.absorbed[call_id] = number
        self.serial_item_ids = (*self.serial_item_ids, *serial_item_ids)
        self.notes.update((note.note_id, note.text) for note in notes)

    @event(ActivityPlanned)
    def _activity_planned(
        self,
        activity_id: UUID,
        kind: str,
        mode: ActivityMode,
        skill: str | None,
        minutes: int | None,
        serial_item_ids: tuple[UUID, ...],
        note: str | None,
    ) -> None:
        self.activities[activity_id] = Activity(
            activity_id=activity_id,
            kind=kind,
            mode=mode,
            skill=skill,
            minutes=minutes,
            serial_item_ids=serial_item_ids,
            note=note,
        )

    @event(TechnicianAssigned)
    def _technician_assigned(
        self,
        act: Act,
        status: CallStatus,
        activity_id: UUID,
        technician_id: UUID,
        slot: Slot,
        override: str | None,
        travel_minutes: int,
    ) -> None:
        self.status = status
        self._stop(act.at, *facts.STOPS[facts.TechnicianAssigned.TOPIC])
        booked = {"technician_id": technician_id, "slot": slot, "override": override, "travel_minutes": travel_minutes}
        self._put(activity_id, state=ActivityState.ASSIGNED, **booked)

    @event(Reassigned)
    def _reassigned(
        self,
        activity_id: UUID,
        technician_id: UUID,
        slot: Slot,
        override: str | None,
        travel_minutes: int,
        bookings: tuple[Booking, ...],
    ) -> None:
        booked = {"technician_id": technician_id, "slot": slot, "override": override, "travel_minutes": travel_minutes}
        self._put(activity_id, **booked, bookings=bookings)

    @event(Unassigned)
    def _unassigned(self, status: CallStatus, activity_id: UUID) -> None:
        self.status = status
        nothing = dict.fromkeys(("technician_id", "slot", "override"))
        self._put(activity_id, state=ActivityState.PLANNED, travel_minutes=0, bookings=(), **nothing)

    @event(BookingAdded)
    def _booking_added(self, activity_id: UUID, booking: Booking) -> None:
        self._put(activity_id, bookings=(*self.activities[activity_id].bookings, booking))

    @event(BookingMoved)
    def _booking_moved(self, booking: Booking) -> None:
        self._rebook(booking.booking_id, booking)

    @event(BookingDropped)
    def _booking_dropped(self, booking_id: UUID) -> None:
        self._rebook(booking_id)

    @event(Arrived)
    def _arrived(self, act: Act, status: CallStatus, activity_id: UUID) -> None:
        self.status = status
        self._stop(act.at, *facts.STOPS[facts.Arrived.TOPIC])
        self._arrive_at(activity_id)

    @event(ActivityPerformed)
    def _activity_performed(self, status: CallStatus, performed: Performed) -> None:
        self.status = status
        self._stop(performed.time.starts_at, *facts.stopped_by_work(performed.mode))
        self.performed[performed.activity_id] = performed
        self._rebook(performed.activity_id)
        known = self.activities.get(performed.activity_id)
        self.activities[performed.activity_id] = Activity(
            **(known.model_dump() if known else {"kind": performed.kind, "activity_id": performed.activity_id})
            | {"mode": performed.mode, "technician_id": performed.technician_id, "state": ActivityState.PERFORMED}
            | {"reported": False}
        )

    @event(PartPlanned)
    def _part_planned(self, line_id: UUID, part: Part, warehouse_id: UUID | None) -> None:
        self.planned_parts[line_id], self.reserved_at[line_id] = part, warehouse_id

    @event(PartUsed)
    def _part_used(self, used: UsedPart) -> None:
        self._draw(used)

    @event(PartReturned)
    def _part_returned(self, back: work_report.ReturnedPart) -> None:
        self._give_back(back)

    @event(ChargeAdded)
    def _charge_added(self, charge: Charge) -> None:
        self.charges[charge.line_id] = charge

    @event(ExpenseNoted)
    def _expense_noted(self, expense: Expense) -> None:
        self.expenses[expense.line_id] = expense

    @event(FoundFree)
    def _found_free(self) -> None:
        self.found_free = True

    @event(ReadingNoted)
    def _reading_noted(self, reading: NotedReading) -> None:
        self.readings[reading.reading_id] = reading

    @event(NoteAdded)
    def _note_added(self, note_id: UUID, text: str) -> None:
        self.notes[note_id] = text

    @event(Paused)
    def _paused(self, act: Act, reason: PauseReason) -> None:
        self.pauses = (*self.pauses, Pause(reason=reason, starts_at=act.at))

    @event(Resumed)
    def _resumed(self, act: Act) -> None:
        self.pauses = ended(self.pauses, act.at)

    @event(PauseCorrected)
    def _pause_corrected(self, paused_at: datetime, starts_at: datetime, ends_at: datetime | None) -> None:
        self.pauses = corrected(self.pauses, paused_at, starts_at, ends_at)

    @event(ClocksStarted)
    def _clocks_started(self, act: Act) -> None:
        self.clocks_from = act.at

    @event(ChargeableWorkApproved)
    def _chargeable_work_approved(self, approver: Approver) -> None:
        self.approved_by = approver

    @event(Escalated)
    def _escalated(self, rule: str, level: str) -> None:
        self.escalated.add((rule, level))

    @event(WorkReported)
    def _work_reported(self, status: CallStatus, report: Report) -> None:
        self.status = status
        self.reports[report.report_id] = report
        for performed in report.performed:
            self._put(performed.activity_id, reported=True)

    @event(ReportSigned)
    def _report_signed(self, report_id: UUID, revision: int, signature: Signature) -> None:
        self.signed[(report_id, revision)] = signature

    @event(SignatureAbsent)
    def _signature_absent(self, report_id: UUID, revision: int, reason: str) -> None:
        self.unsigned_because[(report_id, revision)] = reason

    @event(Restored)
    def _restored(self, act: Act) -> None:
        self._stop(act.at, *facts.STOPS[facts.Restored.TOPIC])

    @event(Closed)
    def _closed(
        self,
        act: Act,
        status: CallStatus,
        outcome: CloseOutcome,
        solution: str | None,
        released: tuple[UUID, ...],
    ) -> None:
        self.status, self.outcome, self.solution, self.ended_at = status, outcome, solution, act.at
        self._stop(act.at, *facts.STOPS[facts.Closed.TOPIC])
        self._drop(released)

    @event(Reopened)
    def _reopened(self, status: CallStatus, not_counted: Slot | None) -> None:
        self.status, self.ended_at, self.found_free = status, None, False
        self._run_again(Clock.RESOLVE)
        if not_counted is not None:
            self.pauses = (*self.pauses, Pause(reason=None, **not_counted.model_dump()))

    @event(Cancelled)
    def _cancelled(self, act: Act, status: CallStatus, released: tuple[UUID, ...]) -> None:
        self.status, self.ended_at = status, act.at
        self.pauses = ended(self.pauses, act.at)
        self._drop(released)

    @event(BillingProposed)
    def _billing_proposed(self, invoice_id: UUID) -> None:
        self.billed_by = invoice_id

    @event(BillingReleased)
    def _billing_released(self) -> None:
        self.billed_by = None

    @event(BillingReopened)
    def _billing_reopened(self) -> None:
        self.billed_by = self.invoice = None

    @event(Invoiced)
    def _invoiced(self, invoice: RecordRef) -> None:
        self.invoice, self.billed_by = invoice, invoice.id

    @event(ChecklistOpened)
    def _checklist_opened(self, checklist_id: UUID, name: str) -> None:
        self.open_checklists[checklist_id] = name

    @event(ChecklistDone)
    def _checklist_done(self, checklist_id: UUID) -> None:
        del self.open_checklists[checklist_id]

    @event(ServiceLevelWarned)
    def _service_level_warned(self, clock: Clock, percent: int) -> None:
        self.noted.add((clock, percent))

    @event(ServiceLevelBreached)
    def _service_level_breached(self, clock: Clock, due_at: datetime) -> None:
        self.noted.add((clock, 100))
        self.breached[clock] = due_at
