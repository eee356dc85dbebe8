"""What people may ask about work reports (rapportino): report the work, have it signed, or say why nobody signed."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.call import Call
from aggregates.work_report import (
    SHA256,
    Declaration,
    ReportItem,
    ReportOutcome,
    ReportPhoto,
    Signature,
    Signer,
    document_sha256,
)
from commands.base import Answer, Command, Service
from commands.call_readings import ReadingTaken, note
from commands.words import Words


class ReportWork(Command):
    """Write the report of the work done on a call; with the id of a report, a new revision of it."""

    call_id: UUID
    report_id: UUID | None = None
    activity_ids: tuple[UUID, ...] = Field(default=(), description="Left out, all work that no report declares yet.")
    outcome: ReportOutcome = ReportOutcome.CLOSED
    work_done: Words = Field(min_length=1, max_length=4000, examples=["Sostituita elettrovalvola, prova di carico"])
    cause: str | None = Field(default=None, max_length=4000, examples=["Elettrovalvola bloccata dal calcare"])
    tests: str | None = Field(default=None, max_length=4000)
    customer_remarks: str | None = Field(default=None, max_length=4000)
    items: tuple[ReportItem, ...] = ()
    fault: str | None = Field(default=None, max_length=4000, description="Found on site, where not as reported.")
    outcome_note: str | None = Field(default=None, max_length=4000, examples=["Da sostituire la pompa di scarico"])
    photos: tuple[ReportPhoto, ...] = Field(default=(), max_length=50)
    readings: tuple[ReadingTaken, ...] = Field(default=(), description="Meters read now, noted on their machines too.")
    as_technician_id: UUID | None = Field(
        default=None, description="Whose device sends it late: it reports their own work."
    )


class SignReport(Command):
    """The customer signs a revision of a report, after having seen it; only hashes of image and document are kept."""

    call_id: UUID
    report_id: UUID
    revision: int = Field(ge=0)
    signer_id: UUID | None = None
    signer_name: Words = Field(min_length=1, examples=["Anna Verdi"])
    signer_role: str | None = Field(default=None, examples=["Responsabile di sala"])
    image_sha256: str = Field(pattern=SHA256)
    document_sha256: str = Field(pattern=SHA256)
    device: str | None = Field(default=None, examples=["tablet-07"])
    as_made: bool = Field(
        default=False, description="The document shown is the one of `to-sign`: another hash than ours is refused."
    )


class ExplainAbsentSignature(Command):
    """Say why nobody signed a revision of a report."""

    call_id: UUID
    report_id: UUID
    revision: int = Field(ge=0)
    reason: Words = Field(min_length=1, examples=["Nessuno presente alla fine del lavoro"])


def report_work(cmd: ReportWork, act: Act, service: Service) -> Answer:
    """Handles `ReportWork`. Raises what `note_reading` raises."""
    call = service.load(Call, cmd.call_id)
    report_id = cmd.report_id or service.new_id("report")
    for n, taken in enumerate(cmd.readings, 1):
        note(call, taken, service.new_id(f"reading-{n}"), act, service)
    declared = Declaration(**cmd.model_dump(include=set(Declaration.model_fields)))
    activity_ids = [call.own_activity(one, cmd.as_technician_id) for one in cmd.activity_ids]
    checklists = service.lookups.checklist_results_for(call.id)
    call.report_work(report_id, declared, activity_ids, act, checklists)
    service.save(call)
    report = call.reports[report_id]
    return {"report_id": report_id, "revision": report.revision, "document_sha256": document_sha256(call.id, report)}


def sign_report(cmd: SignReport, act: Act, service: Service) -> None:
    """Handles `SignReport`."""
    call = service.load(Call, cmd.call_id)
    signer = Signer(signer_id=cmd.signer_id or service.new_id("signer"), name=cmd.signer_name, role=cmd.signer_role)
    fields = cmd.model_dump(include={"image_sha256", "document_sha256", "device"})
    call.sign_report(
        cmd.report_id, cmd.revision, Signature(signer=signer, signed_at=act.at, **fields), act, as_made=cmd.as_made
    )
    service.save(call)


def explain_absent_signature(cmd: ExplainAbsentSignature, act: Act, service: Service) -> None:
    """Handles `ExplainAbsentSignature`."""
    call = service.load(Call, cmd.call_id)
    call.explain_absent_signature(cmd.report_id, cmd.revision, cmd.reason, act)
    service.save(call)
