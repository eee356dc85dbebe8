"""Outcomes of an invoice (ricevute della fattura): what the exchange system said, and sending it again (R9.11)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from aggregates import invoice_facts as facts
from aggregates.base import Act, Refusal, require
from aggregates.exchange_receipt import ExchangeOutcome, ExchangeState, RefusalStage
from aggregates.invoice_parts import InvoiceParts
from aggregates.invoice_values import BilledCustomer
from aggregates.rules.due_dates import Settlement


class NotRefusedByExchange(Refusal):
    """Invoice {number} was not refused by the exchange system; correct it with a credit note and a new invoice."""


class ResendTooLate(Refusal):
    """Invoice {number} could be sent again until {last_on}; send it late with a reason, or issue a new one."""


class ResendReasonMissing(Refusal):
    """Give the reason for sending invoice {number} after {last_on}."""

    status = 422


class InvoiceVoided(Refusal):
    """Invoice {number} was given up after its refusal; bill what it billed with a new invoice."""


class VoidedInvoiceMoves(Refusal):
    """Invoice {number} has payments, credit notes or a place in a bank's batch; take these back before it is voided."""


class NothingToDeliver(Refusal):
    """Invoice {number} is not among those that the exchange system could not deliver."""


class InvoiceReceipts(InvoiceParts):
    """The decisions of an invoice about what the exchange system made of it."""

    outcomes: tuple[ExchangeOutcome, ...]
    copy_delivered_on: date | None
    settlement: Settlement
    reversal_id: UUID | None
    """The internal reversal that took it back, once it was given up."""
    refusal_noted: frozenset[RefusalStage]
    sent_again: int
    """How many outcomes were there when the file was last sent anew: those before are of older files."""

    def record_outcome(self, outcome: ExchangeOutcome, act: Act) -> None:
        """Note a receipt; the same receipt again records nothing. Raises `InvoiceNotIssued`."""
        self.require_issued()
        if outcome not in self.outcomes:
            self._record(facts.ExchangeOutcomeRecorded, act=act, outcome=outcome)

    def resend(self, customer: BilledCustomer, resent_on: date, is_late: bool, act: Act) -> None:
        """Send a refused invoice again: same number, date and lines, with the customer's data as they are now.

        Raises `NotRefusedByExchange`, `InvoiceVoided`, `ResendTooLate` (after five days, unless late for a reason).
        """
        document = self.require_issued()
        require(not self.is_voided, InvoiceVoided, number=document.number)
        refusal = self._refusal()
        last_on = str(refusal.resend_by)
        is_in_time = resent_on <= refusal.resend_by
        require(is_in_time or is_late, ResendTooLate, number=document.number, last_on=last_on)
        require(is_in_time or bool(act.why), ResendReasonMissing, number=document.number, last_on=last_on)
        corrected = document.model_copy(update={"customer": customer})
        self._record(facts.Resent, act=act, document=corrected, resent_on=resent_on)

    def note_refusal(self, on: date, act: Act) -> None:
        """Tell people that it waits refused, once in each stage of its term. Raises `NotRefusedByExchange`."""
        if self.is_voided:
            return
        refusal = self._refusal()
        stage = refusal.stage_on(on)
        if stage is not None and stage not in self.refusal_noted:
            self._record(facts.RefusalNoted, act=act, stage=stage, resend_by=refusal.resend_by)

    def check_void(self) -> None:
        """Only a refused invoice that nothing rests on is given up. `NotRefusedByExchange`, `VoidedInvoiceMoves`."""
        self._refusal()
        money, number = self.settlement, self.require_issued().number
        is_untouched = not (money.payments or money.presented or self.credited)
        require(is_untouched, VoidedInvoiceMoves, number=number)

    def void(self, reversal_id: UUID, number: str, voided_on: date, reason: str, act: Act) -> None:
        """Give it up, as `check_void` allowed; its internal reversal was issued and credited it in full."""
        told = {"reversal_id": reversal_id, "number": number, "voided_on": voided_on, "reason": reason}
        self._record(facts.Voided, act=act, **told)

    def _refusal(self) -> ExchangeOutcome:
        refusal = self.last_outcome
        if self.exchange_state is not ExchangeState.REFUSED or refusal is None:
            raise NotRefusedByExchange(number=self.require_issued().number)
        return refusal

    def note_copy_delivered(self, delivered_on: date, channel: str, act: Act) -> None:
        """Note how the customer got what could not be delivered. Raises `NothingToDeliver`; once is enough."""
        document = self.require_issued()
        if self.copy_delivered_on is None:
            is_undelivered = self.exchange_state is ExchangeState.NOT_DELIVERED
            require(is_undelivered, NothingToDeliver, number=document.number)
            self._record(facts.CopyDelivered, act=act, delivered_on=delivered_on, channel=channel)

    @property
    def is_voided(self) -> bool:
        """Whether it was given up after its refusal."""
        return self.reversal_id is not None

    @property
    def last_outcome(self) -> ExchangeOutcome | None:
        """What the exchange system last said of the file that was last sent."""
        current = self.outcomes[self.sent_again :]
        return max(reversed(current), key=_weight, default=None)

    @property
    def exchange_state(self) -> ExchangeState:
        """Where the file stands with the exchange system."""
        return self.last_outcome.state if self.last_outcome else ExchangeState.NONE


def _weight(outcome: ExchangeOutcome) -> tuple[int, date]:
    """Receipts may be read in any order: what a public body answers counts more than how the file reached it."""
    answered = outcome.state in (ExchangeState.ACCEPTED, ExchangeState.REJECTED)
    arrived = outcome.state is ExchangeState.DELIVERED
    return (2 if answered else 1 if arrived else 0, outcome.received_on)
