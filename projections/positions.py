"""Where technicians were last (ultime posizioni), what makes that lawful, and what is to be forgotten (R10.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.position_sharing import PositionSharing
from aggregates.technician_position import Sighting, TechnicianPosition
from aggregates.values import Instant, rome_date
from projections.arrears import parameters_on
from projections.availability import days_slot, times_of
from projections.base import Ask, Page, Reader, ReadModel, Rows, Table, on, page

LAST = Table(
    "technician_position",
    {
        "technician_id": "uuid", "seen_at": "timestamptz", "hour_id": "uuid", "latitude": "double precision",
        "longitude": "double precision", "accuracy_m": "integer",
    },
    ("technician_id",),
    ("hour_id",),
)  # fmt: skip
HOUR = Table(
    "position_hour",
    {"hour_id": "uuid", "technician_id": "uuid", "seen_on": "date", "hour": "timestamptz"},
    ("hour_id",),
    ("hour",),
)
FORGOTTEN = Table("position_hour_forgotten", {"hour_id": "uuid"}, ("hour_id",))
BASIS = Table(
    "position_basis",
    {
        "basis_id": "uuid", "technician_id": "uuid", "kind": "text", "document": "text", "valid_from_on": "date",
        "valid_to_on": "date", "recorded_at": "timestamptz",
    },
    ("basis_id",),
)  # fmt: skip
STOPPED = Table("position_stopped", {"technician_id": "uuid", "stopped_at": "timestamptz"}, ("technician_id",))


class Positions(ReadModel):
    """The last position of each technician alone; rows go when their hour is forgotten or sharing stops."""

    NAME = "positions"
    TABLES = (LAST, HOUR, FORGOTTEN, BASIS, STOPPED)

    @on(TechnicianPosition.Shared)
    def shared(self, fact: TechnicianPosition.Shared, rows: Rows) -> None:
        """The technician was seen; of a place forgotten already only the hour is told."""
        told = {"hour_id": fact.hour_id, "technician_id": fact.technician_id}
        rows.put(HOUR, {**told, "seen_on": rome_date(fact.seen_at), "hour": fact.hour})
        sighting, last = Sighting.read(fact.place), rows.get(LAST, fact.technician_id)
        if sighting is not None and (last is None or last["seen_at"] < fact.seen_at):
            rows.put(LAST, {**told, "seen_at": fact.seen_at, **sighting.model_dump()})

    @on(TechnicianPosition.Forgotten)
    def forgotten(self, fact: TechnicianPosition.Forgotten, rows: Rows) -> None:
        """Nothing is known of these hours."""
        last = rows.get(LAST, fact.technician_id)
        if last is not None and last["hour_id"] in fact.hour_ids:
            rows.drop(LAST, fact.technician_id)
        for hour_id in fact.hour_ids:
            rows.drop(HOUR, hour_id)
            rows.put(FORGOTTEN, {"hour_id": hour_id})

    @on(PositionSharing.BasisRecorded)
    def basis_recorded(self, fact: PositionSharing.BasisRecorded, rows: Rows) -> None:
        """A legal basis is there."""
        rows.put(BASIS, {**fact.basis.model_dump(), "technician_id": fact.technician_id, "recorded_at": fact.act.at})

    @on(PositionSharing.BasisEnded)
    def basis_ended(self, fact: PositionSharing.BasisEnded, rows: Rows) -> None:
        """A legal basis has a last day."""
        rows.patch(BASIS, fact.basis_id, valid_to_on=fact.last_on)

    @on(PositionSharing.Stopped)
    def stopped(self, fact: PositionSharing.Stopped, rows: Rows) -> None:
        """The technician shares nothing: the last position goes at once."""
        rows.drop(LAST, fact.technician_id)
        rows.put(STOPPED, {"technician_id": fact.technician_id, "stopped_at": fact.act.at})

    @on(PositionSharing.Resumed)
    def resumed(self, fact: PositionSharing.Resumed, rows: Rows) -> None:
        """The technician shares again."""
        rows.drop(STOPPED, fact.technician_id)


def is_working(reader: Reader, technician_id: UUID, at: datetime) -> bool:
    """See `Lookups.is_working`."""
    day = rome_date(at)
    found = times_of(reader, [technician_id], day, day).get(technician_id)
    if found is None:
        return False
    is_open = _holds(found.open, at) and not _holds(found.absent, at)
    if is_open or _holds(found.on_call, at) or _holds(found.planned, at):
        return True
    under_way = """select activity_id from {agenda} where technician_id = %(technician_id)s and state = 'arrived'
                      and starts_at >= %(since)s and coalesce(arrived_at, starts_at) <= %(at)s"""
    asked = {"technician_id": technician_id, "at": at, "since": days_slot(day, day).starts_at - timedelta(days=1)}
    return reader.row(under_way, asked) is not None


def _holds(slots: Any, at: datetime) -> bool:
    return any(slot.starts_at <= at < slot.ends_at for slot in slots)


# Queries


class FindPositions(Page):
    """The last position of each active technician who shares one."""

    area: str | None = None
    at: Instant | None = Field(default=None, description="Ages count up to this instant; now if left out.")


def find_positions(reader: Reader, ask: FindPositions) -> dict[str, Any]:
    """By name, with the age in minutes; positions are kept for hours only (R10.3)."""
    return page(
        reader,
        ask,
        """select l.technician_id, t.name as technician_name, t.code as technician_code, l.latitude, l.longitude,
                  l.accuracy_m, l.seen_at,
                  greatest(0, floor(extract(epoch from coalesce(%(at)s::timestamptz, now()) - l.seen_at) / 60))::int
                      as age_minutes
             from {technician_position} l join {technician} t on t.technician_id = l.technician_id
            where t.active and (%(area)s::text is null or t.areas ? %(area)s)""",
        order=("technician_name", "technician_id"),
    )


class FindPositionBases(Page):
    """What makes it lawful to know positions, for the company and for technicians."""

    technician_id: UUID | None = None


def find_position_bases(reader: Reader, ask: FindPositionBases) -> dict[str, Any]:
    """Every legal basis recorded, by first day."""
    return page(
        reader,
        ask,
        """select b.*, t.name as technician_name from {position_basis} b
             left join {technician} t on t.technician_id = b.technician_id
            where %(technician_id)s::uuid is null or b.technician_id = %(technician_id)s""",
        order=("valid_from_on", "basis_id"),
    )


class PositionsToForget(Ask):
    """The technicians' days with positions that are to be forgotten at an instant."""

    at: Instant
    limit: int = Field(default=500, ge=1, le=5000)


def positions_to_forget(reader: Reader, ask: PositionsToForget) -> dict[str, Any]:
    """By technician and day, the instant before which hours are to be forgotten: none is kept longer than agreed."""
    before = (
        ask.at
        - timedelta(hours=parameters_on(reader, rome_date(ask.at)).positions_kept_hours)
        + timedelta(microseconds=1)
    )
    found = reader.rows(
        """select technician_id, seen_on from {position_hour} where hour < %(before)s
            group by technician_id, seen_on order by seen_on, technician_id limit %(limit)s""",
        {"before": before, "limit": ask.limit + 1},
    )
    items = [
        {"technician_id": row["technician_id"], "on": row["seen_on"], "before": before} for row in found[: ask.limit]
    ]
    return {"items": items, "more": len(found) > ask.limit}
