"""Dunning (solleciti): reminders to a customer, letter by letter, and which level each due date has reached.

A letter is proposed, confirmed by somebody (or at once, where the company wants it so) and then printed. The customer's
file says which due dates were reminded at which level, so that no level ever comes twice for the same due date, and
whether the customer is left in peace. Amounts are euro.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.invoice_values import BilledCustomer
from aggregates.rules.dunning import PartKey, RemindedPart, letter_level
from aggregates.rules.dunning import Reminded as LevelReached
from aggregates.values import Rate, Value

FILES = UUID("7b1d2c64-0e6b-5c1f-8d43-5f1a9e6c2b70")


class ReminderHeld(Refusal):
    """Customer {code} is to get no reminders: {reason}. Lift that first."""


class ReminderConfirmed(Refusal):
    """Reminder {number} was sent and stays as it is."""


class ReminderDropped(Refusal):
    """This reminder was dropped; propose a new one."""


class ReminderSettled(Refusal):
    """All that this reminder was about is paid or reminded already; drop it."""


class Letter(Value):
    """A reminder as it goes out: what it says, to whom, about which due dates; euro."""

    number: str
    dated_on: date
    level: int = Field(ge=1)
    subject: str
    text: str
    customer: BilledCustomer
    parts: tuple[RemindedPart, ...]
    on_account: Rate = Decimal("0.00")
    """What stands on the customer's account and lowers the sum."""

    @property
    def total(self) -> Decimal:
        """What is asked for."""
        return total_of(self.parts) - self.on_account


class Reminder(Aggregate):
    """One letter to one customer."""

    TOPIC = "reminder"

    class Proposed(FirstEvent):
        """A letter is due."""

        TOPIC = "reminder.proposed.v1"
        customer_id: UUID
        dated_on: date
        level: int
        parts: tuple[RemindedPart, ...]

    class Confirmed(Aggregate.Event):
        """It goes out; its words and sums are frozen."""

        TOPIC = "reminder.confirmed.v1"
        letter: Letter

    class Dropped(Aggregate.Event):
        """It does not go out."""

        TOPIC = "reminder.dropped.v1"
        reason: str

    @classmethod
    def propose(
        cls, reminder_id: UUID, customer_id: UUID, dated_on: date, parts: Sequence[RemindedPart], act: Act
    ) -> Reminder:
        """Propose a letter about due dates of which at least one reaches a new level."""
        fields = {"customer_id": customer_id, "dated_on": dated_on, "level": letter_level(parts)}
        return cls.begin(cls.Proposed, id=reminder_id, act=act, parts=tuple(parts), **fields)

    def check_open(self) -> None:
        """Raises `ReminderConfirmed`, `ReminderDropped`."""
        require(self.letter is None, ReminderConfirmed, number=self.letter.number if self.letter else "")
        require(not self.is_dropped, ReminderDropped)

    def confirm(self, letter: Letter, act: Act) -> None:
        """Let it go out. Raises `ReminderConfirmed`, `ReminderDropped`."""
        self.check_open()
        self.trigger_event(self.Confirmed, act=act, letter=letter)

    def drop(self, reason: str, act: Act) -> None:
        """Give it up; once is enough. Raises `ReminderConfirmed`."""
        if self.is_dropped:
            return
        self.check_open()
        self.trigger_event(self.Dropped, act=act, reason=reason)

    @event(Proposed)
    def __init__(self, customer_id: UUID, dated_on: date, level: int, parts: tuple[RemindedPart, ...]) -> None:
        self.customer_id, self.dated_on, self.level, self.parts = customer_id, dated_on, level, parts
        self.letter: Letter | None = None
        self.is_dropped = False

    @event(Confirmed)
    def _confirmed(self, letter: Letter) -> None:
        self.letter = letter

    @event(Dropped)
    def _dropped(self) -> None:
        self.is_dropped = True


class DunningFile(Aggregate):
    """What a customer was reminded of, and whether it may be reminded."""

    TOPIC = "dunning-file"

    class Opened(FirstEvent):
        """The customer's file begins."""

        TOPIC = "dunning-file.opened.v1"
        customer_id: UUID

    class Reminded(Aggregate.Event):
        """A letter went out: these due dates have reached their level."""

        TOPIC = "dunning-file.reminded.v1"
        reminder_id: UUID
        dated_on: date
        parts: tuple[RemindedPart, ...]

    class Held(Aggregate.Event):
        """The customer gets no reminders, for a reason."""

        TOPIC = "dunning-file.held.v1"
        reason: str

    class HoldLifted(Aggregate.Event):
        """The customer gets reminders again."""

        TOPIC = "dunning-file.hold-lifted.v1"

    @staticmethod
    def stream_of(customer_id: UUID) -> UUID:
        """The id of a customer's file."""
        return uuid5(FILES, str(customer_id))

    @classmethod
    def open(cls, customer_id: UUID, act: Act) -> DunningFile:
        """Begin a customer's file."""
        return cls.begin(cls.Opened, id=cls.stream_of(customer_id), act=act, customer_id=customer_id)

    def note(self, reminder_id: UUID, dated_on: date, parts: Sequence[RemindedPart], act: Act) -> None:
        """Note that a letter went out. Raises `ReminderSettled` when no due date reaches a new level with it."""
        new = tuple(each for each in parts if each.is_new)
        is_new = all(each.level > self.level_of(each.key) for each in new)
        require(bool(new) and is_new, ReminderSettled)
        self.trigger_event(self.Reminded, act=act, reminder_id=reminder_id, dated_on=dated_on, parts=new)

    def hold(self, reason: str, act: Act) -> None:
        """Leave the customer in peace; the same reason again records nothing."""
        if self.held_because != reason:
            self.trigger_event(self.Held, act=act, reason=reason)

    def lift_hold(self, act: Act) -> None:
        """Remind the customer again."""
        if self.held_because is not None:
            self.trigger_event(self.HoldLifted, act=act)

    def check_not_held(self, code: str) -> None:
        """Raises `ReminderHeld`."""
        require(self.held_because is None, ReminderHeld, code=code, reason=self.held_because)

    def level_of(self, key: PartKey) -> int:
        """The level that a due date has reached; 0 before its first letter."""
        known = self.reminded.get(key)
        return known.level if known else 0

    @event(Opened)
    def __init__(self, customer_id: UUID) -> None:
        self.customer_id = customer_id
        self.held_because: str | None = None
        self.reminded: Mapping[PartKey, LevelReached] = {}

    @event(Reminded)
    def _reminded(self, dated_on: date, parts: tuple[RemindedPart, ...]) -> None:
        self.reminded = {**self.reminded, **{each.key: LevelReached(level=each.level, on=dated_on) for each in parts}}

    @event(Held)
    def _held(self, reason: str) -> None:
        self.held_because = reason

    @event(HoldLifted)
    def _hold_lifted(self) -> None:
        self.held_because = None


def total_of(parts: Sequence[RemindedPart]) -> Decimal:
    """What the due dates of a letter sum to; euro."""
    return sum((each.open for each in parts), Decimal("0.00"))
