"""Stock arithmetic (giacenza, impegnato, ordinato): availability, purchase proposal, weighted average cost.

Quantities in the article's unit, costs in euro per unit with up to 8 decimals.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import Field

from aggregates.values import Rate

Quantity = Annotated[Rate, Field(gt=0, allow_inf_nan=False)]
"""Pieces, metres, litres: more than none."""
Level = Annotated[Rate, Field(ge=0, allow_inf_nan=False)]
"""A quantity or a cost that may be none."""

ZERO = Decimal(0)
FINEST = Decimal("0.00000001")


def available(on_hand: Decimal, reserved_firm: Decimal, on_order: Decimal) -> Decimal:
    """What can still be promised: on hand less firm reservations plus what is on order (R11.1).

    Soft reservations are shown beside it and do not count until an order or a confirmation makes them firm (R11.2).
    """
    return on_hand - reserved_firm + on_order


def available_now(on_hand: Decimal, reserved_firm: Decimal) -> Decimal:
    """What can leave today: on hand less firm promises, whatever is on order."""
    return on_hand - reserved_firm


def purchase_proposal(
    on_hand: Decimal, reserved_firm: Decimal, on_order: Decimal, minimum: Decimal, lot: Decimal = ZERO
) -> Decimal:
    """How much to order: what is promised plus the minimum less what is there or coming, in whole lots (R11.5)."""
    wanted = max(ZERO, reserved_firm + minimum - on_hand - on_order)
    if lot <= 0:
        return wanted
    return (wanted / lot).to_integral_value(rounding=ROUND_CEILING) * lot


def average_cost(on_hand: Decimal, cost: Decimal, received: Decimal, received_cost: Decimal) -> Decimal:
    """The weighted average cost per unit after goods came in, to 8 decimals (R11.7).

    Stock at or below zero has no weight: the cost is then that of the goods received.
    """
    weight = max(on_hand, ZERO)
    if weight + received <= 0:
        return cost
    value = weight * cost + received * received_cost
    return (value / (weight + received)).quantize(FINEST, rounding=ROUND_HALF_UP).normalize() + ZERO
