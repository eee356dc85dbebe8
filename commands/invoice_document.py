"""What the handlers of invoices share (documento di fattura): the issued document and its contracts' instalments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates.base import Refusal
from aggregates.contract import Contract
from aggregates.contract_ledger import Fee
from aggregates.invoice import Invoice
from aggregates.invoice_values import (
    BilledCustomer,
    DocumentKind,
    DocumentType,
    InvoiceLine,
    IssuedDocument,
    IssuedLine,
    billed_customer,
    contract_references,
    totals,
)
from aggregates.party import Party, Site
from commands.base import Service
from commands.company import the_company
from commands.law_table import law_terms


class CustomerAddressMissing(Refusal):
    """Customer {code} has no address; an invoice needs one. Add it to the customer first."""

    status = 422


def document(
    service: Service,
    invoice: Invoice,
    lines: Sequence[IssuedLine],
    customer: BilledCustomer,
    site: Site | None,
    number: str,
    dated_on: date,
    series: str,
    reasons: tuple[str, ...] = (),
) -> IssuedDocument:
    """The document as it will stand for ever, with the company's identity and law table of this moment."""
    terms = invoice.terms
    sums = totals(lines, dated_on, terms.payment_terms, law_terms(service))
    seller = the_company(service).identity
    contract_ids = {line.source.contract_id for line in lines} - {None}
    signed = {each: service.load(Contract, each).state.signed_on for each in contract_ids if each is not None}
    is_note = invoice.kind is DocumentKind.CREDIT_NOTE
    return IssuedDocument(
        kind=invoice.kind,
        document_type=DocumentType.TD04 if is_note else DocumentType.TD01,
        number=number,
        series=series,
        issued_on=dated_on,
        currency=terms.currency,
        seller=seller,
        customer=customer,
        site=site,
        lines=tuple(lines),
        **dict(sums),
        payment_terms=terms.payment_terms,
        payment_method=terms.payment_method,
        iban=seller.iban,
        order=terms.order,
        contracts=contract_references(lines, signed),
        related=(invoice.corrects,) if invoice.corrects else (),
        reasons=reasons,
    )


def customer_of(party: Party, on: date) -> BilledCustomer:
    """The customer frozen for a document of a day. Raises `CustomerAddressMissing`."""
    if party.address is None:
        raise CustomerAddressMissing(code=party.code)
    return billed_customer(party.id, party, party.address, on)


def renumbered(lines: Sequence[InvoiceLine]) -> list[InvoiceLine]:
    """The lines numbered from 1 without gaps, as the exchange system wants them."""
    return [line.model_copy(update={"number": number}) for number, line in enumerate(lines, 1)]


def credited(line: IssuedLine, number: int, amount: Decimal) -> IssuedLine:
    """A line of a credit note: an amount of an issued line, with its VAT treatment."""
    changes = {"number": number, "amount": amount, "unit_price": amount, "quantity": Decimal(1), "discounts": ()}
    return line.model_copy(update={**changes, "price_per": Decimal(1), "unit": None})


def by_contract(lines: Iterable[InvoiceLine]) -> dict[UUID, list[InvoiceLine]]:
    """The lines that bill instalments, by their contract."""
    found: dict[UUID, list[InvoiceLine]] = {}
    for line in lines:
        if line.source.contract_id is not None and line.source.key is not None:
            found.setdefault(line.source.contract_id, []).append(line)
    return found


def fee(line: InvoiceLine) -> Fee:
    """The instalment that a line of `by_contract` bills."""
    assert line.source.key is not None
    assert line.period is not None
    return Fee(key=line.source.key, period=line.period, amount=line.amount)
