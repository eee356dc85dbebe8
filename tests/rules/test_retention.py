"""For how long personal data are kept: never shorter than the law says, never longer than anything asks (R10.4)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.rules.retention import STRONGEST, RetentionTerms, answer_by, kept_until, strongest
from aggregates.values import Keep

DAYS = st.dates(date(2010, 1, 1), date(2060, 12, 31))
TERMS = st.builds(
    RetentionTerms,
    fiscal_years=st.integers(10, 30),
    service_months=st.integers(0, 120),
    access_months=st.integers(6, 12),
)


@pytest.mark.parametrize(
    ("keep", "last_on", "warranty", "until"),
    [
        (Keep.FISCAL, "2026-03-31", None, "2036-04-01"),
        (Keep.FISCAL, "2024-02-29", None, "2034-03-01"),
        (Keep.SERVICE, "2026-03-31", None, "2028-04-01"),
        (Keep.SERVICE, "2026-03-31", "2027-08-31", "2029-09-01"),
        (Keep.SERVICE, "2026-03-31", "2020-01-01", "2028-04-01"),
        (Keep.ACCESS, "2026-03-31", None, "2027-04-01"),
        (Keep.OPERATIONAL, "2026-03-31", "2040-01-01", "2026-11-30"),
        (Keep.FISCAL, "2010-01-01", None, "2026-11-30"),
    ],
)
def test_the_day_from_which_it_may_not_be_kept(keep: Keep, last_on: str, warranty: str | None, until: str) -> None:
    asked_on = date(2026, 11, 30)
    warranty_on = date.fromisoformat(warranty) if warranty else None
    found = kept_until(
        keep, date.fromisoformat(last_on), RetentionTerms(), asked_on=asked_on, warranty_until_on=warranty_on
    )
    assert found == date.fromisoformat(until)


@settings(max_examples=50)
@given(st.sampled_from(list(Keep)), DAYS, DAYS, TERMS, st.none() | DAYS)
def test_nothing_goes_before_its_time_or_before_it_is_asked_for(
    keep: Keep, last_on: date, asked_on: date, terms: RetentionTerms, warranty: date | None
) -> None:
    until = kept_until(keep, last_on, terms, asked_on=asked_on, warranty_until_on=warranty)
    assert until >= asked_on
    if keep is Keep.FISCAL:
        assert until > last_on + relativedelta(years=10)
    if keep is Keep.OPERATIONAL:
        assert until == asked_on
    later = kept_until(keep, last_on + timedelta(days=1), terms, asked_on=asked_on, warranty_until_on=warranty)
    assert later >= until


@settings(max_examples=30)
@given(st.sets(st.sampled_from(list(Keep)), min_size=1))
def test_the_strongest_reason_keeps(reasons: set[Keep]) -> None:
    found = strongest(reasons)
    assert found in reasons
    assert all(STRONGEST.index(found) <= STRONGEST.index(other) for other in reasons)


@pytest.mark.parametrize(("asked", "answer"), [("2026-01-31", "2026-02-28"), ("2026-11-30", "2026-12-30")])
def test_the_answer_is_due_in_a_month(asked: str, answer: str) -> None:
    assert answer_by(date.fromisoformat(asked)) == date.fromisoformat(answer)
