"""What is known when a call is opened (apertura): whose and where it is, its coverage, other calls about its machines.

One statement answers all, because it stands between a caller on the phone and the open call.
"""

from __future__ import annotations

from aggregates.coverage import CallAbout
from aggregates.desk_answer import Opening
from projections.base import Reader
from projections.coverage import asked, coverage_known, known_of

MACHINE = "select owner_id, site_id from {serial_item} where serial_item_id = %(machine)s"
SITE = "select party_id from {party_site} where site_id = %(site_id)s"
PLACE = f"""
select party_id, site_id, array_remove(%(items)s::uuid[] || array[site_id, party_id], null) as targets
  from (select w.party_id,
               coalesce(%(site_id)s::uuid, case when w.party_id = w.owner_id then w.machine_site end) as site_id
          from (select coalesce(%(party_id)s::uuid, ({SITE}), m.owner_id) as party_id,
                       m.owner_id, m.site_id as machine_site
                  from (select 1) one left join ({MACHINE}) m on true) w) p"""  # noqa: S608 - own constants only
"""Whose call it is and where: as told, else as the site and the first machine say."""
IN_PLACE = known_of(
    "(select party_id from place)", "(select site_id from place)", "(select targets from place)::uuid[]"
)
OPENING = f"""
with place as materialized ({PLACE})
select k.*, (select party_id from place) as party_id, (select site_id from place) as site_id,
       (select coalesce(jsonb_agg(distinct o.number), '[]')
               from (select (select c.number from {{call}} c
                              where c.call_id = i.call_id and c.status not in ('closed', 'cancelled')) as number
                       from {{call_item}} i where i.serial_item_id = any(%(items)s::uuid[])) o
              where o.number is not null) as open_calls
  from ({IN_PLACE}) k"""  # noqa: S608 - put together from constants
"""The calls of the machines are looked up one by one, by key: a join may be planned over all calls there ever were."""


def opening_for(reader: Reader, about: CallAbout) -> Opening:
    """See `Lookups.opening_for`."""
    machine = about.serial_item_ids[0] if about.serial_item_ids else None
    row = reader.row(OPENING, {**asked(about), "machine": machine}, by_key=True)
    assert row is not None
    whose, where = row["party_id"], row["site_id"]
    coverage = coverage_known(row, about._replace(party_id=whose, site_id=where))
    return Opening(coverage, sorted(row["open_calls"]), whose, where)
