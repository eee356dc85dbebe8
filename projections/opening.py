"""What is known when a call is opened (apertura): its coverage, and other open calls about the same machines.

One statement answers both, because it stands between a caller on the phone and the open call.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from aggregates.coverage import Coverage
from projections.base import Reader
from projections.coverage import KNOWN, asked, coverage_known

OPENING = f"""
select k.*, (select coalesce(jsonb_agg(distinct o.number), '[]')
               from (select (select c.number from {{call}} c
                              where c.call_id = i.call_id and c.status not in ('closed', 'cancelled')) as number
                       from {{call_item}} i where i.serial_item_id = any(%(items)s::uuid[])) o
              where o.number is not null) as open_calls
  from ({KNOWN}) k"""  # noqa: S608 - put together from constants
"""The calls of the machines are looked up one by one, by key: a join may be planned over all calls there ever were."""


def opening_for(
    reader: Reader, serial_item_ids: Sequence[UUID], party_id: UUID | None, site_id: UUID | None, on: date
) -> tuple[Coverage, Sequence[str]]:
    """See `Lookups.opening_for`."""
    row = reader.row(OPENING, asked(serial_item_ids, party_id, site_id, on), by_key=True)
    assert row is not None
    return coverage_known(row, serial_item_ids, party_id, site_id, on), sorted(row["open_calls"])
