"""InventoryRefusal (rifiuto del magazzino esterno): what another's warehouse would not do, until somebody settles it.

Its stream is named by the message that was refused. Later messages about the same article wait for it, in their order;
those about other articles go on.
"""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.inventory_values import AskedKind, RefusalState
from aggregates.values import Rate


class RefusalIsSettled(Refusal):
    """This is settled ({state}); nothing waits for it any more."""


class AcceptanceUnexplained(Refusal):
    """Say why the other warehouse is right: the goods you recorded will differ from what it reports."""

    status = 422


class InventoryRefusal(Aggregate):
    """Something that was asked of another's warehouse and refused."""

    TOPIC = "inventory-refusal"

    class Refused(FirstEvent):
        """The other warehouse said no, and did nothing."""

        TOPIC = "inventory-refusal.refused.v1"
        asked: AskedKind
        article_id: UUID
        warehouse_id: UUID
        quantity: Rate
        code: str
        sentence: str

    class RefusedAgain(Aggregate.Event):
        """It said no once more, after it was asked again."""

        TOPIC = "inventory-refusal.refused-again.v1"
        code: str
        sentence: str

    class RetryAsked(Aggregate.Event):
        """It is to be asked again, perhaps after it took in a count difference."""

        TOPIC = "inventory-refusal.retry-asked.v1"
        attempt: int
        difference: Rate | None

    class Accepted(Aggregate.Event):
        """The other warehouse is right: this is not asked again, and its next level corrects ours."""

        TOPIC = "inventory-refusal.accepted.v1"

    class Taken(Aggregate.Event):
        """The other warehouse took it after all."""

        TOPIC = "inventory-refusal.taken.v1"

    # Decide

    @classmethod
    def refuse(
        cls,
        message_id: UUID,
        asked: AskedKind,
        article_id: UUID,
        warehouse_id: UUID,
        quantity: Decimal,
        code: str,
        sentence: str,
        act: Act,
    ) -> InventoryRefusal:
        """Begin with the first refusal."""
        return cls.begin(
            cls.Refused,
            id=message_id,
            act=act,
            asked=asked,
            article_id=article_id,
            warehouse_id=warehouse_id,
            quantity=quantity,
            code=code,
            sentence=sentence,
        )

    def refuse_again(self, code: str, sentence: str, act: Act) -> None:
        """It said no once more; told twice of one attempt is once."""
        if self.state is RefusalState.RETRY:
            self.trigger_event(self.RefusedAgain, act=act, code=code, sentence=sentence)

    def retry(self, difference: Decimal | None, act: Act) -> None:
        """Ask again, after a count of `difference` (quantity, below zero for missing). Raises `RefusalIsSettled`."""
        if self.state is RefusalState.RETRY and self.difference == difference:
            return
        require(self.state is RefusalState.OPEN, RefusalIsSettled, state=self.state)
        self.trigger_event(self.RetryAsked, act=act, attempt=self.attempt + 1, difference=difference)

    def accept(self, act: Act) -> None:
        """Leave it: the other warehouse is right. Raises `AcceptanceUnexplained`, `RefusalIsSettled`."""
        if self.state is RefusalState.ACCEPTED:
            return
        require(bool(act.why), AcceptanceUnexplained)
        require(self.state is RefusalState.OPEN, RefusalIsSettled, state=self.state)
        self.trigger_event(self.Accepted, act=act)

    def take(self, act: Act) -> None:
        """Record that it was done after all."""
        if self.state in (RefusalState.OPEN, RefusalState.RETRY):
            self.trigger_event(self.Taken, act=act)

    # Evolve

    @event(Refused)
    def __init__(self, code: str, sentence: str) -> None:
        self.code, self.sentence = code, sentence
        self.state = RefusalState.OPEN
        self.attempt = 0
        self.difference: Decimal | None = None

    @event(RefusedAgain)
    def _refused_again(self, code: str, sentence: str) -> None:
        self.code, self.sentence = code, sentence
        self.state = RefusalState.OPEN

    @event(RetryAsked)
    def _retry_asked(self, attempt: int, difference: Decimal | None) -> None:
        self.attempt, self.difference, self.state = attempt, difference, RefusalState.RETRY

    @event(Accepted)
    def _accepted(self) -> None:
        self.state = RefusalState.ACCEPTED

    @event(Taken)
    def _taken(self) -> None:
        self.state = RefusalState.TAKEN
