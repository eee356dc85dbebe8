"""Line totals (totali di riga): price, discounts, quantity, price multiplier (R9.2, R11.8)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from aggregates.rules.rounding import to_cents


def line_total(
    unit_price: Decimal, quantity: Decimal, discounts: Sequence[Decimal] = (), per: Decimal = Decimal(1)
) -> Decimal:
    """`(price less discounts) × quantity ÷ per`, rounded once; euro.

    Discounts are percentages applied one after the other, a negative one is a surcharge; `per` is how many pieces the
    price is for (100 for a price per hundred). Raises `ValueError` for a negative quantity: give a negative price
    instead (R9.2), or for a multiplier that is not positive.
    """
    if quantity < 0:
        raise ValueError("a quantity is never negative: use a negative price")
    if per <= 0:
        raise ValueError("a price multiplier is greater than zero")
    price = Fraction(unit_price)
    for percent in discounts:
        price *= 1 - Fraction(percent) / 100
    return to_cents(price * Fraction(quantity) / Fraction(per))
