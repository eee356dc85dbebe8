"""Line totals (totali di riga): price, discounts, quantity, price multiplier (R9.2, R11.8)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from aggregates.rules.rounding import ratio_to_cents


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
    price_up, price_down = unit_price.as_integer_ratio()
    quantity_up, quantity_down = quantity.as_integer_ratio()
    per_up, per_down = per.as_integer_ratio()
    up, down = price_up * quantity_up * per_down, price_down * quantity_down * per_up
    for percent in discounts:
        left_up, left_down = (100 - percent).as_integer_ratio()
        up, down = up * left_up, down * left_down * 100
    return ratio_to_cents(up, down)
