"""Why something cost what it did (perché questo costo): the act, the rate of its day, the facts behind both."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import Field

from projections.base import Ask, Reader, Recorded, Row

STARS = {
    "labour": ("mart_activity", "activity_id"),
    "way": ("mart_activity", "activity_id"),
    "travel": ("mart_travel", "activity_id"),
    "part": ("mart_part", "line_id"),
    "call-expense": ("mart_expense", "line_id"),
    "claim-expense": ("mart_expense", "line_id"),
    "rma-expense": ("mart_expense", "line_id"),
}
"""By source of a cost: the table of its act."""
SHOWN = {
    "labour": ("work_minutes", "hourly_cost", "agreed_cost", "bands", "labour_cost"),
    "way": ("travel_minutes", "hourly_cost", "way_cost"),
    "travel": ("km", "per_km", "vehicle_id", "cost"),
    "part": ("code", "quantity", "unit_cost", "cost", "warehouse_id"),
}
EXPENSE = ("kind", "amount", "counted_as", "cost")


class AskCostReason(Ask):
    """A cost by where it comes from: the parts of an entry's id, `source/source_id/number`."""

    source: str = Field(examples=["labour"])
    source_id: UUID
    number: int = 0


def cost_reason(reader: Reader, ask: AskCostReason) -> dict[str, Any] | None:
    """The cost with its act, how it was reckoned and shared, who bears it, and the facts that say so.

    `fact` told of the act, `rate_fact` what an hour or a kilometre costs from a day on; a rate told later for an
    earlier day counts (R12.3). `shared_among` is how many machines share the act's cost.
    """
    params = ask.model_dump()
    cost = reader.row(
        """select * from {mart_cost}
            where source = %(source)s and source_id = %(source_id)s and number = %(number)s""",
        params,
    )
    if cost is None:
        return None
    table, key = STARS[cost["source"]]
    origin = cost["source"].removesuffix("-expense")
    only = "origin = %(origin)s" if table == "mart_expense" else "true"
    sql = f"select * from {{{table}}} where {key} = %(source_id)s and {only}"  # noqa: S608 - own names only
    act = reader.row(sql, {**params, "origin": origin})
    shared = reader.row(
        """select count(*) as machines, sum(amount) as amount from {mart_cost}
            where source = %(source)s and source_id = %(source_id)s""",
        params,
    )
    told = SHOWN.get(cost["source"], EXPENSE)
    rate_stream = act["vehicle_id"] if act and cost["source"] == "travel" else cost["technician_id"]
    return {
        "entry_id": f"{cost['source']}/{cost['source_id']}/{cost['number']}",
        **{name: cost[name] for name in ("day", "item", "amount", "account", "account_id", "call_id", "is_known")},
        "act": {name: act[name] for name in told} if act else None,
        "shared_among": shared["machines"] if shared else 0,
        "whole": shared["amount"] if shared else None,
        "fact": _fact(reader, cost["stream_id"], cost["fact_position"]),
        "rate_fact": _fact(reader, rate_stream, cost["rate_position"]),
    }


def _fact(reader: Reader, stream_id: UUID | None, position: int | None) -> Row | None:
    """A recorded fact in short; its words stay in the history of its record."""
    if stream_id is None or position is None:
        return None
    recorded: Recorded | None = next((each for each in reader.facts(stream_id) if each.position == position), None)
    if recorded is None:
        return None
    act = recorded.fact.act
    return {
        "topic": recorded.topic,
        "stream_id": stream_id,
        "position": position,
        "event_id": recorded.event_id,
        "at": act.at,
        "by": act.by,
        "recorded_at": recorded.recorded_at,
    }
