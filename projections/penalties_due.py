"""Penalties to propose (penali da proporre): due times missed under terms that make us pay, not charged yet (R6.7)."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from pydantic import Field

from aggregates.call_penalty import is_settled
from aggregates.contract_state import ContractState
from aggregates.rules.business_calendar import local_instant
from aggregates.rules.service_level import Clock
from projections.base import Page, Reader, Row, page


class PenaltiesDue(Page):
    """Missed due times that cost us something and for which nothing was proposed; the limit counts clocks looked at.

    With the last day of a month, also the clocks that ran on over it: `until_on` is then what to propose them with.
    """

    month_end_on: date | None = Field(default=None, description="The last day of a month.", examples=["2026-12-31"])


def penalties_due(reader: Reader, ask: PenaltiesDue) -> dict[str, Any]:
    """The clocks with their call and contract, the oldest breach first; those still running name the month's end."""
    ends_at = local_instant(ask.month_end_on + timedelta(days=1), time(0)) if ask.month_end_on else None
    found = page(
        reader,
        ask,
        """select k.call_id, k.clock, k.breached_at, k.stopped_at, k.contract_id, k.party_id, c.number as call_number,
                  n.number as contract_number, p.name as party_name, n.state, m.terms -> 'penalty' as penalty,
                  case when k.stopped_at is null then %(month_end_on)s::date end as until_on
             from {sla_clock} k
             join {sla_call} m on m.call_id = k.call_id
             join {contract} n on n.contract_id = k.contract_id
             left join {call} c on c.call_id = k.call_id
             left join {party} p on p.party_id = k.party_id
            where k.breached_at is not null and m.terms ->> 'penalty' is not null
              and (k.stopped_at is not null or k.breached_at < %(ends_at)s::timestamptz)
              and (m.terms -> 'penalty' -> 'clocks' = '[]' or m.terms -> 'penalty' -> 'clocks' ? k.clock)""",
        order=("breached_at", "call_id", "clock"),
        ends_at=ends_at,
    )
    items = [row for row in found["items"] if not _is_charged(row)]
    return {**found, "items": [{name: value for name, value in row.items() if name != "state"} for row in items]}


def _is_charged(row: Row) -> bool:
    state = ContractState.model_validate(row["state"])
    return is_settled(row["call_id"], Clock(row["clock"]), state, row["until_on"])
