"""What the handlers of invoices share (documento di fattura): the issued document and its contracts' instalments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.base import Refusal
from aggregates.contract import Contract
from aggregates.contract_ledger import Fee
from aggregates.invoice import Invoice
from aggregates.invoice_draft import Frame
from aggregates.invoice_values import (
    DEDUCTION,
    BilledCustomer,
    InvoiceLine,
    InvoiceReference,
    IssuedLine,
    LineCredit,
    billed_customer,
)
from aggregates.party import Party, Site
from aggregates.rules.line_amounts import line_total
from commands.base import Service
from commands.company import the_company
from commands.delivery_note_billing import delivery_references
from commands.law_table import law_terms


class CustomerAddressMissing(Refusal):
    """Customer {code} has no address; an invoice needs one. Add it to the customer first."""

    status = 422


def frame_of(
    service: Service,
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    customer: BilledCustomer,
    site: Site | None,
    on: date,
) -> Frame:
    """What the document of a day takes from elsewhere, as it is at this moment."""
    contract_ids = {line.source.contract_id for line in lines} - {None}
    contracts = [service.load(Contract, each) for each in contract_ids if each is not None]
    party, company = service.load(Party, invoice.terms.customer_id), the_company(service)
    ours = company.parameters_on(on)
    charges_stamp = party.terms.charge_stamp_duty
    return Frame(
        seller=company.identity,
        customer=customer,
        law=law_terms(service),
        site=site,
        signed={contract.id: contract.state.signed_on for contract in contracts},
        deliveries=delivery_references(service, lines),
        related=(*([invoice.corrects] if invoice.corrects else []), *_linked(service, contracts, lines)),
        charges_stamp_duty=ours.charge_stamp_duty if charges_stamp is None else charges_stamp,
        needs_cig=ours.require_cig,
    )


def _linked(
    service: Service, contracts: Iterable[Contract], lines: Sequence[InvoiceLine]
) -> Iterator[InvoiceReference]:
    """The invoices that negative lines take something back of: of the same contract line, or the advance deducted."""
    minus = {line.source.key.line_id for line in lines if line.source.key is not None and line.amount < 0}
    for contract in contracts:
        for entry in contract.ledger.entries:
            if entry.fee.key.line_id in minus and entry.number is not None and entry.billed_on is not None:
                yield InvoiceReference(invoice_id=entry.invoice_id, number=entry.number, issued_on=entry.billed_on)
    for advance in deducted_advances(service, lines):
        issued = advance.require_issued()
        yield InvoiceReference(invoice_id=advance.id, number=issued.number, issued_on=issued.issued_on)


def deducted_advances(service: Service, lines: Iterable[InvoiceLine]) -> list[Invoice]:
    """The advance invoices that lines deduct."""
    named = [line.source.record for line in lines if line.source.kind == DEDUCTION]
    return [service.load(Invoice, record.id) for record in named if record is not None]


def customer_of(party: Party, on: date) -> BilledCustomer:
    """The customer frozen for a document of a day. Raises `CustomerAddressMissing`."""
    if party.address is None:
        raise CustomerAddressMissing(code=party.code)
    return billed_customer(party.id, party, party.address, on)


def renumbered(lines: Sequence[InvoiceLine]) -> list[InvoiceLine]:
    """The lines numbered from 1 without gaps, as the exchange system wants them."""
    return [line.model_copy(update={"number": number}) for number, line in enumerate(lines, 1)]


def credited(line: IssuedLine, number: int, credit: LineCredit) -> IssuedLine:
    """A line of a credit note: an amount or so many pieces of an issued line, with its VAT treatment."""
    changes: dict[str, Any] = {"number": number, "amount": credit.amount}
    by_piece = credit.quantity is not None and credit.amount == line_total(
        line.unit_price, credit.quantity, line.discounts, line.price_per
    )
    if by_piece:
        return line.model_copy(update={**changes, "quantity": credit.quantity})
    changes |= {"unit_price": credit.amount, "quantity": Decimal(1), "discounts": (), "price_per": Decimal(1)}
    return line.model_copy(update={**changes, "unit": None})


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
