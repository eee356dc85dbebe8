"""What margins are summed from (movimenti dei margini): earned amounts and costs side by side, with their dimensions.

A cost is put under the contract that bears it: free work is a cost of the contract that made it free (R12.3). What a
technician earned of a call is its revenue shared by the minutes of work, to the cent by largest remainder (R0.3).
"""

from __future__ import annotations

from projections.mart_tables import centre_of, job_of

COSTS = """
select 'cost' as side, concat_ws('/', c.source, c.source_id, c.number) as entry_id, c.day,
       date_trunc('month', c.day::timestamp)::date as month, c.source, c.item, c.account, c.amount, c.customer_id,
       c.site_id, c.contract_id, c.contract_line_id, c.call_id, c.record_id, c.serial_item_id, c.technician_id,
       null::text as job, null::text as cost_centre, c.is_known, c.fact_position, c.rate_position, c.stream_id,
       null::text as document
  from {mart_cost} c
 where (%(from_on)s::date is null or c.day >= date_trunc('month', %(from_on)s::date::timestamp)::date)
   and (%(to_on)s::date is null
        or c.day < (date_trunc('month', %(to_on)s::date::timestamp) + interval '1 month')::date)"""
FEES = """
select 'revenue' as side, concat_ws('/', f.document_id, f.line, f.part, f.number) as entry_id,
       coalesce(f.starts_on, f.month) as day, f.month, f.source, null::text as item, null::text as account, f.amount,
       f.customer_id, f.site_id, f.contract_id, f.contract_line_id, f.call_id, f.record_id, f.serial_item_id,
       f.technician_id, f.job, f.cost_centre, true as is_known, f.position as fact_position,
       null::bigint as rate_position, f.document_id as stream_id, f.document
  from (<fees>) f
 where f.month is not null
   and (%(from_on)s::date is null or f.month >= date_trunc('month', %(from_on)s::date::timestamp)::date)
   and (%(to_on)s::date is null or f.month <= %(to_on)s::date)"""
WHOLE = "select m.*, null::uuid as technician_id from {mart_fee} m"
SHARED = """
select m.document_id, m.line, m.part, m.number, m.month, m.source, m.customer_id, m.site_id, m.contract_id,
       m.contract_line_id, m.call_id, m.record_id, m.serial_item_id, m.job, m.cost_centre, m.position, m.document,
       m.starts_on, n.technician_id,
       case when n.technician_id is null then m.amount
            else round(sign(m.amount) * (n.base + (n.place <= n.missing)::integer) / 100, 2) end as amount
  from {mart_fee} m
  left join lateral (
       select b.technician_id, b.base, row_number() over (order by b.rest desc, b.technician_id) as place,
              abs(m.amount) * 100 - sum(b.base) over () as missing
         from (select w.technician_id, div(abs(m.amount) * 100 * w.minutes, w.whole) as base,
                      mod(abs(m.amount) * 100 * w.minutes, w.whole) as rest
                 from (select v.technician_id, case when v.whole = 0 then 1 else v.minutes end as minutes,
                              case when v.whole = 0 then v.people else v.whole end as whole
                         from (select a.technician_id, sum(a.work_minutes)::numeric as minutes,
                                      (sum(sum(a.work_minutes)) over ())::numeric as whole, count(*) over () as people
                                 from {mart_activity} a
                                where a.call_id = m.call_id and a.technician_id is not null
                                group by a.technician_id) v) w) b) n on m.call_id is not null"""
"""Earned amounts of calls shared by the minutes of work of their technicians; the rest is nobody's."""
NAMED = """
select e.*, p.name as customer, d.number as contract, s.number as serial, s.product, k.number as call,
       t.name as technician, z.area, <job> as on_job, <centre> as on_centre
  from (<costs> union all <fees>) e
  left join {party} p on p.party_id = e.customer_id
  left join {dim_contract} d on d.contract_id = e.contract_id
  left join {dim_serial} s on s.serial_item_id = e.serial_item_id
  left join {call} k on k.call_id = e.call_id
  left join {technician} t on t.technician_id = e.technician_id
  left join {dim_site} z on z.site_id = coalesce(s.site_id, e.site_id, d.site_id)
 where (%(customer_id)s::uuid is null or e.customer_id = %(customer_id)s)
   and (%(contract_id)s::uuid is null or e.contract_id = %(contract_id)s)
   and (%(call_id)s::uuid is null or e.call_id = %(call_id)s)"""


def entries(*, by_technician: bool = False) -> str:
    """SQL of all costs and earned amounts of some months with their dimensions and names.

    Parameters: `from_on`, `to_on`, `customer_id`, `contract_id`, `call_id`; days stand for their whole months.
    """
    fees = FEES.replace("<fees>", SHARED if by_technician else WHOLE)
    named = NAMED.replace("<job>", job_of("e", "call_id", "record_id"))
    named = named.replace("<centre>", centre_of("e", "call_id", "record_id"))
    return named.replace("<costs>", COSTS).replace("<fees>", fees)
