"""Day counts: months of thirty days, calendar months (R1.16, R1.18)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.day_count import calendar_months, days_of_thirty
from aggregates.values import Period


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "days"),
    [
        ("2026-09-16", "2026-12-31", 105),
        ("2026-02-01", "2026-02-28", 30),
        ("2028-02-01", "2028-02-29", 30),
        ("2026-01-01", "2026-01-30", 29),
        ("2026-01-01", "2026-01-31", 30),
        ("2026-01-31", "2026-01-31", 1),
        ("2026-08-31", "2026-12-31", 121),
        ("2025-09-16", "2026-09-15", 360),
    ],
)
def test_days_when_every_month_has_thirty(starts_on: str, ends_on: str, days: int) -> None:
    assert days_of_thirty(Period(starts_on=date.fromisoformat(starts_on), ends_on=date.fromisoformat(ends_on))) == days


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 800), st.integers(1, 800))
def test_adjoining_periods_count_as_much_as_together(start: date, first: int, second: int) -> None:
    change = start + timedelta(days=first)
    end = change + timedelta(days=second)
    one = Period(starts_on=start, ends_on=change)
    other = Period(starts_on=change + timedelta(days=1), ends_on=end)
    both = Period(starts_on=start, ends_on=end)
    assert days_of_thirty(one) + days_of_thirty(other) == days_of_thirty(both)
    assert calendar_months(one) + calendar_months(other) == calendar_months(both)
    assert 0 <= days_of_thirty(one) <= one.days + 2 * (first // 28 + 1)
