"""Content of an invoice or credit note (fattura, nota di credito): section 9, art. 21 DPR 633/1972."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from aggregates.values import Period, Value
from projections.documents.content import Amount, Content, PricedLine, Site, Text, VatSummary

DocumentType = Literal["TD01", "TD02", "TD04", "TD24", "TD25"]
PaymentMethod = Literal["MP01", "MP02", "MP05", "MP08", "MP12", "MP19"]
LineNumber = Annotated[int, Field(ge=1, le=9999)]


class InvoiceLine(PricedLine):
    """A line of an invoice, numbered from 1 in the order of the tuple."""

    period: Period | None = None
    """What a recurring fee pays for, both days included (R0.2)."""


class DocumentReference(Value):
    """Another document an invoice rests on: contract, order, or the invoice a credit note corrects (R9.1)."""

    number: Text
    issued_on: date | None = None
    lines: tuple[LineNumber, ...] = ()
    """The lines it concerns; none means all."""
    cig: Text | None = None
    cup: Text | None = None
    project: Text | None = None
    item: Text | None = None


class DeliveryReference(Value):
    """A delivery note billed by a deferred invoice (R8.8)."""

    number: Text
    issued_on: date
    lines: tuple[LineNumber, ...] = ()


class Intent(Value):
    """A declaration of intent (dichiarazione d'intento): its protocol, and the day it was received (R9.7)."""

    protocol: Text
    received_on: date


class DueDate(Value):
    """One instalment to pay (scadenza); with split payment it is without VAT (R9.5)."""

    due_on: date
    amount: Annotated[Amount, Field(decimal_places=2)]
    method: PaymentMethod = "MP05"
    iban: Text | None = None
    bank: Text | None = None


class InvoiceContent(Content):
    """An invoice as it is printed and as it is sent to the exchange system.

    A credit note (`TD04`) has positive amounts and names the invoice it corrects (R9.1).
    """

    KIND: ClassVar[str] = "invoice"

    document_type: DocumentType = "TD01"
    issued_on: date
    site: Site | None = None
    reasons: tuple[Text, ...] = ()
    """What the document is for, in words (causale)."""
    lines: Annotated[tuple[InvoiceLine, ...], Field(min_length=1)]
    summaries: Annotated[tuple[VatSummary, ...], Field(min_length=1)]
    taxable: Amount
    tax: Amount
    total: Amount
    stamp_duty: Amount | None = None
    """Stamp duty paid virtually on this document, in euro (R9.8); charged only if a line says so."""
    due_dates: tuple[DueDate, ...] = ()
    payment_terms: Text | None = None
    advance: bool = False
    """The payment is an advance (TP03)."""
    orders: tuple[DocumentReference, ...] = ()
    contracts: tuple[DocumentReference, ...] = ()
    related_invoices: tuple[DocumentReference, ...] = ()
    deliveries: tuple[DeliveryReference, ...] = ()
    intent: Intent | None = None
    """Named on the lines of nature N3.5."""
    legal_notes: tuple[Text, ...] = ()

    @property
    def kind(self) -> str:
        """The kind it is archived and printed as: a credit note reads otherwise than an invoice."""
        return "credit_note" if self.document_type == "TD04" else self.KIND

    @property
    def split_tax(self) -> Decimal:
        """The VAT that the customer pays to the State and not to the issuer (R9.5), in euro."""
        return sum((s.tax for s in self.summaries if s.chargeability == "S"), Decimal(0))

    @property
    def payable(self) -> Decimal:
        """What the customer pays to the issuer, in euro."""
        return self.total - self.split_tax

    @model_validator(mode="after")
    def _references_name_existing_lines(self) -> Self:
        documents = (*self.orders, *self.contracts, *self.related_invoices)
        named = [number for document in documents for number in document.lines]
        named += [number for delivery in self.deliveries for number in delivery.lines]
        if named and max(named) > len(self.lines):
            raise ValueError(f"a reference names line {max(named)}, but the document has {len(self.lines)}")
        return self
