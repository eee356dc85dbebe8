"""Prices of copies (costo copia): what an excess over the included volume costs, by tiers (R3.5).

Volumes are counts, weighted where a click counts more than once; prices are euro each with up to 8 decimals; every tier
line is rounded once, half away from zero (R0.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from aggregates.values import Rate, Value, cents

UnitPrice = Annotated[Rate, Field(ge=0, decimal_places=8)]
WHOLE = Fraction(1)
NOTHING = Decimal("0.00")


class Tiering(StrEnum):
    """How tiers are read: each slice at its own price, or the whole excess at the price it reaches."""

    GRADUATED = "graduated"
    VOLUME = "volume"


class Tier(Value):
    """A price up to a volume of excess in one meter period (scaglione); the last tier has no bound."""

    up_to: int | None = Field(default=None, gt=0, description="Excess it reaches to; left out, without bound.")
    unit_price: UnitPrice = Field(examples=["0.0085"])


class TierAmount(Value):
    """What one tier costs: `tier` counts from 1, the amount is euro."""

    tier: int
    quantity: Rate
    unit_price: Rate
    amount: Rate


def priced(
    excess: Decimal, tiers: Sequence[Tier], tiering: Tiering = Tiering.GRADUATED, scale: Fraction = WHOLE
) -> tuple[TierAmount, ...]:
    """The excess priced tier by tier (R3.5); tiers that cost nothing are left out.

    `scale` is how many meter periods the excess is of: the bounds of the tiers, which are for one, grow with it.
    """
    if excess <= 0:
        return ()
    if tiering is Tiering.VOLUME:
        reached = next(n for n, tier in enumerate(tiers) if tier.up_to is None or excess <= scaled(tier.up_to, scale))
        slices = [(reached, excess)]
    else:
        slices = _graduated(excess, tiers, scale)
    found = (_amount(n, quantity, tiers[n].unit_price) for n, quantity in slices)
    return tuple(each for each in found if each.amount)


def total(amounts: Sequence[TierAmount]) -> Decimal:
    """The sum of tier lines, euro."""
    return sum((each.amount for each in amounts), NOTHING)


def scaled(volume: int, scale: Fraction) -> int:
    """A volume of one meter period for so many of them: whole counts, half up."""
    product = volume * scale
    return (2 * product.numerator + product.denominator) // (2 * product.denominator)


def are_complete(tiers: Sequence[Tier]) -> bool:
    """Whether the bounds rise and the last tier has none."""
    bounds = [tier.up_to for tier in tiers]
    inner = [bound for bound in bounds[:-1] if bound is not None]
    return bool(tiers) and bounds[-1] is None and len(inner) == len(bounds) - 1 and inner == sorted(set(inner))


def _graduated(excess: Decimal, tiers: Sequence[Tier], scale: Fraction) -> list[tuple[int, Decimal]]:
    found, below = [], Decimal(0)
    for n, tier in enumerate(tiers):
        upper = excess if tier.up_to is None else min(excess, Decimal(scaled(tier.up_to, scale)))
        if upper > below:
            found.append((n, upper - below))
            below = upper
    return found


def _amount(n: int, quantity: Decimal, unit_price: Decimal) -> TierAmount:
    return TierAmount(tier=n + 1, quantity=quantity, unit_price=unit_price, amount=cents(quantity * unit_price))
