"""Clocks of a call as a whole against the slow one: late starts, corrected and open pauses, shifts, changes of hour."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aggregates.call_values import Pause
from aggregates.coverage import ServiceTerms, Targets
from aggregates.rules.business_calendar import OFFICE_DAY, CalendarTerms, WeekShifts
from aggregates.rules.priority import Level
from aggregates.rules.service_level import Clock, PauseReason
from aggregates.service_clocks import RunningClock, corrected, ended, overlapping
from tests.rules.slow_clock import slow_due

THREE = ((time(6), time(9)), (time(10), time(11, 30)), (time(22), time(0)))
NIGHT = ((time(0), time(6)),)
CALENDARS = (
    CalendarTerms(),
    CalendarTerms(patron_town="Milano"),
    CalendarTerms(always_open=True),
    CalendarTerms(shifts=WeekShifts(friday=THREE, saturday=NIGHT, sunday=THREE, monday=OFFICE_DAY)),
)
BEGINNINGS = (
    datetime(2026, 3, 27, 12, tzinfo=UTC),
    datetime(2026, 10, 23, 12, tzinfo=UTC),
    datetime(2026, 10, 2, 12, tzinfo=UTC),
    datetime(2024, 10, 3, 12, tzinfo=UTC),
    datetime(2026, 12, 30, 9, tzinfo=UTC),
)
"""Both changes of the hour, 4 October before and after it is a feast again, the end of a year."""

minutes = st.integers(0, 5000)


@st.composite
def histories(draw: st.DrawFn) -> tuple[datetime, datetime, list[Pause]]:
    """An opening, a start not before it, and pauses that do not overlap; the last may go on."""
    opened = draw(st.sampled_from(BEGINNINGS)) + timedelta(minutes=draw(st.integers(0, 1440)))
    start = opened + timedelta(minutes=draw(st.integers(0, 4000)))
    edges = sorted(draw(st.lists(minutes, max_size=6, unique=True)))
    moments = [opened + timedelta(minutes=edge) for edge in edges]
    reason = PauseReason.NO_ACCESS
    pauses = [Pause(reason=reason, starts_at=a, ends_at=b) for a, b in zip(moments[::2], moments[1::2], strict=False)]
    if len(moments) % 2:
        pauses.append(Pause(reason=reason, starts_at=moments[-1]))
    return opened, start, pauses


def clock_of(
    calendar: CalendarTerms, opened: datetime, start: datetime, pauses: list[Pause], target: int, clock: Clock
) -> RunningClock:
    targets = Targets(resolve_minutes=target, response_minutes=target)
    return RunningClock(
        call_id=UUID(int=1),
        clock=clock,
        terms=ServiceTerms(calendar=calendar, medium=targets),
        priority=Level.MEDIUM,
        opened_at=opened,
        starts_at=start,
        pauses=tuple(pauses),
    )


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CALENDARS), histories(), st.integers(1, 900), st.sampled_from((Clock.RESOLVE, Clock.RESPONSE)))
def test_a_clock_agrees_with_the_slow_one(
    calendar: CalendarTerms, history: tuple[datetime, datetime, list[Pause]], target: int, clock: Clock
) -> None:
    opened, start, pauses = history
    running = clock_of(calendar, opened, start, pauses, target, clock)
    counted = [(p.starts_at, p.ends_at) for p in pauses] if clock is Clock.RESOLVE else []
    expected = slow_due(calendar, start, target, counted)
    assert running.reached_at(100, start + timedelta(days=60)) == expected
    if expected is not None:
        assert running.due_at(start + timedelta(days=60)) == expected
        steps = running.explained(start + timedelta(days=60))
        assert sum(step.minutes for step in steps if step.kind == "counted") == target


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CALENDARS), histories(), st.integers(1, 900), minutes, st.integers(1, 600))
def test_a_corrected_pause_counts_as_if_it_had_always_been_so(
    calendar: CalendarTerms,
    history: tuple[datetime, datetime, list[Pause]],
    target: int,
    moved: int,
    length: int,
) -> None:
    opened, start, pauses = history
    assume(pauses)
    starts_at = opened + timedelta(minutes=moved)
    after = corrected(pauses, pauses[0].starts_at, starts_at, starts_at + timedelta(minutes=length))
    assume(not any(overlapping(a, b) for n, a in enumerate(after) for b in after[n + 1 :]))
    running = clock_of(calendar, opened, start, list(after), target, Clock.RESOLVE)
    expected = slow_due(calendar, start, target, [(p.starts_at, p.ends_at) for p in after])
    assert running.reached_at(100, start + timedelta(days=60)) == expected
    assert [p.starts_at for p in after] == sorted(p.starts_at for p in after)


@given(histories(), minutes)
def test_an_open_pause_ended_never_runs_backwards(history: tuple[datetime, datetime, list[Pause]], after: int) -> None:
    opened, _, pauses = history
    closed = ended(pauses, opened + timedelta(minutes=after))
    assert all(p.ends_at is not None and p.ends_at >= p.starts_at for p in closed)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [((0, 10), (10, 20), False), ((0, 10), (9, 20), True), ((0, None), (9, 20), True), ((20, None), (9, 20), False)],
)
def test_touching_is_not_overlapping(
    one: tuple[int, int | None], other: tuple[int, int | None], expected: bool
) -> None:
    a, b = (
        Pause(
            reason=PauseReason.NO_ACCESS,
            starts_at=BEGINNINGS[0] + timedelta(minutes=starts),
            ends_at=None if ends is None else BEGINNINGS[0] + timedelta(minutes=ends),
        )
        for starts, ends in (one, other)
    )
    assert overlapping(a, b) is overlapping(b, a) is expected
