"""When work was done (fasce del lavoro): minutes within the hours of service, and those outside by their band (§4).

What lies within the calendar's shifts is ordinary, whatever the hour: those hours were agreed. What lies outside is
told apart by night, Saturday and holiday as hour pools do it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from aggregates.rules.business_calendar import CalendarTerms, open_stretches
from aggregates.rules.hour_pools import Band, BandRules, band_pieces
from aggregates.values import Slot

DEAREST_FIRST = (Band.NIGHT_HOLIDAY, Band.HOLIDAY, Band.NIGHT, Band.SATURDAY, Band.OUT_OF_HOURS, Band.ORDINARY)


def work_bands(calendar: CalendarTerms, worked: Slot, pause: int, night: tuple[time, time]) -> dict[Band, int]:
    """Whole minutes of work by band; bands without minutes are left out.

    The pause is taken out of the dearest band first: nobody pays a surcharge for a lunch.
    """
    rules = BandRules(night_from=night[0], night_to=night[1])
    minutes: dict[Band, int] = {}
    for begins, ends in _outside(calendar, worked):
        for piece in band_pieces(calendar, rules, begins, ends):
            minutes[piece.band] = minutes.get(piece.band, 0) + piece.minutes
    minutes[Band.ORDINARY] = worked.minutes - sum(minutes.values())
    for band in DEAREST_FIRST:
        taken = min(pause, minutes.get(band, 0))
        pause -= taken
        minutes[band] = minutes.get(band, 0) - taken
    return {band: minutes[band] for band in Band if minutes[band] > 0}


def _outside(calendar: CalendarTerms, worked: Slot) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of a slot in which the calendar is closed."""
    at = worked.starts_at
    for opens, closes in open_stretches(calendar, worked.starts_at):
        if opens >= worked.ends_at:
            break
        if opens > at:
            yield at, opens
        at = min(closes, worked.ends_at)
    if at < worked.ends_at:
        yield at, worked.ends_at
