"""Working on a call (lavoro): what was done, with which parts, what it costs, what was reported and signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from aggregates import call_facts as facts
from aggregates.base import Act, require
from aggregates.call_refusals import (
    ActivityOver,
    ActivityUnknown,
    AlreadySigned,
    NothingToReport,
    PartTaken,
    PartUnknown,
)
from aggregates.call_state import CallState
from aggregates.call_values import (
    ActivityState,
    CallStatus,
    Charge,
    Expense,
    Step,
)
from aggregates.work_report import Declaration, NotedReading, Part, Performed, Report, Signature, UsedPart

V = TypeVar("V")


class CallWork(CallState):
    """The decisions of a call from the work to its signed report."""

    def perform(self, performed: Performed, act: Act) -> None:
        """Record work done, planned or not. Raises `ActivityOver` when the activity is over in another way."""
        status = self._after(Step.PERFORM)
        known = self.activities.get(performed.activity_id)
        if self.performed.get(performed.activity_id) == performed:
            return
        require(known is None or known.on_agenda or known.state is ActivityState.PLANNED, ActivityOver)
        self._record(facts.ActivityPerformed, act=act, status=status, performed=performed)

    def plan_part(self, line_id: UUID, part: Part, act: Act, warehouse_id: UUID | None = None) -> None:
        """Say that a part will be needed, from a warehouse where it is kept in stock, or change the line."""
        self._require_live()
        if (self.planned_parts.get(line_id), self.reserved_at.get(line_id)) != (part, warehouse_id):
            self._record(facts.PartPlanned, act=act, line_id=line_id, part=part, warehouse_id=warehouse_id)

    def is_used(self, used: UsedPart) -> bool:
        """Whether this use is recorded already. Raises `PartTaken` when it left the warehouse as another one."""
        known = self.used_parts.get(used.line_id)
        if known is None or known.says_the_same(used):
            return known is not None
        require(known.warehouse_id is None, PartTaken)
        return False

    def use_part(self, used: UsedPart, act: Act) -> None:
        """Record a part used. Raises `PartTaken`, and `PartUnknown` for a planned line that is not there."""
        self._require_live()
        line_id = used.planned_line_id
        require(line_id is None or line_id in self.planned_parts, PartUnknown, line_id=str(line_id))
        if not self.is_used(used):
            self._record(facts.PartUsed, act=act, used=used)

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
        """Write something down; also on a closed call."""
        if self.notes.get(note_id) != text:
            self._record(facts.NoteAdded, act=act, note_id=note_id, text=text)

    def report_work(self, report_id: UUID, declared: Declaration, activity_ids: Sequence[UUID], act: Act) -> None:
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
        return (before.performed if before else ()) + self.unreported()

    def sign_report(self, report_id: UUID, revision: int, signature: Signature, act: Act) -> None:
        """The customer signs a revision, which must be the last (R10.2). Raises `AlreadySigned`, `RevisionPassed`."""
        self._revision(report_id, revision)
        known = self.signed.get((report_id, revision))
        if known is None or not known.says_the_same(signature):
            require(known is None, AlreadySigned)
            self._record(facts.ReportSigned, act=act, report_id=report_id, revision=revision, signature=signature)

    def explain_absent_signature(self, report_id: UUID, revision: int, reason: str, act: Act) -> None:
        """Say why nobody signed (R10.1). Raises as `sign_report`."""
        self._revision(report_id, revision)
        require((report_id, revision) not in self.signed, AlreadySigned)
        if self.unsigned_because.get((report_id, revision)) != reason:
            self._record(facts.SignatureAbsent, act=act, report_id=report_id, revision=revision, reason=reason)


def _others(found: Mapping[UUID, V], known: set[UUID]) -> tuple[V, ...]:
    return tuple(value for key, value in found.items() if key not in known)
