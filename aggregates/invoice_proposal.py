"""Decisions on a proposed invoice (proposta di fattura): verified, changed, regrouped, asked for, given up (R1.15)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from aggregates import invoice_facts as facts
from aggregates import invoice_refusals as refused
from aggregates.base import Act, require
from aggregates.invoice_parts import InvoiceParts
from aggregates.invoice_values import DocumentKind, DocumentType, InvoiceLine, PaymentNotice, Terms
from aggregates.record_ref import RecordRef


class InvoiceProposal(InvoiceParts):
    """The decisions of an invoice before it is issued."""

    def exclude_line(self, number: int, act: Act) -> InvoiceLine | None:
        """Leave a line out; answers the line, None when it was out already. Raises `InvoiceEmpty` for the last one."""
        self._require_free()
        known = {line.number: line for line in self.proposed_lines}
        require(number in known, refused.InvoiceLineUnknown, number=number)
        if number in self.excluded:
            return None
        require(len(self.lines) > 1, refused.InvoiceEmpty)
        self._record(facts.LineExcluded, act=act, number=number)
        return known[number]

    def change_terms(self, terms: Terms, dated_on: date | None, reasons: tuple[str, ...], act: Act) -> None:
        """Date, explain or have it paid otherwise; the same again records nothing. Raises `ProposalsDiffer`."""
        self._require_free()
        require(_whole(terms) == _whole(self.terms), refused.ProposalsDiffer)
        if (terms, dated_on, reasons) != (self.terms, self.planned_on, self.reasons):
            self._record(facts.TermsChanged, act=act, terms=terms, dated_on=dated_on, reasons=reasons)

    def give_lines(self, numbers: Collection[int], to_invoice_id: UUID, act: Act) -> list[InvoiceLine]:
        """Let another proposal bill some lines; answers them.

        Raises `InvoiceLineUnknown`, `WorkNotSplit`, `InvoiceEmpty` when none would be left, `CreditNoteNotMoved`.
        """
        moved = self.lines_to_move(numbers)
        require(len(moved) < len(self.lines), refused.InvoiceEmpty)
        gone = tuple(line.number for line in moved)
        self._record(facts.LinesMoved, act=act, numbers=gone, to_invoice_id=to_invoice_id)
        return moved

    def lines_to_move(self, numbers: Collection[int]) -> list[InvoiceLine]:
        """The lines that may leave for another proposal. Raises as `give_lines` does."""
        self._require_free()
        require(self.kind is DocumentKind.INVOICE, refused.CreditNoteNotMoved)
        known = {line.number: line for line in self.lines}
        for number in numbers:
            require(number in known, refused.InvoiceLineUnknown, number=number)
        moved = [line for line in self.lines if line.number in numbers]
        gone = {each.id: each.number for line in moved for each in _bound(line)}
        for line in self.lines:
            if line.number not in numbers:
                for each in _bound(line):
                    require(each.id not in gone, refused.WorkNotSplit, number=each.number)
        return moved

    def add_lines(self, lines: Sequence[InvoiceLine], source: InvoiceParts | None, act: Act) -> list[InvoiceLine]:
        """Bill these lines too, those of another proposal or new ones; answers them as numbered here.

        Raises `ProposalsDiffer` for two proposals that can't be one.
        """
        self._require_free()
        if source is not None:
            require(source.id != self.id and _whole(source.terms) == _whole(self.terms), refused.ProposalsDiffer)
        after = max((line.number for line in self.proposed_lines), default=0)
        added = [line.model_copy(update={"number": n}) for n, line in enumerate(lines, after + 1)]
        from_id = source.id if source is not None else None
        self._record(facts.LinesAdded, act=act, lines=tuple(added), from_invoice_id=from_id)
        return added

    def hold(self, reason: str, act: Act) -> None:
        """Let the proposal wait, for a reason."""
        self._require_open()
        if self.held_because != reason:
            self._record(facts.Held, act=act, reason=reason)

    def lift_hold(self, act: Act) -> None:
        """Let the proposal go on."""
        if self.held_because is not None:
            self._record(facts.HoldLifted, act=act)

    def confirm(self, act: Act) -> None:
        """Say that the proposal was verified. Raises `InvoiceHeld`."""
        self._require_open()
        require(self.held_because is None, refused.InvoiceHeld, reason=self.held_because)
        if not self.is_confirmed:
            self._record(facts.Confirmed, act=act)

    def discard(self, reason: str, act: Act) -> bool:
        """Give the proposal up; answers False when it was given up already."""
        if self.is_discarded:
            return False
        self._require_free()
        self._record(facts.Discarded, act=act, reason=reason)
        return True

    def request_payment(self, notice: PaymentNotice, act: Act) -> None:
        """Ask for the payment by a notice; the invoice follows it (R1.19). Raises `InvoiceHeld`."""
        self.require_requestable()
        self._record(facts.PaymentRequested, act=act, notice=notice)

    def require_requestable(self) -> None:
        """Raises what keeps a payment from being asked for."""
        self._require_free()
        require(self.kind is DocumentKind.INVOICE, refused.CreditNoteNotMoved)
        require(self.terms.document_type is not DocumentType.TD24, refused.DeferredNotRequested)
        require(self.held_because is None, refused.InvoiceHeld, reason=self.held_because)

    def withdraw_request(self, reason: str, act: Act) -> None:
        """Take the notice back; where there is none, nothing is recorded."""
        self._require_open()
        if self.notice is not None:
            self._record(facts.PaymentRequestWithdrawn, act=act, reason=reason)


def _whole(terms: Terms) -> tuple[object, ...]:
    """What two proposals must share to be one."""
    return terms.customer_id, terms.document_type, terms.month_on, terms.currency


def _bound(line: InvoiceLine) -> list[RecordRef]:
    """The records whose lines stay together, because one invoice bills them once."""
    return [each for each in (line.source.record, line.source.delivery) if each is not None]
