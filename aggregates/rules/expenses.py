"""What is paid back of a claim's lines (rimborso): up to a limit for each kind and day, each euro counted once.

Amounts are euro with two decimals, VAT included, as the receipt shows them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from pydantic import Field

from aggregates.values import Rate, Value, cents

ZERO = Decimal(0)


class ExpenseKind(StrEnum):
    """What a technician lays out money for on the road."""

    MEAL = "meal"
    LODGING = "lodging"
    TOLL = "toll"
    PARKING = "parking"
    FUEL = "fuel"
    TICKET = "ticket"
    MILEAGE = "mileage"
    OTHER = "other"

    @property
    def vehicle_cost(self) -> str:
        """What it is among the costs of a vehicle."""
        return self.value if self in (ExpenseKind.FUEL, ExpenseKind.TOLL) else "other"


class DailyLimit(Value):
    """The most that is paid back of a kind for one day, euro."""

    kind: ExpenseKind = Field(examples=["meal"])
    per_day: Rate = Field(ge=0, examples=["30.00"])


class ExpenseTerms(Value):
    """What the company pays back: limits, kilometres with one's own car, and when a receipt is wanted."""

    limits: tuple[DailyLimit, ...] = ()
    per_km: Rate | None = Field(default=None, ge=0, description="Euro for a kilometre with one's own car.")
    receipt_above: Rate | None = Field(
        default=None, ge=0, description="Lines above these euro need a receipt; left out, none does."
    )

    def limit(self, kind: ExpenseKind) -> Decimal | None:
        """The most of a kind for one day; None where there is no limit, the lowest of several."""
        return min((one.per_day for one in self.limits if one.kind is kind), default=None)


class Spent(NamedTuple):
    """One line, as the limits see it."""

    line_id: UUID
    kind: ExpenseKind
    spent_on: date
    amount: Decimal


def mileage(km: Decimal, per_km: Decimal) -> Decimal:
    """Euro for kilometres with one's own car, rounded once (R0.1)."""
    return cents(km * per_km)


def within_limits(lines: Sequence[Spent], limits: Mapping[tuple[ExpenseKind, date], Decimal]) -> dict[UUID, Decimal]:
    """What counts of each line: the lines of a kind and day use up its limit in their order."""
    left = dict(limits)
    counts: dict[UUID, Decimal] = {}
    for line in lines:
        key = (line.kind, line.spent_on)
        counts[line.line_id] = line.amount if key not in left else min(line.amount, left[key])
        if key in left:
            left[key] -= counts[line.line_id]
    return counts


def twins(lines: Sequence[Spent]) -> set[UUID]:
    """Lines that say the same day, kind and amount as another: perhaps one receipt handed in twice."""
    seen = Counter(line[1:] for line in lines)
    return {line.line_id for line in lines if seen[line[1:]] > 1}
