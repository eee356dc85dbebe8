"""Work to bill (lavori da fatturare): closed calls that are charged, accepted quotes, delivery notes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.call import Call
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_values import GOODS
from aggregates.delivery_note_values import WORK as REPAIRS
from aggregates.hour_pool_sale import PoolSale
from aggregates.quote import Quote
from aggregates.rma import Rma
from aggregates.rules.send_deadline import month_end
from aggregates.rules.transport_reasons import Billing, Effect
from aggregates.sales_order import SalesOrder
from aggregates.sales_order_delivery_facts import DeliveryBilling
from aggregates.values import rome_date
from projections.base import ReadModel, Rows, on
from projections.work_due import WORK, due_on


class WorkToBill(ReadModel):
    """Works with the day since when they can be billed; `due_on` is null while they cannot.

    A call is `carried` when the repaired goods of its return go out with a delivery note that bills its work too;
    `left_out` is the quantity of a note's goods that did not come back. A quote has a `fee` that is owed for the
    diagnosis when it is declined; it `owes` that fee once it was.
    """

    NAME = "work_to_bill"
    VERSION = 5
    TABLES = (WORK,)

    @on(Call.Opened)
    def opened(self, fact: Call.Opened, rows: Rows) -> None:
        """A call is known; one without a customer is never billed."""
        named = {"number": fact.number, "customer_id": fact.party_id, "coverage": fact.coverage.kind.value}
        rows.put(WORK, {"record_id": fact.stream_id, "kind": "call", **named})

    @on(Call.Identified)
    def identified(self, fact: Call.Identified, rows: Rows) -> None:
        """It is known who pays for what nothing covers."""
        _settle(rows, fact.stream_id, customer_id=fact.party_id)

    @on(Call.CoverageDecidedAgain)
    def coverage_decided_again(self, fact: Call.CoverageDecidedAgain, rows: Rows) -> None:
        """Somebody else pays."""
        _settle(rows, fact.stream_id, coverage=fact.coverage.kind.value)

    @on(Call.ActivityPerformed, Call.PartUsed, Call.ExpenseNoted)
    def worked(self, fact: Call.ActivityPerformed | Call.PartUsed | Call.ExpenseNoted, rows: Rows) -> None:
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
        owes = None if fact.to_charge is None else bool(fact.to_charge)
        _settle(rows, fact.stream_id, ready_on=rome_date(fact.act.at), outcome=fact.outcome.value, owes=owes)
        _settle_quotes(rows, fact.stream_id)

    @on(Call.FoundFree)
    def found_free(self, fact: Call.FoundFree, rows: Rows) -> None:
        """The call was priced: nothing of it is to be invoiced."""
        _settle(rows, fact.stream_id, owes=False)

    @on(Call.Reopened)
    def reopened(self, fact: Call.Reopened, rows: Rows) -> None:
        """There is more to do first."""
        _settle(rows, fact.stream_id, ready_on=None, outcome=None, owes=None)
        _settle_quotes(rows, fact.stream_id)

    @on(Quote.Accepted)
    def accepted(self, fact: Quote.Accepted, rows: Rows) -> None:
        """A quote is to be billed: at once, or when the call it was made for is closed."""
        row = rows.get(WORK, fact.stream_id)
        if row is not None:
            _settle(rows, fact.stream_id, ready_on=fact.accepted_on, owes=None)
            if row["call_id"] is not None:
                _settle(rows, row["call_id"], is_quoted=True)

    @on(Quote.Drafted)
    def drafted(self, fact: Quote.Drafted, rows: Rows) -> None:
        """A quote is known."""
        call_id = fact.source.id if fact.source else None
        named = {"number": fact.number, "customer_id": fact.customer.party_id, "call_id": call_id}
        named["fee"] = fact.terms.diagnosis_fee or None
        rows.put(WORK, {"record_id": fact.stream_id, "kind": "quote", **named})

    @on(Quote.Declined)
    def declined(self, fact: Quote.Declined, rows: Rows) -> None:
        """The diagnosis is owed, where the quote said so (R7.5)."""
        row = rows.get(WORK, fact.stream_id)
        if row is not None and row["fee"] is not None:
            _settle(rows, fact.stream_id, ready_on=rome_date(fact.act.at), owes=True)

    @on(Quote.FeeWaived, Quote.Revised, Quote.AlternativeAdded)
    def fee_not_owed(self, fact: Quote.FeeWaived | Quote.Revised | Quote.AlternativeAdded, rows: Rows) -> None:
        """The fee is not charged, or the customer may still say yes."""
        row = rows.get(WORK, fact.stream_id)
        if row is not None and row["owes"]:
            _settle(rows, fact.stream_id, ready_on=None, owes=None)

    @on(Quote.Ordered)
    def ordered(self, fact: Quote.Ordered, rows: Rows) -> None:
        """The quote became an order."""
        _settle(rows, fact.stream_id, order_id=fact.order.id)

    @on(SalesOrder.Placed)
    def order_placed(self, fact: SalesOrder.Placed, rows: Rows) -> None:
        """Goods of an order without a call are billed with their notes, unless somebody invoices before."""
        _settle(rows, fact.quote.id, awaits_goods=fact.call is None and bool(fact.reserved))

    @on(SalesOrder.Cancelled)
    def order_cancelled(self, fact: SalesOrder.Cancelled, rows: Rows) -> None:
        """Nothing is owed by the quote any more; its call is charged by itself."""
        for row in rows.select(WORK, order_id=fact.stream_id):
            _settle(rows, row["record_id"], ready_on=None)
            if row["call_id"] is not None:
                _settle(rows, row["call_id"], is_quoted=False)

    @on(SalesOrder.Delivered)
    def delivered(self, fact: SalesOrder.Delivered, rows: Rows) -> None:
        """Goods of the order left with a note that is invoiced by itself: the quote is not, as long as it holds."""
        if fact.billing is DeliveryBilling.WITH_NOTE:
            _noted(rows, fact.stream_id, 1)

    @on(SalesOrder.DeliveryUndone)
    def delivery_undone(self, fact: SalesOrder.DeliveryUndone, rows: Rows) -> None:
        """The note was cancelled."""
        if fact.billing is DeliveryBilling.WITH_NOTE:
            _noted(rows, fact.stream_id, -1)

    @on(Call.BillingProposed, Quote.BillingProposed, DeliveryNote.BillingProposed, PoolSale.BillingProposed)
    def held(self, fact: Call.BillingProposed, rows: Rows) -> None:
        """A proposed invoice holds it."""
        _bill(rows, fact.stream_id, fact.invoice_id)

    @on(Call.BillingReleased, Quote.BillingReleased, DeliveryNote.BillingReleased, PoolSale.BillingReleased)
    def released(self, fact: Call.BillingReleased, rows: Rows) -> None:
        """The proposal was given up."""
        _bill(rows, fact.stream_id, None)

    @on(Call.BillingReopened, Quote.BillingReopened, DeliveryNote.BillingReopened, PoolSale.BillingReopened)
    def billed_again(self, fact: Call.BillingReopened, rows: Rows) -> None:
        """A credit note took it back in full."""
        _bill(rows, fact.stream_id, None)

    @on(Call.Invoiced, Quote.Invoiced, DeliveryNote.Invoiced, PoolSale.Invoiced)
    def invoiced(self, fact: Call.Invoiced, rows: Rows) -> None:
        """It is on an invoice for good."""
        _bill(rows, fact.stream_id, fact.invoice.id)

    @on(PoolSale.Agreed)
    def hours_sold(self, fact: PoolSale.Agreed, rows: Rows) -> None:
        """Hours of a pool were sold (R2.7): due on the day of the purchase."""
        named = {"kind": "hour-pool", "customer_id": fact.sold.customer_id, "has_charge": True}
        rows.put(WORK, {"record_id": fact.stream_id, **named})
        _settle(rows, fact.stream_id, ready_on=fact.sold.sold_on)

    @on(PoolSale.Withdrawn)
    def hours_taken_back(self, fact: PoolSale.Withdrawn, rows: Rows) -> None:
        """The hours were given back."""
        _settle(rows, fact.stream_id, ready_on=None)

    # Delivery notes (R8.8): due at the end of their month, goods on approval when their year is over (R8.6).

    @on(Rma.Requested)
    def return_requested(self, fact: Rma.Requested, rows: Rows) -> None:
        """What a call repairs will go back with a note."""
        if fact.call is not None:
            rows.put(WORK, {"record_id": fact.stream_id, "kind": "rma", "call_id": fact.call.id})
            _settle(rows, fact.call.id, carried=True)

    @on(Rma.Closed, Rma.Cancelled)
    def return_over(self, fact: Rma.Closed | Rma.Cancelled, rows: Rows) -> None:
        """No note will follow: the call is billed by itself, unless one went out already."""
        row = rows.get(WORK, fact.stream_id)
        if row is not None:
            rows.drop(WORK, fact.stream_id)
            _settle(rows, row["call_id"])

    @on(DeliveryNote.Issued)
    def note_issued(self, fact: DeliveryNote.Issued, rows: Rows) -> None:
        """A note of a reason that may be invoiced."""
        billing, lent = fact.reason.billing, fact.reason.effect is Effect.TO_CUSTOMER
        if fact.billed_with is not None or not (lent or billing in (*GOODS, *REPAIRS)):
            return
        record = fact.record
        linked = rows.get(WORK, record.id) if record is not None else None
        call_id = (linked["record_id"] if linked["kind"] == "call" else linked["call_id"]) if linked else None
        ready_on = fact.return_by if billing is Billing.UNLESS_RETURNED else month_end(fact.dated_on)
        rows.put(
            WORK,
            {
                "record_id": fact.stream_id,
                "kind": "delivery-note",
                "number": fact.number,
                "customer_id": fact.recipient.party_id,
                "call_id": call_id if billing in REPAIRS else None,
                "has_charge": lent or billing in GOODS,
                "ready_on": None if billing in (Billing.IF_CLAIM_FAILS, Billing.NO) else ready_on,
                "left_out": sum((line.quantity for line in fact.lines), Decimal(0)),
            },
        )
        _settle(rows, fact.stream_id)
        if call_id is not None and billing in REPAIRS:
            _settle(rows, call_id, carried=True)

    @on(DeliveryNote.Priced)
    def note_priced(self, fact: DeliveryNote.Priced, rows: Rows) -> None:
        """There is work to charge with a repaired return."""
        row = rows.get(WORK, fact.stream_id)
        if row is not None and row["ready_on"] is not None and not row["has_charge"]:
            _settle(rows, fact.stream_id, has_charge=any(each.unit_price for each in fact.charges))

    @on(DeliveryNote.GoodsReturned)
    def goods_returned(self, fact: DeliveryNote.GoodsReturned, rows: Rows) -> None:
        """What came back is never invoiced (R8.3)."""
        row = rows.get(WORK, fact.stream_id)
        if row is not None:
            left = row["left_out"] - sum((one.quantity for one in fact.returns), Decimal(0))
            _settle(rows, fact.stream_id, left_out=left)

    @on(DeliveryNote.GoodsKept)
    def goods_kept(self, fact: DeliveryNote.GoodsKept, rows: Rows) -> None:
        """Lent goods that the customer keeps are sold (R8.5)."""
        _settle(rows, fact.stream_id, ready_on=month_end(fact.kept_on))

    @on(DeliveryNote.ClaimDecided)
    def claim_decided(self, fact: DeliveryNote.ClaimDecided, rows: Rows) -> None:
        """Goods sent subject to a claim are sold once it fails."""
        _settle(rows, fact.stream_id, ready_on=None if fact.accepted else month_end(rome_date(fact.act.at)))

    @on(DeliveryNote.Cancelled)
    def note_cancelled(self, fact: DeliveryNote.Cancelled, rows: Rows) -> None:
        """The note holds no longer."""
        _settle(rows, fact.stream_id, ready_on=None)


def _settle(rows: Rows, record_id: UUID, **columns: Any) -> None:
    row = rows.get(WORK, record_id)
    if row is not None:
        after = {**row, **columns}
        rows.put(WORK, {**after, "due_on": due_on(rows, after)})


def _noted(rows: Rows, order_id: UUID, more: int) -> None:
    for row in rows.select(WORK, order_id=order_id):
        _settle(rows, row["record_id"], by_notes=(row["by_notes"] or 0) + more)


def _bill(rows: Rows, record_id: UUID, invoice_id: UUID | None) -> None:
    row = rows.get(WORK, record_id)
    if row is None:
        return
    _settle(rows, record_id, invoice_id=invoice_id)
    if row["carried"]:
        _settle_quotes(rows, record_id)
    if row["kind"] == "delivery-note" and row["call_id"] is not None:
        _settle(rows, row["call_id"])


def _settle_quotes(rows: Rows, call_id: UUID) -> None:
    for row in rows.select(WORK, call_id=call_id):
        _settle(rows, row["record_id"])
