"""How far two places are and how long the way takes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.distance import Point, TravelTerms, distance_km, road_km, travel_minutes

FORLI, MILAN = Point(latitude=44.2227, longitude=12.0407), Point(latitude=45.4642, longitude=9.19)
points = st.builds(Point, latitude=st.floats(-90, 90, allow_nan=False), longitude=st.floats(-180, 180, allow_nan=False))


def test_forli_and_milan_are_264_km_apart() -> None:
    assert distance_km(FORLI, MILAN) == pytest.approx(264, abs=1)


@pytest.mark.parametrize(
    ("km", "minutes"), [(0.0, 0), (10.0, 16), (38.461538461538, 60), (38.47, 61)], ids=["none", "up", "even", "over"]
)
def test_minutes_follow_from_detour_and_speed_rounded_up(km: float, minutes: int) -> None:
    assert travel_minutes(km, TravelTerms()) == minutes


def test_the_detour_makes_the_road_longer() -> None:
    assert road_km(10, TravelTerms(detour=Decimal("1.5"))) == pytest.approx(15)


@given(points, points, points)
def test_it_is_a_distance(a: Point, b: Point, c: Point) -> None:
    assert distance_km(a, a) == 0
    assert distance_km(a, b) == pytest.approx(distance_km(b, a), abs=1e-6)
    assert distance_km(a, c) <= distance_km(a, b) + distance_km(b, c) + 1e-6
