"""The triage queue (coda di smistamento): open calls that nobody answers for yet, the most pressing first."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from projections.base import Page, Reader, page


class FindTriage(Page):
    """Calls to be taken in charge, by the skill they want, the area they lie in, or whether their caller is known."""

    skill: str | None = None
    area: str | None = None
    priority: str | None = None
    party_id: UUID | None = None
    unidentified: bool | None = None


def find_triage(reader: Reader, ask: FindTriage) -> dict[str, Any]:
    """First by the due time of the service levels, then by age; calls without a due time come last.

    `unidentified` marks calls whose customer is still to be found, with the words they are to be found by.
    """
    return page(
        reader,
        ask,
        """select c.call_id, c.number, c.opened_at, c.priority, c.fault, c.skill, c.caller, c.caller_phone, c.said,
                  c.party_id is null as unidentified, c.party_id, p.name as party_name, c.site_id, s.name as site_name,
                  s.town, s.area, c.coverage, c.coverage_reason, c.coverage_because, c.serial_item_ids, k.due_at,
                  coalesce(k.due_at, '9999-12-31'::timestamptz) as pressing
             from {call} c
             left join {party} p on p.party_id = c.party_id
             left join {party_site} s on s.site_id = c.site_id
             left join lateral (select min(k.due_at) as due_at from {sla_clock} k
                                 where k.call_id = c.call_id and k.stopped_at is null) k on true
            where c.status = 'open' and c.owner is null and c.technician_id is null
              and (%(skill)s::text is null or c.skill = %(skill)s)
              and (%(area)s::text is null or s.area = %(area)s)
              and (%(priority)s::text is null or c.priority = %(priority)s)
              and (%(party_id)s::uuid is null or c.party_id = %(party_id)s)
              and (%(unidentified)s::boolean is null or (c.party_id is null) = %(unidentified)s)""",
        order=("pressing", "opened_at", "call_id"),
    )
