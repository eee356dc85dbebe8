"""What an expense claim (nota spese) is made of: its lines, what is settled of each, its states."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from pydantic import Field

from aggregates.base import Refusal
from aggregates.call_values import ChargeItem
from aggregates.rules.expenses import ExpenseKind, Spent
from aggregates.values import Money, Rate, Value, euro
from aggregates.work_report import SHA256

PASSED_ON_AS: Final[Mapping[ExpenseKind, Literal[ChargeItem.BOARD_AND_LODGING, ChargeItem.THIRD_PARTIES]]] = {
    ExpenseKind.MEAL: ChargeItem.BOARD_AND_LODGING,
    ExpenseKind.LODGING: ChargeItem.BOARD_AND_LODGING,
    ExpenseKind.TOLL: ChargeItem.THIRD_PARTIES,
    ExpenseKind.PARKING: ChargeItem.THIRD_PARTIES,
    ExpenseKind.TICKET: ChargeItem.THIRD_PARTIES,
    ExpenseKind.OTHER: ChargeItem.THIRD_PARTIES,
}
"""What a line becomes on a call; kilometres and fuel are charged there as travel."""


class ClaimState(StrEnum):
    """How far an expense claim has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    PARTLY_APPROVED = "partly_approved"
    REJECTED = "rejected"
    PAID = "paid"


class ClaimLine(Value):
    """One thing that was paid for; the amount is what the receipt shows, euro with VAT."""

    line_id: UUID
    kind: ExpenseKind
    spent_on: date
    amount: Money
    description: str = Field(default="", max_length=500)
    vat: Money | None = Field(default=None, description="VAT inside the amount, where the receipt states it.")
    km: Rate | None = Field(default=None, gt=0)
    per_km: Rate | None = Field(default=None, ge=0)
    receipt_sha256: str | None = Field(default=None, pattern=SHA256)
    call_id: UUID | None = None
    activity_id: UUID | None = None
    vehicle_id: UUID | None = None
    paid_by: Literal["technician", "company"] = "technician"

    @property
    def net(self) -> Money:
        """The amount without the VAT that the receipt states."""
        return euro(self.amount.amount - (self.vat.amount if self.vat else 0))

    def spent(self) -> Spent:
        """The line as limits and twins see it."""
        return Spent(self.line_id, self.kind, self.spent_on, self.amount.amount)


class SettledLine(Value):
    """What was decided of a line: what counts of it, what the technician gets, or why it is refused."""

    line: ClaimLine
    counts: Money
    to_pay: Money
    refused: str | None = None


class ClaimNotOpen(Refusal):
    """This claim is {state}; its lines can no longer change. Ask for it to be rejected, and correct it then."""


class ClaimStateWrong(Refusal):
    """This claim is {state}; only a claim that is {wanted} can be treated so."""


class ExpenseClaimEmpty(Refusal):
    """The claim has no lines; add what was spent first."""

    status = 422


class ClaimBackwards(Refusal):
    """The claim's last day lies before its first; check the days."""

    status = 422


class OutsideClaim(Refusal):
    """{spent_on} lies outside the claim's days, {from_on} to {to_on}; put the line in the claim of its own days."""

    status = 422


class ClaimAmountWrong(Refusal):
    """An amount must be more than nothing, in euro, and hold its VAT; check {amount}."""

    status = 422


class KilometresMissing(Refusal):
    """Give the kilometres, and euro per kilometre where the company has none of its own; leave the amount out."""

    status = 422


class OwnCarOnly(Refusal):
    """Kilometres are paid for the technician's own car; leave the company's vehicle out."""

    status = 422


class ClaimLineUnknown(Refusal):
    """The claim has no line {line_id}; look at its lines again."""

    status = 404


class ClaimLineRefused(Refusal):
    """This line was refused; what is not paid back is not charged on the call by it either."""


class ReceiptMissing(Refusal):
    """The line of {spent_on} over {amount} euro needs its receipt; attach it before submitting."""

    status = 422


class LineOnCall(Refusal):
    """This line is charged on its call already; change the expense there, it can no longer change here."""


class CallOfLineMissing(Refusal):
    """Say on the line for which call the money was spent, then pass it on."""

    status = 422


class ChargedAsTravel(Refusal):
    """Kilometres and fuel are charged on a call as travel; they are not passed on once more."""

    status = 422


class CallExpenseUnknown(Refusal):
    """The call has no such expense, or another line stands for it already; look at the call's expenses."""

    status = 422


class OwnClaim(Refusal):
    """Nobody decides on their own claim; ask somebody else to."""

    status = 403


class SubmittedByYou(Refusal):
    """Who handed a claim in does not decide on it; ask somebody else to."""

    status = 403


class RefusalReasonMissing(Refusal):
    """Say why; the technician will ask."""

    status = 422


class EveryLineRefused(Refusal):
    """No line would be left; reject the whole claim instead."""

    status = 422
