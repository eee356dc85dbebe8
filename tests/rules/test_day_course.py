"""Gaps and overlaps of a technician's day, against a count minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.day_course import DayStretch, day_findings
from aggregates.values import Slot

DAY = datetime(2026, 12, 9, 7, 0, tzinfo=UTC)


def stretch(n: int, begins: int, minutes: int, travel: int = 0) -> DayStretch:
    starts_at = DAY + timedelta(minutes=begins)
    time = Slot(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes))
    return DayStretch(activity_id=UUID(int=n), time=time, travel_minutes=travel)


def found(*stretches: DayStretch, tolerated: int = 15) -> list[tuple[str, int]]:
    return [(one.kind, one.minutes) for one in day_findings(stretches, tolerated)]


def test_travel_fills_the_gap_before_the_work_it_leads_to() -> None:
    assert found(stretch(1, 0, 60), stretch(2, 90, 30, travel=20)) == []
    assert found(stretch(1, 0, 60), stretch(2, 90, 30, travel=15)) == [("gap", 15)]
    assert found(stretch(1, 0, 60), stretch(2, 90, 30)) == [("gap", 30)]


def test_work_told_twice_is_found_also_inside_other_work() -> None:
    assert found(stretch(1, 0, 120), stretch(2, 30, 30), stretch(3, 110, 30)) == [("overlap", 30), ("overlap", 10)]


def test_a_day_of_one_visit_needs_no_explaining() -> None:
    assert found() == found(stretch(1, 0, 60, travel=40)) == []


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 120)), max_size=8))
def test_gaps_without_travel_are_the_minutes_of_nobody_s_work(told: list[tuple[int, int]]) -> None:
    stretches = [stretch(n, begins, minutes) for n, (begins, minutes) in enumerate(told)]
    busy = {minute for begins, minutes in told for minute in range(begins, begins + minutes)}
    idle = len(set(range(min(busy), max(busy))) - busy) if busy else 0
    findings = day_findings(stretches, tolerated=1)
    assert sum(one.minutes for one in findings if one.kind == "gap") == idle
    assert all(one.starts_at < one.ends_at for one in findings)
    assert day_findings(reversed(stretches), tolerated=1) == findings


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 120)), max_size=6))
def test_nothing_overlaps_exactly_when_no_minute_is_told_twice(told: list[tuple[int, int]]) -> None:
    minutes = [minute for begins, length in told for minute in range(begins, begins + length)]
    stretches = [stretch(n, begins, length) for n, (begins, length) in enumerate(told)]
    overlaps = [one for one in day_findings(stretches) if one.kind == "overlap"]
    assert bool(overlaps) == (len(set(minutes)) < len(minutes))
