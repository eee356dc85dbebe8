"""Days on which banks settle (giorni lavorativi bancari): where a collection's day goes that falls on a closed one.

Direct debits are settled on the days of the euro system (TARGET); RiBa, between Italian banks, not on national holidays
either. A due date itself is not moved (R0.6): only the day on which the bank is asked for the money is.
"""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.easter import easter

from aggregates.rules.public_holidays import national_holidays

ONE_DAY = timedelta(days=1)
SATURDAY = 5
FIXED = ((1, 1), (5, 1), (12, 25), (12, 26))
"""The euro system's closed days of every year, since 2002; Good Friday and Easter Monday are the others."""


def bank_day(day: date, *, in_italy: bool) -> date:
    """The day itself, or the first after it on which the money can move; `in_italy` on no national holiday either."""
    while _is_closed(day) or (in_italy and day in national_holidays("IT", day.year)):
        day += ONE_DAY
    return day


def _is_closed(day: date) -> bool:
    moving = (easter(day.year) - 2 * ONE_DAY, easter(day.year) + ONE_DAY)
    return day.weekday() >= SATURDAY or (day.month, day.day) in FIXED or day in moving
