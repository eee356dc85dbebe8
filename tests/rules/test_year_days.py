"""Years by a calendar: each day as the calendar itself says it, whatever changes on the way."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.rules.business_calendar import CalendarTerms, WeekShifts, closed_because
from aggregates.rules.year_days import dated_year_days
from aggregates.values import Period

SATURDAYS = WeekShifts(saturday=((time(9), time(13)),))
TERMS = st.builds(
    CalendarTerms,
    shifts=st.sampled_from([CalendarTerms().shifts, SATURDAYS]),
    always_open=st.booleans(),
    holiday_country=st.sampled_from(["IT", None]),
    patron_town=st.sampled_from([None, "Forlì"]),
    closures=st.lists(
        st.dates(date(2024, 1, 1), date(2028, 1, 1)).map(
            lambda day: Period(starts_on=day, ends_on=day + timedelta(days=13))
        ),
        max_size=2,
    ).map(tuple),
)


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(st.dates(date(2023, 1, 1), date(2029, 1, 1)), TERMS, min_size=1, max_size=3),
    TERMS,
    st.integers(2024, 2028),
)
def test_each_day_is_as_the_terms_in_force_say(
    later: dict[date, CalendarTerms], first: CalendarTerms, year: int
) -> None:
    """R6.3, R6.5: 365 or 366 days, each worked or not by the terms of that day, closed for what they say."""
    found = dated_year_days([(None, first), *later.items()], year)
    day, number = date(year, 1, 1), 0
    while day.year == year:
        begun = [from_on for from_on in later if from_on <= day]
        terms = later[max(begun)] if begun else first
        why = closed_because(terms, day)
        is_worked = terms.always_open or (why is None and bool(terms.shifts.of(day)))
        assert (found.worked[number], found.closed.get(str(day))) == ("1" if is_worked else "0", why), day
        day, number = day + timedelta(days=1), number + 1
    assert len(found.worked) == number


def test_the_usual_year() -> None:
    """2026: 104 days of weekends, thirteen holidays of which those on a Saturday or Sunday cost no further day."""
    found = dated_year_days([(None, CalendarTerms())], 2026)
    assert found.closed["2026-12-25"] == "Natale"
    assert (found.worked[0], found.worked[1], found.worked[2]) == ("0", "1", "0")
    fallen = [day for day in found.closed if date.fromisoformat(day).weekday() < 5]
    assert found.worked.count("1") == 365 - 104 - len(fallen)


def test_a_calendar_without_terms_is_none() -> None:
    with pytest.raises(ValueError, match="terms"):
        dated_year_days([], 2026)
