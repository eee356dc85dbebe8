"""Work reports (rapportini): their numbers, their revisions, and who signed which of them (R10.1, R10.2)."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from aggregates.call import Call
from aggregates.number_register import NumberRegister
from aggregates.rules.numbering import Document, Series, format_number, standard_series
from aggregates.values import rome_date
from aggregates.work_report import document_sha256, document_to_sign
from projections.base import Ask, Page, Reader, ReadModel, Rows, Table, on, page

REPORT = Table(
    "work_report",
    {
        "report_id": "uuid", "number": "text", "call_id": "uuid", "revision": "integer", "outcome": "text",
        "work_done": "text", "outcome_note": "text", "customer_remarks": "text", "reported_at": "timestamptz",
        "reported_on": "date", "reported_by": "text", "technician_ids": "jsonb", "work_minutes": "integer",
        "state": "text", "signed_at": "timestamptz", "signer": "text", "absence_reason": "text",
    },
    ("report_id",),
    ("reported_at, report_id", "call_id", "state, reported_at"),
)  # fmt: skip
REVISION = Table(
    "work_report_revision",
    {
        "report_id": "uuid", "revision": "integer", "reported_at": "timestamptz", "reported_by": "text",
        "document_sha256": "text", "signer": "text", "signer_role": "text", "signed_at": "timestamptz",
        "channel": "text", "verified": "boolean", "image_sha256": "text", "signed_sha256": "text", "device": "text",
        "absence_reason": "text",
    },
    ("report_id", "revision"),
)  # fmt: skip
REPORT_NUMBER = Table("work_report_number", {"year": "integer", "last_number": "integer", "pattern": "text"}, ("year",))


class WorkReports(ReadModel):
    """Every report as it stands and every revision; numbers are given here, per company and year."""

    NAME = "work_reports"
    TABLES = (REPORT, REVISION, REPORT_NUMBER)

    @on(NumberRegister.Opened)
    def register_opened(self, fact: NumberRegister.Opened, rows: Rows) -> None:
        """Numbers go on after those of the system used before."""
        if fact.series.document is Document.WORK_REPORT and not fact.series.code:
            last = max(_numbers(rows, fact.year)["last_number"], fact.last_number)
            rows.put(REPORT_NUMBER, {"year": fact.year, "last_number": last, "pattern": fact.series.pattern})

    @on(Call.WorkReported)
    def reported(self, fact: Call.WorkReported, rows: Rows) -> None:
        """A report, or a new revision of it that nobody has signed."""
        report, on_day = fact.report, rome_date(fact.act.at)
        known = rows.get(REPORT, report.report_id)
        technicians = dict.fromkeys(str(done.technician_id) for done in report.performed if done.technician_id)
        said = {"report_id": report.report_id, "revision": report.revision}
        told = {"reported_at": fact.act.at, "reported_by": fact.act.by}
        rows.put(
            REPORT,
            {
                **said,
                **told,
                "number": known["number"] if known else _next(rows, on_day.year),
                "call_id": fact.stream_id,
                "outcome": report.outcome.value,
                "reported_on": on_day,
                "technician_ids": list(technicians),
                "work_minutes": sum(done.work_minutes for done in report.performed),
                "state": "to_sign",
                **report.model_dump(include={"work_done", "outcome_note", "customer_remarks"}),
            },
        )
        rows.put(REVISION, {**said, **told, "document_sha256": document_sha256(fact.stream_id, report)})

    @on(Call.ReportSigned)
    def signed(self, fact: Call.ReportSigned, rows: Rows) -> None:
        """A revision has its signature; it keeps it whatever comes after."""
        signature = fact.signature
        who = {"signer": signature.signer.name, "signed_at": signature.signed_at}
        rows.patch(
            REVISION,
            fact.report_id,
            fact.revision,
            **who,
            signer_role=signature.signer.role,
            signed_sha256=signature.document_sha256,
            absence_reason=None,
            **signature.model_dump(include={"channel", "verified", "image_sha256", "device"}),
        )
        rows.patch(REPORT, fact.report_id, state="signed", absence_reason=None, **who)

    @on(Call.SignatureAbsent)
    def unsigned(self, fact: Call.SignatureAbsent, rows: Rows) -> None:
        """Nobody signed, and why."""
        rows.patch(REVISION, fact.report_id, fact.revision, absence_reason=fact.reason)
        rows.patch(REPORT, fact.report_id, state="absent", absence_reason=fact.reason)


def _numbers(rows: Rows, year: int) -> dict[str, Any]:
    usual = {"year": year, "last_number": 0, "pattern": standard_series(Document.WORK_REPORT).pattern}
    return rows.get(REPORT_NUMBER, year) or usual


def _next(rows: Rows, year: int) -> str:
    row = _numbers(rows, year)
    n = row["last_number"] + 1
    rows.put(REPORT_NUMBER, {**row, "last_number": n})
    return format_number(Series(document=Document.WORK_REPORT, pattern=row["pattern"]), year, n)


class FindWorkReports(Page):
    """Work reports, the newest first: of a call, a technician, a stretch of days, or in one state."""

    call_id: UUID | None = None
    technician_id: UUID | None = None
    state: Literal["to_sign", "signed", "absent"] | None = None
    from_on: date | None = None
    to_on: date | None = None


def find_work_reports(reader: Reader, ask: FindWorkReports) -> dict[str, Any]:
    """Every report once, as its last revision says, with its customer."""
    return page(
        reader,
        ask,
        """select r.*, c.number as call_number, c.status as call_status, c.party_id, p.name as party_name, s.town
             from {work_report} r
             left join {call} c on c.call_id = r.call_id
             left join {party} p on p.party_id = c.party_id
             left join {party_site} s on s.site_id = c.site_id
            where (%(call_id)s::uuid is null or r.call_id = %(call_id)s)
              and (%(technician_id)s::text is null or r.technician_ids ? %(technician_id)s::text)
              and (%(state)s::text is null or r.state = %(state)s)
              and (%(from_on)s::date is null or r.reported_on >= %(from_on)s)
              and (%(to_on)s::date is null or r.reported_on <= %(to_on)s)""",
        order=("-reported_at", "-report_id"),
        technician_id=str(ask.technician_id) if ask.technician_id else None,
    )


class WorkReportSheet(Ask):
    """One work report."""

    report_id: UUID


def work_report_sheet(reader: Reader, ask: WorkReportSheet) -> dict[str, Any] | None:
    """The report as it stands, with all that it declares, and every revision with its own signature."""
    row = reader.row("select * from {work_report} where report_id = %(report_id)s", ask.model_dump())
    call = reader.record(row["call_id"]) if row else None
    if row is None or not isinstance(call, Call):
        return None
    revisions = reader.rows(
        "select * from {work_report_revision} where report_id = %(report_id)s order by revision", ask.model_dump()
    )
    hidden: Any = {"parts": {"__all__": {"unit_cost"}}}
    declared = call.reports[ask.report_id].model_dump(mode="json", exclude=hidden)
    return {**row, "declared": declared, "revisions": revisions}


class ReportToSign(Ask):
    """What the customer is to see and sign."""

    call_id: UUID
    report_id: UUID


def report_to_sign(reader: Reader, ask: ReportToSign) -> dict[str, Any] | None:
    """The last revision as the text that is signed, its SHA-256, and whether it is signed already.

    Show what `document` says and send `document_sha256` with the signature: a report that was changed in between has
    another hash, and the signature is refused.
    """
    call = reader.record(ask.call_id)
    if not isinstance(call, Call) or ask.report_id not in call.reports:
        return None
    report = call.reports[ask.report_id]
    return {
        "revision": report.revision,
        "document": document_to_sign(call.id, report),
        "document_sha256": document_sha256(call.id, report),
        "signed": (report.report_id, report.revision) in call.signed,
    }
