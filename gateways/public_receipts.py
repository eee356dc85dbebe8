"""Public facts about money that came in (incassi): payments, what came back, customers' money, batches of the bank.

How a ledger books them so that nothing is booked twice: `customer-payment.received` brings money in, on the customer's
account; a `payment.recorded` that names it moves it from there to the document; one that names none is money of its
own. No account numbers, no names of debtors, no words of bank statements are told.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.values import Rate
from gateways.public_facts import EXAMPLE_ID, OTHER_ID, PublicData

DOCUMENT = {
    "document_kind": "invoice", "document_id": OTHER_ID, "document_number": "2026/45", "party_id": OTHER_ID,
}  # fmt: skip


class DueAmount(BaseModel):
    """So much of one due date."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    due_number: int = Field(description="The document's due dates count from 1, in the order in which it lists them.")
    amount: Rate


class OfDocument(PublicData):
    """Base of what is told about a document's money."""

    document_kind: Literal["invoice", "open-item"] = Field(
        description="An open item is a document that another program issued and that Libretto only collects."
    )
    document_id: UUID
    document_number: str
    party_id: UUID


class PaymentRecordedV2(OfDocument):
    """A document was paid, in whole or in part; takes the place of version 1 from edition 3 on."""

    TYPE = "libretto.payment.recorded.v2"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        **DOCUMENT, "payment_id": EXAMPLE_ID, "paid_on": "2026-10-30", "amount": "429.17", "currency": "EUR",
        "due_dates": [{"due_number": 1, "amount": "429.17"}], "customer_payment_id": None, "collection_id": None,
    }  # fmt: skip

    payment_id: UUID
    paid_on: date
    amount: Rate
    currency: str
    due_dates: tuple[DueAmount, ...]
    customer_payment_id: UUID | None = Field(
        description="The customer's money that it is taken from, where its receipt was told; else money of its own."
    )
    collection_id: UUID | None = Field(description="The batch of the bank that brought it.")


class PaymentReversed(OfDocument):
    """A payment came back (insoluto, storno) or was recorded wrongly: what it had settled is open again."""

    TYPE = "libretto.payment.reversed.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        **DOCUMENT, "payment_id": EXAMPLE_ID, "reversed_on": "2026-11-05", "amount": "429.17", "currency": "EUR",
        "customer_payment_id": None, "collection_id": None, "was_told": True,
    }  # fmt: skip

    payment_id: UUID
    reversed_on: date
    amount: Rate
    currency: str
    customer_payment_id: UUID | None = Field(description="As the payment said it: the money is on account again.")
    collection_id: UUID | None
    was_told: bool = Field(description="False when the payment itself was recorded before the company told of such.")


class CustomerPaymentReceived(PublicData):
    """Money of a customer is here; it is on account until payments of documents name it."""

    TYPE = "libretto.customer-payment.received.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "customer_payment_id": EXAMPLE_ID, "party_id": OTHER_ID, "received_on": "2026-10-30", "amount": "500",
        "currency": "EUR", "origin": "bank", "source_id": None,
    }  # fmt: skip

    customer_payment_id: UUID
    party_id: UUID
    received_on: date
    amount: Rate
    currency: str
    origin: Literal["bank", "cash", "collection", "credit"] = Field(
        description="With `credit` no money came: what a credit note or overpaid document left is set off."
    )
    source_id: UUID | None = Field(description="The document that left the credit.")


class Matched(BaseModel):
    """What of a customer's money settles one document; `payment_id` is the payment's id there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    payment_id: UUID
    document_id: UUID
    document_number: str
    due_number: int | None
    amount: Rate


class OfCustomerPayment(PublicData):
    """Base of what becomes of a customer's money."""

    customer_payment_id: UUID
    party_id: UUID
    was_told: bool = Field(description="False when the money came before the company told of such: never booked.")


OF_MONEY = {"customer_payment_id": EXAMPLE_ID, "party_id": OTHER_ID, "was_told": True}


class CustomerPaymentMatched(OfCustomerPayment):
    """Money on account settles documents; each is also told as a payment of its document."""

    TYPE = "libretto.customer-payment.matched.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        **OF_MONEY,
        "matches": [{
            "payment_id": OTHER_ID, "document_id": OTHER_ID, "document_number": "2026/45", "due_number": None,
            "amount": "429.17",
        }],
    }  # fmt: skip

    matches: tuple[Matched, ...]


class CustomerPaymentUnmatched(OfCustomerPayment):
    """It settles a document no longer and is on account again; also told as a payment that is reversed."""

    TYPE = "libretto.customer-payment.unmatched.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {**OF_MONEY, "payment_id": OTHER_ID}

    payment_id: UUID


class CustomerPaymentRefunded(OfCustomerPayment):
    """Some of what was on account was paid back to the customer."""

    TYPE = "libretto.customer-payment.refunded.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        **OF_MONEY, "refund_id": OTHER_ID, "refunded_on": "2026-11-10", "amount": "70.83", "currency": "EUR",
    }  # fmt: skip

    refund_id: UUID
    refunded_on: date
    amount: Rate
    currency: str


class CustomerPaymentReversed(OfCustomerPayment):
    """A customer's money went back or never was; what it had settled is told as reversed payments beside."""

    TYPE = "libretto.customer-payment.reversed.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        **OF_MONEY, "reversed_on": "2026-11-05", "amount": "500", "currency": "EUR", "origin": "bank",
    }  # fmt: skip

    reversed_on: date
    amount: Rate = Field(description="The whole amount that was received.")
    currency: str
    origin: Literal["bank", "cash", "collection", "credit"]


class OfCollection(PublicData):
    """Base of what is told about a batch for the bank."""

    collection_id: UUID
    number: str


OF_COLLECTION = {"collection_id": EXAMPLE_ID, "number": "DI-2026-0004"}


class CollectionPrepared(OfCollection):
    """A batch of due dates is ready for the bank (RiBa, direct debit); no money has come yet."""

    TYPE = "libretto.collection.prepared.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        **OF_COLLECTION, "method": "riba", "prepared_on": "2026-10-12", "total": "429.17",
        "lines": [{
            "line": 1, "document_id": OTHER_ID, "document_number": "2026/45", "due_number": 1,
            "due_on": "2026-10-31", "collect_on": "2026-10-31", "amount": "429.17", "party_id": OTHER_ID,
        }],
    }  # fmt: skip

    class Line(BaseModel):
        """One due date that the bank is to collect."""

        model_config = ConfigDict(frozen=True, extra="forbid")

        line: int
        document_id: UUID
        document_number: str
        due_number: int
        due_on: date
        collect_on: date
        amount: Rate
        party_id: UUID

    method: Literal["riba", "direct_debit"]
    prepared_on: date
    total: Rate
    lines: tuple[Line, ...]


class CollectionSent(OfCollection):
    """The bank has the batch."""

    TYPE = "libretto.collection.sent.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {**OF_COLLECTION, "sent_on": "2026-10-13"}

    sent_on: date


class CollectionSettled(OfCollection):
    """The bank paid these lines; each is also told as a payment of its document."""

    TYPE = "libretto.collection.settled.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {**OF_COLLECTION, "settled_on": "2026-10-31", "lines": [1]}

    settled_on: date
    lines: tuple[int, ...]


class CollectionReturned(OfCollection):
    """A line came back unpaid; if it had been paid, that is also told as a reversed payment."""

    TYPE = "libretto.collection.returned.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        **OF_COLLECTION, "returned_on": "2026-11-05", "line": 1, "bank_code": "AM04",
    }  # fmt: skip

    returned_on: date
    line: int
    bank_code: str | None = Field(description="The bank's code of the reason.")


class CollectionCancelled(OfCollection):
    """The batch was given up before it was sent."""

    TYPE = "libretto.collection.cancelled.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = OF_COLLECTION
