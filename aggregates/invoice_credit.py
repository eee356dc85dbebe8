"""Decisions on an issued invoice (fattura emessa): issued once, credited in part or whole, its advance deducted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates import invoice_facts as facts
from aggregates import invoice_refusals as refused
from aggregates.base import Act, require
from aggregates.billable import BillingChanged
from aggregates.invoice_parts import NOTHING, InvoiceParts
from aggregates.invoice_values import (
    ADVANCE,
    DocumentKind,
    DocumentType,
    IssuedDocument,
    IssuedLine,
    LineCredit,
    LineToCredit,
)
from aggregates.record_ref import RecordRef
from aggregates.rules.rounding import share


class InvoiceCredit(InvoiceParts):
    """The decisions of an invoice about what was issued."""

    def check_credit(self, wanted: Sequence[LineToCredit] | None, dated_on: date, reopens: bool) -> list[LineCredit]:
        """What a credit note of a day takes back: the lines wanted, or all that is left of every line.

        Raises `InvoiceNotIssued`, `CreditNoteNotCredited`, `CreditBeforeInvoice`, `CreditTooLarge`,
        `CreditAmountWrong`, `NothingToCredit`, `InvoiceLineUnknown`, `ReopeningNeedsFullCredit`, `AdvanceDeducted`.
        """
        document = self.require_issued()
        require(document.kind is DocumentKind.INVOICE, refused.CreditNoteNotCredited, number=document.number)
        is_after = dated_on >= document.issued_on
        require(is_after, refused.CreditBeforeInvoice, dated_on=str(dated_on), issued_on=str(document.issued_on))
        by_number = {line.number: line for line in document.lines}
        if wanted is None:
            wanted = [LineToCredit(number=line.number) for line in document.lines if self._left(line)]
        require(bool(wanted), refused.NothingToCredit, number=document.number)
        taken: dict[int, LineCredit] = {}
        for each in wanted:
            is_there = each.number in by_number and each.number not in taken
            require(is_there, refused.InvoiceLineUnknown, number=each.number)
            taken[each.number] = self._credit_of(by_number[each.number], each)
        self._check_advance(taken.values())
        if reopens:
            _check_whole(document.lines, taken)
        return list(taken.values())

    def credit(self, note: IssuedDocument, note_id: UUID, lines: Sequence[LineCredit], reopen: bool, act: Act) -> None:
        """Note what an issued credit note, allowed by `check_credit`, took back."""
        self._record(
            facts.Credited,
            act=act,
            credit_note_id=note_id,
            number=note.number,
            credited_on=note.issued_on,
            lines=tuple(lines),
            payable=note.payable,
            is_reopened=reopen,
        )

    # Advances

    @property
    def advance_left(self) -> Decimal:
        """What of an advance no invoice has deducted and no credit note taken back; euro before VAT."""
        return self._advanced - sum(self.deductions.values(), NOTHING)

    def propose_deduction(self, invoice_id: UUID, amount: Decimal, act: Act) -> None:
        """Let a proposed invoice take off so much of this advance. Raises `NotAnAdvance`, `AdvanceTooSmall`."""
        if self.deductions.get(invoice_id) == amount:
            return
        document = self.require_issued()
        is_advance = document.document_type is DocumentType.TD02
        require(is_advance, refused.NotAnAdvance, number=document.number)
        left = self.advance_left + self.deductions.get(invoice_id, NOTHING)
        is_enough = invoice_id not in self.deductions and 0 < amount <= left
        require(is_enough, refused.AdvanceTooSmall, number=document.number, left=str(left), amount=str(amount))
        self._record(facts.DeductionProposed, act=act, invoice_id=invoice_id, amount=amount)

    def release_deduction(self, invoice_id: UUID, act: Act) -> None:
        """Leave the advance to another invoice, where this one deducted it."""
        if invoice_id in self.deductions:
            self._record(facts.DeductionReleased, act=act, invoice_id=invoice_id)

    def deduct(self, invoice: RecordRef, act: Act) -> None:
        """Note the issued invoice that deducts it. Raises `BillingChanged` when its proposal no longer does."""
        document = self.require_issued()
        require(invoice.id in self.deductions, BillingChanged, number=document.number)
        self._record(facts.Deducted, act=act, invoice=invoice)

    # Answers

    @property
    def _advanced(self) -> Decimal:
        lines = self.document.lines if self.document else ()
        return sum((self._left(line) for line in lines if line.source.kind == ADVANCE), NOTHING)

    def _left(self, line: IssuedLine) -> Decimal:
        return line.amount - self.credited.get(line.number, NOTHING)

    def _credit_of(self, line: IssuedLine, wanted: LineToCredit) -> LineCredit:
        left, amount = self._left(line), wanted.amount
        if wanted.quantity is not None:
            amount = self._by_quantity(line, wanted.quantity)
        elif amount is None:
            amount = left
        is_like_line = amount != 0 and (amount > 0) == (line.amount > 0)
        require(is_like_line, refused.CreditAmountWrong, number=line.number)
        is_enough = abs(amount) <= abs(left)
        require(is_enough, refused.CreditTooLarge, number=line.number, left=str(left), amount=str(amount))
        since = wanted.since if isinstance(wanted, LineCredit) else None
        return LineCredit(number=line.number, amount=amount, quantity=wanted.quantity, since=since)

    def _by_quantity(self, line: IssuedLine, quantity: Decimal) -> Decimal:
        """Pieces are credited by cumulative rounding: all of them together are the line's amount (R0.3)."""
        before = self.credited_pieces.get(line.number, Decimal(0))
        require(before + quantity <= line.quantity, refused.CreditAmountWrong, number=line.number)
        return share(line.amount, before + quantity, line.quantity) - share(line.amount, before, line.quantity)

    def _check_advance(self, taken: Iterable[LineCredit]) -> None:
        if self.deductions and self.document is not None:
            credited = sum((each.amount for each in taken), NOTHING)
            is_left = credited <= self.advance_left
            require(is_left, refused.AdvanceDeducted, number=self.document.number)


def _check_whole(lines: Sequence[IssuedLine], taken: dict[int, LineCredit]) -> None:
    """What is to be due again is credited in full by this note: each line, and all lines of each record."""
    works = {
        line.source.record.id for line in lines if line.source.record is not None and line.number in taken
    }  # zero lines have nothing to credit
    for line in lines:
        record = line.source.record
        is_concerned = line.number in taken or (record is not None and record.id in works and line.amount != 0)
        if is_concerned:
            is_whole = line.number in taken and taken[line.number].amount == line.amount
            require(is_whole, refused.ReopeningNeedsFullCredit)
