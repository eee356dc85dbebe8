"""Work and its costs in the datamart (lavoro e costi): calls, activities, ways, expenses, parts, and who bears them.

Rates, coverage, customers and machines that become known later change the rows they concern: what is shown is what is
known of each day now (R12.3). The cost of goods is the one frozen when they left (R11.7) and never changes.
"""

from __future__ import annotations

from aggregates.call import Call
from aggregates.contractor_work import ContractorWork, OfferState
from aggregates.delivery_note import DeliveryNote
from aggregates.expense_claim import ExpenseClaim
from aggregates.hour_pool import HourPool
from aggregates.rma import Rma
from aggregates.sales_order import SalesOrder
from aggregates.stock_item import StockItem
from aggregates.technician import Technician
from aggregates.vehicle import Vehicle
from projections import mart_calls, mart_goods, mart_outlays
from projections.base import ReadModel, Rows, on
from projections.mart_ledger import settle_activity, settle_technician
from projections.mart_rates import set_rate
from projections.mart_work_tables import DRAW, DRIVER, OFFER, RECORD, WORK_TABLES


class MartWork(ReadModel):
    """Rows of all work and what it cost."""

    NAME = "mart-work"
    TABLES = WORK_TABLES

    # Calls

    @on(Call.Opened)
    def opened(self, fact: Call.Opened, rows: Rows) -> None:
        """A call."""
        mart_calls.opened(fact, rows)

    @on(Call.Identified, Call.ItemsChanged, Call.Absorbed, Call.CoverageDecidedAgain, Call.PriorityChanged)
    def changed(self, fact: Call.Event, rows: Rows) -> None:
        """It is another's, about other machines, covered otherwise or more urgent."""
        mart_calls.changed(fact, rows)

    @on(Call.Closed, Call.Reopened, Call.Cancelled, Call.MergedInto)
    def ended(self, fact: Call.Event, rows: Rows) -> None:
        """It is over, or live again; some outcomes are charged whatever covers the call (R4.1)."""
        mart_calls.ended(fact, rows)

    @on(Call.ActivityPerformed)
    def performed(self, fact: Call.ActivityPerformed, rows: Rows) -> None:
        """Work was done, or told otherwise."""
        mart_calls.performed(fact, rows)

    # What an hour and a kilometre cost

    @on(Technician.CostSet)
    def hour_costs(self, fact: Technician.CostSet, rows: Rows) -> None:
        """An hour costs so much from a day on: work of that day and later is reckoned again."""
        set_rate(rows, fact.stream_id, fact.cost.from_on, fact.cost.hourly.amount)
        settle_technician(rows, fact.stream_id)

    @on(Vehicle.KilometreCostSet)
    def kilometre_costs(self, fact: Vehicle.KilometreCostSet, rows: Rows) -> None:
        """A kilometre costs so much from a day on."""
        set_rate(rows, fact.stream_id, fact.from_on, fact.per_km)
        for technician_id in {row["technician_id"] for row in rows.select(DRIVER, vehicle_id=fact.stream_id)}:
            settle_technician(rows, technician_id)

    @on(Vehicle.Assigned)
    def vehicle_assigned(self, fact: Vehicle.Assigned, rows: Rows) -> None:
        """Somebody drives it."""
        rows.put(DRIVER, {"vehicle_id": fact.stream_id, **fact.assignment.model_dump()})
        settle_technician(rows, fact.assignment.technician_id)

    @on(Vehicle.AssignmentEnded)
    def assignment_ended(self, fact: Vehicle.AssignmentEnded, rows: Rows) -> None:
        """Up to another day."""
        row = rows.get(DRIVER, fact.assignment_id)
        if row is not None:
            rows.put(DRIVER, {**row, "to_on": fact.last_on})
            settle_technician(rows, row["technician_id"])

    @on(Vehicle.DisposedOf)
    def disposed_of(self, fact: Vehicle.DisposedOf, rows: Rows) -> None:
        """Nobody drives it any more."""
        for row in rows.select(DRIVER, vehicle_id=fact.stream_id):
            if row["to_on"] is None or row["to_on"] > fact.last_on:
                rows.put(DRIVER, {**row, "to_on": fact.last_on})
                settle_technician(rows, row["technician_id"])

    # Contractors

    @on(ContractorWork.Offered, ContractorWork.OfferedAgain)
    def offered(self, fact: ContractorWork.Offered | ContractorWork.OfferedAgain, rows: Rows) -> None:
        """Terms on which a contractor may come."""
        offer = fact.offer
        told = offer.model_dump(include={"activity_id", "technician_id"})
        terms = {"terms": offer.terms.model_dump(mode="json"), "state": OfferState.OFFERED.value, "total": None}
        rows.put(OFFER, {"work_id": fact.stream_id, **told, **terms, "position": rows.now.position})

    @on(ContractorWork.Accepted, ContractorWork.Withdrawn, ContractorWork.Declined)
    def answered(self, fact: ContractorWork.Event, rows: Rows) -> None:
        """The terms are agreed, or nobody comes on them."""
        row = rows.get(OFFER, fact.stream_id)
        if row is not None:
            is_agreed = isinstance(fact, ContractorWork.Accepted)
            state = OfferState.ACCEPTED if is_agreed else OfferState.WITHDRAWN
            rows.put(OFFER, {**row, "state": state.value, "position": rows.now.position})
            settle_activity(rows, row["activity_id"])

    @on(ContractorWork.Approved)
    def approved(self, fact: ContractorWork.Approved, rows: Rows) -> None:
        """What we owe is settled; on the call it stands as an expense, which is not counted twice."""
        row = rows.get(OFFER, fact.stream_id)
        if row is not None:
            settled = {"state": OfferState.APPROVED.value, "total": fact.total, "position": rows.now.position}
            rows.put(OFFER, {**row, **settled})
            settle_activity(rows, row["activity_id"])
        if fact.expense_line_id is not None:
            mart_outlays.count_as(rows, "call", fact.expense_line_id, mart_outlays.AGREED)

    # Hours of pools

    @on(HourPool.Opened, HourPool.SubjectChanged)
    def pool_known(self, fact: HourPool.Opened | HourPool.SubjectChanged, rows: Rows) -> None:
        """Under which contract its hours are, if any; what was drawn stays where it was."""
        told = {"kind": "hour-pool", "customer_id": fact.subject.customer_id, "contract_id": fact.subject.contract_id}
        rows.put(RECORD, {"record_id": fact.stream_id, **told})

    @on(HourPool.HoursDrawn)
    def drawn(self, fact: HourPool.HoursDrawn, rows: Rows) -> None:
        """Work that a pool pays for."""
        for activity_id in fact.draw.work.activity_ids:
            key = {"work_id": fact.draw.work.work_id, "activity_id": activity_id}
            rows.put(DRAW, {**key, "pool_id": fact.draw.pool_id})
            settle_activity(rows, activity_id)

    @on(HourPool.DrawReversed)
    def draw_reversed(self, fact: HourPool.DrawReversed, rows: Rows) -> None:
        """The hours were given back."""
        for row in rows.select(DRAW, work_id=fact.work_id):
            rows.drop(DRAW, row["work_id"], row["activity_id"])
            settle_activity(rows, row["activity_id"])

    # Expenses

    @on(Call.ExpenseNoted)
    def expense_noted(self, fact: Call.ExpenseNoted, rows: Rows) -> None:
        """Board and lodging or others' help on a call."""
        mart_outlays.noted(fact, rows)

    @on(ExpenseClaim.LinePassedOn)
    def passed_on(self, fact: ExpenseClaim.LinePassedOn, rows: Rows) -> None:
        """A claimed line stands on its call: it counts there."""
        mart_outlays.passed_on(fact, rows)

    @on(ExpenseClaim.Approved)
    def claim_approved(self, fact: ExpenseClaim.Approved, rows: Rows) -> None:
        """What a technician laid out."""
        mart_outlays.claimed(fact, rows)

    @on(Rma.BackFromSupplier)
    def back_from_supplier(self, fact: Rma.BackFromSupplier, rows: Rows) -> None:
        """What a supplier asked for a repair."""
        mart_outlays.supplier_asked(fact, rows)

    # Parts

    @on(Call.PartUsed)
    def part_used(self, fact: Call.PartUsed, rows: Rows) -> None:
        """A part, at the cost at which it left (R11.7)."""
        mart_goods.used(fact, rows)

    @on(Call.PartReturned)
    def part_returned(self, fact: Call.PartReturned, rows: Rows) -> None:
        """Some of it came back: it costs the call no more."""
        mart_goods.returned(fact, rows)

    @on(Rma.Requested, Rma.Received, Rma.ItemIdentified)
    def return_known(self, fact: Rma.Event, rows: Rows) -> None:
        """A return with its items."""
        mart_goods.return_known(fact, rows)

    @on(Rma.Diagnosed)
    def diagnosed(self, fact: Rma.Diagnosed, rows: Rows) -> None:
        """Whether an item is under warranty."""
        mart_goods.diagnosed(fact, rows)

    @on(Rma.Worked)
    def repaired(self, fact: Rma.Worked, rows: Rows) -> None:
        """Parts fitted and hours worked in a repair."""
        mart_goods.repaired(fact, rows)

    @on(SalesOrder.Placed)
    def ordered(self, fact: SalesOrder.Placed, rows: Rows) -> None:
        """A customer's order, which goods may leave for."""
        told = {"kind": "sales-order", "customer_id": fact.customer.party_id, "account": "charged"}
        rows.put(RECORD, {"record_id": fact.stream_id, "call_id": fact.call.id if fact.call else None, **told})

    @on(DeliveryNote.Issued)
    def goods_sent(self, fact: DeliveryNote.Issued, rows: Rows) -> None:
        """Goods left for good."""
        mart_goods.sent(fact, rows)

    @on(DeliveryNote.GoodsReturned)
    def goods_returned(self, fact: DeliveryNote.GoodsReturned, rows: Rows) -> None:
        """Some came back."""
        mart_goods.came_back(fact, rows)

    @on(DeliveryNote.GoodsKept)
    def goods_kept(self, fact: DeliveryNote.GoodsKept, rows: Rows) -> None:
        """The customer keeps what was lent."""
        mart_goods.kept(fact, rows)

    @on(DeliveryNote.ClaimDecided)
    def claim_decided(self, fact: DeliveryNote.ClaimDecided, rows: Rows) -> None:
        """The warranty bears it, or the customer."""
        mart_goods.claim_decided(fact, rows)

    @on(DeliveryNote.Cancelled)
    def note_cancelled(self, fact: DeliveryNote.Cancelled, rows: Rows) -> None:
        """Nothing left."""
        mart_goods.cancelled(fact, rows)

    @on(StockItem.Issued)
    def issued(self, fact: StockItem.Issued, rows: Rows) -> None:
        """Goods taken out by hand for a record."""
        mart_goods.issued(fact, rows)
