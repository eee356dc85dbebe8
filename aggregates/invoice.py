"""Invoice (fattura): proposed, verified, confirmed, issued for ever; a credit note (nota di credito) is one too.

What is decided on a proposal stands in `invoice_proposal.py`, on an issued document in `invoice_credit.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates import invoice_facts as facts
from aggregates.base import Act, Aggregate, event, require
from aggregates.invoice_credit import InvoiceCredit
from aggregates.invoice_parts import NOTHING
from aggregates.invoice_parts import InvoiceState as InvoiceState
from aggregates.invoice_proposal import InvoiceProposal

# isort: off
# fmt: off
from aggregates.invoice_refusals import (
    CreditBeforeInvoice as CreditBeforeInvoice, CreditNoteNotCredited as CreditNoteNotCredited,
    CreditTooLarge as CreditTooLarge, InvoiceDiscarded as InvoiceDiscarded, InvoiceEmpty as InvoiceEmpty,
    InvoiceHeld as InvoiceHeld, InvoiceIssued as InvoiceIssued, InvoiceLineUnknown as InvoiceLineUnknown,
    InvoiceNegative as InvoiceNegative, InvoiceNotIssued as InvoiceNotIssued, NothingToCredit as NothingToCredit,
    PaymentInvalid as PaymentInvalid, PaymentTooLarge as PaymentTooLarge,
    ReopeningNeedsFullCredit as ReopeningNeedsFullCredit,
)
# fmt: on
# isort: on
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
from aggregates.values import Money


class Invoice(InvoiceProposal, InvoiceCredit, Aggregate):
    """An invoice or credit note, from the proposal on."""

    TOPIC = "invoice"

    # Imported here rather than assigned, so that `Invoice.Issued` is also a type to checkers.
    # isort: off
    # fmt: off
    from aggregates.invoice_facts import (
        Confirmed as Confirmed, Credited as Credited, Deducted as Deducted, DeductionProposed as DeductionProposed,
        DeductionReleased as DeductionReleased, Discarded as Discarded, Held as Held, HoldLifted as HoldLifted,
        Issued as Issued, LineExcluded as LineExcluded, LinesAdded as LinesAdded, LinesMoved as LinesMoved,
        PaymentRecorded as PaymentRecorded, PaymentRequested as PaymentRequested,
        PaymentRequestWithdrawn as PaymentRequestWithdrawn, Proposed as Proposed, TermsChanged as TermsChanged,
    )
    # fmt: on
    # isort: on

    # Decide (proposal: `invoice_proposal.py`; credit notes and advances: `invoice_credit.py`)

    @classmethod
    def propose(
        cls,
        invoice_id: UUID,
        terms: Terms,
        lines: Sequence[InvoiceLine],
        until_on: date,
        act: Act,
        *,
        kind: DocumentKind = DocumentKind.INVOICE,
        corrects: InvoiceReference | None = None,
        reasons: tuple[str, ...] = (),
    ) -> Invoice:
        """Propose a document. Raises `InvoiceEmpty`."""
        require(bool(lines), InvoiceEmpty)
        return cls.begin(
            cls.Proposed,
            id=invoice_id,
            act=act,
            kind=kind,
            terms=terms,
            lines=tuple(lines),
            until_on=until_on,
            corrects=corrects,
            reasons=reasons,
        )

    def issue(self, document: IssuedDocument, act: Act) -> None:
        """Issue the document; a proposal nobody confirmed is confirmed by this. Raises `InvoiceNegative`."""
        require(document.total >= 0, InvoiceNegative, total=str(document.total))
        self.confirm(act)
        self.trigger_event(self.Issued, act=act, document=document)

    def record_payment(self, payment_id: UUID, paid_on: date, amount: Money, reference: str | None, act: Act) -> None:
        """Note a payment; the same payment again records nothing. Raises `PaymentTooLarge`, `PaymentInvalid`."""
        document = self.require_issued()
        if payment_id in self.payments:
            return
        is_valid = amount.amount > 0 and amount.currency == document.currency
        require(is_valid, PaymentInvalid, currency=document.currency)
        is_owed = amount.amount <= self.open_amount
        require(is_owed, PaymentTooLarge, open=str(self.open_amount), number=document.number, amount=str(amount.amount))
        self._record(
            facts.PaymentRecorded, act=act, payment_id=payment_id, paid_on=paid_on, amount=amount, reference=reference
        )

    # Answers

    @property
    def open_amount(self) -> Decimal:
        """What the customer still owes; below zero what we owe. Euro."""
        return self._payable - self.paid - self.credited_payable

    @property
    def _payable(self) -> Decimal:
        """What the document asks for; one that corrects an invoice lowers that one instead."""
        if self.document is None or self.corrects is not None:
            return NOTHING
        is_note = self.document.kind is DocumentKind.CREDIT_NOTE
        return -self.document.payable if is_note else self.document.payable

    # Evolve

    @event(Proposed)
    def __init__(
        self,
        kind: DocumentKind,
        terms: Terms,
        lines: tuple[InvoiceLine, ...],
        corrects: InvoiceReference | None,
        reasons: tuple[str, ...],
    ) -> None:
        self.kind, self.terms, self.proposed_lines, self.corrects = kind, terms, lines, corrects
        self.reasons, self.planned_on = reasons, None
        self.excluded: set[int] = set()
        self.held_because: str | None = None
        self.is_confirmed = self.is_discarded = False
        self.notice: PaymentNotice | None = None
        self.document: IssuedDocument | None = None
        self.credited: dict[int, Decimal] = {}
        self.credited_pieces: dict[int, Decimal] = {}
        self.deductions: dict[UUID, Decimal] = {}
        self.deducted: dict[UUID, RecordRef] = {}
        self.payments: set[UUID] = set()
        self.paid = self.credited_payable = NOTHING

    @event(LineExcluded)
    def _line_excluded(self, number: int) -> None:
        self.excluded.add(number)

    @event(TermsChanged)
    def _terms_changed(self, terms: Terms, dated_on: date | None, reasons: tuple[str, ...]) -> None:
        self.terms, self.planned_on, self.reasons = terms, dated_on, reasons
        self.is_confirmed = False

    @event(LinesMoved)
    def _lines_moved(self, numbers: tuple[int, ...]) -> None:
        self.excluded.update(numbers)
        self.is_confirmed = False

    @event(LinesAdded)
    def _lines_added(self, lines: tuple[InvoiceLine, ...]) -> None:
        self.proposed_lines = (*self.proposed_lines, *lines)
        self.is_confirmed = False

    @event(PaymentRequested)
    def _payment_requested(self, notice: PaymentNotice) -> None:
        self.notice = notice

    @event(PaymentRequestWithdrawn)
    def _payment_request_withdrawn(self) -> None:
        self.notice = None

    @event(Held)
    def _held(self, reason: str) -> None:
        self.held_because = reason

    @event(HoldLifted)
    def _hold_lifted(self) -> None:
        self.held_because = None

    @event(Confirmed)
    def _confirmed(self) -> None:
        self.is_confirmed = True

    @event(Discarded)
    def _discarded(self) -> None:
        self.is_discarded = True

    @event(Issued)
    def _issued(self, document: IssuedDocument) -> None:
        self.document = document

    @event(Credited)
    def _credited(self, lines: tuple[LineCredit, ...], payable: Decimal) -> None:
        for line in lines:
            self.credited[line.number] = self.credited.get(line.number, NOTHING) + line.amount
            if line.quantity is not None:
                before = self.credited_pieces.get(line.number, Decimal(0))
                self.credited_pieces[line.number] = before + line.quantity
        self.credited_payable += payable

    @event(PaymentRecorded)
    def _payment_recorded(self, payment_id: UUID, amount: Money) -> None:
        self.payments.add(payment_id)
        self.paid += amount.amount

    @event(DeductionProposed)
    def _deduction_proposed(self, invoice_id: UUID, amount: Decimal) -> None:
        self.deductions[invoice_id] = amount

    @event(DeductionReleased)
    def _deduction_released(self, invoice_id: UUID) -> None:
        self.deductions.pop(invoice_id, None)
        self.deducted.pop(invoice_id, None)

    @event(Deducted)
    def _deducted(self, invoice: RecordRef) -> None:
        self.deducted[invoice.id] = invoice
