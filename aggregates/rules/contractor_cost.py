"""What a contractor's work costs (compenso del terzista): by the hour, flat for a visit, by the kilometre (REP-2).

Amounts are euro; each part is rounded once to two decimals (R0.1), and the parts sum to the whole.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from pydantic import Field

from aggregates.rules.rounding import to_cents
from aggregates.values import Rate, Value

ZERO = Decimal(0)


class ContractorTerms(Value):
    """What was agreed for a visit; what is left at 0 is not paid."""

    hourly: Rate = Field(default=ZERO, ge=0, description="Euro for an hour of work.", examples=["32.00"])
    per_visit: Rate = Field(default=ZERO, ge=0, description="Euro for coming.", examples=["25.00"])
    per_km: Rate = Field(default=ZERO, ge=0, description="Euro for a kilometre.", examples=["0.45"])
    pays_travel_time: bool = Field(default=False, description="Whether hours of travel are paid as hours of work.")

    @property
    def is_empty(self) -> bool:
        """Whether nothing is paid."""
        return not (self.hourly or self.per_visit or self.per_km)


class ContractorCost(Value):
    """What a visit costs, part by part."""

    hours: Decimal
    visit: Decimal
    kilometres: Decimal

    @property
    def total(self) -> Decimal:
        """All parts together."""
        return self.hours + self.visit + self.kilometres


def contractor_cost(
    terms: ContractorTerms, work_minutes: int, travel_minutes: int = 0, km: Decimal = ZERO
) -> ContractorCost:
    """The cost of a visit by what was agreed and what was done."""
    minutes = work_minutes + (travel_minutes if terms.pays_travel_time else 0)
    return ContractorCost(
        hours=to_cents(Fraction(terms.hourly) * minutes / 60),
        visit=to_cents(Fraction(terms.per_visit)),
        kilometres=to_cents(Fraction(terms.per_km) * Fraction(km)),
    )
