"""What people may ask about absences (assenze): asking, recording, approving over visits or not, taking back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from uuid import UUID

from pydantic import Field

from aggregates.absence import (
    Absence,
    AbsenceKind,
    AbsenceTime,
    Commitment,
    end_of,
)
from aggregates.absence_refusals import AbsencesOverlap, AbsenceTimeTaken, VisitsInTheWay
from aggregates.base import Act, Refusal
from aggregates.company import DEFAULT_PARAMETERS, Company
from aggregates.technician import Technician
from aggregates.values import ROME, Slot, rome_date
from commands.base import Answer, Command, Service
from commands.natural_key import part
from commands.words import Words

WEDNESDAYS = {"every": "weekly", "weekdays": ["wednesday"], "until_on": "2027-06-30"}
OVERRIDE = "Why it is approved although visits may be in the way; the answer lists them, to be planned anew."
MOST_TOLD = 5


class AskAbsence(Command, AbsenceTime):
    """Ask to be absent; it counts once it is approved, or at once where the company needs no approval."""

    absence_id: UUID | None = None
    technician_id: UUID
    kind: AbsenceKind = Field(examples=["holiday"])
    reason: Words | None = Field(default=None, min_length=1, max_length=500, examples=["Settimana bianca"])


class RecordAbsence(AskAbsence):
    """Record that a technician is not there, approved at once; refused over visits unless overridden."""

    override: Words | None = Field(default=None, min_length=1, description=OVERRIDE)


class ApproveAbsence(Command):
    """Approve an absence: its time is taken, and nothing can be planned over it.

    Approved in spite of visits, it shares their time; approve it again when they are moved, and the time is its own.
    """

    absence_id: UUID
    override: Words | None = Field(default=None, min_length=1, description=OVERRIDE)


class RefuseAbsence(Command):
    """Say no to an absence that was asked for."""

    absence_id: UUID
    reason: Words = Field(min_length=1, max_length=500, examples=["Siamo già in due"])


class CancelAbsence(Command):
    """Take a whole absence back; its time is free again."""

    absence_id: UUID
    reason: Words | None = Field(default=None, min_length=1, max_length=500)


class LiftAbsenceDay(Command):
    """Take one occurrence out of an absence that comes again; the others stay."""

    absence_id: UUID
    on: date = Field(description="The day on which the occurrence begins.", examples=["2026-12-09"])
    reason: Words | None = Field(default=None, min_length=1, max_length=500)


class ShortenAbsence(Command):
    """Let an absence end sooner than was said; its time from then on is free again.

    Of one that comes again, what begins later is given up. The time is Italian.
    """

    absence_id: UUID
    to_on: date = Field(description="Its new last day.", examples=["2026-12-22"])
    to_time: time | None = Field(
        default=None, description="Left out, or 00:00, up to the end of that day.", examples=["13:00"]
    )
    reason: Words = Field(min_length=1, max_length=500, examples=["Rientro anticipato"])


def ask_absence(cmd: AskAbsence, act: Act, service: Service) -> Answer:
    """Handles `AskAbsence`. Raises `TechnicianInactive` and what taking the time raises."""
    absence, technician = _begun(cmd, act, service)
    if _needs_approval(service, act):
        service.save(absence)
    else:
        _approve(service, absence, technician, act)
    return {"absence_id": absence.id, "state": absence.state.value}


def record_absence(cmd: RecordAbsence, act: Act, service: Service) -> Answer:
    """Handles `RecordAbsence`. The log refuses with `VisitsInTheWay`, `AbsencesOverlap`, `AbsenceTimeTaken`."""
    absence, technician = _begun(cmd, act, service)
    in_the_way = _approve(service, absence, technician, act, cmd.override)
    return {"absence_id": absence.id, "state": absence.state.value, "in_the_way": in_the_way}


def approve_absence(cmd: ApproveAbsence, act: Act, service: Service) -> Answer:
    """Handles `ApproveAbsence`. The log refuses as for `RecordAbsence`."""
    absence = service.load(Absence, cmd.absence_id)
    technician = service.load(Technician, absence.technician_id)
    return {"in_the_way": _approve(service, absence, technician, act, cmd.override)}


def refuse_absence(cmd: RefuseAbsence, act: Act, service: Service) -> None:
    """Handles `RefuseAbsence`."""
    absence = service.load(Absence, cmd.absence_id)
    absence.refuse(cmd.reason, act)
    service.save(absence)


def cancel_absence(cmd: CancelAbsence, act: Act, service: Service) -> None:
    """Handles `CancelAbsence`."""
    absence = service.load(Absence, cmd.absence_id)
    absence.cancel(act, cmd.reason)
    service.save(absence)


def lift_absence_day(cmd: LiftAbsenceDay, act: Act, service: Service) -> None:
    """Handles `LiftAbsenceDay`."""
    absence = service.load(Absence, cmd.absence_id)
    absence.lift(cmd.on, act, cmd.reason)
    service.save(absence)


def shorten_absence(cmd: ShortenAbsence, act: Act, service: Service) -> Answer:
    """Handles `ShortenAbsence`. Raises `AbsenceNotShorter`, `AbsenceOverBeforeItBegins`."""
    absence = service.load(Absence, cmd.absence_id)
    ends_at = end_of(cmd.to_on, cmd.to_time)
    absence.shorten(ends_at, cmd.reason, act)
    service.save(absence)
    return {"ends_at": ends_at}


def _begun(cmd: AskAbsence, act: Act, service: Service) -> tuple[Absence, Technician]:
    technician = service.load(Technician, cmd.technician_id)
    technician.profile(rome_date(act.at))
    absence_id = cmd.absence_id or service.new_id()
    when = part(AbsenceTime, cmd)
    return Absence.ask(absence_id, technician.id, cmd.kind, when, act, reason=cmd.reason), technician


def _needs_approval(service: Service, act: Act) -> bool:
    company_id = service.lookups.company_id()
    company = service.find(Company, company_id) if company_id else None
    parameters = company.parameters_on(rome_date(act.at)) if company else DEFAULT_PARAMETERS
    return parameters.absences_need_approval


def _approve(
    service: Service, absence: Absence, technician: Technician, act: Act, override: str | None = None
) -> list[Commitment]:
    """Approve, and say in the user's words what is in the way when the log refuses. Answers what was overridden."""
    slots = [one.slot for one in absence.occurrences]
    in_the_way = _in_the_way(service, absence, slots) if override else []
    absence.approve(act, override=override, in_the_way=in_the_way)
    service.save(absence)
    service.when_taken = lambda: _taken(service, absence, technician, slots)
    return in_the_way


def _in_the_way(service: Service, absence: Absence, slots: Sequence[Slot]) -> list[Commitment]:
    found = service.lookups.commitments_of(absence.technician_id, slots)
    return [one for one in found if one.record_id != absence.id]


def _taken(service: Service, absence: Absence, technician: Technician, slots: Sequence[Slot]) -> Refusal:
    found, name = _in_the_way(service, absence, slots), technician.details.name
    visits = [one for one in found if one.activity_id is not None]
    if visits:
        told = ", ".join(_told(visit) for visit in visits[:MOST_TOLD])
        rest = len(visits) - MOST_TOLD
        told += f" (+{rest})" if rest > 0 else ""
        return VisitsInTheWay(name=name, visits=told, in_the_way=[one.model_dump(mode="json") for one in visits])
    if found:
        slot = found[0].slot
        return AbsencesOverlap(name=name, starts_at=slot.starts_at, ends_at=slot.ends_at)
    return AbsenceTimeTaken(name=name)


def _told(visit: Commitment) -> str:
    begins = visit.slot.starts_at.astimezone(ROME)
    return f"{visit.number or ''} {begins:%d/%m/%Y %H:%M}".strip()
