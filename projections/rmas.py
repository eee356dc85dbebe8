"""Return authorisations (RMA): where each stands, its items, documents, replacements and loaners."""

from __future__ import annotations

from decimal import Decimal

from aggregates.delivery_note import DeliveryNote
from aggregates.rma import Rma
from aggregates.rma_items import SupplierResult
from aggregates.rma_state import ItemState
from aggregates.values import rome_date
from projections.base import ReadModel, Rows, on
from projections.rma_rows import add, later, note_columns, stand
from projections.rma_tables import ITEM, LABEL, LOANER, REPAIR, RMA


class Rmas(ReadModel):
    """Returns of customers' goods (resi autorizzati)."""

    NAME = "rmas"
    VERSION = 4
    TABLES = (RMA, ITEM, LOANER, REPAIR, LABEL)

    @on(Rma.Requested)
    def requested(self, fact: Rma.Requested, rows: Rows) -> None:
        """A return is asked for."""
        rows.put(
            RMA,
            {
                "rma_id": fact.stream_id,
                "customer_id": fact.customer.party_id,
                "customer": fact.customer.name,
                "requested_at": fact.act.at,
                "closed": False,
                "cancelled": False,
                "items": 0,
                "call_id": fact.call.id if fact.call else None,
                "call_number": fact.call.number if fact.call else None,
                **fact.model_dump(include={"customer_reference", "notes"}),
            },
        )
        add(rows, fact.stream_id, fact.items, unexpected=False)
        stand(rows, fact.stream_id)

    @on(Rma.Authorised)
    def authorised(self, fact: Rma.Authorised, rows: Rows) -> None:
        """It has its number."""
        rows.patch(RMA, fact.stream_id, number=fact.number, authorised_on=fact.authorised_on)
        stand(rows, fact.stream_id)

    @on(Rma.Received)
    def received(self, fact: Rma.Received, rows: Rows) -> None:
        """Goods came in; what comes after the earlier pieces were settled is an item by itself."""
        for rest in fact.remainders:
            item = rows.get(ITEM, rest.of)
            add(rows, fact.stream_id, (rest.item,), unexpected=False)
            if item is not None:
                lacking = {"missing": item["missing"], "missing_reason": item["missing_reason"]}
                rows.patch(ITEM, rest.item.item_id, rest_of=rest.of, **lacking)
                rows.patch(ITEM, rest.of, quantity=item["received"], missing=Decimal(0), missing_reason=None)
        add(rows, fact.stream_id, fact.unexpected, unexpected=True)
        note = fact.sender_note
        sender = {"sender_number": note.number, "sender_dated_on": note.dated_on} if note else {}
        came = [(one.item_id, one.quantity, one.condition) for one in fact.items]
        came += [(one.item_id, one.quantity, None) for one in fact.unexpected]
        for item_id, quantity, condition in came:
            item = rows.get(ITEM, item_id)
            if item is not None:
                whole = item["received"] + quantity
                missing = max(Decimal(0), min(item["missing"], item["quantity"] - whole))
                state = later(item["state"], ItemState.RECEIVED)
                condition = condition or item["condition"]
                rows.patch(ITEM, item_id, received=whole, missing=missing, condition=condition, state=state, **sender)
        rows.patch(RMA, fact.stream_id, received_on=fact.received_on)
        stand(rows, fact.stream_id)

    @on(Rma.Diagnosed)
    def diagnosed(self, fact: Rma.Diagnosed, rows: Rows) -> None:
        """It is known what is wrong with an item."""
        item = rows.get(ITEM, fact.item_id)
        state = later(item["state"] if item else "", ItemState.DIAGNOSED)
        found = fact.model_dump(include={"findings", "cause", "under_warranty"})
        rows.patch(ITEM, fact.item_id, state=state, **found)
        stand(rows, fact.stream_id)

    @on(Rma.OutcomeDecided)
    def outcome_decided(self, fact: Rma.OutcomeDecided, rows: Rows) -> None:
        """It is decided what becomes of an item."""
        state = ItemState.DECIDED if fact.outcome.return_reason else ItemState.SETTLED
        decided = {"outcome": fact.outcome.value, "outcome_reason": fact.reason}
        rows.patch(ITEM, fact.item_id, state=state.value, **decided)
        stand(rows, fact.stream_id)

    @on(Rma.ReplacementSent)
    def replacement_sent(self, fact: Rma.ReplacementSent, rows: Rows) -> None:
        """Another piece went out for an item."""
        sent = {"replacement_serial": fact.serial, "replacement_article_id": fact.article_id}
        rows.patch(ITEM, fact.item_id, **sent, **note_columns(fact.note, "replacement_"))

    @on(Rma.ClaimDecided)
    def claim_decided(self, fact: Rma.ClaimDecided, rows: Rows) -> None:
        """The claim for a replacement held or failed."""
        for item in rows.select(ITEM, rma_id=fact.stream_id):
            if item["replacement_note_id"] == fact.note.id:
                rows.patch(ITEM, item["item_id"], claim_accepted=fact.accepted)

    @on(Rma.Shipped)
    def shipped(self, fact: Rma.Shipped, rows: Rows) -> None:
        """Items went back."""
        for item_id in fact.item_ids:
            rows.patch(ITEM, item_id, state=ItemState.SETTLED.value, **note_columns(fact.note))
        stand(rows, fact.stream_id)

    @on(Rma.NoteCancelled)
    def note_cancelled(self, fact: Rma.NoteCancelled, rows: Rows) -> None:
        """What left with a cancelled note is here again."""
        for item in rows.select(ITEM, rma_id=fact.stream_id):
            if item["note_id"] == fact.note.id:
                rows.patch(ITEM, item["item_id"], state=ItemState.DECIDED.value, note_id=None, note_number=None)
            if item["replacement_note_id"] == fact.note.id:
                gone = {"replacement_serial": None, "replacement_article_id": None, "claim_accepted": None}
                nothing = {"replacement_note_id": None, "replacement_note_number": None}
                rows.patch(ITEM, item["item_id"], **gone, **nothing)
            if item["at_supplier"] == fact.note.number:
                rows.patch(ITEM, item["item_id"], at_supplier=None)
                rows.drop(REPAIR, fact.note.id, item["item_id"])
            if item["faulty_note_id"] == fact.note.id:
                undecided = {"faulty_decision": None, "faulty_value": None, "faulty_note_id": None}
                rows.patch(ITEM, item["item_id"], **undecided)
        rows.drop(LOANER, fact.stream_id, fact.note.id)
        stand(rows, fact.stream_id)

    @on(Rma.LoanerGiven)
    def loaner_given(self, fact: Rma.LoanerGiven, rows: Rows) -> None:
        """The customer has a loaner."""
        loaner = {"description": fact.description, "serials": list(fact.serials), "back": False}
        more = {"given_on": fact.given_on or rome_date(fact.act.at), "return_by": fact.return_by}
        rows.put(LOANER, {"rma_id": fact.stream_id, **note_columns(fact.note), **loaner, **more})

    @on(Rma.LoanerReturned)
    def loaner_returned(self, fact: Rma.LoanerReturned, rows: Rows) -> None:
        """The loaner is back."""
        returned_on = fact.returned_on or rome_date(fact.act.at)
        rows.patch(LOANER, fact.stream_id, fact.note.id, back=True, returned_on=returned_on)

    @on(DeliveryNote.ReturnExtended)
    def return_extended(self, fact: DeliveryNote.ReturnExtended, rows: Rows) -> None:
        """A loaner may come back later."""
        for loaner in rows.select(LOANER, note_id=fact.stream_id):
            rows.patch(LOANER, loaner["rma_id"], fact.stream_id, return_by=fact.return_by)

    @on(Rma.LoanerSold)
    def loaner_sold(self, fact: Rma.LoanerSold, rows: Rows) -> None:
        """The customer keeps it."""
        sold = {"returned_on": rome_date(fact.act.at), "sale_number": fact.sale.number}
        rows.patch(LOANER, fact.stream_id, fact.note.id, back=True, **sold)

    @on(Rma.ItemIdentified)
    def item_identified(self, fact: Rma.ItemIdentified, rows: Rows) -> None:
        """It is known what an item really is."""
        rows.patch(ITEM, fact.item.item_id, **fact.item.model_dump(exclude={"item_id", "quantity"}))

    @on(Rma.ItemHandedOn)
    def item_handed_on(self, fact: Rma.ItemHandedOn, rows: Rows) -> None:
        """An item belongs to another return."""
        other = {"handed_on_id": fact.to.id, "handed_on_number": fact.to.number}
        rows.patch(ITEM, fact.item_id, state=ItemState.SETTLED.value, **other)
        stand(rows, fact.stream_id)

    @on(Rma.MissingNoted)
    def missing_noted(self, fact: Rma.MissingNoted, rows: Rows) -> None:
        """Pieces did not come."""
        item = rows.get(ITEM, fact.item_id)
        if item is not None:
            missing = item["missing"] + fact.quantity
            gone = item["received"] == 0 and missing >= item["quantity"]
            state = ItemState.MISSING.value if gone else item["state"]
            rows.patch(ITEM, fact.item_id, missing=missing, missing_reason=fact.reason, state=state)
        stand(rows, fact.stream_id)

    @on(Rma.ItemCharged)
    def item_charged(self, fact: Rma.ItemCharged, rows: Rows) -> None:
        """What the customer pays when it goes back."""
        rows.patch(ITEM, fact.item_id, charges=[one.model_dump(mode="json") for one in fact.charges])

    @on(Rma.Worked)
    def worked(self, fact: Rma.Worked, rows: Rows) -> None:
        """Parts were fitted and hours worked."""
        item = rows.get(ITEM, fact.item_id) or {}
        charges = [*(item.get("charges") or ()), *(one.model_dump(mode="json") for one in fact.charges)]
        parts = [*(item.get("parts") or ()), *(one.model_dump(mode="json") for one in fact.parts)]
        hours = (item.get("hours") or Decimal(0)) + (fact.hours or Decimal(0))
        rows.patch(ITEM, fact.item_id, charges=charges, parts=parts, hours=hours)

    @on(Rma.DiagnosisFeeProposed)
    def fee_proposed(self, fact: Rma.DiagnosisFeeProposed, rows: Rows) -> None:
        """The diagnosis is to be charged."""
        rows.patch(ITEM, fact.item_id, fee=fact.fee.model_dump(mode="json"), fee_source=fact.source)

    @on(Rma.DiagnosisFeeWaived)
    def fee_waived(self, fact: Rma.DiagnosisFeeWaived, rows: Rows) -> None:
        """It is not."""
        rows.patch(ITEM, fact.item_id, fee_waived_reason=fact.reason)

    @on(Rma.ItemCredited)
    def item_credited(self, fact: Rma.ItemCredited, rows: Rows) -> None:
        """It has its credit note."""
        note = {"credit_note_id": fact.credit_note.id, "credit_note_number": fact.credit_note.number}
        rows.patch(ITEM, fact.item_id, credited_invoice=fact.invoice.number, **note)

    @on(Rma.SentToSupplier)
    def sent_to_supplier(self, fact: Rma.SentToSupplier, rows: Rows) -> None:
        """Items are at a supplier's."""
        sent = {"supplier_id": fact.supplier.party_id, "supplier": fact.supplier.name, **note_columns(fact.note)}
        sent |= {"sent_on": rome_date(fact.act.at), **fact.model_dump(include={"supplier_rma", "expected_on"})}
        for item_id in fact.item_ids:
            rows.put(REPAIR, {"item_id": item_id, "rma_id": fact.stream_id, **sent})
            rows.patch(ITEM, item_id, at_supplier=fact.note.number)

    @on(Rma.SupplierAnswered)
    def supplier_answered(self, fact: Rma.SupplierAnswered, rows: Rows) -> None:
        """The supplier told a number or a day."""
        for row in rows.select(REPAIR, rma_id=fact.stream_id):
            if row["note_id"] == fact.note.id and row["returned_on"] is None:
                told = fact.model_dump(include={"supplier_rma", "expected_on"})
                rows.patch(REPAIR, fact.note.id, row["item_id"], **told)

    @on(Rma.BackFromSupplier)
    def back_from_supplier(self, fact: Rma.BackFromSupplier, rows: Rows) -> None:
        """An item is back; another piece is the item from now on."""
        result = fact.result.value
        rows.patch(REPAIR, fact.note.id, fact.item_id, result=result, returned_on=fact.returned_on, cost=fact.cost)
        item = rows.get(ITEM, fact.item_id)
        cost = (item["supplier_cost"] if item and item["supplier_cost"] else Decimal(0)) + (fact.cost or Decimal(0))
        other = fact.model_dump(include={"serial", "serial_item_id"}) if fact.result is SupplierResult.REPLACED else {}
        rows.patch(ITEM, fact.item_id, at_supplier=None, supplier_cost=cost, supplier_result=result, **other)

    @on(Rma.FaultyDecided)
    def faulty_decided(self, fact: Rma.FaultyDecided, rows: Rows) -> None:
        """It is decided what becomes of a faulty piece of ours."""
        note_id = fact.note.id if fact.note else None
        decided = {"faulty_decision": fact.decision.value, "faulty_value": fact.unit_cost, "faulty_note_id": note_id}
        rows.patch(ITEM, fact.item_id, **decided)

    @on(Rma.LabelsAsked)
    def labels_asked(self, fact: Rma.LabelsAsked, rows: Rows) -> None:
        """Pieces have labels that a scanner reads."""
        for label in fact.labels:
            rows.put(LABEL, {"rma_id": fact.stream_id, **label.model_dump()})

    @on(Rma.Closed)
    def closed(self, fact: Rma.Closed, rows: Rows) -> None:
        """Nothing is left to do; what never came is told by item."""
        for item_id, quantity in fact.short.items():
            rows.patch(ITEM, item_id, never_came=quantity)
        rows.patch(RMA, fact.stream_id, closed=True, reason=fact.act.why)
        stand(rows, fact.stream_id)

    @on(Rma.Cancelled)
    def cancelled(self, fact: Rma.Cancelled, rows: Rows) -> None:
        """Withdrawn."""
        rows.patch(RMA, fact.stream_id, cancelled=True, reason=fact.reason)
        stand(rows, fact.stream_id)
