"""Work beyond a quote: the price binds, the tolerance caps what more is billed (R7.5)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.tolerance import AdherenceState, BeyondQuote, ToleranceTerms, adherence

amounts = st.decimals(0, 99999, places=2)
TEN = ToleranceTerms(beyond=BeyondQuote.PERFORMED_WITHIN_TOLERANCE)


@pytest.mark.parametrize(
    ("performed", "state", "fixed", "open_"),
    [
        ("290.00", AdherenceState.WITHIN_QUOTE, "335.33", "335.33"),
        ("335.33", AdherenceState.WITHIN_QUOTE, "335.33", "335.33"),
        ("335.34", AdherenceState.WITHIN_TOLERANCE, "335.33", "335.34"),
        ("368.86", AdherenceState.WITHIN_TOLERANCE, "335.33", "368.86"),
        ("368.87", AdherenceState.BEYOND, "335.33", "368.86"),
    ],
)
def test_the_price_binds_up_to_the_tolerance(performed: str, state: AdherenceState, fixed: str, open_: str) -> None:
    """335.33 with 10 % is 368.863, to the cent 368.86."""
    done = adherence(Decimal("335.33"), Decimal(performed), ToleranceTerms())
    assert (done.state, str(done.to_bill)) == (state, fixed)
    more = adherence(Decimal("335.33"), Decimal(performed), TEN)
    assert (more.state, str(more.to_bill)) == (state, open_)


def test_a_quote_below_zero_is_no_quote() -> None:
    with pytest.raises(ValueError, match="below zero"):
        adherence(Decimal(-1), Decimal(0), TEN)


@given(amounts, amounts, st.decimals(0, 100, places=1), st.sampled_from(BeyondQuote))
def test_what_is_billed_against_a_slow_count(
    quoted: Decimal, performed: Decimal, percent: Decimal, beyond: BeyondQuote
) -> None:
    done = adherence(quoted, performed, ToleranceTerms(percent=percent, beyond=beyond))
    most = Fraction(quoted) * (100 + Fraction(percent)) / 100
    assert abs(Fraction(done.limit) - most) <= Fraction(1, 200)
    assert done.extra == max(performed - quoted, Decimal(0))
    assert done.extra == done.billed_extra + done.not_charged
    assert quoted <= done.to_bill <= done.limit
    assert (done.state is AdherenceState.BEYOND) == (performed > done.limit)
    if beyond is BeyondQuote.FIXED:
        assert done.to_bill == quoted
    else:
        assert done.to_bill == min(max(quoted, performed), done.limit)
