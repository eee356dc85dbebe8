"""What takes technicians' time (impegni dei tecnici): visits with the way there, and approved absences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from aggregates.absence import Commitment
from aggregates.call_state import LONGEST_SLOT_DAYS
from aggregates.values import Slot
from projections.absences import absences_within
from projections.base import Reader

REACH_DAYS = LONGEST_SLOT_DAYS + 1
VISITS = """
select a.technician_id, a.call_id, a.activity_id, c.number, coalesce(a.leaves_at, a.starts_at) as leaves_at,
       a.ends_at, a.state
  from {agenda} a
  left join {call} c on c.call_id = a.call_id
 where a.technician_id = any(%(technicians)s) and a.state in ('assigned', 'arrived', 'performed')
   and a.starts_at >= %(begins)s::timestamptz - make_interval(days => %(reach)s)
   and a.starts_at < %(ends)s::timestamptz + make_interval(days => 1)
   and coalesce(a.leaves_at, a.starts_at) < %(ends)s and a.ends_at > %(begins)s
 order by a.starts_at, a.activity_id"""
"""Visits and their further bookings, from setting out to the end."""


class Visit(NamedTuple):
    """A visit on an agenda; its slot holds the way there, while it is planned."""

    technician_id: UUID
    call_id: UUID
    activity_id: UUID
    number: str | None
    slot: Slot
    is_over: bool


def visits_within(reader: Reader, technician_ids: Sequence[UUID], begins: datetime, ends: datetime) -> list[Visit]:
    """The visits of technicians that touch a stretch of time, by their start."""
    asked = {"technicians": list(technician_ids), "begins": begins, "ends": ends, "reach": REACH_DAYS}
    return [
        Visit(
            row["technician_id"],
            row["call_id"],
            row["activity_id"],
            row["number"],
            Slot(starts_at=row["leaves_at"], ends_at=row["ends_at"]),
            row["state"] == "performed",
        )
        for row in reader.rows(VISITS, asked)
    ]


def commitments_of(reader: Reader, technician_id: UUID, slots: Sequence[Slot]) -> list[Commitment]:
    """See `Lookups.commitments_of`."""
    if not slots:
        return []
    begins, ends = min(slot.starts_at for slot in slots), max(slot.ends_at for slot in slots)
    visits = [
        Commitment(record_id=one.call_id, activity_id=one.activity_id, number=one.number, slot=one.slot)
        for one in visits_within(reader, [technician_id], begins, ends)
        if not one.is_over and any(one.slot.overlaps(slot) for slot in slots)
    ]
    found = [*visits, *absences_within(reader, technician_id, slots)]
    return sorted(found, key=lambda one: (one.slot.starts_at, str(one.record_id)))
