"""How money settles the due dates of a document (saldo delle scadenze): the oldest first, or the one that was chosen.

Amounts are euro. What is credited or paid beyond what is open stands as an amount below zero on the last due date: it
is owed to the customer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.rules.payment_terms import DuePart
from aggregates.values import Rate, Value

NOTHING = Decimal("0.00")


class PartAmount(Value):
    """An amount of one due date of a document; euro."""

    part: int = Field(ge=1, description="The document's due dates are numbered from 1, in the order of its terms.")
    amount: Rate


class PartBalance(Value):
    """What of a due date is still open; below zero, what is owed to the customer. Euro."""

    part: int
    due_on: date
    open: Rate


@dataclass(frozen=True)
class Paid:
    """A payment as it settled due dates."""

    paid_on: date
    parts: tuple[PartAmount, ...]
    customer_payment_id: UUID | None = None
    """The customer's payment that settled it, where one payment settles several documents."""


@dataclass(frozen=True)
class Settlement:
    """All money of one document: what each due date still waits for, and what took it away."""

    parts: tuple[PartBalance, ...] = ()
    payments: Mapping[UUID, Paid] = field(default_factory=dict)
    reversed: frozenset[UUID] = frozenset()
    presented: Mapping[int, UUID] = field(default_factory=dict)
    """Due dates that a batch for the bank holds."""
    credited: Decimal = NOTHING
    uses: Mapping[UUID, Decimal] = field(default_factory=dict)
    """What was owed to the customer and went elsewhere."""

    @property
    def open(self) -> Decimal:
        """What is still to be paid of the whole document; below zero what we owe."""
        return sum((each.open for each in self.parts), NOTHING)

    @property
    def paid(self) -> Decimal:
        """What was paid and did not come back."""
        return sum((each.amount for paid in self.payments.values() for each in paid.parts), NOTHING)

    def part(self, number: int) -> PartBalance | None:
        """A due date by its number."""
        return next((each for each in self.parts if each.part == number), None)

    def split(self, amount: Decimal, part: int | None = None) -> tuple[PartAmount, ...]:
        """How a payment settles: the due date chosen, or the oldest first."""
        return (PartAmount(part=part, amount=amount),) if part is not None else spread(self.parts, amount)

    def with_payment(
        self,
        payment_id: UUID,
        paid_on: date,
        amount: Decimal,
        parts: tuple[PartAmount, ...],
        customer_payment_id: UUID | None = None,
    ) -> Settlement:
        """One more payment; without parts it settles the oldest due dates first."""
        taken = parts or spread(self.parts, amount)
        paid = Paid(paid_on, taken, customer_payment_id)
        return replace(self, parts=lowered(self.parts, taken), payments={**self.payments, payment_id: paid})

    def without_payment(self, payment_id: UUID) -> Settlement:
        """A payment that came back: its due dates are open again."""
        known = self.payments.get(payment_id)
        if known is None:
            return self
        left = {key: paid for key, paid in self.payments.items() if key != payment_id}
        back = [each.model_copy(update={"amount": -each.amount}) for each in known.parts]
        return replace(self, parts=lowered(self.parts, back), payments=left, reversed=self.reversed | {payment_id})

    def with_credit(self, amount: Decimal) -> Settlement:
        """What a credit note took back, from the oldest due date on."""
        return replace(self, parts=lowered(self.parts, spread(self.parts, amount)), credited=self.credited + amount)

    def with_use(self, use_id: UUID, amount: Decimal) -> Settlement:
        """What was owed to the customer went elsewhere."""
        uses = {**self.uses, use_id: amount}
        return replace(self, parts=lowered(self.parts, returned(self.parts, amount)), uses=uses)

    def without_use(self, use_id: UUID) -> Settlement:
        """It is owed to the customer again."""
        amount = self.uses.get(use_id, NOTHING)
        left = {key: used for key, used in self.uses.items() if key != use_id}
        return replace(self, parts=lowered(self.parts, spread(self.parts, amount)), uses=left)

    def with_presented(self, collection_id: UUID, parts: Iterable[int]) -> Settlement:
        """A batch for the bank holds due dates."""
        return replace(self, presented={**self.presented, **dict.fromkeys(parts, collection_id)})

    def without_presented(self, parts: Iterable[int]) -> Settlement:
        """No batch holds these due dates any more."""
        gone = set(parts)
        return replace(self, presented={part: key for part, key in self.presented.items() if part not in gone})


def balances(parts: Sequence[DuePart]) -> tuple[PartBalance, ...]:
    """The due dates of a document as they stand when it is issued."""
    return tuple(PartBalance(part=n, due_on=each.due_on, open=each.amount) for n, each in enumerate(parts, 1))


def spread(parts: Sequence[PartBalance], amount: Decimal) -> tuple[PartAmount, ...]:
    """An amount over due dates, the oldest first; what is too much goes to the last one. The shares sum to it."""
    shares: list[PartAmount] = []
    ordered = sorted(parts, key=lambda each: (each.due_on, each.part))
    for each in ordered:
        is_last = each is ordered[-1]
        share = amount if is_last else min(amount, max(each.open, NOTHING))
        if share:
            shares.append(PartAmount(part=each.part, amount=share))
            amount -= share
    return tuple(shares)


def returned(parts: Sequence[PartBalance], amount: Decimal) -> tuple[PartAmount, ...]:
    """What is owed to the customer and goes elsewhere, taken from the due dates that stand below zero."""
    shares: list[PartAmount] = []
    for each in parts:
        share = min(amount, max(-each.open, NOTHING))
        if share:
            shares.append(PartAmount(part=each.part, amount=-share))
            amount -= share
    return tuple(shares)


def lowered(parts: Sequence[PartBalance], taken: Iterable[PartAmount]) -> tuple[PartBalance, ...]:
    """The due dates after amounts were taken away from them."""
    less: dict[int, Decimal] = {}
    for each in taken:
        less[each.part] = less.get(each.part, NOTHING) + each.amount
    return tuple(
        each.model_copy(update={"open": each.open - less[each.part]}) if each.part in less else each for each in parts
    )
