"""Outcomes of an invoice (ricevute della fattura): what the exchange system said, and sending it again (R9.11)."""

from __future__ import annotations

from datetime import date

from aggregates import invoice_facts as facts
from aggregates.base import Act, Refusal, require
from aggregates.exchange_receipt import ExchangeOutcome, ExchangeState
from aggregates.invoice_parts import InvoiceParts
from aggregates.invoice_values import BilledCustomer


class NotRefusedByExchange(Refusal):
    """Invoice {number} was not refused by the exchange system; correct it with a credit note and a new invoice."""


class ResendTooLate(Refusal):
    """Invoice {number} could be sent again until {last_on}; send it late with a reason, or issue a new one."""


class ResendReasonMissing(Refusal):
    """Give the reason for sending invoice {number} after {last_on}."""

    status = 422


class NothingToDeliver(Refusal):
    """Invoice {number} is not among those that the exchange system could not deliver."""


class InvoiceReceipts(InvoiceParts):
    """The decisions of an invoice about what the exchange system made of it."""

    outcomes: tuple[ExchangeOutcome, ...]
    copy_delivered_on: date | None
    sent_again: int
    """How many outcomes were there when the file was last sent anew: those before are of older files."""

    def record_outcome(self, outcome: ExchangeOutcome, act: Act) -> None:
        """Note a receipt; the same receipt again records nothing. Raises `InvoiceNotIssued`."""
        self.require_issued()
        if outcome not in self.outcomes:
            self._record(facts.ExchangeOutcomeRecorded, act=act, outcome=outcome)

    def resend(self, customer: BilledCustomer, resent_on: date, is_late: bool, act: Act) -> None:
        """Send a refused invoice again: same number, date and lines, with the customer's data as they are now.

        Raises `NotRefusedByExchange`, `ResendTooLate` (after five days, unless it is to be late for a reason).
        """
        document = self.require_issued()
        refusal = self.last_outcome
        if self.exchange_state is not ExchangeState.REFUSED or refusal is None:
            raise NotRefusedByExchange(number=document.number)
        last_on = str(refusal.resend_by)
        is_in_time = resent_on <= refusal.resend_by
        require(is_in_time or is_late, ResendTooLate, number=document.number, last_on=last_on)
        require(is_in_time or bool(act.why), ResendReasonMissing, number=document.number, last_on=last_on)
        corrected = document.model_copy(update={"customer": customer})
        self._record(facts.Resent, act=act, document=corrected, resent_on=resent_on)

    def note_copy_delivered(self, delivered_on: date, channel: str, act: Act) -> None:
        """Note how the customer got what could not be delivered. Raises `NothingToDeliver`; once is enough."""
        document = self.require_issued()
        if self.copy_delivered_on is None:
            is_undelivered = self.exchange_state is ExchangeState.NOT_DELIVERED
            require(is_undelivered, NothingToDeliver, number=document.number)
            self._record(facts.CopyDelivered, act=act, delivered_on=delivered_on, channel=channel)

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
