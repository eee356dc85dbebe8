"""Recognition (competenza dei ricavi): in which months and on which machines a billed amount is earned (R1.18, R12.2).

Amounts are euro before VAT with at most two decimals, perhaps below zero. What is earned up to a month's end is
rounded once from the whole and then split evenly over the machines, cumulatively both times: months and machines each
sum to what was billed, and no machine gets more cents than its turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from aggregates.rules.accruals import AccrualBasis, monthly
from aggregates.rules.rounding import split_over_lines
from aggregates.values import Period, cents

Month = date
"""A calendar month by its first day."""
Place = tuple[Month, int]
"""A month and the place of a machine on its line, from 0."""
Earned = dict[Place, Decimal]
NOTHING = Decimal("0.00")
ONE_DAY = timedelta(days=1)


def first_of(day: date) -> Month:
    """The month that a day belongs to."""
    return day.replace(day=1)


def over_time(amount: Decimal, over: Period, parts: int = 1, basis: AccrualBasis = AccrualBasis.DAYS) -> Earned:
    """Straight line over the days paid for, by month and machine (R1.18, R12.2).

    Raises `ValueError` for no parts or an amount finer than the cent.
    """
    found: Earned = {}
    reached, before = NOTHING, [NOTHING] * parts
    for each in monthly(amount, over, basis):
        reached += each.amount
        now = evenly(reached, parts)
        for part, (then, earlier) in enumerate(zip(now, before, strict=True)):
            found[each.month.starts_on, part] = then - earlier
        before = now
    return found


def at_once(amount: Decimal, month: Month, parts: int = 1) -> Earned:
    """All in one month: work when it is completed, goods when they leave (R12.2)."""
    return {(month, part): each for part, each in enumerate(evenly(amount, parts))}


def evenly(amount: Decimal, parts: int) -> list[Decimal]:
    """The amount over machines alike, the cents that are left to the first ones (R0.3)."""
    return list(split_over_lines(amount, [1] * parts))


def earning_period(billed: Period, ended_on: date | None) -> Period:
    """The days that earn what a credit note left of a fee: none after the service ended (R1.12)."""
    if ended_on is None or not billed.starts_on <= ended_on < billed.ends_on:
        return billed
    return Period(starts_on=billed.starts_on, ends_on=ended_on)


class Credit(NamedTuple):
    """What a credit note took back of a fee, euro; `since` is the first day whose fee was too high, if it is known."""

    amount: Decimal
    since: date | None = None


def earning_parts(
    amount: Decimal, credits_: Sequence[Credit], billed: Period, ended_on: date | None = None
) -> list[tuple[Decimal, Period]]:
    """What of a billed fee is earned over which days, each part straight line; together they make what is left (R1.18).

    A fee lowered in mid-period takes back over the days from the change on: before it nothing moves. Where no credit
    knows its day, what is left is earned evenly, up to the end of the service (R1.12).
    """
    dated = [(each.amount, each.since) for each in credits_ if each.since is not None]
    rest = sum((each.amount for each in credits_), NOTHING) - sum((taken for taken, _ in dated), NOTHING)
    if not dated:
        return [(amount - rest, earning_period(billed, ended_on) if credits_ else billed)]
    unserved = _from(billed, ended_on + ONE_DAY if ended_on else billed.starts_on)
    parts = [(amount, billed), *((-taken, _from(billed, since)) for taken, since in dated), (-rest, unserved)]
    return [(part, days) for part, days in parts if part]


def _from(billed: Period, day: date) -> Period:
    is_inside = billed.starts_on < day <= billed.ends_on
    return Period(starts_on=day, ends_on=billed.ends_on) if is_inside else billed


def taken_back(before: Mapping[Place, Decimal], after: Mapping[Place, Decimal]) -> Earned:
    """What changes when a credit note makes earned amounts others: the differences that are not zero."""
    places = sorted(before.keys() | after.keys())
    changes = {place: after.get(place, NOTHING) - before.get(place, NOTHING) for place in places}
    return {place: change for place, change in changes.items() if change}


def tax_shares(amounts: Sequence[Decimal], rate: Decimal, tax: Decimal) -> list[Decimal]:
    """A summary's VAT over its lines: each rounded by itself, the cents that differ to the largest line (R9.3).

    VAT is reckoned on the sum; what is said of a line is a share of it, so that lines and summary agree.
    """
    shares = [cents(amount * rate / 100) for amount in amounts]
    if shares:
        largest = max(range(len(amounts)), key=lambda line: (abs(amounts[line]), -line))
        shares[largest] += tax - sum(shares, NOTHING)
    return shares
