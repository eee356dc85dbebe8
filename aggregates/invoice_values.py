"""What invoices are made of (righe e dati di fattura): proposed lines with their reasons, and the issued document.

An issued document is frozen whole: customer, seller, law texts and amounts are those of its day and never follow later
changes (R1.15, R7.2). Amounts are euro.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from aggregates.because import Reasons, in_italian
from aggregates.company import LegalIdentity
from aggregates.party import DeclarationOfIntent, Party, PartyNature, PaymentMethod, Site
from aggregates.record_ref import RecordRef
from aggregates.rules.billing import FEE, DueKey
from aggregates.rules.law import LawTerms
from aggregates.rules.payment_terms import DuePart, PaymentTerms, due_parts
from aggregates.rules.vat import (
    Supply,
    TaxedLine,
    VatCustomer,
    VatSummary,
    VatTreatment,
    amount_due,
    document_total,
    stamp_duty,
    vat_summaries,
    vat_treatment,
)
from aggregates.values import Address, Keep, Period, Personal, Rate, Value, fiscal_subject


class DocumentKind(StrEnum):
    """An invoice (fattura) or a credit note (nota di credito)."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class DocumentType(StrEnum):
    """The exchange system's types (R9.1): immediate, advance, credit note, deferred, triangular."""

    TD01 = "TD01"
    TD02 = "TD02"
    TD04 = "TD04"
    TD24 = "TD24"
    TD25 = "TD25"


class InvoiceReference(Value):
    """The invoice that a credit note corrects, or whose advance is deducted."""

    invoice_id: UUID
    number: str
    issued_on: date


ABROAD, NO_CODE = "XXXXXXX", "0000000"
"""Where files for customers abroad go, and for those who gave no code (R9.9)."""
ADVANCE, DEDUCTION, STAMP = "advance", "deduction", "stamp-duty"
"""Kinds of lines that this page makes: money asked in advance, its deduction, the stamp duty charged."""


class LineSource(Value):
    """Where a line comes from: a contract's instalment by its key, or another record; `because` says why, or `why`.

    `delivery` is the delivery note that the goods or the repair went out with (R8.10), `corrects` the invoices that
    a negative line takes something back of, `about` what an advance is asked for.
    """

    kind: str = Field(default=FEE, examples=["fee", "call", "quote", "manual"])
    contract_id: UUID | None = None
    contract_number: str | None = None
    key: DueKey | None = None
    billing_on: date | None = None
    record: RecordRef | None = None
    delivery: RecordRef | None = None
    corrects: tuple[InvoiceReference, ...] = ()
    about: RecordRef | None = None
    why: str | None = None
    because: Reasons = ()

    @property
    def told(self) -> str | None:
        """The reason in Italian words."""
        return in_italian(self.because, self.why)


class InvoiceLine(Value):
    """A line before VAT; its place in the document is its number."""

    number: int = Field(ge=1)
    description: str = Field(min_length=1, max_length=1000)
    code: str | None = None
    quantity: Rate = Field(default=Decimal(1), ge=0)
    unit: str | None = None
    unit_price: Rate
    price_per: Rate = Field(default=Decimal(1), gt=0)
    discounts: tuple[Rate, ...] = ()
    amount: Rate
    supply: Supply = Supply()
    period: Period | None = None
    serials: tuple[str, ...] = ()
    serial_item_ids: tuple[UUID, ...] = ()
    revenue_account: str | None = None
    job: str | None = None
    cost_centre: str | None = None
    note: str | None = None
    source: LineSource = LineSource(kind="manual")


class IssuedLine(InvoiceLine):
    """A line with the VAT treatment of the document's date."""

    treatment: VatTreatment


class LineToCredit(Value):
    """A line to credit: by an amount with the line's sign, by a quantity, or what is left of it."""

    number: int = Field(ge=1)
    amount: Rate | None = None
    quantity: Rate | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if self.amount is not None and self.quantity is not None:
            raise ValueError("credit a line by an amount or by a quantity, not by both")
        return self


class LineCredit(LineToCredit):
    """How much of a line a credit note takes back; euro, with the sign of the line, and how many pieces if counted."""

    amount: Rate
    since: date | None = Field(default=None, description="First day whose fee was too high; left out, all days were.")

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        """The amount is known, however the line was measured."""
        return self


class OrderReference(Value):
    """The customer's order, with the codes that public bodies require (CIG, CUP)."""

    number: str | None = None
    ordered_on: date | None = None
    cig: str | None = None
    cup: str | None = None


class ContractReference(Value):
    """A contract behind some lines; goes into DatiContratto (R9.1)."""

    contract_id: UUID
    number: str
    signed_on: date | None
    lines: tuple[int, ...]


class DeliveryReference(Value):
    """A delivery note that a deferred invoice bills (R8.8)."""

    number: str
    issued_on: date
    lines: tuple[int, ...] = ()


class BilledCustomer(Value):
    """The customer as the document names it; its words are sealed under a key of fiscal records alone (R10.4)."""

    party_id: UUID
    fiscal_subject_id: UUID
    code: str
    name: Annotated[str, Personal("fiscal_subject_id", keep=Keep.FISCAL)]
    nature: PartyNature
    vat_number: str | None
    tax_code: Annotated[str | None, Personal("fiscal_subject_id", keep=Keep.FISCAL, blank=True)]
    recipient_code: str
    certified_mail: Annotated[str | None, Personal("fiscal_subject_id", keep=Keep.FISCAL)] = None
    address: Annotated[Address, Personal("fiscal_subject_id", keep=Keep.FISCAL)]
    vat: VatCustomer
    intent: DeclarationOfIntent | None = None


class Terms(Value):
    """What a whole document has in common: lines that differ in it go on different invoices (R8.10)."""

    customer_id: UUID
    site_id: UUID | None = None
    payment_terms: PaymentTerms
    payment_method: PaymentMethod = PaymentMethod.TRANSFER
    order: OrderReference = OrderReference()
    currency: str = "EUR"
    document_type: DocumentType = DocumentType.TD01
    month_on: date | None = Field(default=None, description="The month of a deferred invoice, by its first day (R8.8).")


class PaymentNotice(Value):
    """A notice of payment (avviso di pagamento): what is asked for before there is an invoice; euro (R1.19)."""

    number: str
    requested_on: date
    payable: Rate
    due_dates: tuple[DuePart, ...]


class IssuedDocument(Value):
    """An invoice or credit note as it was issued."""

    kind: DocumentKind
    document_type: DocumentType
    number: str
    series: str
    issued_on: date
    currency: str
    seller: LegalIdentity
    customer: BilledCustomer
    site: Annotated[Site | None, Personal("customer.fiscal_subject_id", keep=Keep.FISCAL)]
    lines: tuple[IssuedLine, ...]
    summaries: tuple[VatSummary, ...]
    taxable: Rate
    tax: Rate
    total: Rate
    payable: Rate
    """What the customer pays us: the total less split VAT (R9.5)."""
    stamp_duty: Rate
    payment_terms: PaymentTerms
    payment_method: PaymentMethod
    due_dates: tuple[DuePart, ...]
    iban: str | None
    order: OrderReference
    contracts: tuple[ContractReference, ...]
    related: tuple[InvoiceReference, ...] = ()
    deliveries: tuple[DeliveryReference, ...] = ()
    reasons: tuple[str, ...] = ()
    send_by: date | None = None
    """The last day on which the law wants it sent (R8.8, R8.9)."""
    is_internal: bool = False
    """Takes a refused invoice back inside the books: no tax document, neither printed nor sent (R9.11)."""


def billed_customer(party_id: UUID, party: Party, address: Address, on: date) -> BilledCustomer:
    """The customer frozen for a document of a day."""
    return BilledCustomer(
        party_id=party_id,
        fiscal_subject_id=fiscal_subject(party_id),
        code=party.code,
        name=party.name,
        nature=party.nature,
        vat_number=party.tax.vat_number,
        tax_code=party.tax.tax_code,
        recipient_code=recipient_code(party.tax.recipient_code, address.country),
        certified_mail=party.tax.certified_mail,
        address=address,
        vat=party.vat_customer_on(on),
        intent=party.terms.intent,
    )


def recipient_code(known: str, country: str) -> str:
    """Where the file goes: the customer's code, or the one for those abroad (R9.9)."""
    return ABROAD if country != "IT" and known in ("", NO_CODE) else known or NO_CODE


def taxed(lines: Sequence[InvoiceLine], customer: VatCustomer, on: date, law: LawTerms) -> tuple[IssuedLine, ...]:
    """The lines with their treatment on the document's date. Raises `ValueError` where the law table is silent."""
    return tuple(IssuedLine(**dict(line), treatment=vat_treatment(customer, line.supply, on, law)) for line in lines)


class Totals(Value):
    """The sums of a document: summaries per rate and nature, and what follows from them (R9.3)."""

    summaries: tuple[VatSummary, ...]
    taxable: Rate
    tax: Rate
    total: Rate
    payable: Rate
    stamp_duty: Rate
    due_dates: tuple[DuePart, ...]


def totals(lines: Sequence[IssuedLine], on: date, terms: PaymentTerms, law: LawTerms) -> Totals:
    """The sums of issued lines and when they fall due; a line that charges the stamp duty makes none due (R9.8)."""
    summaries = _summaries(lines)
    payable = amount_due(summaries)
    has_stamp = any(line.source.kind == STAMP for line in lines)
    untaxed = _summaries(line for line in lines if line.source.kind != STAMP) if has_stamp else summaries
    return Totals(
        summaries=summaries,
        taxable=sum((each.base for each in summaries), Decimal("0.00")),
        tax=sum((each.tax for each in summaries), Decimal("0.00")),
        total=document_total(summaries),
        payable=payable,
        stamp_duty=stamp_duty(untaxed, on, law),
        due_dates=due_parts(payable, on, terms),
    )


def _summaries(lines: Iterable[IssuedLine]) -> tuple[VatSummary, ...]:
    return vat_summaries(TaxedLine(amount=line.amount, treatment=line.treatment) for line in lines)


def contract_references(lines: Sequence[InvoiceLine], signed: dict[UUID, date | None]) -> tuple[ContractReference, ...]:
    """The contracts behind the lines, each with the numbers of its lines; `signed` gives their signing dates."""
    found: dict[UUID, ContractReference] = {}
    for line in lines:
        source = line.source
        if source.contract_id is not None and source.contract_number is not None:
            known = found.get(source.contract_id)
            found[source.contract_id] = ContractReference(
                contract_id=source.contract_id,
                number=source.contract_number,
                signed_on=signed.get(source.contract_id),
                lines=(*(known.lines if known else ()), line.number),
            )
    return tuple(found.values())
