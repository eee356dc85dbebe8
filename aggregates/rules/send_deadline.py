"""Until when an invoice is sent (termine di emissione): R8.8, R8.9, art. 21 c. 4 DPR 633/1972."""

from __future__ import annotations

from datetime import date, timedelta

from aggregates.rules.periods import months_after

IMMEDIATE_DAYS = 12
"""An immediate invoice is sent within so many days of its operation."""
DEFERRED_DAY = 15
"""A deferred one until this day of the month after that of its delivery notes."""


def month_of(day: date) -> date:
    """The first day of the calendar month of a day: how a month is named."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of the calendar month of a day."""
    return months_after(day.replace(day=1), 1) - timedelta(days=1)


def send_by(issued_on: date, deferred_month: date | None = None, *, has_services: bool = False) -> date:
    """The last day to send a document dated `issued_on`.

    A deferred invoice of goods (`deferred_month` is the month of its delivery notes) has until the 15th of the next
    month; services not yet paid have no such delay, so that one with both keeps the earlier day (R8.9).
    """
    at_once = issued_on + timedelta(days=IMMEDIATE_DAYS)
    if deferred_month is None:
        return at_once
    deferred = months_after(month_of(deferred_month), 1).replace(day=DEFERRED_DAY)
    return min(at_once, deferred) if has_services else deferred
