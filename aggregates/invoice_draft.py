"""How a proposal becomes a document (bozza di fattura): taxed, totalled, stamped; below zero it is a credit note.

Pure, so that what is checked before issuing is what is issued. Amounts are euro.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates.because import because
from aggregates.company import LegalIdentity
from aggregates.invoice_values import (
    STAMP,
    BilledCustomer,
    DeliveryReference,
    DocumentKind,
    DocumentType,
    InvoiceLine,
    InvoiceReference,
    IssuedDocument,
    IssuedLine,
    LineSource,
    Terms,
    Totals,
    contract_references,
    recipient_code,
    taxed,
    totals,
)
from aggregates.party import PartyNature, Site
from aggregates.rules.exchange_checks import (
    CheckedCustomer,
    CheckedDocument,
    CheckedLine,
    CheckedReference,
    CheckedSummary,
    Problem,
    StampRule,
    problems,
)
from aggregates.rules.law import LawTerms, stamp_duty_row
from aggregates.rules.send_deadline import send_by
from aggregates.rules.vat import Supply, SupplyKind

PLACEHOLDER = "1"
"""Stands for the number while a document is checked that has none yet."""


@dataclass(frozen=True)
class Frame:
    """What a document takes from elsewhere: who issues it to whom, under which law, resting on what."""

    seller: LegalIdentity
    customer: BilledCustomer
    law: LawTerms
    site: Site | None = None
    signed: dict[UUID, date | None] = field(default_factory=dict)
    """When the contracts behind the lines were signed."""
    deliveries: tuple[DeliveryReference, ...] = ()
    related: tuple[InvoiceReference, ...] = ()
    charges_stamp_duty: bool = False
    needs_cig: bool = False


def drafted(terms: Terms, lines: Sequence[InvoiceLine], frame: Frame, dated_on: date) -> IssuedDocument:
    """A proposal as the document of a day, without its number; what totals below zero becomes a credit note (R3.8).

    Raises `ValueError` where the law table is silent.
    """
    issued = taxed(lines, frame.customer.vat, dated_on, frame.law)
    sums = totals(issued, dated_on, terms.payment_terms, frame.law)
    if sums.total < 0:
        return documented(terms, [_turned(line) for line in issued], frame, dated_on, DocumentKind.CREDIT_NOTE)
    if sums.stamp_duty and frame.charges_stamp_duty:
        stamp = _stamp_line(len(issued) + 1, sums.stamp_duty)
        issued = (*issued, *taxed([stamp], frame.customer.vat, dated_on, frame.law))
        sums = totals(issued, dated_on, terms.payment_terms, frame.law)
    return documented(terms, issued, frame, dated_on, DocumentKind.INVOICE, sums=sums)


def documented(
    terms: Terms,
    lines: Sequence[IssuedLine],
    frame: Frame,
    dated_on: date,
    kind: DocumentKind,
    reasons: tuple[str, ...] = (),
    sums: Totals | None = None,
) -> IssuedDocument:
    """The document over lines whose VAT treatment is known, without its number; `sums` where they are known."""
    is_note = kind is DocumentKind.CREDIT_NOTE
    return IssuedDocument(
        kind=kind,
        document_type=DocumentType.TD04 if is_note else terms.document_type,
        number=PLACEHOLDER,
        series="",
        issued_on=dated_on,
        currency=terms.currency,
        seller=frame.seller,
        customer=frame.customer,
        site=frame.site,
        lines=tuple(lines),
        **dict(sums or totals(lines, dated_on, terms.payment_terms, frame.law)),
        payment_terms=terms.payment_terms,
        payment_method=terms.payment_method,
        iban=frame.seller.iban,
        order=terms.order,
        contracts=contract_references(lines, frame.signed),
        related=_related(lines, frame.related),
        deliveries=frame.deliveries,
        reasons=reasons,
        send_by=None if is_note else send_by(dated_on, _month(terms), has_services=_has_services(lines)),
    )


def findings(document: IssuedDocument, frame: Frame) -> list[Problem]:
    """What the exchange system, or the customer, would send back (R9.2–R9.10)."""
    row = stamp_duty_row(frame.law, document.issued_on)
    stamp = StampRule(threshold=row.threshold, natures=frame.law.stamp_natures) if row else StampRule(natures=())
    return problems(_checked(document, frame), stamp=stamp)


def _checked(document: IssuedDocument, frame: Frame) -> CheckedDocument:
    customer, order = document.customer, document.order
    named = [order.number, *(each.number for each in document.contracts)]
    named += [*(each.number for each in document.related), *(each.number for each in document.deliveries)]
    addresses = (document.seller.address, customer.address)
    return CheckedDocument(
        number=document.number,
        document_type=document.document_type.value,
        issued_on=document.issued_on,
        customer=CheckedCustomer(
            name=customer.name,
            is_identified=bool(customer.vat_number or customer.tax_code) or customer.address.country != "IT",
            is_public_body=customer.nature is PartyNature.PUBLIC_BODY,
            recipient_code=recipient_code(customer.recipient_code, customer.address.country),
            has_intent=customer.intent is not None,
        ),
        references=tuple(number for number in named if number),
        related=tuple(CheckedReference(number=each.number, issued_on=each.issued_on) for each in document.related),
        postcodes=tuple(each.postcode for each in addresses if each.country == "IT"),
        lines=tuple(_checked_line(line) for line in document.lines),
        summaries=tuple(
            CheckedSummary(rate=s.rate, nature=s.nature, base=s.base, tax=s.tax, chargeability=s.chargeability)
            for s in document.summaries
        ),
        taxable=document.taxable,
        tax=document.tax,
        total=document.total,
        payable=document.payable,
        due=sum((part.amount for part in document.due_dates), Decimal(0)) if document.due_dates else None,
        stamp_duty=document.stamp_duty or None,
        needs_cig=frame.needs_cig,
        has_cig=bool(order.cig),
    )


def _checked_line(line: IssuedLine) -> CheckedLine:
    shared = {name: getattr(line, name) for name in ("quantity", "unit_price", "price_per", "discounts", "amount")}
    return CheckedLine(**shared, rate=line.treatment.rate, nature=line.treatment.nature)


def _turned(line: IssuedLine) -> IssuedLine:
    """The line of a credit note: what was taken off is positive there (R9.1)."""
    return line.model_copy(update={"unit_price": -line.unit_price, "amount": -line.amount})


def _stamp_line(number: int, amount: Decimal) -> InvoiceLine:
    """The duty advanced for the customer, outside VAT (R9.8)."""
    return InvoiceLine(
        number=number,
        description="Imposta di bollo assolta in modo virtuale",
        unit_price=amount,
        amount=amount,
        supply=Supply(kind=SupplyKind.ADVANCED_SUM),
        source=LineSource(kind=STAMP, because=(because("stamp-duty"),)),
    )


def _related(lines: Iterable[IssuedLine], known: Iterable[InvoiceReference]) -> tuple[InvoiceReference, ...]:
    found = {each.invoice_id: each for each in known}
    found |= {each.invoice_id: each for line in lines for each in line.source.corrects}
    return tuple(sorted(found.values(), key=lambda each: (each.issued_on, each.number)))


def _has_services(lines: Iterable[IssuedLine]) -> bool:
    return any(line.amount and line.supply.kind is SupplyKind.SERVICE for line in lines)


def _month(terms: Terms) -> date | None:
    return terms.month_on if terms.document_type is DocumentType.TD24 else None
