"""Job (commessa): what revenue and costs are gathered under: a repair, a contract, a customer, or work of our own.

Its code is the key: contracts, their lines and invoices carry it as text, so that a job may be registered before or
after its code is in use. Planned amounts are euro before VAT (R12.1).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.natural_key import KeyKind, natural_id
from aggregates.record_ref import RecordRef
from aggregates.values import Rate, Value


def job_id(code: str) -> UUID:
    """The id of a job: always made from its code."""
    return natural_id(KeyKind.JOB, code)


def job_code(code: str | None) -> str | None:
    """A job's code as sums know it: capitals and surrounding spaces make no difference; None when there is none."""
    return code.strip().upper() or None if code is not None else None


class JobKind(StrEnum):
    """What a job is for."""

    REPAIR = "repair"
    CONTRACT = "contract"
    CUSTOMER = "customer"
    INTERNAL = "internal"


class JobStatus(StrEnum):
    """Where a job stands; `unregistered` is a code that stands on documents and nobody has opened a job for."""

    UNREGISTERED = "unregistered"
    OPEN = "open"
    CLOSED = "closed"


class JobTerms(Value):
    """What a job is: its name, whom and what it is for, what was planned; euro before VAT."""

    name: str = Field(min_length=1, max_length=200, examples=["Revisione forni Gilbo"])
    kind: JobKind = JobKind.REPAIR
    customer_id: UUID | None = None
    contract_id: UUID | None = None
    record: RecordRef | None = Field(default=None, description="The call or repair that it is for.")
    planned_revenue: Rate | None = Field(default=None, ge=0, description="Euro before VAT.")
    planned_cost: Rate | None = Field(default=None, ge=0, description="Euro.")
    note: str | None = Field(default=None, max_length=1000)


class MatterKind(StrEnum):
    """What of a job is not finished."""

    OPEN_CALL = "open-call"
    UNBILLED_WORK = "unbilled-work"
    UNBILLED_FEE = "unbilled-fee"


class OpenMatter(Value):
    """Something of the job that is not finished: a call that is open, work or instalments not yet billed."""

    kind: str = Field(examples=["open-call", "unbilled-work", "unbilled-fee"])
    record: RecordRef


class JobClosed(Refusal):
    """Job {code} is closed since {on}; reopen it first, or choose another job."""


class JobHasOpenMatters(Refusal):
    """Job {code} is not finished: {matters}. Finish them, or close it all the same and say why."""


class ClosedBeforeOpened(Refusal):
    """Job {code} was opened on {opened_on}; it cannot be closed before."""

    status = 422


class JobReasonMissing(Refusal):
    """Say why; it stays with the record."""

    status = 422


class Job(Aggregate):
    """A job with its code, open or closed."""

    TOPIC = "job"

    class Opened(FirstEvent):
        """Revenue and costs are gathered under this code."""

        TOPIC = "job.opened.v1"
        code: str
        terms: JobTerms
        opened_on: date

    class TermsChanged(Aggregate.Event):
        """The job is described or planned otherwise."""

        TOPIC = "job.terms-changed.v1"
        terms: JobTerms

    class Closed(Aggregate.Event):
        """Nothing new is put on the job; `matters` is what was left unfinished when it was closed all the same."""

        TOPIC = "job.closed.v1"
        closed_on: date
        reason: str | None
        matters: tuple[OpenMatter, ...] = ()

    class Reopened(Aggregate.Event):
        """Work goes on."""

        TOPIC = "job.reopened.v1"
        reason: str

    # Decide

    @classmethod
    def open(cls, code: str, terms: JobTerms, opened_on: date, act: Act) -> Job:
        """Begin a job."""
        return cls.begin(cls.Opened, id=job_id(code), act=act, code=code.strip(), terms=terms, opened_on=opened_on)

    def change_terms(self, terms: JobTerms, act: Act) -> None:
        """Describe or plan it otherwise; the same again records nothing."""
        if self.terms != terms:
            self.trigger_event(self.TermsChanged, act=act, terms=terms)

    def close(
        self, closed_on: date, matters: tuple[OpenMatter, ...], reason: str | None, force: bool, act: Act
    ) -> None:
        """Let nothing new be put on it; closed already, nothing.

        Raises `ClosedBeforeOpened`, `JobHasOpenMatters` unless forced, `JobReasonMissing` when forced without why.
        """
        if self.status is JobStatus.CLOSED:
            return
        require(closed_on >= self.opened_on, ClosedBeforeOpened, code=self.code, opened_on=self.opened_on)
        require(force or not matters, JobHasOpenMatters, code=self.code, matters=_numbers(matters))
        given = (reason or "").strip() or None
        require(not matters or given is not None, JobReasonMissing)
        self.trigger_event(self.Closed, act=act, closed_on=closed_on, reason=given, matters=matters)

    def reopen(self, reason: str, act: Act) -> None:
        """Let work go on; open already, nothing. Raises `JobReasonMissing`."""
        if self.status is JobStatus.CLOSED:
            require(bool(reason.strip()), JobReasonMissing)
            self.trigger_event(self.Reopened, act=act, reason=reason.strip())

    # Answers

    @property
    def status(self) -> JobStatus:
        """Open or closed."""
        return JobStatus.OPEN if self.closed_on is None else JobStatus.CLOSED

    def check_open(self) -> None:
        """Raises `JobClosed`."""
        require(self.closed_on is None, JobClosed, code=self.code, on=self.closed_on)

    # Evolve

    @event(Opened)
    def __init__(self, code: str, terms: JobTerms, opened_on: date) -> None:
        self.code, self.terms, self.opened_on = code, terms, opened_on
        self.closed_on: date | None = None

    @event(TermsChanged)
    def _terms_changed(self, terms: JobTerms) -> None:
        self.terms = terms

    @event(Closed)
    def _closed(self, closed_on: date) -> None:
        self.closed_on = closed_on

    @event(Reopened)
    def _reopened(self) -> None:
        self.closed_on = None


def _numbers(matters: tuple[OpenMatter, ...]) -> dict[MatterKind, str]:
    told: dict[MatterKind, list[str]] = {}
    for each in matters:
        told.setdefault(MatterKind(each.kind), []).append(str(each.record.number or each.record.id))
    return {kind: ", ".join(numbers) for kind, numbers in told.items()}
