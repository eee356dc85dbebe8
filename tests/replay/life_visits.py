"""Visits in a company's life (interventi in agenda): several technicians and days, moved, swapped, agreed, missed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.replay.living import Life, named

CALL, OTHER, VISIT, OTHERS = "Visits call", "Visits other call", "Visits visit", "Visits other visit"


def visits(life: Life) -> None:
    """Two technicians, two calls: bookings, drag and drop, a swap, an appointment from proposal to no-show."""
    at = "2026-04-07T08:00"
    customer = {"party_id": named("Visits"), "code": "C-VISITS", "name": "Mensa Visite"}
    life.do("register-party", at, **customer, tax={"vat_number": "IT12345670017"})
    for name in ("Visits Ugo", "Visits Ivo"):
        life.do("register-technician", at, technician_id=named(name), code=name.upper(), name=name)
    for call, visit in ((CALL, VISIT), (OTHER, OTHERS)):
        life.do("open-call", at, call_id=named(call), party_id=named("Visits"), fault="Forno fermo")
        life.do("plan-activity", at, call_id=named(call), activity_id=named(visit), kind="repair", minutes=60)
    _agreed(life, at)
    _booked(life)
    _missed(life)


def _visit(call: str = CALL, visit: str = VISIT) -> dict[str, Any]:
    return {"call_id": named(call), "activity_id": named(visit)}


def _slot(day: int, begins: int, ends: int) -> dict[str, str]:
    return {
        "starts_at": f"2026-04-{day:02}T{begins:02}:00:00+02:00",
        "ends_at": f"2026-04-{day:02}T{ends:02}:00:00+02:00",
    }


def _agreed(life: Life, at: str) -> None:
    """Two times proposed, declined, proposed again; one is agreed to by both, and moved at the customer's wish."""
    times = [{"technician_id": named("Visits Ugo"), "slot": _slot(day, 9, 10), "travel_minutes": 15} for day in (8, 9)]
    person = {"person_id": named("Visits Ada"), "name": "Ada Visani", "phone": "0543 654321"}
    life.do("propose-appointment", at, **_visit(), alternatives=times, person=person, channel="email")
    life.do("decline-appointment", at, **_visit(), side="customer", reason="Chiusi mercoledì")
    life.do("propose-appointment", at, **_visit(), alternatives=times[1:], person=person)
    life.do("confirm-appointment", at, **_visit(), person=person)
    life.do("confirm-visit", at, **_visit())
    wish = {"asked_by": "customer", "reason": "Più tardi"}
    life.do("move-appointment", at, **_visit(), slot=_slot(9, 11, 12), **wish)


def _booked(life: Life) -> None:
    """A helper and a second day; moved, dropped, done."""
    at = "2026-04-08T08:00"
    helper = {"call_id": named(CALL), "booking_id": named("Visits helper")}
    second = {"call_id": named(CALL), "booking_id": named("Visits second day")}
    life.do("book-technician", at, **_visit(), booking_id=helper["booking_id"], technician_id=named("Visits Ivo"))
    again = {"technician_id": named("Visits Ugo"), "slot": _slot(10, 9, 10), "helper": True, "travel_minutes": 10}
    life.do("book-technician", at, **_visit(), booking_id=second["booking_id"], **again)
    life.do("move-booking", at, **second, slot=_slot(10, 14, 15))
    life.do("drop-visit", at, **_visit(), day="2026-04-10", starts="09:00", minutes=90)
    life.do("drop-booking", at, **second, reason="Basta un giorno")
    life.do("assign-technician", at, **_visit(OTHER, OTHERS), technician_id=named("Visits Ugo"), slot=_slot(13, 9, 10))
    swapped = {"other_call_id": named(OTHER), "other_activity_id": named(OTHERS)}
    life.do("swap-visits", at, **_visit(), **swapped)
    done = {"starts_at": "2026-04-13T09:00:00+02:00", "ends_at": "2026-04-13T10:00:00+02:00"}
    arrived = {"call_id": named(CALL), "activity_id": helper["booking_id"]}
    life.do("record-arrival", "2026-04-13T09:00", **arrived)
    life.do("perform-activity", "2026-04-13T10:00", **arrived, **done)


def _missed(life: Life) -> None:
    """Nobody opens: the visit goes back to be planned."""
    told = {"side": "customer", "reason": "Nessuno in sede", "pause": "no-access"}
    life.do("miss-appointment", "2026-04-10T09:30", **_visit(OTHER, OTHERS), **told)


CHAPTERS: tuple[Callable[[Life], None], ...] = (visits,)
