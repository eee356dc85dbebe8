"""Invoice (fattura): proposed, verified, confirmed, issued for ever; a credit note (nota di credito) is one too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.invoice_values import (
    DocumentKind,
    InvoiceLine,
    InvoiceReference,
    IssuedDocument,
    LineCredit,
    Terms,
)
from aggregates.values import Money, Rate

NOTHING = Decimal("0.00")


class InvoiceState(StrEnum):
    """Where an invoice stands; a held proposal waits until the hold is lifted."""

    PROPOSED = "proposed"
    HELD = "held"
    CONFIRMED = "confirmed"
    ISSUED = "issued"
    DISCARDED = "discarded"


class InvoiceIssued(Refusal):
    """Invoice {number} is issued and never changes; correct it with a credit note and a new invoice."""


class InvoiceDiscarded(Refusal):
    """This proposal was discarded; propose again."""


class InvoiceHeld(Refusal):
    """This proposal is held: {reason}. Lift the hold first."""


class InvoiceNotIssued(Refusal):
    """This is still a proposal; issue it first."""


class InvoiceEmpty(Refusal):
    """An invoice needs at least one line."""

    status = 422


class InvoiceLineUnknown(Refusal):
    """The invoice has no line {number}."""

    status = 404


class InvoiceNegative(Refusal):
    """The document would total {total}; what is owed to the customer goes on a credit note."""

    status = 422


class CreditTooLarge(Refusal):
    """Line {number} has {left} left to credit; {amount} is more."""

    status = 422


class CreditBeforeInvoice(Refusal):
    """A credit note of {dated_on} would come before its invoice of {issued_on}; date it later (00418)."""

    status = 422


class NothingToCredit(Refusal):
    """Invoice {number} is already credited in full."""


class CreditNoteNotCredited(Refusal):
    """{number} is itself a credit note; issue an invoice instead."""


class ReopeningNeedsFullCredit(Refusal):
    """An instalment is due again only when its line is credited in full by this credit note."""

    status = 422


class PaymentTooLarge(Refusal):
    """{open} euro are open on invoice {number}; {amount} is more. Record the rest where it belongs."""

    status = 422


class PaymentInvalid(Refusal):
    """A payment is more than zero, in the invoice's currency {currency}."""

    status = 422


class Invoice(Aggregate):
    """An invoice or credit note, from the proposal on."""

    TOPIC = "invoice"

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

    # Decide: proposal

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

    def exclude_line(self, number: int, act: Act) -> InvoiceLine | None:
        """Leave a line out; answers the line, None when it was out already. Raises `InvoiceEmpty` for the last one."""
        self._require_open()
        known = {line.number: line for line in self.proposed_lines}
        require(number in known, InvoiceLineUnknown, number=number)
        if number in self.excluded:
            return None
        require(len(self.lines) > 1, InvoiceEmpty)
        self.trigger_event(self.LineExcluded, act=act, number=number)
        return known[number]

    def hold(self, reason: str, act: Act) -> None:
        """Let the proposal wait, for a reason."""
        self._require_open()
        if self.held_because != reason:
            self.trigger_event(self.Held, act=act, reason=reason)

    def lift_hold(self, act: Act) -> None:
        """Let the proposal go on."""
        if self.held_because is not None:
            self.trigger_event(self.HoldLifted, act=act)

    def confirm(self, act: Act) -> None:
        """Say that the proposal was verified. Raises `InvoiceHeld`."""
        self._require_open()
        require(self.held_because is None, InvoiceHeld, reason=self.held_because)
        if not self.is_confirmed:
            self.trigger_event(self.Confirmed, act=act)

    def discard(self, reason: str, act: Act) -> bool:
        """Give the proposal up; answers False when it was given up already."""
        if self.is_discarded:
            return False
        self._require_open()
        self.trigger_event(self.Discarded, act=act, reason=reason)
        return True

    # Decide: issued

    def issue(self, document: IssuedDocument, act: Act) -> None:
        """Issue the document; a proposal nobody confirmed is confirmed by this. Raises `InvoiceNegative`."""
        require(document.total >= 0, InvoiceNegative, total=str(document.total))
        self.confirm(act)
        self.trigger_event(self.Issued, act=act, document=document)

    def check_credit(self, wanted: Sequence[LineCredit] | None, dated_on: date, is_reopened: bool) -> list[LineCredit]:
        """What a credit note of a day takes back: the lines wanted, or all that is left of every line.

        Raises `InvoiceNotIssued`, `CreditNoteNotCredited`, `CreditBeforeInvoice`, `CreditTooLarge`,
        `NothingToCredit`, `InvoiceLineUnknown`, `ReopeningNeedsFullCredit`.
        """
        document = self.require_issued()
        require(document.kind is DocumentKind.INVOICE, CreditNoteNotCredited, number=document.number)
        is_after = dated_on >= document.issued_on
        require(is_after, CreditBeforeInvoice, dated_on=str(dated_on), issued_on=str(document.issued_on))
        amounts = {line.number: line.amount for line in document.lines}
        left = {number: amount - self.credited.get(number, NOTHING) for number, amount in amounts.items()}
        if wanted is None:
            wanted = [LineCredit(number=number, amount=amount) for number, amount in left.items() if amount > 0]
        require(bool(wanted), NothingToCredit, number=document.number)
        for each in wanted:
            require(each.number in left, InvoiceLineUnknown, number=each.number)
            left[each.number] -= each.amount
            is_enough = left[each.number] >= 0
            before = str(left[each.number] + each.amount)
            require(is_enough, CreditTooLarge, number=each.number, left=before, amount=str(each.amount))
            is_whole = each.amount == amounts[each.number]
            require(is_whole or not is_reopened, ReopeningNeedsFullCredit)
        return list(wanted)

    def credit(self, note: IssuedDocument, note_id: UUID, lines: Sequence[LineCredit], reopen: bool, act: Act) -> None:
        """Note what an issued credit note, allowed by `check_credit`, took back."""
        self.trigger_event(
            self.Credited,
            act=act,
            credit_note_id=note_id,
            number=note.number,
            credited_on=note.issued_on,
            lines=tuple(lines),
            payable=note.payable,
            is_reopened=reopen,
        )

    def record_payment(self, payment_id: UUID, paid_on: date, amount: Money, reference: str | None, act: Act) -> None:
        """Note a payment; the same payment again records nothing. Raises `PaymentTooLarge`, `PaymentInvalid`."""
        document = self.require_issued()
        if payment_id in self.payments:
            return
        is_valid = amount.amount > 0 and amount.currency == document.currency
        require(is_valid, PaymentInvalid, currency=document.currency)
        is_owed = amount.amount <= self.open_amount
        require(is_owed, PaymentTooLarge, open=str(self.open_amount), number=document.number, amount=str(amount.amount))
        self.trigger_event(
            self.PaymentRecorded, act=act, payment_id=payment_id, paid_on=paid_on, amount=amount, reference=reference
        )

    # Answers

    @property
    def state(self) -> InvoiceState:
        """Where it stands."""
        if self.document is not None:
            return InvoiceState.ISSUED
        if self.is_discarded:
            return InvoiceState.DISCARDED
        if self.held_because is not None:
            return InvoiceState.HELD
        return InvoiceState.CONFIRMED if self.is_confirmed else InvoiceState.PROPOSED

    @property
    def is_open(self) -> bool:
        """Whether it is still a proposal."""
        return self.state not in (InvoiceState.ISSUED, InvoiceState.DISCARDED)

    @property
    def lines(self) -> tuple[InvoiceLine, ...]:
        """The proposed lines that were not left out."""
        return tuple(line for line in self.proposed_lines if line.number not in self.excluded)

    @property
    def open_amount(self) -> Decimal:
        """What the customer still owes; below zero what we owe. Euro."""
        return (self.document.payable if self.document else NOTHING) - self.paid - self.credited_payable

    def require_issued(self) -> IssuedDocument:
        """The issued document. Raises `InvoiceNotIssued`."""
        if self.document is None:
            raise InvoiceNotIssued
        return self.document

    def _require_open(self) -> None:
        require(self.document is None, InvoiceIssued, number=self.document.number if self.document else "")
        require(not self.is_discarded, InvoiceDiscarded)

    # Evolve

    @event(Proposed)
    def __init__(
        self, kind: DocumentKind, terms: Terms, lines: tuple[InvoiceLine, ...], corrects: InvoiceReference | None
    ) -> None:
        self.kind, self.terms, self.proposed_lines, self.corrects = kind, terms, lines, corrects
        self.excluded: set[int] = set()
        self.held_because: str | None = None
        self.is_confirmed = self.is_discarded = False
        self.document: IssuedDocument | None = None
        self.credited: dict[int, Decimal] = {}
        self.payments: set[UUID] = set()
        self.paid = self.credited_payable = NOTHING

    @event(LineExcluded)
    def _line_excluded(self, number: int) -> None:
        self.excluded.add(number)

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
        self.credited_payable += payable

    @event(PaymentRecorded)
    def _payment_recorded(self, payment_id: UUID, amount: Money) -> None:
        self.payments.add(payment_id)
        self.paid += amount.amount
