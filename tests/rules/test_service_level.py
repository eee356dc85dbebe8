"""Deadlines, business minutes, pauses and explanations (R6.1–R6.7; scenarios S06 and S12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.rules.business_calendar import OFFICE_DAY, CalendarTerms, WeekShifts
from aggregates.rules.service_level import (
    Clock,
    PauseReason,
    StepKind,
    business_minutes,
    clock_starts_at,
    deadline,
    explain,
    is_breached,
    may_pause,
    overdue_minutes,
    threshold,
)
from aggregates.values import ROME, Period, Slot
from tests.rules.slow_clock import slow_deadline, slow_minutes

PLAIN = CalendarTerms()
MILAN = CalendarTerms(patron_town="Milano")
FORLI = CalendarTerms(patron_town="Forlì")
ALWAYS = CalendarTerms(always_open=True)


def at(text: str) -> datetime:
    """An instant in Rome, written day/month/year hour:minute."""
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=ROME)


def pause(starts: str, ends: str) -> Slot:
    return Slot(starts_at=at(starts), ends_at=at(ends))


OPENED = at("04/12/2026 16:45")
WAITING_PART = pause("09/12/2026 15:00", "10/12/2026 10:30")


@pytest.mark.parametrize(
    ("calendar", "opened", "hours", "pauses", "due"),
    [
        (MILAN, "04/12/2026 16:45", 4, [], "09/12/2026 11:15"),
        (MILAN, "04/12/2026 16:45", 16, [], "10/12/2026 16:45"),
        (MILAN, "04/12/2026 16:45", 16, [WAITING_PART], "11/12/2026 12:15"),
        (FORLI, "04/12/2026 16:45", 4, [], "07/12/2026 11:15"),
        (PLAIN, "01/10/2027 17:00", 4, [], "05/10/2027 11:30"),
        (PLAIN, "03/10/2024 17:00", 4, [], "04/10/2024 11:30"),
        (PLAIN, "10/04/2026 11:00", 8, [], "13/04/2026 11:00"),
        (PLAIN, "05/12/2026 10:00", 4, [], "07/12/2026 12:30"),
        (PLAIN, "04/12/2026 13:00", 4, [], "04/12/2026 18:00"),
        (PLAIN, "24/12/2026 17:00", 4, [], "28/12/2026 11:30"),
        (FORLI, "03/02/2026 17:00", 4, [], "05/02/2026 11:30"),
        (PLAIN, "03/04/2026 17:00", 2, [], "07/04/2026 09:30"),
    ],
)
def test_deadlines(calendar: CalendarTerms, opened: str, hours: int, pauses: list[Slot], due: str) -> None:
    assert deadline(calendar, at(opened), hours * 60, pauses) == at(due)


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ("2026-10-24T22:00+02:00", "2026-10-25T05:00+01:00"),
        ("2026-03-28T22:00+01:00", "2026-03-29T07:00+02:00"),
    ],
)
def test_around_the_clock_eight_hours_are_eight_hours(opened: str, due: str) -> None:
    assert deadline(ALWAYS, datetime.fromisoformat(opened), 480) == datetime.fromisoformat(due)


def test_shifts_keep_their_wall_clock_across_the_change_of_hour() -> None:
    assert deadline(PLAIN, at("23/10/2026 17:00"), 480) == at("26/10/2026 17:00")
    assert deadline(PLAIN, at("27/03/2026 17:00"), 480) == at("30/03/2026 17:00")


def test_a_night_shift_is_an_hour_longer_when_the_clock_goes_back() -> None:
    night = (time(0), time(6))
    nights = CalendarTerms(shifts=WeekShifts(saturday=(night,), sunday=(night,)), holiday_country=None)
    assert business_minutes(nights, at("25/10/2026 00:00"), at("25/10/2026 23:00")) == 7 * 60
    assert business_minutes(nights, at("29/03/2026 00:00"), at("29/03/2026 23:00")) == 5 * 60
    assert business_minutes(nights, at("28/03/2026 00:00"), at("28/03/2026 23:00")) == 6 * 60


def test_a_shift_inside_the_skipped_hour_never_counts_a_minute_twice() -> None:
    shifts = ((time(1), time(2, 45)), (time(3), time(5)))
    calendar = CalendarTerms(shifts=WeekShifts(sunday=shifts), holiday_country=None)
    assert business_minutes(calendar, at("29/03/2026 00:00"), at("29/03/2026 23:00")) == 180


def test_a_shift_up_to_midnight() -> None:
    evenings = CalendarTerms(shifts=WeekShifts(friday=((time(22), time(0)),), saturday=((time(0), time(2)),)))
    assert deadline(evenings, at("04/12/2026 23:00"), 60) == at("05/12/2026 00:00")
    assert deadline(evenings, at("04/12/2026 23:00"), 90) == at("05/12/2026 00:30")


def test_a_saturday_shift_and_a_summer_closure() -> None:
    open_saturdays = PLAIN.model_copy(
        update={
            "shifts": PLAIN.shifts.model_copy(update={"saturday": ((time(9), time(13)),)}),
            "closures": (Period(starts_on=date(2026, 8, 10), ends_on=date(2026, 8, 21)),),
        }
    )
    assert deadline(open_saturdays, at("07/08/2026 17:00"), 120) == at("08/08/2026 10:00")
    assert deadline(open_saturdays, at("07/08/2026 17:00"), 360) == at("22/08/2026 10:00")


def test_a_pause_moves_the_deadline_by_business_minutes_only() -> None:
    weekend = pause("04/12/2026 18:00", "09/12/2026 08:30")
    assert deadline(MILAN, OPENED, 240, [weekend]) == deadline(MILAN, OPENED, 240)
    lunch = pause("09/12/2026 12:00", "09/12/2026 14:30")
    assert deadline(MILAN, OPENED, 960, [WAITING_PART, lunch]) == at("11/12/2026 14:45")


def test_a_pause_at_or_after_the_due_time_changes_nothing() -> None:
    due = deadline(MILAN, OPENED, 240)
    assert deadline(MILAN, OPENED, 240, [Slot(starts_at=due, ends_at=due + timedelta(days=3))]) == due


def test_a_priority_changed_while_paused_counts_from_the_opening_again() -> None:
    assert deadline(MILAN, OPENED, 960, [WAITING_PART]) == at("11/12/2026 12:15")
    assert deadline(MILAN, OPENED, 480, [WAITING_PART]) == at("10/12/2026 12:15")


def test_overlapping_pauses_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        deadline(MILAN, OPENED, 960, [WAITING_PART, pause("10/12/2026 10:00", "10/12/2026 11:00")])


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one minute"):
        deadline(PLAIN, OPENED, 0)
    with pytest.raises(ValueError, match="offset"):
        deadline(PLAIN, datetime(2026, 12, 4, 16, 45), 60)
    with pytest.raises(ValueError, match="forwards"):
        business_minutes(PLAIN, OPENED, OPENED - timedelta(minutes=1))
    shut = PLAIN.model_copy(update={"closures": (Period(starts_on=date(2026, 1, 1), ends_on=date(2046, 1, 1)),)})
    with pytest.raises(ValueError, match="no opening"):
        deadline(shut, OPENED, 60)


def test_seconds_are_kept() -> None:
    opened = OPENED + timedelta(seconds=30, microseconds=7)
    assert deadline(MILAN, opened, 240) == at("09/12/2026 11:15") + timedelta(seconds=30, microseconds=7)
    assert sum(step.minutes for step in explain(MILAN, opened, 240)) == 240


def test_a_call_outside_hours_starts_at_the_next_opening() -> None:
    assert clock_starts_at(MILAN, at("05/12/2026 10:00")) == at("09/12/2026 08:30")
    assert clock_starts_at(MILAN, OPENED) == OPENED


def test_warnings_at_half_three_quarters_and_all() -> None:
    due = [threshold(MILAN, OPENED, 960, percent, [WAITING_PART]) for percent in (50, 75, 100)]
    assert due == [at("10/12/2026 12:15"), at("10/12/2026 17:45"), at("11/12/2026 12:15")]


def test_late_is_late_even_outside_hours() -> None:
    due = at("04/12/2026 18:00")
    assert not is_breached(due, due)
    assert is_breached(due, at("04/12/2026 18:01"))
    assert overdue_minutes(MILAN, due, at("04/12/2026 20:00")) == 0
    assert overdue_minutes(MILAN, due, at("09/12/2026 09:00")) == 30
    assert overdue_minutes(MILAN, due, at("04/12/2026 17:00")) == 0


def test_only_some_clocks_pause_for_some_reasons() -> None:
    assert not any(may_pause(Clock.RESPONSE, reason, waiting_part_allowed=True) for reason in PauseReason)
    assert may_pause(Clock.RESOLVE, PauseReason.NO_ACCESS)
    assert not may_pause(Clock.RESOLVE, PauseReason.WAITING_PART)
    assert may_pause(Clock.RESOLVE, PauseReason.WAITING_PART, waiting_part_allowed=True)


def test_a_due_time_is_explained_stretch_by_stretch() -> None:
    steps = explain(MILAN, OPENED, 480, [pause("09/12/2026 15:00", "09/12/2026 16:00")])
    told = [
        (step.kind, step.starts_at.astimezone(ROME).strftime("%d %H:%M"), step.minutes, step.reason) for step in steps
    ]
    assert told == [
        (StepKind.COUNTED, "04 16:45", 75, None),
        (StepKind.CLOSED, "07 00:00", 0, "Sant'Ambrogio"),
        (StepKind.CLOSED, "08 00:00", 0, "Immacolata Concezione"),
        (StepKind.COUNTED, "09 08:30", 240, None),
        (StepKind.COUNTED, "09 14:00", 60, None),
        (StepKind.PAUSED, "09 15:00", 60, None),
        (StepKind.COUNTED, "09 16:00", 105, None),
    ]


shifts = st.sampled_from(
    [
        OFFICE_DAY,
        (),
        ((time(9), time(13)),),
        ((time(7), time(9)), (time(10), time(11, 30)), (time(16), time(20))),
        ((time(0), time(6)), (time(22), time(0))),
    ]
)
weeks = st.builds(
    WeekShifts, monday=st.just(OFFICE_DAY), wednesday=shifts, friday=shifts, saturday=shifts, sunday=shifts
)
closures = st.lists(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)).map(lambda day: Period(starts_on=day, ends_on=day)), max_size=3
).map(tuple)
calendars = st.builds(
    CalendarTerms,
    zone=st.sampled_from(["Europe/Rome", "Europe/Rome", "America/New_York"]),
    shifts=weeks,
    always_open=st.sampled_from([False, False, False, True]),
    patron_town=st.sampled_from([None, "Milano", "Roma"]),
    closures=closures,
)
near_the_change_of_hour = st.sampled_from(
    [datetime(2026, 10, 23, 12, tzinfo=UTC), datetime(2026, 3, 27, 3, tzinfo=UTC)]
)
openings = st.builds(
    lambda start, minutes: start + timedelta(minutes=minutes),
    near_the_change_of_hour | st.just(datetime(2026, 12, 1, tzinfo=UTC)),
    st.integers(0, 8 * 1440),
)


def cut(opened: datetime, edges: list[int]) -> list[Slot]:
    """Pauses between successive pairs of minutes after the opening."""
    moments = [opened + timedelta(minutes=edge) for edge in sorted(edges)]
    return [Slot(starts_at=a, ends_at=b) for a, b in zip(moments[::2], moments[1::2], strict=False)]


edges = st.lists(st.integers(-300, 6000), max_size=6, unique=True)


@settings(max_examples=80)
@given(calendars, openings, st.integers(1, 900), edges)
def test_the_fast_clock_agrees_with_the_slow_one(
    calendar: CalendarTerms, opened: datetime, minutes: int, paused: list[int]
) -> None:
    pauses = cut(opened, paused)
    due = deadline(calendar, opened, minutes, pauses)
    assert due == slow_deadline(calendar, opened, minutes, pauses)


@settings(max_examples=50)
@given(calendars, openings, st.integers(0, 6000))
def test_fast_minutes_agree_with_slow_ones(calendar: CalendarTerms, opened: datetime, length: int) -> None:
    until = opened + timedelta(minutes=length)
    assert business_minutes(calendar, opened, until) == slow_minutes(calendar, opened, until)


@given(calendars, openings, st.integers(1, 5000), edges)
def test_an_explanation_ends_at_the_deadline_and_sums_to_the_target(
    calendar: CalendarTerms, opened: datetime, minutes: int, paused: list[int]
) -> None:
    pauses = cut(opened, paused)
    steps = explain(calendar, opened, minutes, pauses)
    due = deadline(calendar, opened, minutes, pauses)
    assert sum(step.minutes for step in steps if step.kind is StepKind.COUNTED) == minutes
    assert steps[-1].ends_at == due
    assert [step.starts_at for step in steps] == sorted(step.starts_at for step in steps)
    assert business_minutes(calendar, opened, due, pauses) == minutes
    stood = sum(step.minutes for step in steps if step.kind is StepKind.PAUSED)
    assert business_minutes(calendar, opened, due) == minutes + stood


@given(calendars, openings, st.integers(1, 3000), st.integers(1, 3000), st.integers(0, 5000), edges)
def test_deadlines_are_monotone(
    calendar: CalendarTerms, opened: datetime, minutes: int, more: int, later: int, paused: list[int]
) -> None:
    pauses = cut(opened, paused)
    due = deadline(calendar, opened, minutes, pauses)
    assert due < deadline(calendar, opened, minutes + more, pauses)
    assert due <= deadline(calendar, opened + timedelta(minutes=later), minutes, pauses)
    assert deadline(calendar, opened, minutes) <= due


def test_deadlines_are_fast() -> None:
    """Five hundred cost less processor time than counting minute by minute once; how fast, the bench tells."""

    def cost(reckoned: Callable[..., object], times: int) -> float:
        started = process_time()
        for _ in range(times):
            reckoned(MILAN, OPENED, 960)
        return process_time() - started

    cost(deadline, 1)  # the year's holidays are looked up once
    assert min(cost(deadline, 500) for _ in range(3)) < max(cost(slow_deadline, 1) for _ in range(3))
