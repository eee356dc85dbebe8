"""Agendas read from outside (calendari condivisi): their addresses, and what stands in them (AGE-4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from aggregates.absence import Absence
from aggregates.appointment import Appointment
from aggregates.call import Call
from aggregates.on_call_duty import OnCallDuty
from aggregates.technician import Technician
from projections.base import Ask, Reader, ReadModel, Row, Rows, Table, on

FEED = Table(
    "calendar_feed",
    {
        "feed_id": "uuid", "technician_id": "uuid", "label": "text", "secret_hash": "text", "made_at": "timestamptz",
        "revoked": "boolean",
    },
    ("feed_id",),
    ("secret_hash", "technician_id"),
)  # fmt: skip
ENTRY = Table(
    "calendar_entry", {"entry_id": "uuid", "sequence": "integer", "modified_at": "timestamptz"}, ("entry_id",)
)


class CalendarFeeds(ReadModel):
    """Addresses by their secret's hash, and how often each entry of a calendar was changed."""

    NAME = "calendar-feeds"
    TABLES = (FEED, ENTRY)

    @on(Technician.CalendarFeedMade)
    def made(self, fact: Technician.CalendarFeedMade, rows: Rows) -> None:
        """An address appears."""
        whose = {"technician_id": fact.stream_id, "made_at": fact.act.at, "revoked": False}
        rows.put(FEED, {**fact.feed.model_dump(), **whose})

    @on(Technician.CalendarFeedRevoked)
    def revoked(self, fact: Technician.CalendarFeedRevoked, rows: Rows) -> None:
        """Nobody may read there any more."""
        rows.patch(FEED, fact.feed_id, revoked=True)

    @on(Call.TechnicianAssigned, Call.Unassigned, Call.Arrived)
    def visit_changed(self, fact: Call.TechnicianAssigned | Call.Unassigned | Call.Arrived, rows: Rows) -> None:
        """A visit has a time, loses it, or has begun."""
        _changed(rows, fact.activity_id)

    @on(Appointment.ConfirmedByCustomer, Appointment.ConfirmedByTechnician, Appointment.Declined)
    def agreed(
        self,
        fact: Appointment.ConfirmedByCustomer | Appointment.ConfirmedByTechnician | Appointment.Declined,
        rows: Rows,
    ) -> None:
        """A visit's time is certain, or not any more."""
        _changed(rows, fact.activity_id)

    @on(Call.Reassigned)
    def visit_moved(self, fact: Call.Reassigned, rows: Rows) -> None:
        """A visit moves, and its further bookings with it."""
        for entry_id in (fact.activity_id, *(booking.booking_id for booking in fact.bookings)):
            _changed(rows, entry_id)

    @on(Call.BookingAdded, Call.BookingMoved)
    def booking_changed(self, fact: Call.BookingAdded | Call.BookingMoved, rows: Rows) -> None:
        """A further technician or day of a visit."""
        _changed(rows, fact.booking.booking_id)

    @on(Call.ActivityPerformed)
    def performed(self, fact: Call.ActivityPerformed, rows: Rows) -> None:
        """A visit was at the time at which it was."""
        _changed(rows, fact.performed.activity_id)

    @on(Absence.Asked, Absence.Approved, Absence.DayLifted, Absence.Shortened, OnCallDuty.Set)
    def other_changed(
        self,
        fact: Absence.Asked | Absence.Approved | Absence.DayLifted | Absence.Shortened | OnCallDuty.Set,
        rows: Rows,
    ) -> None:
        """An absence or a duty on call."""
        _changed(rows, fact.stream_id)


def _changed(rows: Rows, entry_id: UUID) -> None:
    before = rows.get(ENTRY, entry_id)
    sequence = before["sequence"] + 1 if before else 0
    rows.put(ENTRY, {"entry_id": entry_id, "sequence": sequence, "modified_at": rows.now.recorded_at})


class AskCalendarFeeds(Ask):
    """The addresses of one technician's agenda."""

    technician_id: UUID


def calendar_feeds(reader: Reader, ask: AskCalendarFeeds) -> list[Row]:
    """The addresses in use, by label; their secrets are known to nobody."""
    return reader.rows(
        """select feed_id, label, made_at from {calendar_feed}
            where technician_id = %(technician_id)s and not revoked order by label, feed_id""",
        ask.model_dump(),
    )


def feed_by_hash(reader: Reader, secret_hash: str) -> Row | None:
    """The address with this hash of its secret, in use, of a technician who works here."""
    return reader.row(
        """select f.feed_id, f.secret_hash, f.technician_id, t.name as technician_name
             from {calendar_feed} f join {technician} t using (technician_id)
            where f.secret_hash = %(secret_hash)s and not f.revoked and t.active""",
        {"secret_hash": secret_hash},
    )


def calendar_of(reader: Reader, technician_id: UUID, begins: datetime, ends: datetime) -> dict[str, Any]:
    """What a technician's calendar shows of a stretch of time: visits, absences asked for or approved, duties."""
    asked = {"technician_id": technician_id, "begins": begins, "ends": ends}
    within = "x.technician_id = %(technician_id)s and x.starts_at < %(ends)s and x.ends_at > %(begins)s"
    entry = "coalesce(e.sequence, 0) as sequence, e.modified_at"
    visits = reader.rows(
        f"""select x.activity_id, x.visit_id, x.state, x.kind, x.mode, x.starts_at, x.ends_at, x.note,
                   greatest(e.modified_at, c.changed_at, m.changed_at) as modified_at,
                   coalesce(e.sequence, 0) as sequence, c.number, c.fault,
                   c.paused_for, p.name as party_name, coalesce(s.town, p.town) as town,
                   coalesce(s.province, p.province) as province, s.name as site_name, s.street, s.postcode,
                   s.latitude, s.longitude,
                   x.state <> 'assigned' or coalesce(m.state = 'confirmed', false) as confirmed
              from {{agenda}} x
              left join {{appointment}} m on m.activity_id = coalesce(x.visit_id, x.activity_id)
              left join {{calendar_entry}} e on e.entry_id = x.activity_id
              left join {{call}} c on c.call_id = x.call_id
              left join {{party}} p on p.party_id = c.party_id
              left join {{party_site}} s on s.site_id = c.site_id
             where {within} and x.state in ('assigned', 'arrived', 'performed')
             order by x.starts_at, x.activity_id""",  # noqa: S608 - own words only
        asked,
    )
    absences = reader.rows(
        f"""select x.absence_id, x.begins_on, x.kind, x.approved, x.starts_at, x.ends_at, a.whole_days, {entry}
              from {{absence_slot}} x
              join {{absence}} a on a.absence_id = x.absence_id
              left join {{calendar_entry}} e on e.entry_id = x.absence_id
             where {within} order by x.starts_at, x.absence_id""",  # noqa: S608 - own words only
        asked,
    )
    duties = reader.rows(
        f"""select x.duty_id, x.starts_at, x.ends_at, x.note, {entry}
              from {{on_call_duty}} x
              left join {{calendar_entry}} e on e.entry_id = x.duty_id
             where {within} order by x.starts_at, x.duty_id""",  # noqa: S608 - own words only
        asked,
    )
    return {"visits": visits, "absences": absences, "duties": duties}
