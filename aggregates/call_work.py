"""Working on a call (lavoro): what was done, with which parts, what it costs, what was reported and signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar
from uuid import UUID, uuid5

from aggregates import call_facts as facts
from aggregates.base import NIL, Act, require
from aggregates.call_refusals import (
    ActivityOver,
    ActivityUnknown,
    AlreadySigned,
    DepartureAfterStart,
    DocumentNotCurrent,
    LessUsed,
    NothingToReport,
    PartNotUsed,
    PartTaken,
    PartUnknown,
    SerialNotUsed,
    VisitMoved,
)
from aggregates.call_state import CallState
from aggregates.call_values import (
    ActivityState,
    CallStatus,
    Charge,
    Expense,
    Step,
)
from aggregates.checklist import FrozenChecklist
from aggregates.work_report import (
    Declaration,
    NotedReading,
    Part,
    Performed,
    Report,
    ReportedCoverage,
    ReportedExpense,
    ReturnedPart,
    Signature,
    UsedPart,
    document_sha256,
)

V = TypeVar("V")


class CallWork(CallState):
    """The decisions of a call from the work to its signed report."""

    def perform(self, performed: Performed, act: Act, correction: str | None = None) -> None:
        """Record work done, planned or not; with a reason, correct what was recorded before.

        Corrected work is to be reported again, in a new revision (R10.2). Raises `ActivityOver` when the activity is
        over in another way, `DepartureAfterStart`.
        """
        status = self._after(Step.PERFORM)
        known = self.activities.get(performed.activity_id)
        before = self.performed.get(performed.activity_id)
        if before == performed:
            return
        set_out_at = performed.set_out_at
        require(set_out_at is None or set_out_at <= performed.time.starts_at, DepartureAfterStart)
        is_open = known is None or known.on_agenda or known.state is ActivityState.PLANNED
        require(is_open or (before is not None and bool(correction)), ActivityOver)
        why = correction if before else None
        self._record(facts.ActivityPerformed, act=act, status=status, performed=performed, correction=why)

    def own_activity(self, activity_id: UUID, technician_id: UUID | None) -> UUID:
        """The activity that a technician's late device means: where it was meanwhile dropped, or given to somebody
        else, unplanned work of their own beside it, always under the same id.
        """
        if technician_id is None:
            return activity_id
        own = uuid5(activity_id, str(technician_id))
        is_theirs = own not in self.activities and self._holder(activity_id) in (None, technician_id)
        return activity_id if is_theirs else own

    def _holder(self, activity_id: UUID) -> UUID | None:
        """Whose an activity or a booking is; nobody's when it is to be planned or unknown, NIL when it was dropped."""
        if self.visit_of(activity_id) is not None:
            return self.booking(activity_id).technician_id
        known = self.activities.get(activity_id)
        if known is None:
            return None
        return NIL if known.state is ActivityState.DROPPED else known.technician_id

    def has_visit_of(self, technician_id: UUID) -> bool:
        """Whether a technician comes, or came, to this call: on the agenda, in a further booking, or by work done."""
        planned = (a for a in self.activities.values() if a.state is not ActivityState.DROPPED)
        return any(
            technician_id in (activity.technician_id, *(booking.technician_id for booking in activity.bookings))
            for activity in planned
        ) or any(done.technician_id == technician_id for done in self.performed.values())

    def has_left(self, activity_id: UUID, technician_id: UUID) -> bool:
        """Whether a technician's work on a visit is recorded already. Raises `VisitMoved` when it is not theirs."""
        done = self.performed.get(activity_id)
        if done is not None and done.technician_id == technician_id:
            return True
        require(self._holder(activity_id) == technician_id, VisitMoved)
        return False

    def plan_part(self, line_id: UUID, part: Part, act: Act, warehouse_id: UUID | None = None) -> None:
        """Say that a part will be needed, from a warehouse where it is kept in stock, or change the line."""
        self._require_live()
        if (self.planned_parts.get(line_id), self.reserved_at.get(line_id)) != (part, warehouse_id):
            self._record(facts.PartPlanned, act=act, line_id=line_id, part=part, warehouse_id=warehouse_id)

    def is_used(self, used: UsedPart) -> bool:
        """Whether this use is recorded already. Raises `PartTaken` when it left the warehouse as another one."""
        known = self.told_parts.get(used.line_id)
        if known is None or known.says_the_same(used):
            return known is not None
        require(known.warehouse_id is None, PartTaken)
        return False

    def use_part(self, used: UsedPart, act: Act, *, fittings: Sequence[UUID] = (), frees: Sequence[UUID] = ()) -> None:
        """Record a part used. Raises `PartTaken`, and `PartUnknown` for a planned line that is not there.

        `fittings` are its pieces with serial numbers, `frees` what earlier jobs claimed of them.
        """
        self._require_live()
        line_id = used.planned_line_id
        require(line_id is None or line_id in self.planned_parts, PartUnknown, line_id=str(line_id))
        if not self.is_used(used):
            self._record(facts.PartUsed, act=act, used=used, fittings=tuple(fittings), frees=tuple(frees))

    def return_part(self, back: ReturnedPart, act: Act, *, fittings: Sequence[UUID] = ()) -> None:
        """Record that a part, or some of it, was not used. Raises `PartNotUsed`, `LessUsed`, `SerialNotUsed`."""
        if back.return_id in self.returned_parts:
            return
        self._require_live()
        used = self.used_parts.get(back.line_id)
        if used is None:
            raise PartNotUsed(line_id=str(back.line_id))
        left = used.part.quantity
        require(back.quantity <= left, LessUsed, left=str(left), quantity=str(back.quantity))
        for serial in back.serial_numbers:
            require(serial in used.part.serial_numbers, SerialNotUsed, serial=serial)
        self._record(facts.PartReturned, act=act, back=back, fittings=tuple(fittings))

    def add_charge(self, charge: Charge, act: Act) -> None:
        """Add a line to charge, or change it."""
        self._require_live()
        if self.charges.get(charge.line_id) != charge:
            self._record(facts.ChargeAdded, act=act, charge=charge)

    def note_expense(self, expense: Expense, act: Act) -> None:
        """Note what board and lodging or third parties cost us, or change it."""
        self._require_live()
        if self.expenses.get(expense.line_id) != expense:
            self._record(facts.ExpenseNoted, act=act, expense=expense)

    def find_free(self, act: Act) -> None:
        """Note that the closed call was priced and nothing is to be invoiced (R4.3)."""
        if self.status is CallStatus.CLOSED and not self.found_free:
            self._record(facts.FoundFree, act=act)

    def note_reading(self, reading: NotedReading, act: Act) -> None:
        """Note a meter read while working."""
        self._require_live()
        if self.readings.get(reading.reading_id) != reading:
            self._record(facts.ReadingNoted, act=act, reading=reading)

    def add_note(self, note_id: UUID, text: str, act: Act) -> None:
        """Write something down, also on a closed call. Raises `CallIsMerged`: replies belong to the other one."""
        self._require_not_merged()
        if self.notes.get(note_id) != text:
            self._record(facts.NoteAdded, act=act, note_id=note_id, text=text)

    def report_work(
        self,
        report_id: UUID,
        declared: Declaration,
        activity_ids: Sequence[UUID],
        act: Act,
        checklists: Sequence[FrozenChecklist] = (),
    ) -> None:
        """Declare work done: the activities named, or all that no report declares yet.

        A report already there gets a new revision, unless nothing is different (R10.2). Raises `NothingToReport`,
        `ActivityUnknown`.
        """
        status = self._after(Step.REPORT)
        before = self.reports.get(report_id)
        performed = self._declared(before, activity_ids)
        require(bool(performed), NothingToReport)
        elsewhere = [r for r in self.reports.values() if r.report_id != report_id]
        report = Report(
            **dict(declared),
            report_id=report_id,
            revision=before.revision if before else 0,
            performed=performed,
            parts=_others(self.used_parts, {p.line_id for r in elsewhere for p in r.parts}),
            readings=_others(self.readings, {n.reading_id for r in elsewhere for n in r.readings}),
            expenses=self._expenses({e.line_id for r in elsewhere for e in r.expenses}),
            coverage=self._covered(),
            checklists=tuple(checklists),
        )
        if report == before:
            return
        if before is not None:
            report = report.model_copy(update={"revision": before.revision + 1})
        self._record(facts.WorkReported, act=act, status=status, report=report)

    def _declared(self, before: Report | None, activity_ids: Sequence[UUID]) -> tuple[Performed, ...]:
        for activity_id in activity_ids:
            require(activity_id in self.performed, ActivityUnknown, activity_id=str(activity_id))
        if activity_ids:
            return tuple(done for key, done in self.performed.items() if key in activity_ids)
        again = tuple(self.performed[done.activity_id] for done in before.performed) if before else ()
        return again + self.unreported()

    def _expenses(self, elsewhere: set[UUID]) -> tuple[ReportedExpense, ...]:
        said = {"line_id", "item", "description", "quantity", "unit"}
        return tuple(ReportedExpense(**e.model_dump(include=said)) for e in _others(self.expenses, elsewhere))

    def _covered(self) -> tuple[ReportedCoverage, ...]:
        whole = ReportedCoverage(kind=self.coverage.kind.value, reason=self.coverage.why)
        machines = (
            ReportedCoverage(serial_item_id=item.serial_item_id, kind=item.kind.value, reason=item.why)
            for item in self.coverage.items
        )
        return (whole, *machines)

    def sign_report(
        self, report_id: UUID, revision: int, signature: Signature, act: Act, *, as_made: bool = False
    ) -> None:
        """The customer signs a revision, which must be the last (R10.2).

        Where the document was shown as we make it (`as_made`), its hash must be ours: `DocumentNotCurrent`. Raises
        `AlreadySigned`, `RevisionPassed`.
        """
        report = self._revision(report_id, revision)
        known = self.signed.get((report_id, revision))
        if known is not None and known.says_the_same(signature):
            return
        require(known is None, AlreadySigned)
        verified = signature.document_sha256 == document_sha256(self.id, report)
        require(verified or not as_made, DocumentNotCurrent)
        kept = signature.model_copy(update={"verified": verified})
        self._record(facts.ReportSigned, act=act, report_id=report_id, revision=revision, signature=kept)

    def explain_absent_signature(self, report_id: UUID, revision: int, reason: str, act: Act) -> None:
        """Say why nobody signed (R10.1). Raises as `sign_report`."""
        self._revision(report_id, revision)
        require((report_id, revision) not in self.signed, AlreadySigned)
        if self.unsigned_because.get((report_id, revision)) != reason:
            self._record(facts.SignatureAbsent, act=act, report_id=report_id, revision=revision, reason=reason)


def _others(found: Mapping[UUID, V], known: set[UUID]) -> tuple[V, ...]:
    return tuple(value for key, value in found.items() if key not in known)
