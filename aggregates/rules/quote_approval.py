"""Thresholds of a quote inside the company (soglie di approvazione): what passes them, and who may let it (QUO-1).

Amounts are euro before VAT, discounts percent. A line that a contract or a warranty covers is given away by right and
passes nothing; lines to choose from count, because the customer may take them all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from aggregates.values import Rate, Value

HUNDRED = Decimal(100)


class Threshold(StrEnum):
    """What may keep a quote from being sent."""

    NET = "net"
    DISCOUNT = "discount"
    BELOW_COST = "below_cost"


class ApproverLimit(Value):
    """What a role, or one user, may approve; a limit left out is none."""

    role: str | None = Field(default=None, examples=["department_head"])
    user_id: UUID | None = None
    net_up_to: Rate | None = Field(default=None, ge=0, description="Euro before VAT.")
    discount_up_to: Rate | None = Field(default=None, ge=0, le=100, description="Percent.")
    below_cost: bool = True

    def allows(self, passed: PassedThreshold) -> bool:
        """Whether this much may be approved."""
        if passed.threshold is Threshold.BELOW_COST:
            return self.below_cost
        up_to = self.net_up_to if passed.threshold is Threshold.NET else self.discount_up_to
        return up_to is None or passed.value <= up_to


class QuoteApprovalTerms(Value):
    """Above what a quote needs somebody else's approval, and whose; without approvers, managers and administrators."""

    net_above: Rate | None = Field(default=None, ge=0, description="Euro before VAT.", examples=["5000.00"])
    discount_above: Rate | None = Field(default=None, ge=0, le=100, description="Percent on a line.", examples=["15"])
    below_cost: bool = Field(default=False, description="Whether a line below the average cost needs approval.")
    approvers: tuple[ApproverLimit, ...] = ()


class JudgedLine(Value):
    """A line as thresholds see it: its price in euro, its discounts, what its goods cost us in all."""

    line_id: UUID
    description: str
    amount: Rate
    discounts: tuple[Rate, ...] = ()
    cost: Rate | None = None
    is_covered: bool = False

    @property
    def discount(self) -> Decimal:
        """All discounts together, percent: 10 and then 10 are 19."""
        left = Decimal(1)
        for percent in self.discounts:
            left *= (HUNDRED - percent) / HUNDRED
        return (1 - left) * HUNDRED


class PassedThreshold(Value):
    """A threshold that is passed: by what value, of which limit; of a line or of the whole."""

    threshold: Threshold
    value: Rate
    limit: Rate
    line_id: UUID | None = None
    description: str | None = None


def passed_thresholds(lines: Sequence[JudgedLine], terms: QuoteApprovalTerms) -> tuple[PassedThreshold, ...]:
    """What a revision passes; at a threshold nothing is passed yet."""
    found: list[PassedThreshold] = []
    net = sum((line.amount for line in lines), Decimal("0.00"))
    if terms.net_above is not None and net > terms.net_above:
        found.append(PassedThreshold(threshold=Threshold.NET, value=net, limit=terms.net_above))
    for line in lines:
        if line.is_covered:
            continue
        told = {"line_id": line.line_id, "description": line.description}
        if terms.discount_above is not None and line.discount > terms.discount_above:
            limit = {"value": line.discount.normalize() + 0, "limit": terms.discount_above}
            found.append(PassedThreshold.model_validate({"threshold": Threshold.DISCOUNT, **limit, **told}))
        if terms.below_cost and line.cost is not None and line.amount < line.cost:
            limit = {"value": line.amount, "limit": line.cost}
            found.append(PassedThreshold.model_validate({"threshold": Threshold.BELOW_COST, **limit, **told}))
    return tuple(found)


def may_approve(
    passed: Iterable[PassedThreshold], terms: QuoteApprovalTerms, user_id: UUID | None, roles: Collection[str]
) -> bool:
    """Whether somebody may approve all of it: each threshold by one of the limits of their roles or of their own."""
    theirs = [one for one in terms.approvers if one.role in roles or (user_id is not None and one.user_id == user_id)]
    return bool(theirs) and all(any(one.allows(each) for one in theirs) for each in passed)
