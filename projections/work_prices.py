"""What calls and quotes to bill are worth, priced when asked (valore dei lavori da fatturare)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TypeVar
from uuid import UUID

from aggregates.article import Article
from aggregates.base import Aggregate
from aggregates.call import Call
from aggregates.call_pricing import Bill, bill_of_call, bill_of_quote, work_day
from aggregates.company import DEFAULT_PARAMETERS, Company, Parameters
from aggregates.party import Party
from aggregates.price_list import PriceList
from aggregates.quote import Quote
from aggregates.record_ref import RecordRef
from aggregates.tariff import tariff_of
from projections.base import Reader, Row
from projections.company import company_id

A = TypeVar("A", bound=Aggregate)


class WorkPrices:
    """Prices rows of work to bill; price lists, articles and customers are read once for all of them."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
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
            "description": record.fault if isinstance(record, Call) else None,
            "billing_on": row["due_on"],
            "starts_on": None,
            "ends_on": None,
            "amount": bill.net,
            "why": record.coverage.why if isinstance(record, Call) else None,
            "parked_reason": str(bill.problem) if bill.problem else None,
            "lines": [line.model_dump(mode="json", exclude={"source", "supply"}) for line in bill.lines],
        }

    def _bill(self, record: Aggregate | None, number: str | None, on: date) -> Bill | None:
        if isinstance(record, Call):
            party = self._find(Party, record.party_id) if record.party_id else None
            if party is None:
                return None
            lists = tariff_of(party, self._parameters(on), work_day(record), lambda key: self._find(PriceList, key))
            return bill_of_call(record, number, party, lists, lambda key: self._find(Article, key))
        if isinstance(record, Quote) and record.accepted is not None:
            party = self._find(Party, record.customer.party_id)
            source = RecordRef(kind="quote", id=record.id, number=record.number)
            if party is not None:
                return bill_of_quote(source, record.accepted.lines, party, lambda key: self._find(Article, key))
        return None

    def _parameters(self, on: date) -> Parameters:
        own_id = company_id(self._reader)
        company = self._find(Company, own_id) if own_id else None
        return company.parameters_on(on) if company else DEFAULT_PARAMETERS

    def _find(self, kind: type[A], stream_id: UUID) -> A | None:
        if stream_id not in self._known:
            self._known[stream_id] = self._reader.record(stream_id)
        found = self._known[stream_id]
        return found if isinstance(found, kind) else None
