"""Collection (distinta di incasso): due dates that the bank collects by direct debit or RiBa, from file to outcome.

A batch is frozen when it is prepared, so that its file can be written again at any time, byte for byte. Each due date
is in one live batch only: its document says so (`Presented`). What comes back (*insoluto*) is open again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.because import Because
from aggregates.collection_values import CollectionLine, CollectionMethod, CollectionState, Creditor, LineState


class CollectionEmpty(Refusal):
    """Nothing can be collected ({reasons}): no due date of this method is open by then, or each lacks something."""


class CollectionCancelled(Refusal):
    """Batch {number} was cancelled; prepare a new one."""


class CollectionSent(Refusal):
    """Batch {number} was sent to the bank; record what the bank returns instead."""


class CollectionNotSent(Refusal):
    """Batch {number} was not sent to the bank yet; say that it was, first."""


class CollectionLineUnknown(Refusal):
    """Batch {number} has no line {line}."""

    status = 404


class CollectionLineReturned(Refusal):
    """Line {line} of batch {number} came back; it is collected anew in another batch."""


class Collection(Aggregate):
    """A batch of due dates for the bank."""

    TOPIC = "collection"

    class Prepared(FirstEvent):
        """The batch holds these due dates; its file can be written."""

        TOPIC = "collection.prepared.v1"
        number: str
        method: CollectionMethod
        prepared_on: date
        creditor: Creditor
        lines: tuple[CollectionLine, ...]

    class Sent(Aggregate.Event):
        """The bank has the file."""

        TOPIC = "collection.sent.v1"
        sent_on: date
        reference: str | None

    class Settled(Aggregate.Event):
        """The bank paid these lines on a day."""

        TOPIC = "collection.settled.v1"
        lines: tuple[int, ...]
        settled_on: date

    class Returned(Aggregate.Event):
        """A line came back unpaid, before or after it was settled (insoluto, storno)."""

        TOPIC = "collection.returned.v1"
        line: int
        returned_on: date
        code: str | None
        reason: str | None

    class Cancelled(Aggregate.Event):
        """It is not sent after all; its due dates are free."""

        TOPIC = "collection.cancelled.v1"
        reason: str | None

    # Decide

    @classmethod
    def prepare(
        cls,
        collection_id: UUID,
        number: str,
        method: CollectionMethod,
        prepared_on: date,
        creditor: Creditor,
        lines: Sequence[CollectionLine],
        act: Act,
        *,
        left_out: Sequence[Because] = (),
    ) -> Collection:
        """Begin; `left_out` are the reasons of what cannot be collected. Raises `CollectionEmpty`."""
        require(
            bool(lines),
            CollectionEmpty,
            reasons=[each for n, each in enumerate(left_out) if each not in left_out[:n]] or "–",
        )
        return cls.begin(
            cls.Prepared,
            id=collection_id,
            act=act,
            number=number,
            method=method,
            prepared_on=prepared_on,
            creditor=creditor,
            lines=tuple(lines),
        )

    def send(self, sent_on: date, reference: str | None, act: Act) -> None:
        """Note that the bank has the file; once is enough. Raises `CollectionCancelled`."""
        self._require_live()
        if self.sent_on is None:
            self.trigger_event(self.Sent, act=act, sent_on=sent_on, reference=reference)

    def settle(self, numbers: Sequence[int] | None, settled_on: date, act: Act) -> tuple[CollectionLine, ...]:
        """Note what the bank paid: the lines named, or all that were to be collected by the day; answers the new ones.

        Raises `CollectionCancelled`, `CollectionNotSent`, `CollectionLineUnknown`, `CollectionLineReturned`.
        """
        self._require_live()
        require(self.sent_on is not None, CollectionNotSent, number=self.number)
        if numbers is None:
            wanted = [line for line in self.lines if line.collect_on <= settled_on and self._is_open(line)]
        else:
            wanted = [self.line(number) for number in dict.fromkeys(numbers)]
        for line in wanted:
            is_returned = self.states[line.number] is LineState.RETURNED
            require(not is_returned, CollectionLineReturned, line=line.number, number=self.number)
        new = tuple(line for line in wanted if self._is_open(line))
        if new:
            self.trigger_event(self.Settled, act=act, lines=tuple(n.number for n in new), settled_on=settled_on)
        return new

    def take_return(self, number: int, returned_on: date, code: str | None, reason: str | None, act: Act) -> LineState:
        """Note that a line came back; answers where it stood before. Once is enough.

        Raises `CollectionCancelled`, `CollectionNotSent`, `CollectionLineUnknown`.
        """
        self._require_live()
        require(self.sent_on is not None, CollectionNotSent, number=self.number)
        before = self.states[self.line(number).number]
        if before is not LineState.RETURNED:
            fields = {"line": number, "returned_on": returned_on, "code": code, "reason": reason}
            self.trigger_event(self.Returned, act=act, **fields)
        return before

    def cancel(self, reason: str | None, act: Act) -> bool:
        """Give the batch up before it is sent; False when it was given up already. Raises `CollectionSent`."""
        if self.is_cancelled:
            return False
        require(self.sent_on is None, CollectionSent, number=self.number)
        self.trigger_event(self.Cancelled, act=act, reason=reason)
        return True

    # Answers

    @property
    def state(self) -> CollectionState:
        """Where it stands."""
        if self.is_cancelled:
            return CollectionState.CANCELLED
        if all(state is not LineState.OPEN for state in self.states.values()):
            return CollectionState.SETTLED
        return CollectionState.PREPARED if self.sent_on is None else CollectionState.SENT

    @property
    def total(self) -> Decimal:
        """What all lines sum to; euro."""
        return sum((line.amount for line in self.lines), Decimal("0.00"))

    def line(self, number: int) -> CollectionLine:
        """A line by its number. Raises `CollectionLineUnknown`."""
        known = next((line for line in self.lines if line.number == number), None)
        if known is None:
            raise CollectionLineUnknown(number=self.number, line=number)
        return known

    def line_of(self, end_to_end_id: str) -> CollectionLine | None:
        """The line that the bank names so."""
        return next((line for line in self.lines if line.end_to_end_id == end_to_end_id), None)

    def payment_id(self, line: CollectionLine) -> UUID:
        """The id of the payment that settling a line is."""
        return uuid5(self.id, f"payment/{line.number}")

    def rest_id(self, line: CollectionLine) -> UUID:
        """The id of the customer's payment that takes what a line brought beyond what was still open."""
        return uuid5(self.id, f"rest/{line.number}")

    def _is_open(self, line: CollectionLine) -> bool:
        return self.states[line.number] is LineState.OPEN

    def _require_live(self) -> None:
        require(not self.is_cancelled, CollectionCancelled, number=self.number)

    # Evolve

    @event(Prepared)
    def __init__(
        self,
        number: str,
        method: CollectionMethod,
        prepared_on: date,
        creditor: Creditor,
        lines: tuple[CollectionLine, ...],
    ) -> None:
        self.number, self.method, self.prepared_on = number, method, prepared_on
        self.creditor, self.lines, self.is_cancelled = creditor, lines, False
        self.sent_on: date | None = None
        self.states = {line.number: LineState.OPEN for line in lines}

    @event(Sent)
    def _sent(self, sent_on: date) -> None:
        self.sent_on = sent_on

    @event(Settled)
    def _settled(self, lines: tuple[int, ...]) -> None:
        self.states |= dict.fromkeys(lines, LineState.SETTLED)

    @event(Returned)
    def _returned(self, line: int) -> None:
        self.states[line] = LineState.RETURNED

    @event(Cancelled)
    def _cancelled(self) -> None:
        self.is_cancelled = True
