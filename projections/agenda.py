"""The agenda of technicians (agenda tecnici): who is where, and when; planned against performed."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.call import Call
from aggregates.call_booking_values import LONGEST_TRAVEL_MINUTES, Booking
from aggregates.call_state import LONGEST_SLOT_DAYS
from aggregates.call_values import ActivityState
from aggregates.rules.business_calendar import local_instant
from aggregates.values import Slot
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page

AGENDA = Table(
    "agenda",
    {
        "activity_id": "uuid", "call_id": "uuid", "technician_id": "uuid", "kind": "text", "mode": "text",
        "skill": "text", "state": "text", "starts_at": "timestamptz", "ends_at": "timestamptz",
        "planned_starts_at": "timestamptz", "planned_ends_at": "timestamptz", "planned_technician_id": "uuid",
        "performed_starts_at": "timestamptz", "performed_ends_at": "timestamptz", "arrived_at": "timestamptz",
        "expected_minutes": "integer", "travel_minutes": "integer", "pause_minutes": "integer",
        "travel_km": "numeric", "override": "text", "note": "text", "visit_id": "uuid", "helper": "boolean",
        "leaves_at": "timestamptz", "planned_travel_minutes": "integer", "dropped_at": "timestamptz",
    },
    ("activity_id",),
    ("technician_id, starts_at", "starts_at", "call_id", "visit_id", "call_id where state = 'planned'",
     "starts_at where state <> 'performed'"),
)  # fmt: skip


class Agenda(ReadModel):
    """Every activity: to be planned, on a technician's agenda, performed. `starts_at` is when it was or will be.

    A further booking of a visit is a row of its own, under the booking's id, that names the visit.
    """

    NAME = "agenda"
    TABLES = (AGENDA,)

    @on(Call.ActivityPlanned)
    def planned(self, fact: Call.ActivityPlanned, rows: Rows) -> None:
        """Something is to be done, by nobody yet."""
        rows.put(
            AGENDA,
            {
                "activity_id": fact.activity_id,
                "call_id": fact.stream_id,
                "kind": fact.kind,
                "mode": fact.mode.value,
                "skill": fact.skill,
                "state": ActivityState.PLANNED.value,
                "expected_minutes": fact.minutes,
                "note": fact.note,
            },
        )

    @on(Call.TechnicianAssigned, Call.Reassigned)
    def assigned(self, fact: Call.TechnicianAssigned | Call.Reassigned, rows: Rows) -> None:
        """It has its technician and time; its further bookings moved along."""
        _place(rows, fact.activity_id, fact.technician_id, fact.slot, fact.travel_minutes, fact.override)
        if isinstance(fact, Call.Reassigned):
            for booking in fact.bookings:
                _book(rows, booking)

    @on(Call.BookingAdded)
    def booked(self, fact: Call.BookingAdded, rows: Rows) -> None:
        """A further technician or day of the visit."""
        visit = rows.get(AGENDA, fact.activity_id) or {}
        said = {name: visit.get(name) for name in ("kind", "mode", "skill", "note")}
        own = {"activity_id": fact.booking.booking_id, "call_id": fact.stream_id, "visit_id": fact.activity_id}
        rows.put(AGENDA, {**own, **said, "expected_minutes": fact.booking.slot.minutes})
        _book(rows, fact.booking)

    @on(Call.BookingMoved)
    def booking_moved(self, fact: Call.BookingMoved, rows: Rows) -> None:
        """It is another technician's or at another time."""
        _book(rows, fact.booking)

    @on(Call.BookingDropped)
    def booking_dropped(self, fact: Call.BookingDropped, rows: Rows) -> None:
        """It was never to be."""
        rows.drop(AGENDA, fact.booking_id)

    @on(Call.Unassigned)
    def unassigned(self, fact: Call.Unassigned, rows: Rows) -> None:
        """It is to be planned again."""
        planned = ("planned_technician_id", "planned_starts_at", "planned_ends_at", "planned_travel_minutes")
        when = ("technician_id", "starts_at", "ends_at", "leaves_at", "arrived_at", "override")
        rows.patch(AGENDA, fact.activity_id, state=ActivityState.PLANNED.value, **dict.fromkeys((*when, *planned)))
        for booking_id in fact.released:
            rows.drop(AGENDA, booking_id)

    @on(Call.Arrived)
    def arrived(self, fact: Call.Arrived, rows: Rows) -> None:
        """The technician is there."""
        rows.patch(AGENDA, fact.activity_id, state=ActivityState.ARRIVED.value, arrived_at=fact.act.at)

    @on(Call.ActivityPerformed)
    def performed(self, fact: Call.ActivityPerformed, rows: Rows) -> None:
        """What really happened stands beside what was planned."""
        done = fact.performed
        planned = rows.get(AGENDA, done.activity_id) or {"activity_id": done.activity_id, "call_id": fact.stream_id}
        rows.put(
            AGENDA,
            {
                **planned,
                "kind": done.kind,
                "mode": done.mode.value,
                "state": ActivityState.PERFORMED.value,
                "technician_id": done.technician_id,
                "visit_id": done.visit_id,
                "starts_at": done.time.starts_at,
                "ends_at": done.time.ends_at,
                "leaves_at": None,
                "performed_starts_at": done.time.starts_at,
                "performed_ends_at": done.time.ends_at,
                "travel_minutes": done.travel_minutes,
                "pause_minutes": done.pause_minutes,
                "travel_km": done.travel_km,
            },
        )

    @on(Call.Closed, Call.Cancelled)
    def ended(self, fact: Call.Closed | Call.Cancelled, rows: Rows) -> None:
        """Time still planned is free again."""
        for activity_id in fact.released:
            rows.patch(AGENDA, activity_id, state=ActivityState.DROPPED.value, dropped_at=fact.act.at)


def _place(
    rows: Rows, activity_id: UUID, technician_id: UUID, slot: Slot, travel_minutes: int, override: str | None
) -> None:
    rows.patch(
        AGENDA,
        activity_id,
        state=ActivityState.ASSIGNED.value,
        technician_id=technician_id,
        planned_technician_id=technician_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        leaves_at=slot.starts_at - timedelta(minutes=travel_minutes),
        planned_starts_at=slot.starts_at,
        planned_ends_at=slot.ends_at,
        planned_travel_minutes=travel_minutes,
        override=override,
    )


def _book(rows: Rows, booking: Booking) -> None:
    travel, override = booking.travel_minutes, booking.override
    _place(rows, booking.booking_id, booking.technician_id, booking.slot, travel, override)
    state = ActivityState.ARRIVED if booking.arrived else ActivityState.ASSIGNED
    rows.patch(AGENDA, booking.booking_id, state=state.value, helper=booking.helper)


class AskAgenda(Ask):
    """The agenda from a day to another (Italian dates, both included; a week when no end is given)."""

    from_on: date
    to_on: date | None = None
    technician_id: UUID | None = None
    call_id: UUID | None = None
    area: str | None = Field(default=None, description="Only technicians of this area.")
    skill: str | None = Field(default=None, description="Only technicians with this skill.")
    state: ActivityState | None = None


ABLE = """(%(area)s::text is null or t.areas @> jsonb_build_array(%(area)s::text))
          and (%(skill)s::text is null or t.skills @> jsonb_build_array(jsonb_build_object('name', %(skill)s::text)))"""
"""The technicians `t` whom the question is about."""


def last_day(ask: AskAgenda) -> date:
    """The last day asked for."""
    return ask.to_on or ask.from_on + timedelta(days=6)


def agenda(reader: Reader, ask: AskAgenda) -> dict[str, Any]:
    """Every visit that touches the days, the way there included, by time, with the call it is for."""
    return {"from_on": ask.from_on, "to_on": last_day(ask), "visits": visits_of(reader, ask)}


def visits_of(reader: Reader, ask: AskAgenda) -> list[Row]:
    """The visits of the days with their calls; `leaves_at` is when the technician sets out."""
    begins, ends = local_instant(ask.from_on, time(0)), local_instant(last_day(ask) + timedelta(days=1), time(0))
    chosen = [f"a.{name} = %({name})s" for name in ("technician_id", "call_id", "state") if getattr(ask, name)]
    conditions = " and ".join([*chosen, "a.starts_at >= %(earliest)s", "a.starts_at < %(latest)s", ABLE])
    return reader.rows(
        f"""select a.*, c.number, c.fault, c.priority, c.status as call_status, c.paused_for, c.party_id, c.site_id,
                   p.name as party_name, s.name as site_name, s.street, s.town, t.name as technician_name
              from {{agenda}} a
              left join {{call}} c on c.call_id = a.call_id
              left join {{party}} p on p.party_id = c.party_id
              left join {{party_site}} s on s.site_id = c.site_id
              left join {{technician}} t on t.technician_id = a.technician_id
             where {conditions} and coalesce(a.leaves_at, a.starts_at) < %(ends)s and a.ends_at > %(begins)s
               and (a.state <> 'dropped' or %(state)s::text is not null)
             order by a.starts_at, a.technician_id, a.activity_id""",  # noqa: S608 - own words only
        {
            **ask.model_dump(),
            "begins": begins,
            "ends": ends,
            "earliest": begins - timedelta(days=LONGEST_SLOT_DAYS),
            "latest": ends + timedelta(minutes=LONGEST_TRAVEL_MINUTES),
        },
    )


class FindUnassigned(Page):
    """Activities that nobody has on the agenda yet, oldest call first."""

    skill: str | None = None


def find_unassigned(reader: Reader, ask: FindUnassigned) -> dict[str, Any]:
    """What is still to be planned."""
    return page(
        reader,
        ask,
        """select a.activity_id, a.call_id, a.kind, a.mode, a.skill, a.expected_minutes, a.note,
                  c.number, c.fault, c.priority, c.opened_at, c.party_id, p.name as party_name, s.town
             from {agenda} a
             join {call} c on c.call_id = a.call_id
             left join {party} p on p.party_id = c.party_id
             left join {party_site} s on s.site_id = c.site_id
            where a.state = 'planned' and c.ended_at is null
              and (%(skill)s::text is null or a.skill = %(skill)s)""",
        order=("opened_at", "activity_id"),
    )
