"""Business calendars as values: what is refused, how they travel, which days are closed (R6.3–R6.5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from pydantic import ValidationError

from aggregates.rules.business_calendar import CalendarTerms, WeekShifts, closed_because, local_instant
from aggregates.rules.periods import period
from aggregates.values import ROME, Period

MILAN = CalendarTerms(patron_town="Milano")


def test_calendars_travel_as_json() -> None:
    calendar = CalendarTerms(
        patron_town="Forlì", closures=(Period(starts_on=date(2026, 8, 10), ends_on=date(2026, 8, 21)),)
    )
    back = CalendarTerms.model_validate_json(calendar.model_dump_json())
    assert (back, hash(back)) == (calendar, hash(calendar))
    written = {"shifts": {"monday": [["08:30", "12:30"], ["14:00", "18:00"]]}, "patron_town": "Roma"}
    assert CalendarTerms.model_validate(written).shifts.monday == ((time(8, 30), time(12, 30)), (time(14), time(18)))


def test_a_changed_copy_is_another_calendar() -> None:
    closed_mondays = MILAN.model_copy(update={"shifts": MILAN.shifts.model_copy(update={"monday": ()})})
    assert closed_mondays != MILAN
    assert closed_mondays.shifts.of(date(2026, 11, 23)) == ()
    assert MILAN.shifts.of(date(2026, 11, 23)) != ()


@pytest.mark.parametrize(
    "monday",
    [
        [["12:30", "08:30"]],
        [["08:30", "12:30"], ["12:00", "18:00"]],
        [["14:00", "18:00"], ["08:30", "12:30"]],
        [["22:00", "00:00"], ["23:00", "23:30"]],
        [["08:00+01:00", "09:00+01:00"]],
    ],
)
def test_shifts_out_of_order_are_refused(monday: list[list[str]]) -> None:
    with pytest.raises(ValidationError, match="shift"):
        WeekShifts.model_validate({"monday": monday})


@pytest.mark.parametrize(
    "fields",
    [{"zone": "Europe/Atlantis"}, {"shifts": {}}, {"patron_day": "13-01"}, {"patron_day": "7/12"}, {"colour": "red"}],
)
def test_calendars_that_cannot_work_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        CalendarTerms.model_validate(fields)


def test_a_calendar_always_open_needs_no_shifts() -> None:
    calendar = CalendarTerms(always_open=True, shifts=WeekShifts())
    assert closed_because(calendar, date(2026, 12, 25)) is None


@pytest.mark.parametrize(
    ("calendar", "day", "reason"),
    [
        (MILAN, date(2026, 12, 7), "Sant'Ambrogio"),
        (MILAN, date(2026, 12, 8), "Immacolata Concezione"),
        (MILAN, date(2026, 12, 9), None),
        (MILAN, date(2026, 4, 6), "Lunedì dell'Angelo"),
        (CalendarTerms(patron_day="09-24"), date(2026, 9, 24), "patron saint"),
        (CalendarTerms(holiday_country=None), date(2026, 12, 25), None),
        (CalendarTerms(holiday_country="FR"), date(2026, 7, 14), "Fête nationale"),
        (
            CalendarTerms(closures=(Period(starts_on=date(2026, 8, 10), ends_on=date(2026, 8, 14)),)),
            date(2026, 8, 14),
            "closure",
        ),
    ],
)
def test_why_a_day_is_closed(calendar: CalendarTerms, day: date, reason: str | None) -> None:
    assert closed_because(calendar, day) == reason


def test_a_yearly_visit_at_nine_stays_at_nine_in_summer_and_winter() -> None:
    visits = [local_instant(period(date(2026, 1, 31), 2, k).starts_on, time(9)) for k in range(6)]
    assert {visit.astimezone(ROME).time() for visit in visits} == {time(9)}
    assert visits[2] == datetime(2026, 5, 31, 7, tzinfo=UTC)
    assert visits[5] == datetime(2026, 11, 30, 8, tzinfo=UTC)
