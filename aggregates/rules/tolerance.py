"""Work beyond a quote (lavori oltre il preventivo): what was quoted, what was done, and what may be charged (R7.5).

Amounts are euro before VAT. A quote's price binds: it is owed when less work was done, and it is all that is owed when
more was done, unless the quote says that more is billed as it was done. Then more is billed up to the tolerance; beyond
that nothing is, until the customer has accepted another quote for it.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from aggregates.values import Rate, Value, cents

NOTHING = Decimal("0.00")
HUNDRED = Decimal(100)


class BeyondQuote(StrEnum):
    """What happens with work beyond a quote."""

    FIXED = "fixed"
    """The quote's price is all that is billed."""
    PERFORMED_WITHIN_TOLERANCE = "performed_within_tolerance"
    """More than was quoted is billed as it was done, up to the tolerance."""


class ToleranceTerms(Value):
    """How much more than quoted may be charged without asking again."""

    percent: Rate = Field(default=Decimal(10), ge=0, le=100, description="Of the quote's price before VAT (R7.5).")
    beyond: BeyondQuote = BeyondQuote.FIXED


class AdherenceState(StrEnum):
    """How the work done stands to the quote."""

    WITHIN_QUOTE = "within_quote"
    WITHIN_TOLERANCE = "within_tolerance"
    BEYOND = "beyond"


class Adherence(Value):
    """What was quoted and done, and what of the difference is billed; euro."""

    quoted: Rate
    performed: Rate
    limit: Rate
    """The quote's price with the tolerance."""
    extra: Rate
    """Work done beyond the price."""
    billed_extra: Rate
    """How much of it is billed on top of the price."""
    not_charged: Rate
    """How much of it needs another accepted quote."""
    state: AdherenceState

    @property
    def to_bill(self) -> Decimal:
        """All that is billed for the work."""
        return self.quoted + self.billed_extra


def adherence(quoted: Decimal, performed: Decimal, terms: ToleranceTerms) -> Adherence:
    """How performed work stands to what was quoted. Raises `ValueError` for a quote below zero."""
    if quoted < 0:
        raise ValueError("a quote is never below zero")
    limit = cents(quoted * (HUNDRED + terms.percent) / HUNDRED)
    extra = max(performed - quoted, NOTHING)
    is_open = terms.beyond is BeyondQuote.PERFORMED_WITHIN_TOLERANCE
    billed = min(extra, limit - quoted) if is_open else NOTHING
    state = AdherenceState.WITHIN_QUOTE
    if extra > 0:
        state = AdherenceState.WITHIN_TOLERANCE if performed <= limit else AdherenceState.BEYOND
    return Adherence(
        quoted=quoted,
        performed=performed,
        limit=limit,
        extra=extra,
        billed_extra=billed,
        not_charged=extra - billed,
        state=state,
    )
