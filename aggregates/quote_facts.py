"""The facts of a quote (preventivo); `Quote` in `quote.py` lists them as its own."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from aggregates.base import Aggregate, FirstEvent
from aggregates.counterparty import OfferedParty
from aggregates.quote_blocks import QuoteTexts
from aggregates.quote_evidence import AnswerEvidence
from aggregates.quote_values import (
    QuoteLine,
    QuoteTerms,
    QuoteTotals,
)
from aggregates.record_ref import RecordRef, SourceRef
from aggregates.rules.quote_approval import PassedThreshold
from aggregates.values import PersonRef


class Drafted(FirstEvent):
    """A quote is being prepared, from a call or alone; it has its number."""

    TOPIC = "quote.drafted.v1"
    number: str
    dated_on: date
    customer: OfferedParty
    source: SourceRef | None
    serial_item_ids: tuple[UUID, ...]
    terms: QuoteTerms
    validity_days: int
    alternative: str
    lines: tuple[QuoteLine, ...]


class LinesSet(Aggregate.Event):
    """A draft has other lines."""

    TOPIC = "quote.lines-set.v1"
    alternative: str
    revision: int
    lines: tuple[QuoteLine, ...]


class TextsSet(Aggregate.Event):
    """A draft says something else before and after its lines, in words and pictures (QUO-3)."""

    TOPIC = "quote.texts-set.v1"
    alternative: str
    revision: int
    texts: QuoteTexts


class ApprovalAsked(Aggregate.Event):
    """A draft waits for somebody's approval inside the company: what it passes, with costs as they were then."""

    TOPIC = "quote.approval-asked.v1"
    alternative: str
    revision: int
    passed: tuple[PassedThreshold, ...]
    note: str | None


class Approved(Aggregate.Event):
    """Somebody who may and who did not prepare it agrees that exactly this revision is sent."""

    TOPIC = "quote.approved.v1"
    alternative: str
    revision: int


class ApprovalRefused(Aggregate.Event):
    """This revision is not sent as it is."""

    TOPIC = "quote.approval-refused.v1"
    alternative: str
    revision: int
    reason: str


class AlternativeAdded(Aggregate.Event):
    """The customer may choose between one more way of doing it."""

    TOPIC = "quote.alternative-added.v1"
    alternative: str
    lines: tuple[QuoteLine, ...]
    source: SourceRef | None


class Revised(Aggregate.Event):
    """A new revision replaces the one before it, which is superseded from now on."""

    TOPIC = "quote.revised.v1"
    alternative: str
    revision: int
    lines: tuple[QuoteLine, ...]
    source: SourceRef | None


class Sent(Aggregate.Event):
    """A revision went to the customer; it never changes again."""

    TOPIC = "quote.sent.v1"
    alternative: str
    revision: int
    sent_on: date
    valid_until: date
    channel: str
    sent_to: PersonRef | None
    totals: QuoteTotals


class Accepted(Aggregate.Event):
    """The customer said yes: who, how, to which revision (R7.3)."""

    TOPIC = "quote.accepted.v1"
    alternative: str
    revision: int
    accepted_on: date
    person: PersonRef
    channel: str
    options: tuple[UUID, ...] = ()
    """The lines to choose from that the customer chose."""
    evidence: AnswerEvidence | None = None


class Declined(Aggregate.Event):
    """The customer said no to all that was sent."""

    TOPIC = "quote.declined.v1"
    reason: str
    person: PersonRef | None = None
    channel: str | None = None
    evidence: AnswerEvidence | None = None


class Expired(Aggregate.Event):
    """Nobody answered in time."""

    TOPIC = "quote.expired.v1"
    alternative: str
    revision: int
    valid_until: date


class FeeWaived(Aggregate.Event):
    """The diagnosis fee of a declined quote is not charged."""

    TOPIC = "quote.fee-waived.v1"
    reason: str


class Ordered(Aggregate.Event):
    """The accepted revision became a sales order."""

    TOPIC = "quote.ordered.v1"
    order: RecordRef


class BillingProposed(Aggregate.Event):
    """A proposed invoice holds the accepted revision: no other may bill it."""

    TOPIC = "quote.billing-proposed.v1"
    invoice_id: UUID


class BillingReleased(Aggregate.Event):
    """The proposal was given up: the quote is to be billed again."""

    TOPIC = "quote.billing-released.v1"
    invoice_id: UUID


class BillingReopened(Aggregate.Event):
    """A credit note took back all of it: the quote is to be billed again."""

    TOPIC = "quote.billing-reopened.v1"
    invoice_id: UUID
    credit_note: RecordRef


class Invoiced(Aggregate.Event):
    """The accepted revision is on an invoice."""

    TOPIC = "quote.invoiced.v1"
    invoice: RecordRef
