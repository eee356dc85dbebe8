"""Margins (marginalità): revenue earned and costs by job, contract, customer, technician, item, call, month and others.

Whichever way it is cut, the rows and what is not allocated sum to the same whole (R12.4). Amounts are euro, revenue
before VAT as it is earned (R12.2), costs by the day of the work (R12.3).
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from projections.base import Ask, Page, Reader, page
from projections.margin_entries import entries

Dimension = Literal[
    "job", "contract", "customer", "technician", "serial", "call", "product", "month", "area", "cost_centre", "account"
]
KEYS: dict[str, tuple[str, str]] = {
    "job": ("on_job", "(select j.name from {dim_job} j where j.job = max(m.on_job))"),
    "contract": ("contract_id", "max(contract)"),
    "customer": ("customer_id", "max(customer)"),
    "technician": ("technician_id", "max(technician)"),
    "serial": ("serial_item_id", "concat_ws(' ', max(serial), max(product))"),
    "call": ("call_id", "max(call)"),
    "product": ("product", "max(product)"),
    "month": ("month", "to_char(max(month), 'YYYY-MM')"),
    "area": ("area", "max(area)"),
    "cost_centre": ("on_centre", "max(on_centre)"),
    "account": ("account", "max(account)"),
}
"""By dimension: the column, and how a value of it is named."""
FREE = "('contract', 'warranty', 'pool')"
SUMS = f"""
       coalesce(sum(amount) filter (where side = 'revenue'), 0) as revenue,
       coalesce(sum(amount) filter (where side = 'cost' and item = 'labour'), 0) as labour,
       coalesce(sum(amount) filter (where side = 'cost' and item = 'travel'), 0) as travel,
       coalesce(sum(amount) filter (where side = 'cost' and item in ('parts', 'consumables')), 0) as parts,
       coalesce(sum(amount) filter (where side = 'cost'
                                      and item not in ('labour', 'travel', 'parts', 'consumables')), 0) as expenses,
       coalesce(sum(amount) filter (where side = 'cost'), 0) as cost,
       coalesce(sum(amount) filter (where side = 'cost' and account in {FREE}), 0) as free_cost,
       count(*) filter (where not is_known) as unknown_costs"""
RESULT = """, revenue - cost as margin,
       case when revenue > 0 then round((revenue - cost) * 100 / revenue, 2) end as percent"""
"""As `aggregates.rules.margin.Margin` has it, so that lists can be sorted by it."""


class Period(Ask):
    """Months, and whose margins."""

    from_on: date | None = Field(default=None, description="From the month of this day on.")
    to_on: date | None = Field(default=None, description="Up to the month of this day.")
    customer_id: UUID | None = None
    contract_id: UUID | None = None
    call_id: UUID | None = None


class Margins(Page, Period):
    """Margins by one dimension.

    Job, contract, customer, technician, serial, call, product, month, area, cost centre, or the account of costs.
    """

    by: Dimension = "customer"


def margins(reader: Reader, ask: Margins) -> dict[str, Any]:
    """One row for each value: revenue, costs by kind, margin and its percentage of the revenue.

    What has no value of the dimension is the row with the empty key, so that the rows always sum to `whole`.
    `free_cost` is the part of the cost that a contract, warranty or pool bears; `unknown_costs` counts acts whose cost
    nobody told.
    """
    key, name = KEYS[ask.by]
    rows = entries(by_technician=ask.by == "technician")
    sql = f"""select q.*{RESULT}
                from (select coalesce(m.{key}::text, '') as key, {name} as name, {SUMS} from ({rows}) m
                       group by m.{key}) q"""  # noqa: S608 - own words only
    whole = f"select q.*{RESULT} from (select {SUMS} from ({rows}) m) q"  # noqa: S608 - own words only
    return {**page(reader, ask, sql, order=("key",)), "whole": reader.row(whole, ask.model_dump())}


class MarginEntries(Page, Period):
    """The entries behind margins: all, those of one value of a dimension, or those without one."""

    by: Dimension = "customer"
    key: str | None = Field(default=None, description="A `key` of margins; empty, what has no value; left out, all.")


def margin_entries(reader: Reader, ask: MarginEntries) -> dict[str, Any]:
    """Earned amounts and costs one by one, by day, with all their dimensions; a cost leads to its reason by its id."""
    key, _ = KEYS[ask.by]
    rows = entries(by_technician=ask.by == "technician")
    return page(
        reader,
        ask,
        f"""select m.side, m.entry_id, m.day, m.month, m.source, m.item, m.account, m.amount, m.is_known,
                   case m.side when 'revenue' then m.amount end as revenue,
                   case m.side when 'cost' then m.amount end as cost,
                   m.customer_id, m.customer, m.contract_id, m.contract, m.call_id, m.call, m.serial_item_id, m.serial,
                   m.product, m.technician_id, m.technician, m.area, m.on_job as job, m.on_centre as cost_centre,
                   m.document, m.record_id, concat_ws('/', m.side, m.entry_id, m.technician_id) as place
              from ({rows}) m
             where (%(key)s::text is null or coalesce(m.{key}::text, '') = %(key)s)""",  # noqa: S608 - own words only
        order=("day", "place"),
    )
