"""The facts of a quote (preventivo); `Quote` in `quote.py` lists them as its own."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from aggregates.base import Aggregate, FirstEvent
from aggregates.counterparty import Counterparty
from aggregates.quote_values import (
    QuoteLine,
    QuoteTerms,
    QuoteTotals,
)
from aggregates.record_ref import RecordRef, SourceRef
from aggregates.values import PersonRef


class Drafted(FirstEvent):
    """A quote is being prepared, from a call or alone; it has its number."""

    TOPIC = "quote.drafted.v1"
    number: str
    dated_on: date
    customer: Counterparty
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


class Declined(Aggregate.Event):
    """The customer said no to all that was sent."""

    TOPIC = "quote.declined.v1"
    reason: str


class Expired(Aggregate.Event):
    """Nobody answered in time."""

    TOPIC = "quote.expired.v1"
    alternative: str
    revision: int
    valid_until: date


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
