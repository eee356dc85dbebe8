"""WorkshopJob (scheda di laboratorio): something left at the counter, until it is repaired, ready and taken away.

It is part of a call, where the work, its parts and its price are; the job itself knows where the thing is, what came
with it, who works on it, and when it was promised. Goods that come with a return belong to the return.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from aggregates.base import Act, Aggregate, FirstEvent, event, require
from aggregates.rules.workshop import WorkshopAlert, WorkshopTerms
from aggregates.values import PersonRef, rome_date
from aggregates.workshop_values import (
    DONE,
    HELD,
    OVER,
    TO_DO,
    ContactChannel,
    HandedIn,
    Handover,
    HoldReason,
    JobLoanerUnknown,
    JobOutcome,
    JobOver,
    JobState,
    JobStepWrong,
    Loaner,
    LoanerNotBack,
    Promise,
    TooEarlyToAbandon,
    WorkshopReasonMissing,
)


class WorkshopJob(Aggregate):
    """One thing in our workshop."""

    TOPIC = "workshop-job"

    class TakenIn(FirstEvent):
        """Something was left at the counter; its receipt is due."""

        TOPIC = "workshop-job.taken-in.v1"
        number: str | None
        call_id: UUID
        party_id: UUID | None
        bringer: PersonRef | None
        handed_in: HandedIn
        promise: Promise
        place: str | None

    class PromiseChanged(Aggregate.Event):
        """It is promised for another day, or more or less urgent."""

        TOPIC = "workshop-job.promise-changed.v1"
        promise: Promise
        reason: str | None

    class Stored(Aggregate.Event):
        """It lies in another place."""

        TOPIC = "workshop-job.stored.v1"
        place: str

    class Assigned(Aggregate.Event):
        """It waits at a bench, for a technician, or for nobody in particular."""

        TOPIC = "workshop-job.assigned.v1"
        bench: str | None
        technician_id: UUID | None

    class Begun(Aggregate.Event):
        """It is on the bench, for the first time or again."""

        TOPIC = "workshop-job.begun.v1"

    class Held(Aggregate.Event):
        """Work waits for a part, or for the customer to agree to the price."""

        TOPIC = "workshop-job.held.v1"
        reason: HoldReason
        note: str | None

    class Finished(Aggregate.Event):
        """The work has ended, in this way."""

        TOPIC = "workshop-job.finished.v1"
        outcome: JobOutcome
        note: str | None

    class TakenUpAgain(Aggregate.Event):
        """It was not right after all: back to the queue."""

        TOPIC = "workshop-job.taken-up-again.v1"
        reason: str

    class MadeReady(Aggregate.Event):
        """It can be collected; the customer is to be told so, by this channel."""

        TOPIC = "workshop-job.made-ready.v1"
        contact: ContactChannel
        place: str | None

    class LoanerGiven(Aggregate.Event):
        """The customer has something of ours meanwhile."""

        TOPIC = "workshop-job.loaner-given.v1"
        loaner: Loaner

    class LoanerReturned(Aggregate.Event):
        """Our loaner is back."""

        TOPIC = "workshop-job.loaner-returned.v1"
        loaner_id: UUID

    class AlertNoted(Aggregate.Event):
        """A promised date is at risk, or it was ready for so many days and nobody came."""

        TOPIC = "workshop-job.alert-noted.v1"
        alert: WorkshopAlert
        promised_on: date | None
        days: int

    class HandedOver(Aggregate.Event):
        """Somebody took it away."""

        TOPIC = "workshop-job.handed-over.v1"
        handover: Handover

    class Abandoned(Aggregate.Event):
        """Nobody came for it; it is treated as given up."""

        TOPIC = "workshop-job.abandoned.v1"
        reason: str

    # Decide

    @classmethod
    def take_in(
        cls,
        job_id: UUID,
        call_id: UUID,
        handed_in: HandedIn,
        promise: Promise,
        act: Act,
        *,
        party_id: UUID | None = None,
        bringer: PersonRef | None = None,
        place: str | None = None,
        number: str | None = None,
    ) -> WorkshopJob:
        """Take something in at the counter."""
        fields = {"call_id": call_id, "party_id": party_id, "bringer": bringer, "number": number, "place": place}
        return cls.begin(cls.TakenIn, id=job_id, act=act, handed_in=handed_in, promise=promise, **fields)

    def change_promise(self, promise: Promise, reason: str | None, act: Act) -> None:
        """Promise another day or priority. Raises `WorkshopReasonMissing` where a promised day changes."""
        if self.promise == promise:
            return
        self._require_step(*TO_DO)
        broken = self.promise.promised_on is not None and promise.promised_on != self.promise.promised_on
        require(not broken or bool((reason or "").strip()), WorkshopReasonMissing)
        self.trigger_event(self.PromiseChanged, act=act, promise=promise, reason=reason)

    def store(self, place: str, act: Act) -> None:
        """Say where it lies."""
        if self.place != place:
            self._require_here()
            self.trigger_event(self.Stored, act=act, place=place)

    def assign(self, bench: str | None, technician_id: UUID | None, act: Act) -> None:
        """Put it at a bench, give it to a technician, or to nobody in particular."""
        if (self.bench, self.technician_id) != (bench, technician_id):
            self._require_step(*TO_DO)
            self.trigger_event(self.Assigned, act=act, bench=bench, technician_id=technician_id)

    def start(self, act: Act) -> None:
        """Take it on the bench, or go on with it."""
        if self.state is not JobState.ON_BENCH:
            self._require_step(*TO_DO)
            self.trigger_event(self.Begun, act=act)

    def hold(self, reason: HoldReason, note: str | None, act: Act) -> None:
        """Wait for a part or for an answer to the quote."""
        if self.state is not HELD[reason]:
            self._require_step(*TO_DO)
            self.trigger_event(self.Held, act=act, reason=reason, note=note)

    def finish(self, outcome: JobOutcome, note: str | None, act: Act) -> None:
        """End the work. Another outcome is possible until the customer is told."""
        if self.state.value != outcome.value:
            self._require_step(*TO_DO, *DONE)
            self.trigger_event(self.Finished, act=act, outcome=outcome, note=note)

    def take_up_again(self, reason: str, act: Act) -> None:
        """Put it back into the queue. Raises `WorkshopReasonMissing`."""
        if self.state is JobState.WAITING:
            return
        self._require_step(*DONE, JobState.READY)
        require(bool(reason.strip()), WorkshopReasonMissing)
        self.trigger_event(self.TakenUpAgain, act=act, reason=reason.strip())

    def make_ready(self, place: str | None, act: Act) -> None:
        """Say that it can be collected: the customer is to be told."""
        if self.state is not JobState.READY:
            self._require_step(*DONE)
            self.trigger_event(self.MadeReady, act=act, contact=self.handed_in.contact, place=place)

    def give_loaner(self, loaner: Loaner, act: Act) -> None:
        """Lend something meanwhile."""
        if self.loaners.get(loaner.loaner_id) != loaner:
            self._require_here()
            self.trigger_event(self.LoanerGiven, act=act, loaner=loaner)

    def return_loaner(self, loaner_id: UUID, act: Act) -> None:
        """Take the loaner back, also after the job. Raises `JobLoanerUnknown`."""
        if loaner_id in self.loaners_back:
            return
        require(loaner_id in self.loaners, JobLoanerUnknown)
        self.trigger_event(self.LoanerReturned, act=act, loaner_id=loaner_id)

    def note_alert(self, alert: WorkshopAlert, days: int, act: Act) -> None:
        """Note an alert once: a promise for each promised day, a wait for each length since it was ready.

        One that is no longer true records nothing, because what it warned of has happened meanwhile.
        """
        is_promise = alert is WorkshopAlert.PROMISE_AT_RISK
        is_true = self.state in (*TO_DO, *DONE) if is_promise else self.state is JobState.READY
        promised_on = self.promise.promised_on if is_promise else None
        if is_true and (alert, promised_on, days) not in self.alerts:
            self.trigger_event(self.AlertNoted, act=act, alert=alert, promised_on=promised_on, days=days)

    def hand_over(self, handover: Handover, act: Act) -> None:
        """Give it to somebody. Raises `JobStepWrong` before the work has ended, `LoanerNotBack`, `JobOver`."""
        if self.handover is not None and self.handover.says_the_same(handover):
            return
        self._require_step(*DONE, JobState.READY)
        lent = ", ".join(loaner.description for loaner in self.loaners.values())
        require(not lent, LoanerNotBack, loaners=lent)
        self.trigger_event(self.HandedOver, act=act, handover=handover)

    def abandon(self, reason: str, terms: WorkshopTerms, act: Act) -> None:
        """Treat it as given up. Raises `JobStepWrong`, `TooEarlyToAbandon`, `WorkshopReasonMissing`."""
        if self.state is JobState.ABANDONED:
            return
        self._require_step(JobState.READY)
        require(bool(reason.strip()), WorkshopReasonMissing)
        ready_on = rome_date(self.ready_at or act.at)
        is_time = (rome_date(act.at) - ready_on).days >= terms.abandoned_days
        require(is_time, TooEarlyToAbandon, ready_on=ready_on, days=terms.abandoned_days)
        self.trigger_event(self.Abandoned, act=act, reason=reason.strip())

    def _require_here(self) -> None:
        require(self.state not in OVER, JobOver, state=self.state)

    def _require_step(self, *wanted: JobState) -> None:
        self._require_here()
        require(self.state in wanted, JobStepWrong, state=self.state, wanted=wanted)

    # Evolve

    @event(TakenIn)
    def __init__(
        self,
        number: str | None,
        call_id: UUID,
        party_id: UUID | None,
        bringer: PersonRef | None,
        handed_in: HandedIn,
        promise: Promise,
        place: str | None,
    ) -> None:
        self.number, self.call_id, self.party_id, self.bringer = number, call_id, party_id, bringer
        self.handed_in, self.promise, self.place = handed_in, promise, place
        self.state = JobState.WAITING
        self.bench: str | None = None
        self.technician_id: UUID | None = None
        self.ready_at: datetime | None = None
        self.loaners: dict[UUID, Loaner] = {}
        self.loaners_back: set[UUID] = set()
        self.alerts: set[tuple[WorkshopAlert, date | None, int]] = set()
        self.handover: Handover | None = None

    @event(PromiseChanged)
    def _promise_changed(self, promise: Promise) -> None:
        self.promise = promise

    @event(Stored)
    def _stored(self, place: str) -> None:
        self.place = place

    @event(Assigned)
    def _assigned(self, bench: str | None, technician_id: UUID | None) -> None:
        self.bench, self.technician_id = bench, technician_id

    @event(Begun)
    def _begun(self) -> None:
        self.state = JobState.ON_BENCH

    @event(Held)
    def _held(self, reason: HoldReason) -> None:
        self.state = HELD[reason]

    @event(Finished)
    def _finished(self, outcome: JobOutcome) -> None:
        self.state = JobState(outcome.value)

    @event(TakenUpAgain)
    def _taken_up_again(self) -> None:
        self.state, self.ready_at = JobState.WAITING, None
        self.alerts = {one for one in self.alerts if one[0] is not WorkshopAlert.UNCOLLECTED}

    @event(MadeReady)
    def _made_ready(self, act: Act, place: str | None) -> None:
        self.state, self.ready_at, self.place = JobState.READY, act.at, place or self.place

    @event(LoanerGiven)
    def _loaner_given(self, loaner: Loaner) -> None:
        self.loaners[loaner.loaner_id] = loaner
        self.loaners_back.discard(loaner.loaner_id)

    @event(LoanerReturned)
    def _loaner_returned(self, loaner_id: UUID) -> None:
        del self.loaners[loaner_id]
        self.loaners_back.add(loaner_id)

    @event(AlertNoted)
    def _alert_noted(self, alert: WorkshopAlert, promised_on: date | None, days: int) -> None:
        self.alerts.add((alert, promised_on, days))

    @event(HandedOver)
    def _handed_over(self, handover: Handover) -> None:
        self.state, self.handover = JobState.HANDED_OVER, handover

    @event(Abandoned)
    def _abandoned(self) -> None:
        self.state = JobState.ABANDONED
