"""An invoice's or credit note's content from the fact that issued it: everything is frozen there (R1.15)."""

from __future__ import annotations

from collections.abc import Iterable

from aggregates import invoice_values as invoices
from aggregates.party import PaymentMethod
from projections.documents.amounts import vat_summary
from projections.documents.content import Source
from projections.documents.content_invoice import (
    DeliveryReference,
    DocumentReference,
    DueDate,
    Intent,
    InvoiceContent,
    InvoiceLine,
)
from projections.documents.identities import billed, letterhead, site_of
from projections.documents.words import payment

BANKED = frozenset({PaymentMethod.TRANSFER})
"""Methods that need our bank account on the document; with the others the customer's bank is asked."""


def invoice(document: invoices.IssuedDocument, source: tuple[Source, ...], *, draft: bool = False) -> InvoiceContent:
    """What the document says; a draft has no number of its own."""
    place = {line.number: position for position, line in enumerate(document.lines, start=1)}
    return InvoiceContent(
        issuer=letterhead(document.seller),
        customer=billed(document.customer),
        source=source,
        draft=draft,
        number=None if draft else document.number,
        document_type=document.document_type.value,
        issued_on=document.issued_on,
        site=site_of(document.site) if document.site else None,
        reasons=tuple(reason for reason in document.reasons if reason.strip()),
        lines=tuple(_line(line) for line in document.lines),
        summaries=tuple(vat_summary(each) for each in document.summaries),
        taxable=document.taxable,
        tax=document.tax,
        total=document.total,
        stamp_duty=document.stamp_duty or None,
        due_dates=_due_dates(document),
        payment_terms=None
        if document.kind is invoices.DocumentKind.CREDIT_NOTE
        else payment(document.payment_terms, document.payment_method),
        advance=document.document_type is invoices.DocumentType.TD02,
        orders=_orders(document.order),
        contracts=tuple(
            DocumentReference(number=each.number, issued_on=each.signed_on, lines=_placed(each.lines, place))
            for each in document.contracts
        ),
        related_invoices=tuple(
            DocumentReference(number=each.number, issued_on=each.issued_on) for each in document.related
        ),
        deliveries=tuple(
            DeliveryReference(number=each.number, issued_on=each.issued_on, lines=_placed(each.lines, place))
            for each in document.deliveries
        ),
        intent=_intent(document),
    )


def _line(line: invoices.IssuedLine) -> InvoiceLine:
    shared = {"description", "quantity", "unit_price", "price_per", "discounts", "amount", "period", "serials"}
    return InvoiceLine(
        code=line.code or None,
        unit=line.unit or None,
        note=line.note or None,
        vat_rate=line.treatment.rate,
        vat_nature=line.treatment.nature,
        **{name: getattr(line, name) for name in shared},
    )


def _due_dates(document: invoices.IssuedDocument) -> tuple[DueDate, ...]:
    """What is to be paid to us; a credit note asks for nothing."""
    if document.kind is invoices.DocumentKind.CREDIT_NOTE:
        return ()
    has_account = document.payment_method in BANKED
    shared = {
        "method": document.payment_method.fatturapa_code,
        "iban": (document.iban or None) if has_account else None,
        "bank": (document.seller.bank or None) if has_account else None,
    }
    return tuple(
        DueDate.model_validate({"due_on": part.due_on, "amount": part.amount, **shared}) for part in document.due_dates
    )


def _intent(document: invoices.IssuedDocument) -> Intent | None:
    declared = document.customer.intent
    return Intent(protocol=declared.protocol, received_on=declared.received_on) if declared is not None else None


def _orders(order: invoices.OrderReference) -> tuple[DocumentReference, ...]:
    """The customer's order; where only its public codes are known, they stand for its number."""
    number = order.number or order.cig or order.cup
    if not number:
        return ()
    return (DocumentReference(number=number, issued_on=order.ordered_on, cig=order.cig, cup=order.cup),)


def _placed(numbers: Iterable[int], place: dict[int, int]) -> tuple[int, ...]:
    return tuple(place[number] for number in numbers if number in place)
