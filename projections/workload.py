"""How busy technicians are (carico di lavoro): capacity, planned and performed time by week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from aggregates.rules.availability import common_time, total_minutes
from aggregates.values import Slot, rome_date
from projections.availability import AskTechnicians, Span, days_slot, find_staff, part_of, spans, times_of
from projections.base import Reader, Row

ONE_PLACE = Decimal("0.1")
WORK = """
select coalesce(planned_technician_id, technician_id) as planned_for, technician_id, state,
       planned_starts_at - make_interval(mins => coalesce(planned_travel_minutes, 0)) as planned_leaves_at,
       planned_ends_at, performed_starts_at, performed_ends_at,
       coalesce(pause_minutes, 0) as pause_minutes, coalesce(travel_minutes, 0) as travel_minutes
  from {agenda}
 where (technician_id = any(%(technicians)s) or planned_technician_id = any(%(technicians)s))
   and state in ('assigned', 'arrived', 'performed')
   and (planned_starts_at < %(ends)s::timestamptz + make_interval(days => 1) and planned_ends_at > %(begins)s
        or performed_starts_at >= %(begins)s and performed_starts_at < %(ends)s)"""


class AskWorkload(AskTechnicians):
    """The workload of technicians by calendar week, cut at the days asked for."""


def workload(reader: Reader, ask: AskWorkload) -> dict[str, Any]:
    """Minutes of each technician and week: capacity, planned, performed, and both in percent of the capacity.

    Capacity is working time less absences. Planned is with the way there, and counts even when it was performed
    otherwise. Performed is work and travel without pauses, in the week in which it began.
    """
    last_on, staff = ask.last_on, find_staff(reader, ask)
    cells, after = part_of(ask, staff, spans(ask.from_on, last_on, "week"))
    ids = list({row["technician_id"] for row, _ in cells})
    times, whole = times_of(reader, ids, ask.from_on, last_on), days_slot(ask.from_on, last_on)
    work = reader.rows(WORK, {"technicians": ids, "begins": whole.starts_at, "ends": whole.ends_at})
    items = []
    for row, span in cells:
        part = times[row["technician_id"]].during(*span)
        capacity = total_minutes(part.open) - total_minutes(common_time(part.absent, part.open))
        items.append({**_named(row, span), **_figures(row["technician_id"], span, capacity, work)})
    return {"items": items, "next": after}


def _named(row: Row, span: Span) -> Row:
    year, week, _ = span[0].isocalendar()
    return {
        "technician_id": row["technician_id"],
        "technician_code": row["code"],
        "technician_name": row["name"],
        "week": f"{year}-W{week:02d}",
        "from_on": span[0],
        "to_on": span[1],
    }


def _figures(technician_id: UUID, span: Span, capacity: int, work: Sequence[Row]) -> Row:
    planned, performed = _planned(technician_id, span, work), _performed(technician_id, span, work)
    return {
        "capacity_minutes": capacity,
        "planned_minutes": planned,
        "performed_minutes": performed,
        "planned_percent": percent(planned, capacity),
        "performed_percent": percent(performed, capacity),
    }


def _planned(technician_id: UUID, span: Span, work: Iterable[Row]) -> int:
    slots = [
        Slot(starts_at=row["planned_leaves_at"], ends_at=row["planned_ends_at"])
        for row in work
        if row["planned_for"] == technician_id and row["planned_leaves_at"] is not None
    ]
    return total_minutes(common_time(slots, [days_slot(*span)]))


def _performed(technician_id: UUID, span: Span, work: Iterable[Row]) -> int:
    done = (row for row in work if row["technician_id"] == technician_id and row["performed_starts_at"] is not None)
    return sum(
        Slot(starts_at=row["performed_starts_at"], ends_at=row["performed_ends_at"]).minutes
        - row["pause_minutes"]
        + row["travel_minutes"]
        for row in done
        if _is_in(rome_date(row["performed_starts_at"]), span)
    )


def _is_in(day: date, span: Span) -> bool:
    return span[0] <= day <= span[1]


def percent(part: int, whole: int) -> Decimal | None:
    """A part in percent of the whole, to one decimal, half up; None without a whole."""
    if whole == 0:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(ONE_PLACE, ROUND_HALF_UP)
