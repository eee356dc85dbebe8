"""Kilometres and their cost: months tile, each day has its rate; plates are written in one way (REP-3, R12.3)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.plates import plate_of
from aggregates.rules.vehicle_costs import kilometre_cost, odometer_kilometres

DAY = date(2026, 1, 1)
DAYS = st.integers(0, 400).map(lambda n: DAY + timedelta(days=n))
READINGS = st.lists(st.tuples(DAYS, st.integers(0, 900)), max_size=12).map(
    lambda found: [(day, sum(km for _, km in sorted(found)[: n + 1])) for n, (day, _) in enumerate(sorted(found))]
)
RATES = st.dictionaries(DAYS, st.decimals("0", "2", places=4), max_size=4)
DRIVEN = st.lists(st.tuples(DAYS, st.decimals("0", "500", places=1)), max_size=10)


@given(READINGS, DAYS, DAYS)
def test_periods_that_follow_one_another_sum_to_the_whole(
    readings: list[tuple[date, int]], middle: date, last: date
) -> None:
    first, next_day = DAY - timedelta(days=1), middle + timedelta(days=1)
    parts = odometer_kilometres(readings, first, middle) + odometer_kilometres(readings, next_day, max(last, middle))
    whole = odometer_kilometres(readings, first, max(last, middle))
    if any(day <= middle for day, _ in readings):
        assert parts == whole
    assert 0 <= parts <= whole


def test_kilometres_of_a_month() -> None:
    readings = [
        (date(2026, 8, 30), 1000),
        (date(2026, 9, 10), 1400),
        (date(2026, 9, 28), 1900),
        (date(2026, 10, 2), 2000),
    ]
    assert odometer_kilometres(readings, date(2026, 9, 1), date(2026, 9, 30)) == 900
    assert odometer_kilometres(readings, date(2026, 8, 1), date(2026, 8, 31)) == 0
    assert odometer_kilometres([], date(2026, 8, 1), date(2026, 8, 31)) == 0


@given(DRIVEN, RATES)
def test_each_day_has_its_rate_and_the_sum_is_rounded_once(
    driven: list[tuple[date, Decimal]], rates: dict[date, Decimal]
) -> None:
    exact = Decimal(0)
    for day, km in driven:
        held = Decimal(0)
        for from_on in sorted(rates):
            held = rates[from_on] if from_on <= day else held
        exact += km * held
    assert kilometre_cost(driven, rates) == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("country", "text", "plate"),
    [
        ("IT", "fx 123 ab", "FX123AB"),
        ("IT", "FX-123-AB", "FX123AB"),
        ("IT", "AA12345", "AA12345"),
        ("IT", "BD123C", "BD123C"),
        ("IT", "X1B2CD", "X1B2CD"),
        ("IT", "FO 123456", "FO123456"),
        ("IT", "Roma A12345", "ROMAA12345"),
        ("IT", "MI 1A2345", "MI1A2345"),
        ("IT", "FX 123 AI", None),
        ("IT", "FX12AB", None),
        ("IT", "FX1234AB", None),
        ("IT", "", None),
        ("DE", "M-AB 1234", "MAB1234"),
        ("SM", "A 1234", "A1234"),
        ("FR", "AB-123-CD", "AB123CD"),
        ("FR", "ABCDEF", None),
        ("FR", "A" * 9 + "1234", None),
    ],
)
def test_plates(country: str, text: str, plate: str | None) -> None:
    assert plate_of(country, text) == plate


@given(st.text("ABCFXZ0123456789 -.", max_size=14), st.sampled_from(["IT", "DE"]))
def test_a_plate_is_written_in_one_way(text: str, country: str) -> None:
    plate = plate_of(country, text)
    assert plate is None or plate_of(country, plate) == plate
