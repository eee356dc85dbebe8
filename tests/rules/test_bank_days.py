"""Days on which banks settle: weekends, the euro system's closed days, and for RiBa national holidays (R0.6)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.bank_days import bank_day
from aggregates.rules.public_holidays import national_holidays


@pytest.mark.parametrize(
    ("day", "debit", "riba"),
    [
        ("2026-02-27", "2026-02-27", "2026-02-27"),
        ("2026-02-28", "2026-03-02", "2026-03-02"),  # a Saturday, the month's last day
        ("2026-04-03", "2026-04-07", "2026-04-07"),  # Good Friday, then the weekend and Easter Monday
        ("2026-04-25", "2026-04-27", "2026-04-27"),
        ("2026-06-02", "2026-06-02", "2026-06-03"),  # banks of the euro work, Italy's do not
        ("2026-12-25", "2026-12-28", "2026-12-28"),
        ("2027-01-01", "2027-01-04", "2027-01-04"),
        ("2027-05-01", "2027-05-03", "2027-05-03"),
        ("2025-12-24", "2025-12-24", "2025-12-24"),
    ],
)
def test_a_collection_goes_to_the_next_day_on_which_its_bank_settles(day: str, debit: str, riba: str) -> None:
    asked = date.fromisoformat(day)
    assert str(bank_day(asked, in_italy=False)) == debit
    assert str(bank_day(asked, in_italy=True)) == riba


@given(st.dates(date(2002, 1, 1), date(2060, 12, 31)), st.booleans())
def test_it_is_never_earlier_never_far_and_stays_where_it_is(day: date, in_italy: bool) -> None:
    found = bank_day(day, in_italy=in_italy)
    assert day <= found <= day + timedelta(days=6)
    assert found.weekday() < 5
    assert bank_day(found, in_italy=in_italy) == found
    assert not in_italy or found not in national_holidays("IT", found.year)
