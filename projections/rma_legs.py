"""The legs of a return in order (tragitti del reso): each with its transport reason, owner and document."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from aggregates.delivery_note import DeliveryNote
from aggregates.disposal import Disposal
from aggregates.rma import Rma
from aggregates.rma_items import PickUpPurpose
from aggregates.rules.transport_reasons import TRANSPORT_REASONS, Effect, Reason
from aggregates.stock import Ownership
from aggregates.values import rome_date
from projections.base import Ask, Reader, ReadModel, Rows, Table, on

LEG = Table(
    "rma_leg",
    {
        "leg_id": "text", "rma_id": "uuid", "leg_no": "integer", "made_on": "date", "way": "text", "reason": "text",
        "reason_text": "text", "owner": "text", "document": "text", "document_on": "date", "note_id": "uuid",
        "goods": "jsonb", "cancelled": "boolean",
    },
    ("leg_id",),
    ("rma_id", "note_id"),
)  # fmt: skip
THING = Table(
    "rma_leg_thing",
    {"item_id": "uuid", "rma_id": "uuid", "description": "text", "serial": "text"},
    ("item_id",),
)

INTERNAL = "Trasferimento interno"
WASTE = "Rifiuto (RAEE)"
PICKED_UP = {PickUpPurpose.REPAIR: "Ritiro per riparazione", PickUpPurpose.SCRAP: "Ritiro per rottamazione"}


class RmaLegs(ReadModel):
    """Where the goods of a return went, one row a leg."""

    NAME = "rma_legs"
    TABLES = (LEG, THING)

    @on(Rma.Requested)
    def requested(self, fact: Rma.Requested, rows: Rows) -> None:
        """What is to come."""
        for item in fact.items:
            told = {"rma_id": fact.stream_id, "description": item.description, "serial": item.serial}
            rows.put(THING, {"item_id": item.item_id, **told})

    @on(Rma.ItemIdentified)
    def identified(self, fact: Rma.ItemIdentified, rows: Rows) -> None:
        """What it really is."""
        rows.patch(THING, fact.item.item_id, description=fact.item.description, serial=fact.item.serial)

    @on(Rma.Received)
    def received(self, fact: Rma.Received, rows: Rows) -> None:
        """Goods came in with the customer's document: for repair, or as faulty pieces of ours after a swap."""
        for item in (*fact.unexpected, *(rest.item for rest in fact.remainders)):
            told = {"rma_id": fact.stream_id, "description": item.description, "serial": item.serial}
            rows.put(THING, {"item_id": item.item_id, **told})
        came = [(one.item_id, str(one.quantity)) for one in fact.items]
        came += [(one.item_id, str(one.quantity)) for one in fact.unexpected]
        ours = [one for one in came if one[0] in fact.kept and fact.kept[one[0]].ownership is Ownership.OWN]
        note = fact.sender_note
        for reason, goods in (
            (Reason.FOR_REPAIR, [one for one in came if one not in ours]),
            (Reason.FAULTY_RETURN, ours),
        ):
            if goods:
                _put(
                    rows, f"{fact.receipt_id}/{reason}", fact.stream_id, "in", fact.received_on, reason.value,
                    TRANSPORT_REASONS[reason].text, Ownership.OWN if goods is ours else Ownership.CUSTOMER, goods,
                    document=note.number if note else None, document_on=note.dated_on if note else None,
                )  # fmt: skip

    @on(Rma.PickedUp)
    def picked_up(self, fact: Rma.PickedUp, rows: Rows) -> None:
        """Those goods came by our own van, with our receipt."""
        told = {"way": "pick-up", "reason_text": PICKED_UP[fact.purpose], "document": fact.number}
        rows.patch(LEG, f"{fact.receipt_id}/{Reason.FOR_REPAIR}", document_on=fact.picked_up_on, **told)

    @on(Rma.BroughtIn)
    def brought_in(self, fact: Rma.BroughtIn, rows: Rows) -> None:
        """From the van to the workshop: an internal movement, without a document (R8.5)."""
        goods = [(item_id, None) for item_id in fact.item_ids]
        leg_id, day = f"{fact.stream_id}/{fact.originator_version}", rome_date(fact.act.at)
        _put(rows, leg_id, fact.stream_id, "internal", day, "internal", INTERNAL, Ownership.CUSTOMER, goods)

    @on(DeliveryNote.Issued)
    def issued(self, fact: DeliveryNote.Issued, rows: Rows) -> None:
        """Goods left with a note of ours."""
        if fact.record is None or fact.record.kind != "rma":
            return
        theirs = fact.reason.customers_goods or any(
            line.stock is not None and line.stock.ownership is Ownership.CUSTOMER for line in fact.lines
        )
        goods = [
            {"description": line.description, "serial": line.serials[0] if line.serials else None,
             "quantity": str(line.quantity)}
            for line in fact.lines
        ]  # fmt: skip
        way = "to-supplier" if fact.reason.effect is Effect.TO_SUPPLIER else "out"
        _put(
            rows, str(fact.stream_id), fact.record.id, way, fact.dated_on, fact.reason.reason.value, fact.reason.text,
            Ownership.CUSTOMER if theirs else Ownership.OWN, goods, document=fact.number, document_on=fact.dated_on,
            note_id=fact.stream_id,
        )  # fmt: skip

    @on(DeliveryNote.GoodsReturned)
    def returned(self, fact: DeliveryNote.GoodsReturned, rows: Rows) -> None:
        """Goods of a note came back: a loaner, or goods from a supplier."""
        out = rows.get(LEG, str(fact.stream_id))
        if out is None:
            return
        note = fact.sender_note
        _put(
            rows, f"{fact.stream_id}/{fact.originator_version}", out["rma_id"], "back", fact.returned_on, out["reason"],
            out["reason_text"], Ownership(out["owner"]), out["goods"], note_id=fact.stream_id,
            document=note.number if note else None, document_on=note.dated_on if note else None,
        )  # fmt: skip

    @on(DeliveryNote.Cancelled)
    def cancelled(self, fact: DeliveryNote.Cancelled, rows: Rows) -> None:
        """The note keeps its number, and the goods never left."""
        if rows.get(LEG, str(fact.stream_id)) is not None:
            rows.patch(LEG, str(fact.stream_id), cancelled=True)

    @on(Disposal.TakenIn)
    def scrapped(self, fact: Disposal.TakenIn, rows: Rows) -> None:
        """An item became waste: a line in the schedule, never a delivery note (R8.7)."""
        if fact.record is None or fact.record.kind != "rma":
            return
        thing = fact.item
        goods = [{"description": thing.description, "serial": thing.serial, "quantity": str(thing.quantity)}]
        _put(
            rows, str(fact.stream_id), fact.record.id, "waste", fact.taken_on, "waste", WASTE, thing.ownership, goods,
            document=fact.number, document_on=fact.taken_on,
        )  # fmt: skip


def _put(
    rows: Rows,
    leg_id: str,
    rma_id: UUID,
    way: str,
    made_on: date,
    reason: str,
    reason_text: str,
    owner: Ownership,
    goods: list[Any],
    *,
    document: str | None = None,
    document_on: date | None = None,
    note_id: UUID | None = None,
) -> None:
    named = [_named(rows, *one) if isinstance(one, tuple) else one for one in goods]
    leg_no = 1 + len(rows.select(LEG, rma_id=rma_id))
    told = {"way": way, "reason": reason, "reason_text": reason_text, "owner": owner.value, "goods": named}
    paper = {"document": document, "document_on": document_on, "note_id": note_id}
    rows.put(
        LEG,
        {"leg_id": leg_id, "rma_id": rma_id, "leg_no": leg_no, "made_on": made_on, "cancelled": False, **told, **paper},
    )


def _named(rows: Rows, item_id: UUID, quantity: str | None) -> dict[str, Any]:
    thing = rows.get(THING, item_id) or {"description": "", "serial": None}
    return {"description": thing["description"], "serial": thing["serial"], "quantity": quantity}


class RmaLegsAsked(Ask):
    """The legs of one return."""

    rma_id: UUID


def rma_legs(reader: Reader, ask: RmaLegsAsked) -> dict[str, Any]:
    """Every leg in the order it was recorded: way, transport reason, owner, document."""
    sql = "select * from {rma_leg} where rma_id = %(rma_id)s order by leg_no"
    return {"items": reader.rows(sql, {"rma_id": ask.rma_id})}
