"""OpenItem (partita aperta): what is still to be paid of a document that the system used before had issued.

It is no invoice of ours: nothing is printed, sent or published for it; it only waits for its money.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.party import PaymentMethod
from aggregates.payable import Payable
from aggregates.rules.due_dates import PartAmount, PartBalance, Settlement
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
    """Payments of {number} are already recorded or on their way; what is open of it follows from them."""


class NotPayable(Refusal):
    """{number} is owed to the customer; set it off or pay it back in accounting."""

    status = 422


class OpenItem(Payable, Aggregate):
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
        parts: tuple[PartAmount, ...] = ()
        collection_id: UUID | None = None
        customer_payment_id: UUID | None = None

    class PaymentReversed(Aggregate.Event):
        """A payment came back (insoluto) or was recorded wrongly; what it settled is open again."""

        TOPIC = "open-item.payment-reversed.v1"
        payment_id: UUID
        reversed_on: date
        amount: Money
        reason: str | None

    class Presented(Aggregate.Event):
        """It is in a batch for the bank."""

        TOPIC = "open-item.presented.v1"
        collection_id: UUID
        parts: tuple[PartAmount, ...]

    class PresentationEnded(Aggregate.Event):
        """It is in no batch any more."""

        TOPIC = "open-item.presentation-ended.v1"
        collection_id: UUID
        parts: tuple[int, ...]

    class CreditUsed(Aggregate.Event):
        """What is owed to the customer was set off against other documents, or paid back."""

        TOPIC = "open-item.credit-used.v1"
        use_id: UUID
        amount: Money

    class CreditReturned(Aggregate.Event):
        """Such a use was undone."""

        TOPIC = "open-item.credit-returned.v1"
        use_id: UUID

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
        is_untouched = not (self.payments or self.settlement.uses or self.settlement.presented)
        require(is_untouched, OpenItemPaid, number=self.terms.number)
        _check(terms)
        self.trigger_event(self.Corrected, act=act, terms=terms)

    # Answers

    @property
    def payable_number(self) -> str:
        """See `Payable`."""
        return self.terms.number

    @property
    def payable_currency(self) -> str:
        """See `Payable`."""
        return self.terms.residual.currency

    def open_of(self, part: int | None) -> Decimal:
        """See `Payable`. Raises `NotPayable` for what is owed to the customer."""
        require(self.terms.kind is OpenItemKind.INVOICE, NotPayable, number=self.terms.number)
        return super().open_of(part)

    @property
    def payments(self) -> Collection[UUID]:
        """The payments recorded, also those that came back."""
        return {*self.settlement.payments, *self.settlement.reversed}

    # Evolve

    @event(Imported)
    def __init__(self, terms: OpenItemTerms) -> None:
        self.terms, self.settlement = terms, _settlement(terms)

    @event(Corrected)
    def _corrected(self, terms: OpenItemTerms) -> None:
        self.terms, self.settlement = terms, _settlement(terms)

    @event(PaymentRecorded)
    def _payment_recorded(
        self,
        payment_id: UUID,
        paid_on: date,
        amount: Money,
        parts: tuple[PartAmount, ...],
        customer_payment_id: UUID | None,
    ) -> None:
        money = self.settlement
        self.settlement = money.with_payment(payment_id, paid_on, amount.amount, parts, customer_payment_id)

    @event(PaymentReversed)
    def _payment_reversed(self, payment_id: UUID) -> None:
        self.settlement = self.settlement.without_payment(payment_id)

    @event(Presented)
    def _presented(self, collection_id: UUID, parts: tuple[PartAmount, ...]) -> None:
        self.settlement = self.settlement.with_presented(collection_id, [each.part for each in parts])

    @event(PresentationEnded)
    def _presentation_ended(self, parts: tuple[int, ...]) -> None:
        self.settlement = self.settlement.without_presented(parts)

    @event(CreditUsed)
    def _credit_used(self, use_id: UUID, amount: Money) -> None:
        self.settlement = self.settlement.with_use(use_id, amount.amount)

    @event(CreditReturned)
    def _credit_returned(self, use_id: UUID) -> None:
        self.settlement = self.settlement.without_use(use_id)


def _settlement(terms: OpenItemTerms) -> Settlement:
    sign = 1 if terms.kind is OpenItemKind.INVOICE else -1
    return Settlement(parts=(PartBalance(part=1, due_on=terms.due_on, open=sign * terms.residual.amount),))


def _check(terms: OpenItemTerms) -> None:
    require(0 < terms.residual.amount <= terms.amount.amount, ResidualWrong)
