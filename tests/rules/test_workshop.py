"""The order of the bench and the alarms of the workshop, against slow obvious ones (WKS-1)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.priority import Level
from aggregates.rules.workshop import AlertDue, WorkshopAlert, WorkshopTerms, alerts_due, bench_order

DAYS = st.dates(date(2026, 9, 1), date(2026, 12, 31))
MOMENTS = st.integers(0, 5).map(lambda n: datetime(2026, 9, 1, 8 + n, tzinfo=UTC))
JOBS = st.tuples(st.none() | DAYS, st.sampled_from(Level), MOMENTS)
TERMS = st.builds(
    WorkshopTerms, risk_days=st.integers(0, 5), uncollected_days=st.lists(st.integers(1, 90), max_size=4).map(tuple)
)


@given(st.lists(JOBS, min_size=2, max_size=6))
def test_promises_first_then_priority_then_arrival(jobs: list[tuple[date | None, Level, datetime]]) -> None:
    queue = sorted(jobs, key=lambda j: bench_order(*j))
    for (day, level, came), (next_day, next_level, next_came) in pairwise(queue):
        if day != next_day:
            assert next_day is None or (day is not None and day < next_day)
        elif level != next_level:
            assert list(Level).index(level) < list(Level).index(next_level)
        else:
            assert came <= next_came


@given(st.none() | DAYS, st.none() | DAYS, DAYS, TERMS)
def test_alarms(promised_on: date | None, ready_on: date | None, on: date, terms: WorkshopTerms) -> None:
    due = alerts_due(promised_on, ready_on, on, terms)
    if ready_on is not None:
        passed = [n for n in terms.uncollected_days if on >= ready_on + timedelta(days=n)]
        assert due == [AlertDue(WorkshopAlert.UNCOLLECTED, n) for n in sorted(passed)[-1:]]
    elif promised_on is not None and on + timedelta(days=terms.risk_days) >= promised_on:
        assert due == [AlertDue(WorkshopAlert.PROMISE_AT_RISK, 0)]
    else:
        assert due == []
