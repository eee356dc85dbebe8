"""How works are billed (fatturazione dei lavori): calls, quotes, delivery notes; held by a proposal, billed with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from aggregates.article import Article
from aggregates.base import Act, Aggregate
from aggregates.billable import Billable
from aggregates.call import Call
from aggregates.call_pricing import Bill, bill_of_call, work_day
from aggregates.call_surroundings import surroundings
from aggregates.delivery_note import DeliveryNote
from aggregates.hour_pool_pricing import KIND as HOUR_POOL
from aggregates.hour_pool_pricing import bill_of_sale
from aggregates.hour_pool_sale import PoolSale
from aggregates.invoice_values import InvoiceLine, Terms
from aggregates.late_interest import KIND as LATE_INTEREST
from aggregates.late_interest import LateInterestClaim
from aggregates.party import Party
from aggregates.price_list import PriceList
from aggregates.quote import Quote
from aggregates.quote_pricing import adherence_of, bill_of_quoted, bills_performed
from aggregates.quote_refusals import CallIsQuoted
from aggregates.record_ref import RecordRef
from aggregates.rules.tolerance import Adherence
from aggregates.sales_order import SalesOrder
from aggregates.tariff import tariff_of
from commands.base import Service
from commands.company import parameters
from commands.delivery_note_billing import note_bill, note_terms
from commands.quote import CallWithoutCustomer

Work = Call | Quote | DeliveryNote | PoolSale | LateInterestClaim
KINDS: dict[str, type[Call] | type[Quote] | type[DeliveryNote] | type[PoolSale] | type[LateInterestClaim]] = {
    "call": Call,
    "quote": Quote,
    "delivery-note": DeliveryNote,
    HOUR_POOL: PoolSale,
    LATE_INTEREST: LateInterestClaim,
}


def bill_of(service: Service, kind: str, record_id: UUID, on: date) -> tuple[Work, Terms, Bill]:
    """A closed call, accepted quote or delivery note with its lines and the terms of its invoice.

    A quote that became an order is billed as the order stands, a declined one by its diagnosis fee. Raises
    `CallIsQuoted`, `PricesMissing`, `CallNotClosed`,
    `QuoteNotAccepted`, `OrderCancelled`, `OrderBilledByNotes`, `NotToInvoice`, `BillingHeld`, `BilledAlready`,
    `NotFound`.
    """
    record = service.load(KINDS[kind], record_id)
    if isinstance(record, DeliveryNote):
        site_id = record.recipient.destination.site_id if record.recipient.destination else None
        terms = note_terms(record, _terms(service, record.recipient.party_id, site_id, on), on)
        return record, terms, note_bill(service, record, lambda call: _repair(service, call))
    if isinstance(record, Call):
        quotes = service.lookups.quotes_of_call(record.id)
        if quotes:
            raise CallIsQuoted(number=record.number or "", quote=service.load(Quote, quotes[0]).number)
        return record, _terms(service, _customer(record), record.site_id, on), _call(service, record)
    if isinstance(record, PoolSale):
        record.check_billable()
        customer = service.load(Party, record.sold.customer_id)
        return record, _terms(service, customer.id, None, on), bill_of_sale(record, customer)
    assert isinstance(record, Quote)
    record.check_billable()
    party = service.load(Party, record.customer.party_id)
    accepted = record.accepted.lines if record.accepted else ()
    lines = service.load(SalesOrder, record.order.id).lines_to_bill if record.order else accepted
    bill = bill_of_quoted(record, lines, party, lambda key: service.find(Article, key), _beyond(service, record))
    site = record.customer.destination.site_id if record.customer.destination else None
    return record, _terms(service, party.id, site, on), bill


def hold(service: Service, records: Iterable[Billable], invoice_id: UUID, act: Act) -> None:
    """Let a proposed invoice hold calls and quotes; part of this append."""
    for record in records:
        record.propose_billing(invoice_id, act)
        assert isinstance(record, Aggregate)
        service.save(record)


def billed_records(service: Service, lines: Iterable[InvoiceLine]) -> list[Work]:
    """The works that lines bill; a repair's lines bill its call and the delivery note it went out with."""
    sources = [line.source for line in lines]
    named = {record.id: record.kind for each in sources for record in (each.record, each.delivery) if record}
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
    """Note the issued invoice on its works, and on the orders that quotes became."""
    for record in billed_records(service, lines):
        record.bill(invoice, act)
        service.save(record)
        if isinstance(record, Quote) and record.order is not None:
            order = service.load(SalesOrder, record.order.id)
            order.mark_invoiced(invoice, act)
            service.save(order)


def settle_free(service: Service, record: Work, bill: Bill, act: Act) -> None:
    """Note of a closed call that it was priced and is worth nothing, so that it is not priced again (R4.3)."""
    if isinstance(record, Call) and record.billed_by is None and bill.net == 0:
        record.find_free(act)
        service.save(record)


def reopen(service: Service, lines: Iterable[InvoiceLine], invoice_id: UUID, credit_note: RecordRef, act: Act) -> None:
    """Make the works due again whose lines a credit note took back in full."""
    for record in billed_records(service, lines):
        record.reopen_billing(invoice_id, credit_note, act)
        service.save(record)
        if isinstance(record, Quote) and record.order is not None:
            order = service.load(SalesOrder, record.order.id)
            order.reopen_billing(invoice_id, credit_note, act)
            service.save(order)


def _beyond(service: Service, quote: Quote) -> Adherence | None:
    """How the work of a closed call stands to its quotes; only the first of them bills what is beyond (R7.5)."""
    call_id = quote.accepted.source.id if quote.accepted and quote.accepted.source else None
    call = service.find(Call, call_id) if call_id else None
    if call is None or call.ended_at is None or not bills_performed(quote):
        return None
    quotes = [service.load(Quote, each) for each in service.lookups.quotes_of_call(call.id)] or [quote]
    return adherence_of(quotes, _call_bill(service, call).net) if quotes[0].id == quote.id else None


def _repair(service: Service, call: Call) -> Bill:
    """What a delivery note bills of its repair: nothing where an accepted quote does."""
    return Bill(()) if service.lookups.quotes_of_call(call.id) else _call(service, call)


def _call(service: Service, call: Call) -> Bill:
    call.check_billable()
    return _call_bill(service, call)


def _call_bill(service: Service, call: Call) -> Bill:
    party, day = service.load(Party, _customer(call)), work_day(call)
    around = surroundings(call, party, service.find, tuple(service.lookups.hour_pools_of(party.id)))
    ours = parameters(service, day)
    tariff = tariff_of(party, ours, day, lambda key: service.find(PriceList, key), around.price_list)
    number = call.number or service.lookups.call_number(call.id)
    bill = bill_of_call(call, number, party, tariff, lambda key: service.find(Article, key), around.about)
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
