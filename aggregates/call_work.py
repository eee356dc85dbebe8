"""Working on a call (lavoro): what was done, with which parts, what it costs, what was reported and signed."""

from __future__ import annotations

from uuid import UUID

from aggregates import call_facts as facts
from aggregates.base import Act, require
from aggregates.call_refusals import (
    ActivityOver,
    AlreadySigned,
    NothingToReport,
    PartUnknown,
    RevisionPassed,
)
from aggregates.call_state import CallState
from aggregates.call_values import (
    ActivityState,
    Charge,
    Step,
)
from aggregates.work_report import NotedReading, Part, Performed, Report, Signature, UsedPart


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

    def plan_part(self, line_id: UUID, part: Part, act: Act) -> None:
        """Say that a part will be needed, or change the line."""
        self._require_live()
        if self.planned_parts.get(line_id) != part:
            self._record(facts.PartPlanned, act=act, line_id=line_id, part=part)

    def use_part(self, used: UsedPart, act: Act) -> None:
        """Record a part used. Raises `PartUnknown` for a planned line that is not there."""
        self._require_live()
        line_id = used.planned_line_id
        require(line_id is None or line_id in self.planned_parts, PartUnknown, line_id=str(line_id))
        if self.used_parts.get(used.line_id) != used:
            self._record(facts.PartUsed, act=act, used=used)

    def add_charge(self, charge: Charge, act: Act) -> None:
        """Add a line to charge, or change it."""
        self._require_live()
        if self.charges.get(charge.line_id) != charge:
            self._record(facts.ChargeAdded, act=act, charge=charge)

    def note_reading(self, reading: NotedReading, act: Act) -> None:
        """Note a meter read while working."""
        self._require_live()
        if self.readings.get(reading.reading_id) != reading:
            self._record(facts.ReadingNoted, act=act, reading=reading)

    def add_note(self, note_id: UUID, text: str, act: Act) -> None:
        """Write something down; also on a closed call."""
        if self.notes.get(note_id) != text:
            self._record(facts.NoteAdded, act=act, note_id=note_id, text=text)

    def report_work(self, report: Report, act: Act) -> None:
        """Declare work done. Raises `NothingToReport`, `RevisionPassed` when the revision is not the next one."""
        status = self._after(Step.REPORT)
        before = self.reports.get(report.report_id)
        if before == report:
            return
        following = 0 if before is None else before.revision + 1
        require(report.revision == following, RevisionPassed, current=following - 1)
        require(bool(report.performed), NothingToReport)
        self._record(facts.WorkReported, act=act, status=status, report=report)

    def sign_report(self, report_id: UUID, revision: int, signature: Signature, act: Act) -> None:
        """The customer signs a revision, which must be the last (R10.2). Raises `AlreadySigned`, `RevisionPassed`."""
        self._revision(report_id, revision)
        if self.signed.get((report_id, revision)) != signature:
            require((report_id, revision) not in self.signed, AlreadySigned)
            self._record(facts.ReportSigned, act=act, report_id=report_id, revision=revision, signature=signature)

    def explain_absent_signature(self, report_id: UUID, revision: int, reason: str, act: Act) -> None:
        """Say why nobody signed (R10.1). Raises as `sign_report`."""
        self._revision(report_id, revision)
        require((report_id, revision) not in self.signed, AlreadySigned)
        if self.unsigned_because.get((report_id, revision)) != reason:
            self._record(facts.SignatureAbsent, act=act, report_id=report_id, revision=revision, reason=reason)
