"""Exact splitting of amounts (arrotondamenti): over time and over lines, always summing to the whole (R0.1, R0.3).

Amounts are euro as `Decimal` with at most two decimals. Quotients are kept as fractions until the one final rounding,
so no intermediate factor is ever rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

from aggregates.values import cents

Weight = int | Decimal | Fraction
"""How much of the whole a part stands for: days, months, a line's amount."""


def to_cents(value: Fraction) -> Decimal:
    """The fraction rounded once to two decimals, half away from zero (R0.1)."""
    return ratio_to_cents(value.numerator, value.denominator)


def ratio_to_cents(up: int, down: int) -> Decimal:
    """`up ÷ down` rounded once to two decimals, half away from zero; `down` is positive (R0.1).

    Integers by hand: billing rounds by the hundred thousand, and fractions reduce themselves at every step.
    """
    hundredths = (200 * abs(up) + down) // (2 * down)
    return Decimal(hundredths if up >= 0 else -hundredths).scaleb(-2)


def share(total: Decimal, part: Weight, whole: Weight) -> Decimal:
    """`total × part ÷ whole`, rounded once to two decimals (R0.1).

    Raises `ValueError` when `whole` is not positive.
    """
    if whole <= 0:
        raise ValueError("a share needs a whole greater than zero")
    total_up, total_down = total.as_integer_ratio()
    part_up, part_down = part.as_integer_ratio()
    whole_up, whole_down = whole.as_integer_ratio()
    return ratio_to_cents(total_up * part_up * whole_down, total_down * part_down * whole_up)


def split_over_time(total: Decimal, weights: Sequence[Weight]) -> tuple[Decimal, ...]:
    """The amount split over successive periods by cumulative rounding (R0.3).

    Share k is `round(total·W_k/W) − round(total·W_{k−1}/W)`, where `W_k` sums the first k weights.
    Raises `ValueError` for no weights, a negative weight, weights that sum to zero or a total finer than the cent.
    """
    exact = _exact(total, weights)
    whole = sum(exact, Fraction())
    reached = [share(total, part, whole) for part in accumulate(exact)]
    return tuple(now - before for before, now in zip([Decimal("0.00"), *reached], reached, strict=False))


def split_over_lines(total: Decimal, weights: Sequence[Weight]) -> tuple[Decimal, ...]:
    """The amount split over lines by largest remainder, ties to the earlier line (R0.3).

    Raises `ValueError` as `split_over_time` does.
    """
    exact = _exact(total, weights)
    whole = sum(exact, Fraction())
    parts = [abs(Fraction(total)) * 100 * weight / whole for weight in exact]
    hundredths = [int(part) for part in parts]
    missing = int(abs(total) * 100) - sum(hundredths)
    by_remainder = sorted(range(len(parts)), key=lambda line: (hundredths[line] - parts[line], line))
    for line in by_remainder[:missing]:
        hundredths[line] += 1
    sign = 1 if total >= 0 else -1
    return tuple(Decimal(sign * part).scaleb(-2) for part in hundredths)


def _exact(total: Decimal, weights: Sequence[Weight]) -> list[Fraction]:
    if cents(total) != total:
        raise ValueError(f"{total} has more than two decimals")
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight cannot be negative")
    exact = [Fraction(weight) for weight in weights]
    if not any(exact):
        raise ValueError("the weights must sum to more than zero")
    return exact
