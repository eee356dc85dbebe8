"""Late interest: rate by half-year, days counted apart, rounded once; what is paid in time costs nothing (R1.11)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.late_interest import (
    PUBLISHED,
    LateInterestTerms,
    LatePart,
    RateUnknown,
    ReferenceRate,
    half_year,
    late_interest,
)

TERMS = LateInterestTerms()
days = st.dates(date(2016, 1, 2), date(2027, 12, 31))
amounts = st.decimals(Decimal("0.01"), Decimal(100000), places=2)


def late(amount: str, due: str, until: str) -> LatePart:
    return LatePart(due_on=date.fromisoformat(due), until_on=date.fromisoformat(until), amount=Decimal(amount))


def test_s06() -> None:
    claim = late_interest([late("439.20", "2026-02-28", "2026-04-10")], TERMS)
    assert (claim.amount, claim.days) == (Decimal("5.01"), 41)
    assert [(span.days, span.percent) for span in claim.spans] == [(41, Decimal("10.15"))]
    assert not claim.is_provisional


def test_days_of_two_half_years_take_two_rates() -> None:
    claim = late_interest([late("1000.00", "2024-12-20", "2025-01-31")], TERMS)
    assert [(span.days, span.percent) for span in claim.spans] == [(11, Decimal("12.25")), (31, Decimal("11.15"))]
    exact = Fraction(1000) * (Fraction(11) * Fraction("12.25") + Fraction(31) * Fraction("11.15")) / 36500
    assert claim.amount == Decimal(str(round(float(exact), 2)))


def test_a_half_year_without_a_rate_keeps_the_one_before_and_says_so() -> None:
    claim = late_interest([late("1000.00", "2026-06-20", "2026-07-10")], TERMS)
    assert [(str(span.from_on), span.days, span.is_published) for span in claim.spans] == [
        ("2026-06-21", 10, True),
        ("2026-07-01", 10, False),
    ]
    assert claim.is_provisional


def test_what_is_paid_by_the_due_date_bears_nothing() -> None:
    assert late_interest([late("100.00", "2026-03-31", "2026-03-31")], TERMS).amount == 0
    assert late_interest([late("100.00", "2026-03-31", "2026-03-30")], TERMS).spans == ()


def test_parts_paid_at_different_times_are_rounded_together() -> None:
    parts = [late("100.00", "2026-02-28", "2026-03-01")] * 3
    assert late_interest(parts[:1], TERMS).amount == Decimal("0.03")
    assert late_interest(parts, TERMS).amount == Decimal("0.08"), "2.78 cents each: 8.34 together, not 9"


def test_before_the_table_begins_nothing_is_invented() -> None:
    with pytest.raises(RateUnknown):
        late_interest([late("100.00", "2015-06-01", "2015-07-01")], TERMS)


def test_the_table_has_every_half_year_once() -> None:
    assert [row.from_on for row in PUBLISHED] == sorted({half_year(row.from_on) for row in PUBLISHED})


@given(amounts, days, st.integers(1, 900))
def test_the_spans_tile_the_late_days(amount: Decimal, due: date, count: int) -> None:
    until = due + timedelta(days=count)
    claim = late_interest([LatePart(due_on=due, until_on=until, amount=amount)], TERMS)
    assert claim.spans[0].from_on == due + timedelta(days=1)
    assert claim.spans[-1].to_on == until
    for one, other in zip(claim.spans, claim.spans[1:], strict=False):
        assert other.from_on == one.to_on + timedelta(days=1)
    assert all(half_year(span.from_on) == half_year(span.to_on) for span in claim.spans)
    assert claim.days == count == sum(span.days for span in claim.spans)


@given(amounts, amounts, days, st.integers(1, 400))
def test_one_rate_makes_interest_that_sums(one: Decimal, other: Decimal, due: date, count: int) -> None:
    """Two amounts late together bear what their sum bears: nothing is rounded between."""
    terms = LateInterestTerms(rates=(ReferenceRate(from_on=date(2000, 1, 1), percent=Decimal("3.15")),))
    until = due + timedelta(days=count)
    apart = [LatePart(due_on=due, until_on=until, amount=each) for each in (one, other)]
    together = [LatePart(due_on=due, until_on=until, amount=one + other)]
    assert late_interest(apart, terms).amount == late_interest(together, terms).amount
    exact = Fraction(one + other) * Fraction("11.15") * count / 36500
    assert abs(Fraction(late_interest(together, terms).amount) - exact) <= Fraction(1, 200)


@given(amounts, days, st.integers(1, 300), st.integers(1, 300))
def test_claims_one_after_the_other_are_the_whole(amount: Decimal, due: date, first: int, second: int) -> None:
    middle, end = due + timedelta(days=first), due + timedelta(days=first + second)
    whole = late_interest([LatePart(due_on=due, until_on=end, amount=amount)], TERMS)
    apart = [
        late_interest([LatePart(due_on=a, until_on=b, amount=amount)], TERMS) for a, b in ((due, middle), (middle, end))
    ]
    assert abs(sum(each.amount for each in apart) - whole.amount) <= Decimal("0.01")
    assert sum(each.days for each in apart) == whole.days
