"""How calls and quotes are billed (fatturazione dei lavori): their lines, held by a proposal and billed with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from aggregates.article import Article
from aggregates.base import Act, require
from aggregates.billable import Billable
from aggregates.call import Call
from aggregates.call_pricing import Bill, bill_of_call, bill_of_quote, work_day
from aggregates.invoice_values import InvoiceLine, Terms
from aggregates.party import Party
from aggregates.price_list import PriceList
from aggregates.quote import Quote
from aggregates.quote_refusals import QuoteNotAccepted
from aggregates.record_ref import RecordRef
from aggregates.sales_order import SalesOrder
from aggregates.tariff import tariff_of
from commands.base import Service
from commands.company import parameters
from commands.quote import CallWithoutCustomer

KINDS: dict[str, type[Call] | type[Quote]] = {"call": Call, "quote": Quote}


def bill_of(service: Service, kind: str, record_id: UUID, on: date) -> tuple[Call | Quote, Terms, Bill]:
    """A closed call or accepted quote with its lines and the terms of its invoice.

    Raises `PricesMissing`, `CallNotClosed`, `QuoteNotAccepted`, `BillingHeld`, `BilledAlready`, `NotFound`.
    """
    record = service.load(KINDS[kind], record_id)
    if isinstance(record, Call):
        return record, _terms(service, _customer(record), record.site_id, on), _call(service, record, on)
    assert isinstance(record, Quote)
    require(record.accepted is not None, QuoteNotAccepted, number=record.number)
    assert record.accepted is not None
    party = service.load(Party, record.customer.party_id)
    source = RecordRef(kind="quote", id=record.id, number=record.number)
    bill = bill_of_quote(source, record.accepted.lines, party, lambda key: service.find(Article, key))
    site = record.customer.destination.site_id if record.customer.destination else None
    return record, _terms(service, party.id, site, on), bill


def hold(service: Service, records: Iterable[Billable], invoice_id: UUID, act: Act) -> None:
    """Let a proposed invoice hold calls and quotes; part of this append."""
    for record in records:
        record.propose_billing(invoice_id, act)
        assert isinstance(record, Call | Quote)
        service.save(record)


def billed_records(service: Service, lines: Iterable[InvoiceLine]) -> list[Call | Quote]:
    """The calls and quotes that lines bill."""
    named = {line.source.record.id: line.source.record.kind for line in lines if line.source.record}
    return [service.load(KINDS[kind], record_id) for record_id, kind in named.items() if kind in KINDS]


def release(
    service: Service, gone: Iterable[InvoiceLine], left: Iterable[InvoiceLine], invoice_id: UUID, act: Act
) -> None:
    """Give free what no line of the proposal bills any more."""
    still = {record.id for record in billed_records(service, left)}
    for record in billed_records(service, gone):
        if record.id not in still:
            record.release_billing(invoice_id, act)
            service.save(record)


def mark_billed(service: Service, lines: Iterable[InvoiceLine], invoice: RecordRef, act: Act) -> None:
    """Note the issued invoice on its calls and quotes, and on the orders that quotes became."""
    for record in billed_records(service, lines):
        record.bill(invoice, act)
        service.save(record)
        if isinstance(record, Quote) and record.order is not None:
            order = service.load(SalesOrder, record.order.id)
            order.mark_invoiced(invoice, act)
            service.save(order)


def _call(service: Service, call: Call, on: date) -> Bill:
    call.check_billable()
    party = service.load(Party, _customer(call))
    tariff = tariff_of(party, parameters(service, on), work_day(call), lambda key: service.find(PriceList, key))
    number = call.number or service.lookups.call_number(call.id)
    bill = bill_of_call(call, number, party, tariff, lambda key: service.find(Article, key))
    if bill.problem is not None:
        raise bill.problem
    return bill


def _customer(call: Call) -> UUID:
    if call.party_id is None:
        raise CallWithoutCustomer
    return call.party_id


def _terms(service: Service, customer_id: UUID, site_id: UUID | None, on: date) -> Terms:
    party, ours = service.load(Party, customer_id), parameters(service, on)
    return Terms(
        customer_id=customer_id,
        site_id=site_id,
        payment_terms=party.terms.payment_terms or ours.payment_terms,
        payment_method=party.terms.payment_method or ours.payment_method,
    )
