"""Appointments (appuntamenti): what is agreed about each visit, and what still has to be confirmed (AGE-5)."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from aggregates.appointment import Appointment
from aggregates.appointment_values import AppointmentState, Place
from aggregates.call import Call
from aggregates.call_values import ActivityState
from aggregates.rules.business_calendar import local_instant
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page

APPOINTMENT = Table(
    "appointment",
    {
        "activity_id": "uuid", "call_id": "uuid", "visit_state": "text", "technician_id": "uuid",
        "starts_at": "timestamptz", "ends_at": "timestamptz", "state": "text", "unconfirmed": "boolean",
        "proposed_at": "timestamptz", "proposed_to": "text", "channel": "text", "alternatives": "jsonb",
        "customer_agreed_at": "timestamptz", "customer_agreed_to": "jsonb", "customer_person": "text",
        "customer_channel": "text", "technician_agreed_at": "timestamptz", "technician_agreed_to": "jsonb",
        "declined_at": "timestamptz", "declined_by": "text", "declined_reason": "text",
        "missed_at": "timestamptz", "missed_by": "text", "missed_reason": "text",
        "missed_times": "integer", "moved_times": "integer", "changed_at": "timestamptz",
    },
    ("activity_id",),
    ("call_id", "starts_at", "technician_id, starts_at"),
)  # fmt: skip
_OFFER = dict.fromkeys(("proposed_at", "proposed_to", "channel", "alternatives"))
_CUSTOMER = dict.fromkeys(("customer_agreed_at", "customer_agreed_to", "customer_person", "customer_channel"))
_TECHNICIAN = dict.fromkeys(("technician_agreed_at", "technician_agreed_to"))
_DECLINED = dict.fromkeys(("declined_at", "declined_by", "declined_reason"))
_NOWHERE = dict.fromkeys(("technician_id", "starts_at", "ends_at"))
LIVE = (ActivityState.ASSIGNED, ActivityState.ARRIVED)


class Appointments(ReadModel):
    """One row for each visit that was ever on an agenda or proposed.

    A confirmation counts while the visit has the time, and the technician, that it was given for.
    """

    NAME = "appointments"
    TABLES = (APPOINTMENT,)

    @on(Call.TechnicianAssigned, Call.Reassigned)
    def placed(self, fact: Call.TechnicianAssigned | Call.Reassigned, rows: Rows) -> None:
        """The visit is somewhere, or somewhere else."""
        place = {"technician_id": fact.technician_id, **dict(fact.slot)}
        _note(rows, fact, fact.stream_id, visit_state=ActivityState.ASSIGNED, **place)

    @on(Call.Unassigned)
    def unassigned(self, fact: Call.Unassigned, rows: Rows) -> None:
        """The visit is to be planned again: nothing agreed holds."""
        nothing = {**_NOWHERE, **_CUSTOMER, **_TECHNICIAN}
        _note(rows, fact, fact.stream_id, visit_state=ActivityState.PLANNED, **nothing)

    @on(Call.Arrived)
    def arrived(self, fact: Call.Arrived, rows: Rows) -> None:
        """The technician is there; somebody who only comes along has no appointment."""
        if rows.get(APPOINTMENT, fact.activity_id):
            _note(rows, fact, fact.stream_id, visit_state=ActivityState.ARRIVED)

    @on(Call.ActivityPerformed)
    def performed(self, fact: Call.ActivityPerformed, rows: Rows) -> None:
        """The visit took place."""
        _over(rows, fact, fact.performed.activity_id, ActivityState.PERFORMED)

    @on(Call.Closed, Call.Cancelled)
    def ended(self, fact: Call.Closed | Call.Cancelled, rows: Rows) -> None:
        """Visits still planned will not take place."""
        for activity_id in fact.released:
            _over(rows, fact, activity_id, ActivityState.DROPPED)

    @on(Appointment.Proposed)
    def proposed(self, fact: Appointment.Proposed, rows: Rows) -> None:
        """Times were proposed."""
        offer = {
            "proposed_at": fact.act.at,
            "proposed_to": fact.offer.to.name if fact.offer.to else None,
            "channel": fact.offer.channel.value,
            "alternatives": [one.model_dump(mode="json") for one in fact.offer.alternatives],
        }
        _note(rows, fact, fact.call_id, **{**_DECLINED, **offer})

    @on(Appointment.ConfirmedByCustomer)
    def confirmed_by_customer(self, fact: Appointment.ConfirmedByCustomer, rows: Rows) -> None:
        """The customer agrees."""
        agreed = {
            "customer_agreed_at": fact.act.at,
            "customer_agreed_to": fact.place.model_dump(mode="json"),
            "customer_person": fact.person.name if fact.person else None,
            "customer_channel": fact.channel.value,
        }
        _note(rows, fact, None, **{**_DECLINED, **agreed})

    @on(Appointment.ConfirmedByTechnician)
    def confirmed_by_technician(self, fact: Appointment.ConfirmedByTechnician, rows: Rows) -> None:
        """The technician agrees."""
        agreed = {"technician_agreed_at": fact.act.at, "technician_agreed_to": fact.place.model_dump(mode="json")}
        _note(rows, fact, None, **{**_DECLINED, **agreed})

    @on(Appointment.Declined)
    def declined(self, fact: Appointment.Declined, rows: Rows) -> None:
        """Somebody cannot."""
        told = {"declined_at": fact.act.at, "declined_by": fact.side.value, "declined_reason": fact.reason}
        _note(rows, fact, None, **{**_OFFER, **_CUSTOMER, **_TECHNICIAN, **told})

    @on(Appointment.Moved)
    def moved(self, fact: Appointment.Moved, rows: Rows) -> None:
        """Somebody asked for another time."""
        before = rows.get(APPOINTMENT, fact.activity_id) or {}
        lapsed = {**_OFFER, **_DECLINED, **_TECHNICIAN}
        if fact.previous.slot != fact.place.slot:
            lapsed |= _CUSTOMER
        _note(rows, fact, None, **lapsed, moved_times=(before.get("moved_times") or 0) + 1)

    @on(Appointment.Missed)
    def missed(self, fact: Appointment.Missed, rows: Rows) -> None:
        """Somebody was not there."""
        before = rows.get(APPOINTMENT, fact.activity_id) or {}
        told = {"missed_at": fact.act.at, "missed_by": fact.side.value, "missed_reason": fact.reason}
        lapsed = {**_OFFER, **_DECLINED, **_TECHNICIAN, **_CUSTOMER}
        _note(rows, fact, None, **lapsed, **told, missed_times=(before.get("missed_times") or 0) + 1)


def _note(rows: Rows, fact: Any, call_id: UUID | None, **columns: Any) -> None:
    before = rows.get(APPOINTMENT, fact.activity_id) or {"activity_id": fact.activity_id, "visit_state": "planned"}
    row = {**before, **columns, "changed_at": fact.act.at}
    if call_id is not None:
        row["call_id"] = call_id
    rows.put(APPOINTMENT, _judged(row))


def _over(rows: Rows, fact: Any, activity_id: UUID, state: ActivityState) -> None:
    row = rows.get(APPOINTMENT, activity_id)
    if row is not None:
        rows.put(APPOINTMENT, _judged({**row, "visit_state": state.value, "changed_at": fact.act.at}))


def _judged(row: Row) -> Row:
    """The row with what follows from its columns."""
    by_customer, by_technician = _is_agreed(row, "customer"), _is_agreed(row, "technician")
    is_placed = row["visit_state"] in LIVE
    state = _placed(row, by_customer, by_technician) if is_placed else _not_placed(row)
    return {
        **row,
        "visit_state": str(row["visit_state"]),
        "state": state.value,
        "unconfirmed": is_placed and not by_customer,
    }


def _placed(row: Row, by_customer: bool, by_technician: bool) -> AppointmentState:
    if row.get("declined_at"):
        return AppointmentState.DECLINED
    if by_customer and by_technician:
        return AppointmentState.CONFIRMED
    if by_customer:
        return AppointmentState.CONFIRMED_BY_CUSTOMER
    if by_technician:
        return AppointmentState.CONFIRMED_BY_TECHNICIAN
    return AppointmentState.PROPOSED if row.get("proposed_at") else AppointmentState.TO_CONFIRM


def _not_placed(row: Row) -> AppointmentState:
    if row["visit_state"] != ActivityState.PLANNED:
        return AppointmentState.OVER
    for column, state in (
        ("proposed_at", AppointmentState.PROPOSED),
        ("declined_at", AppointmentState.DECLINED),
        ("missed_at", AppointmentState.MISSED),
    ):
        if row.get(column):
            return state
    return AppointmentState.TO_PLAN


def _is_agreed(row: Row, side: str) -> bool:
    """Whether a side agreed to the time that the visit has now; the technician also to being the one."""
    agreed = row.get(f"{side}_agreed_to")
    if agreed is None or row.get("starts_at") is None:
        return False
    place = Place.model_validate(agreed)
    is_time = (place.slot.starts_at, place.slot.ends_at) == (row["starts_at"], row["ends_at"])
    return is_time and (side == "customer" or place.technician_id == row["technician_id"])


class FindAppointments(Page):
    """Appointments by time; by Italian days, both included."""

    state: AppointmentState | None = None
    unconfirmed: bool | None = None
    technician_id: UUID | None = None
    call_id: UUID | None = None
    from_on: date | None = None
    to_on: date | None = None


def find_appointments(reader: Reader, ask: FindAppointments) -> dict[str, Any]:
    """Visits with what is agreed about them; those that have no time come last, oldest change first."""
    chosen = [f"a.{name} = %({name})s" for name in ("state", "technician_id", "call_id") if getattr(ask, name)]
    if ask.unconfirmed is not None:
        chosen.append("a.unconfirmed = %(unconfirmed)s")
    if ask.from_on is not None:
        chosen.append("a.ends_at > %(begins)s")
    if ask.to_on is not None:
        chosen.append("a.starts_at < %(ends)s")
    return page(
        reader,
        ask,
        f"""select a.*, a.starts_at is null as has_no_time, coalesce(a.starts_at, a.changed_at) as sort_at,
                   c.number, c.fault, p.name as party_name, t.name as technician_name
              from {{appointment}} a
              left join {{call}} c on c.call_id = a.call_id
              left join {{party}} p on p.party_id = c.party_id
              left join {{technician}} t on t.technician_id = a.technician_id
             where {" and ".join(chosen) or "true"}""",  # noqa: S608 - own words only, values are parameters
        order=("has_no_time", "sort_at", "activity_id"),
        begins=local_instant(ask.from_on, time(0)) if ask.from_on else None,
        ends=local_instant(ask.to_on + timedelta(days=1), time(0)) if ask.to_on else None,
    )


class AskAppointment(Ask):
    """The appointment of one visit."""

    activity_id: UUID


def appointment(reader: Reader, ask: AskAppointment) -> Row | None:
    """What is agreed about it."""
    return reader.row("select * from {appointment} where activity_id = %(activity_id)s", ask.model_dump())
