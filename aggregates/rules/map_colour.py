"""The colour of an activity on the map (colori della mappa): what should be looked at first comes first (MAP-1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from aggregates.rules.business_calendar import ONE_DAY, local_instant


class MapColour(StrEnum):
    """Why an activity is marked, the most pressing reason first."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    PAYMENTS_OVERDUE = "payments_overdue"
    UNCONFIRMED = "unconfirmed"
    UNASSIGNED = "unassigned"
    PLANNED = "planned"


def colour_of(
    due: Iterable[datetime],
    now: datetime,
    soon_hours: int,
    *,
    owes: bool = False,
    is_unconfirmed: bool = False,
    is_unassigned: bool = False,
) -> MapColour:
    """The first that holds: due passed, due within some hours, customer late with payments, unconfirmed, unassigned.

    At its very due time nothing is overdue yet.
    """
    first = min(due, default=None)
    if first is not None and first < now:
        return MapColour.OVERDUE
    if first is not None and first <= now + timedelta(hours=soon_hours):
        return MapColour.DUE_SOON
    if owes:
        return MapColour.PAYMENTS_OVERDUE
    if is_unconfirmed:
        return MapColour.UNCONFIRMED
    return MapColour.UNASSIGNED if is_unassigned else MapColour.PLANNED


def end_of(day: date) -> datetime:
    """The last moment of an Italian day: what may be done on it is late from the next day on."""
    return local_instant(day + ONE_DAY, time(0)) - timedelta(microseconds=1)
