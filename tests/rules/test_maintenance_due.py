"""Which services of a machine should exist, against a simulation that looks at every day (MNT-1, #12, #13, #20)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from aggregates.maintenance_terms import CatchUp, MaintenanceScope, PlanTerms
from aggregates.rules.maintenance import (
    Interval,
    IntervalCounting,
    IntervalUnit,
    MeterTrigger,
    Read,
    Season,
    StatusTrigger,
)
from aggregates.rules.maintenance_due import (
    Due,
    Occurrence,
    OccurrenceState,
    Stage,
    Watched,
    expected,
    forecast,
    ready,
)
from aggregates.rules.maintenance_groups import Visit, visits
from aggregates.rules.spans import ENDLESS, Span, holding
from tests.rules.test_maintenance import every_day, intervals, is_on_grid, seasons

DAY = timedelta(days=1)
BEGIN = date(2026, 1, 1)
SCOPE = MaintenanceScope(product_type="copier")
State = OccurrenceState


def terms(**fields: object) -> PlanTerms:
    return PlanTerms.model_validate({"scope": SCOPE, "horizon_days": 0, **fields})


def watched(the_terms: PlanTerms, *spans: Span, **fields: object) -> Watched:
    stage = Stage(the_terms, spans or (Span(BEGIN, ENDLESS),))
    return Watched(installed_on=BEGIN, stages=(stage,), **fields)  # type: ignore[arg-type] # only in tests


def recorded(due: Due, state: State, ended_on: date | None = None) -> Occurrence:
    told = due._asdict()
    told.pop("terms")
    return Occurrence(**{**told, "attempt": due.attempt + 1}, state=state, ended_on=ended_on)


def duty(seen: Watched, ticks: list[date]) -> dict[str, Occurrence]:
    """What the duty has recorded after running on some days."""
    course: dict[str, Occurrence] = {}
    for today in ticks:
        made, missed = ready(seen, course, today)
        for due in made:
            assert due.key not in course
            course[due.key] = recorded(due, State.PLANNED)
        for due in missed:
            course[due.key] = recorded(due, State.SKIPPED, due.due_on)
    return course


ticking = st.lists(st.integers(0, 900), max_size=25).map(sorted)
span_lists = st.lists(st.tuples(st.integers(0, 700), st.integers(0, 300)), min_size=1, max_size=3).map(
    lambda found: _disjoint([Span(BEGIN + a * DAY, BEGIN + (a + n) * DAY) for a, n in sorted(found)])
)


def _disjoint(found: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in found:
        if not kept or span.first > kept[-1].last:
            kept.append(span)
    return kept


@given(intervals, st.one_of(st.none(), seasons), span_lists, ticking, st.integers(0, 60))
def test_what_is_made_does_not_depend_on_when_the_duty_ran(
    interval: Interval, season: Season | None, spans: list[Span], ticks: list[int], horizon: int
) -> None:
    seen = watched(terms(interval=interval, season=season, horizon_days=horizon, catch_up=CatchUp.ALL), *spans)
    last = BEGIN + 900 * DAY
    made = duty(seen, [BEGIN + n * DAY for n in ticks] + [last])
    slow: dict[date, date] = {}
    for day in every_day(BEGIN, last + horizon * DAY):
        if is_on_grid(interval, BEGIN, day) and holding(spans, day):
            due_on = day
            while season is not None and not season.holds(due_on):
                due_on += DAY
            if holding(spans, due_on) and due_on <= last + horizon * DAY:
                slow[due_on] = day  # of those that a season moves to one day, the last
    assert sorted((one.due_on, one.nominal_on) for one in made.values()) == sorted(slow.items())


@given(intervals, ticking)
def test_of_missed_dates_only_the_newest_is_made_and_none_is_lost(interval: Interval, ticks: list[int]) -> None:
    seen = watched(terms(interval=interval))
    days = [BEGIN + n * DAY for n in ticks]
    for n in range(len(days)):
        course = duty(seen, days[: n + 1])
        due = [day for day in every_day(BEGIN, days[n]) if is_on_grid(interval, BEGIN, day)]
        assert sorted(one.due_on for one in course.values()) == due
        assert not due or course[f"interval/{due[-1]}"].state is State.PLANNED


def test_after_months_of_sleep_one_call_is_made_and_the_others_are_noted() -> None:
    seen = watched(terms(interval={"every": 1}))
    course = duty(seen, [date(2026, 5, 10)])
    assert {key: one.state.value for key, one in course.items()} == {
        "interval/2026-02-01": "skipped",
        "interval/2026-03-01": "skipped",
        "interval/2026-04-01": "skipped",
        "interval/2026-05-01": "planned",
    }


def test_from_completion_each_waits_for_the_one_before() -> None:
    seen = watched(terms(interval={"every": 3, "counting": "from_completion"}))
    (first,) = expected(seen, {}, date(2027, 12, 31))
    assert (first.key, first.due_on) == ("service/1", date(2026, 4, 1))
    done = {"service/1": recorded(first, State.DONE, date(2026, 4, 20))}
    (second,) = expected(seen, done, date(2027, 12, 31))
    assert (second.key, second.due_on) == ("service/2", date(2026, 7, 20))
    assert expected(seen, {"service/1": recorded(first, State.PLANNED)}, date(2027, 12, 31)) == []


def test_whichever_comes_first_the_other_counts_from_it() -> None:
    both = terms(interval={"every": 6, "counting": "from_completion"}, meters=[{"meter": "bw", "every": 1000}])
    meters = {"bw": [Read(BEGIN, 0), Read(date(2026, 3, 1), 1200)]}
    seen = watched(both, meters=meters)
    (due,) = expected(seen, {}, date(2026, 12, 31))
    assert (due.key, due.rule, due.due_on) == ("service/1", "meter/bw", date(2026, 3, 1))
    done = {"service/1": recorded(due, State.DONE, date(2026, 3, 5))}
    quiet = watched(both, meters={"bw": [Read(BEGIN, 0), Read(date(2026, 3, 1), 1200), Read(date(2026, 9, 1), 1300)]})
    (later,) = expected(quiet, done, date(2026, 12, 31))
    assert (later.key, later.rule, later.due_on) == ("service/2", "interval", date(2026, 9, 5))


counted = st.lists(st.integers(0, 400), min_size=2, max_size=40)


@given(counted, st.integers(50, 1500), st.booleans())
def test_a_threshold_fires_once_however_often_it_is_read(steps: list[int], every: int, is_done: bool) -> None:
    """A reading each day; what is made is done on the same day, or stays open for ever (#20)."""
    trigger = terms(meters=[MeterTrigger(meter="bw", every=every)])
    course: dict[str, Occurrence] = {}
    readings: list[Read] = []
    total = base = fired = 0
    for n, step in enumerate(steps):
        total += step if n else 0
        today = BEGIN + n * DAY
        readings.append(Read(today, total))
        made, _ = ready(watched(trigger, meters={"bw": list(readings)}), course, today)
        if total - base >= every and (is_done or not fired):
            fired, base = fired + 1, total
            assert [due.key for due in made] == [f"service/{fired}"]
            done = recorded(made[0], State.DONE if is_done else State.PLANNED, today if is_done else None)
            course[made[0].key] = done
        else:
            assert made == []


def test_a_forecast_makes_the_call_ahead_of_the_threshold() -> None:
    seen = watched(
        terms(meters=[{"meter": "bw", "every": 1000}], horizon_days=14),
        meters={"bw": [Read(BEGIN, 0), Read(date(2026, 1, 11), 100), Read(date(2026, 1, 31), 300)]},
    )
    # 10 a day: 1,000 on 11 April
    assert ready(seen, {}, date(2026, 3, 27))[0] == []
    assert [due.due_on for due in ready(seen, {}, date(2026, 3, 28))[0]] == [date(2026, 4, 11)]


def test_a_corrected_reading_does_not_fire_again() -> None:
    trigger = terms(meters=[{"meter": "bw", "every": 1000}])
    high = watched(trigger, meters={"bw": [Read(BEGIN, 0), Read(BEGIN + DAY, 1200)]})
    (due,) = expected(high, {}, BEGIN + DAY)
    course = {due.key: recorded(due, State.PLANNED)}
    for value in (900, 1100, 1500):
        changed = watched(trigger, meters={"bw": [Read(BEGIN, 0), Read(BEGIN + DAY, value)]})
        assert expected(changed, course, BEGIN + 9 * DAY) == []


def test_each_entry_into_a_status_is_one_service() -> None:
    seen = watched(
        terms(statuses=[StatusTrigger(status="to-check", after_days=3)]),
        statuses=(
            (BEGIN, "ok"),
            (date(2026, 2, 1), "to-check"),
            (date(2026, 2, 5), "to-check"),
            (date(2026, 3, 1), "ok"),
            (date(2026, 4, 1), "to-check"),
        ),
    )
    assert [due.key for due in expected(seen, {}, date(2026, 12, 31))] == [
        "status/to-check/2026-02-01",
        "status/to-check/2026-04-01",
    ]
    assert [due.due_on for due in expected(seen, {}, date(2026, 12, 31))] == [date(2026, 2, 4), date(2026, 4, 4)]


def test_postponing_one_leaves_the_others_where_they_were() -> None:
    seen = watched(terms(interval={"every": 1}))
    before = expected(seen, {}, date(2026, 6, 30))
    moved = recorded(before[1], State.DUE).model_copy(update={"due_on": date(2026, 3, 20)})
    after = expected(seen, {moved.key: moved}, date(2026, 6, 30))
    assert [due.due_on for due in after] == [
        date(2026, 2, 1),
        date(2026, 3, 20),
        date(2026, 4, 1),
        date(2026, 5, 1),
        date(2026, 6, 1),
    ]


def test_a_service_for_another_reason_stands_in_for_a_near_date() -> None:
    stands = terms(interval={"every": 6, "stand_in_days": 30}, meters=[{"meter": "bw", "every": 1000}])
    due = Due("service/1", "meter/bw", date(2026, 6, 10), date(2026, 6, 10), stands, 0)
    done = {"service/1": recorded(due, State.DONE, date(2026, 6, 12))}
    assert [each.due_on for each in expected(watched(stands), done, date(2027, 1, 1))] == [date(2027, 1, 1)]
    early = {"service/1": recorded(due, State.DONE, date(2026, 5, 31))}
    assert [each.due_on for each in expected(watched(stands), early, date(2026, 12, 1))] == [date(2026, 7, 1)]


@given(intervals, st.integers(0, 400), st.integers(0, 400))
def test_a_longer_forecast_begins_as_a_shorter_one(interval: Interval, length: int, more: int) -> None:
    for counting in IntervalCounting:
        seen = watched(terms(interval=interval.model_copy(update={"counting": counting})))
        short, long = (forecast(seen, {}, BEGIN + n * DAY) for n in (length, length + more))
        assert [due.key for due in long][: len(short)] == [due.key for due in short]
        assert [due.due_on for due in long] == sorted({due.due_on for due in long})
        if counting is IntervalCounting.FIXED or interval.unit in (IntervalUnit.DAYS, IntervalUnit.WEEKS):
            until = BEGIN + (length + more) * DAY
            assert [due.due_on for due in long] == [day for _, day in interval.grid(BEGIN, BEGIN, until)]


def test_a_forecast_of_a_meter_goes_on_at_its_trend() -> None:
    seen = watched(
        terms(meters=[{"meter": "bw", "every": 1000}]),
        meters={"bw": [Read(BEGIN, 0), Read(date(2026, 1, 11), 100)]},
    )
    assert [due.due_on for due in forecast(seen, {}, date(2026, 12, 31))] == [
        date(2026, 4, 11),
        date(2026, 7, 20),
        date(2026, 10, 28),
    ]


PLAN = UUID(int=99)
machines = [UUID(int=n) for n in range(1, 5)]
found = st.lists(st.tuples(st.sampled_from(machines), st.integers(0, 60)), max_size=20, unique=True)


@given(found, st.one_of(st.none(), st.integers(0, 20)))
def test_visits_hold_every_service_once_and_span_no_more_than_their_days(
    services: list[tuple[UUID, int]], days: int | None
) -> None:
    the_terms = terms(interval={"every": 1}, group_days=days)
    given_visits = [
        Visit(key, Due(f"k/{n}", "interval", BEGIN, BEGIN + n * DAY, the_terms, 0), PLAN) for key, n in services
    ]
    groups = visits(given_visits, lambda visit: visit.serial_item_id.int % 2)
    assert sorted((str(v.serial_item_id), v.due.key) for g in groups for v in g) == sorted(
        (str(v.serial_item_id), v.due.key) for v in given_visits
    )
    for group in groups:
        assert len({visit.serial_item_id.int % 2 for visit in group}) == 1
        assert group[-1].due.due_on - group[0].due.due_on <= timedelta(days=days or 0)
        assert days is not None or len(group) == 1
