"""BillingRun (elaborazione di fatturazione): what is due of many customers, proposed, confirmed and issued in batches.

A run knows how far it has come, batch by batch, so that one cut short goes on where it stopped (R1.15).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.because import Because
from aggregates.values import Rate, Value


class RunStage(StrEnum):
    """What the run is at; it rests when all is proposed, and ends issued or discarded."""

    PROPOSING = "proposing"
    PROPOSED = "proposed"
    ISSUING = "issuing"
    ISSUED = "issued"
    DISCARDING = "discarding"
    DISCARDED = "discarded"


AT_WORK = (RunStage.PROPOSING, RunStage.ISSUING, RunStage.DISCARDING)


class RunTerms(Value):
    """What the run bills, and how its documents are dated and numbered."""

    until_on: date
    customer_ids: tuple[UUID, ...] | None = Field(default=None, description="Only these customers; left out, all.")
    dated_on: date | None = Field(default=None, description="Date of the documents; left out, the day of issuing.")
    series: str = Field(default="", max_length=10, description="Number series (sezionale).")
    issue_at_once: bool = Field(default=False, description="Issue without waiting for a confirmation.")
    note: str | None = Field(default=None, max_length=200)


class LeftAlone(Value):
    """A contract, work or invoice that the run could not bill, with its reason; the others went on."""

    kind: str
    record_id: UUID
    code: str
    reason: str
    because: Because | None = None


class RunInvoice(Value):
    """An invoice that the run issued."""

    invoice_id: UUID
    number: str


class RunOver(Refusal):
    """This run is {stage}; start another one for what has become due since."""


class RunNotProposed(Refusal):
    """This run is still {stage}; confirm it when everything is proposed."""


class RunIssuing(Refusal):
    """This run is being issued; its documents stand. Credit what is wrong."""


class BillingRun(Aggregate):
    """One run, from the question what is due to its last invoice."""

    TOPIC = "billing-run"

    class Started(FirstEvent):
        """Somebody wants everything billed that is due by a day; about so many customers have something."""

        TOPIC = "billing-run.started.v1"
        terms: RunTerms
        customers: int

    class BatchProposed(Aggregate.Event):
        """Some customers' dues are proposed invoices now; the next batch comes after `last_customer_id`."""

        TOPIC = "billing-run.batch-proposed.v1"
        customers: int
        last_customer_id: UUID | None
        invoice_ids: tuple[UUID, ...]
        net: Rate
        left_alone: tuple[LeftAlone, ...]
        is_last: bool

    class Changed(Aggregate.Event):
        """Date or series of the documents are different, before any of them is issued."""

        TOPIC = "billing-run.changed.v1"
        terms: RunTerms

    class Confirmed(Aggregate.Event):
        """Somebody verified the run: its proposals may be issued."""

        TOPIC = "billing-run.confirmed.v1"

    class BatchIssued(Aggregate.Event):
        """Some of the run's proposals are invoices now; the next batch begins after the first `reached` of all."""

        TOPIC = "billing-run.batch-issued.v1"
        reached: int
        invoices: tuple[RunInvoice, ...]
        left_alone: tuple[LeftAlone, ...]
        is_last: bool

    class GivenUp(Aggregate.Event):
        """The run will not be issued; its proposals are discarded."""

        TOPIC = "billing-run.given-up.v1"
        reason: str

    class BatchDiscarded(Aggregate.Event):
        """Some of the run's proposals are discarded; what they held is due again."""

        TOPIC = "billing-run.batch-discarded.v1"
        reached: int
        is_last: bool

    # Decide

    @classmethod
    def start(cls, run_id: UUID, terms: RunTerms, customers: int, act: Act) -> BillingRun:
        """Begin."""
        return cls.begin(cls.Started, id=run_id, act=act, terms=terms, customers=customers)

    def note_proposed(
        self,
        customer_ids: Sequence[UUID],
        invoice_ids: Sequence[UUID],
        net: Decimal,
        left_alone: Sequence[LeftAlone],
        act: Act,
        *,
        is_last: bool,
    ) -> None:
        """One more batch of customers is proposed."""
        self._require(RunStage.PROPOSING)
        self.trigger_event(
            self.BatchProposed,
            act=act,
            customers=len(customer_ids),
            last_customer_id=customer_ids[-1] if customer_ids else self.last_customer_id,
            invoice_ids=tuple(invoice_ids),
            net=net,
            left_alone=tuple(left_alone),
            is_last=is_last,
        )

    def change(self, terms: RunTerms, act: Act) -> None:
        """Date the documents otherwise. Raises `RunIssuing`, `RunOver`."""
        require(self.stage is not RunStage.ISSUING, RunIssuing)
        self._require(RunStage.PROPOSING, RunStage.PROPOSED)
        if terms != self.terms:
            self.trigger_event(self.Changed, act=act, terms=terms)

    def confirm(self, act: Act) -> None:
        """Let the proposals be issued; again is nothing. Raises `RunNotProposed`, `RunOver`."""
        if self.stage in (RunStage.ISSUING, RunStage.ISSUED):
            return
        require(self.stage is not RunStage.PROPOSING, RunNotProposed, stage=self.stage.value)
        self._require(RunStage.PROPOSED)
        self.trigger_event(self.Confirmed, act=act)

    def note_issued(
        self, reached: int, invoices: Sequence[RunInvoice], left_alone: Sequence[LeftAlone], act: Act
    ) -> None:
        """One more batch is issued, or was left alone."""
        self._require(RunStage.ISSUING)
        self.trigger_event(
            self.BatchIssued,
            act=act,
            reached=reached,
            invoices=tuple(invoices),
            left_alone=tuple(left_alone),
            is_last=reached >= len(self.invoice_ids),
        )

    def give_up(self, reason: str, act: Act) -> None:
        """Do not issue the run; again is nothing. Raises `RunIssuing`, `RunOver`."""
        if self.stage in (RunStage.DISCARDING, RunStage.DISCARDED):
            return
        require(self.stage is not RunStage.ISSUING, RunIssuing)
        self._require(RunStage.PROPOSING, RunStage.PROPOSED)
        self.trigger_event(self.GivenUp, act=act, reason=reason)

    def note_discarded(self, reached: int, act: Act) -> None:
        """One more batch of proposals is discarded."""
        self._require(RunStage.DISCARDING)
        self.trigger_event(self.BatchDiscarded, act=act, reached=reached, is_last=reached >= len(self.invoice_ids))

    def next_invoices(self, limit: int) -> tuple[UUID, ...]:
        """The proposals that come next, to be issued or discarded."""
        return tuple(self.invoice_ids[self.reached : self.reached + limit])

    def _require(self, *stages: RunStage) -> None:
        require(self.stage in stages, RunOver, stage=self.stage.value)

    # Evolve

    @event(Started)
    def __init__(self, terms: RunTerms) -> None:
        self.terms, self.stage = terms, RunStage.PROPOSING
        self.last_customer_id: UUID | None = None
        self.invoice_ids: list[UUID] = []
        self.reached = self.batches = self.issued = 0

    @event(BatchProposed)
    def _batch_proposed(self, last_customer_id: UUID | None, invoice_ids: tuple[UUID, ...], is_last: bool) -> None:
        self.last_customer_id = last_customer_id
        self.invoice_ids.extend(invoice_ids)
        self.batches += 1
        if is_last:
            self.stage = RunStage.ISSUING if self.terms.issue_at_once else RunStage.PROPOSED

    @event(Changed)
    def _changed(self, terms: RunTerms) -> None:
        self.terms = terms

    @event(Confirmed)
    def _confirmed(self) -> None:
        self.stage = RunStage.ISSUING

    @event(BatchIssued)
    def _batch_issued(self, reached: int, invoices: tuple[RunInvoice, ...], is_last: bool) -> None:
        self.reached, self.issued = reached, self.issued + len(invoices)
        self.batches += 1
        if is_last:
            self.stage = RunStage.ISSUED

    @event(GivenUp)
    def _given_up(self) -> None:
        self.stage = RunStage.DISCARDING

    @event(BatchDiscarded)
    def _batch_discarded(self, reached: int, is_last: bool) -> None:
        self.reached = reached
        self.batches += 1
        if is_last:
            self.stage = RunStage.DISCARDED
