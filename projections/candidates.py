"""Who can do a visit (chi può andare): technicians with a time, ranked, each with the reasons (AGE-2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.base import Refusal, require
from aggregates.call import Call
from aggregates.rules.availability import free_time
from aggregates.rules.distance import Point
from aggregates.rules.instruments import HeldInstrument
from aggregates.rules.ranking import USUAL_TERMS, Candidate, DispatchTerms, Person, Stop, Wanted, rank
from aggregates.technician import Skill
from aggregates.values import Instant, Slot, rome_date
from projections.arrears import parameters_on
from projections.availability import TechnicianTime, days_slot, times_of
from projections.base import Ask, Reader, Row

TOLD = ("call_id", "number", "activity_id", "skill", "instrument", "area", "due_at")
MOST_DAYS = 31
USUAL_DAYS = 7
USUAL_MINUTES = 60
SEEN_COUNTS = timedelta(hours=2)
"""For how long a last position says where somebody sets out."""


class WindowTooLong(Refusal):
    """Proposals can be asked for {days} days at most; choose a nearer end after the beginning."""

    status = 422


class AskCandidates(Ask):
    """Technicians for a call, or one activity of it, within some time: a week from now when none is given."""

    call_id: UUID
    activity_id: UUID | None = None
    from_at: Instant | None = None
    to_at: Instant | None = None
    minutes: int | None = Field(default=None, ge=1, le=24 * 60, description="Left out, what is planned, or an hour.")
    least_level: int = Field(default=1, ge=1, le=5, description="Of the skill.")
    excluded: bool = Field(default=False, description="Also who cannot, with the first reason why.")
    at: Instant | None = Field(default=None, description="As of this instant; now if left out.")


def candidates(reader: Reader, ask: AskCandidates) -> dict[str, Any] | None:
    """Each technician once, at their best time, the best first. `score` is the sum of the reasons' points.

    The way is reckoned from the visit before, the last position or the start, and on to the visit after; parts count
    when the van holds them. Who lacks the instrument that the activity is done with, or its calibration, is left out.
    """
    visit = visit_wanted(reader, ask.call_id, ask.activity_id, ask.at)
    if visit is None:
        return None
    now: datetime = visit["now"]
    begins = max(ask.from_at or now, now)
    ends = ask.to_at or begins + timedelta(days=USUAL_DAYS)
    require(begins < ends <= begins + timedelta(days=MOST_DAYS), WindowTooLong, days=MOST_DAYS)
    parts = _parts(reader, ask.call_id)
    wanted = Wanted(
        minutes=ask.minutes or visit["expected_minutes"] or USUAL_MINUTES,
        window=Slot(starts_at=begins, ends_at=ends),
        skill=visit["skill"],
        least_level=ask.least_level,
        area=visit["area"],
        place=place_of(visit),
        due_at=visit["due_at"],
        instrument=visit["instrument"],
        parts=len(parts),
    )
    terms = dispatch_terms(reader, rome_date(now))
    can, cannot = rank(wanted, people(reader, visit, wanted.window, now, parts), terms)
    told = {name: visit[name] for name in TOLD}
    cars = vehicles_of(reader, [one.technician_id for one in can], wanted.window)
    items = [{**_told(one), "vehicle": _vehicle(cars, one)} for one in can]
    answer = {**told, "minutes": wanted.minutes, "items": items}
    if ask.excluded:
        answer["excluded"] = [{**one.model_dump(), "reason": one.because.italian} for one in cannot]
    return answer


def _told(candidate: Candidate) -> Row:
    """With each reason also in Italian words; the edge tells it in the reader's language."""
    reasons = [{**one.model_dump(), "reason": one.because.italian} for one in candidate.reasons]
    return {**candidate.model_dump(), "reasons": reasons}


def vehicles_of(reader: Reader, ids: Sequence[UUID], window: Slot) -> list[Row]:
    """The vehicles that technicians drive on some days, the one given last in front."""
    return reader.rows(
        """select a.technician_id, a.from_on, a.to_on, v.vehicle_id, v.plate, v.model
             from {vehicle_assignment} a join {vehicle} v on v.vehicle_id = a.vehicle_id
            where a.technician_id = any(%(ids)s) and a.from_on <= %(last)s and (a.to_on is null or a.to_on >= %(first)s)
            order by a.from_on desc, a.assignment_id""",
        {"ids": list(ids), "first": rome_date(window.starts_at), "last": rome_date(window.ends_at)},
    )


def _vehicle(cars: Sequence[Row], candidate: Candidate) -> Row | None:
    on = rome_date(candidate.slot.starts_at)
    for car in cars:
        if car["technician_id"] == candidate.technician_id and car["from_on"] <= on and (car["to_on"] or on) >= on:
            return {name: car[name] for name in ("vehicle_id", "plate", "model")}
    return None


def dispatch_terms(reader: Reader, day: date) -> DispatchTerms:
    """What counts on a day when technicians are proposed."""
    return parameters_on(reader, day).dispatch or USUAL_TERMS


def visit_wanted(reader: Reader, call_id: UUID, activity_id: UUID | None, at: datetime | None) -> Row | None:
    """What is known of the visit somebody is wanted for; without an activity, of the first one to be planned."""
    return reader.row(
        """select c.call_id, c.number, c.party_id, c.contract_id, s.latitude, s.longitude, s.area, a.activity_id,
                  coalesce(a.skill, c.skill) as skill, a.expected_minutes, y.instrument,
                  coalesce(%(at)s::timestamptz, now()) as now,
                  (select k.due_at from {sla_clock} k
                    where k.call_id = c.call_id and k.stopped_at is null and k.clock in ('on-site', 'response')
                    order by k.clock limit 1) as due_at
             from {call} c
             left join {party_site} s on s.site_id = c.site_id
             left join lateral (select a.activity_id, a.kind, a.skill, a.expected_minutes from {agenda} a
                                 where a.call_id = c.call_id and a.visit_id is null
                                   and case when %(activity_id)s::uuid is null then a.state = 'planned'
                                            else a.activity_id = %(activity_id)s end
                                 order by a.activity_id limit 1) a on true
             left join {activity_type} y on lower(y.code) = lower(trim(a.kind))
            where c.call_id = %(call_id)s and (%(activity_id)s::uuid is null or a.activity_id is not null)""",
        {"call_id": call_id, "activity_id": activity_id, "at": at},
    )


def people(reader: Reader, visit: Row, window: Slot, now: datetime, parts: Mapping[UUID, Any]) -> list[Person]:
    """Every active technician as proposals look at them."""
    staff = reader.rows(
        """select t.technician_id, t.name, t.skills, t.areas, t.external, t.starts_latitude, t.starts_longitude,
                  l.seen_at, l.latitude, l.longitude,
                  (select coalesce(jsonb_agg(jsonb_build_object('kind', i.kind, 'needs_calibration',
                            i.needs_calibration, 'valid_until_on', i.valid_until_on,
                            'from_on', d.from_on, 'to_on', d.to_on)), '[]')
                     from {instrument} i
                     left join {vehicle_assignment} d
                       on d.vehicle_id = i.vehicle_id and d.technician_id = t.technician_id
                    where i.technician_id = t.technician_id or d.technician_id is not null) as instruments,
                  exists (select from {contract} k
                           where k.customer_id = %(party)s and k.signed_on is not null
                             and k.state -> 'header' ->> 'usual_technician_id' = t.technician_id::text
                             and (k.contract_id = %(contract)s
                                  or (k.starts_on <= %(on)s and (k.ends_on is null or k.ends_on >= %(on)s))))
                      as is_usual,
                  (select count(*) from unnest(%(articles)s::uuid[], %(quantities)s::numeric[]) as p (article_id, n)
                    where exists (select from {stock_warehouse} w join {stock_level} v using (warehouse_id)
                                   where w.technician_id = t.technician_id and w.kind = 'van'
                                     and v.article_id = p.article_id and v.on_hand >= p.n)) as parts_there
             from {technician} t
             left join {technician_position} l on l.technician_id = t.technician_id and l.seen_at <= %(now)s
            where t.active order by t.name, t.technician_id""",
        {
            "party": visit["party_id"],
            "contract": visit["contract_id"],
            "on": rome_date(now),
            "now": now,
            "articles": list(parts),
            "quantities": list(parts.values()),
        },
    )
    ids = [row["technician_id"] for row in staff]
    first, last = rome_date(window.starts_at), rome_date(window.ends_at)
    times, stops = times_of(reader, ids, first, last), stops_of(reader, ids, days_slot(first, last))
    return [_person(row, times[row["technician_id"]], stops.get(row["technician_id"], ()), now) for row in staff]


def stops_of(reader: Reader, ids: Sequence[UUID], whole: Slot) -> dict[UUID, list[Stop]]:
    """The visits of technicians within some days, with their places."""
    rows = reader.rows(
        """select a.technician_id, a.starts_at, a.ends_at, s.latitude, s.longitude
             from {agenda} a join {call} c on c.call_id = a.call_id left join {party_site} s on s.site_id = c.site_id
            where a.technician_id = any(%(ids)s) and a.state in ('assigned', 'arrived', 'performed')
              and a.starts_at >= %(begins)s and a.starts_at < %(ends)s and a.ends_at > a.starts_at
            order by a.starts_at, a.activity_id""",
        {"ids": list(ids), "begins": whole.starts_at - timedelta(days=1), "ends": whole.ends_at},
    )
    found: dict[UUID, list[Stop]] = {}
    for row in rows:
        slot = Slot(starts_at=row["starts_at"], ends_at=row["ends_at"])
        found.setdefault(row["technician_id"], []).append(Stop(slot=slot, place=place_of(row)))
    return found


def place_of(row: Row, prefix: str = "") -> Point | None:
    """The place of a row with coordinates."""
    latitude, longitude = row[f"{prefix}latitude"], row[f"{prefix}longitude"]
    return None if latitude is None or longitude is None else Point(latitude=latitude, longitude=longitude)


def _person(row: Row, time: TechnicianTime, stops: Iterable[Stop], now: datetime) -> Person:
    free = free_time((*time.open, *time.on_call), (*time.planned, *time.absent))
    seen = None
    if row["seen_at"] is not None:
        lasts = Slot(starts_at=row["seen_at"], ends_at=row["seen_at"] + SEEN_COUNTS)
        seen = Stop(slot=lasts, place=place_of(row))
    return Person(
        id=row["technician_id"],
        name=row["name"],
        skills=tuple(Skill.model_validate(skill) for skill in row["skills"]),
        instruments=tuple(HeldInstrument.model_validate(each) for each in row["instruments"]),
        areas=tuple(row["areas"]),
        is_external=row["external"],
        is_usual=row["is_usual"],
        start=place_of(row, "starts_"),
        free=tuple(_from(free, now)),
        on_call=time.on_call,
        open=time.open,
        absent=time.absent,
        stops=tuple(stops),
        load=_load(time.planned),
        seen=seen,
        parts_there=row["parts_there"],
    )


def _from(slots: Iterable[Slot], now: datetime) -> Iterable[Slot]:
    """What is still to come of some time."""
    for slot in slots:
        if slot.ends_at > now:
            yield slot if slot.starts_at >= now else Slot(starts_at=now, ends_at=slot.ends_at)


def _load(planned: Iterable[Slot]) -> dict[date, int]:
    load: dict[date, int] = {}
    for slot in planned:
        day = rome_date(slot.starts_at)
        load[day] = load.get(day, 0) + slot.minutes
    return load


def _parts(reader: Reader, call_id: UUID) -> dict[UUID, Any]:
    """How many of each article are planned on a call and not used yet."""
    call = reader.record(call_id)
    if not isinstance(call, Call):
        return {}
    used = {used.planned_line_id for used in call.used_parts.values()}
    found: dict[UUID, Any] = {}
    for line_id, part in call.planned_parts.items():
        if part.article_id is not None and line_id not in used:
            found[part.article_id] = found.get(part.article_id, 0) + part.quantity
    return found
