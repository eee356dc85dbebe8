"""The map (mappa): where something is to be done, coloured by what presses, and where technicians were last (MAP-1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.rules.map_colour import MapColour, colour_of, end_of
from aggregates.values import Instant, rome_date
from projections.arrears import owed
from projections.availability import days_slot
from projections.base import Ask, Reader, Row
from projections.candidates import dispatch_terms
from projections.positions import FindPositions, find_positions

LIVE = "('open', 'taken_in_charge', 'planned', 'working', 'worked', 'reported')"


class AskMap(Ask):
    """Activities to be done: those of an Italian day with all that have no time yet, or every one."""

    on: date | None = None
    technician_id: UUID | None = None
    area: str | None = None
    colour: MapColour | None = None
    limit: int = Field(default=2000, ge=1, le=10_000)
    at: Instant | None = Field(default=None, description="As of this instant; now if left out.")


def show_map(reader: Reader, ask: AskMap) -> dict[str, Any]:
    """GeoJSON features of activities (`features`) and of technicians' last positions (`technicians`).

    `counts` tells how many have each colour, whatever colour is asked for; `without_place` lists what lies at sites
    without coordinates. `more` is true when the limit cut something off.
    """
    found = _activities(reader, ask)
    now: datetime = found[0]["now"] if found else _now(reader, ask.at)
    more, found = len(found) > ask.limit, found[: ask.limit]
    in_arrears = _in_arrears(reader, {row["party_id"] for row in found if row["party_id"]}, rome_date(now))
    soon_hours = dispatch_terms(reader, rome_date(now)).due_soon_hours
    told = [_told(row, now, soon_hours, row["party_id"] in in_arrears) for row in found]
    counts = Counter(one["colour"] for one in told)
    chosen = [one for one in told if ask.colour in (None, one["colour"])]
    return {
        "type": "FeatureCollection",
        "at": now,
        "features": [_feature(one["activity_id"] or one["call_id"], one) for one in chosen if _has_place(one)],
        "without_place": [one for one in chosen if not _has_place(one)],
        "counts": {colour.value: counts.get(colour, 0) for colour in MapColour},
        "technicians": _technicians(reader, ask, now),
        "more": more,
    }


def _activities(reader: Reader, ask: AskMap) -> list[Row]:
    day = days_slot(ask.on, ask.on) if ask.on else None
    return reader.rows(
        f"""select coalesce(%(at)s::timestamptz, now()) as now, c.call_id, c.number, c.fault, c.priority, c.party_id,
                   c.site_id, a.activity_id, a.kind, coalesce(a.state, 'planned') as state, a.technician_id,
                   a.starts_at, a.ends_at, coalesce(a.skill, c.skill) as skill, p.name as party_name,
                   s.name as site_name, s.street, s.town, s.area, s.latitude, s.longitude,
                   t.name as technician_name, k.due_at, o.latest_on, coalesce(u.unconfirmed, false) as unconfirmed
              from {{call}} c
              left join {{agenda}} a on a.call_id = c.call_id and a.state in ('planned', 'assigned', 'arrived')
              left join {{party}} p on p.party_id = c.party_id
              left join {{party_site}} s on s.site_id = c.site_id
              left join {{technician}} t on t.technician_id = a.technician_id
              left join {{appointment}} u on u.activity_id = coalesce(a.visit_id, a.activity_id)
              left join lateral (select min(k.due_at) as due_at from {{sla_clock}} k
                                  where k.call_id = c.call_id and k.stopped_at is null
                                    and (k.paused_since is null or k.due_at < k.paused_since)) k on true
              left join lateral (select min(o.latest_on) as latest_on from {{maintenance_occurrence}} o
                                  where o.call_id = c.call_id) o on true
             where c.status in {LIVE} and (a.activity_id is not null or c.status in ('open', 'taken_in_charge'))
               and (%(technician_id)s::uuid is null or a.technician_id = %(technician_id)s)
               and (%(area)s::text is null or s.area = %(area)s)
               and (%(begins)s::timestamptz is null or a.starts_at is null
                    or (a.starts_at < %(ends)s and a.ends_at > %(begins)s))
             order by a.starts_at nulls last, c.opened_at, c.call_id, a.activity_id
             limit %(limit)s + 1""",  # noqa: S608 - own words only, values are parameters
        {
            **ask.model_dump(include={"at", "technician_id", "area", "limit"}),
            "begins": day.starts_at if day else None,
            "ends": day.ends_at if day else None,
        },
    )


def _now(reader: Reader, at: datetime | None) -> datetime:
    row = reader.row("select coalesce(%(at)s::timestamptz, now()) as now", {"at": at})
    assert row is not None
    now: datetime = row["now"]
    return now


def _in_arrears(reader: Reader, party_ids: set[UUID], day: date) -> set[UUID]:
    """Of some customers those who have not paid in time by a day."""
    if not party_ids:
        return set()
    rows = reader.rows(owed("%(day)s::date", "any(%(ids)s)"), {"day": day, "ids": sorted(party_ids)})
    return {row["customer_id"] for row in rows}


def _told(row: Row, now: datetime, soon_hours: int, owes: bool) -> Row:
    due = [row["due_at"]] if row["due_at"] else []
    if row["latest_on"]:
        due.append(end_of(row["latest_on"]))
    colour = colour_of(
        due,
        now,
        soon_hours,
        owes=owes,
        is_unconfirmed=row["unconfirmed"],
        is_unassigned=row["technician_id"] is None,
    )
    kept = {name: value for name, value in row.items() if name not in ("now", "latest_on")}
    return {**kept, "due_at": min(due, default=None), "colour": colour, "customer_owes": owes}


def _has_place(row: Row) -> bool:
    return row["latitude"] is not None and row["longitude"] is not None


def _feature(key: UUID, row: Row) -> Row:
    properties = {name: value for name, value in row.items() if name not in ("latitude", "longitude")}
    place = {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]}
    return {"type": "Feature", "id": key, "geometry": place, "properties": properties}


def _technicians(reader: Reader, ask: AskMap, now: datetime) -> Sequence[Row]:
    seen = find_positions(reader, FindPositions(area=ask.area, at=now, limit=500))["items"]
    return [_feature(one["technician_id"], one) for one in seen if ask.technician_id in (None, one["technician_id"])]
