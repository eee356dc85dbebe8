"""Revenue asked for by any dimensions (ricavi per dimensione), down to the rows and the invoice lines behind a sum.

Amounts are euro before VAT. `earned` sums what belongs to months, `invoiced` what documents say by their month,
`to_earn` what is billed and not yet earned; earned and to earn together are what was invoiced.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field, field_validator

from projections.base import Page, Reader, page
from projections.mart_tables import centre_of, job_of


class Measure(StrEnum):
    """What is summed."""

    EARNED = "earned"
    INVOICED = "invoiced"
    TO_EARN = "to_earn"


DIMENSIONS: dict[str, dict[str, str]] = {
    "month": {"month": "m.month"},
    "quarter": {"quarter": "date_trunc('quarter', m.month)::date"},
    "year": {"year": "extract(year from m.month)::integer"},
    "customer": {"customer_id": "m.customer_id", "customer": "m.customer"},
    "contract": {"contract_id": "m.contract_id", "contract": "m.contract"},
    "contract_line": {"contract_line_id": "m.contract_line_id"},
    "contract_kind": {"contract_kind": "m.contract_kind"},
    "site": {"site_id": "m.site_id"},
    "area": {"area": "m.area"},
    "serial": {"serial_item_id": "m.serial_item_id", "serial": "m.serial"},
    "product": {"product": "m.product"},
    "article": {"article_code": "m.article_code"},
    "call": {"call_id": "m.call_id", "call_number": "m.call_number"},
    "job": {"job": "m.job"},
    "cost_centre": {"cost_centre": "m.cost_centre"},
    "account": {"revenue_account": "m.revenue_account"},
    "agent": {"agent_id": "m.agent_id"},
    "source": {"source": "m.source"},
    "document": {"document_id": "m.document_id", "document": "m.document"},
}
"""What sums may be asked by, with the columns it brings."""
FEES = "select * from {mart_fee}"
LINES = """
select invoice_id as document_id, line, 0 as part, 0 as number, number as document, invoice_id, line as invoice_line,
       month, source, customer_id, site_id, contract_id, contract_line_id, contract_kind, call_id, record_kind,
       record_id, article_code, job, cost_centre, revenue_account, agent_id, serial_item_id, amount, starts_on,
       ends_on, position
  from {mart_invoice_line}"""
NAMED = """
select f.document_id, f.line, f.part, f.number, f.document, f.invoice_id, f.invoice_line, f.month, f.source,
       f.customer_id, p.name as customer, f.contract_id, c.number as contract, f.contract_line_id, f.contract_kind,
       coalesce(s.site_id, f.site_id, c.site_id) as site_id, t.area, f.serial_item_id, s.number as serial, s.product,
       f.article_code, f.call_id, k.number as call_number, <job> as job, <centre> as cost_centre, f.revenue_account,
       f.agent_id, f.starts_on, f.ends_on, f.amount, f.position
  from (<rows>) f
  left join {party} p on p.party_id = f.customer_id
  left join {dim_contract} c on c.contract_id = f.contract_id
  left join {dim_serial} s on s.serial_item_id = f.serial_item_id
  left join {call} k on k.call_id = f.call_id
  left join {dim_site} t on t.site_id = coalesce(s.site_id, f.site_id, c.site_id)
 where (%(from_on)s::date is null or f.month >= date_trunc('month', %(from_on)s::date))
   and (%(to_on)s::date is null or f.month <= %(to_on)s::date)
   and (%(customer_id)s::uuid is null or f.customer_id = %(customer_id)s)
   and (%(contract_id)s::uuid is null or f.contract_id = %(contract_id)s)
   and (%(call_id)s::uuid is null or f.call_id = %(call_id)s)
   and (%(serial_item_id)s::uuid is null or f.serial_item_id = %(serial_item_id)s)
   and (%(agent_id)s::uuid is null or f.agent_id = %(agent_id)s)
   and (%(measure)s <> 'earned' or f.month is not null)
   and (%(measure)s <> 'to_earn' or f.month is null)"""


OF_JOB = "(%(job)s::text is null or m.job = upper(trim(%(job)s)))"


class _Filtered(Page):
    measure: Measure = Measure.EARNED
    from_on: date | None = Field(default=None, description="From the month of this day on.")
    to_on: date | None = Field(default=None, description="Up to the month of this day.")
    customer_id: UUID | None = None
    contract_id: UUID | None = None
    call_id: UUID | None = None
    serial_item_id: UUID | None = None
    agent_id: UUID | None = None
    job: str | None = None


class RevenueSums(_Filtered):
    """Revenue summed by dimensions, in any order.

    They are month, quarter, year, customer, contract, contract_line, contract_kind, site, area, serial, product,
    article, call, job, cost_centre, account, agent, source, document.
    """

    by: str = Field(default="month", description="Names of dimensions, with commas between.", examples=["month,job"])

    @field_validator("by")
    @classmethod
    def _known(cls, by: str) -> str:
        unknown = [name for name in by.split(",") if name not in DIMENSIONS]
        if unknown or len(set(by.split(","))) != len(by.split(",")):
            raise ValueError(f"sums can be asked for by {', '.join(DIMENSIONS)}, each once")
        return by


def revenue(reader: Reader, ask: RevenueSums) -> dict[str, Any]:
    """One sum for each combination of the dimensions that there is."""
    columns = {name: of for each in ask.by.split(",") for name, of in DIMENSIONS[each].items()}
    told = ", ".join(f"{of} as {name}" for name, of in columns.items())
    grouped = ", ".join(str(number) for number in range(1, len(columns) + 1))
    place = " || '|' || ".join(f"coalesce(g.{name}::text, '')" for name in columns)
    sql = f"""select {place} as place, g.* from (
                 select {told}, sum(m.amount) as amount, count(*) as rows from ({_rows(ask)}) m
                  where {OF_JOB} group by {grouped}) g"""  # noqa: S608 - own names only
    return page(reader, ask, sql, order=("place",))


class RevenueRows(_Filtered):
    """The rows behind a sum of revenue, with the document and line that each comes from."""


def revenue_rows(reader: Reader, ask: RevenueRows) -> dict[str, Any]:
    """Amounts by machine and month, or lines as invoiced, in the order in which they were recorded."""
    sql = f"select m.* from ({_rows(ask)}) m where {OF_JOB}"  # noqa: S608 - own names only
    return page(reader, ask, sql, order=("position", "document_id", "line", "part", "number"))


class InvoiceLines(Page):
    """Issued lines with their dimensions and their share of the document's VAT; credit notes below zero."""

    from_on: date | None = None
    to_on: date | None = None
    customer_id: UUID | None = None
    contract_id: UUID | None = None
    agent_id: UUID | None = None
    invoice_id: UUID | None = None


def invoice_lines(reader: Reader, ask: InvoiceLines) -> dict[str, Any]:
    """The lines of a time, of a customer, contract, agent or document."""
    return page(
        reader,
        ask,
        f"""select m.*, {job_of("m", "call_id", "record_id")} as on_job,
                  {centre_of("m", "call_id", "record_id")} as on_cost_centre, p.name as customer
             from {{mart_invoice_line}} m left join {{party}} p on p.party_id = m.customer_id
            where (%(from_on)s::date is null or m.issued_on >= %(from_on)s)
              and (%(to_on)s::date is null or m.issued_on <= %(to_on)s)
              and (%(customer_id)s::uuid is null or m.customer_id = %(customer_id)s)
              and (%(contract_id)s::uuid is null or m.contract_id = %(contract_id)s)
              and (%(agent_id)s::uuid is null or m.agent_id = %(agent_id)s)
              and (%(invoice_id)s::uuid is null or m.invoice_id = %(invoice_id)s)""",  # noqa: S608 - own names only
        order=("issued_on", "position", "line"),
    )


def _rows(ask: _Filtered) -> str:
    return (
        NAMED.replace("<rows>", LINES if ask.measure is Measure.INVOICED else FEES)
        .replace("<job>", job_of("f", "call_id", "record_id"))
        .replace("<centre>", centre_of("f", "call_id", "record_id"))
    )
