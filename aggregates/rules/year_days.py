"""The days of a year by a business calendar (giorni lavorativi): which are worked, and why others are not (R6.3, R6.5).

A day is worked when the calendar has a shift on it and neither a holiday nor a closure; one that is always open works
every day (R6.4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from aggregates.rules.business_calendar import ONE_DAY, CalendarTerms, closed_because

Dated = Sequence[tuple[date | None, CalendarTerms]]
"""Terms by the day from which on they hold; None, from the beginning."""


class YearDays(NamedTuple):
    """A year: a character for each day from 1 January on, `1` where it is worked; why days are closed, by date."""

    worked: str
    closed: Mapping[str, str]


@lru_cache(maxsize=512)
def year_days(terms: CalendarTerms, year: int) -> YearDays:
    """A year by the terms of one calendar."""
    worked, closed = [], {}
    day = date(year, 1, 1)
    while day.year == year:
        why = closed_because(terms, day)
        if why:
            closed[day.isoformat()] = why
        worked.append("1" if terms.always_open or (why is None and terms.shifts.of(day)) else "0")
        day += ONE_DAY
    return YearDays("".join(worked), closed)


def dated_year_days(dated: Dated, year: int) -> YearDays:
    """A year in which the terms may change: each day by those in force on it. Raises `ValueError` without terms."""
    if not dated:
        raise ValueError("a calendar has terms")
    first = date(year, 1, 1)
    last = date(year, 12, 31)
    worked, closed = "", dict[str, str]()
    begins = sorted(((from_on or date.min, terms) for from_on, terms in dated), key=lambda each: each[0])
    for (from_on, terms), (next_on, _) in zip(begins, [*begins[1:], (date.max, begins[-1][1])], strict=True):
        begin, end = max(first, from_on), min(last, next_on - timedelta(days=1))
        if begin > end:
            continue
        whole = year_days(terms, year)
        worked += whole.worked[(begin - first).days : (end - first).days + 1]
        closed |= {day: why for day, why in whole.closed.items() if str(begin) <= day <= str(end)}
    return YearDays(worked, closed)
