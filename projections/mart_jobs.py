"""Jobs as people see them (commesse): what stands on each, what it has earned and was invoiced, what is unfinished."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from aggregates.job import OpenMatter, job_code
from aggregates.record_ref import RecordRef
from projections.base import Ask, Page, Reader, Row, page
from projections.current_day import current_day
from projections.mart_tables import job_of

MEMBERS = """
select p.record_kind, p.record_id, p.record_number, p.cost_centre from {job_place} p where p.job = %(job)s
union
select j.record_kind, j.record_id, j.record_number, null from {dim_job} j
 where j.job = %(job)s and j.record_id is not null
   and not exists (select from {job_place} p where p.record_id = j.record_id)"""
"""What is on a job: what was put there, and what it was opened for."""
MATTERS = f"""
with member as ({MEMBERS})
select 'open-call' as kind, 'call' as record_kind, k.call_id as record_id, k.number as record_number
  from {{call}} k where k.status not in ('closed', 'cancelled')
   and k.call_id in (select record_id from member where record_kind = 'call')
union all
select 'unbilled-work', w.kind, w.record_id, w.number from {{work_to_bill}} w
 where w.due_on is not null
   and (w.record_id in (select record_id from member) or w.call_id in (select record_id from member))
union all
select 'unbilled-fee', 'contract', c.contract_id, c.number from {{contract}} c
 where c.next_billing_on <= %(on)s
   and (c.contract_id in (select record_id from member where record_kind = 'contract')
        or c.contract_id in (select d.contract_id from {{dim_contract}} d where d.job = %(job)s))
order by kind, record_number, record_id"""  # noqa: S608 - own constants only
EARNED = f"""
select on_job as job, coalesce(sum(amount) filter (where month is not null), 0) as earned,
       coalesce(sum(amount) filter (where month is null), 0) as to_earn
  from (select f.amount, f.month, {job_of("f", "call_id", "record_id")} as on_job from {{mart_fee}} f) m
 where on_job is not null group by on_job"""  # noqa: S608 - own constants only


class FindJobs(Page):
    """Jobs by state, customer, kind or a text in code and name; codes on documents without a job are `unregistered`."""

    status: str | None = None
    kind: str | None = None
    customer_id: UUID | None = None
    text: str | None = None


def find_jobs(reader: Reader, ask: FindJobs) -> dict[str, Any]:
    """Each with what it has earned, what is billed and still to be earned, and what was planned; euro before VAT."""
    return page(
        reader,
        ask,
        f"""select j.job, j.job_id, j.name, j.kind, j.status, j.customer_id, p.name as customer, j.contract_id,
                   j.record_kind, j.record_id, j.record_number, j.opened_on, j.closed_on, j.planned_revenue,
                   j.planned_cost, coalesce(e.earned, 0) as earned, coalesce(e.to_earn, 0) as to_earn,
                   coalesce(e.earned, 0) + coalesce(e.to_earn, 0) as invoiced
              from {{dim_job}} j left join {{party}} p on p.party_id = j.customer_id
              left join ({EARNED}) e on e.job = j.job
             where (%(status)s::text is null or j.status = %(status)s)
               and (%(kind)s::text is null or j.kind = %(kind)s)
               and (%(customer_id)s::uuid is null or j.customer_id = %(customer_id)s)
               and (%(text)s::text is null or j.job ilike '%%' || %(text)s || '%%'
                    or j.name ilike '%%' || %(text)s || '%%')""",  # noqa: S608 - own constants only
        order=("job",),
    )


class JobSheet(Ask):
    """One job by its code."""

    job: str


def job_sheet(reader: Reader, ask: JobSheet) -> dict[str, Any] | None:
    """The job with what stands on it, what is unfinished, and its revenue by month and source; euro before VAT."""
    job = job_code(ask.job)
    found = reader.row("select * from {dim_job} where job = %(job)s", {"job": job})
    if found is None:
        return None
    months = reader.rows(
        f"""select m.month, m.source, sum(m.amount) as amount from (
                   select f.*, {job_of("f", "call_id", "record_id")} as on_job from {{mart_fee}} f) m
             where m.on_job = %(job)s group by 1, 2 order by 1 nulls last, 2""",  # noqa: S608 - own constants only
        {"job": job},
    )
    members = reader.rows(f"select * from ({MEMBERS}) m order by record_kind, record_number, record_id", {"job": job})  # noqa: S608 - own constants only
    unfinished = _matters(reader, job, None) if found["status"] == "open" else []
    return {**found, "members": members, "unfinished": unfinished, "revenue": months}


def job_matters(reader: Reader, code: str, on: date) -> Sequence[OpenMatter]:
    """What is not finished of a job on a day; for commands."""
    return [
        OpenMatter(
            kind=row["kind"],
            record=RecordRef(kind=row["record_kind"], id=row["record_id"], number=row["record_number"]),
        )
        for row in _matters(reader, job_code(code), on)
    ]


def _matters(reader: Reader, job: str | None, on: date | None) -> list[Row]:
    wanted = on or current_day(reader)
    return reader.rows(MATTERS, {"job": job, "on": wanted})
