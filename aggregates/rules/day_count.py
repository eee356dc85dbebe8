"""Day counts (conteggio dei giorni): the ways a contract may measure a part of a period (R1.16, R1.18).

Every count is additive: two adjoining periods count as much as the period they make together.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction

from aggregates.values import Period


def days_of_thirty(period: Period) -> int:
    """Days of the closed period when every month has thirty (30/360, months and days of thirty).

    Whole months count thirty also in February; a 31st counts as the 30th.
    """
    return _thirty(period.ends_on + timedelta(days=1)) - _thirty(period.starts_on)


def calendar_months(period: Period) -> Fraction:
    """Months of the closed period: every calendar month is one, a part of it counts its days over that month's own."""
    return _months(period.ends_on + timedelta(days=1)) - _months(period.starts_on)


def _thirty(day: date) -> int:
    return day.year * 360 + (day.month - 1) * 30 + min(day.day, 30) - 1


def _months(day: date) -> Fraction:
    return day.year * 12 + day.month + Fraction(day.day - 1, monthrange(day.year, day.month)[1])
