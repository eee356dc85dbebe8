"""Days that come again, against a slow search through every day; what absences hold around visits."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from aggregates.absence import Absence, AbsenceKind, AbsenceTime, Commitment, occurrences_of
from aggregates.base import Act
from aggregates.rules.recurrence import Recurrence, dates_of
from aggregates.values import ROME, Slot

NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ACT = Act(by="user:test", at=datetime(2026, 9, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("first_on", "fields", "days"),
    [
        ("2026-12-09", {"every": "weekly", "until_on": "2026-12-23"}, ["12-09", "12-16", "12-23"]),
        ("2026-12-09", {"every": "weekly", "interval": 2, "until_on": "2027-01-06"}, ["12-09", "12-23", "01-06"]),
        (
            "2026-12-09",
            {"weekdays": ["monday", "wednesday"], "until_on": "2026-12-21"},
            ["12-09", "12-14", "12-16", "12-21"],
        ),
        ("2026-12-31", {"every": "monthly", "until_on": "2027-05-31"}, ["12-31", "01-31", "03-31", "05-31"]),
        ("2026-12-09", {"every": "daily", "interval": 3, "until_on": "2026-12-15"}, ["12-09", "12-12", "12-15"]),
        ("2026-12-09", {"weekdays": ["friday"], "until_on": "2026-12-10"}, []),
    ],
)
def test_days_that_come_again(first_on: str, fields: dict[str, object], days: list[str]) -> None:
    found = dates_of(date.fromisoformat(first_on), Recurrence.model_validate(fields), 400)
    assert [f"{day:%m-%d}" for day in found] == days


def test_weekdays_belong_to_weeks() -> None:
    with pytest.raises(ValidationError, match="weekdays"):
        Recurrence(every="daily", weekdays=("monday",), until_on=date(2026, 12, 31))


recurrences = st.builds(
    lambda every, interval, weekdays, days: Recurrence(
        every=every,
        interval=interval,
        weekdays=tuple(weekdays) if every == "weekly" else (),
        until_on=date(2026, 1, 1) + timedelta(days=days),
    ),
    st.sampled_from(["daily", "weekly", "monthly"]),
    st.integers(1, 5),
    st.lists(st.sampled_from(NAMES), unique=True, max_size=3),
    st.integers(0, 900),
)
firsts = st.integers(0, 365).map(lambda n: date(2026, 1, 1) + timedelta(days=n))


def slow_dates(first_on: date, recurrence: Recurrence) -> list[date]:
    """Every day until the last one that is asked whether it is one of them."""
    found, day = [], first_on
    weekdays = recurrence.weekdays or (NAMES[first_on.weekday()],)
    while day <= recurrence.until_on:
        if recurrence.every == "daily":
            hits = (day - first_on).days % recurrence.interval == 0
        elif recurrence.every == "weekly":
            monday, first_monday = day - timedelta(days=day.weekday()), first_on - timedelta(days=first_on.weekday())
            hits = NAMES[day.weekday()] in weekdays and (monday - first_monday).days // 7 % recurrence.interval == 0
        else:
            months = (day.year - first_on.year) * 12 + day.month - first_on.month
            hits = day.day == first_on.day and months % recurrence.interval == 0
        if hits:
            found.append(day)
        day += timedelta(days=1)
    return found


@given(firsts, recurrences)
def test_days_are_those_of_a_slow_search(first_on: date, recurrence: Recurrence) -> None:
    assert list(dates_of(first_on, recurrence, 2000)) == slow_dates(first_on, recurrence)


@given(firsts, recurrences)
def test_at_most_so_many_are_found(first_on: date, recurrence: Recurrence) -> None:
    assert list(dates_of(first_on, recurrence, 7)) == slow_dates(first_on, recurrence)[:7]


@given(firsts, st.integers(4, 22), st.integers(1, 120))
def test_an_occurrence_is_at_the_same_wall_clock_times_all_year(first_on: date, hour: int, minutes: int) -> None:
    begins = time(hour)
    ends = (datetime.combine(date(2026, 1, 1), begins) + timedelta(minutes=minutes)).time()
    if ends <= begins:
        return
    weekly = Recurrence(until_on=first_on + timedelta(days=364))
    when = AbsenceTime(from_on=first_on, from_time=begins, to_time=ends, repeats=weekly)
    found = occurrences_of(when)
    assert len(found) == 53
    local = {(one.slot.starts_at.astimezone(ROME).time(), one.slot.ends_at.astimezone(ROME).time()) for one in found}
    assert local == {(begins, ends)}


taken = st.lists(st.tuples(st.integers(-300, 1700), st.integers(1, 600)), max_size=6)


@given(taken)
def test_what_is_held_around_visits_is_the_whole_absence_once(visits: list[tuple[int, int]]) -> None:
    midnight = datetime(2026, 12, 6, 23, tzinfo=UTC)
    slots = [
        Slot(starts_at=midnight + timedelta(minutes=begins), ends_at=midnight + timedelta(minutes=begins + length))
        for begins, length in visits
    ]
    when = AbsenceTime(from_on=date(2026, 12, 7))
    absence = Absence.ask(UUID(int=1), UUID(int=2), AbsenceKind.LEAVE, when, ACT)
    in_the_way = [Commitment(record_id=UUID(int=n), activity_id=UUID(int=n), slot=one) for n, one in enumerate(slots)]
    absence.approve(ACT, override="Urgenza", in_the_way=in_the_way)
    (fact,) = (one for one in absence.pending_events if isinstance(one, Absence.Approved))
    claims = sorted(fact.claims(), key=lambda claim: claim.slot.starts_at)
    assert claims[0].slot.starts_at == midnight
    assert claims[-1].slot.ends_at == midnight + timedelta(days=1)
    assert all(one.slot.ends_at == other.slot.starts_at for one, other in pairwise(claims))
    assert len({claim.claim_id for claim in claims}) == len(claims)
    for claim in claims:
        touched = any(claim.slot.overlaps(slot) for slot in slots)
        assert claim.exclusive is not touched
