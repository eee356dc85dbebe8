"""Goods as rows of the datamart (ricambi e merce): used on calls, fitted in repairs, sent with notes; at frozen cost.

What came back is a row of its own, with a quantity and a cost below zero.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from aggregates.call import Call
from aggregates.call_values import ChargeItem
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_values import NoteLine
from aggregates.rma import Rma
from aggregates.rma_items import RmaItem
from aggregates.rules.margin import ZERO, CostAccount, amount_of
from aggregates.rules.transport_reasons import Billing, Effect
from aggregates.stock_item import StockItem
from aggregates.values import rome_date
from projections.base import Row, Rows
from projections.mart_ledger import drop_cost, enter_activity, enter_part
from projections.mart_work_tables import CALL, PART, RECORD

THEIRS = (Billing.SALE, Billing.SERVICE, Billing.DIAGNOSIS_FEE, Billing.UNLESS_RETURNED, Billing.CREDIT_NOTE)
"""Reasons whose goods the customer pays."""
NEW_RETURN: Row = {"kind": "rma", "items": {}, "account": CostAccount.CHARGED.value}
"""A return of which nothing is diagnosed yet."""
TOLD_ELSEWHERE = ("call", "rma", "delivery-note")
"""Records whose own facts say what goods cost them."""


def used(fact: Call.PartUsed, rows: Rows) -> None:
    """A part used on a call."""
    one, part = fact.used, fact.used.part
    _part(
        rows,
        one.line_id,
        rome_date(fact.act.at),
        part.quantity,
        one.unit_cost,
        record_kind="call",
        record_id=fact.stream_id,
        call_id=fact.stream_id,
        serial_item_id=one.serial_item_id,
        activity_id=one.activity_id,
        article_id=part.article_id,
        code=part.code,
        warehouse_id=one.warehouse_id,
        item=(ChargeItem.CONSUMABLES if one.is_consumable else ChargeItem.PARTS).value,
        is_in_fix=one.part_of_fix,
    )


def returned(fact: Call.PartReturned, rows: Rows) -> None:
    """Some of a part came back: less by what it had cost."""
    back, row = fact.back, rows.get(PART, fact.back.line_id)
    if row is not None:
        told = {"use_id": back.line_id, "warehouse_id": back.warehouse_id}
        cost = back.unit_cost if back.unit_cost is not None else row["unit_cost"]
        _part(rows, back.return_id, rome_date(fact.act.at), -back.quantity, cost, **{**_same(row), **told})


def return_known(fact: Rma.Event, rows: Rows) -> None:
    """A return's customer, and which items of it are which machines."""
    row = rows.get(RECORD, fact.stream_id) or {"record_id": fact.stream_id, **NEW_RETURN}
    items: tuple[RmaItem, ...] = ()
    if isinstance(fact, Rma.Requested):
        row = {**row, "customer_id": fact.customer.party_id, "call_id": fact.call.id if fact.call else None}
        items = fact.items
    if isinstance(fact, Rma.Received):
        items = (*fact.unexpected, *(one.item for one in fact.remainders))
    if isinstance(fact, Rma.ItemIdentified):
        items = (fact.item,)
    named = {
        str(item.item_id): {
            **row["items"].get(str(item.item_id), {}),
            "serial": str(item.serial_item_id) if item.serial_item_id else None,
        }
        for item in items
    }
    rows.put(RECORD, {**row, "items": {**row["items"], **named}})


def diagnosed(fact: Rma.Diagnosed, rows: Rows) -> None:
    """Whether a warranty bears the repair of an item; what is for all of them it bears when it bears each."""
    row = rows.get(RECORD, fact.stream_id)
    if row is not None:
        item = {**row["items"].get(str(fact.item_id), {}), "warranty": bool(fact.under_warranty)}
        items = {**row["items"], str(fact.item_id): item}
        known = [one["warranty"] for one in items.values() if "warranty" in one]
        account = CostAccount.WARRANTY if all(known) else CostAccount.CHARGED
        rows.put(RECORD, {**row, "items": items, "account": account.value})


def repaired(fact: Rma.Worked, rows: Rows) -> None:
    """Parts and hours of a repair; nobody is named for the hours, so that their cost is not known."""
    record = rows.get(RECORD, fact.stream_id) or {"items": {}}
    item = record["items"].get(str(fact.item_id), {})
    machine = UUID(item["serial"]) if item.get("serial") else None
    bears = CostAccount.WARRANTY if item.get("warranty") and not fact.charges else CostAccount.CHARGED
    day = rome_date(fact.act.at)
    named = {"record_kind": "rma", "record_id": fact.stream_id, "call_id": record.get("call_id")}
    named["customer_id"] = record.get("customer_id")
    for number, part in enumerate(fact.parts, 1):
        told: dict[str, Any] = {"article_id": part.article_id, "code": part.code, "warehouse_id": part.warehouse_id}
        told |= {"serial_item_id": machine, "item": ChargeItem.PARTS.value, "account": bears.value}
        line_id = uuid5(fact.work_id, f"part {number}")
        _part(rows, line_id, day, part.quantity, part.unit_cost, **named, **told)
    if fact.hours:
        enter_activity(
            rows,
            {
                **named,
                "activity_id": fact.work_id,
                "serial_item_ids": [str(machine)] if machine else [],
                "kind": "repair",
                "mode": "workshop",
                "technician_id": None,
                "day": day,
                "starts_at": fact.act.at,
                "ends_at": fact.act.at,
                "work_minutes": int(fact.hours * 60),
                "travel_minutes": 0,
                "overtime_minutes": 0,
                "bands": {},
                "account": bears.value,
                "fact_position": rows.now.position,
            },
        )


def sent(fact: DeliveryNote.Issued, rows: Rows) -> None:
    """Goods of ours that left with a note; those lent or sent to a supplier are still ours."""
    source = rows.get(RECORD, fact.record.id) if fact.record else None
    call = rows.get(CALL, fact.record.id) if fact.record else None
    is_supplier = fact.reason.billing is Billing.SUPPLIER_CREDIT or fact.reason.effect is Effect.TO_SUPPLIER
    bears = (
        CostAccount.CHARGED if fact.reason.billing in THEIRS or fact.billed_with is not None else CostAccount.WARRANTY
    )
    account = CostAccount.OWN if is_supplier else bears
    lines = {str(line.line_id): _line(line) for line in fact.lines if line.stock and line.article_id}
    rows.put(
        RECORD,
        {
            "record_id": fact.stream_id,
            "kind": "delivery-note",
            "customer_id": fact.recipient.party_id,
            "call_id": call["call_id"] if call else source["call_id"] if source else None,
            "account": account.value,
            "items": {} if is_supplier else lines,
        },
    )
    for line_id, line in ({} if is_supplier else lines).items():
        if line["is_gone"]:
            _of_note(rows, fact.stream_id, UUID(line_id), UUID(line_id), fact.dated_on, Decimal(line["quantity"]))


def kept(fact: DeliveryNote.GoodsKept, rows: Rows) -> None:
    """Lent goods that the customer keeps are gone."""
    record = rows.get(RECORD, fact.stream_id)
    if record is None:
        return
    items = {line_id: {**line, "is_gone": True} for line_id, line in record["items"].items()}
    rows.put(RECORD, {**record, "account": CostAccount.CHARGED.value, "items": items})
    for one in fact.kept:
        _of_note(rows, fact.stream_id, uuid5(one.line_id, "kept"), one.line_id, fact.kept_on, one.quantity)


def came_back(fact: DeliveryNote.GoodsReturned, rows: Rows) -> None:
    """Goods that had left for good came back, at what they had cost."""
    for number, one in enumerate(fact.returns):
        key = uuid5(rows.now.event_id, f"back {number}")
        _of_note(rows, fact.stream_id, key, one.line_id, fact.returned_on, -one.quantity)


def claim_decided(fact: DeliveryNote.ClaimDecided, rows: Rows) -> None:
    """A claim that fails is the customer's."""
    record = rows.get(RECORD, fact.stream_id)
    if record is not None:
        account = CostAccount.WARRANTY if fact.accepted else CostAccount.CHARGED
        rows.put(RECORD, {**record, "account": account.value})
        for row in rows.select(PART, record_id=fact.stream_id):
            enter_part(rows, {**row, "account": account.value})


def cancelled(fact: DeliveryNote.Cancelled, rows: Rows) -> None:
    """The note holds no longer, and costs nothing."""
    for row in rows.select(PART, record_id=fact.stream_id):
        rows.drop(PART, row["line_id"])
        drop_cost(rows, "part", row["line_id"])


def issued(fact: StockItem.Issued, rows: Rows) -> None:
    """Goods taken out by hand for another record, or for a call beside its parts."""
    record = fact.record
    if rows.get(PART, fact.movement_id) is not None or record.kind in TOLD_ELSEWHERE[1:]:
        return
    call = rows.get(CALL, record.id)
    known = rows.get(RECORD, record.id) or {}
    _part(
        rows,
        fact.movement_id,
        rome_date(fact.act.at),
        fact.quantity,
        fact.unit_cost,
        record_kind=record.kind,
        record_id=record.id,
        call_id=call["call_id"] if call else known.get("call_id"),
        customer_id=known.get("customer_id"),
        item=ChargeItem.PARTS.value,
        account=known.get("account", CostAccount.OWN.value),
    )


def _line(line: NoteLine) -> Row:
    assert line.stock is not None
    return {
        "article": str(line.article_id),
        "code": line.code,
        "quantity": str(line.quantity),
        "unit_cost": str(line.stock.unit_cost),
        "warehouse": str(line.stock.warehouse_id),
        "is_gone": line.stock.to_warehouse_id is None,
    }


def _of_note(rows: Rows, note_id: UUID, key: UUID, line_id: UUID, day: date, quantity: Decimal) -> None:
    record = rows.get(RECORD, note_id)
    line = record["items"].get(str(line_id)) if record else None
    if record is None or line is None or not line["is_gone"]:
        return
    _part(
        rows,
        key,
        day,
        quantity,
        Decimal(line["unit_cost"]),
        use_id=line_id if quantity < 0 else None,
        record_kind="delivery-note",
        record_id=note_id,
        call_id=record["call_id"],
        customer_id=record["customer_id"],
        article_id=UUID(line["article"]),
        code=line["code"],
        warehouse_id=UUID(line["warehouse"]),
        item=ChargeItem.PARTS.value,
        account=record["account"],
    )


def _part(rows: Rows, key: UUID, day: date, quantity: Decimal, unit_cost: Decimal | None, **told: Any) -> None:
    cost = amount_of(quantity, unit_cost) if unit_cost is not None else ZERO
    known = {"unit_cost": unit_cost, "cost": cost, "is_known": unit_cost is not None}
    row = {"line_id": key, "day": day, "quantity": quantity, **known, "fact_position": rows.now.position}
    named = dict.fromkeys(("customer_id", "serial_item_id", "activity_id", "article_id", "code", "account"))
    enter_part(rows, {**named, **row, **told})


def _same(row: Row) -> Row:
    """What a part that came back has in common with its use."""
    own = ("line_id", "use_id", "day", "quantity", "unit_cost", "cost", "is_known", "fact_position", "position")
    return {name: value for name, value in row.items() if name not in own}
