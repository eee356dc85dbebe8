"""Least variable sum of metered fees (integrazione al minimo): what is missing to it, as one line (R3.6). Euro."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from aggregates.rules.copies import NOTHING, TierAmount
from aggregates.rules.meter_windows import Measured, MeterPeriod, Window
from aggregates.rules.rounding import to_cents


def completed(
    periods: Sequence[MeterPeriod],
    windows: Sequence[Window],
    minimums: Mapping[int, Decimal],
    *,
    closes: bool,
    name: str,
) -> Window:
    """What is missing to the least sum of these periods, as one line (R3.6); `windows` are what they cost."""
    wanted = to_cents(sum((Fraction(minimums.get(each.number, NOTHING)) * each.part for each in periods), Fraction(0)))
    variable = sum((each.rated for each in windows), NOTHING)
    missing = max(wanted - variable, NOTHING)
    line = TierAmount(tier=1, quantity=Decimal(1), unit_price=missing, amount=missing)
    measured = Measured(
        counter=name,
        periods=tuple(each.number for each in periods),
        is_estimated=not closes,
        consumption=variable,
        rated=missing,
    )
    return Window(periods=tuple(periods), closes=closes, lines=(line,) if missing else (), measured=measured)
