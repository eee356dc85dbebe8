"""Where a meter stood on a day (stato del contatore): read, or reckoned between or after readings (R3.8).

A meter period ends at the end of a day; meters are read around it. `Course.mark` says what was counted by then: by the
reading that closes that day, between two readings, or estimated. Counts are whole and run from the meter's first
reading, through replacements and rollovers; days are Europe/Rome.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from uuid import UUID

from aggregates.rules.meters import Count, Meter, MeterSwap, Reading, counts, estimated_counts
from aggregates.values import Value, rome_date


class Basis(StrEnum):
    """How one knows where a meter stood."""

    READ = "read"
    START = "start"
    """Before its first reading, which is the start: nothing was counted."""
    BETWEEN = "between"
    """In proportion to the days between two real readings."""
    ESTIMATED = "estimated"


class Mark(Value):
    """Where a meter stood at the end of a day; `closes` when later readings around that day are not waited for."""

    on: date
    counted: int
    basis: Basis
    closes: bool
    reading_id: UUID | None = None
    value: int | None = None
    read_on: date | None = None


@dataclass(frozen=True)
class Around:
    """Which readings close a day: the nearest, so many days before to `grace` after; else the first of `days` after."""

    days: int
    grace: int


@dataclass(frozen=True)
class Course:
    """One meter of one machine with all its readings and replacements."""

    meter: Meter
    readings: tuple[Reading, ...] = ()
    swaps: tuple[MeterSwap, ...] = ()

    @cached_property
    def real(self) -> tuple[tuple[date, Count], ...]:
        """The last real reading of each day, in order (R3.9)."""
        return _last_of_days(counts(self.meter, self.readings, self.swaps))

    @cached_property
    def estimates(self) -> tuple[tuple[date, Count], ...]:
        """The last estimate that somebody recorded of each day."""
        return _last_of_days(estimated_counts(self.meter, self.readings, self.swaps))

    def opening(self, day: date, around: Around, *, from_last: bool = False) -> Mark:
        """Where it stood when the first period began; `from_last`: the reading billed last, however old."""
        near = _near(self.real, day, around)
        last = next((each for each in reversed(self.real) if each[0] <= day), None) if from_last else None
        found = near or last
        return _read(day, found) if found else self.mark(day, around, None, None, 0)

    def mark(self, day: date, around: Around, next_day: date | None, before: Mark | None, window_days: int) -> Mark:
        """Where it stood at the end of a day.

        `next_day` is the end of the period after: the real reading that follows closes this day only if it doesn't
        close that one. `before` is the mark before, from which an estimate goes on; `window_days` is the length of the
        window whose daily average it takes.
        """
        near = _near(self.real, day, around)
        if near is not None:
            return _read(day, near)
        last = next((each for each in reversed(self.real) if each[0] <= day), None)
        after = next((each for each in self.real if each[0] > day), None)
        if last is None:
            return Mark(on=day, counted=0, basis=Basis.START, closes=True)
        if after is not None and (next_day is None or after[0] < next_day - timedelta(days=around.days)):
            return Mark(on=day, counted=_between(last, after, day), basis=Basis.BETWEEN, closes=True)
        given = _near(self.estimates, day, around)
        if given is not None:
            found = _read(day, given)
            return found.model_copy(update={"basis": Basis.ESTIMATED, "closes": False})
        if after is not None:
            return _estimate(day, _between(last, after, day))
        on, counted = last[0], last[1].counted
        if before is not None and before.basis is Basis.ESTIMATED and before.on >= on:
            on, counted = before.on, before.counted
        return _estimate(day, counted + _half_up(self._daily(last, window_days) * (day - on).days))

    def swaps_between(self, opening: Mark, closing: Mark) -> tuple[MeterSwap, ...]:
        """The replacements between two marks."""
        first, last = opening.read_on or opening.on, closing.read_on or closing.on
        own = (each for each in self.swaps if each.kind == self.meter.kind)
        return tuple(each for each in own if first <= rome_date(each.replaced_at) <= last)

    def _daily(self, last: tuple[date, Count], window_days: int) -> Fraction:
        """The daily average of the real window that ends with a reading; nothing is known of a meter read once."""
        earlier = [each for each in self.real if each[0] < last[0]]
        if not earlier:
            return Fraction(0)
        since = last[0] - timedelta(days=window_days)
        first = next((each for each in reversed(earlier) if each[0] <= since), earlier[0])
        return Fraction(last[1].counted - first[1].counted, (last[0] - first[0]).days)


def _last_of_days(found: Iterable[Count]) -> tuple[tuple[date, Count], ...]:
    return tuple({rome_date(each.reading.read_at): each for each in found}.items())


def _near(found: tuple[tuple[date, Count], ...], day: date, around: Around) -> tuple[date, Count] | None:
    """In time: the nearest, of two as near the later one; else the first of those that came late."""
    offset = [((on - day).days, (on, count)) for on, count in found]
    grace = min(around.grace, around.days)
    in_time = [each for each in offset if -around.days <= each[0] <= grace]
    if in_time:
        return min(in_time, key=lambda each: (abs(each[0]), -each[0]))[1]
    return next((each for days, each in offset if grace < days <= around.days), None)


def _read(day: date, found: tuple[date, Count]) -> Mark:
    read_on, count = found
    return Mark(
        on=day,
        counted=count.counted,
        basis=Basis.READ,
        closes=True,
        reading_id=count.reading.reading_id,
        value=count.reading.value,
        read_on=read_on,
    )


def _estimate(day: date, counted: int) -> Mark:
    return Mark(on=day, counted=counted, basis=Basis.ESTIMATED, closes=False)


def _between(last: tuple[date, Count], after: tuple[date, Count], day: date) -> int:
    reached = Fraction((after[1].counted - last[1].counted) * (day - last[0]).days, (after[0] - last[0]).days)
    return last[1].counted + _half_up(reached)


def _half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)
