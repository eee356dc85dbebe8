"""Expenses as rows of the datamart (spese): on calls, claimed by technicians, asked by suppliers; each counts once.

`counted_as` says what became of one: `cost`; `agreed`, because it stands in the contractor's cost; `passed-on`, because
it counts on its call; `vehicle`, because the kilometre's cost holds it; `refused`.
"""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from aggregates.call import Call
from aggregates.call_values import ChargeItem
from aggregates.expense_claim import ExpenseClaim
from aggregates.expense_claim_values import PASSED_ON_AS, SettledLine
from aggregates.rma import Rma
from aggregates.rules.expenses import ExpenseKind
from aggregates.rules.margin import amount_of, net_of
from aggregates.values import rome_date
from projections.base import Rows
from projections.mart_ledger import enter_expense
from projections.mart_work_tables import ACTIVITY, CALL, EXPENSE, PASSED_ON, RECORD

COST, AGREED, GONE, OF_VEHICLE, REFUSED = "cost", "agreed", "passed-on", "vehicle", "refused"


def noted(fact: Call.ExpenseNoted, rows: Rows) -> None:
    """An expense of a call, or its new form."""
    expense = fact.expense
    known = rows.get(EXPENSE, "call", expense.line_id) or {}
    activity = rows.get(ACTIVITY, expense.activity_id) if expense.activity_id else None
    enter_expense(
        rows,
        {
            "origin": "call",
            "line_id": expense.line_id,
            "record_kind": "call",
            "record_id": fact.stream_id,
            "call_id": fact.stream_id,
            "customer_id": None,
            "technician_id": activity["technician_id"] if activity else None,
            "serial_item_id": expense.serial_item_id,
            "activity_id": expense.activity_id,
            "item": expense.item.value,
            "kind": expense.item.value,
            "day": activity["day"] if activity else rome_date(fact.act.at),
            "amount": amount_of(expense.quantity, expense.unit_cost),
            "counted_as": known.get("counted_as", COST),
            "fact_position": rows.now.position,
        },
    )


def passed_on(fact: ExpenseClaim.LinePassedOn, rows: Rows) -> None:
    """The claimed line counts on its call from now on."""
    rows.put(PASSED_ON, {"claim_line_id": fact.line_id, "expense_line_id": fact.expense_line_id})
    count_as(rows, "claim", fact.line_id, GONE)


def count_as(rows: Rows, origin: str, line_id: UUID, counted_as: str) -> None:
    """An expense counts so from now on."""
    row = rows.get(EXPENSE, origin, line_id)
    if row is not None:
        enter_expense(rows, {**row, "counted_as": counted_as})


def claimed(fact: ExpenseClaim.Approved, rows: Rows) -> None:
    """The lines of a claim; one that was passed on and is refused now costs its call nothing either."""
    for settled in fact.lines:
        passed = rows.get(PASSED_ON, settled.line.line_id)
        _claimed(fact, settled, rows, is_passed_on=passed is not None)
        if passed is not None and settled.refused is not None:
            count_as(rows, "call", passed["expense_line_id"], REFUSED)


def _claimed(fact: ExpenseClaim.Approved, settled: SettledLine, rows: Rows, *, is_passed_on: bool) -> None:
    line = settled.line
    call = rows.get(CALL, line.call_id) if line.call_id else None
    item = PASSED_ON_AS.get(line.kind, ChargeItem.TRAVEL)
    enter_expense(
        rows,
        {
            "origin": "claim",
            "line_id": line.line_id,
            "record_kind": "expense-claim",
            "record_id": fact.stream_id,
            "call_id": line.call_id if call else None,
            "customer_id": None,
            "technician_id": fact.technician_id,
            "serial_item_id": None,
            "activity_id": line.activity_id,
            "item": item.value,
            "kind": line.kind.value,
            "day": line.spent_on,
            "amount": net_of(settled.counts.amount, line.amount.amount, line.net.amount),
            "counted_as": _counted(settled, is_passed_on=is_passed_on),
            "fact_position": rows.now.position,
        },
    )


def _counted(settled: SettledLine, *, is_passed_on: bool) -> str:
    line = settled.line
    if settled.refused is not None:
        return REFUSED
    if is_passed_on:
        return GONE
    return OF_VEHICLE if line.kind is ExpenseKind.FUEL and line.vehicle_id is not None else COST


def supplier_asked(fact: Rma.BackFromSupplier, rows: Rows) -> None:
    """A supplier's repair of an item."""
    if not fact.cost:
        return
    record = rows.get(RECORD, fact.stream_id) or {}
    item = (record.get("items") or {}).get(str(fact.item_id), {})
    enter_expense(
        rows,
        {
            "origin": "rma",
            "line_id": rows.now.event_id,
            "record_kind": "rma",
            "record_id": fact.stream_id,
            "call_id": record.get("call_id"),
            "customer_id": record.get("customer_id"),
            "technician_id": None,
            "serial_item_id": UUID(item["serial"]) if item.get("serial") else None,
            "activity_id": None,
            "item": ChargeItem.THIRD_PARTIES.value,
            "kind": "supplier-repair",
            "day": fact.returned_on,
            "amount": amount_of(Decimal(1), fact.cost),
            "counted_as": COST,
            "fact_position": rows.now.position,
        },
    )
