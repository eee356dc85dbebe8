"""Payable (partita da incassare): what invoices and open items decide alike about their money.

Money settles the oldest due date first unless one is chosen; how it did so is frozen in the fact. A payment that comes
back (*insoluto*) opens again exactly what it had settled. Amounts are euro.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates.base import Act, Aggregate, Refusal, require
from aggregates.invoice_refusals import PaymentInvalid, PaymentTooLarge
from aggregates.rules.due_dates import NOTHING, PartAmount, Settlement
from aggregates.values import Money


class DuePartUnknown(Refusal):
    """{number} has no due date {part}; count them from 1 as they stand on the document."""

    status = 404


class DuePartPresented(Refusal):
    """Due date {part} of {number} is in another batch for the bank; cancel that one or wait for its outcome."""


class DuePartNotOpen(Refusal):
    """Of due date {part} of {number} {open} euro are open, not {amount}; prepare the batch again."""


class PaymentUnknown(Refusal):
    """{number} has no such payment; look at its payments and reverse one of them."""

    status = 404


class CreditNotLeft(Refusal):
    """{number} leaves the customer {left} euro; {amount} is more."""

    status = 422


class Payable:
    """The decisions of a record that waits for money; its facts are named alike in every class that has them."""

    settlement: Settlement

    @property
    def payable_number(self) -> str:
        """The document's number; raises a refusal for one that nobody can pay."""
        raise AssertionError

    @property
    def payable_currency(self) -> str:
        """The currency in which it is paid."""
        raise AssertionError

    @property
    def open_amount(self) -> Decimal:
        """What the customer still owes; below zero what we owe."""
        return self.settlement.open

    @property
    def credit_left(self) -> Decimal:
        """What the record leaves the customer: credited or paid beyond what was owed; never below zero."""
        return max(-self.settlement.open, NOTHING)

    # Decide

    def record_payment(
        self,
        payment_id: UUID,
        paid_on: date,
        amount: Money,
        reference: str | None,
        act: Act,
        *,
        part: int | None = None,
        collection_id: UUID | None = None,
        customer_payment_id: UUID | None = None,
    ) -> None:
        """Note a payment; the same payment again records nothing, also after it came back.

        Raises `PaymentTooLarge`, `PaymentInvalid`, `DuePartUnknown`.
        """
        number = self.payable_number
        if payment_id in self.settlement.payments or payment_id in self.settlement.reversed:
            return
        is_valid = amount.amount > 0 and amount.currency == self.payable_currency
        require(is_valid, PaymentInvalid, currency=self.payable_currency)
        open_amount = self.open_of(part)
        is_owed = amount.amount <= open_amount
        require(is_owed, PaymentTooLarge, open=str(open_amount), number=number, amount=str(amount.amount))
        self._note_money(
            "PaymentRecorded",
            act,
            payment_id=payment_id,
            paid_on=paid_on,
            amount=amount,
            reference=reference,
            parts=self.settlement.split(amount.amount, part),
            collection_id=collection_id,
            customer_payment_id=customer_payment_id,
        )

    def reverse_payment(self, payment_id: UUID, reversed_on: date, reason: str | None, act: Act) -> None:
        """Note that a payment came back or never was; what it settled is open again. Raises `PaymentUnknown`."""
        if payment_id in self.settlement.reversed:
            return
        known = self.settlement.payments.get(payment_id)
        if known is None:
            raise PaymentUnknown(number=self.payable_number)
        amount = sum((each.amount for each in known.parts), NOTHING)
        self._note_money(
            "PaymentReversed",
            act,
            payment_id=payment_id,
            reversed_on=reversed_on,
            amount=Money(amount=amount, currency=self.payable_currency),
            reason=reason,
        )

    def present(self, collection_id: UUID, parts: Sequence[PartAmount], act: Act) -> None:
        """Let a batch for the bank hold due dates, whole as they are open: each is in one live batch only.

        Raises `DuePartUnknown`, `DuePartPresented`, `DuePartNotOpen`.
        """
        number, held = self.payable_number, self.settlement.presented
        if all(held.get(each.part) == collection_id for each in parts):
            return
        for each in parts:
            require(held.get(each.part) is None, DuePartPresented, part=each.part, number=number)
            is_open = NOTHING < each.amount == self.open_of(each.part)
            values = {"open": str(self.open_of(each.part)), "amount": str(each.amount)}
            require(is_open, DuePartNotOpen, part=each.part, number=number, **values)
        self._note_money("Presented", act, collection_id=collection_id, parts=tuple(parts))

    def withdraw(self, collection_id: UUID, parts: Iterable[int], act: Act) -> None:
        """Give due dates free that this batch holds; they may go into another one."""
        held = tuple(part for part in parts if self.settlement.presented.get(part) == collection_id)
        if held:
            self._note_money("PresentationEnded", act, collection_id=collection_id, parts=held)

    def use_credit(self, use_id: UUID, amount: Decimal, act: Act) -> None:
        """Take what the record leaves the customer, to set it off elsewhere or pay it back. Raises `CreditNotLeft`."""
        if use_id in self.settlement.uses:
            return
        is_left = 0 < amount <= self.credit_left
        values = {"left": str(self.credit_left), "amount": str(amount)}
        require(is_left, CreditNotLeft, number=self.payable_number, **values)
        self._note_money("CreditUsed", act, use_id=use_id, amount=Money(amount=amount, currency=self.payable_currency))

    def give_back_credit(self, use_id: UUID, act: Act) -> None:
        """Undo such a use: the record leaves the customer that much again."""
        if use_id in self.settlement.uses:
            self._note_money("CreditReturned", act, use_id=use_id)

    # Answers

    def open_of(self, part: int | None) -> Decimal:
        """What is open of a due date, or of the whole. Raises `DuePartUnknown`."""
        if part is None:
            return self.settlement.open
        known = self.settlement.part(part)
        if known is None:
            raise DuePartUnknown(number=self.payable_number, part=part)
        # Elsewhere credited too much, the document owes the customer: no due date takes more than the whole is open.
        return min(known.open, self.settlement.open)

    def _note_money(self, fact: str, act: Act, **values: object) -> None:
        assert isinstance(self, Aggregate)
        self.trigger_event(getattr(type(self), fact), act=act, **values)
