"""What waits for money (partite), as several commands find it: an invoice, or an open item issued elsewhere."""

from __future__ import annotations

from uuid import UUID

from aggregates.base import Act
from aggregates.customer_payment import Allocation, CustomerPayment
from aggregates.invoice import Invoice
from aggregates.open_item import OpenItem
from aggregates.record_ref import RecordRef
from aggregates.rules.due_dates import NOTHING
from aggregates.values import Money, Rate, Value
from commands.base import Service

Owed = Invoice | OpenItem


class WantedAllocation(Value):
    """What a payment is to settle: a document or one of its due dates, with so much or with all that is open."""

    record_id: UUID
    part: int | None = None
    amount: Rate | None = None


def payable(service: Service, record_id: UUID) -> Owed:
    """The invoice or open item with this id. Raises `NotFound`."""
    return service.find(OpenItem, record_id) or service.load(Invoice, record_id)


def customer_of(owed: Owed) -> UUID:
    """Whose debt it is."""
    return owed.terms.customer_id


def reference_of(owed: Owed) -> RecordRef:
    """The record as other facts name it."""
    return RecordRef(
        kind="invoice" if isinstance(owed, Invoice) else "open-item", id=owed.id, number=owed.payable_number
    )


def allocate(
    service: Service, payment: CustomerPayment, wanted: tuple[WantedAllocation, ...] | None, act: Act
) -> list[Allocation]:
    """Let a payment settle what was asked for, or the customer's due dates from the oldest on; part of this append.

    Raises what the documents refuse: `PaymentTooLarge`, `DuePartUnknown`, `NotPayable`.
    """
    asked = _oldest_first(service, payment.customer_id) if wanted is None else wanted
    service.preload(*{each.record_id for each in asked})
    left, made = payment.on_account, list[Allocation]()
    for each in asked:
        owed = payable(service, each.record_id)
        amount = each.amount if each.amount is not None else min(left, max(owed.open_of(each.part), NOTHING))
        if amount > 0:
            made.append(_settle(service, payment, owed, each.part, amount, act))
            left -= amount
    payment.allocate(made, act)
    service.save(payment)
    return made


def _settle(
    service: Service, payment: CustomerPayment, owed: Owed, part: int | None, amount: Rate, act: Act
) -> Allocation:
    allocation_id = payment.next_allocation_id(owed.id, part)
    money = Money(amount=amount, currency=payment.amount.currency)
    owed.record_payment(
        allocation_id, payment.paid_on, money, payment.reference, act, part=part, customer_payment_id=payment.id
    )
    service.save(owed)
    return Allocation(
        allocation_id=allocation_id, record_id=owed.id, number=owed.payable_number, part=part, amount=amount
    )


def _oldest_first(service: Service, customer_id: UUID) -> tuple[WantedAllocation, ...]:
    """The customer's open due dates as the ledger lists them; a batch for the bank keeps what it holds."""
    found = service.lookups.open_due_dates(customer_id)
    return tuple(WantedAllocation(record_id=record_id, part=part) for record_id, part in found)
