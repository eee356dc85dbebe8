"""Invoices, credit notes and payments as facts, many at a time: what the tests of the public stream send."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from aggregates.base import Act
from aggregates.company import LegalIdentity
from aggregates.invoice import Invoice
from aggregates.invoice_values import (
    BilledCustomer,
    DocumentKind,
    DocumentType,
    InvoiceLine,
    InvoiceReference,
    IssuedDocument,
    OrderReference,
    Terms,
    taxed,
    totals,
)
from aggregates.party import PartyNature, PaymentMethod
from aggregates.rules.law import LawTerms
from aggregates.rules.payment_terms import ON_RECEIPT
from aggregates.rules.vat import CustomerKind, VatCustomer
from aggregates.values import Address, euro
from tests.dsl import Company

DAY = date(2026, 4, 16)
ACT = Act(by="user:test", at=datetime(2026, 4, 16, 8, 0, tzinfo=UTC))
HOME = Address(street="Via Roma 1", postcode="47900", town="Rimini", province="RN")
SELLER = LegalIdentity(name="Assistenza Romagna S.r.l.", vat_number="IT12345670017", address=HOME)


def customer(kind: CustomerKind = CustomerKind.BUSINESS) -> BilledCustomer:
    """A customer as documents freeze it; a public body splits the payment."""
    party_id = UUID(int=7)
    return BilledCustomer(
        party_id=party_id,
        fiscal_subject_id=uuid5(party_id, "fiscal"),
        code="C1",
        name="Rossi Gilbo",
        nature=PartyNature.PUBLIC_BODY if kind is CustomerKind.PUBLIC_BODY else PartyNature.BUSINESS,
        vat_number="IT12345670017",
        tax_code=None,
        recipient_code="0000000",
        address=HOME,
        vat=VatCustomer(kind=kind),
    )


def document(number: str, *amounts: str, **changes: Any) -> IssuedDocument:
    """An issued document over these line amounts."""
    buyer = changes.pop("customer", None) or customer()
    lines = tuple(
        InvoiceLine(
            number=n,
            description="Canone di assistenza",
            unit_price=Decimal(amount),
            amount=Decimal(amount),
            revenue_account=f"58.01.00{n}",
        )
        for n, amount in enumerate(amounts, 1)
    )
    issued = taxed(lines, buyer.vat, DAY, LawTerms())
    sums = totals(issued, DAY, ON_RECEIPT, LawTerms())
    whole: dict[str, Any] = {
        "kind": DocumentKind.INVOICE,
        "document_type": DocumentType.TD01,
        "number": number,
        "series": "",
        "issued_on": DAY,
        "currency": "EUR",
        "seller": SELLER,
        "customer": buyer,
        "site": None,
        "lines": issued,
        **dict(sums),
        "payment_terms": ON_RECEIPT,
        "payment_method": PaymentMethod.TRANSFER,
        "iban": None,
        "order": OrderReference(),
        "contracts": (),
    }
    return IssuedDocument(**{**whole, **changes})


def issue(company: Company, *documents: IssuedDocument) -> list[Invoice]:
    """Propose and issue documents in one append, past the commands that other tests are about."""
    made = []
    for paper in documents:
        terms = Terms(customer_id=paper.customer.party_id, payment_terms=ON_RECEIPT)
        stream = uuid5(company.house.company_id, f"{paper.kind} {paper.number}")
        invoice = Invoice.propose(stream, terms, paper.lines, DAY, ACT, kind=paper.kind)
        invoice.issue(paper, ACT)
        made.append(invoice)
    company.house.ledger.save(*made)
    return made


def credit_note(number: str, invoice: Invoice, *amounts: str) -> IssuedDocument:
    """A credit note for an issued invoice."""
    corrected = invoice.require_issued()
    related = InvoiceReference(invoice_id=invoice.id, number=corrected.number, issued_on=corrected.issued_on)
    return document(
        number,
        *amounts,
        kind=DocumentKind.CREDIT_NOTE,
        document_type=DocumentType.TD04,
        customer=corrected.customer,
        related=(related,),
    )


def pay(company: Company, invoice: Invoice, amount: str) -> None:
    """Record a payment for an invoice."""
    payment = uuid5(invoice.id, f"{amount} {invoice.version}")
    invoice.record_payment(payment, DAY, euro(amount), None, ACT)
    company.house.ledger.save(invoice)


def month(company: Company, invoices: int) -> Iterator[str]:
    """A month of invoices, each tenth credited, each third paid in part; yields the amounts owed at its end."""
    papers = [document(f"2026/{n}", f"{100 + n}.37", "12.50") for n in range(1, invoices + 1)]
    made = issue(company, *papers)
    issue(company, *(credit_note(f"NC {n}", invoice, "12.50") for n, invoice in enumerate(made[::10])))
    for invoice in made[::3]:
        pay(company, invoice, "50.00")
    for paper in papers:
        yield str(paper.payable)
