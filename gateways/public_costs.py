"""Public facts about claims on customers and about costs: notices, reminders, late interest, expenses, contractors.

Technicians are told by their id alone; what a receipt says in words is not told.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.contractor_work import ContractorWork
from aggregates.dunning import Reminder
from aggregates.expense_claim import ExpenseClaim
from aggregates.invoice import Invoice
from aggregates.late_interest import LateInterestClaim
from aggregates.values import Rate, rome_date
from gateways.public_accounting import Context, DueDate
from gateways.public_facts import EXAMPLE_ID, OTHER_ID, PublicData


class RefusedInvoiceVoided(PublicData):
    """An invoice that the exchange system refused is given up; what it billed is invoiced anew under another number.

    For the law it was never issued. The reversal is told as a credit note of its own (`libretto.invoice.credited.v1`
    with this `reversal_id`), so that a ledger comes to nothing; it is internal, and belongs into no VAT register.
    """

    TYPE = "libretto.refused-invoice.voided.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "invoice_id": EXAMPLE_ID, "invoice_number": "2026/45", "party_id": OTHER_ID, "reversal_id": OTHER_ID,
        "reversal_number": "2026/45-ST", "voided_on": "2026-09-24",
    }  # fmt: skip

    invoice_id: UUID
    invoice_number: str
    party_id: UUID
    reversal_id: UUID
    reversal_number: str
    voided_on: date


class PaymentRequested(PublicData):
    """A customer was asked to pay by a notice (avviso di pagamento): no tax document, the invoice follows the money."""

    TYPE = "libretto.payment-notice.issued.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "invoice_id": EXAMPLE_ID, "number": "AP-2026-0007", "requested_on": "2026-09-16", "party_id": OTHER_ID,
        "payable": "429.17", "due_dates": [{"due_on": "2026-10-31", "amount": "429.17"}],
    }  # fmt: skip

    invoice_id: UUID = Field(description="Of the invoice that will be issued when it is paid.")
    number: str
    requested_on: date
    party_id: UUID
    payable: Rate
    due_dates: tuple[DueDate, ...]


class PaymentRequestWithdrawn(PublicData):
    """A notice of payment holds no longer; its number stays taken."""

    TYPE = "libretto.payment-notice.withdrawn.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {"invoice_id": EXAMPLE_ID, "number": "AP-2026-0007"}

    invoice_id: UUID
    number: str


class ReminderSent(PublicData):
    """A customer was reminded of due dates (sollecito); no fee is charged with it."""

    TYPE = "libretto.reminder.sent.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "reminder_id": EXAMPLE_ID, "number": "SO-2026-0003", "dated_on": "2026-11-20", "level": 1,
        "party_id": OTHER_ID, "total": "429.17",
    }  # fmt: skip

    reminder_id: UUID
    number: str
    dated_on: date
    level: int
    party_id: UUID
    total: Rate = Field(description="What is asked for, less what stands on the customer's account.")


class LateInterestClaimed(PublicData):
    """Interest for late payment may be charged (R1.11); nothing is owed before an invoice bills it. Later ones replace
    earlier ones of the same claim."""

    TYPE = "libretto.late-interest.claimed.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "claim_id": EXAMPLE_ID, "document_id": OTHER_ID, "document_number": "2026/45", "party_id": OTHER_ID,
        "until_on": "2026-12-31", "interest": "7.58", "recovery": "40.00",
    }  # fmt: skip

    claim_id: UUID
    document_id: UUID
    document_number: str | None
    party_id: UUID
    until_on: date
    interest: Rate
    recovery: Rate = Field(description="Costs of recovery, once for each document.")


class ExpenseClaimApproved(PublicData):
    """What a technician laid out was agreed to; the company owes `to_pay`."""

    TYPE = "libretto.expense-claim.approved.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "claim_id": EXAMPLE_ID, "technician_id": OTHER_ID, "approved_on": "2026-10-05", "to_pay": "18.50",
        "lines": [{
            "line_id": OTHER_ID, "kind": "meal", "spent_on": "2026-10-01", "amount": "20.00", "vat": "1.82",
            "counts": "18.50", "to_pay": "18.50", "paid_by": "technician", "call_id": None, "is_refused": False,
        }],
    }  # fmt: skip

    class Line(BaseModel):
        """One thing that was paid for; euro with VAT."""

        model_config = ConfigDict(frozen=True, extra="forbid")

        line_id: UUID
        kind: str = Field(description="meal, lodging, toll, parking, ticket, fuel, mileage, other.")
        spent_on: date
        amount: Rate = Field(description="What the receipt shows.")
        vat: Rate | None = Field(description="Inside the amount, where the receipt states it.")
        counts: Rate = Field(description="What of it is accepted: none of a refused line, at most the limit.")
        to_pay: Rate = Field(description="What the technician gets.")
        paid_by: Literal["technician", "company"]
        call_id: UUID | None
        is_refused: bool

    claim_id: UUID
    technician_id: UUID
    approved_on: date
    to_pay: Rate
    lines: tuple[Line, ...]


class ExpenseClaimPaid(PublicData):
    """The technician has the money."""

    TYPE = "libretto.expense-claim.paid.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "claim_id": EXAMPLE_ID, "technician_id": OTHER_ID, "paid_on": "2026-10-27", "amount": "18.50",
        "currency": "EUR",
    }  # fmt: skip

    claim_id: UUID
    technician_id: UUID
    paid_on: date
    amount: Rate
    currency: str


class ContractorWorkApproved(PublicData):
    """A contractor's visit was found done: so much is owed, an invoice of theirs is to come."""

    TYPE = "libretto.contractor-work.approved.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "work_id": EXAMPLE_ID, "call_id": OTHER_ID, "technician_id": OTHER_ID, "approved_on": "2026-10-06",
        "total": "95.00",
    }  # fmt: skip

    work_id: UUID
    call_id: UUID
    technician_id: UUID
    approved_on: date
    total: Rate = Field(description="Before VAT.")


def proposal_kept(fact: Invoice.Proposed, context: Context) -> None:
    """A notice of payment does not say whom it asks."""
    context.remember(fact.stream_id, asked_id=str(fact.terms.customer_id))


def notice_kept(fact: Invoice.PaymentRequested, context: Context) -> None:
    """What is withdrawn says its number."""
    context.remember(fact.stream_id, notice=fact.notice.number)


def claim_kept(fact: ExpenseClaim.Begun, context: Context) -> None:
    """What is paid says to whom."""
    context.remember(fact.stream_id, technician_id=str(fact.technician_id))


def work_kept(fact: ContractorWork.Offered | ContractorWork.OfferedAgain, context: Context) -> None:
    """What is approved says for which call."""
    offer = fact.offer
    context.remember(fact.stream_id, call_id=str(offer.call_id), technician_id=str(offer.technician_id))


def payment_requested(fact: Invoice.PaymentRequested, context: Context) -> PublicData:
    """A notice of payment."""
    notice = fact.notice.model_dump(include={"number", "requested_on", "payable", "due_dates"})
    asked = context.recall(fact.stream_id)["asked_id"]
    return PaymentRequested.model_validate({"invoice_id": fact.stream_id, "party_id": asked, **notice})


def payment_request_withdrawn(fact: Invoice.PaymentRequestWithdrawn, context: Context) -> PublicData:
    """A notice of payment that fell away."""
    return PaymentRequestWithdrawn(invoice_id=fact.stream_id, number=context.recall(fact.stream_id)["notice"])


def reminder_sent(fact: Reminder.Confirmed, _: Context) -> PublicData:
    """A reminder as it went out."""
    letter = fact.letter
    said = letter.model_dump(include={"number", "dated_on", "level"})
    party = {"party_id": letter.customer.party_id, "total": letter.total}
    return ReminderSent.model_validate({"reminder_id": fact.stream_id, **said, **party})


def interest_claimed(fact: LateInterestClaim.Made | LateInterestClaim.Revised, _: Context) -> PublicData:
    """Interest that may be charged."""
    claim = fact.claim
    return LateInterestClaimed(
        claim_id=fact.stream_id,
        document_id=claim.record.id,
        document_number=claim.record.number,
        party_id=claim.customer_id,
        until_on=claim.until_on,
        interest=claim.interest,
        recovery=claim.recovery,
    )


def expenses_approved(fact: ExpenseClaim.Approved, _: Context) -> PublicData:
    """A claim of expenses, line by line."""
    lines = [
        {
            **one.line.model_dump(include={"line_id", "spent_on", "paid_by", "call_id"}),
            "kind": one.line.kind.value,
            "amount": one.line.amount.amount,
            "vat": one.line.vat.amount if one.line.vat else None,
            "counts": Decimal(0) if one.refused is not None else one.counts.amount,
            "to_pay": Decimal(0) if one.refused is not None else one.to_pay.amount,
            "is_refused": one.refused is not None,
        }
        for one in fact.lines
    ]
    return ExpenseClaimApproved.model_validate(
        {
            "claim_id": fact.stream_id,
            "technician_id": fact.technician_id,
            "approved_on": rome_date(fact.act.at),
            "to_pay": fact.to_pay.amount,
            "lines": lines,
        }
    )


def expenses_paid(fact: ExpenseClaim.Paid, context: Context) -> PublicData:
    """Expenses that were paid back."""
    return ExpenseClaimPaid(
        claim_id=fact.stream_id,
        technician_id=context.recall(fact.stream_id)["technician_id"],
        paid_on=fact.paid_on,
        amount=fact.amount.amount,
        currency=fact.amount.currency,
    )


def contractor_approved(fact: ContractorWork.Approved, context: Context) -> PublicData:
    """A contractor's work."""
    said = {"work_id": fact.stream_id, "approved_on": rome_date(fact.act.at), "total": fact.total}
    return ContractorWorkApproved.model_validate({**said, **context.recall(fact.stream_id)})


def invoice_voided(fact: Invoice.Voided, context: Context) -> PublicData:
    """A refused invoice that is given up, with the reversal told just before."""
    kept = context.recall(fact.stream_id)
    return RefusedInvoiceVoided(
        invoice_id=fact.stream_id,
        invoice_number=kept["invoice_number"],
        party_id=kept["party_id"],
        reversal_id=fact.reversal_id,
        reversal_number=fact.number,
        voided_on=fact.voided_on,
    )
