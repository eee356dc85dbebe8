"""The nearest technician for an urgent call (tecnico più vicino): who could be there first, from where they are now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.rules.distance import Point, distance_km, road_km
from aggregates.rules.ranking import DispatchTerms, Person, way_minutes
from aggregates.values import Instant, Slot, rome_date
from projections.base import Ask, Reader, Row
from projections.candidates import dispatch_terms, people, place_of, visit_wanted


class AskNearest(Ask):
    """Technicians with the skill of a call who work or are on call within the next hours."""

    call_id: UUID
    within_hours: int = Field(default=12, ge=1, le=48)
    at: Instant | None = Field(default=None, description="As of this instant; now if left out.")
    limit: int = Field(default=10, ge=1, le=100)


def nearest(reader: Reader, ask: AskNearest) -> dict[str, Any] | None:
    """By when they could be on site, then by distance; whoever is at a visit can leave at its planned end.

    `from` says where the way begins: the last position (with its age in minutes), the visit at hand or last, the start.
    """
    visit = visit_wanted(reader, ask.call_id, None, ask.at)
    if visit is None:
        return None
    now: datetime = visit["now"]
    window = Slot(starts_at=now, ends_at=now + timedelta(hours=ask.within_hours))
    terms, place = dispatch_terms(reader, rome_date(now)), place_of(visit)
    able = [one for one in people(reader, visit, window, now, {}) if _is_able(one, visit["skill"], now)]
    ready = [told for one in able if (told := _told(one, place, window, terms)) is not None]
    ready.sort(key=lambda one: (one["arrives_at"], one["km"] or 0.0, one["technician_name"], str(one["technician_id"])))
    told = {name: visit[name] for name in ("call_id", "number", "skill", "due_at")}
    return {**told, "at": now, "items": ready[: ask.limit]}


def _is_able(person: Person, skill: str | None, now: datetime) -> bool:
    return skill is None or any(own.name == skill and own.holds(rome_date(now)) for own in person.skills)


def _told(person: Person, place: Point | None, window: Slot, terms: DispatchTerms) -> Row | None:
    free = next((slot for slot in person.free if slot.starts_at < window.ends_at), None)
    if free is None:
        return None
    source, where, seen_at = whereabouts(person, window.starts_at)
    travel = way_minutes(where, place, terms.travel)
    known = where is not None and place is not None
    return {
        "technician_id": person.id,
        "technician_name": person.name,
        "from": source,
        "position_age_minutes": int((window.starts_at - seen_at).total_seconds() // 60) if seen_at else None,
        "latitude": where.latitude if where else None,
        "longitude": where.longitude if where else None,
        "km": round(road_km(distance_km(where, place), terms.travel), 1) if where and place else None,
        "travel_minutes": travel,
        "distance_known": known,
        "free_at": free.starts_at,
        "arrives_at": free.starts_at + timedelta(minutes=travel),
        "contractor": person.is_external,
        "on_call": any(duty.starts_at <= free.starts_at < duty.ends_at for duty in person.on_call),
    }


def whereabouts(person: Person, now: datetime) -> tuple[str, Point | None, datetime | None]:
    """Where somebody is as far as is known, and by what: position, visit at hand, last visit of the day, start."""
    if person.seen is not None and person.seen.slot.ends_at > now:
        return "position", person.seen.place, person.seen.slot.starts_at
    begun = [
        stop
        for stop in person.stops
        if stop.slot.starts_at <= now and rome_date(stop.slot.ends_at) >= rome_date(now) and stop.place
    ]
    if begun:
        return "visit", max(begun, key=lambda stop: stop.slot.starts_at).place, None
    return "start" if person.start else "unknown", person.start, None
