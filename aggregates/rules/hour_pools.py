"""Hour pools (monte ore): from minutes worked to minutes charged, which lot they leave, what they earn (R2.2–R2.7).

An intervention is rounded as a whole, the minutes added go to its last time band, and each band is weighed by its
factor. Weighed minutes are exact decimals and never rounded again: 45 minutes at 1.5 take 67.5 minutes from a pool.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, NamedTuple, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from aggregates.rules.business_calendar import CalendarTerms, closed_because, local_day, local_instant, open_stretches
from aggregates.rules.rounding import share
from aggregates.values import Instant, Rate, Value

MINUTE, ONE_DAY = timedelta(minutes=1), timedelta(days=1)
SATURDAY, SUNDAY = 5, 6
NONE = Decimal(0)

Factor = Annotated[Rate, Field(ge=0, le=100, max_digits=7, decimal_places=4)]
"""How often a minute counts; four decimals at most, so that weighed minutes stay exact."""

Minutes = Annotated[Rate, Field(ge=0)]
"""Weighed minutes: whole, or with the decimals that their factor brings."""


class Band(StrEnum):
    """The time of day that minutes are worked in (fascia oraria, R2.3)."""

    ORDINARY = "ordinary"
    OUT_OF_HOURS = "out_of_hours"
    SATURDAY = "saturday"
    NIGHT = "night"
    HOLIDAY = "holiday"
    NIGHT_HOLIDAY = "night_holiday"


class BandRules(Value):
    """When each band holds and how often its minutes count (R2.3).

    A holiday beats the night, the night beats the calendar's shifts, and these beat Saturday and other hours. Sundays
    are holidays, as L. 260/1949 has them, and so is the feast of the patron saint that the calendar knows.
    """

    ordinary: Factor = Decimal(1)
    out_of_hours: Factor = Decimal("1.5")
    saturday: Factor = Decimal("1.5")
    night: Factor = Decimal(2)
    holiday: Factor = Decimal(2)
    night_holiday: Factor = Decimal("2.5")
    urgent: Factor = Field(default=Decimal(1), description="Multiplies every band of an urgent call; 2 counts double.")
    night_from: time = Field(default=time(22), examples=["22:00:00"])
    night_to: time = Field(default=time(6), examples=["06:00:00"])
    sunday_is_holiday: bool = True
    saturday_shifts_are_ordinary: bool = Field(
        default=True, description="Whether the calendar's own shifts on a Saturday count as ordinary."
    )

    def factor(self, band: Band, urgent: bool = False) -> Decimal:
        """How often a minute of a band counts."""
        by_band = {
            Band.ORDINARY: self.ordinary,
            Band.OUT_OF_HOURS: self.out_of_hours,
            Band.SATURDAY: self.saturday,
            Band.NIGHT: self.night,
            Band.HOLIDAY: self.holiday,
            Band.NIGHT_HOLIDAY: self.night_holiday,
        }
        return by_band[band] * (self.urgent if urgent else 1)


class ChargeRules(Value):
    """How minutes worked become minutes charged: minimum, step, bands (R2.2, R2.3)."""

    minimum_minutes: int = Field(default=30, ge=0, examples=[30])
    step_minutes: int = Field(default=15, ge=1, examples=[15])
    bands: BandRules = BandRules()


class Stretch(Value):
    """Time spent on an intervention, from an instant to another; seconds are not counted.

    Pauses are taken out of the dearest band first: nobody pays a surcharge for a lunch. Travel counts in the band in
    which the work begins, and only where the pool counts travel in minutes (R2.6).
    """

    starts_at: Instant = Field(examples=["2026-09-16T09:00:00+02:00"])
    ends_at: Instant = Field(examples=["2026-09-16T10:35:00+02:00"])
    pause_minutes: int = Field(default=0, ge=0)
    travel_minutes: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("a stretch of work must end after it starts")
        return self


class BandMinutes(Value):
    """Minutes charged in a band, before and after weighing."""

    band: Band
    minutes: int
    factor: Factor
    weighed: Minutes


class Charged(Value):
    """What an intervention is charged: whole minutes by band, and their weighed sum."""

    actual_minutes: int
    charged_minutes: int
    bands: tuple[BandMinutes, ...]
    weighed_minutes: Minutes


def plain(value: Decimal) -> Decimal:
    """The same number without needless zeros behind the point."""
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()


def rounded_minutes(actual: int, minimum: int, step: int) -> int:
    """`max(minimum, ceil(actual ÷ step) × step)`; nothing for no work at all (R2.2)."""
    return max(minimum, -(-actual // step) * step) if actual > 0 else 0


def band_pieces(calendar: CalendarTerms, rules: BandRules, starts_at: datetime, ends_at: datetime) -> list[_Piece]:
    """A stretch of time cut where the band changes, in order; whole minutes (R2.3)."""
    starts_at, ends_at = _minute(starts_at), _minute(ends_at)
    shifts = list(_shifts(calendar, starts_at, ends_at))
    cuts = {starts_at, ends_at, *(edge for shift in shifts for edge in shift)}
    cuts |= {edge for edge in _edges(calendar, rules, starts_at, ends_at) if starts_at < edge < ends_at}
    return [
        _Piece(_band(calendar, rules, begins, shifts), int((ends - begins) / MINUTE))
        for begins, ends in pairwise(sorted(cuts))
    ]


def charge(
    stretches: Sequence[Stretch], calendar: CalendarTerms, rules: ChargeRules, *, urgent: bool, travel: bool
) -> Charged:
    """What an intervention of several stretches is charged (R2.2, R2.3).

    `travel` says whether travel counts in minutes (R2.6).
    """
    totals: dict[Band, int] = {}
    last = Band.ORDINARY
    for stretch in sorted(stretches, key=lambda one: (one.ends_at, one.starts_at)):
        pieces = band_pieces(calendar, rules.bands, stretch.starts_at, stretch.ends_at)
        worked = _without_pause(pieces, stretch.pause_minutes, rules.bands)
        if travel and pieces and stretch.travel_minutes:
            worked[pieces[0].band] = worked.get(pieces[0].band, 0) + stretch.travel_minutes
        for band, minutes in worked.items():
            totals[band] = totals.get(band, 0) + minutes
        last = next((piece.band for piece in reversed(pieces) if worked.get(piece.band)), last)
    actual = sum(totals.values())
    charged = rounded_minutes(actual, rules.minimum_minutes, rules.step_minutes)
    if charged:
        totals[last] = totals.get(last, 0) + charged - actual
    bands = tuple(_weighed(band, totals[band], rules.bands, urgent) for band in Band if totals.get(band))
    return Charged(
        actual_minutes=actual,
        charged_minutes=charged,
        bands=bands,
        weighed_minutes=plain(sum((each.weighed for each in bands), NONE)),
    )


class Offer(NamedTuple):
    """What a lot can give to an intervention, in minutes."""

    valid_to: date
    bought_on: date
    minutes: Decimal


def consume(offers: Sequence[Offer], minutes: Decimal) -> tuple[list[tuple[int, Decimal]], Decimal]:
    """Minutes taken of each offer, the earliest expiry first, then the oldest; and what none could give (R2.4).

    An offer is named by its place among those given.
    """
    taken, rest = [], minutes
    for n in sorted(range(len(offers)), key=lambda each: (offers[each].valid_to, offers[each].bought_on)):
        part = min(offers[n].minutes, rest)
        if part > 0:
            taken.append((n, plain(part)))
            rest -= part
    return taken, plain(rest)


def earned(price: Decimal, consumed: Decimal, minutes: int) -> Decimal:
    """Revenue of a lot after so many minutes were consumed, rounded once from the whole; euro (R2.7).

    What a single draw earns is the difference of two such sums, so that all draws together earn the price.
    """
    return share(price, consumed, minutes)


class _Piece(NamedTuple):
    band: Band
    minutes: int


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


def _shifts(calendar: CalendarTerms, starts_at: datetime, ends_at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The calendar's open time within a stretch."""
    for opens, closes in open_stretches(calendar, starts_at):
        if opens >= ends_at:
            return
        yield opens, min(closes, ends_at)


def _edges(calendar: CalendarTerms, rules: BandRules, starts_at: datetime, ends_at: datetime) -> Iterator[datetime]:
    """Where a day or the night may begin or end."""
    day = local_day(calendar, starts_at)
    while day <= local_day(calendar, ends_at):
        for at in (time(0), rules.night_from, rules.night_to):
            yield local_instant(day, at, calendar.zone)
        day += ONE_DAY


def _band(calendar: CalendarTerms, rules: BandRules, at: datetime, shifts: Sequence[tuple[datetime, datetime]]) -> Band:
    local = at.astimezone(ZoneInfo(calendar.zone))
    night = _is_night(rules, local.time())
    if _is_holiday(calendar, rules, local.date()):
        return Band.NIGHT_HOLIDAY if night else Band.HOLIDAY
    if night:
        return Band.NIGHT
    saturday = local.weekday() == SATURDAY
    if any(opens <= at < closes for opens, closes in shifts) and not (
        saturday and not rules.saturday_shifts_are_ordinary
    ):
        return Band.ORDINARY
    return Band.SATURDAY if saturday else Band.OUT_OF_HOURS


def _is_night(rules: BandRules, at: time) -> bool:
    if rules.night_from <= rules.night_to:
        return rules.night_from <= at < rules.night_to
    return at >= rules.night_from or at < rules.night_to


def _is_holiday(calendar: CalendarTerms, rules: BandRules, day: date) -> bool:
    """A closure of the company is no holiday; a calendar that is always open still has its country's holidays."""
    holidays = calendar.model_copy(update={"always_open": False, "closures": ()})
    return (rules.sunday_is_holiday and day.weekday() == SUNDAY) or closed_because(holidays, day) is not None


def _without_pause(pieces: Sequence[_Piece], pause: int, rules: BandRules) -> dict[Band, int]:
    worked: dict[Band, int] = {}
    for piece in pieces:
        worked[piece.band] = worked.get(piece.band, 0) + piece.minutes
    for band in sorted(worked, key=rules.factor, reverse=True):
        out = min(pause, worked[band])
        worked[band], pause = worked[band] - out, pause - out
    return worked


def _weighed(band: Band, minutes: int, rules: BandRules, urgent: bool) -> BandMinutes:
    factor = rules.factor(band, urgent)
    return BandMinutes(band=band, minutes=minutes, factor=plain(factor), weighed=plain(minutes * factor))
