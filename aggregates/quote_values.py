"""What a quote (preventivo) is made of: lines with frozen prices and VAT, totals, and the state of each revision."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from aggregates.quote_blocks import Block, QuoteTexts
from aggregates.record_ref import SourceRef
from aggregates.rules.line_amounts import line_total
from aggregates.rules.quote_approval import PassedThreshold
from aggregates.rules.stock_levels import Quantity
from aggregates.rules.tolerance import ToleranceTerms
from aggregates.rules.vat import TaxedLine, VatSummary, VatTreatment, document_total, vat_summaries
from aggregates.values import Rate, Value

HUNDRED = Decimal(100)


class LineKind(StrEnum):
    """What a line charges for."""

    LABOUR = "labour"
    PART = "part"
    CONSUMABLE = "consumable"
    CALL_FEE = "call_fee"
    TRAVEL = "travel"
    SERVICE = "service"
    OTHER = "other"


class QuoteLine(Value):
    """One line: its price, where that came from and its tax as they were then; amounts are euro before VAT."""

    line_id: UUID
    kind: LineKind
    article_id: UUID | None = None
    code: str | None = None
    description: str
    quantity: Quantity
    unit: str
    unit_price: Rate | None
    """None: no price is known yet; such a line cannot be sent."""
    price_per: Rate = Decimal(1)
    discounts: tuple[Rate, ...] = ()
    covered_reason: str | None = None
    """Why the customer pays nothing for it: the line is shown at its price, less 100 % (R4.2)."""
    vat: VatTreatment
    price_source: str | None = None
    source_line_id: UUID | None = None
    """The planned activity or part of the call that it was copied from."""
    section: str | None = None
    """The title of a part of the quote that begins with this line; the part ends before the next title."""
    optional: bool = False
    """Priced, and not in the sums until the customer chooses it."""
    blocks: tuple[Block, ...] = ()
    """Texts and pictures below the line (QUO-3)."""

    @property
    def all_discounts(self) -> tuple[Decimal, ...]:
        """The discounts with that of the coverage."""
        return (*self.discounts, HUNDRED) if self.covered_reason else self.discounts

    @property
    def amount(self) -> Decimal:
        """What the line costs (R9.2); 0 while it has no price."""
        return line_total(self.unit_price or Decimal(0), self.quantity, self.all_discounts, self.price_per)


class QuoteTotals(Value):
    """The sums of a revision; VAT on the sum of each rate, not per line (R9.3)."""

    net: Rate
    tax: Rate
    total: Rate
    summaries: tuple[VatSummary, ...]


def quote_totals(lines: Iterable[QuoteLine]) -> QuoteTotals:
    """The sums of some lines, without those that are still to be chosen."""
    summaries = vat_summaries(TaxedLine(amount=line.amount, treatment=line.vat) for line in lines if not line.optional)
    net = sum((one.base for one in summaries), Decimal("0.00"))
    total = document_total(summaries)
    return QuoteTotals(net=net, tax=total - net, total=total, summaries=summaries)


def chosen_lines(lines: Iterable[QuoteLine], options: Collection[UUID]) -> tuple[QuoteLine, ...]:
    """The lines that bind once somebody said yes: all that are no option, and the options chosen."""
    return tuple(
        line.model_copy(update={"optional": False}) for line in lines if not line.optional or line.line_id in options
    )


class QuoteTerms(Value):
    """What a quote says beside its lines."""

    subject: str | None = Field(default=None, examples=["Riparazione lavastoviglie LT-900"])
    introduction: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    payment_terms: str | None = Field(default=None, examples=["Bonifico 30 giorni fine mese"])
    delivery_terms: str | None = None
    warranty: str | None = None
    customer_reference: str | None = None
    prepared_by: str | None = None
    diagnosis_fee: Rate | None = Field(
        default=None, ge=0, decimal_places=2, description="Owed when the quote is refused, euro (R7.5)."
    )
    tolerance: ToleranceTerms | None = Field(
        default=None, description="For work beyond the quote; the company's usual if left out (R7.5)."
    )


class RevisionState(StrEnum):
    """The states of one revision of one alternative."""

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    NOT_CHOSEN = "not_chosen"
    """Another alternative of the quote was accepted."""


class QuoteStatus(StrEnum):
    """The states of a quote as a whole."""

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"


class ApprovalState(StrEnum):
    """Where the approval of a revision inside the company stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"


class Approval(Value):
    """The approval of one revision, asked for what it passed then."""

    state: ApprovalState
    passed: tuple[PassedThreshold, ...]
    asked_by: str
    decided_by: str | None = None
    reason: str | None = None


class Revision(Value):
    """One revision of one alternative, as it stands."""

    alternative: str
    revision: int
    lines: tuple[QuoteLine, ...]
    source: SourceRef | None
    state: RevisionState = RevisionState.DRAFT
    valid_until: date | None = None
    texts: QuoteTexts = QuoteTexts()
    prepared_by: frozenset[str] = frozenset()
    """Who drafted it or changed it: none of them approves it (four eyes)."""
    approval: Approval | None = None


def quote_status(states: Iterable[RevisionState]) -> QuoteStatus:
    """The state of the whole, from that of all revisions: what is furthest along counts."""
    found = set(states)
    for state, status in (
        (RevisionState.ACCEPTED, QuoteStatus.ACCEPTED),
        (RevisionState.SENT, QuoteStatus.SENT),
        (RevisionState.DRAFT, QuoteStatus.DRAFT),
        (RevisionState.EXPIRED, QuoteStatus.EXPIRED),
    ):
        if state in found:
            return status
    return QuoteStatus.DECLINED
