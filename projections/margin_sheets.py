"""Margin of one call and of one contract (margine di chiamata e di contratto), with the worth of free work.

R12.4 and R4.2. Amounts are euro before VAT.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.call import Call
from aggregates.call_lines import Charged
from aggregates.rules.line_amounts import line_total
from aggregates.rules.margin import ZERO, CostAccount, Margin
from aggregates.rules.send_deadline import month_end
from projections.base import Ask, Reader, Row
from projections.mart_unbilled import unbilled_of_contract
from projections.quote_views import call_number
from projections.work_prices import WorkPrices

MOST_CALLS = 200
"""Of how many calls a contract's sheet reckons the worth of free work; it says how many it left out."""
MONTHS = """(%(from_on)s::date is null or {day} >= date_trunc('month', %(from_on)s::date::timestamp)::date)
   and (%(to_on)s::date is null
        or {day} < (date_trunc('month', %(to_on)s::date::timestamp) + interval '1 month')::date)"""

TODAY = "coalesce(%(on)s::date, (now() at time zone 'Europe/Rome')::date)"


class AskCallMargin(Ask):
    """One call."""

    call_id: UUID


def call_margin(reader: Reader, ask: AskCallMargin) -> dict[str, Any] | None:
    """What is charged for a call less what that cost (R12.4); free work apart, with who bears it and its list value.

    `is_billed` tells whether revenue is that of invoices, credit notes taken off; else it is what the call would be
    billed today.
    """
    call = reader.record(ask.call_id)
    if not isinstance(call, Call):
        return None
    found = reader.rows("select * from {mart_cost} where call_id = %(call_id)s order by day, source", ask.model_dump())
    billed = reader.row(
        "select sum(amount) as amount, count(*) as rows from {mart_fee} where call_id = %(call_id)s", ask.model_dump()
    )
    bill = WorkPrices(reader).call_bill(call, call.number or call_number(reader, call.id))
    is_billed = billed is not None and billed["rows"] > 0
    revenue = billed["amount"] if billed and is_billed else bill.net if bill else ZERO
    charged = [row for row in found if row["account"] == CostAccount.CHARGED.value]
    free = [row for row in found if row["account"] != CostAccount.CHARGED.value]
    return {
        "call_id": call.id,
        "number": call.number or call_number(reader, call.id),
        "is_billed": is_billed,
        **_told(Margin(revenue=revenue, cost=_sum(charged))),
        "costs": [_cost(row) for row in charged],
        "free_cost": _sum(free),
        "free_costs": [_cost(row) for row in free],
        "free_value": sum((_list_price(each) for each in _free(bill.charged if bill else ())), ZERO),
        "unknown_costs": sum(not row["is_known"] for row in found),
    }


class AskContractMargin(Ask):
    """One contract in some months; left out, since it began and up to the month of `on`, or of today."""

    contract_id: UUID
    from_on: date | None = None
    to_on: date | None = None
    """Months to come are told only when they are asked for."""
    on: date | None = None


def contract_margin(reader: Reader, ask: AskContractMargin) -> dict[str, Any] | None:
    """Recognised fee less the cost of what it made free (R12.4), month by month, and the calls with their free work.

    `free_value` is what the free work of its calls is worth by price list (R4.2); `calls_left_out` tells how many
    calls are not in it. `unbilled` is beside the margin, not in it: what is due, proposed, and earned without an
    invoice up to the end of the last month, or today.
    """
    contract = reader.row(
        f"""select contract_id, number, title, {TODAY} as today from {{dim_contract}}
             where contract_id = %(contract_id)s""",  # noqa: S608 - own words only
        ask.model_dump(),
    )
    if contract is None:
        return None
    today = contract.pop("today")
    params = {**ask.model_dump(), "to_on": ask.to_on or today}
    months: dict[date, Margin] = {}
    for row in reader.rows(
        f"""select month, sum(revenue) as revenue, sum(cost) as cost from (
              select f.month, f.amount as revenue, 0 as cost from {{mart_fee}} f
               where f.contract_id = %(contract_id)s and f.month is not null and {MONTHS.format(day="f.month")}
              union all
              select date_trunc('month', c.day::timestamp)::date, 0, c.amount from {{mart_cost}} c
               where c.contract_id = %(contract_id)s and {MONTHS.format(day="c.day")}) e
            group by month order by month""",  # noqa: S608 - own words only
        params,
    ):
        months[row["month"]] = Margin(revenue=row["revenue"], cost=row["cost"])
    whole = Margin()
    for each in months.values():
        whole = whole.plus(each)
    calls = _calls(reader, params)
    shown = [_free_call(reader, row, ask.contract_id) for row in calls[:MOST_CALLS]]
    return {
        **contract,
        **_told(whole),
        "unbilled": unbilled_of_contract(reader, ask.contract_id, month_end(ask.to_on) if ask.to_on else ask.on),
        "months": [{"month": month, **_told(each)} for month, each in months.items()],
        "calls": shown,
        "calls_left_out": max(0, len(calls) - MOST_CALLS),
        "free_value": sum((row["free_value"] for row in shown), ZERO),
    }


def _calls(reader: Reader, params: dict[str, Any]) -> list[Row]:
    return reader.rows(
        f"""select c.call_id, k.number, min(c.day) as day, sum(c.amount) as cost,
                   count(*) filter (where not c.is_known) as unknown_costs
              from {{mart_cost}} c left join {{call}} k on k.call_id = c.call_id
             where c.contract_id = %(contract_id)s and c.call_id is not null and {MONTHS.format(day="c.day")}
             group by c.call_id, k.number order by min(c.day) desc, c.call_id""",  # noqa: S608 - own words only
        params,
    )


def _free_call(reader: Reader, row: Row, contract_id: UUID) -> Row:
    call = reader.record(row["call_id"])
    bill = WorkPrices(reader).call_bill(call, row["number"]) if isinstance(call, Call) else None
    free = [each for each in _free(bill.charged if bill else ()) if _contract_of(each, call) == contract_id]
    return {**row, "free_value": sum(map(_list_price, free), ZERO)}


def _free(charged: Iterable[Charged]) -> list[Charged]:
    return [each for each in charged if each.decision.is_covered]


def _contract_of(each: Charged, call: Any) -> UUID | None:
    cover = each.decision.cover
    contract_id: UUID | None = cover.contract_id if cover else call.coverage.contract_id
    return contract_id


def _list_price(each: Charged) -> Decimal:
    return line_total(each.line.unit_price, each.line.quantity, (), each.line.price_per)


def _sum(rows: Iterable[Row]) -> Decimal:
    return sum((row["amount"] for row in rows), ZERO)


def _told(margin: Margin) -> dict[str, Decimal | None]:
    return {"revenue": margin.revenue, "cost": margin.cost, "margin": margin.margin, "percent": margin.percent}


def _cost(row: Row) -> Row:
    told = ("day", "item", "amount", "account", "account_id", "technician_id", "serial_item_id", "is_known")
    return {"entry_id": f"{row['source']}/{row['source_id']}/{row['number']}", **{name: row[name] for name in told}}
