"""What work costs us and what is left (costo del lavoro, margine): hours at internal cost, margin and its percentage.

Amounts are euro; each is rounded once, half away from zero (R0.1), and parts sum to their whole to the cent (R0.3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple, TypeVar

from aggregates.coverage import CoverageKind, Decision
from aggregates.rules.rounding import Weight, share, split_over_lines, to_cents
from aggregates.values import Value

T = TypeVar("T")
ZERO = Decimal("0.00")
HUNDRED = Decimal(100)


class CostAccount(StrEnum):
    """Who bears a cost (R12.3): the customer charged, the contract, warranty or pool that made it free, or we."""

    CHARGED = "charged"
    CONTRACT = "contract"
    WARRANTY = "warranty"
    POOL = "pool"
    OWN = "own"


BORNE: Mapping[CoverageKind, CostAccount] = {
    CoverageKind.CHARGEABLE: CostAccount.CHARGED,
    CoverageKind.BLOCKED: CostAccount.CHARGED,
    CoverageKind.CONTRACT: CostAccount.CONTRACT,
    CoverageKind.WARRANTY: CostAccount.WARRANTY,
    CoverageKind.POOL: CostAccount.POOL,
}


def borne_by(decision: Decision) -> CostAccount:
    """The account of a cost whose item was decided so: free work goes to what made it free (R12.3)."""
    return BORNE[decision.kind]


class Hours(NamedTuple):
    """What a technician's time costs: work and the way there; together they are all minutes, rounded once."""

    work: Decimal
    way: Decimal

    @property
    def total(self) -> Decimal:
        """Both."""
        return self.work + self.way


def hours_cost(work_minutes: int, travel_minutes: int, hourly: Decimal) -> Hours:
    """Minutes of work and travel at the internal cost of an hour on that day (R12.3).

    Raises `ValueError` for minutes or a cost below zero.
    """
    if work_minutes < 0 or travel_minutes < 0 or hourly < 0:
        raise ValueError("minutes and an hour's cost cannot be negative")
    total = to_cents(Fraction(hourly) * (work_minutes + travel_minutes) / 60)
    work = to_cents(Fraction(hourly) * work_minutes / 60)
    return Hours(work, total - work)


def amount_of(quantity: Decimal, unit_cost: Decimal) -> Decimal:
    """What so many cost, rounded once: kilometres, pieces, negative when they came back."""
    return to_cents(Fraction(quantity) * Fraction(unit_cost))


def net_of(paid_back: Decimal, amount: Decimal, net: Decimal) -> Decimal:
    """What a receipt costs us: its net amount, in proportion where only some of it is paid back.

    Raises `ValueError` for an amount of nothing.
    """
    return share(net, paid_back, amount)


def among(total: Decimal, things: Sequence[T], weights: Sequence[Weight] = ()) -> dict[T, Decimal]:
    """The amount over the machines or technicians it was for, in equal parts or by weights; cents exact (R0.3).

    Things without weight share nothing, unless none has any. Raises `ValueError` without things.
    """
    if not things:
        raise ValueError("there is nothing to share among")
    counted = weights if any(weights) else [1] * len(things)
    found: dict[T, Decimal] = {}
    for thing, part in zip(things, split_over_lines(total, counted), strict=True):
        found[thing] = found.get(thing, ZERO) + part
    return found


class Margin(Value):
    """Revenue and cost of anything, and what is left (R12.4)."""

    revenue: Decimal = ZERO
    cost: Decimal = ZERO

    @property
    def margin(self) -> Decimal:
        """Revenue less cost."""
        return self.revenue - self.cost

    @property
    def percent(self) -> Decimal | None:
        """The margin in percent of the revenue, two decimals; None where nothing was earned."""
        return share(HUNDRED, self.margin, self.revenue) if self.revenue > 0 else None

    def plus(self, other: Margin) -> Margin:
        """Both together: the margin of a whole is the sum of its parts'."""
        return Margin(revenue=self.revenue + other.revenue, cost=self.cost + other.cost)
