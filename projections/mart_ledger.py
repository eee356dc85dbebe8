"""The ledger of costs (libro dei costi): each activity, way, expense and part by machine, and who bears it (R12.3).

What names no machine is shared among the machines of its call in equal parts, to the cent; who bears it is decided as
the call's bill decides it (R4.1), so that costs and charges of an item stand on the same side.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from aggregates.call_values import ChargeItem, CloseOutcome
from aggregates.coverage import Coverage, CoverageKind, Decision
from aggregates.rules.margin import CostAccount, among, borne_by
from projections.base import Row, Rows
from projections.mart_rates import costed_activity, costed_travel
from projections.mart_work_tables import ACTIVITY, CALL, COST, DRAW, EXPENSE, PART, RECORD, TRAVEL, put

CHARGED = Decision(kind=CoverageKind.CHARGEABLE, because=None, reason="")
NAMED = ("customer_id", "site_id", "call_id", "record_kind", "record_id", "technician_id", "article_id")
STAR = ("customer_id", "site_id", "contract_id")


class Borne(NamedTuple):
    """Who bears a cost."""

    account: CostAccount
    account_id: UUID | None = None
    contract_id: UUID | None = None
    contract_line_id: UUID | None = None


class Origin(NamedTuple):
    """Which row a cost comes from, and which fact of which stream."""

    source: str
    source_id: UUID
    stream_id: UUID


def settle_call(rows: Rows, call_id: UUID) -> None:
    """Everything of a call once more: it is another's, about other machines, or covered otherwise."""
    for activity in rows.select(ACTIVITY, call_id=call_id):
        enter_activity(rows, activity)
    for travel in rows.select(TRAVEL, call_id=call_id):
        enter_travel(rows, travel)
    settle_goods(rows, call_id)


def settle_goods(rows: Rows, call_id: UUID) -> None:
    """Expenses and parts of a call once more: they follow the machine and technician of their activity."""
    for expense in rows.select(EXPENSE, call_id=call_id):
        enter_expense(rows, expense)
    for part in rows.select(PART, call_id=call_id):
        enter_part(rows, part)


def settle_technician(rows: Rows, technician_id: UUID) -> None:
    """A technician's hours and ways once more, where they cost otherwise now."""
    for activity in rows.select(ACTIVITY, technician_id=technician_id):
        if costed_activity(rows, activity) != activity:
            enter_activity(rows, activity)
    for travel in rows.select(TRAVEL, technician_id=technician_id):
        enter_travel(rows, travel)


def settle_activity(rows: Rows, activity_id: UUID) -> None:
    """An activity and its way once more: what was agreed for it, or who bears it, is different."""
    activity, travel = rows.get(ACTIVITY, activity_id), rows.get(TRAVEL, activity_id)
    if activity is not None:
        enter_activity(rows, activity)
    if travel is not None:
        enter_travel(rows, travel)


def drop_cost(rows: Rows, source: str, source_id: UUID, number: int = 0) -> None:
    """The ledger holds nothing of this source from a number on."""
    while rows.get(COST, source, source_id, number) is not None:
        rows.drop(COST, source, source_id, number)
        number += 1


def enter_activity(rows: Rows, row: Row) -> None:
    """An activity's hours, or what was agreed with its contractor."""
    row = {**costed_activity(rows, row), **_of_call(rows, row, STAR)}
    machines = [UUID(each) for each in row["serial_item_ids"]]
    item = ChargeItem.THIRD_PARTIES if row["is_contractor"] else ChargeItem.LABOUR
    labour = _labour(rows, row, item, machines[0] if len(machines) == 1 else None)
    put(rows, ACTIVITY, {**row, "account": labour.account.value})
    origin = Origin("labour", row["activity_id"], row["record_id"])
    _enter(rows, origin, row, item, row["labour_cost"], labour, machines)
    way = _borne(rows, row, ChargeItem.TRAVEL, None)
    origin = Origin("way", row["activity_id"], row["record_id"])
    known = {"is_known": row["is_known"] or not row["travel_minutes"]}
    _enter(rows, origin, {**row, **known}, ChargeItem.TRAVEL, row["way_cost"], way, machines)


def enter_travel(rows: Rows, row: Row) -> None:
    """A way's kilometres."""
    activity = rows.get(ACTIVITY, row["activity_id"]) or {}
    row = {**costed_travel(rows, row, is_agreed=activity.get("is_contractor", False)), **_of_call(rows, row, STAR[:1])}
    put(rows, TRAVEL, row)
    machines = [UUID(each) for each in activity.get("serial_item_ids", ())]
    told = {**row, "record_kind": "call", "record_id": row["call_id"]}
    borne = _borne(rows, row, ChargeItem.TRAVEL, None)
    origin = Origin("travel", row["activity_id"], row["call_id"])
    _enter(rows, origin, told, ChargeItem.TRAVEL, row["cost"], borne, machines)


def enter_expense(rows: Rows, row: Row) -> None:
    """An expense, where it counts as a cost of its own."""
    row = {**row, "cost": row["amount"] if row["counted_as"] == "cost" else Decimal("0.00")}
    row = {**row, **_of_call(rows, row, STAR[:1])}
    put(rows, EXPENSE, row)
    machine, item = row["serial_item_id"], ChargeItem(row["item"])
    origin = Origin(f"{row['origin']}-expense", row["line_id"], row["record_id"])
    told = {**row, "is_known": True}
    _enter(rows, origin, told, item, row["cost"], _borne(rows, row, item, machine), [machine] if machine else [])


def enter_part(rows: Rows, row: Row) -> None:
    """A part used, or one that came back."""
    row = {**row, **_of_call(rows, row, STAR[:1])}
    item = ChargeItem(row["item"])
    machine = row["serial_item_id"] or _machine_of(rows, row["activity_id"])
    borne = _borne(rows, row, item, machine)
    row["account"] = borne.account.value
    put(rows, PART, row)
    origin = Origin("part", row["line_id"], row["record_id"])
    told = {**row, "technician_id": _technician_of(rows, row["activity_id"])}
    _enter(rows, origin, told, item, row["cost"], borne, [machine] if machine else [])


def _enter(
    rows: Rows,
    origin: Origin,
    row: Row,
    item: ChargeItem,
    amount: Decimal,
    borne: Borne,
    machines: Sequence[UUID],
) -> None:
    """The cost in as many rows as machines it was for, in place of those before; nothing known to cost has none."""
    call = rows.get(CALL, row["call_id"]) if row["call_id"] else None
    shared = machines or [UUID(each) for each in (call["serial_item_ids"] if call else ())]
    parts = list(among(amount, shared).items()) if shared else [(None, amount)]
    counts = bool(amount) or not row["is_known"]
    named = {**{name: row.get(name) for name in NAMED}, **_of_call(rows, row, STAR[:2])}
    for number, (machine, part) in enumerate(parts if counts else ()):
        put(
            rows,
            COST,
            {
                **named,
                **origin._asdict(),
                **borne._asdict(),
                "account": borne.account.value,
                "number": number,
                "day": row["day"],
                "amount": part,
                "item": item.value,
                "serial_item_id": machine,
                "is_known": row["is_known"],
                "fact_position": row["fact_position"],
                "rate_position": row.get("rate_position"),
            },
        )
    drop_cost(rows, origin.source, origin.source_id, len(parts) if counts else 0)


def _of_call(rows: Rows, row: Row, columns: Sequence[str]) -> Row:
    """What a row has from its call."""
    call = rows.get(CALL, row["call_id"]) if row.get("call_id") else None
    return {name: call[name] for name in columns} if call else {}


def _labour(rows: Rows, row: Row, item: ChargeItem, machine: UUID | None) -> Borne:
    """Who bears work: the hour pool that it was drawn from, else as decided (R2.1)."""
    drawn = rows.select(DRAW, activity_id=row["activity_id"])
    if drawn:
        return _by_pool(rows, drawn[0]["pool_id"])
    return _borne(rows, row, item, machine)


def _borne(rows: Rows, row: Row, item: ChargeItem, machine: UUID | None) -> Borne:
    call = rows.get(CALL, row["call_id"]) if row["call_id"] else None
    if call is None:
        return _of_record(rows, row)
    coverage = Coverage.model_validate(call["coverage"])
    decision = coverage.of(machine).decide(item, in_fix=bool(row.get("is_in_fix")), article_code=row.get("code"))
    cover = decision.cover
    is_left_out = cover is not None and item is ChargeItem.LABOUR and not cover.admits(row["kind"])
    if is_left_out or _is_charged_anyhow(call):
        decision, cover = CHARGED, None
    account = borne_by(decision)
    if account is CostAccount.CONTRACT:
        named = cover or coverage.of(machine)
        return Borne(account, named.contract_id, named.contract_id, named.contract_line_id)
    if account is CostAccount.POOL and cover is not None and cover.pool_id is not None:
        return _by_pool(rows, cover.pool_id)
    return Borne(account, cover.warranty_id if cover is not None and account is CostAccount.WARRANTY else None)


def _by_pool(rows: Rows, pool_id: UUID) -> Borne:
    """Hours of a pool: a cost of the pool's contract, where it has one, as their revenue is of it."""
    pool = rows.get(RECORD, pool_id)
    return Borne(CostAccount.POOL, pool_id, pool["contract_id"] if pool else None)


def _is_charged_anyhow(call: Row) -> bool:
    return call["outcome"] is not None and CloseOutcome(call["outcome"]).overrides_coverage


def _of_record(rows: Rows, row: Row) -> Borne:
    record = rows.get(RECORD, row["record_id"]) if row.get("record_id") else None
    told = row.get("account") or (record["account"] if record else None)
    return Borne(CostAccount(told) if told else CostAccount.OWN)


def _machine_of(rows: Rows, activity_id: UUID | None) -> UUID | None:
    activity = rows.get(ACTIVITY, activity_id) if activity_id else None
    machines = activity["serial_item_ids"] if activity else []
    return UUID(machines[0]) if len(machines) == 1 else None


def _technician_of(rows: Rows, activity_id: UUID | None) -> UUID | None:
    activity = rows.get(ACTIVITY, activity_id) if activity_id else None
    return activity["technician_id"] if activity else None
