"""Content of a pre-invoice statement or a notice of payment (prospetto di pre-fattura, avviso di pagamento): R1.19."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from aggregates.values import Period
from projections.documents.content import Amount, Content, PricedLine, Site, Text, VatSummary
from projections.documents.content_invoice import DueDate


class StatedLine(PricedLine):
    """A line that is going to be invoiced, and why it is there."""

    period: Period | None = None
    why: Text | None = None


class PreInvoiceContent(Content):
    """What is going to be invoiced; no tax document. A notice of payment also asks for the money."""

    KIND: ClassVar[str] = "pre_invoice"

    issued_on: date
    asks_payment: bool = False
    site: Site | None = None
    reasons: tuple[Text, ...] = ()
    lines: Annotated[tuple[StatedLine, ...], Field(min_length=1)]
    summaries: Annotated[tuple[VatSummary, ...], Field(min_length=1)]
    taxable: Amount
    tax: Amount
    total: Amount
    payable: Amount
    payment_terms: Text
    due_dates: tuple[DueDate, ...] = ()
