"""What day it is (oggi): asked of the database, in Italian time, so that looking back answers the day looked at."""

from __future__ import annotations

from datetime import date

from projections.base import Reader


def current_day(reader: Reader) -> date:
    """The calendar day in Europe/Rome (R0.4)."""
    (row,) = reader.rows("select (now() at time zone 'Europe/Rome')::date as today")
    day: date = row["today"]
    return day
