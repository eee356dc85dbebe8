"""One place to search (ricerca unica): calls, quotes, leads, activities planned and performed, by any field."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from projections.base import Page, Reader, page
from projections.search_index import EVERYTHING, similar

MOST = 200
CALLS = """
select 'call' as kind, c.call_id as id, c.call_id, c.number, c.fault as title, c.status, c.priority, c.coverage,
       c.party_id, c.site_id, c.technician_id, c.owner, null::text as activity, c.skill, c.opened_at as at
  from {call} c"""
QUOTES = """
select 'quote', q.quote_id, q.call_id, q.number, q.subject, q.status, null, null, q.customer_id, q.site_id, null, null,
       null, null, q.dated_on::timestamp at time zone 'Europe/Rome'
  from {quote} q"""
LEADS = """
select 'lead', p.party_id, null::uuid, p.code, p.name, case when p.active then 'active' else 'inactive' end, null, null,
       p.party_id, null, null, null, null, null, 'epoch'::timestamptz
  from {party} p where p.role = 'prospect'"""
ACTIVITIES = """
select case when a.state = 'performed' then 'performed' else 'planned' end, a.activity_id, a.call_id, c.number,
       coalesce(a.note, c.fault), a.state, c.priority, c.coverage, c.party_id, c.site_id, a.technician_id, c.owner,
       a.kind, coalesce(a.skill, c.skill), coalesce(a.starts_at, c.opened_at)
  from {agenda} a join {call} c on c.call_id = a.call_id where a.state <> 'dropped'"""
FOUND = f"""
select f.*, p.name as party_name, s.name as site_name, s.town, s.area, t.name as technician_name
  from ({CALLS} union all {QUOTES} union all {LEADS} union all {ACTIVITIES}) f
  left join {{party}} p on p.party_id = f.party_id
  left join {{party_site}} s on s.site_id = f.site_id
  left join {{technician}} t on t.technician_id = f.technician_id
 where (%(kind)s::text is null or f.kind = %(kind)s)
   and (%(status)s::text is null or f.status = %(status)s)
   and (%(priority)s::text is null or f.priority = %(priority)s)
   and (%(coverage)s::text is null or f.coverage = %(coverage)s)
   and (%(party_id)s::uuid is null or f.party_id = %(party_id)s)
   and (%(site_id)s::uuid is null or f.site_id = %(site_id)s)
   and (%(technician_id)s::uuid is null or f.technician_id = %(technician_id)s)
   and (%(owner)s::text is null or f.owner = %(owner)s)
   and (%(activity)s::text is null or f.activity = %(activity)s)
   and (%(skill)s::text is null or f.skill = %(skill)s)
   and (%(area)s::text is null or s.area = %(area)s)
   and (%(serial_item_id)s::uuid is null or f.call_id in (
            select i.call_id from {{call_item}} i where i.serial_item_id = %(serial_item_id)s))
   and (%(from_on)s::date is null or f.at >= %(from_on)s::timestamp at time zone 'Europe/Rome')
   and (%(until)s::date is null or f.at < (%(until)s::date + 1)::timestamp at time zone 'Europe/Rome')
   and (%(ids)s::uuid[] is null or f.id = any(%(ids)s) or f.call_id = any(%(ids)s) or f.party_id = any(%(whose)s)
        or f.site_id = any(%(ids)s) or f.call_id in (
            select i.call_id from {{call_item}} i where i.serial_item_id = any(%(ids)s))
        or f.number = upper(%(text)s))"""  # noqa: S608 - own constants only


class Search(Page):
    """Calls, quotes, leads, planned and performed activities, by words, state, days, technician, customer, kind."""

    text: str | None = Field(default=None, max_length=200, description="Names, numbers, what is wrong; also mistyped.")
    kind: Literal["call", "quote", "lead", "planned", "performed"] | None = None
    status: str | None = None
    priority: str | None = None
    coverage: str | None = None
    party_id: UUID | None = None
    site_id: UUID | None = None
    serial_item_id: UUID | None = None
    technician_id: UUID | None = None
    owner: str | None = None
    activity: str | None = None
    skill: str | None = None
    area: str | None = None
    from_on: date | None = None
    until: date | None = None


def search(reader: Reader, ask: Search) -> dict[str, Any]:
    """What matches all that is asked, the newest first, leads last (`at` 1970).

    Words find at most the 200 records most like them. `at` is when a call was opened, a quote dated, an activity done
    or planned. Days are Italian.
    """
    found = similar(reader, ask.text, EVERYTHING, MOST) if ask.text else None
    whose = None
    if found is not None:
        best = max((row["likeness"] for row in found), default=None)
        whose = [row["party_id"] for row in found if row["kind"] in ("party", "contact") and row["likeness"] == best]
    return page(
        reader,
        ask,
        FOUND,
        order=("-at", "-kind", "-id"),
        ids=None if found is None else [row["entry_id"] for row in found],
        whose=whose,
    )
