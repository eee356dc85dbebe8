"""Until when invoices are sent: R8.8, R8.9."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.send_deadline import month_end, month_of, send_by

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def test_the_examples_of_the_law() -> None:
    """S13, S14: 09/03 → 21/03; March's goods by 15/04, with services by 12/04."""
    assert send_by(date(2026, 3, 9)) == date(2026, 3, 21)
    assert send_by(date(2026, 3, 31), date(2026, 3, 1)) == date(2026, 4, 15)
    assert send_by(date(2026, 3, 31), date(2026, 3, 1), has_services=True) == date(2026, 4, 12)
    assert send_by(date(2026, 12, 31), date(2026, 12, 1)) == date(2027, 1, 15)


@given(DAYS)
def test_a_month_holds_its_days(day: date) -> None:
    assert month_of(day) <= day <= month_end(day)
    assert (month_end(day) + timedelta(days=1)).day == month_of(day).day == 1


@given(DAYS, st.integers(0, 30), st.booleans())
def test_services_never_give_more_time_and_the_fifteenth_is_the_last(day: date, later: int, services: bool) -> None:
    issued_on = min(day + timedelta(days=later), month_end(day))
    goods, mixed = send_by(issued_on, day), send_by(issued_on, day, has_services=True)
    assert mixed <= goods
    assert (goods.day, goods > month_end(day)) == (15, True)
    assert mixed in (goods, issued_on + timedelta(days=12))
