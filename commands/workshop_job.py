"""What people may ask of the workshop (laboratorio): the bench, waiting, readiness, loaners, handing over."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.company import DEFAULT_PARAMETERS, Company
from aggregates.party import PaymentMethod
from aggregates.rules.priority import Level
from aggregates.rules.workshop import WorkshopAlert, WorkshopTerms
from aggregates.serial_item import SerialItem
from aggregates.technician import Technician
from aggregates.values import Instant, Money, rome_date
from aggregates.work_report import SHA256, ActivityMode
from aggregates.workshop_job import WorkshopJob
from aggregates.workshop_values import (
    Handover,
    HoldReason,
    JobOutcome,
    Loaner,
    Promise,
    WhatMissing,
)
from commands.base import Answer, Command, NotFound, Service
from commands.call import Caller
from commands.call_work import PerformActivity, perform_activity
from commands.words import Words
from commands.workshop_intake import person_of


class PromiseWorkshopDate(Command):
    """Promise another day, or change the priority; a day promised before changes only with a reason."""

    job_id: UUID
    promised_on: date | None = None
    priority: Level | None = Field(default=None, description="Left out, it stays as it is.")
    reason: Words | None = Field(default=None, max_length=500, examples=["Ricambio in ritardo"])


class StoreWorkshopItem(Command):
    """Say where in the workshop something lies."""

    job_id: UUID
    place: str = Field(min_length=1, max_length=60, examples=["Scaffale B3"])


class AssignToBench(Command):
    """Put a job at a bench, give it to a technician, or, with neither, back to everybody."""

    job_id: UUID
    bench: str | None = Field(default=None, max_length=40, examples=["Banco 2"])
    technician_id: UUID | None = None


class StartBenchWork(Command):
    """Begin on the bench, or go on after waiting."""

    job_id: UUID


class HoldWorkshopJob(Command):
    """Let a job wait for a part or for the customer's answer to a quote; the call's clocks are paused apart."""

    job_id: UUID
    reason: HoldReason = Field(examples=["part"])
    note: str | None = Field(default=None, max_length=500)


class LogBenchWork(Command):
    """Record time worked on the bench: the call gets it as workshop work, and the job is on the bench."""

    job_id: UUID
    activity_id: UUID | None = None
    technician_id: UUID | None = Field(default=None, description="Left out, whom the job is given to.")
    starts_at: Instant
    ends_at: Instant
    pause_minutes: int = Field(default=0, ge=0)
    text: str = Field(default="", max_length=4000, examples=["Sostituito il fusore"])
    kind: str = Field(default="workshop", max_length=60)
    correction: Words | None = Field(default=None, min_length=1, max_length=1000)


class FinishWorkshopJob(Command):
    """End the work on a job: repaired, not repairable, or left as it is."""

    job_id: UUID
    outcome: JobOutcome = JobOutcome.REPAIRED
    note: str | None = Field(default=None, max_length=2000)


class TakeUpWorkshopJob(Command):
    """Put a finished job back into the queue."""

    job_id: UUID
    reason: str = Field(max_length=500, examples=["Il difetto si ripresenta alla prova"])


class MarkReady(Command):
    """Say that something can be collected; the customer is to be told by the channel agreed at the counter."""

    job_id: UUID
    place: str | None = Field(default=None, max_length=60)


class GiveWorkshopLoaner(Command):
    """Lend the customer something meanwhile; stock and delivery note of a loaner are done apart."""

    job_id: UUID
    loaner_id: UUID | None = None
    serial_item_id: UUID | None = None
    description: str | None = Field(default=None, max_length=500, examples=["Portatile di cortesia"])


class TakeBackWorkshopLoaner(Command):
    """Take a loaner back."""

    job_id: UUID
    loaner_id: UUID


class HandOverItem(Command):
    """Give something back: who took it, how we knew them, their signature, money taken at the counter."""

    job_id: UUID
    person: Caller
    identity: str | None = Field(default=None, max_length=200, examples=["Carta d'identità, delega scritta"])
    signature_sha256: str | None = Field(default=None, pattern=SHA256)
    collected: Money | None = None
    method: PaymentMethod | None = None


class AbandonWorkshopJob(Command):
    """Treat something that nobody collects as given up, after as many days as the company says."""

    job_id: UUID
    reason: str = Field(max_length=500, examples=["Tre solleciti senza risposta"])


class NoteWorkshopAlert(Command):
    """Record that a promised date is at risk or something waits uncollected; given by the duty that watches this."""

    job_id: UUID
    alert: WorkshopAlert = Field(examples=["uncollected"])
    days: int = Field(default=0, ge=0, examples=[30])


def promise_workshop_date(cmd: PromiseWorkshopDate, act: Act, service: Service) -> None:
    """Handles `PromiseWorkshopDate`."""
    job = service.load(WorkshopJob, cmd.job_id)
    promise = Promise(promised_on=cmd.promised_on, priority=cmd.priority or job.promise.priority)
    job.change_promise(promise, cmd.reason, act)
    service.save(job)


def store_workshop_item(cmd: StoreWorkshopItem, act: Act, service: Service) -> None:
    """Handles `StoreWorkshopItem`."""
    job = service.load(WorkshopJob, cmd.job_id)
    job.store(cmd.place, act)
    service.save(job)


def assign_to_bench(cmd: AssignToBench, act: Act, service: Service) -> None:
    """Handles `AssignToBench`. Raises `TechnicianInactive` too."""
    job = service.load(WorkshopJob, cmd.job_id)
    if cmd.technician_id is not None:
        service.load(Technician, cmd.technician_id).profile(rome_date(act.at))
    job.assign(cmd.bench, cmd.technician_id, act)
    service.save(job)


def start_bench_work(cmd: StartBenchWork, act: Act, service: Service) -> None:
    """Handles `StartBenchWork`."""
    job = service.load(WorkshopJob, cmd.job_id)
    job.start(act)
    service.save(job)


def hold_workshop_job(cmd: HoldWorkshopJob, act: Act, service: Service) -> None:
    """Handles `HoldWorkshopJob`."""
    job = service.load(WorkshopJob, cmd.job_id)
    job.hold(cmd.reason, cmd.note, act)
    service.save(job)


def log_bench_work(cmd: LogBenchWork, act: Act, service: Service) -> Answer:
    """Handles `LogBenchWork`: the call's work and the job's state in one append. Raises what performing raises."""
    job = service.load(WorkshopJob, cmd.job_id)
    technician_id = cmd.technician_id or job.technician_id
    said = cmd.model_dump(exclude={"job_id", "technician_id"})
    machine = job.handed_in.serial_item_id
    work = PerformActivity(
        **said,
        call_id=job.call_id,
        technician_id=technician_id,
        mode=ActivityMode.WORKSHOP,
        serial_item_ids=(machine,) if machine else (),
    )
    if cmd.correction is None:
        job.start(act)
    answer = perform_activity(work, act, service)
    service.save(job)
    return answer


def finish_workshop_job(cmd: FinishWorkshopJob, act: Act, service: Service) -> None:
    """Handles `FinishWorkshopJob`."""
    job = service.load(WorkshopJob, cmd.job_id)
    job.finish(cmd.outcome, cmd.note, act)
    service.save(job)


def take_up_workshop_job(cmd: TakeUpWorkshopJob, act: Act, service: Service) -> None:
    """Handles `TakeUpWorkshopJob`."""
    job = service.load(WorkshopJob, cmd.job_id)
    job.take_up_again(cmd.reason, act)
    service.save(job)


def mark_ready(cmd: MarkReady, act: Act, service: Service) -> None:
    """Handles `MarkReady`."""
    job = service.load(WorkshopJob, cmd.job_id)
    job.make_ready(cmd.place, act)
    service.save(job)


def give_workshop_loaner(cmd: GiveWorkshopLoaner, act: Act, service: Service) -> Answer:
    """Handles `GiveWorkshopLoaner`. Raises `WhatMissing` too."""
    job = service.load(WorkshopJob, cmd.job_id)
    lent = service.find(SerialItem, cmd.serial_item_id) if cmd.serial_item_id else None
    require(cmd.serial_item_id is None or lent is not None, NotFound, kind="SerialItem", id=str(cmd.serial_item_id))
    described = cmd.description or (" ".join(filter(None, (lent.details.product, lent.number))) if lent else None)
    if not described:
        raise WhatMissing
    loaner_id = cmd.loaner_id or service.new_id("loaner")
    job.give_loaner(Loaner(loaner_id=loaner_id, serial_item_id=cmd.serial_item_id, description=described), act)
    service.save(job)
    return {"loaner_id": loaner_id}


def take_back_workshop_loaner(cmd: TakeBackWorkshopLoaner, act: Act, service: Service) -> None:
    """Handles `TakeBackWorkshopLoaner`."""
    job = service.load(WorkshopJob, cmd.job_id)
    job.return_loaner(cmd.loaner_id, act)
    service.save(job)


def hand_over_item(cmd: HandOverItem, act: Act, service: Service) -> None:
    """Handles `HandOverItem`; the same name and signature again record nothing."""
    job = service.load(WorkshopJob, cmd.job_id)
    person = person_of(cmd.person, service)
    told = cmd.model_dump(include={"identity", "signature_sha256", "method"})
    job.hand_over(Handover(person=person, collected=cmd.collected, **told), act)
    service.save(job)


def abandon_workshop_job(cmd: AbandonWorkshopJob, act: Act, service: Service) -> None:
    """Handles `AbandonWorkshopJob`."""
    job = service.load(WorkshopJob, cmd.job_id)
    job.abandon(cmd.reason, _terms(service, rome_date(act.at)), act)
    service.save(job)


def note_workshop_alert(cmd: NoteWorkshopAlert, act: Act, service: Service) -> None:
    """Handles `NoteWorkshopAlert`."""
    job = service.load(WorkshopJob, cmd.job_id)
    job.note_alert(cmd.alert, cmd.days, act)
    service.save(job)


def _terms(service: Service, day: date) -> WorkshopTerms:
    company_id = service.lookups.company_id()
    company = service.find(Company, company_id) if company_id else None
    parameters = company.parameters_on(day) if company else DEFAULT_PARAMETERS
    return parameters.workshop or WorkshopTerms()
