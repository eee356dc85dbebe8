"""Minutes of work within and outside the hours of service (§4): overtime, night, holidays, pauses."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.business_calendar import CalendarTerms
from aggregates.rules.hour_pools import Band
from aggregates.rules.service_level import business_minutes
from aggregates.rules.work_bands import work_bands
from aggregates.values import ROME, Slot

OFFICE = CalendarTerms()
NIGHT = (time(22), time(6))


def bands(begins: str, ends: str, pause: int = 0, calendar: CalendarTerms = OFFICE) -> dict[str, int]:
    """Minutes by band of a stretch in Italian time."""
    at = [datetime.fromisoformat(one).replace(tzinfo=ROME) for one in (begins, ends)]
    found = work_bands(calendar, Slot(starts_at=at[0], ends_at=at[1]), pause, NIGHT)
    return {band.value: minutes for band, minutes in found.items()}


@pytest.mark.parametrize(
    ("begins", "ends", "pause", "expected"),
    [
        ("2026-04-16T16:30", "2026-04-16T19:00", 0, {"ordinary": 90, "out_of_hours": 60}),
        ("2026-04-16T08:30", "2026-04-16T18:00", 90, {"ordinary": 480}),
        ("2026-04-16T08:30", "2026-04-16T18:00", 100, {"ordinary": 470}),
        ("2026-04-16T21:00", "2026-04-16T23:30", 0, {"out_of_hours": 60, "night": 90}),
        ("2026-04-18T09:00", "2026-04-18T11:00", 0, {"saturday": 120}),
        ("2026-04-19T09:00", "2026-04-19T11:00", 0, {"holiday": 120}),
        ("2026-10-04T23:00", "2026-10-05T07:00", 0, {"night_holiday": 60, "night": 360, "out_of_hours": 60}),
        ("2026-10-05T07:00", "2026-10-05T09:00", 30, {"ordinary": 30, "out_of_hours": 60}),
        ("2025-10-04T09:00", "2025-10-04T10:00", 0, {"saturday": 60}),
        ("2026-12-08T09:00", "2026-12-08T10:00", 0, {"holiday": 60}),
        ("2026-04-16T16:30", "2026-04-16T19:00", 150, {}),
    ],
)
def test_bands_of_a_stretch(begins: str, ends: str, pause: int, expected: dict[str, int]) -> None:
    assert bands(begins, ends, pause) == expected


def test_a_calendar_that_is_always_open_knows_no_overtime() -> None:
    assert bands("2026-04-19T00:00", "2026-04-19T04:00", calendar=CalendarTerms(always_open=True)) == {"ordinary": 240}


@given(st.integers(0, 60 * 24 * 400), st.integers(1, 60 * 30), st.integers(0, 60 * 20))
def test_no_minute_is_lost_and_none_counts_twice(begins: int, length: int, pause: int) -> None:
    starts_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=begins)
    worked = Slot(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=length))
    found = work_bands(OFFICE, worked, pause, NIGHT)
    assert sum(found.values()) == max(0, length - pause)
    assert all(minutes > 0 for minutes in found.values())
    whole = work_bands(OFFICE, worked, 0, NIGHT)
    assert whole.get(Band.ORDINARY, 0) == business_minutes(OFFICE, worked.starts_at, worked.ends_at)
    assert all(found.get(band, 0) <= minutes for band, minutes in whole.items())
