"""The facts of an invoice (fatti della fattura); `Invoice` in `invoice.py` decides them and lists them as its own."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from aggregates.base import Aggregate, FirstEvent
from aggregates.exchange_receipt import ExchangeOutcome, RefusalStage
from aggregates.invoice_values import (
    DocumentKind,
    InvoiceLine,
    InvoiceReference,
    IssuedDocument,
    LineCredit,
    PaymentNotice,
    Terms,
)
from aggregates.record_ref import RecordRef
from aggregates.rules.due_dates import PartAmount
from aggregates.values import Money, Rate


class Proposed(FirstEvent):
    """A document could be issued with these lines; each says where it comes from and why."""

    TOPIC = "invoice.proposed.v1"
    kind: DocumentKind
    terms: Terms
    lines: tuple[InvoiceLine, ...]
    until_on: date
    corrects: InvoiceReference | None
    reasons: tuple[str, ...]


class LineExcluded(Aggregate.Event):
    """A line was left out of the proposal; what it bills is due again."""

    TOPIC = "invoice.line-excluded.v1"
    number: int


class Held(Aggregate.Event):
    """The proposal waits."""

    TOPIC = "invoice.held.v1"
    reason: str


class HoldLifted(Aggregate.Event):
    """The proposal goes on."""

    TOPIC = "invoice.hold-lifted.v1"


class Confirmed(Aggregate.Event):
    """Somebody verified the proposal."""

    TOPIC = "invoice.confirmed.v1"


class Discarded(Aggregate.Event):
    """The proposal will not be issued; what it held is due again."""

    TOPIC = "invoice.discarded.v1"
    reason: str


class Issued(Aggregate.Event):
    """The document exists, with number and date, and never changes (R1.15)."""

    TOPIC = "invoice.issued.v1"
    document: IssuedDocument


class Credited(Aggregate.Event):
    """A credit note took back some of this invoice; `payable` is what the customer owes less."""

    TOPIC = "invoice.credited.v1"
    credit_note_id: UUID
    number: str
    credited_on: date
    lines: tuple[LineCredit, ...]
    payable: Rate
    is_reopened: bool


class PaymentRecorded(Aggregate.Event):
    """Money came in for this invoice on its value date."""

    TOPIC = "invoice.payment-recorded.v1"
    payment_id: UUID
    paid_on: date
    amount: Money
    reference: str | None
    parts: tuple[PartAmount, ...] = ()
    collection_id: UUID | None = None
    customer_payment_id: UUID | None = None


class PaymentReversed(Aggregate.Event):
    """A payment came back (insoluto) or was recorded wrongly; what it settled is open again."""

    TOPIC = "invoice.payment-reversed.v1"
    payment_id: UUID
    reversed_on: date
    amount: Money
    reason: str | None


class Presented(Aggregate.Event):
    """Due dates are in a batch for the bank."""

    TOPIC = "invoice.presented.v1"
    collection_id: UUID
    parts: tuple[PartAmount, ...]


class PresentationEnded(Aggregate.Event):
    """These due dates are in no batch any more."""

    TOPIC = "invoice.presentation-ended.v1"
    collection_id: UUID
    parts: tuple[int, ...]


class CreditUsed(Aggregate.Event):
    """What the document leaves the customer was set off against other documents, or paid back."""

    TOPIC = "invoice.credit-used.v1"
    use_id: UUID
    amount: Money


class CreditReturned(Aggregate.Event):
    """Such a use was undone."""

    TOPIC = "invoice.credit-returned.v1"
    use_id: UUID


class ExchangeOutcomeRecorded(Aggregate.Event):
    """The exchange system said what became of the invoice's file (R9.11)."""

    TOPIC = "invoice.exchange-outcome-recorded.v1"
    outcome: ExchangeOutcome


class Resent(Aggregate.Event):
    """A refused invoice goes out again in a new file: same number, date and lines, corrected customer (R9.11)."""

    TOPIC = "invoice.resent.v1"
    document: IssuedDocument
    resent_on: date


class RefusalNoted(Aggregate.Event):
    """People were told that a refused invoice waits: its term is about to end, or is over (R9.11)."""

    TOPIC = "invoice.refusal-noted.v1"
    stage: RefusalStage
    resend_by: date


class Voided(Aggregate.Event):
    """A refused invoice is given up: an internal reversal took it back, what it billed is due again (R9.11).

    Its number stays taken.
    """

    TOPIC = "invoice.voided.v1"
    reversal_id: UUID
    number: str
    voided_on: date
    reason: str


class CopyDelivered(Aggregate.Event):
    """The customer has an invoice that the exchange system could not deliver, or knows where to find it (R9.11)."""

    TOPIC = "invoice.copy-delivered.v1"
    delivered_on: date
    channel: str


class TermsChanged(Aggregate.Event):
    """The proposal is to be dated, paid or explained otherwise."""

    TOPIC = "invoice.terms-changed.v1"
    terms: Terms
    dated_on: date | None
    reasons: tuple[str, ...]


class LinesMoved(Aggregate.Event):
    """Lines left this proposal for another one, which bills them now."""

    TOPIC = "invoice.lines-moved.v1"
    numbers: tuple[int, ...]
    to_invoice_id: UUID


class LinesAdded(Aggregate.Event):
    """The proposal has more lines: those of another one, or the deduction of an advance."""

    TOPIC = "invoice.lines-added.v1"
    lines: tuple[InvoiceLine, ...]
    from_invoice_id: UUID | None


class PaymentRequested(Aggregate.Event):
    """The customer was asked to pay by a notice; the invoice follows the payment (R1.19)."""

    TOPIC = "invoice.payment-requested.v1"
    notice: PaymentNotice


class PaymentRequestWithdrawn(Aggregate.Event):
    """The notice holds no longer; its number stays taken."""

    TOPIC = "invoice.payment-request-withdrawn.v1"
    reason: str


class DeductionProposed(Aggregate.Event):
    """A proposed invoice takes so much of this advance off what it bills; euro before VAT."""

    TOPIC = "invoice.deduction-proposed.v1"
    invoice_id: UUID
    amount: Rate


class DeductionReleased(Aggregate.Event):
    """A proposed or credited invoice no longer deducts this advance: it is left to be deducted again."""

    TOPIC = "invoice.deduction-released.v1"
    invoice_id: UUID


class Deducted(Aggregate.Event):
    """An issued invoice has deducted this advance."""

    TOPIC = "invoice.deducted.v1"
    invoice: RecordRef


class StatementIssued(Aggregate.Event):
    """The customer is shown what is going to be invoiced, to check it; no tax document."""

    TOPIC = "invoice.statement-issued.v1"
    number: str
    dated_on: date
