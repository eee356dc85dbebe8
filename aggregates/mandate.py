"""Mandate (mandato SDD): a customer's leave to debit its account, under a reference that never means another one.

The first debit under a mandate is announced as first (FRST), later ones as recurring (RCUR); a first that never took
place leaves the next one first. Thirty-six months without a debit end a mandate.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.rules.identifiers import is_iban
from aggregates.rules.periods import months_after
from aggregates.values import FISCAL, Keep, Personal

MANDATES = UUID("1f5f7a3c-2d0b-5c8a-9e44-3b1f6f9c7a20")
DORMANT_MONTHS = 36
SEPA_TEXT = r"^[A-Za-z0-9+?/\-:().,' ]+$"
"""The characters that every bank of the scheme takes."""


class MandateScheme(StrEnum):
    """Which rules hold: those for everybody, or those between businesses."""

    CORE = "CORE"
    B2B = "B2B"


class Sequence(StrEnum):
    """Whether a debit is the first under its mandate or a later one."""

    FIRST = "FRST"
    RECURRING = "RCUR"


class MandateDiffers(Refusal):
    """Mandate {reference} of this customer is already known with other data; revoke it and sign a new reference."""


class MandateIbanWrong(Refusal):
    """{iban} is not a valid IBAN; check the debtor's account on the mandate."""

    status = 422


class MandateRevoked(Refusal):
    """Mandate {reference} was revoked; sign a new one."""


class MandateDormant(Refusal):
    """Mandate {reference} was not used for 36 months and has ended; sign a new one."""


def mandate_id(customer_id: UUID, reference: str) -> UUID:
    """The id of a customer's mandate: its reference names one mandate for ever."""
    return uuid5(MANDATES, f"{customer_id}/{reference.strip().upper()}")


class Mandate(Aggregate):
    """A customer's leave to debit an account."""

    TOPIC = "mandate"

    class Signed(FirstEvent):
        """The customer signed it."""

        TOPIC = "mandate.signed.v1"
        customer_id: UUID
        reference: str
        signed_on: date
        iban: Annotated[str, Personal("customer_id", part=FISCAL, keep=Keep.FISCAL)]
        scheme: MandateScheme

    class Used(Aggregate.Event):
        """A batch for the bank debits under it."""

        TOPIC = "mandate.used.v1"
        collection_id: UUID
        collect_on: date

    class UseWithdrawn(Aggregate.Event):
        """That batch debits nothing under it after all."""

        TOPIC = "mandate.use-withdrawn.v1"
        collection_id: UUID

    class Revoked(Aggregate.Event):
        """Nothing more is debited under it."""

        TOPIC = "mandate.revoked.v1"
        revoked_on: date
        reason: str | None

    # Decide

    @classmethod
    def sign(
        cls, customer_id: UUID, reference: str, signed_on: date, iban: str, scheme: MandateScheme, act: Act
    ) -> Mandate:
        """Note a signed mandate. Raises `MandateIbanWrong`."""
        require(is_iban(iban), MandateIbanWrong, iban=iban)
        return cls.begin(
            cls.Signed,
            id=mandate_id(customer_id, reference),
            act=act,
            customer_id=customer_id,
            reference=reference.strip(),
            signed_on=signed_on,
            iban=compact(iban),
            scheme=scheme,
        )

    def check_same(self, signed_on: date, iban: str, scheme: MandateScheme) -> None:
        """The same mandate told again is nothing new. Raises `MandateDiffers`."""
        is_same = (self.signed_on, self.iban, self.scheme) == (signed_on, compact(iban), scheme)
        require(is_same, MandateDiffers, reference=self.reference)

    def use(self, collection_id: UUID, collect_on: date, act: Act) -> Sequence:
        """Debit under it in a batch; answers how the debit is announced. Raises `MandateRevoked`, `MandateDormant`."""
        require(not self.is_revoked, MandateRevoked, reference=self.reference)
        last_on = max([self.signed_on, *self.uses.values()])
        require(collect_on <= months_after(last_on, DORMANT_MONTHS), MandateDormant, reference=self.reference)
        sequence = Sequence.RECURRING if self.uses else Sequence.FIRST
        if collection_id not in self.uses:
            self.trigger_event(self.Used, act=act, collection_id=collection_id, collect_on=collect_on)
        return sequence

    def withdraw_use(self, collection_id: UUID, act: Act) -> None:
        """Note that a batch debits nothing under it after all."""
        if collection_id in self.uses:
            self.trigger_event(self.UseWithdrawn, act=act, collection_id=collection_id)

    def revoke(self, revoked_on: date, reason: str | None, act: Act) -> None:
        """End it; once is enough."""
        if not self.is_revoked:
            self.trigger_event(self.Revoked, act=act, revoked_on=revoked_on, reason=reason)

    # Evolve

    @event(Signed)
    def __init__(self, customer_id: UUID, reference: str, signed_on: date, iban: str, scheme: MandateScheme) -> None:
        self.customer_id, self.reference, self.signed_on = customer_id, reference, signed_on
        self.iban, self.scheme, self.is_revoked = iban, scheme, False
        self.uses: dict[UUID, date] = {}

    @event(Used)
    def _used(self, collection_id: UUID, collect_on: date) -> None:
        self.uses[collection_id] = collect_on

    @event(UseWithdrawn)
    def _use_withdrawn(self, collection_id: UUID) -> None:
        del self.uses[collection_id]

    @event(Revoked)
    def _revoked(self) -> None:
        self.is_revoked = True


def compact(iban: str) -> str:
    """An IBAN as machines write it."""
    return iban.replace(" ", "").upper()
