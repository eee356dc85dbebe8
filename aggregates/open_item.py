"""OpenItem (partita aperta): what is still to be paid of a document that the system used before had issued.

It is no invoice of ours: nothing is printed, sent or published for it; it only waits for its money.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.invoice import PaymentInvalid, PaymentTooLarge
from aggregates.party import PaymentMethod
from aggregates.values import Money, Value


class OpenItemKind(StrEnum):
    """Whether it is owed to us, or by us."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PAYMENT_ON_ACCOUNT = "payment_on_account"


class OpenItemTerms(Value):
    """The document, when it falls due, and what of it is open; amounts are positive whoever owes them."""

    customer_id: UUID
    kind: OpenItemKind = OpenItemKind.INVOICE
    number: str
    issued_on: date
    due_on: date
    amount: Money
    residual: Money
    payment_method: PaymentMethod | None = None


class ResidualWrong(Refusal):
    """The open amount must be above zero and at most the amount of the document; check the two."""

    status = 422


class OpenItemPaid(Refusal):
    """Payments of {number} are already recorded; what is open of it follows from them."""


class NotPayable(Refusal):
    """{number} is owed to the customer; set it off or pay it back in accounting."""

    status = 422


class OpenItem(Aggregate):
    """One due date of a document issued elsewhere."""

    TOPIC = "open-item"

    class Imported(FirstEvent):
        """It was open when the company came to Libretto."""

        TOPIC = "open-item.imported.v1"
        terms: OpenItemTerms

    class Corrected(Aggregate.Event):
        """It was imported wrongly, or changed before any payment was recorded here."""

        TOPIC = "open-item.corrected.v1"
        terms: OpenItemTerms

    class PaymentRecorded(Aggregate.Event):
        """Money came in for it on its value date."""

        TOPIC = "open-item.payment-recorded.v1"
        payment_id: UUID
        paid_on: date
        amount: Money
        reference: str | None

    # Decide

    @classmethod
    def take_over(cls, open_item_id: UUID, terms: OpenItemTerms, act: Act) -> OpenItem:
        """Begin. Raises `ResidualWrong`."""
        _check(terms)
        return cls.begin(cls.Imported, id=open_item_id, act=act, terms=terms)

    def correct(self, terms: OpenItemTerms, act: Act) -> None:
        """Say it otherwise; the same again records nothing. Raises `OpenItemPaid`, `ResidualWrong`."""
        if self.terms == terms:
            return
        require(not self.payments, OpenItemPaid, number=self.terms.number)
        _check(terms)
        self.trigger_event(self.Corrected, act=act, terms=terms)

    def record_payment(self, payment_id: UUID, paid_on: date, amount: Money, reference: str | None, act: Act) -> None:
        """Note a payment; the same payment again records nothing. Raises `PaymentTooLarge`, `PaymentInvalid`."""
        if payment_id in self.payments:
            return
        terms = self.terms
        require(terms.kind is OpenItemKind.INVOICE, NotPayable, number=terms.number)
        is_valid = amount.amount > 0 and amount.currency == terms.residual.currency
        require(is_valid, PaymentInvalid, currency=terms.residual.currency)
        is_owed = amount.amount <= self.open_amount
        values = {"open": str(self.open_amount), "number": terms.number, "amount": str(amount.amount)}
        require(is_owed, PaymentTooLarge, **values)
        self.trigger_event(
            self.PaymentRecorded, act=act, payment_id=payment_id, paid_on=paid_on, amount=amount, reference=reference
        )

    @property
    def open_amount(self) -> Decimal:
        """What is still to be paid; euro."""
        return self.terms.residual.amount - self.paid

    # Evolve

    @event(Imported)
    def __init__(self, terms: OpenItemTerms) -> None:
        self.terms, self.paid = terms, Decimal("0.00")
        self.payments: set[UUID] = set()

    @event(Corrected)
    def _corrected(self, terms: OpenItemTerms) -> None:
        self.terms = terms

    @event(PaymentRecorded)
    def _payment_recorded(self, payment_id: UUID, amount: Money) -> None:
        self.payments.add(payment_id)
        self.paid += amount.amount


def _check(terms: OpenItemTerms) -> None:
    require(0 < terms.residual.amount <= terms.amount.amount, ResidualWrong)
