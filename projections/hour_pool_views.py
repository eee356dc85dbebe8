"""What people see of hour pools (consultazione monte ore): what is left, the statement, revenue, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from projections.base import Ask, Page, Reader, Row, page
from projections.contracts import TODAY

STATE = f"""
select p.pool_id, p.customer_id, p.contract_id, p.name, p.admission, p.overdrawn as overdrawn_minutes,
       t.terms, t.alert_percent, t.alert_days, t.overdraft_minutes,
       coalesce(l.bought, 0) as bought_minutes, coalesce(l.unexpired, 0) - p.overdrawn as balance_minutes,
       coalesce(l.usable, 0) as usable_minutes, l.expires_on,
       coalesce(l.earned, 0) as earned, coalesce(l.deferred, 0) as deferred,
       coalesce(l.unexpired * 100 <= coalesce(l.in_use, l.last_minutes) * t.alert_percent, false) as is_low,
       coalesce(l.expires_on <= {TODAY} + t.alert_days, false) as is_expiring
  from {{hour_pool}} p
  join lateral (select * from {{hour_pool_terms}} s where s.pool_id = p.pool_id and s.from_on <= {TODAY}
                 order by from_on desc limit 1) t on true
  left join lateral (
        select sum(minutes) as bought, sum(earned) as earned, sum(deferred) as deferred,
               sum(left_minutes) filter (where valid_to >= {TODAY}) as unexpired,
               sum(left_minutes) filter (where {TODAY} between valid_from and valid_to) as usable,
               sum(minutes) filter (where valid_to >= {TODAY} and left_minutes > 0) as in_use,
               (array_agg(minutes order by number desc) filter (where valid_to >= {TODAY}))[1] as last_minutes,
               min(valid_to) filter (where valid_to >= {TODAY} and left_minutes > 0) as expires_on
          from {{hour_pool_lot}} o where o.pool_id = p.pool_id) l on true"""  # noqa: S608 - own constants only
"""Every pool as it stands on a day; weighed minutes and euro."""


class FindHourPools(Page):
    """Hour pools on a day, of one customer or of all, perhaps only those that admit a site or machine."""

    on: date | None = None
    customer_id: UUID | None = None
    contract_id: UUID | None = None
    site_id: UUID | None = None
    serial_item_id: UUID | None = None
    low: bool | None = None
    expiring: bool | None = None


def find_hour_pools(reader: Reader, ask: FindHourPools) -> dict[str, Any]:
    """The pools with what is left, the next expiry, what was earned and what is deferred (R2.7, R2.8)."""
    return page(
        reader,
        ask,
        f"""select s.*, c.name as customer from ({STATE}) s
              left join {{party}} c on c.party_id = s.customer_id
             where (%(customer_id)s::uuid is null or s.customer_id = %(customer_id)s)
               and (%(contract_id)s::uuid is null or s.contract_id = %(contract_id)s)
               and (%(site_id)s::text is null
                    or s.admission -> 'site_ids' = '[]' or s.admission -> 'site_ids' ? %(site_id)s::text)
               and (%(serial_item_id)s::text is null or s.admission -> 'serial_item_ids' = '[]'
                    or s.admission -> 'serial_item_ids' ? %(serial_item_id)s::text)
               and (%(low)s::boolean is null or s.is_low = %(low)s)
               and (%(expiring)s::boolean is null or s.is_expiring = %(expiring)s)""",  # noqa: S608 - own constants only
        order=("name", "pool_id"),
    )


class HourPoolSheet(Ask):
    """One pool on a day."""

    pool_id: UUID
    on: date | None = None


def hour_pool_sheet(reader: Reader, ask: HourPoolSheet) -> dict[str, Any] | None:
    """The pool with its terms, its lots and their invoices, its draws, its warnings, and overage to be billed."""
    values = ask.model_dump()
    found = reader.row(f"select * from ({STATE}) s where pool_id = %(pool_id)s", values)  # noqa: S608 - own constants only
    if found is None:
        return None
    lots = reader.rows(
        """select l.lot_id, l.number, l.minutes, l.price, l.valid_from, l.valid_to, l.bought_on, l.left_minutes,
                  l.earned, l.deferred, s.invoice_id, s.invoice_number
             from {hour_pool_lot} l left join {hour_pool_sale} s on s.pool_id = l.pool_id and s.lot_id = l.lot_id
            where l.pool_id = %(pool_id)s order by l.number""",
        values,
    )
    draws = reader.rows(
        """select d.*, c.number as call_number from {hour_pool_draw} d left join {call} c on c.call_id = d.call_id
            where d.pool_id = %(pool_id)s order by d.drawn_on, d.work_id""",
        values,
    )
    alerts = reader.rows(
        """select alert, lot_id, valid_to, noted_on, left_minutes from {hour_pool_alert}
            where pool_id = %(pool_id)s order by noted_on, alert, lot_id""",
        values,
    )
    return {**found, "lots": lots, "draws": draws, "alerts": alerts}


class HourPoolMovements(Page):
    """The statement of a pool, perhaps from or until a day."""

    pool_id: UUID
    from_on: date | None = None
    until: date | None = None


def hour_pool_movements(reader: Reader, ask: HourPoolMovements) -> dict[str, Any]:
    """Every movement in the order it was recorded: signed minutes, balance after it, revenue, call, reason."""
    return page(
        reader,
        ask,
        """select m.*, c.number as call_number from (
                  select *, sum(minutes) over (order by number) as balance_minutes
                    from {hour_pool_movement} where pool_id = %(pool_id)s) m
             left join {call} c on c.call_id = m.call_id
            where (%(from_on)s::date is null or m.moved_on >= %(from_on)s)
              and (%(until)s::date is null or m.moved_on <= %(until)s)""",
        order=("number",),
    )


class HourPoolRevenue(Page):
    """What pools have earned until a day (R2.7), of one customer or of all."""

    on: date | None = None
    """Left out, today."""
    customer_id: UUID | None = None


def hour_pool_revenue(reader: Reader, ask: HourPoolRevenue) -> dict[str, Any]:
    """Of every lot bought by the day: price, what is earned, what was given back, what is still deferred; euro."""
    return page(
        reader,
        ask,
        f"""select l.lot_id, l.pool_id, p.name, p.customer_id, l.number, l.price, l.bought_on, m.earned, m.breakage,
                   m.refunded, l.price - m.earned - m.refunded as deferred
              from {{hour_pool_lot}} l join {{hour_pool}} p using (pool_id)
              join lateral (
                   select coalesce(sum(revenue), 0) as earned, coalesce(sum(refund), 0) as refunded,
                          coalesce(sum(revenue) filter (where kind in ('expired', 'revived')), 0) as breakage
                     from {{hour_pool_movement}} v
                    where v.pool_id = l.pool_id and v.lot_id = l.lot_id and v.moved_on <= {TODAY}) m on true
             where l.bought_on <= {TODAY} and (%(customer_id)s::uuid is null or p.customer_id = %(customer_id)s)""",  # noqa: S608 - own constants only
        order=("pool_id", "number"),
    )


class HourPoolsDue(Page):
    """Pools where something is to be recorded on a day."""

    on: date | None = None


def hour_pools_due(reader: Reader, ask: HourPoolsDue) -> dict[str, Any]:
    """Hours to lapse, also of contracts whose successor gets none, and warnings not given (R1.12, R2.5, R2.8)."""
    return page(
        reader,
        ask,
        f"""with pools as ({STATE}),
                 due as (
                   select l.pool_id, 'expire' as due, l.lot_id, l.valid_to from {{hour_pool_lot}} l
                    where l.left_minutes > 0 and l.valid_to < {TODAY}
                   union all
                   select l.pool_id, 'expire', l.lot_id, l.valid_to
                     from {{hour_pool_lot}} l join {{hour_pool}} p using (pool_id)
                     join {{contract}} c using (contract_id)
                    where l.left_minutes > 0 and l.valid_to >= {TODAY} and c.state -> 'ending' ->> 'hours' = 'expire'
                      and (c.state -> 'ending' ->> 'last_on')::date < {TODAY}
                   union all
                   select l.pool_id, 'expiring', l.lot_id, l.valid_to
                     from {{hour_pool_lot}} l join pools p using (pool_id)
                    where l.left_minutes > 0 and l.valid_to between {TODAY} and {TODAY} + p.alert_days
                   union all
                   select p.pool_id, 'low', l.lot_id, l.valid_to from pools p
                     join lateral (select lot_id, valid_to from {{hour_pool_lot}} o where o.pool_id = p.pool_id
                                    and o.valid_to >= {TODAY} order by number desc limit 1) l on true
                    where p.is_low)
            select d.* from due d
             where not exists (select from {{hour_pool_alert}} a where a.pool_id = d.pool_id and a.alert = d.due
                                  and a.lot_id = d.lot_id and a.valid_to = d.valid_to)""",  # noqa: S608 - own constants only
        order=("pool_id", "due", "lot_id"),
    )


def hour_pools_of(reader: Reader, customer_id: UUID) -> Sequence[UUID]:
    """A customer's pools, the one whose hours expire first in front; for commands."""
    found: list[Row] = reader.rows(
        """select p.pool_id from {hour_pool} p
             left join {hour_pool_lot} l on l.pool_id = p.pool_id and l.left_minutes > 0
            where p.customer_id = %(customer_id)s group by p.pool_id order by min(l.valid_to) nulls last, p.pool_id""",
        {"customer_id": customer_id},
    )
    return [row["pool_id"] for row in found]
