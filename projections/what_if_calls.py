"""What closed calls would cost by another price list (simulazione di listino): call by call, line by line (BIL-8).

Priced when asked by the rules that bill calls, both sides with what is known now; nothing is recorded. Euro before VAT.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.base import Refusal, require
from aggregates.call import Call
from aggregates.call_lines import Charged
from aggregates.price_list import PriceList, price_list_id
from projections.base import Page, Reader, Row, page
from projections.work_prices import WorkPrices

NOTHING = Decimal("0.00")


class PriceListNotKnown(Refusal):
    """There is no price list {code}; create it first, or try one that is there."""

    status = 422


class WhatIfCalls(Page):
    """Closed calls with another price list before all others."""

    price_list: str | None = Field(default=None, description="Its code; left out, the prices that hold.")
    from_on: date | None = Field(default=None, description="Closed on this day or later.")
    to_on: date | None = None
    customer_id: UUID | None = None
    contract_id: UUID | None = None


def what_if_calls(reader: Reader, ask: WhatIfCalls) -> dict[str, Any]:
    """What each call comes to and what it would by the price list, with its lines side by side; `totals` of the page.

    A call with goods that have no price says which; it is not in the sums.
    """
    if ask.price_list is not None:
        known = isinstance(reader.record(price_list_id(ask.price_list)), PriceList)
        require(known, PriceListNotKnown, code=ask.price_list)
    found = page(
        reader,
        ask,
        """select c.call_id, c.number, c.party_id as customer_id, p.name as customer, c.contract_id, c.outcome,
                  c.ended_at, (c.ended_at at time zone 'Europe/Rome')::date as ended_on
             from {call} c left join {party} p on p.party_id = c.party_id
            where c.ended_at is not null and c.party_id is not null
              and (%(customer_id)s::uuid is null or c.party_id = %(customer_id)s)
              and (%(contract_id)s::uuid is null or c.contract_id = %(contract_id)s)
              and (%(from_on)s::date is null or (c.ended_at at time zone 'Europe/Rome')::date >= %(from_on)s)
              and (%(to_on)s::date is null or (c.ended_at at time zone 'Europe/Rome')::date <= %(to_on)s)""",
        order=("ended_at", "call_id"),
    )
    ours, theirs = WorkPrices(reader), WorkPrices(reader, ask.price_list)
    items = [_tried(reader, row, ours, theirs) for row in found["items"]]
    return {"items": items, "next": found["next"], "totals": _totals(items)}


def _tried(reader: Reader, row: Row, ours: WorkPrices, theirs: WorkPrices) -> Row:
    call = reader.record(row["call_id"])
    assert isinstance(call, Call)
    told: Row = {**row, "now": None, "then": None, "difference": None, "missing": None, "lines": []}
    now, then = ours.call_bill(call, row["number"]), theirs.call_bill(call, row["number"])
    if now is None or then is None:
        return told
    problem = now.problem or then.problem
    if problem is not None:
        return {**told, "missing": problem.values["missing"]}
    lines = list(_side_by_side(now.charged, then.charged))
    return {**told, "now": now.net, "then": then.net, "difference": then.net - now.net, "lines": lines}


def _side_by_side(now: tuple[Charged, ...], then: tuple[Charged, ...]) -> Iterator[Row]:
    """The lines of each item of cost beside one another, in the order of the bill."""
    items = dict.fromkeys(each.item for each in (*now, *then))
    for item in items:
        sides = ([each for each in side if each.item is item] for side in (now, then))
        for one, other in zip_longest(*sides):
            shown = one or other
            yield {
                "item": item,
                "description": shown.line.description,
                "quantity": shown.line.quantity,
                "unit": shown.line.unit,
                "unit_price_now": one.line.unit_price if one else None,
                "unit_price_then": other.line.unit_price if other else None,
                "now": one.line.amount if one else NOTHING,
                "then": other.line.amount if other else NOTHING,
                "covered": shown.decision.is_covered,
                "because": shown.decision.because.model_dump() if shown.decision.because else None,
                "reason": shown.decision.reason,
            }


def _totals(items: list[Row]) -> Row:
    priced = [item for item in items if item["difference"] is not None]
    sums = {name: sum((item[name] for item in priced), NOTHING) for name in ("now", "then", "difference")}
    return {"calls": len(priced), "not_priced": len(items) - len(priced), **sums}
