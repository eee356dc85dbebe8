"""What people may ask about jobs (commesse): open, change, close, put records on them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, Refusal, require
from aggregates.call import Call
from aggregates.company import Company
from aggregates.contract import Contract
from aggregates.delivery_note import DeliveryNote
from aggregates.job import Job, JobKind, JobTerms, job_id
from aggregates.job_place import JobPlace, PlaceKind, job_place_id
from aggregates.natural_key import KeyKind
from aggregates.party import Party
from aggregates.quote import Quote
from aggregates.record_ref import RecordRef
from aggregates.rma import Rma
from aggregates.sales_order import SalesOrder
from aggregates.values import rome_date
from commands.base import Answer, Command, NotFound, Service
from commands.natural_key import begin_id

RECORDS: dict[PlaceKind, type[Aggregate]] = {
    PlaceKind.COMPANY: Company,
    PlaceKind.CUSTOMER: Party,
    PlaceKind.CONTRACT: Contract,
    PlaceKind.CALL: Call,
    PlaceKind.QUOTE: Quote,
    PlaceKind.SALES_ORDER: SalesOrder,
    PlaceKind.RMA: Rma,
    PlaceKind.DELIVERY_NOTE: DeliveryNote,
}


class RecordIdMissing(Refusal):
    """Say which {kind} is meant by its id."""

    status = 422


class OpenJob(Command):
    """Open a job under a code; the record, contract or customer that it is for is put on it."""

    code: str = Field(min_length=1, max_length=40, examples=["COM-2026-014"])
    terms: JobTerms
    opened_on: date | None = Field(default=None, description="Left out, today.")


class ChangeJob(Command):
    """Describe or plan a job otherwise; what stands on it stays."""

    code: str = Field(examples=["COM-2026-014"])
    terms: JobTerms


class CloseJob(Command):
    """Close a job: nothing new is put on it.

    Open calls and what is not billed are told first; `force` closes it all the same, with a reason.
    """

    code: str = Field(examples=["COM-2026-014"])
    closed_on: date | None = Field(default=None, description="Left out, today.")
    reason: str | None = Field(default=None, max_length=500)
    force: bool = False


class ReopenJob(Command):
    """Let work on a closed job go on."""

    code: str = Field(examples=["COM-2026-014"])
    reason: str = Field(min_length=1, max_length=500, examples=["Reclamo del cliente"])


class PutOnJob(Command):
    """Say on which job and cost centre a record's revenue and costs stand (R12.1).

    A call, quote, order, return, delivery note, contract or customer, or the company for all that has none. Left out
    both, it follows its contract, customer or company again.
    """

    kind: PlaceKind = Field(examples=["call"])
    record_id: UUID | None = Field(default=None, description="Not needed for the company itself.")
    job: str | None = Field(default=None, max_length=40, description="The code of an open job.")
    cost_centre: str | None = Field(default=None, max_length=40)


def open_job(cmd: OpenJob, act: Act, service: Service) -> Answer:
    """Handles `OpenJob`."""
    begin_id(service, KeyKind.JOB, cmd.code, given=None, act=act)
    _check_named(cmd.terms, service)
    job = Job.open(cmd.code, cmd.terms, cmd.opened_on or rome_date(act.at), act)
    service.save(job)
    record = _member(cmd.terms)
    if record is not None:
        _put(record, job.code, _centre(record.id, service), act, service)
    return {"job_id": job.id, "code": job.code}


def change_job(cmd: ChangeJob, act: Act, service: Service) -> None:
    """Handles `ChangeJob`."""
    job = _job(cmd.code, service)
    _check_named(cmd.terms, service)
    job.change_terms(cmd.terms, act)
    service.save(job)


def close_job(cmd: CloseJob, act: Act, service: Service) -> Answer:
    """Handles `CloseJob`; answers what was left unfinished."""
    job = _job(cmd.code, service)
    matters = tuple(service.lookups.job_matters(job.code, cmd.closed_on or rome_date(act.at)))
    job.close(cmd.closed_on or rome_date(act.at), matters, cmd.reason, cmd.force, act)
    service.save(job)
    return {"matters": [each.model_dump(mode="json") for each in matters]}


def reopen_job(cmd: ReopenJob, act: Act, service: Service) -> None:
    """Handles `ReopenJob`."""
    job = _job(cmd.code, service)
    job.reopen(cmd.reason, act)
    service.save(job)


def put_on_job(cmd: PutOnJob, act: Act, service: Service) -> None:
    """Handles `PutOnJob`."""
    job = _job(cmd.job, service) if cmd.job else None
    if job is not None:
        job.check_open()
    centre = (cmd.cost_centre or "").strip() or None
    _put(_record(cmd, service), job.code if job else None, centre, act, service)


def _job(code: str, service: Service) -> Job:
    """The job of a code. Raises `NotFound` with the code: nobody knows the id that is made from it."""
    job = service.find(Job, job_id(code))
    if job is None:
        raise NotFound(kind="Job", id=code.strip())
    return job


def _record(cmd: PutOnJob, service: Service) -> RecordRef:
    record_id = cmd.record_id
    if cmd.kind is PlaceKind.COMPANY:
        record_id = service.lookups.company_id()
    require(record_id is not None, RecordIdMissing, kind=cmd.kind)
    assert record_id is not None
    record = service.load(RECORDS[cmd.kind], record_id)
    number = record.state.number if isinstance(record, Contract) else getattr(record, "number", None)
    if isinstance(record, Call):
        number = record.number or service.lookups.call_number(record.id)
    if isinstance(record, Party):
        number = record.code
    return RecordRef(kind=cmd.kind.value, id=record_id, number=number)


def _put(record: RecordRef, job: str | None, centre: str | None, act: Act, service: Service) -> None:
    place = service.find(JobPlace, job_place_id(record.id))
    if place is not None:
        place.change(job, centre, act)
    elif job is not None or centre is not None:
        place = JobPlace.give(record, job, centre, act)
    if place is not None:
        service.save(place)


def _member(terms: JobTerms) -> RecordRef | None:
    """What a new job is for, which is put on it at once."""
    if terms.kind is JobKind.CONTRACT and terms.contract_id is not None:
        return RecordRef(kind=PlaceKind.CONTRACT, id=terms.contract_id)
    if terms.kind is JobKind.CUSTOMER and terms.customer_id is not None:
        return RecordRef(kind=PlaceKind.CUSTOMER, id=terms.customer_id)
    return terms.record if terms.kind is JobKind.REPAIR else None


def _centre(record_id: UUID, service: Service) -> str | None:
    """A record that is put on a new job keeps its cost centre."""
    known = service.find(JobPlace, job_place_id(record_id))
    return known.cost_centre if known else None


def _check_named(terms: JobTerms, service: Service) -> None:
    """The records that a job names exist. Raises `NotFound`."""
    if terms.customer_id is not None:
        service.load(Party, terms.customer_id)
    if terms.contract_id is not None:
        service.load(Contract, terms.contract_id)
    if terms.record is not None:
        kind = RECORDS.get(PlaceKind(terms.record.kind)) if terms.record.kind in set(PlaceKind) else None
        require(kind is not None, NotFound, kind=terms.record.kind, id=str(terms.record.id))
        assert kind is not None
        service.load(kind, terms.record.id)
