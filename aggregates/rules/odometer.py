"""Odometers of a vehicle (contachilometri): several follow one another, its kilometres go on adding up."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.values import Value


class OdometerReading(Value):
    """What the odometer showed on a day; `base_km` is what the vehicle had driven when this odometer stood at zero."""

    reading_id: UUID
    read_on: date
    km: int = Field(ge=0)
    base_km: int = 0

    @property
    def driven(self) -> int:
        """Kilometres driven altogether, by this odometer and those before it."""
        return self.base_km + self.km


def base_on(replaced: Iterable[OdometerReading], day: date) -> int:
    """The base of the odometer that is there at the end of a day, by the first readings of those put in later."""
    there = [one for one in replaced if one.read_on <= day]
    return max(there, key=lambda one: (one.read_on, one.driven)).base_km if there else 0


def fits(one: OdometerReading, other: OdometerReading, replaced: Container[UUID]) -> bool:
    """Whether two readings can both be right: what comes before shows no more kilometres driven."""
    return (not _before(one, other, replaced) or one.driven <= other.driven) and (
        not _before(other, one, replaced) or other.driven <= one.driven
    )


def _before(one: OdometerReading, other: OdometerReading, replaced: Container[UUID]) -> bool:
    """Of an earlier day, or on the two sides of a replacement of that day."""
    if one.read_on != other.read_on:
        return one.read_on < other.read_on
    if one.reading_id in replaced:
        return one.base_km == other.base_km
    return other.reading_id in replaced and one.base_km != other.base_km
