"""What calls and quotes to bill are worth, priced when asked (valore dei lavori da fatturare)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TypeVar
from uuid import UUID

from aggregates.article import Article
from aggregates.base import Aggregate
from aggregates.call import Call
from aggregates.call_lines import Charged
from aggregates.call_pricing import Bill, bill_of_call, bill_of_quote, work_day
from aggregates.call_surroundings import Surroundings, surroundings
from aggregates.company import DEFAULT_PARAMETERS, Company, Parameters
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_pricing import bill_of_note, repair_call
from aggregates.hour_pool_pricing import bill_of_sale
from aggregates.hour_pool_sale import PoolSale
from aggregates.party import Party
from aggregates.price_list import Price, PriceList, price_list_id
from aggregates.quote import Quote
from aggregates.record_ref import RecordRef
from aggregates.rma import Rma
from aggregates.tariff import Tariff, tariff_of
from aggregates.values import rome_date
from projections.base import Reader, Row
from projections.company import company_id
from projections.hour_pool_views import hour_pools_of

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
            "why": record.coverage.why if isinstance(record, Call) else None,
            "parked_reason": str(bill.problem) if bill.problem else None,
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
        if isinstance(record, Quote) and record.accepted is not None:
            party = self._find(Party, record.customer.party_id)
            source = RecordRef(kind="quote", id=record.id, number=record.number)
            if party is not None:
                return bill_of_quote(source, record.accepted.lines, party, lambda key: self._find(Article, key))
        return None

    def _note_bill(self, note: DeliveryNote, on: date) -> Bill | None:
        party = self._find(Party, note.recipient.party_id)
        if party is None:
            return None
        call_id = repair_call(note, lambda key: self._find(Rma, key))
        call = self._find(Call, call_id) if call_id else None
        is_with = call is not None and call.ended_at is not None and call.billed_by is None
        repair = self._bill(call, call.number, on) if call is not None and is_with else None
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


def _description(record: Aggregate | None) -> str | None:
    if isinstance(record, Call):
        return record.fault
    return record.sold.description if isinstance(record, PoolSale) else None
