"""Which hour pools pay for a call (copertura da monte ore): the last resort before it is charged (R4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from aggregates.because import because
from aggregates.call_values import ChargeItem
from aggregates.coverage import Cover, CoverageKind
from aggregates.hour_pool_values import Admission, TravelPolicy
from aggregates.rules.coverage import CoverageRules
from projections.base import Row

POOLS = """
select p.pool_id, p.name, p.contract_id, p.admission, t.terms ->> 'travel' as travel
  from {hour_pool} p
  join lateral (select terms from {hour_pool_terms} s where s.pool_id = p.pool_id and s.from_on <= %(on)s
                 order by from_on desc limit 1) t on true
  join {hour_pool_lot} l on l.pool_id = p.pool_id and %(on)s between l.valid_from and l.valid_to
 where p.customer_id = coalesce(%(party_id)s::uuid, (select party_id from site))
 group by p.pool_id, p.name, p.contract_id, p.admission, t.terms
 order by min(l.valid_to) filter (where l.left_minutes > 0) nulls last, p.pool_id"""
"""The customer's pools with hours valid on the day, the next to expire in front; an empty one still gives its rate."""


def pool_covers(
    pools: Sequence[Row], rules: CoverageRules, site_id: UUID | None, serial_item_id: UUID | None
) -> tuple[Cover, ...]:
    """What the first pool that admits a call at a site, or a machine there, pays for; nothing where none does."""
    machines = (serial_item_id,) if serial_item_id else ()
    for row in pools:
        admission = Admission.model_validate(row["admission"])
        if admission.admits(site_id, machines):
            return (_cover(row, rules, admission),)
    return ()


def _cover(row: Row, rules: CoverageRules, admission: Admission) -> Cover:
    """Travel that is free or counted in minutes is paid with the hours, kilometres are charged (R2.6)."""
    items = dict.fromkeys(rules.hour_pool)
    if row["travel"] != TravelPolicy.KILOMETRES.value:
        items[ChargeItem.TRAVEL] = None
    return Cover(
        kind=CoverageKind.POOL,
        items=tuple(item for item in ChargeItem if item in items),
        because=because("hour-pool", pool=row["name"]),
        contract_id=UUID(row["contract_id"]) if row["contract_id"] else None,
        pool_id=UUID(row["pool_id"]),
        activity_kinds=admission.activity_kinds,
    )
