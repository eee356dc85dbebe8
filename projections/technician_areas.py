"""Who works in the area of a site (tecnici di zona), those with less to do first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from projections.base import Reader

MOST = 50
OF_AREA = """
select t.technician_id from {technician} t
 where t.active and t.areas @> to_jsonb(%(area)s::text)
 order by t.external,
          (select coalesce(sum(extract(epoch from a.ends_at - a.starts_at)), 0) from {agenda} a
            where a.technician_id = t.technician_id and a.state in ('assigned', 'arrived', 'performed')
              and (a.starts_at at time zone 'Europe/Rome')::date = %(on)s),
          t.name, t.technician_id
 limit %(most)s"""


def technicians_of_site(reader: Reader, site_id: UUID, on: date) -> tuple[str | None, Sequence[UUID]]:
    """See `Lookups.technicians_of_site`."""
    site = reader.row("select area from {party_site} where site_id = %(site_id)s", {"site_id": site_id})
    area = site["area"] if site else None
    if not area:
        return None, ()
    found = reader.rows(OF_AREA, {"area": area, "on": on, "most": MOST})
    return area, [row["technician_id"] for row in found]
