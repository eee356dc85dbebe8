"""Billable (da fatturare una volta): how calls and quotes are held by one proposed invoice and end on one invoice."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from aggregates.base import Act, Aggregate, Refusal, require
from aggregates.record_ref import RecordRef


class BillingHeld(Refusal):
    """Another proposed invoice already bills {number}; issue or discard that one first."""


class BilledAlready(Refusal):
    """{number} is already on invoice {invoice}; it is invoiced once."""


class BillingChanged(Refusal):
    """{number} has changed since this invoice was proposed; discard the proposal and propose again."""


@dataclass(frozen=True)
class CustomerDue:
    """What a customer has to be billed by a day: contracts, and works by kind and id."""

    customer_id: UUID
    contract_ids: tuple[UUID, ...]
    works: tuple[tuple[str, UUID], ...]


class Billable:
    """The decisions of a record that is billed once.

    Its facts are `BillingProposed`, `BillingReleased`, `Invoiced`, and `BillingReopened` once it was credited in full.
    """

    billed_by: UUID | None
    """The proposed or issued invoice that bills it."""
    invoice: RecordRef | None

    def propose_billing(self, invoice_id: UUID, act: Act) -> None:
        """Let a proposed invoice hold it. Raises `BillingHeld`, `BilledAlready` and what `check_billable` raises."""
        self._require_not_billed()
        if self.billed_by == invoice_id:
            return
        require(self.billed_by is None, BillingHeld, number=self.billing_name)
        self.check_billable()
        self._note("BillingProposed", act, invoice_id=invoice_id)

    def release_billing(self, invoice_id: UUID, act: Act) -> None:
        """Give it free again, where this proposal held it."""
        if self.invoice is None and self.billed_by == invoice_id:
            self._note("BillingReleased", act, invoice_id=invoice_id)

    def bill(self, invoice: RecordRef, act: Act) -> None:
        """Note the issued invoice it is on. Raises `BillingChanged` when the proposal no longer holds it."""
        if self.invoice is not None and self.invoice.id == invoice.id:
            return
        self._require_not_billed()
        require(self.billed_by == invoice.id, BillingChanged, number=self.billing_name)
        self._note("Invoiced", act, invoice=invoice)

    def reopen_billing(self, invoice_id: UUID, credit_note: RecordRef, act: Act) -> None:
        """Let it be billed again after a credit note took back all of it; where another invoice has it, nothing."""
        if self.invoice is not None and self.invoice.id == invoice_id:
            self._note("BillingReopened", act, invoice_id=invoice_id, credit_note=credit_note)

    @property
    def billing_name(self) -> str:
        """How refusals call it."""
        raise AssertionError

    def check_billable(self) -> None:
        """Raises a refusal while there is nothing to bill."""

    def _require_not_billed(self) -> None:
        if self.invoice is not None:
            raise BilledAlready(number=self.billing_name, invoice=self.invoice.number)

    def _note(self, fact: str, act: Act, **values: object) -> None:
        assert isinstance(self, Aggregate)
        self.trigger_event(getattr(type(self), fact), act=act, **values)
