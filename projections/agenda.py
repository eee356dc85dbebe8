"""The agenda of technicians (agenda tecnici): who is where, and when; planned against performed."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from aggregates.call import Call
from aggregates.call_values import ActivityState
from aggregates.rules.business_calendar import local_instant
from projections.base import Ask, Page, Reader, ReadModel, Rows, Table, on, page

AGENDA = Table(
    "agenda",
    {
        "activity_id": "uuid", "call_id": "uuid", "technician_id": "uuid", "kind": "text", "mode": "text",
        "skill": "text", "state": "text", "starts_at": "timestamptz", "ends_at": "timestamptz",
        "planned_starts_at": "timestamptz", "planned_ends_at": "timestamptz", "planned_technician_id": "uuid",
        "performed_starts_at": "timestamptz", "performed_ends_at": "timestamptz", "arrived_at": "timestamptz",
        "expected_minutes": "integer", "travel_minutes": "integer", "pause_minutes": "integer",
        "travel_km": "numeric", "override": "text", "note": "text",
    },
    ("activity_id",),
    ("technician_id, starts_at", "starts_at", "call_id"),
)  # fmt: skip
LONGEST_SLOT_DAYS = 14


class Agenda(ReadModel):
    """Every activity: to be planned, on a technician's agenda, performed. `starts_at` is when it was or will be."""

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
        """It has its technician and time."""
        rows.patch(
            AGENDA,
            fact.activity_id,
            state=ActivityState.ASSIGNED.value,
            technician_id=fact.technician_id,
            planned_technician_id=fact.technician_id,
            starts_at=fact.slot.starts_at,
            ends_at=fact.slot.ends_at,
            planned_starts_at=fact.slot.starts_at,
            planned_ends_at=fact.slot.ends_at,
            override=fact.override,
        )

    @on(Call.Unassigned)
    def unassigned(self, fact: Call.Unassigned, rows: Rows) -> None:
        """It is to be planned again."""
        planned = ("planned_technician_id", "planned_starts_at", "planned_ends_at")
        nothing = dict.fromkeys(("technician_id", "starts_at", "ends_at", "override", *planned))
        rows.patch(AGENDA, fact.activity_id, state=ActivityState.PLANNED.value, **nothing)

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
                "starts_at": done.time.starts_at,
                "ends_at": done.time.ends_at,
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
            rows.patch(AGENDA, activity_id, state=ActivityState.DROPPED.value)


class AskAgenda(Ask):
    """The agenda from a day to another (Italian dates, both included; a week when no end is given)."""

    from_on: date
    to_on: date | None = None
    technician_id: UUID | None = None
    call_id: UUID | None = None


def agenda(reader: Reader, ask: AskAgenda) -> dict[str, Any]:
    """Every visit that touches the days, by time, with the call it is for."""
    to_on = ask.to_on or ask.from_on + timedelta(days=6)
    begins, ends = local_instant(ask.from_on, time(0)), local_instant(to_on + timedelta(days=1), time(0))
    chosen = [f"a.{name} = %({name})s" for name in ("technician_id", "call_id") if getattr(ask, name)]
    conditions = " and ".join([*chosen, "a.starts_at >= %(earliest)s", "a.starts_at < %(ends)s"])
    visits = reader.rows(
        f"""select a.*, c.number, c.fault, c.priority, c.status as call_status, c.paused_for, c.party_id, c.site_id,
                   p.name as party_name, s.name as site_name, s.street, s.town, t.name as technician_name
              from {{agenda}} a
              left join {{call}} c on c.call_id = a.call_id
              left join {{party}} p on p.party_id = c.party_id
              left join {{party_site}} s on s.site_id = c.site_id
              left join {{technician}} t on t.technician_id = a.technician_id
             where {conditions} and a.ends_at > %(begins)s and a.state <> 'dropped'
             order by a.starts_at, a.technician_id, a.activity_id""",  # noqa: S608 - own words only
        {**ask.model_dump(), "begins": begins, "ends": ends, "earliest": begins - timedelta(days=LONGEST_SLOT_DAYS)},
    )
    return {"from_on": ask.from_on, "to_on": to_on, "visits": visits}


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
