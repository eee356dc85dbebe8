"""Charges of a contract (addebiti e accrediti): one amount by itself, billed with the fees through the same ledger.

A charge may be below zero. It is due under a key of its own, so that it is billed once and can be credited and billed
again as a fee can (R1.14, R1.15). Amounts are euro.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Refusal
from aggregates.because import Reasons, in_italian
from aggregates.rules.billing import DueKey, Instalment
from aggregates.rules.vat import Supply
from aggregates.values import Period, Rate, Value

CHARGE = "charge"


class ChargeKnown(Refusal):
    """The contract already has another charge with this id; send a new id with a new charge."""


class ChargeUnknown(Refusal):
    """The contract has no charge {charge_id}."""

    status = 404


class ChargeOnInvoice(Refusal):
    """The charge is already on an invoice or proposal; discard the proposal or credit the invoice first."""


class ContractCharge(Value):
    """One amount that a contract's customer owes, or is owed, beside the fees."""

    charge_id: UUID
    description: str = Field(min_length=1, max_length=1000, description="As printed on the invoice.")
    amount: Rate = Field(decimal_places=2, description="Euro, before VAT; below zero in the customer's favour.")
    period: Period
    due_on: date
    supply: Supply | None = Field(default=None, description="How the law taxes it; otherwise as the header says.")
    why: str = Field(default="", description="Why it is charged, where somebody writes it.")
    because: Reasons = Field(default=(), description="Why it is charged, where a rule does.")

    @property
    def told(self) -> str:
        """The reason in Italian words."""
        return in_italian(self.because, self.why) or ""


def charges_due(
    charges: Iterable[ContractCharge],
    held: Collection[DueKey],
    reopened: Collection[DueKey],
    until: date | None = None,
) -> Iterator[Instalment]:
    """The charges to bill by a day (all, without one) that no invoice or proposal holds."""
    for charge in charges:
        key = DueKey(line_id=charge.charge_id, number=1, kind=CHARGE)
        while key in reopened:
            key = key.model_copy(update={"attempt": key.attempt + 1})
        if key not in held and (until is None or charge.due_on <= until):
            yield Instalment(
                key=key,
                period=charge.period,
                billing_on=charge.due_on,
                amount=charge.amount,
                why=charge.why or None,
                because=charge.because,
                description=charge.description,
            )
