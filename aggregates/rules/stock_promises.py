"""What can be promised by which day (disponibile a promettere, ATP), from what is there, promised and coming (R11.1).

Quantities in the article's unit, days of the Italian calendar. Doubt counts against us: a reservation without a day may
be wanted today, a supply without a day may never come, and one that is overdue is counted only from tomorrow on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from aggregates.rules.stock_levels import ZERO
from aggregates.values import Value

ONE_DAY: Final = timedelta(days=1)


class DatedDemand(Value):
    """A firm promise still to be kept; without a day, due today."""

    due_on: date | None
    quantity: Decimal


class DatedSupply(Value):
    """What is still to come of an order; without a day, not counted."""

    due_on: date | None
    quantity: Decimal


class Promise(Value):
    """What is known of one day, at its end, and what can be promised for it without hurting a later promise."""

    on: date
    balance: Decimal
    """On hand + supplies until then − promises until then; below zero, some promise is late."""
    promisable: Decimal


class Promises(Value):
    """What can be promised from each day on that changes something, and what had to be guessed."""

    days: tuple[Promise, ...]
    overdue: Decimal
    """Supplies that should have come already: counted from tomorrow on."""
    undated: Decimal
    """Supplies that nobody gave a day: not counted."""


def promises(
    today: date, on_hand: Decimal, demands: Iterable[DatedDemand], supplies: Iterable[DatedSupply]
) -> Promises:
    """The days from today on at which what can be promised changes; each holds until the next.

    What can be promised for a day is the smallest balance of that day and all later ones, never less than nothing.
    """
    coming = list(supplies)
    changes: dict[date, Decimal] = {today: on_hand}
    for demand in demands:
        _add(changes, max(demand.due_on or today, today), -demand.quantity)
    for supply in coming:
        if supply.due_on is not None:
            _add(changes, supply.due_on if supply.due_on >= today else today + ONE_DAY, supply.quantity)
    balances, balance = [], ZERO
    for day in sorted(changes):
        balance += changes[day]
        balances.append((day, balance))
    return Promises(
        days=_from_the_end(balances),
        overdue=sum((one.quantity for one in coming if one.due_on is not None and one.due_on < today), ZERO),
        undated=sum((one.quantity for one in coming if one.due_on is None), ZERO),
    )


def promisable_on(known: Promises, day: date) -> Decimal:
    """How much can be promised for a day; nothing for the past."""
    return next((one.promisable for one in reversed(known.days) if one.on <= day), ZERO)


def first_day_for(known: Promises, quantity: Decimal) -> date | None:
    """The first day by which so much can be had without hurting a promise; None when what is dated never suffices."""
    return next((one.on for one in known.days if one.promisable >= quantity), None)


def _from_the_end(balances: list[tuple[date, Decimal]]) -> tuple[Promise, ...]:
    least, found = None, []
    for day, balance in reversed(balances):
        least = balance if least is None else min(least, balance)
        found.append(Promise(on=day, balance=balance, promisable=max(ZERO, least)))
    return tuple(reversed(found))


def _add(changes: dict[date, Decimal], day: date, quantity: Decimal) -> None:
    changes[day] = changes.get(day, ZERO) + quantity
