"""Practice (pratica): operations with deadlines that an occasion asks for, opened once for each (INS-8)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid5

from aggregates.answering import Answering, Result
from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.practice_rule import PracticeRule
from aggregates.protocol import Operation, Protocol
from aggregates.record_ref import RecordRef
from aggregates.values import Value


class StepUnknown(Refusal):
    """The practice {practice} has no operation {key}; use the keys that it lists."""

    status = 422


class PracticeStep(Value):
    """An operation with its last day and whoever sees to it."""

    operation: Operation
    due_on: date
    role: str | None = None
    user_id: UUID | None = None


class Practice(Answering, Aggregate):
    """What is to be done on one occasion."""

    TOPIC = "practice"

    class Opened(FirstEvent):
        """The occasion came; operations and days are those of the rule and the protocol on this day."""

        TOPIC = "practice.opened.v1"
        rule_id: UUID
        rule: str
        name: str
        occasion: str
        subject: RecordRef | None
        occasion_on: date
        steps: tuple[PracticeStep, ...]

    class StepAnswered(Aggregate.Event):
        """An operation was done or skipped; of several answers the last in the world counts."""

        TOPIC = "practice.step-answered.v1"
        result: Result

    class Completed(Aggregate.Event):
        """Every mandatory operation was done or skipped."""

        TOPIC = "practice.completed.v1"

    # Decide

    @staticmethod
    def stream_of(rule_id: UUID, occasion: str) -> UUID:
        """One practice for each rule and occasion."""
        return uuid5(rule_id, occasion)

    @classmethod
    def open(
        cls, rule: PracticeRule, protocol: Protocol, occasion: str, on: date, subject: RecordRef | None, act: Act
    ) -> Practice:
        """Open it for an occasion of a day, from which deadlines count. Raises `ProtocolNotValidYet`."""
        return cls.begin(
            cls.Opened,
            id=cls.stream_of(rule.id, occasion),
            act=act,
            rule_id=rule.id,
            rule=rule.code,
            name=rule.terms.name,
            occasion=occasion,
            subject=subject,
            occasion_on=on,
            steps=_steps(rule, protocol, on),
        )

    def complete(self, act: Act) -> None:
        """Note, once, that nothing mandatory is left."""
        left = [one for one in self.steps if one.operation.mandatory and one.operation.key not in self.results]
        if not self.completed and not left:
            self.trigger_event(self.Completed, act=act)

    def _operation(self, key: str) -> Operation:
        found = next((one.operation for one in self.steps if one.operation.key == key), None)
        require(found is not None, StepUnknown, practice=self.name, key=key)
        assert found is not None
        return found

    def _note(self, result: Result, act: Act) -> None:
        if result not in self.seen:
            self.trigger_event(self.StepAnswered, act=act, result=result)

    # Evolve

    @event(Opened)
    def __init__(
        self,
        rule_id: UUID,
        rule: str,
        name: str,
        occasion: str,
        subject: RecordRef | None,
        occasion_on: date,
        steps: tuple[PracticeStep, ...],
    ) -> None:
        self.rule_id, self.rule, self.name, self.occasion = rule_id, rule, name, occasion
        self.subject, self.occasion_on, self.steps = subject, occasion_on, steps
        self.results: dict[str, Result] = {}
        self.seen: set[Result] = set()
        self.completed = False

    @event(StepAnswered)
    def _step_answered(self, result: Result) -> None:
        self.seen.add(result)
        known = self.results.get(result.key)
        if known is None or result.rank > known.rank:
            self.results[result.key] = result

    @event(Completed)
    def _completed(self) -> None:
        self.completed = True


def _steps(rule: PracticeRule, protocol: Protocol, on: date) -> tuple[PracticeStep, ...]:
    """The operations of the day with the rule's deadlines; a step's own terms go before the rule's."""
    own = {one.key: one for one in rule.terms.steps}

    def step(operation: Operation) -> PracticeStep:
        terms = own.get(operation.key)
        days = terms.due_days if terms and terms.due_days is not None else rule.terms.due_days
        whose = terms if terms and (terms.role or terms.user_id) else rule.terms
        due_on = on + timedelta(days=days)
        return PracticeStep(operation=operation, due_on=due_on, role=whose.role, user_id=whose.user_id)

    return tuple(step(operation) for operation in protocol.version_on(on).operations)
