"""Content of a quote (preventivo, offerta): R7.1 to R7.5."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from projections.documents.content import Amount, Content, Item, PricedLine, Site, Text, VatSummary
from projections.documents.quote_blocks import DrawnBlock


class QuotedLine(PricedLine):
    """A line of a quote, with the title before it, what is said below it, and the sum of the part it ends."""

    section: Text | None = None
    optional: bool = False
    blocks: tuple[DrawnBlock, ...] = ()
    subtotal: Annotated[Amount, Field(decimal_places=2)] | None = None


class QuoteContent(Content):
    """One revision of a quote: a snapshot of lines and prices that is never realigned (R7.1, R7.2)."""

    KIND: ClassVar[str] = "quote"

    issued_on: date
    revision: Annotated[int, Field(ge=0)] = 0
    alternative: Text | None = None
    valid_until: date
    call_number: Text | None = None
    customer_reference: Text | None = None
    site: Site | None = None
    items: tuple[Item, ...] = ()
    subject: Text | None = None
    introduction: tuple[Text, ...] = ()
    header: tuple[DrawnBlock, ...] = ()
    lines: Annotated[tuple[QuotedLine, ...], Field(min_length=1)]
    footer: tuple[DrawnBlock, ...] = ()
    summaries: tuple[VatSummary, ...] = ()
    taxable: Amount
    tax: Amount
    total: Amount
    payment_terms: Text | None = None
    delivery_terms: Text | None = None
    warranty: Text | None = None
    conditions: tuple[Text, ...] = ()
    prepared_by: Text | None = None
