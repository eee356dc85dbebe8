"""What calls and quotes to bill are worth, priced when asked (valore dei lavori da fatturare)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TypeVar
from uuid import UUID

from aggregates.article import Article
from aggregates.base import Aggregate
from aggregates.because import reasons_of, refused
from aggregates.call import Call
from aggregates.call_lines import Charged
from aggregates.call_pricing import Bill, bill_of_call, work_day
from aggregates.call_surroundings import Surroundings, surroundings
from aggregates.company import DEFAULT_PARAMETERS, Company, Parameters
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_pricing import bill_of_note, repair_call
from aggregates.hour_pool_pricing import bill_of_sale
from aggregates.hour_pool_sale import PoolSale
from aggregates.party import Party
from aggregates.price_list import Price, PriceList, price_list_id
from aggregates.quote import Quote
from aggregates.quote_pricing import adherence_of, bill_of_quoted, bills_performed
from aggregates.rma import Rma
from aggregates.rules.tolerance import Adherence
from aggregates.sales_order import SalesOrder
from aggregates.tariff import Tariff, tariff_of
from aggregates.values import rome_date
from projections.base import Reader, Row
from projections.company import company_id
from projections.hour_pool_views import hour_pools_of
from projections.work_due import quotes_of_call

A = TypeVar("A", bound=Aggregate)


class WorkPrices:
    """Prices rows of work to bill; price lists, articles and customers are read once for all of them."""

    def __init__(self, reader: Reader, instead: str | None = None) -> None:
        """`instead` is a price list to try: it is asked before the contract's, the customer's and the company's."""
        self._reader = reader
        self._instead = price_list_id(instead) if instead else None
        self._known: dict[UUID, Aggregate | None] = {}

    def due(self, row: Row) -> Iterator[Row]:
        """The row of `billing-due` for a call or quote; none when it is worth nothing."""
        record = self._reader.record(row["record_id"])
        bill = self._bill(record, row["number"], row["until"])
        if bill is None or (bill.net == 0 and bill.problem is None):
            return
        yield {
            "contract_id": None,
            "contract_number": None,
            "customer_id": row["customer_id"],
            "customer": row["customer"],
            "line_id": None,
            "number": None,
            "kind": row["source"],
            "attempt": 0,
            "record_id": row["record_id"],
            "record_number": row["number"],
            "description": _description(record),
            "billing_on": row["due_on"],
            "starts_on": None,
            "ends_on": None,
            "amount": bill.net,
            **_why(record),
            "parked_reason": str(bill.problem) if bill.problem else None,
            "parked_because": refused(bill.problem).model_dump() if bill.problem else None,
            "lines": [line.model_dump(mode="json", exclude={"source", "supply"}) for line in bill.lines],
        }

    def call_bill(self, call: Call, number: str | None) -> Bill | None:
        """What a call comes to, as things stand; None without a customer to charge."""
        party = self._find(Party, call.party_id) if call.party_id else None
        if party is None:
            return None
        around = self._around(call, party)
        tariff = self._tariff(call, party, around)
        return bill_of_call(call, number, party, tariff, lambda key: self._find(Article, key), around.about)

    def price_of(self, call: Call, charged: Charged) -> Price | None:
        """The row of a price list that a line of a call takes its price from; None where no list gave it."""
        party = self._find(Party, call.party_id) if call.party_id else None
        if party is None or charged.line.code is None:
            return None
        tariff = self._tariff(call, party, self._around(call, party))
        days = dict.fromkeys((tariff.on, *(rome_date(done.time.ends_at) for done in call.performed.values())))
        found = (tariff.at(day).price(charged.line.code, charged.line.quantity) for day in days)
        return next((price for price in found if price and price.unit_price == charged.line.unit_price), None)

    def _around(self, call: Call, party: Party) -> Surroundings:
        return surroundings(call, party, self._find, tuple(hour_pools_of(self._reader, party.id)))

    def _tariff(self, call: Call, party: Party, around: Surroundings) -> Tariff:
        day = work_day(call)
        ours = self._parameters(day)
        return self._first(tariff_of(party, ours, day, lambda key: self._find(PriceList, key), around.price_list))

    def _first(self, tariff: Tariff) -> Tariff:
        other = self._find(PriceList, self._instead) if self._instead else None
        if other is None:
            return tariff
        return replace(tariff, lists=(other, *(one for one in tariff.lists if one.id != other.id)))

    def _bill(self, record: Aggregate | None, number: str | None, on: date) -> Bill | None:
        if isinstance(record, Call):
            return self.call_bill(record, number)
        if isinstance(record, PoolSale):
            customer = self._find(Party, record.sold.customer_id)
            return bill_of_sale(record, customer) if customer is not None else None
        if isinstance(record, DeliveryNote):
            return self._note_bill(record, on)
        return self._quote_bill(record) if isinstance(record, Quote) else None

    def _quote_bill(self, quote: Quote) -> Bill | None:
        party = self._find(Party, quote.customer.party_id)
        if party is None or (quote.accepted is None and quote.owed_fee is None):
            return None
        order = self._find(SalesOrder, quote.order.id) if quote.order else None
        accepted = quote.accepted.lines if quote.accepted else ()
        lines = order.lines if order and not order.cancelled else accepted
        return bill_of_quoted(quote, lines, party, lambda key: self._find(Article, key), self._beyond(quote))

    def _beyond(self, quote: Quote) -> Adherence | None:
        source = quote.accepted.source if quote.accepted else None
        found = self.adherence(source.id) if source is not None and bills_performed(quote) else None
        if found is None:
            return None
        first, done, is_over = found
        return done if is_over and first.id == quote.id else None

    def adherence(self, call_id: UUID) -> tuple[Quote, Adherence, bool] | None:
        """How a call's work stands to its accepted quotes: the first of them, the amounts, whether the call is over.

        None without an accepted quote, and while work has no price.
        """
        call = self._find(Call, call_id)
        quotes = [self._find(Quote, each) for each in quotes_of_call(self._reader, call_id)]
        known = [each for each in quotes if each is not None]
        bill = self.call_bill(call, call.number) if call is not None and known else None
        if call is None or bill is None or bill.problem is not None:
            return None
        return known[0], adherence_of(known, bill.net), call.ended_at is not None

    def _note_bill(self, note: DeliveryNote, on: date) -> Bill | None:
        party = self._find(Party, note.recipient.party_id)
        if party is None:
            return None
        call_id = repair_call(note, lambda key: self._find(Rma, key))
        call = self._find(Call, call_id) if call_id else None
        is_with = call is not None and call.ended_at is not None and call.billed_by is None
        is_quoted = call is not None and bool(quotes_of_call(self._reader, call.id))
        repair = self._bill(call, call.number, on) if call is not None and is_with and not is_quoted else None
        if repair is not None and repair.problem is not None:
            return repair
        tariff = tariff_of(party, self._parameters(on), note.dated_on, lambda key: self._find(PriceList, key))
        return bill_of_note(
            note, party, tariff, lambda key: self._find(Article, key), repair.lines if repair is not None else ()
        )

    def _parameters(self, on: date) -> Parameters:
        own_id = company_id(self._reader)
        company = self._find(Company, own_id) if own_id else None
        return company.parameters_on(on) if company else DEFAULT_PARAMETERS

    def _find(self, kind: type[A], stream_id: UUID) -> A | None:
        if stream_id not in self._known:
            self._known[stream_id] = self._reader.record(stream_id)
        found = self._known[stream_id]
        return found if isinstance(found, kind) else None


def _why(record: Aggregate | None) -> Row:
    """Why a call is charged, as its coverage says."""
    if not isinstance(record, Call):
        return {"why": None, "why_because": []}
    because = record.coverage.because
    return {"why": record.coverage.why, "why_because": reasons_of([because] if because else [])}


def _description(record: Aggregate | None) -> str | None:
    if isinstance(record, Call):
        return record.fault
    return record.sold.description if isinstance(record, PoolSale) else None
