"""What a call costs and why (addebiti della chiamata): item by item, with who pays; before work, who would pay.

Both are computed when asked, with the rules that bill the call.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.call import Call
from aggregates.call_by_machine import Paid, by_machine
from aggregates.call_lines import Charged
from aggregates.call_values import ChargeItem
from aggregates.coverage import CallAbout, Coverage, CoverageKind, Decided
from aggregates.hour_pool import HourPool
from aggregates.rules.line_amounts import line_total
from projections.arrears import arrears_of
from projections.base import Ask, Reader
from projections.call_sheet import coverage_shown
from projections.contracts import TODAY
from projections.coverage import coverage_for
from projections.hour_pool_views import hour_pools_of
from projections.quote_views import call_number
from projections.work_prices import WorkPrices


class AskCallCharges(Ask):
    """One call."""

    call_id: UUID


def call_charges(reader: Reader, ask: AskCallCharges) -> dict[str, Any] | None:
    """Each line with its item of cost, what it is worth by price list, what the customer pays and why; euro.

    Until the call is closed it is an estimate of the work done so far. `missing` names goods without a price.
    """
    call = reader.record(ask.call_id)
    if not isinstance(call, Call):
        return None
    number = call.number or call_number(reader, call.id)
    bill = WorkPrices(reader).call_bill(call, number)
    lines = [_line(each) for each in bill.charged] if bill else []
    return {
        "call_id": call.id,
        "number": number,
        "is_estimate": call.ended_at is None,
        "outcome": call.outcome,
        "coverage": coverage_shown(call.coverage),
        "items": lines,
        "by_machine": _by_machine(reader, call, bill.charged if bill else ()),
        "net": bill.net if bill else Decimal("0.00"),
        "list_value": sum((line["list_price"] for line in lines), Decimal("0.00")),
        "missing": bill.problem.values["missing"] if bill and bill.problem else None,
        "would_pay": _would_pay(call.coverage),
        "invoice": call.invoice.number if call.invoice else None,
    }


class AskCoverage(Ask):
    """A customer, a site, machines: what would hold for a call of a day, for a defect that appeared on another."""

    party_id: UUID | None = None
    site_id: UUID | None = None
    serial_item_id: UUID | None = None
    on: date | None = None
    appeared_on: date | None = None


def check_coverage(reader: Reader, ask: AskCoverage) -> dict[str, Any]:
    """For whoever is on the phone: covered or not, and by what; blocked, arrears, hours left; nothing is recorded."""
    today = reader.row(f"select {TODAY} as day", {"on": ask.on})
    assert today is not None
    on: date = today["day"]
    machines = (ask.serial_item_id,) if ask.serial_item_id else ()
    coverage = coverage_for(reader, CallAbout(machines, ask.party_id, ask.site_id, on, ask.appeared_on))
    party = reader.row(
        """select party_id, name from {party}
            where party_id = coalesce(%(party_id)s::uuid,
                                      (select party_id from {party_site} where site_id = %(site_id)s))""",
        {"party_id": ask.party_id, "site_id": ask.site_id},
    )
    arrears = arrears_of(reader, party["party_id"], on) if party else None
    return {
        "on": on,
        "coverage": coverage_shown(coverage),
        "is_blocked": coverage.kind is CoverageKind.BLOCKED,
        "is_refused": coverage.opening_refused,
        "would_pay": _would_pay(coverage),
        "customer": party["name"] if party else None,
        "overdue": arrears.overdue.amount if arrears else Decimal("0.00"),
        "oldest_due_on": arrears.oldest_due_on if arrears else None,
        "minutes_left": _minutes_left(reader, party["party_id"], on) if party else Decimal(0),
    }


def _line(each: Charged) -> dict[str, Any]:
    line, decision = each.line, each.decision
    shown = line.model_dump(include={"number", "code", "description", "quantity", "unit", "unit_price", "discounts"})
    return {
        **shown,
        "item": each.item,
        "list_price": line_total(line.unit_price, line.quantity, (), line.price_per),
        "amount": line.amount,
        "covered": decision.is_covered,
        "kind": decision.kind,
        "because": decision.because.model_dump() if decision.because else None,
        "reason": decision.reason,
    }


def _by_machine(reader: Reader, call: Call, charged: Sequence[Charged]) -> list[dict[str, Any]]:
    """What each machine costs, with a row for the call as a whole; the rows sum to the call."""
    paid = by_machine(charged)
    named = {
        row["serial_item_id"]: row
        for row in reader.rows(
            "select serial_item_id, number, product from {serial_item} where serial_item_id = any(%(ids)s::uuid[])",
            {"ids": [machine for machine in {*paid, *call.serial_item_ids} if machine]},
        )
    }
    machines = dict.fromkeys((*call.serial_item_ids, *paid))
    nothing = Paid()
    return [
        {
            "serial_item_id": machine,
            "number": named[machine]["number"] if machine in named else None,
            "product": named[machine]["product"] if machine in named else None,
            "coverage": call.coverage.of(machine).kind,
            "lines": list(paid.get(machine, nothing).lines),
            "net": paid.get(machine, nothing).net,
            "list_value": paid.get(machine, nothing).list_value,
        }
        for machine in machines
    ]


def _would_pay(coverage: Coverage) -> list[dict[str, Any]]:
    """Item by item, for each machine or the call as a whole, who pays."""
    decided: list[tuple[UUID | None, Decided]] = [(item.serial_item_id, item) for item in coverage.items]
    return [
        {
            "serial_item_id": machine,
            "item": item,
            "covered": decision.is_covered,
            "kind": decision.kind,
            "because": decision.because.model_dump() if decision.because else None,
            "reason": decision.reason,
        }
        for machine, one in decided or [(None, coverage)]
        for item in ChargeItem
        for decision in (one.decide(item),)
    ]


def _minutes_left(reader: Reader, party_id: UUID, on: date) -> Decimal:
    pools = (reader.record(key) for key in hour_pools_of(reader, party_id))
    return sum((pool.left_on(on) for pool in pools if isinstance(pool, HourPool)), Decimal(0))
