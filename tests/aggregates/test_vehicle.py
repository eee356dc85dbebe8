"""A vehicle under any orders: one driver a day at most, an odometer that never goes back (REP-3)."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from aggregates.base import Act, Refusal
from aggregates.rules.odometer import OdometerReading
from aggregates.vehicle import Assignment, Fuel, Vehicle, VehicleDetails

ACT = Act(by="user:test", at=datetime(2026, 9, 1, tzinfo=UTC))
DAY = date(2026, 9, 1)
DAYS = st.integers(0, 12).map(lambda n: DAY + timedelta(days=n))
STRETCHES = st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=6)
READINGS = st.lists(st.tuples(st.integers(0, 4), DAYS, st.integers(0, 30)), max_size=10)


def van() -> Vehicle:
    details = VehicleDetails(model="Doblò", fuel=Fuel.DIESEL)
    return Vehicle.register(UUID(int=1), "FX123AB", "IT", details, ACT)


@given(STRETCHES)
def test_one_driver_a_day(stretches: list[tuple[date, date | None]]) -> None:
    vehicle, days_of = van(), [DAY + timedelta(days=n) for n in range(20)]
    for n, (from_on, to_on) in enumerate(stretches, 1):
        before = {day for day in days_of if vehicle.driver_on(day)}
        wanted = {day for day in days_of if from_on <= day and (to_on is None or day <= to_on)}
        one = Assignment(assignment_id=UUID(int=n), technician_id=UUID(int=100 + n), from_on=from_on, to_on=to_on)
        with suppress(Refusal):
            vehicle.assign(one, ACT)
        is_given = one.assignment_id in vehicle.assignments
        assert is_given == bool(wanted and not wanted & before)
        assert all(sum(held.holds(day) for held in vehicle.assignments.values()) <= 1 for day in days_of)


@given(READINGS)
def test_the_odometer_never_goes_back(told: list[tuple[int, date, int]]) -> None:
    vehicle = van()
    for n, day, km in told:
        key = UUID(int=n)
        with suppress(Refusal):
            if key in vehicle.readings:
                vehicle.correct_odometer(key, km, "Cifre scambiate", ACT)
            else:
                vehicle.read_odometer(OdometerReading(reading_id=key, read_on=day, km=km), ACT)
        kept = vehicle.readings.values()
        assert all(one.km <= other.km for one in kept for other in kept if one.read_on < other.read_on)


@given(st.lists(st.tuples(st.booleans(), DAYS, st.integers(0, 30), st.integers(0, 30)), max_size=12))
def test_kilometres_go_on_whatever_odometer_counts_them(told: list[tuple[bool, date, int, int]]) -> None:
    """Readings and replacements in any order: what was driven never goes down, and nothing is lost in between."""
    vehicle = van()
    for n, (is_new, day, km, final) in enumerate(told, 1):
        reading = OdometerReading(reading_id=UUID(int=n), read_on=day, km=km)
        before = max((one.driven for one in vehicle.readings.values()), default=None)
        with suppress(Refusal):
            if is_new:
                vehicle.replace_odometer(reading, final, "", ACT)
                bases = [one.base_km for key, one in vehicle.readings.items() if key != reading.reading_id]
                assert vehicle.readings[reading.reading_id].driven in {base + final for base in (0, *bases)}
                assert before is None or vehicle.readings[reading.reading_id].driven >= before
            else:
                vehicle.read_odometer(reading, ACT)
        kept = vehicle.readings.values()
        assert all(one.driven <= other.driven for one in kept for other in kept if one.read_on < other.read_on)
