"""What a vehicle's kilometres cost (costo chilometrico), and how many it drove by its odometer.

Kilometres and rates are exact decimals; an amount is rounded once, at the end (R0.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from aggregates.values import cents

ZERO = Decimal(0)


def rate_on(rates: Mapping[date, Decimal], day: date) -> Decimal | None:
    """The euro per kilometre in force on a day; None before the first."""
    begun = [from_on for from_on in rates if from_on <= day]
    return rates[max(begun)] if begun else None


def kilometre_cost(driven: Iterable[tuple[date, Decimal]], rates: Mapping[date, Decimal]) -> Decimal:
    """Euro for kilometres driven on days, each at the rate of its day (R12.3); days before the first rate are free."""
    return cents(sum((km * (rate_on(rates, day) or ZERO) for day, km in driven), ZERO))


def odometer_kilometres(readings: Sequence[tuple[date, int]], first_on: date, last_on: date) -> int:
    """Kilometres between the last reading before a period and the last one in it.

    Readings are in the order of their days. Without one before the period, those of it count from its first. The
    kilometres of periods that follow one another sum to those of the whole.
    """
    until = [km for day, km in readings if day <= last_on]
    before = [km for day, km in readings if day < first_on]
    if not until:
        return 0
    return until[-1] - (before[-1] if before else until[0])
