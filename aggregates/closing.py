"""Closing (chiusura): the accruals and deferrals of all contracts on a date, recorded once, as accounting books them.

What is recorded for a date stands; the entries are taken back on the next day, when the new period opens (R1.18).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.contract_accruals import AccrualEntry
from aggregates.rules.accruals import AccrualBasis, ClosingKind
from aggregates.values import Rate, Value

CLOSINGS = UUID("3f2bb0f4-5a0b-5d0e-8f0c-6d1f4e9a7c02")
ENTRIES_AT_ONCE = 500


class ClosingTotal(Value):
    """The sum of one kind of entry; euro."""

    kind: ClosingKind
    amount: Rate


class MonthClosed(Refusal):
    """{last_on} is closed already; a closing of {closing_on} would change a closed period. Choose a later date."""


def closing_id(closing_on: date) -> UUID:
    """The stream of a date's closing."""
    return uuid5(CLOSINGS, closing_on.isoformat())


def calendar_id() -> UUID:
    """The stream that knows which date was closed last."""
    return uuid5(CLOSINGS, "calendar")


class ClosingCalendar(Aggregate):
    """Which dates are closed; an earlier one than the last is never closed any more."""

    TOPIC = "closing-calendar"

    class FirstClosed(FirstEvent):
        """The company's first closing."""

        TOPIC = "closing-calendar.first-closed.v1"
        closing_on: date

    class Closed(Aggregate.Event):
        """A later date is closed."""

        TOPIC = "closing-calendar.closed.v1"
        closing_on: date

    @classmethod
    def begin_with(cls, closing_on: date, act: Act) -> ClosingCalendar:
        """Begin."""
        return cls.begin(cls.FirstClosed, id=calendar_id(), act=act, closing_on=closing_on)

    def close(self, closing_on: date, act: Act) -> None:
        """Note one more date. Raises `MonthClosed`."""
        require(closing_on > self.last_on, MonthClosed, last_on=str(self.last_on), closing_on=str(closing_on))
        self.trigger_event(self.Closed, act=act, closing_on=closing_on)

    @event(FirstClosed)
    def __init__(self, closing_on: date) -> None:
        self.last_on = closing_on

    @event(Closed)
    def _closed(self, closing_on: date) -> None:
        self.last_on = closing_on


class Closing(Aggregate):
    """The entries of one closing date."""

    TOPIC = "closing"

    class Recorded(FirstEvent):
        """A date is closed: sums by kind, in one basis; the entries follow, to be reversed on `reversed_on`."""

        TOPIC = "closing.recorded.v1"
        closing_on: date
        reversed_on: date
        basis: AccrualBasis
        entries: int
        totals: tuple[ClosingTotal, ...]

    class EntriesRecorded(Aggregate.Event):
        """Some of the entries."""

        TOPIC = "closing.entries-recorded.v1"
        closing_on: date
        reversed_on: date
        entries: tuple[AccrualEntry, ...]

    @classmethod
    def record(cls, closing_on: date, basis: AccrualBasis, entries: Sequence[AccrualEntry], act: Act) -> Closing:
        """Close a date with the sums of its entries; `tell` records the entries themselves."""
        return cls.begin(
            cls.Recorded,
            id=closing_id(closing_on),
            act=act,
            closing_on=closing_on,
            reversed_on=closing_on + timedelta(days=1),
            basis=basis,
            entries=len(entries),
            totals=tuple(ClosingTotal(kind=kind, amount=total(entries, kind)) for kind in ClosingKind),
        )

    def tell(self, entries: Sequence[AccrualEntry], act: Act) -> None:
        """Record some of the entries, at most `ENTRIES_AT_ONCE`."""
        self.trigger_event(
            self.EntriesRecorded,
            act=act,
            closing_on=self.closing_on,
            reversed_on=self.closing_on + timedelta(days=1),
            entries=tuple(entries),
        )

    @event(Recorded)
    def __init__(self, closing_on: date, basis: AccrualBasis, totals: tuple[ClosingTotal, ...]) -> None:
        self.closing_on, self.basis, self.totals = closing_on, basis, totals

    @event(EntriesRecorded)
    def _entries_recorded(self) -> None:
        """The entries are told, not kept."""


def total(entries: Sequence[AccrualEntry], kind: ClosingKind) -> Decimal:
    """The sum of one kind of entry; euro."""
    return sum((entry.amount for entry in entries if entry.kind is kind), Decimal("0.00"))
