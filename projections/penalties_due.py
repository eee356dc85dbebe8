"""Penalties to propose (penali da proporre): clocks stopped late under terms that make us pay, not charged (R6.7)."""

from __future__ import annotations

from typing import Any

from aggregates.call_penalty import penalty_id
from aggregates.contract_state import ContractState
from aggregates.rules.service_level import Clock
from projections.base import Page, Reader, Row, page


class PenaltiesDue(Page):
    """Missed due times that cost us something and for which nothing was proposed; the limit counts clocks looked at."""


def penalties_due(reader: Reader, ask: PenaltiesDue) -> dict[str, Any]:
    """The clocks with their call and contract, the oldest breach first."""
    found = page(
        reader,
        ask,
        """select k.call_id, k.clock, k.breached_at, k.stopped_at, k.contract_id, k.party_id, c.number as call_number,
                  n.number as contract_number, p.name as party_name, n.state, m.terms -> 'penalty' as penalty
             from {sla_clock} k
             join {sla_call} m on m.call_id = k.call_id
             join {contract} n on n.contract_id = k.contract_id
             left join {call} c on c.call_id = k.call_id
             left join {party} p on p.party_id = k.party_id
            where k.breached_at is not null and k.stopped_at is not null and m.terms ->> 'penalty' is not null
              and (m.terms -> 'penalty' -> 'clocks' = '[]' or m.terms -> 'penalty' -> 'clocks' ? k.clock)""",
        order=("breached_at", "call_id", "clock"),
    )
    items = [row for row in found["items"] if not _is_charged(row)]
    return {**found, "items": [{name: value for name, value in row.items() if name != "state"} for row in items]}


def _is_charged(row: Row) -> bool:
    state, charge_id = ContractState.model_validate(row["state"]), penalty_id(row["call_id"], Clock(row["clock"]))
    return state.charge(charge_id) is not None or charge_id in state.withdrawn_charges
