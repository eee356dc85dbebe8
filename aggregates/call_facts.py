"""The facts of a call (fatti della chiamata); `Call` in `call.py` decides them and lists them as its own.

`status` is the state the call is in from the fact on. An activity's slot is a claim on its technician, known by the
activity's id: two exclusive ones can never overlap (architecture §5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from aggregates import stock_pieces
from aggregates.base import Aggregate, Claim, FirstEvent
from aggregates.call_booking_values import Booking, time_claim
from aggregates.call_values import CallStatus, Channel, Charge, ChargeItem, CloseOutcome, Expense
from aggregates.coverage import Coverage
from aggregates.maintenance_ref import MaintenanceRef
from aggregates.record_ref import RecordRef
from aggregates.rules.priority import Level, PrioritySource
from aggregates.rules.service_level import Clock, PauseReason
from aggregates.values import Instant, Personal, PersonRef, Slot
from aggregates.work_report import (
    ActivityMode,
    NotedReading,
    Part,
    Performed,
    Report,
    ReturnedPart,
    Signature,
    UsedPart,
)


class Opened(FirstEvent):
    """A customer asked for help; coverage and service terms are decided here, once (R1.3)."""

    TOPIC = "call.opened.v1"
    number: str | None
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
    maintenance: MaintenanceRef | None = None
    said: str | None = None
    """What the caller said to be recognised by, where it told nobody for certain."""
    priority_from: PrioritySource | None = None


class TakenInCharge(Aggregate.Event):
    """Someone of ours answers for the call (presa in carico): the RESPONSE clock stops."""

    TOPIC = "call.taken-in-charge.v1"
    status: CallStatus
    technician_id: UUID | None


class PriorityChanged(Aggregate.Event):
    """Targets still open are counted anew from the opening (R6.2)."""

    TOPIC = "call.priority-changed.v1"
    impact: Level
    urgency: Level
    priority: Level
    priority_from: PrioritySource | None = None


class CoverageDecidedAgain(Aggregate.Event):
    """Somebody had the coverage decided once more, with a reason (R1.3)."""

    TOPIC = "call.coverage-decided-again.v1"
    coverage: Coverage


class ActivityPlanned(Aggregate.Event):
    """Something is to be done (attività prevista), not yet by anybody in particular."""

    TOPIC = "call.activity-planned.v1"
    activity_id: UUID
    kind: str
    mode: ActivityMode
    skill: str | None
    minutes: int | None
    serial_item_ids: tuple[UUID, ...]
    note: str | None


class TechnicianAssigned(Aggregate.Event):
    """The activity is on a technician's agenda; an override takes the time though it may be taken already."""

    TOPIC = "call.technician-assigned.v1"
    status: CallStatus
    activity_id: UUID
    technician_id: UUID
    slot: Slot
    override: str | None
    travel_minutes: int = 0
    """The way there, before the slot."""

    def claims(self) -> tuple[Claim, ...]:
        """The technician's time."""
        return (time_claim(self.activity_id, self.technician_id, self.slot, self.travel_minutes, self.override),)


class Reassigned(Aggregate.Event):
    """The activity moved to another technician or time; the time before is free again."""

    TOPIC = "call.reassigned.v1"
    activity_id: UUID
    technician_id: UUID
    slot: Slot
    override: str | None
    previous_technician_id: UUID
    previous_slot: Slot
    travel_minutes: int = 0
    """The way there, before the slot."""
    bookings: tuple[Booking, ...] = ()
    """The visit's further bookings, which moved along with it."""

    def releases(self) -> tuple[UUID, ...]:
        """All time before, so that two visits can change places in one append."""
        return (self.activity_id, *(booking.booking_id for booking in self.bookings))

    def claims(self) -> tuple[Claim, ...]:
        """The technicians' time, in place of the time before."""
        own = time_claim(self.activity_id, self.technician_id, self.slot, self.travel_minutes, self.override)
        return (own, *(booking.claim() for booking in self.bookings))


class Unassigned(Aggregate.Event):
    """The activity is off the agenda and still to be done."""

    TOPIC = "call.unassigned.v1"
    status: CallStatus
    activity_id: UUID
    technician_id: UUID
    reason: str
    released: tuple[UUID, ...] = ()
    """The visit's further bookings, given up with it."""

    def releases(self) -> tuple[UUID, ...]:
        """The technicians' time."""
        return (self.activity_id, *self.released)


class Arrived(Aggregate.Event):
    """The technician is on site: the ON_SITE clock stops."""

    TOPIC = "call.arrived.v1"
    status: CallStatus
    activity_id: UUID
    technician_id: UUID


class ActivityPerformed(Aggregate.Event):
    """Work was done (attività eseguita), on site, on the phone or in the workshop; planned time left over is free."""

    TOPIC = "call.activity-performed.v1"
    status: CallStatus
    performed: Performed
    correction: str | None = None
    """Why what was recorded before was wrong; None the first time."""

    def releases(self) -> tuple[UUID, ...]:
        """The time planned for it."""
        return (self.performed.activity_id,)


class PartPlanned(Aggregate.Event):
    """A part will be needed; the same line again changes it (a soft reservation, R11.2)."""

    TOPIC = "call.part-planned.v1"
    line_id: UUID
    part: Part
    warehouse_id: UUID | None = None
    """Where it is reserved; None when it is not kept in stock."""


class PartUsed(Aggregate.Event):
    """A part was used on the call."""

    TOPIC = "call.part-used.v1"
    used: UsedPart
    fittings: tuple[UUID, ...] = ()
    """Its pieces with serial numbers: each is used on one job at a time."""
    frees: tuple[UUID, ...] = ()
    """Claims of earlier jobs on pieces that have come back to stock since."""

    def claims(self) -> tuple[Claim, ...]:
        """The pieces are used nowhere else."""
        return stock_pieces.used(self.stream_id, self.fittings)

    def releases(self) -> tuple[UUID, ...]:
        """What earlier jobs used and gave back."""
        return self.frees


class PartReturned(Aggregate.Event):
    """A part, or some of it, was not used after all or had been handed out by mistake; it costs the call no more."""

    TOPIC = "call.part-returned.v1"
    back: ReturnedPart
    fittings: tuple[UUID, ...] = ()
    """Its pieces, which may now be used elsewhere."""

    def releases(self) -> tuple[UUID, ...]:
        """The pieces are used here no longer."""
        return stock_pieces.given_back(self.stream_id, self.fittings)


class ChargeAdded(Aggregate.Event):
    """A line to charge, or its new form."""

    TOPIC = "call.charge-added.v1"
    charge: Charge


class ExpenseNoted(Aggregate.Event):
    """Board and lodging or third parties cost us something; the customer's price follows when the call is billed."""

    TOPIC = "call.expense-noted.v1"
    expense: Expense


class FoundFree(Aggregate.Event):
    """The closed call was priced and nothing is to be invoiced: it is covered, or no price list charges it (R4.3)."""

    TOPIC = "call.found-free.v1"


class ReadingNoted(Aggregate.Event):
    """A meter was read while working on the call."""

    TOPIC = "call.reading-noted.v1"
    reading: NotedReading


class Paused(Aggregate.Event):
    """Clocks that may stand still for this reason do (R6.6)."""

    TOPIC = "call.paused.v1"
    reason: PauseReason
    note: str | None


class Resumed(Aggregate.Event):
    """The reason is gone: the clocks run again."""

    TOPIC = "call.resumed.v1"
    paused_at: Instant


class WorkReported(Aggregate.Event):
    """A work report (rapportino), or a new revision of it that needs a signature of its own (R10.2)."""

    TOPIC = "call.work-reported.v1"
    status: CallStatus
    report: Report


class ReportSigned(Aggregate.Event):
    """The customer signed one revision of a report."""

    TOPIC = "call.report-signed.v1"
    report_id: UUID
    revision: int
    signature: Signature


class SignatureAbsent(Aggregate.Event):
    """Nobody signed, for this reason (R10.1)."""

    TOPIC = "call.signature-absent.v1"
    report_id: UUID
    revision: int
    reason: str


class Restored(Aggregate.Event):
    """The customer can work again, perhaps by a workaround: the RESTORE clock stops."""

    TOPIC = "call.restored.v1"
    workaround: bool
    note: str | None


class Closed(Aggregate.Event):
    """Nothing is left to do: every clock stops, and time still planned is free again."""

    TOPIC = "call.closed.v1"
    status: CallStatus
    outcome: CloseOutcome
    solution: str | None
    released: tuple[UUID, ...]
    to_charge: tuple[ChargeItem, ...] | None = None
    """The items of cost that nothing covers, so far as it is known before prices are (R4.1)."""

    def releases(self) -> tuple[UUID, ...]:
        """The time still planned."""
        return self.released


class Reopened(Aggregate.Event):
    """The call was closed too early: RESOLVE runs again, without the time the call was closed."""

    TOPIC = "call.reopened.v1"
    status: CallStatus
    reason: str
    not_counted: Slot | None


class Cancelled(Aggregate.Event):
    """The request is withdrawn before any work: clocks stop without a result."""

    TOPIC = "call.cancelled.v1"
    status: CallStatus
    reason: str
    released: tuple[UUID, ...]

    def releases(self) -> tuple[UUID, ...]:
        """The time still planned."""
        return self.released


class BillingProposed(Aggregate.Event):
    """A proposed invoice holds the call: no other may bill it."""

    TOPIC = "call.billing-proposed.v1"
    invoice_id: UUID


class BillingReleased(Aggregate.Event):
    """The proposal was given up: the call is to be billed again."""

    TOPIC = "call.billing-released.v1"
    invoice_id: UUID


class BillingReopened(Aggregate.Event):
    """A credit note took back all of the call's lines: it is to be billed again."""

    TOPIC = "call.billing-reopened.v1"
    invoice_id: UUID
    credit_note: RecordRef


class Invoiced(Aggregate.Event):
    """The call is on an issued invoice, once and for all."""

    TOPIC = "call.invoiced.v1"
    invoice: RecordRef


class NoteAdded(Aggregate.Event):
    """Somebody wrote something down."""

    TOPIC = "call.note-added.v1"
    note_id: UUID
    text: Annotated[str, Personal("note_id")]


class ServiceLevelWarned(Aggregate.Event):
    """A share of a clock's target is used up (R6.7); dated by the moment it was, whenever it was noticed."""

    TOPIC = "call.service-level-warned.v1"
    clock: Clock
    percent: int
    due_at: Instant


class ServiceLevelBreached(Aggregate.Event):
    """A due time passed with the clock still running: recorded once and never recalculated (R6.7)."""

    TOPIC = "call.service-level-breached.v1"
    clock: Clock
    due_at: Instant


STOPS: Mapping[str, tuple[Clock, ...]] = {
    TakenInCharge.TOPIC: (Clock.RESPONSE,),
    TechnicianAssigned.TOPIC: (Clock.RESPONSE,),
    Arrived.TOPIC: (Clock.RESPONSE, Clock.ON_SITE),
    Restored.TOPIC: (Clock.RESPONSE, Clock.RESTORE),
    Closed.TOPIC: tuple(Clock),
}
"""Which clocks a fact stops, at its `act.at`, by topic (R6.1)."""


def stopped_by_work(mode: ActivityMode) -> tuple[Clock, ...]:
    """Which clocks work stops when it begins; only a visit brings anybody on site."""
    return (Clock.RESPONSE, Clock.ON_SITE) if mode is ActivityMode.VISIT else (Clock.RESPONSE,)
