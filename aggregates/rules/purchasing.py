"""Buying (approvvigionamento): what to order and by when, what a unit of it costs, which promises goods cover (R11.5).

Quantities in the article's unit unless an order unit is named; costs in euro per unit with up to 8 decimals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from pydantic import Field

from aggregates.rules.stock_levels import FINEST, ZERO, Level, Quantity
from aggregates.values import Rate, Value

ONE = Decimal(1)
FOR_EVER = date.max


class PurchasingTerms(Value):
    """When an order to a supplier needs a second pair of eyes."""

    approval_above: Rate | None = Field(
        default=None, ge=0, description="Net euro above which an order is approved by another person; left out, never."
    )


class Packing(Value):
    """How a supplier sells an article: in which unit, at least how much, in which multiples."""

    order_unit: str | None = Field(
        default=None, max_length=10, description="The article's if left out.", examples=["CT"]
    )
    units_per: Quantity = Field(default=ONE, description="Units of the article in one order unit: a box of 12 (R11.8).")
    minimum: Level = Field(default=ZERO, description="Order units to order at least.")
    multiple: Level = Field(default=ZERO, description="Order units come in multiples of it.", examples=["1"])


class Held(NamedTuple):
    """One promise of goods, as the arithmetic needs it."""

    id: UUID
    quantity: Decimal
    due_on: date | None
    firm: bool = True


class Coming(NamedTuple):
    """Goods on order; without a day nobody knows when."""

    quantity: Decimal
    due_on: date | None


class Need(NamedTuple):
    """What a warehouse has, promised, ordered and wants of an article."""

    warehouse_id: UUID
    is_van: bool
    on_hand: Decimal
    reserved_firm: Decimal
    on_order: Decimal
    minimum: Decimal

    @property
    def missing(self) -> Decimal:
        """What is promised plus the minimum less what is there and coming (R11.5)."""
        return max(ZERO, self.reserved_firm + self.minimum - self.on_hand - self.on_order)

    @property
    def to_spare(self) -> Decimal:
        """What lies here above its own promises and minimum: that much may go to a van."""
        return max(ZERO, self.on_hand - self.reserved_firm - self.minimum)

    @property
    def to_spare_later(self) -> Decimal:
        """What will lie here above its own promises and minimum once all that is on order has come."""
        return max(ZERO, self.on_hand + self.on_order - self.reserved_firm - self.minimum)

    @property
    def explained(self) -> str:
        """The sum as people check it: `5+4−5−0 = 4`; what is too much is said as 0."""
        parts = f"{_plain(self.reserved_firm)}+{_plain(self.minimum)}−{_plain(self.on_hand)}−{_plain(self.on_order)}"
        return f"{parts} = {_plain(self.missing)}"


class Proposal(NamedTuple):
    """What to do for a warehouse that misses something: move it there, wait for it, order it."""

    need: Need
    transfers: tuple[tuple[UUID, Decimal], ...]
    """From which main warehouse how much can be moved now."""
    awaited: Decimal
    """What a main warehouse has on order beyond its own needs, to be moved when it is there."""
    to_buy: Decimal
    """What is left to be ordered, before packing."""


class Plan(NamedTuple):
    """What to do about an article."""

    proposals: tuple[Proposal, ...]
    to_buy: tuple[tuple[UUID, Decimal], ...]
    """Where the supplier is to deliver how much: to main warehouses; to a van only where there is no main one."""


def plan(needs: Sequence[Need]) -> Plan:
    """What each warehouse of an article misses and where it comes from, in the order given (R11.5).

    Vans are refilled from main warehouses, of what these have or will have above their own needs; what one van gets,
    the next does not. What vans still miss is bought for the first main warehouse, where an order once made is seen: so
    nothing is ordered twice.
    """
    mains = [need for need in needs if not need.is_van]
    now = {need.warehouse_id: need.to_spare for need in mains}
    later = {need.warehouse_id: need.to_spare_later for need in mains}
    found: list[Proposal] = []
    buying: dict[UUID, Decimal] = {}
    for need in (*mains, *(need for need in needs if need.is_van)):
        left = need.missing
        transfers, left = _taken(now, left) if need.is_van else ((), left)
        for warehouse_id, part in transfers:
            later[warehouse_id] = max(ZERO, later[warehouse_id] - part)
        left_to_buy = _taken(later, left)[1] if need.is_van else left
        if need.missing > 0:
            found.append(Proposal(need, transfers, left - left_to_buy, left_to_buy))
        if left_to_buy > 0:
            place = mains[0].warehouse_id if need.is_van and mains else need.warehouse_id
            buying[place] = buying.get(place, ZERO) + left_to_buy
    return Plan(tuple(found), tuple(buying.items()))


def _taken(free: dict[UUID, Decimal], wanted: Decimal) -> tuple[tuple[tuple[UUID, Decimal], ...], Decimal]:
    """Take from places in their order, changing what is free there; what was taken, and what is left wanted."""
    taken, left = [], wanted
    for place, there in free.items():
        part = min(there, left)
        if part > 0:
            taken.append((place, part))
            free[place] = there - part
            left -= part
    return tuple(taken), left


def packed(wanted: Decimal, packing: Packing) -> Decimal:
    """Order units that bring at least `wanted`: whole ones, in multiples, no less than the minimum (R11.5).

    An order unit that is the article's own (1 unit each) may be a fraction, as metres and litres are, unless it comes
    in multiples.
    """
    if wanted <= 0:
        return ZERO
    step = packing.multiple or (ONE if packing.units_per != 1 else ZERO)
    exact = max(Fraction(wanted) / Fraction(packing.units_per), Fraction(packing.minimum))
    if step:
        return Decimal(-(-exact // Fraction(step))) * step
    return wanted if wanted >= packing.minimum else packing.minimum


def packing_of(terms: Packing, order_lot: Decimal | None) -> Packing:
    """A supplier's packing; where it says no multiple, the article's own lot holds."""
    if terms.multiple or order_lot is None:
        return terms
    return Packing(
        order_unit=terms.order_unit,
        units_per=terms.units_per,
        minimum=terms.minimum,
        multiple=order_lot if terms.units_per == 1 else (order_lot / terms.units_per).to_integral_value(ROUND_CEILING),
    )


def unit_cost(unit_price: Decimal, price_per: Decimal, discounts: Sequence[Decimal] = ()) -> Decimal:
    """The cost of one unit: price less discounts ÷ the units it is for; euro, to 8 decimals (R11.7, R11.8)."""
    cost = Fraction(unit_price) / Fraction(price_per)
    for percent in discounts:
        cost *= (100 - Fraction(percent)) / 100
    hundred_millionths = cost / Fraction(FINEST)
    whole = int(hundred_millionths + Fraction(1, 2))
    return (whole * FINEST).normalize() + ZERO


def needed_by(on_hand: Decimal, firm: Iterable[Held], coming: Iterable[Coming]) -> date | None:
    """The first day on which firm promises exceed what is there and due by then; None while only the minimum is short.

    Promises without a day come last; goods without a day, or due later, are not counted on.
    """
    supplies = list(coming)
    promised = ZERO
    for held in sorted(firm, key=lambda one: (one.due_on or FOR_EVER, one.id)):
        promised += held.quantity
        there = sum(
            (one.quantity for one in supplies if (one.due_on or FOR_EVER) <= (held.due_on or FOR_EVER)), on_hand
        )
        if promised > there:
            return held.due_on
    return None


def order_by(due_on: date, lead_days: int, is_closed: Callable[[date], bool]) -> date:
    """The last day on which to order what must be there on a day: `lead_days` working days before it.

    A due day that is closed counts as the working day before it.
    """
    day = due_on
    while is_closed(day):
        day -= timedelta(days=1)
    for _ in range(lead_days):
        day -= timedelta(days=1)
        while is_closed(day):
            day -= timedelta(days=1)
    return day


def arrives_on(ordered_on: date, lead_days: int, is_closed: Callable[[date], bool]) -> date:
    """The day on which goods ordered on a day are expected: `lead_days` working days after it, never a closed one."""
    day = ordered_on
    for _ in range(lead_days):
        day += timedelta(days=1)
        while is_closed(day):
            day += timedelta(days=1)
    while is_closed(day):
        day += timedelta(days=1)
    return day


def covered(on_hand: Decimal, promises: Iterable[Held]) -> frozenset[UUID]:
    """The promises that what is on hand fulfils whole: firm ones first, the earliest due first.

    A promise that cannot be whole leaves what there is to those after it: a small job need not wait for a big one.
    """
    left, found = max(on_hand, ZERO), set()
    for held in sorted(promises, key=lambda one: (not one.firm, one.due_on or FOR_EVER, one.id)):
        if held.quantity <= left:
            left -= held.quantity
            found.add(held.id)
    return frozenset(found)


def remainder(ordered: Decimal, received: Decimal, to_replace: Decimal, given_up: Decimal) -> Decimal:
    """What is still to come of an order's line: never less than none, however much was delivered."""
    return max(ZERO, ordered - given_up - received + to_replace)


def _plain(value: Decimal) -> str:
    return format(value.normalize() + ZERO, "f")
