"""Content of a quote (preventivo, offerta): R7.1 to R7.5."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from projections.documents.content import Amount, Content, Item, PricedLine, Site, Text, VatSummary


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
    lines: Annotated[tuple[PricedLine, ...], Field(min_length=1)]
    summaries: tuple[VatSummary, ...] = ()
    taxable: Amount
    tax: Amount
    total: Amount
    payment_terms: Text | None = None
    delivery_terms: Text | None = None
    warranty: Text | None = None
    conditions: tuple[Text, ...] = ()
    prepared_by: Text | None = None
