"""Invoice (fattura): proposed, verified, confirmed, issued for ever; a credit note (nota di credito) is one too.

What is decided on a proposal stands in `invoice_proposal.py`, on an issued document in `invoice_credit.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates.base import Act, Aggregate, event, require
from aggregates.exchange_receipt import ExchangeOutcome, RefusalStage
from aggregates.invoice_credit import InvoiceCredit
from aggregates.invoice_parts import NOTHING
from aggregates.invoice_parts import InvoiceState as InvoiceState
from aggregates.invoice_proposal import InvoiceProposal
from aggregates.invoice_receipts import InvoiceReceipts
from aggregates.invoice_statement import InvoiceStatement

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
from aggregates.payable import Payable
from aggregates.record_ref import RecordRef
from aggregates.rules.due_dates import PartAmount, PartBalance, Settlement, balances
from aggregates.values import Money


class Invoice(InvoiceProposal, InvoiceCredit, InvoiceReceipts, InvoiceStatement, Payable, Aggregate):
    """An invoice or credit note, from the proposal on."""

    TOPIC = "invoice"

    # Imported here rather than assigned, so that `Invoice.Issued` is also a type to checkers.
    # isort: off
    # fmt: off
    from aggregates.invoice_facts import (
        Confirmed as Confirmed, Credited as Credited, CreditReturned as CreditReturned, CreditUsed as CreditUsed,
        Deducted as Deducted, DeductionProposed as DeductionProposed,
        DeductionReleased as DeductionReleased, Discarded as Discarded, Held as Held, HoldLifted as HoldLifted,
        Issued as Issued, LineExcluded as LineExcluded, LinesAdded as LinesAdded, LinesMoved as LinesMoved,
        ExchangeOutcomeRecorded as ExchangeOutcomeRecorded, PaymentRecorded as PaymentRecorded,
        PaymentReversed as PaymentReversed, PresentationEnded as PresentationEnded, Presented as Presented,
        CopyDelivered as CopyDelivered, Resent as Resent, PaymentRequested as PaymentRequested,
        PaymentRequestWithdrawn as PaymentRequestWithdrawn, Proposed as Proposed, TermsChanged as TermsChanged,
        RefusalNoted as RefusalNoted, StatementIssued as StatementIssued, Voided as Voided,
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

    # Answers

    @property
    def payable_number(self) -> str:
        """See `Payable`. Raises `InvoiceNotIssued`."""
        return self.require_issued().number

    @property
    def payable_currency(self) -> str:
        """See `Payable`. Raises `InvoiceNotIssued`."""
        return self.require_issued().currency

    # Evolve

    @event(Proposed)
    def __init__(
        self,
        kind: DocumentKind,
        terms: Terms,
        lines: tuple[InvoiceLine, ...],
        until_on: date,
        corrects: InvoiceReference | None,
        reasons: tuple[str, ...],
    ) -> None:
        self.kind, self.terms, self.proposed_lines, self.corrects = kind, terms, lines, corrects
        self.reasons, self.planned_on, self.until_on = reasons, None, until_on
        self.excluded: set[int] = set()
        self.held_because: str | None = None
        self.is_confirmed = self.is_discarded = False
        self.notice: PaymentNotice | None = None
        self.stated: tuple[InvoiceLine, ...] | None = None
        self.stated_as: str | None = None
        self.document: IssuedDocument | None = None
        self.credited: dict[int, Decimal] = {}
        self.credited_pieces: dict[int, Decimal] = {}
        self.deductions: dict[UUID, Decimal] = {}
        self.deducted: dict[UUID, RecordRef] = {}
        self.settlement = Settlement()
        self.outcomes: tuple[ExchangeOutcome, ...] = ()
        self.sent_again = 0
        self.refusal_noted: frozenset[RefusalStage] = frozenset()
        self.reversal_id: UUID | None = None
        self.copy_delivered_on: date | None = None

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

    @event(StatementIssued)
    def _statement_issued(self, number: str) -> None:
        self.stated, self.stated_as = self.lines, number

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
        self.settlement = _settlement(document, self.corrects is not None)

    @event(Credited)
    def _credited(self, lines: tuple[LineCredit, ...], payable: Decimal) -> None:
        for line in lines:
            self.credited[line.number] = self.credited.get(line.number, NOTHING) + line.amount
            if line.quantity is not None:
                before = self.credited_pieces.get(line.number, Decimal(0))
                self.credited_pieces[line.number] = before + line.quantity
        self.settlement = self.settlement.with_credit(payable)

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

    @event(ExchangeOutcomeRecorded)
    def _exchange_outcome_recorded(self, outcome: ExchangeOutcome) -> None:
        self.outcomes = (*self.outcomes, outcome)

    @event(CopyDelivered)
    def _copy_delivered(self, delivered_on: date) -> None:
        self.copy_delivered_on = delivered_on

    @event(Resent)
    def _resent(self, document: IssuedDocument) -> None:
        self.document, self.sent_again = document, len(self.outcomes)
        self.refusal_noted = frozenset()

    @event(RefusalNoted)
    def _refusal_noted(self, stage: RefusalStage) -> None:
        self.refusal_noted |= {stage}

    @event(Voided)
    def _voided(self, reversal_id: UUID) -> None:
        self.reversal_id = reversal_id

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


def _settlement(document: IssuedDocument, is_correction: bool) -> Settlement:
    """What the document asks for; a note that corrects an invoice lowers that one instead."""
    if is_correction:
        return Settlement()
    if document.kind is DocumentKind.CREDIT_NOTE:
        return Settlement(parts=(PartBalance(part=1, due_on=document.issued_on, open=-document.payable),))
    return Settlement(parts=balances(document.due_dates))
