"""Public facts for accounting: invoices, credit notes and payments, with what a ledger needs and the law prints.

The customer's fiscal identity is told because accounting must keep it; it is the one personal thing in the stream.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.closing import Closing
from aggregates.invoice import Invoice
from aggregates.invoice_values import DocumentKind, IssuedDocument, IssuedLine
from aggregates.rules.law import Chargeability
from aggregates.values import Rate
from gateways.public_facts import EXAMPLE_ID, OTHER_ID, PublicData


class VatLine(BaseModel):
    """One rate, or one reason for none, of a document's VAT summary."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rate: Rate = Field(description="Percent.")
    nature: str | None = Field(description="Why there is no VAT (natura), as in N6.7.")
    split_payment: bool = Field(description="The customer pays this VAT to the treasury, not to the company.")
    taxable: Rate
    vat: Rate


class DocumentLine(BaseModel):
    """One line of an invoice or credit note."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    article_code: str | None
    account: str | None = Field(description="Revenue account; null where the company has set none.")
    cost_centre: str | None
    job: str | None
    amount: Rate = Field(description="Before VAT, after discounts.")
    vat_rate: Rate
    vat_nature: str | None
    starts_on: date | None = Field(description="First day paid for, for a recurring fee.")
    ends_on: date | None


class DueDate(BaseModel):
    """What is to be paid, by when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    due_on: date
    amount: Rate


class CustomerIdentity(BaseModel):
    """Who the document is for, as the law wants it on the document."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    party_id: UUID
    code: str
    name: str
    vat_number: str | None
    tax_code: str | None
    country: str


class FiscalDocument(PublicData):
    """What invoices and credit notes share; amounts of a credit note are positive."""

    document_id: UUID
    document_type: str = Field(description="The exchange system's type, as in TD01.")
    number: str
    series: str
    issued_on: date
    currency: str
    customer: CustomerIdentity
    lines: tuple[DocumentLine, ...]
    vat_summary: tuple[VatLine, ...]
    taxable: Rate
    vat: Rate
    total: Rate = Field(description="Total of the document, VAT included.")
    payable: Rate = Field(description="What the customer pays: without VAT under split payment.")
    stamp_duty: Rate = Field(description="Virtual stamp duty the company owes; charged only where a line says so.")
    payment_method: str = Field(description="The exchange system's code, as in MP05.")
    due_dates: tuple[DueDate, ...]


_DOCUMENT: dict[str, Any] = {
    "document_id": EXAMPLE_ID, "document_type": "TD01", "number": "2026/45", "series": "", "issued_on": "2026-09-16",
    "currency": "EUR",
    "customer": {
        "party_id": OTHER_ID, "code": "C0001", "name": "Rossi Gilbo", "vat_number": "IT12345670017",
        "tax_code": None, "country": "IT",
    },
    "lines": [{
        "article_code": "CANONE", "account": "58.01.001", "cost_centre": None, "job": None, "amount": "351.78",
        "vat_rate": "22", "vat_nature": None, "starts_on": "2026-09-16", "ends_on": "2026-12-31",
    }],
    "vat_summary": [{"rate": "22", "nature": None, "split_payment": False, "taxable": "351.78", "vat": "77.39"}],
    "taxable": "351.78", "vat": "77.39", "total": "429.17", "payable": "429.17", "stamp_duty": "0.00",
    "payment_method": "MP05", "due_dates": [{"due_on": "2026-10-31", "amount": "429.17"}],
}  # fmt: skip


class InvoiceIssued(FiscalDocument):
    """An invoice has its number and is final."""

    TYPE = "libretto.invoice.issued.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = _DOCUMENT


class InvoiceCredited(FiscalDocument):
    """A credit note takes back an invoice or part of it; `document_id` and `number` are the credit note's own."""

    TYPE = "libretto.invoice.credited.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        **_DOCUMENT, "document_type": "TD04", "number": "NC 2026/3", "due_dates": [],
        "invoice_id": OTHER_ID, "invoice_number": "2026/45",
    }  # fmt: skip

    invoice_id: UUID | None
    invoice_number: str | None


class PaymentRecorded(PublicData):
    """Money came in for an invoice."""

    TYPE = "libretto.payment.recorded.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "payment_id": EXAMPLE_ID, "invoice_id": OTHER_ID, "invoice_number": "2026/45", "party_id": OTHER_ID,
        "paid_on": "2026-10-30", "amount": "429.17", "currency": "EUR",
    }  # fmt: skip

    payment_id: UUID
    invoice_id: UUID
    invoice_number: str
    party_id: UUID
    paid_on: date
    amount: Rate
    currency: str


class AccrualLine(BaseModel):
    """What a closing books for one amount of a contract."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str = Field(description="deferred-income, accrued-income or invoices-to-issue.")
    amount: Rate
    total: Rate = Field(description="The whole amount, for all its days.")
    starts_on: date
    ends_on: date
    contract_id: UUID
    contract_number: str | None
    party_id: UUID
    invoice_number: str | None
    account: str | None
    cost_centre: str | None
    job: str | None


class AccrualsRecorded(PublicData):
    """Accruals and deferrals of a closing date, in parts; each line is reversed on `reversed_on`."""

    TYPE = "libretto.accruals.recorded.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "closing_id": EXAMPLE_ID, "closing_on": "2026-12-31", "reversed_on": "2027-01-01",
        "lines": [{
            "kind": "deferred-income", "amount": "848.22", "total": "1200.00", "starts_on": "2026-09-16",
            "ends_on": "2027-09-15", "contract_id": OTHER_ID, "contract_number": "2/2026", "party_id": OTHER_ID,
            "invoice_number": "2026/45", "account": "58.01.001", "cost_centre": None, "job": None,
        }],
    }  # fmt: skip

    closing_id: UUID
    closing_on: date
    reversed_on: date
    lines: tuple[AccrualLine, ...]


class Context(Protocol):
    """What earlier facts of the company left for later ones, by stream; plain JSON values."""

    def recall(self, stream_id: UUID) -> dict[str, Any]:
        """What is remembered of a stream; empty when nothing is."""

    def remember(self, stream_id: UUID, **values: Any) -> None:
        """Add to what is remembered of a stream."""


def remember_document(fact: Invoice.Issued, context: Context) -> None:
    """A payment says which document it is for by its id alone."""
    document = fact.document
    context.remember(fact.stream_id, invoice_number=document.number, party_id=str(document.customer.party_id))


def document_issued(fact: Invoice.Issued, _: Context) -> PublicData:
    """An issued document, as an invoice or as a credit note."""
    document = fact.document
    shared = _shared(fact.stream_id, document)
    if document.kind is DocumentKind.INVOICE:
        return InvoiceIssued.model_validate(shared)
    corrected = document.related[0] if document.related else None
    return InvoiceCredited.model_validate(
        {
            **shared,
            "invoice_id": corrected.invoice_id if corrected else None,
            "invoice_number": corrected.number if corrected else None,
        }
    )


def payment_recorded(fact: Invoice.PaymentRecorded, context: Context) -> PublicData:
    """A payment with the number of what it pays."""
    return PaymentRecorded.model_validate(
        {
            **_named(fact.stream_id, context),
            "payment_id": fact.payment_id,
            "invoice_id": fact.stream_id,
            "paid_on": fact.paid_on,
            "amount": fact.amount.amount,
            "currency": fact.amount.currency,
        }
    )


def _named(document_id: UUID, context: Context) -> dict[str, Any]:
    kept = context.recall(document_id)
    return {name: kept[name] for name in ("invoice_number", "party_id")}


def accruals_recorded(fact: Closing.EntriesRecorded, _: Context) -> PublicData:
    """Entries of a closing, each with its days and where it is booked."""
    shared = {"kind", "amount", "total", "contract_id", "contract_number", "invoice_number", "cost_centre", "job"}
    lines = [
        {
            **entry.model_dump(include=shared),
            **entry.period.model_dump(),
            "party_id": entry.customer_id,
            "account": entry.revenue_account,
        }
        for entry in fact.entries
    ]
    dates = fact.model_dump(include={"closing_on", "reversed_on"})
    return AccrualsRecorded.model_validate({"closing_id": fact.stream_id, **dates, "lines": lines})


def _shared(document_id: UUID, document: IssuedDocument) -> dict[str, Any]:
    customer = document.customer
    named = customer.model_dump(include={"party_id", "code", "name", "vat_number", "tax_code"})
    same = {"number", "series", "issued_on", "currency", "taxable", "total", "payable", "stamp_duty"}
    return {
        **document.model_dump(include=same),
        "document_id": document_id,
        "document_type": document.document_type.value,
        "customer": {**named, "country": customer.address.country},
        "lines": [_line(line) for line in document.lines],
        "vat_summary": [
            {
                "rate": each.rate,
                "nature": each.nature,
                "split_payment": each.chargeability is Chargeability.SPLIT,
                "taxable": each.base,
                "vat": each.tax,
            }
            for each in document.summaries
        ],
        "vat": document.tax,
        "payment_method": document.payment_method.fatturapa_code,
        "due_dates": [part.model_dump() for part in document.due_dates],
    }


def _line(line: IssuedLine) -> dict[str, Any]:
    return {
        "article_code": line.code,
        "account": line.revenue_account,
        "cost_centre": line.cost_centre,
        "job": line.job,
        "amount": line.amount,
        "vat_rate": line.treatment.rate,
        "vat_nature": line.treatment.nature,
        "starts_on": line.period.starts_on if line.period else None,
        "ends_on": line.period.ends_on if line.period else None,
    }
