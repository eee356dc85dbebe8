"""How far two places are and how long the way takes (distanza, viaggio): the earth as a ball, roads as a factor."""

from __future__ import annotations

from decimal import Decimal
from math import asin, ceil, cos, radians, sin, sqrt

from pydantic import Field

from aggregates.values import Rate, Value

EARTH_KM = 6371.0088
"""The mean radius of the earth."""


class Point(Value):
    """A place on the map, in degrees (WGS 84)."""

    latitude: float = Field(ge=-90, le=90, examples=[44.2227])
    longitude: float = Field(ge=-180, le=180, examples=[12.0407])


class TravelTerms(Value):
    """How a way in a straight line becomes minutes on the road."""

    detour: Rate = Field(
        default=Decimal("1.3"), ge=1, le=5, description="Kilometres of road for one as the crow flies."
    )
    kmh: int = Field(default=50, ge=5, le=150, description="The usual speed, kilometres an hour.")
    unknown_minutes: int = Field(default=30, ge=0, le=600, description="A way from or to a place without coordinates.")


def distance_km(a: Point, b: Point) -> float:
    """Kilometres between two places as the crow flies (haversine)."""
    north, east = radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)
    part = sin(north / 2) ** 2 + cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(part)))


def road_km(km: float, terms: TravelTerms) -> float:
    """Kilometres on the road of a way of so many as the crow flies."""
    return km * float(terms.detour)


def travel_minutes(km: float, terms: TravelTerms) -> int:
    """Minutes on the road of a way of so many kilometres as the crow flies, rounded up."""
    return ceil(round(road_km(km, terms) / terms.kmh * 60, 6))
