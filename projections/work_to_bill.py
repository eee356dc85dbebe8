"""Work to bill (lavori da fatturare): closed calls that are charged and accepted quotes, until an invoice has them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from aggregates.call import Call
from aggregates.call_values import CloseOutcome
from aggregates.coverage import CoverageKind
from aggregates.quote import Quote
from aggregates.sales_order import SalesOrder
from aggregates.values import rome_date
from projections.base import Reader, ReadModel, Row, Rows, Table, on

WORK = Table(
    "work_to_bill",
    {
        "record_id": "uuid", "kind": "text", "number": "text", "customer_id": "uuid", "call_id": "uuid",
        "order_id": "uuid", "coverage": "text", "outcome": "text", "has_work": "boolean", "has_charge": "boolean",
        "is_quoted": "boolean", "ready_on": "date", "invoice_id": "uuid", "due_on": "date",
    },
    ("record_id",),
    ("due_on, customer_id where due_on is not null", "call_id", "order_id"),
)  # fmt: skip
COVERED = (CoverageKind.CONTRACT.value, CoverageKind.WARRANTY.value)


class WorkToBill(ReadModel):
    """Calls and quotes with the day since when they can be billed; `due_on` is null while they cannot."""

    NAME = "work_to_bill"
    TABLES = (WORK,)

    @on(Call.Opened)
    def opened(self, fact: Call.Opened, rows: Rows) -> None:
        """A call is known; one without a customer is never billed."""
        named = {"number": fact.number, "customer_id": fact.party_id, "coverage": fact.coverage.kind.value}
        rows.put(WORK, {"record_id": fact.stream_id, "kind": "call", **named})

    @on(Call.CoverageDecidedAgain)
    def coverage_decided_again(self, fact: Call.CoverageDecidedAgain, rows: Rows) -> None:
        """Somebody else pays."""
        _settle(rows, fact.stream_id, coverage=fact.coverage.kind.value)

    @on(Call.ActivityPerformed, Call.PartUsed)
    def worked(self, fact: Call.ActivityPerformed | Call.PartUsed, rows: Rows) -> None:
        """There is something to charge."""
        _settle(rows, fact.stream_id, has_work=True)

    @on(Call.ChargeAdded)
    def charged(self, fact: Call.ChargeAdded, rows: Rows) -> None:
        """Something is charged whatever covers the call."""
        if fact.charge.amount.amount > 0:
            _settle(rows, fact.stream_id, has_charge=True)

    @on(Call.Closed)
    def closed(self, fact: Call.Closed, rows: Rows) -> None:
        """The call, or the quote made for it, can be billed."""
        _settle(rows, fact.stream_id, ready_on=rome_date(fact.act.at), outcome=fact.outcome.value)
        _settle_quotes(rows, fact.stream_id)

    @on(Call.Reopened)
    def reopened(self, fact: Call.Reopened, rows: Rows) -> None:
        """There is more to do first."""
        _settle(rows, fact.stream_id, ready_on=None, outcome=None)
        _settle_quotes(rows, fact.stream_id)

    @on(Quote.Accepted)
    def accepted(self, fact: Quote.Accepted, rows: Rows) -> None:
        """A quote is to be billed: at once, or when the call it was made for is closed."""
        row = rows.get(WORK, fact.stream_id)
        if row is not None:
            _settle(rows, fact.stream_id, ready_on=fact.accepted_on)
            if row["call_id"] is not None:
                _settle(rows, row["call_id"], is_quoted=True)

    @on(Quote.Drafted)
    def drafted(self, fact: Quote.Drafted, rows: Rows) -> None:
        """A quote is known."""
        call_id = fact.source.id if fact.source else None
        named = {"number": fact.number, "customer_id": fact.customer.party_id, "call_id": call_id}
        rows.put(WORK, {"record_id": fact.stream_id, "kind": "quote", **named})

    @on(Quote.Ordered)
    def ordered(self, fact: Quote.Ordered, rows: Rows) -> None:
        """The quote became an order."""
        _settle(rows, fact.stream_id, order_id=fact.order.id)

    @on(SalesOrder.Cancelled)
    def order_cancelled(self, fact: SalesOrder.Cancelled, rows: Rows) -> None:
        """Nothing is owed by the quote any more; its call is charged by itself."""
        for row in rows.select(WORK, order_id=fact.stream_id):
            _settle(rows, row["record_id"], ready_on=None)
            if row["call_id"] is not None:
                _settle(rows, row["call_id"], is_quoted=False)

    @on(Call.BillingProposed, Quote.BillingProposed)
    def held(self, fact: Call.BillingProposed | Quote.BillingProposed, rows: Rows) -> None:
        """A proposed invoice holds it."""
        _settle(rows, fact.stream_id, invoice_id=fact.invoice_id)

    @on(Call.BillingReleased, Quote.BillingReleased)
    def released(self, fact: Call.BillingReleased | Quote.BillingReleased, rows: Rows) -> None:
        """The proposal was given up."""
        _settle(rows, fact.stream_id, invoice_id=None)

    @on(Call.Invoiced, Quote.Invoiced)
    def invoiced(self, fact: Call.Invoiced | Quote.Invoiced, rows: Rows) -> None:
        """It is on an invoice for good."""
        _settle(rows, fact.stream_id, invoice_id=fact.invoice.id)


def _settle(rows: Rows, record_id: UUID, **columns: Any) -> None:
    row = rows.get(WORK, record_id)
    if row is not None:
        after = {**row, **columns}
        rows.put(WORK, {**after, "due_on": _due_on(rows, after)})


def _settle_quotes(rows: Rows, call_id: UUID) -> None:
    for row in rows.select(WORK, call_id=call_id):
        _settle(rows, row["record_id"])


def _due_on(rows: Rows, row: Row) -> date | None:
    if row["invoice_id"] is not None or row["ready_on"] is None or row["customer_id"] is None:
        return None
    ready_on: date = row["ready_on"]
    if row["kind"] == "quote":
        call = rows.get(WORK, row["call_id"]) if row["call_id"] else None
        return ready_on if call is None else max(ready_on, call["ready_on"]) if call["ready_on"] else None
    is_charged = row["coverage"] not in COVERED or row["outcome"] == CloseOutcome.UNFOUNDED.value
    owes = row["has_charge"] or (row["has_work"] and is_charged)
    return ready_on if owes and not row["is_quoted"] else None


def work_due(reader: Reader, until: date, customer_id: UUID | None, limit: int) -> Sequence[tuple[str, UUID]]:
    """Kind and id of the calls and quotes that can be billed by a day, by customer, for commands."""
    found = reader.rows(
        """select kind, record_id from {work_to_bill}
            where due_on <= %(until)s and (%(customer_id)s::uuid is null or customer_id = %(customer_id)s)
            order by customer_id, record_id limit %(limit)s""",
        {"until": until, "customer_id": customer_id, "limit": limit},
    )
    return [(row["kind"], row["record_id"]) for row in found]
