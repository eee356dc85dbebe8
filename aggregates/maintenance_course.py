"""MaintenanceCourse (scadenze di una macchina in un piano): what became of each service of one machine under one plan.

One small stream for each plan and machine, so that thousands of machines of a plan never wait for each other. What is
due without being recorded here follows from the plan (`rules/maintenance_due.py`).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.because import Because, worded
from aggregates.rules.maintenance_due import Due, Occurrence, OccurrenceState

COURSES = UUID("7c1f5d52-8a0e-5c46-9a61-f8a4f6c3b6e5")
NO_REASON = {"reason": None, "because": None}


def course_id(plan_id: UUID, serial_item_id: UUID) -> UUID:
    """The id of the course of one machine under one plan."""
    return uuid5(COURSES, f"{plan_id}/{serial_item_id}")


def maintenance_call_id(plan_id: UUID, serial_item_id: UUID, key: str, attempt: int) -> UUID:
    """The id of the call for a service: the same whoever makes it, so that it exists once."""
    return uuid5(COURSES, f"{plan_id}/{serial_item_id}/{key}/{attempt}")


def maintenance_activity_id(call_id: UUID) -> UUID:
    """The id of the activity that a maintenance call is made with."""
    return uuid5(call_id, "maintenance")


class OccurrenceUnknown(Refusal):
    """No service {key} of this machine is due under the plan; look at the plan's board for what is."""

    status = 404


class OccurrenceOver(Refusal):
    """This service is already {state}; nothing is left to change."""


class MaintenanceCourse(Aggregate):
    """The services of one machine under one plan."""

    TOPIC = "maintenance-course"

    class Begun(FirstEvent):
        """The first service of the machine under the plan comes up."""

        TOPIC = "maintenance-course.begun.v1"
        plan_id: UUID
        serial_item_id: UUID

    class OccurrenceGenerated(Aggregate.Event):
        """A call was made for a service, once for each attempt."""

        TOPIC = "maintenance-course.occurrence-generated.v1"
        key: str
        rule: str
        nominal_on: date
        due_on: date
        earliest_on: date
        latest_on: date
        attempt: int
        call_id: UUID

    class OccurrenceHeld(Aggregate.Event):
        """A service is due but not made, because the customer is blocked (R1.10)."""

        TOPIC = "maintenance-course.occurrence-held.v1"
        key: str
        rule: str
        nominal_on: date
        due_on: date
        reason: str = Field(default="", description="The sentence of blocks from before reasons were codes.")
        because: Because | None = None

    class OccurrenceSkipped(Aggregate.Event):
        """A service will not be made; the next ones stay."""

        TOPIC = "maintenance-course.occurrence-skipped.v1"
        key: str
        rule: str
        nominal_on: date
        due_on: date
        reason: str

    class OccurrencePostponed(Aggregate.Event):
        """A service is due on another day; the others stay where they were."""

        TOPIC = "maintenance-course.occurrence-postponed.v1"
        key: str
        rule: str
        nominal_on: date
        due_on: date
        to_on: date
        reason: str

    class OccurrenceDone(Aggregate.Event):
        """The service was done on a day."""

        TOPIC = "maintenance-course.occurrence-done.v1"
        key: str
        call_id: UUID
        done_on: date

    class OccurrenceReturned(Aggregate.Event):
        """The call came to nothing: the service is due again."""

        TOPIC = "maintenance-course.occurrence-returned.v1"
        key: str
        call_id: UUID
        reason: str

    class OccurrenceReopened(Aggregate.Event):
        """The call was taken up again: the service is not done yet."""

        TOPIC = "maintenance-course.occurrence-reopened.v1"
        key: str
        call_id: UUID

    # Decide

    @classmethod
    def start(cls, plan_id: UUID, serial_item_id: UUID, act: Act) -> MaintenanceCourse:
        """Begin to keep the services of a machine under a plan."""
        stream_id = course_id(plan_id, serial_item_id)
        return cls.begin(cls.Begun, id=stream_id, act=act, plan_id=plan_id, serial_item_id=serial_item_id)

    def generate(self, due: Due, call_id: UUID, earliest_on: date, latest_on: date, act: Act) -> None:
        """A call was made; made already for this attempt, nothing."""
        known = self.occurrences.get(due.key)
        if known is not None and (known.state.is_over or known.state is OccurrenceState.PLANNED):
            return
        days = {"nominal_on": due.nominal_on, "due_on": due.due_on, "earliest_on": earliest_on, "latest_on": latest_on}
        attempt = due.attempt + 1
        self.trigger_event(
            self.OccurrenceGenerated,
            act=act,
            key=due.key,
            rule=due.rule,
            attempt=attempt,
            call_id=call_id,
            **days,
        )

    def hold(self, due: Due, why: Because | str, act: Act) -> None:
        """Not made while the customer is blocked; recorded once."""
        known = self.occurrences.get(due.key)
        if known is None or known.state is OccurrenceState.DUE:
            told = {"key": due.key, "rule": due.rule, "nominal_on": due.nominal_on, "due_on": due.due_on}
            self.trigger_event(self.OccurrenceHeld, act=act, **worded(why), **told)

    def skip(self, due: Due | Occurrence, reason: str, act: Act) -> None:
        """Leave a service out. Raises `OccurrenceOver` when it is done."""
        known = self.occurrences.get(due.key)
        if known is not None and known.state is OccurrenceState.SKIPPED:
            return
        require(known is None or known.state is not OccurrenceState.DONE, OccurrenceOver, state=OccurrenceState.DONE)
        told = {"key": due.key, "rule": due.rule, "nominal_on": due.nominal_on, "due_on": due.due_on}
        self.trigger_event(self.OccurrenceSkipped, act=act, reason=reason, **told)

    def postpone(self, due: Due | Occurrence, to_on: date, reason: str, act: Act) -> None:
        """Put a service off, or bring it forward. Raises `OccurrenceOver`."""
        known = self.occurrences.get(due.key)
        require(known is None or not known.state.is_over, OccurrenceOver, state=known.state if known else None)
        if due.due_on != to_on:
            told = {"key": due.key, "rule": due.rule, "nominal_on": due.nominal_on, "due_on": due.due_on}
            self.trigger_event(self.OccurrencePostponed, act=act, to_on=to_on, reason=reason, **told)

    def finish(self, key: str, call_id: UUID, done_on: date, act: Act) -> None:
        """The call is closed and the service done; a call that is not this service's says nothing."""
        if self._is_planned_by(key, call_id):
            self.trigger_event(self.OccurrenceDone, act=act, key=key, call_id=call_id, done_on=done_on)

    def give_back(self, key: str, call_id: UUID, reason: str, act: Act) -> None:
        """The call came to nothing."""
        if self._is_planned_by(key, call_id):
            self.trigger_event(self.OccurrenceReturned, act=act, key=key, call_id=call_id, reason=reason)

    def take_up(self, key: str, call_id: UUID, act: Act) -> None:
        """The call is live again after the service counted as done."""
        known = self.occurrences.get(key)
        if known is not None and known.state is OccurrenceState.DONE and known.call_id == call_id:
            self.trigger_event(self.OccurrenceReopened, act=act, key=key, call_id=call_id)

    def _is_planned_by(self, key: str, call_id: UUID) -> bool:
        known = self.occurrences.get(key)
        return known is not None and known.state is OccurrenceState.PLANNED and known.call_id == call_id

    # Evolve

    @event(Begun)
    def __init__(self, plan_id: UUID, serial_item_id: UUID) -> None:
        self.plan_id, self.serial_item_id = plan_id, serial_item_id
        self.occurrences: dict[str, Occurrence] = {}

    @event(OccurrenceGenerated)
    def _generated(self, key: str, rule: str, nominal_on: date, due_on: date, attempt: int, call_id: UUID) -> None:
        made = {"state": OccurrenceState.PLANNED, "attempt": attempt, "call_id": call_id, **NO_REASON}
        self._put(key, rule, nominal_on, due_on, **made)

    @event(OccurrenceHeld)
    def _held(self, key: str, rule: str, nominal_on: date, due_on: date, reason: str, because: Because | None) -> None:
        self._put(key, rule, nominal_on, due_on, state=OccurrenceState.HELD, reason=reason or None, because=because)

    @event(OccurrenceSkipped)
    def _skipped(self, key: str, rule: str, nominal_on: date, due_on: date, reason: str) -> None:
        over = {"state": OccurrenceState.SKIPPED, **NO_REASON, "reason": reason, "ended_on": due_on}
        self._put(key, rule, nominal_on, due_on, **over)

    @event(OccurrencePostponed)
    def _postponed(self, key: str, rule: str, nominal_on: date, to_on: date, reason: str) -> None:
        self._put(key, rule, nominal_on, to_on, reason=reason, because=None)

    @event(OccurrenceDone)
    def _done(self, key: str, done_on: date) -> None:
        over = {"state": OccurrenceState.DONE, "ended_on": done_on}
        self.occurrences[key] = self.occurrences[key].model_copy(update=over)

    @event(OccurrenceReturned)
    def _returned(self, key: str, reason: str) -> None:
        again = {"state": OccurrenceState.DUE, "call_id": None, **NO_REASON, "reason": reason}
        self.occurrences[key] = self.occurrences[key].model_copy(update=again)

    @event(OccurrenceReopened)
    def _reopened(self, key: str) -> None:
        again = {"state": OccurrenceState.PLANNED, "ended_on": None}
        self.occurrences[key] = self.occurrences[key].model_copy(update=again)

    def _put(self, key: str, rule: str, nominal_on: date, due_on: date, **changed: object) -> None:
        known = self.occurrences.get(key) or Occurrence(key=key, rule=rule, nominal_on=nominal_on, due_on=due_on)
        self.occurrences[key] = known.model_copy(update={"due_on": due_on, **changed})
