"""What the exchange system would refuse of a content (controlli SdI): the rules are those asked before issuing.

The rules stand in `aggregates/rules/exchange_checks.py`; here they are asked of what is printed and sent.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from aggregates.rules.exchange_checks import (
    CheckedCustomer,
    CheckedDocument,
    CheckedLine,
    CheckedReference,
    CheckedSummary,
    Problem,
    StampRule,
    expected_amount,
    problems,
)
from gateways.einvoice_parties import customer_ids, is_foreign, recipient_code, transmission_format
from projections.documents.content_invoice import InvoiceContent, InvoiceLine

__all__ = ["Problem", "checks", "line_total"]


def line_total(line: InvoiceLine) -> Decimal:
    """Price less discounts, times quantity, in euro to the cent (R9.2); the price may be for several units (R11.8)."""
    return expected_amount(_line(line))


def checks(content: InvoiceContent, *, sent_on: date | None = None, stamp: StampRule | None = None) -> list[Problem]:
    """Every problem of a document; `sent_on` is the Rome date of sending, without it no date is too late."""
    return problems(checked(content), sent_on=sent_on, stamp=stamp)


def checked(content: InvoiceContent) -> CheckedDocument:
    """The content as the rules see it."""
    named = [each.number for each in (*content.orders, *content.contracts, *content.related_invoices)]
    named += [each.number for each in content.deliveries]
    addresses = (content.issuer.address, content.customer.address)
    customer = content.customer
    return CheckedDocument(
        number=content.number or "",
        document_type=content.document_type,
        issued_on=content.issued_on,
        customer=CheckedCustomer(
            name=customer.name,
            is_identified=customer_ids(customer) != (None, None),
            is_public_body=transmission_format(customer) == "FPA12",
            recipient_code=recipient_code(customer),
            has_intent=content.intent is not None,
        ),
        references=tuple(named),
        related=tuple(CheckedReference(number=r.number, issued_on=r.issued_on) for r in content.related_invoices),
        postcodes=tuple(each.postcode for each in addresses if not is_foreign(each)),
        lines=tuple(_line(line) for line in content.lines),
        summaries=tuple(
            CheckedSummary(rate=s.rate, nature=s.nature, base=s.taxable, tax=s.tax, chargeability=s.chargeability)
            for s in content.summaries
        ),
        taxable=content.taxable,
        tax=content.tax,
        total=content.total,
        payable=content.payable,
        due=sum((due.amount for due in content.due_dates), Decimal(0)) if content.due_dates else None,
        stamp_duty=content.stamp_duty,
    )


def _line(line: InvoiceLine) -> CheckedLine:
    shared = {name: getattr(line, name) for name in ("quantity", "unit_price", "price_per", "discounts", "amount")}
    return CheckedLine(**shared, rate=line.vat_rate, nature=line.vat_nature)
