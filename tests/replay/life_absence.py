"""Technicians' time in a company's life (assenze, reperibilità, calendari): asked, approved, shared, given back."""

from __future__ import annotations

from collections.abc import Callable

from tests.replay.living import SHA, Life, named


def absences(life: Life) -> None:
    """Absences refused, cancelled, coming again, and approved over a visit that is moved afterwards."""
    at = "2026-01-12T09:00"
    zeno, rita = ({"technician_id": named(name)} for name in ("Zeno Prati", "Rita Sarti"))
    life.do("register-technician", at, **zeno, code="T21", name="Zeno Prati", base_town="Cesena")
    life.do("register-technician", at, **rita, code="T22", name="Rita Sarti")
    asked = {"absence_id": named("refused holiday"), "kind": "holiday", "from_on": "2026-08-10", "to_on": "2026-08-21"}
    life.do("ask-absence", at, **zeno, **asked, reason="Mare")
    life.do("refuse-absence", "2026-01-12T10:00", absence_id=named("refused holiday"), reason="Già in due")
    weekly = {"every": "weekly", "weekdays": ["wednesday"], "until_on": "2026-04-29"}
    course = {"absence_id": named("course"), "kind": "training", "from_on": "2026-03-04"}
    life.do("record-absence", at, **zeno, **course, from_time="14:00", to_time="18:00", repeats=weekly)
    life.do(
        "lift-absence-day", "2026-03-09T09:00", absence_id=named("course"), on="2026-03-11", reason="Docente malato"
    )
    call = {"call_id": named("call in the way")}
    life.do("open-call", at, **call, party_id=named("Rossi"), fault="Rumore")
    morning = {"starts_at": "2026-02-16T09:00:00+01:00", "ends_at": "2026-02-16T11:00:00+01:00"}
    visit = {"activity_id": named("visit in the way")}
    life.do("plan-activity", at, **call, **visit, kind="visit")
    life.do("assign-technician", at, **call, **visit, **zeno, slot=morning)
    ill = {"absence_id": named("sickness"), "kind": "sickness", "from_on": "2026-02-16", "to_on": "2026-02-17"}
    life.do("record-absence", "2026-02-16T07:30", **zeno, **ill, reason="Influenza", override="Certificato")
    life.do("reassign-technician", "2026-02-16T07:40", **call, **visit, **rita)
    life.do("approve-absence", "2026-02-16T07:45", absence_id=named("sickness"))
    life.do("cancel-call", "2026-02-16T08:00", **call, reason="Risolto dal cliente")
    leave = {"absence_id": named("cancelled leave"), "kind": "leave", "from_on": "2026-02-20"}
    life.do("ask-absence", "2026-02-17T09:00", **rita, **leave)
    life.do("approve-absence", "2026-02-17T09:05", absence_id=named("cancelled leave"))
    life.do("cancel-absence", "2026-02-18T09:00", absence_id=named("cancelled leave"), reason="Rinuncia")


def duties_and_calendars(life: Life) -> None:
    """Two weekends on call, one taken back; two addresses of an agenda, one closed."""
    at = "2026-02-18T10:00"
    for n, day in enumerate(("20", "27"), 1):
        weekend = {"starts_at": f"2026-02-{day}T18:00:00+01:00", "ends_at": f"2026-02-{int(day) + 1}T18:00:00+01:00"}
        duty = {"duty_id": named(f"weekend {n}"), "technician_id": named("Zeno Prati")}
        life.do("set-on-call", at, **duty, slot=weekend, note="Solo impianti a gas")
        feed = {"feed_id": named(f"feed {n}"), "technician_id": named("Zeno Prati")}
        life.do("make-calendar-feed", at, **feed, label=f"Telefono {n}", secret_hash=SHA)
    life.do("remove-on-call", "2026-02-19T09:00", duty_id=named("weekend 2"))
    revoked = {"feed_id": named("feed 2"), "technician_id": named("Zeno Prati")}
    life.do("revoke-calendar-feed", "2026-02-19T09:05", **revoked)


CHAPTERS: tuple[Callable[[Life], None], ...] = (absences, duties_and_calendars)
