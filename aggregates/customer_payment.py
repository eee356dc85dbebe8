"""CustomerPayment (incasso): money of a customer, what of it settled which documents, and what stays on account.

Nothing is lost: what no document takes is the customer's credit (*acconto*, *credito in conto*) until it is allocated
or paid back. Amounts are euro.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.record_ref import RecordRef
from aggregates.values import FISCAL, Keep, Money, Personal, Rate, Value

NOTHING = Decimal("0.00")


class PaymentOrigin(StrEnum):
    """Where a customer's money comes from."""

    BANK = "bank"
    CASH = "cash"
    COLLECTION = "collection"
    CREDIT = "credit"
    """Owed to the customer by a credit note or an overpaid document."""


class BankEntry(Value):
    """The entry of a bank statement behind a payment, so that one line of one file counts once."""

    account: str | None = None
    entry: str
    text: Annotated[str | None, Personal("customer_id", part=FISCAL, keep=Keep.FISCAL)] = None


class Allocation(Value):
    """What of the money settles a document; `allocation_id` is the payment's id there."""

    allocation_id: UUID
    record_id: UUID
    number: str
    part: int | None = None
    amount: Rate = Field(gt=0)


class CustomerPaymentDiffers(Refusal):
    """Payment {reference} is already recorded with another amount, date or customer; reverse it and record it anew."""


class CustomerPaymentReversed(Refusal):
    """This payment was reversed; record the money that came in as a new payment."""


class AllocationTooLarge(Refusal):
    """{left} euro of this payment are not allocated; {amount} is more."""

    status = 422


class AllocationUnknown(Refusal):
    """This payment settles no such document."""

    status = 404


class CustomerPayment(Aggregate):
    """Money that came in from a customer."""

    TOPIC = "customer-payment"

    class Received(FirstEvent):
        """Money of a customer is here, on its value date."""

        TOPIC = "customer-payment.received.v1"
        customer_id: UUID
        paid_on: date
        amount: Money
        origin: PaymentOrigin
        reference: str | None
        entry: BankEntry | None
        source: RecordRef | None

    class Allocated(Aggregate.Event):
        """Some of it settles documents."""

        TOPIC = "customer-payment.allocated.v1"
        allocations: tuple[Allocation, ...]

    class AllocationTakenBack(Aggregate.Event):
        """It settles a document no longer; the amount is on account again."""

        TOPIC = "customer-payment.allocation-taken-back.v1"
        allocation_id: UUID

    class Refunded(Aggregate.Event):
        """Some of what is on account was paid back."""

        TOPIC = "customer-payment.refunded.v1"
        refund_id: UUID
        amount: Money
        refunded_on: date
        reference: str | None

    class Reversed(Aggregate.Event):
        """The money went back, or was never there (insoluto, errore)."""

        TOPIC = "customer-payment.reversed.v1"
        reversed_on: date
        reason: str | None

    # Decide

    @classmethod
    def receive(
        cls,
        payment_id: UUID,
        customer_id: UUID,
        paid_on: date,
        amount: Money,
        act: Act,
        *,
        origin: PaymentOrigin = PaymentOrigin.BANK,
        reference: str | None = None,
        entry: BankEntry | None = None,
        source: RecordRef | None = None,
    ) -> CustomerPayment:
        """Note money of a customer; all of it is on account until it is allocated. Raises `AllocationTooLarge`."""
        require(amount.amount > 0, AllocationTooLarge, left=str(NOTHING), amount=str(amount.amount))
        return cls.begin(
            cls.Received,
            id=payment_id,
            act=act,
            customer_id=customer_id,
            paid_on=paid_on,
            amount=amount,
            origin=origin,
            reference=reference,
            entry=entry,
            source=source,
        )

    def check_same(self, customer_id: UUID, paid_on: date, amount: Money) -> None:
        """The same money told again is nothing new. Raises `CustomerPaymentDiffers`."""
        is_same = (self.customer_id, self.paid_on, self.amount) == (customer_id, paid_on, amount)
        require(is_same, CustomerPaymentDiffers, reference=self.reference or str(self.id))

    def allocate(self, allocations: Sequence[Allocation], act: Act) -> None:
        """Let it settle documents. Raises `CustomerPaymentReversed`, `AllocationTooLarge`."""
        new = tuple(each for each in allocations if each.allocation_id not in self.allocations)
        if not new:
            return
        self._require_standing()
        wanted = sum((each.amount for each in new), NOTHING)
        is_enough = wanted <= self.on_account
        require(is_enough, AllocationTooLarge, left=str(self.on_account), amount=str(wanted))
        self.trigger_event(self.Allocated, act=act, allocations=new)

    def take_back(self, allocation_id: UUID, act: Act) -> None:
        """Let it settle a document no longer. Raises `AllocationUnknown`."""
        if allocation_id in self.taken_back:
            return
        require(allocation_id in self.allocations, AllocationUnknown)
        self.trigger_event(self.AllocationTakenBack, act=act, allocation_id=allocation_id)

    def refund(self, refund_id: UUID, amount: Money, refunded_on: date, reference: str | None, act: Act) -> None:
        """Pay back what is on account. Raises `CustomerPaymentReversed`, `AllocationTooLarge`."""
        if refund_id in self.refunds:
            return
        self._require_standing()
        is_enough = 0 < amount.amount <= self.on_account
        require(is_enough, AllocationTooLarge, left=str(self.on_account), amount=str(amount.amount))
        self.trigger_event(
            self.Refunded, act=act, refund_id=refund_id, amount=amount, refunded_on=refunded_on, reference=reference
        )

    def reverse(self, reversed_on: date, reason: str | None, act: Act) -> None:
        """Note that the money went back; what was paid back of it stays so, as a debt. Once is enough."""
        if not self.is_reversed:
            self.trigger_event(self.Reversed, act=act, reversed_on=reversed_on, reason=reason)

    # Answers

    @property
    def on_account(self) -> Decimal:
        """What settles no document and was not paid back; euro."""
        if self.is_reversed:
            return NOTHING
        allocated = sum((each.amount for each in self.allocations.values()), NOTHING)
        return self.amount.amount - allocated - sum(self.refunds.values(), NOTHING)

    def next_allocation_id(self, record_id: UUID, part: int | None) -> UUID:
        """The id of the next allocation to a due date: one taken back may be made again."""
        return uuid5(self.id, f"{record_id}/{part or 0}/{self.version}")

    def of_record(self, record_id: UUID) -> Iterable[Allocation]:
        """The allocations that settle a document."""
        return [each for each in self.allocations.values() if each.record_id == record_id]

    def _require_standing(self) -> None:
        require(not self.is_reversed, CustomerPaymentReversed)

    # Evolve

    @event(Received)
    def __init__(
        self,
        customer_id: UUID,
        paid_on: date,
        amount: Money,
        origin: PaymentOrigin,
        reference: str | None,
        source: RecordRef | None,
    ) -> None:
        self.customer_id, self.paid_on, self.amount, self.origin = customer_id, paid_on, amount, origin
        self.reference, self.source, self.is_reversed = reference, source, False
        self.allocations: dict[UUID, Allocation] = {}
        self.taken_back: set[UUID] = set()
        self.refunds: dict[UUID, Decimal] = {}

    @event(Allocated)
    def _allocated(self, allocations: tuple[Allocation, ...]) -> None:
        self.allocations |= {each.allocation_id: each for each in allocations}

    @event(AllocationTakenBack)
    def _allocation_taken_back(self, allocation_id: UUID) -> None:
        del self.allocations[allocation_id]
        self.taken_back.add(allocation_id)

    @event(Refunded)
    def _refunded(self, refund_id: UUID, amount: Money) -> None:
        self.refunds[refund_id] = amount.amount

    @event(Reversed)
    def _reversed(self) -> None:
        self.is_reversed = True
