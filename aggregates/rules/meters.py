"""Meters (contatori): what a row of readings counts, through rollovers and replaced meters (R3.1–R3.2).

Readings are whole counts as the meter shows them. Estimates are kept but count nothing: the last *real* reading does.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from aggregates.values import Instant, Rate, Value


class ReadingSource(StrEnum):
    """Who or what read a meter (R3.9)."""

    TECHNICIAN = "technician"
    CUSTOMER = "customer"
    AGENT = "agent"
    ESTIMATE = "estimate"


class Meter(Value):
    """A counter of an item: what it counts, how many digits it shows, what one of its counts weighs (R3.1)."""

    kind: str = Field(min_length=1, max_length=40, examples=["bw"])
    digits: int = Field(default=9, ge=1, le=15, description="After the last value of so many digits it shows 0.")
    weight: Rate = Field(default=Decimal(1), gt=0, description="An A3 click may weigh 2.")


class Reading(Value):
    """What a meter showed at an instant (lettura). `rollover` declares that it passed its highest value since."""

    reading_id: UUID
    kind: str
    value: int = Field(ge=0)
    read_at: Instant
    source: ReadingSource = ReadingSource.TECHNICIAN
    rollover: bool = False
    photo_sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")

    @property
    def is_real(self) -> bool:
        """Whether somebody saw it, rather than estimated it."""
        return self.source is not ReadingSource.ESTIMATE


class MeterSwap(Value):
    """A meter was taken out showing `final` and another put in showing `initial`."""

    kind: str
    final: int = Field(ge=0)
    initial: int = Field(default=0, ge=0)
    replaced_at: Instant


class Count(Value):
    """A real reading with all that was counted since the first one, rollovers and replacements included."""

    reading: Reading
    counted: int


class Backwards(ValueError):
    """A reading is lower than the real one before it and no rollover was declared."""

    def __init__(self, before: int, value: int) -> None:
        super().__init__(f"{value} comes after {before}")
        self.before, self.value = before, value


def counts(meter: Meter, readings: Iterable[Reading], swaps: Iterable[MeterSwap] = ()) -> list[Count]:
    """Every real reading of the meter in the order of the world, with what was counted until then.

    Raises `Backwards` where the row cannot have happened.
    """
    found: list[Count] = []
    before: int | None = None
    counted = 0
    for step in _timeline(meter, readings, swaps):
        if isinstance(step, MeterSwap):
            counted += _advance(meter, before, step.final, rollover=False)
            before = step.initial
        else:
            counted += _advance(meter, before, step.value, rollover=step.rollover)
            before = step.value
            found.append(Count(reading=step, counted=counted))
    return found


def estimated_counts(meter: Meter, readings: Iterable[Reading], swaps: Iterable[MeterSwap] = ()) -> list[Count]:
    """The estimates that somebody recorded, each with what would be counted until then if it were right (R3.8).

    Estimates below the real reading before them say nothing and are left out. Raises `Backwards` as `counts` does.
    """
    found: list[Count] = []
    known = list(readings)
    for estimate in (each for each in known if each.kind == meter.kind and not each.is_real):
        earlier = [each for each in known if each.is_real and each.read_at <= estimate.read_at]
        before = [swap for swap in swaps if swap.replaced_at < estimate.read_at]
        seen = estimate.model_copy(update={"source": ReadingSource.AGENT})
        with suppress(Backwards):
            found.append(Count(reading=estimate, counted=counts(meter, [*earlier, seen], before)[-1].counted))
    return sorted(found, key=lambda each: each.reading.read_at)


def _timeline(meter: Meter, readings: Iterable[Reading], swaps: Iterable[MeterSwap]) -> list[Reading | MeterSwap]:
    real = [reading for reading in readings if reading.kind == meter.kind and reading.is_real]
    replaced = [swap for swap in swaps if swap.kind == meter.kind]
    # A reading at the very instant of a replacement is the old meter's last.
    steps: list[Reading | MeterSwap] = [*real, *replaced]
    return sorted(steps, key=_instant)


def _instant(step: Reading | MeterSwap) -> tuple[float, int]:
    if isinstance(step, MeterSwap):
        return step.replaced_at.timestamp(), 1
    return step.read_at.timestamp(), 0


def _advance(meter: Meter, before: int | None, value: int, *, rollover: bool) -> int:
    if before is None:
        return 0
    if value >= before:
        return value - before
    if not rollover:
        raise Backwards(before, value)
    return int(10**meter.digits) - before + value
