"""Calls searched and counted (ricerca delle chiamate), from the call board."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.values import Instant
from projections.base import Ask, Page, Reader, page

ALL = """{call} c left join lateral (
             select min(k.due_at) as due_at from {sla_clock} k
              where k.call_id = c.call_id and k.stopped_at is null) k on true"""
DUE = """(select k.call_id, k.due_at from {sla_clock} k
           where k.stopped_at is null and k.due_at < %(due_before)s and not exists (
                     select from {sla_clock} e
                      where e.call_id = k.call_id and e.stopped_at is null
                        and (e.due_at, e.clock) < (k.due_at, k.clock))) k join {call} c on c.call_id = k.call_id"""
"""Begins with the clocks that are due, each call by its first: calls over, or due later, are never looked at."""

VISITED = """and c.call_id in (select a.call_id from {agenda} a
                                 where a.technician_id = %(visited_by)s and a.state <> 'dropped')"""


class FindCalls(Page):
    """Calls by state, technician, customer, site, machine, priority, words; the newest first.

    With `due_before`, only those with a due time still open before it; the first due first.
    """

    status: str | None = None
    live: bool | None = None
    technician_id: UUID | None = None
    party_id: UUID | None = None
    site_id: UUID | None = None
    serial_item_id: UUID | None = None
    priority: str | None = None
    text: str | None = None
    due_before: Instant | None = None
    visited_by: UUID | None = Field(
        default=None, description="Calls with a visit of this technician, also as one of several."
    )


def find_calls(reader: Reader, ask: FindCalls) -> dict[str, Any]:
    """The calls that match, with customer, site and the first due time still open."""
    is_due_list = ask.due_before is not None
    return page(
        reader,
        ask,
        f"""select c.*, p.name as party_name, s.name as site_name, s.town, t.name as technician_name, k.due_at
             from {DUE if is_due_list else ALL}
             left join {{party}} p on p.party_id = c.party_id
             left join {{party_site}} s on s.site_id = c.site_id
             left join {{technician}} t on t.technician_id = c.technician_id
            where (%(status)s::text is null or c.status = %(status)s)
              and (%(live)s::boolean is null or (c.ended_at is null) = %(live)s)
              and (%(technician_id)s::uuid is null or c.technician_id = %(technician_id)s)
              {VISITED if ask.visited_by else ""}
              and (%(party_id)s::uuid is null or c.party_id = %(party_id)s)
              and (%(site_id)s::uuid is null or c.site_id = %(site_id)s)
              and (%(serial_item_id)s::uuid is null or c.call_id in (
                       select i.call_id from {{call_item}} i where i.serial_item_id = %(serial_item_id)s))
              and (%(priority)s::text is null or c.priority = %(priority)s)
              and (%(text)s::text is null
                   or concat_ws(' ', c.number, c.fault, c.caller, c.customer_reference, p.name, s.name, s.town)
                      ilike '%%' || %(text)s || '%%')""",  # noqa: S608 - own words only, values are parameters
        order=("due_at", "call_id") if is_due_list else ("-opened_at", "-call_id"),
    )


class CountCalls(Ask):
    """Calls counted by state, for everybody or for one customer."""

    party_id: UUID | None = None


def count_calls(reader: Reader, ask: CountCalls) -> dict[str, Any]:
    """How many calls stand in each state."""
    counted = reader.rows(
        """select status, count(*)::integer as calls from {call}
            where %(party_id)s::uuid is null or party_id = %(party_id)s group by status order by status""",
        ask.model_dump(),
    )
    return {"by_status": {row["status"]: row["calls"] for row in counted}}
