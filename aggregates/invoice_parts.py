"""What the decisions of an invoice share (parti della fattura): its state, and how a decision becomes a fact."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from aggregates import invoice_refusals as refused
from aggregates.base import Act, Aggregate, require
from aggregates.invoice_values import (
    DocumentKind,
    InvoiceLine,
    InvoiceReference,
    IssuedDocument,
    PaymentNotice,
    Terms,
)

NOTHING = Decimal("0.00")


class InvoiceState(StrEnum):
    """Where an invoice stands; a held proposal waits until the hold is lifted, a requested one until it is paid."""

    PROPOSED = "proposed"
    HELD = "held"
    CONFIRMED = "confirmed"
    REQUESTED = "requested"
    ISSUED = "issued"
    DISCARDED = "discarded"


class InvoiceParts:
    """State of an invoice; `Invoice` in `invoice.py` fills it from its facts."""

    id: UUID
    kind: DocumentKind
    terms: Terms
    proposed_lines: tuple[InvoiceLine, ...]
    reasons: tuple[str, ...]
    planned_on: date | None
    until_on: date
    corrects: InvoiceReference | None
    excluded: set[int]
    held_because: str | None
    is_confirmed: bool
    is_discarded: bool
    notice: PaymentNotice | None
    document: IssuedDocument | None
    credited: dict[int, Decimal]
    credited_pieces: dict[int, Decimal]
    deductions: dict[UUID, Decimal]
    """How much of an advance each proposed or issued invoice deducts; euro before VAT."""

    def _record(self, fact: type[Aggregate.Event], /, *, act: Act, **values: object) -> None:
        """End a decision: one more fact."""
        assert isinstance(self, Aggregate)
        # The library makes each fact anew for the class that has it; the base it came from is not the one to record.
        self.trigger_event(getattr(type(self), fact.__name__), act=act, **values)

    @property
    def state(self) -> InvoiceState:
        """Where it stands."""
        if self.document is not None:
            return InvoiceState.ISSUED
        if self.is_discarded:
            return InvoiceState.DISCARDED
        if self.held_because is not None:
            return InvoiceState.HELD
        if self.notice is not None:
            return InvoiceState.REQUESTED
        return InvoiceState.CONFIRMED if self.is_confirmed else InvoiceState.PROPOSED

    @property
    def is_open(self) -> bool:
        """Whether it is still a proposal."""
        return self.state not in (InvoiceState.ISSUED, InvoiceState.DISCARDED)

    @property
    def lines(self) -> tuple[InvoiceLine, ...]:
        """The proposed lines that were not left out or moved away."""
        return tuple(line for line in self.proposed_lines if line.number not in self.excluded)

    def require_issued(self) -> IssuedDocument:
        """The issued document. Raises `InvoiceNotIssued`."""
        if self.document is None:
            raise refused.InvoiceNotIssued
        return self.document

    def _require_open(self) -> None:
        """Raises `InvoiceIssued`, `InvoiceDiscarded`."""
        require(self.document is None, refused.InvoiceIssued, number=self.document.number if self.document else "")
        require(not self.is_discarded, refused.InvoiceDiscarded)

    def _require_free(self) -> None:
        """Raises also `PaymentRequestedAlready`: what the customer was asked to pay stays as it is."""
        self._require_open()
        if self.notice is not None:
            raise refused.PaymentRequestedAlready(number=self.notice.number)
