"""What people may ask about customers' money (incassi): several documents at once, on account, paid back, reversed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.customer_payment import BankEntry, CustomerPayment, PaymentOrigin
from aggregates.party import Party
from aggregates.values import Money, rome_date
from commands.base import Answer, Command, Service
from commands.payables import WantedAllocation, allocate, customer_of, payable, reference_of
from commands.words import Words


class RecordCustomerPayment(Command):
    """Record money that came in from a customer; it settles the documents given, or the oldest due dates first.

    What no document takes stays on account, as the customer's credit. The same payment again changes nothing.
    """

    payment_id: UUID | None = Field(default=None, description="The bank's or the client's; the same one counts once.")
    customer_id: UUID
    amount: Money
    paid_on: date | None = Field(default=None, description="Value date; left out, today.")
    origin: PaymentOrigin = PaymentOrigin.BANK
    reference: str | None = Field(default=None, max_length=140, examples=["Bonifico del 30/09"])
    allocations: tuple[WantedAllocation, ...] | None = Field(
        default=None, description="Left out, the oldest due dates first; empty, all stays on account."
    )
    entry: BankEntry | None = Field(default=None, description="The line of a bank statement that told it.")


class AllocateCustomerPayment(Command):
    """Let what is on account of a payment settle documents: those given, or the oldest due dates first."""

    payment_id: UUID
    allocations: tuple[WantedAllocation, ...] | None = None


class TakeBackAllocation(Command):
    """Let a payment settle a document no longer; the document is open again, the money on account."""

    payment_id: UUID
    allocation_id: UUID


class RefundCustomerPayment(Command):
    """Record that some of what is on account was paid back to the customer."""

    payment_id: UUID
    refund_id: UUID | None = None
    amount: Money
    refunded_on: date | None = Field(default=None, description="Left out, today.")
    reference: str | None = Field(default=None, max_length=140)


class ReverseCustomerPayment(Command):
    """Record that a customer's money went back or never was; all that it settled is open again."""

    payment_id: UUID
    reversed_on: date | None = Field(default=None, description="Left out, today.")
    reason: Words | None = Field(default=None, max_length=140, examples=["Assegno insoluto"])


class ReversePayment(Command):
    """Record that a payment of an invoice or open item came back (insoluto), or was recorded wrongly.

    Of a customer's payment that settled several documents, this takes back the one alone: the money is on account.
    """

    invoice_id: UUID
    payment_id: UUID
    reversed_on: date | None = Field(default=None, description="Left out, today.")
    reason: Words | None = Field(default=None, max_length=140, examples=["Insoluto"])


class UseCustomerCredit(Command):
    """Set off what a credit note or an overpaid document leaves the customer against other documents.

    Without documents the oldest due dates are settled first; what is left stays on account.
    """

    record_id: UUID = Field(description="The credit note, invoice or open item that leaves the customer money.")
    payment_id: UUID | None = None
    amount: Money | None = Field(default=None, description="Left out, all that it leaves.")
    allocations: tuple[WantedAllocation, ...] | None = None


def record_customer_payment(cmd: RecordCustomerPayment, act: Act, service: Service) -> Answer:
    """Handles `RecordCustomerPayment`."""
    payment_id, paid_on = cmd.payment_id or service.new_id("payment"), cmd.paid_on or rome_date(act.at)
    known = service.find(CustomerPayment, payment_id)
    if known is not None:
        known.check_same(cmd.customer_id, paid_on, cmd.amount)
        return _answer(known)
    service.load(Party, cmd.customer_id)
    payment = CustomerPayment.receive(
        payment_id,
        cmd.customer_id,
        paid_on,
        cmd.amount,
        act,
        origin=cmd.origin,
        reference=cmd.reference,
        entry=cmd.entry,
    )
    service.save(payment)
    allocate(service, payment, cmd.allocations, act)
    return _answer(payment)


def allocate_customer_payment(cmd: AllocateCustomerPayment, act: Act, service: Service) -> Answer:
    """Handles `AllocateCustomerPayment`."""
    payment = service.load(CustomerPayment, cmd.payment_id)
    allocate(service, payment, cmd.allocations, act)
    return _answer(payment)


def take_back_allocation(cmd: TakeBackAllocation, act: Act, service: Service) -> Answer:
    """Handles `TakeBackAllocation`. Raises `AllocationUnknown`."""
    payment = service.load(CustomerPayment, cmd.payment_id)
    known = payment.allocations.get(cmd.allocation_id)
    payment.take_back(cmd.allocation_id, act)
    if known is not None:
        owed = payable(service, known.record_id)
        owed.reverse_payment(cmd.allocation_id, rome_date(act.at), act.why, act)
        service.save(owed)
    service.save(payment)
    return _answer(payment)


def refund_customer_payment(cmd: RefundCustomerPayment, act: Act, service: Service) -> Answer:
    """Handles `RefundCustomerPayment`."""
    payment = service.load(CustomerPayment, cmd.payment_id)
    refund_id = cmd.refund_id or service.new_id("refund")
    payment.refund(refund_id, cmd.amount, cmd.refunded_on or rome_date(act.at), cmd.reference, act)
    service.save(payment)
    return {**_answer(payment), "refund_id": refund_id}


def reverse_customer_payment(cmd: ReverseCustomerPayment, act: Act, service: Service) -> Answer:
    """Handles `ReverseCustomerPayment`."""
    payment = service.load(CustomerPayment, cmd.payment_id)
    on = cmd.reversed_on or rome_date(act.at)
    service.preload(*{each.record_id for each in payment.allocations.values()})
    for each in payment.allocations.values():
        owed = payable(service, each.record_id)
        owed.reverse_payment(each.allocation_id, on, cmd.reason, act)
        service.save(owed)
    if payment.source is not None:
        source = payable(service, payment.source.id)
        source.give_back_credit(payment.id, act)
        service.save(source)
    payment.reverse(on, cmd.reason, act)
    service.save(payment)
    return _answer(payment)


def reverse_payment(cmd: ReversePayment, act: Act, service: Service) -> Answer:
    """Handles `ReversePayment`. Raises `PaymentUnknown`."""
    owed = payable(service, cmd.invoice_id)
    paid = owed.settlement.payments.get(cmd.payment_id)
    if paid is not None and paid.customer_payment_id is not None:
        payment = service.load(CustomerPayment, paid.customer_payment_id)
        payment.take_back(cmd.payment_id, act)
        service.save(payment)
    owed.reverse_payment(cmd.payment_id, cmd.reversed_on or rome_date(act.at), cmd.reason, act)
    service.save(owed)
    return {"open": Money(amount=owed.open_amount, currency=owed.payable_currency)}


def use_customer_credit(cmd: UseCustomerCredit, act: Act, service: Service) -> Answer:
    """Handles `UseCustomerCredit`. Raises `CreditNotLeft`."""
    payment_id = cmd.payment_id or service.new_id("payment")
    known = service.find(CustomerPayment, payment_id)
    if known is not None:
        return _answer(known)
    owed = payable(service, cmd.record_id)
    amount = cmd.amount or Money(amount=owed.credit_left, currency=owed.payable_currency)
    owed.use_credit(payment_id, amount.amount, act)
    service.save(owed)
    payment = CustomerPayment.receive(
        payment_id,
        customer_of(owed),
        rome_date(act.at),
        amount,
        act,
        origin=PaymentOrigin.CREDIT,
        reference=owed.payable_number,
        source=reference_of(owed),
    )
    service.save(payment)
    allocate(service, payment, cmd.allocations, act)
    return _answer(payment)


def _answer(payment: CustomerPayment) -> Answer:
    return {
        "payment_id": payment.id,
        "on_account": Money(amount=payment.on_account, currency=payment.amount.currency),
        "allocations": [each.model_dump(mode="json") for each in payment.allocations.values()],
    }
