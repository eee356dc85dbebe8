"""Agents' commissions (provvigioni): what a billed line has earned its agent by a day, of what is billed or collected.

A line's commission follows its amount less what credit notes took back. On what is collected it is earned as far as
the document is paid, and given back when a payment is (insoluto). All is reckoned up to a day, once from the whole:
statements are the differences, so that they sum to the whole to the cent. Amounts are euro before VAT, but what is
payable and paid, which is what the customer pays.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from aggregates.rules.rounding import share
from aggregates.values import Rate, Value, cents

NOTHING = Decimal("0.00")
HUNDRED = Decimal(100)


class CommissionBasis(StrEnum):
    """When a commission is earned: with the invoice, or as far as it is paid."""

    INVOICED = "invoiced"
    COLLECTED = "collected"


class CommissionRule(Value):
    """A percentage for some lines: of these kinds of contract, articles and sources, each empty for all."""

    percent: Rate = Field(ge=0, le=100, examples=["5"])
    contract_kinds: tuple[str, ...] = Field(default=(), examples=[["maintenance"]])
    articles: tuple[str, ...] = Field(default=(), description="Codes of articles.")
    sources: tuple[str, ...] = Field(default=(), description="What a line bills, as `fee`, `call`, `quote`.")

    def holds_for(self, line: BilledLine) -> bool:
        """Whether the rule is for a line."""
        pairs = (
            (self.contract_kinds, line.contract_kind),
            (self.articles, line.article_code),
            (self.sources, line.source),
        )
        return all(not wanted or found in wanted for wanted, found in pairs)


class CommissionTerms(Value):
    """What is agreed with an agent: the first rule that holds for a line counts, without one there is nothing.

    The agent of a line is the contract's; `customers` are those whose lines fall to them where no contract says so.
    """

    basis: CommissionBasis = CommissionBasis.INVOICED
    rules: tuple[CommissionRule, ...] = Field(min_length=1)
    customers: tuple[UUID, ...] = ()


class BilledLine(Value):
    """A line of an issued document as it stands on a day: below zero on a note that corrects no invoice.

    `credited` is what notes took back of the line, `payable`, `payable_credited` and `paid` are the whole document's.
    """

    invoice_id: UUID
    line: int
    source: str
    contract_kind: str | None = None
    article_code: str | None = None
    amount: Rate
    credited: Rate = NOTHING
    payable: Rate = NOTHING
    payable_credited: Rate = NOTHING
    paid: Rate = NOTHING


def percent_of(rules: Iterable[CommissionRule], line: BilledLine) -> Decimal:
    """The percentage of the first rule that holds for a line; 0 without one."""
    return next((rule.percent for rule in rules if rule.holds_for(line)), NOTHING)


def earned(line: BilledLine, percent: Decimal, basis: CommissionBasis) -> Decimal:
    """What the agent has earned of a line so far; where nothing is left to be paid, all of it is collected."""
    whole = cents((line.amount - line.credited) * percent / HUNDRED)
    owed = line.payable - line.payable_credited
    if basis is CommissionBasis.INVOICED or owed <= 0:
        return whole
    return share(whole, min(max(line.paid, NOTHING), owed), owed)
