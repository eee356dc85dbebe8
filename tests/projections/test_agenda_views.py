"""The agenda by technician: everybody who works here, each day whole, ways there, days of 23 and 25 hours."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.commands.calls import (
    ASSIGNED,
    CALL,
    CUSTOMER,
    GINO,
    PINA,
    PLANNED,
    TECHNICIANS,
    VISIT,
    WORKED,
    assigned,
    opened,
    rome,
    slot,
)
from tests.dsl import Company, do

BOOKING = UUID("88888888-8888-8888-8888-888888888888")
BEGUN = (*CUSTOMER, *TECHNICIANS, opened(), PLANNED)
ALONG = do(
    "book-technician",
    call_id=CALL,
    activity_id=VISIT,
    booking_id=BOOKING,
    technician_id=PINA,
    slot=slot("2026-12-09T10:00", "2026-12-09T12:00"),
    travel_minutes=20,
    helper=True,
)


def resources(company: Company, from_on: str, to_on: str | None = None, **filters: Any) -> dict[str, dict[str, Any]]:
    """Technicians by name."""
    found = company.ask("agenda-resources", from_on=from_on, to_on=to_on, **filters)["technicians"]
    return {one["name"]: one for one in found}


def visits(company: Company, from_on: str, to_on: str | None = None, **filters: Any) -> list[dict[str, Any]]:
    """The visits of some days."""
    found: list[dict[str, Any]] = company.ask("agenda", from_on=from_on, to_on=to_on, **filters)["visits"]
    return found


def test_everybody_has_a_row(company: Company) -> None:
    company.given(*BEGUN, ASSIGNED, do("deactivate-technician", technician_id=PINA))
    assert {name: len(one["visits"]) for name, one in resources(company, "2026-12-09").items()} == {"Gino Bianchi": 1}
    company.given(do("reactivate-technician", technician_id=PINA))
    rows = resources(company, "2026-12-07", "2026-12-13")
    assert {name: len(one["visits"]) for name, one in rows.items()} == {"Gino Bianchi": 1, "Pina Neri": 0}
    assert [day["visit_minutes"] for day in rows["Gino Bianchi"]["days"]] == [0, 0, 120, 0, 0, 0, 0]


def test_the_way_there_is_shown(company: Company) -> None:
    company.given(*BEGUN, assigned("2026-12-09T09:00", "2026-12-09T11:00", travel_minutes=45), ALONG)
    (day,) = resources(company, "2026-12-09", "2026-12-09")["Gino Bianchi"]["days"]
    assert [(one["what"], one["starts_at"], one["minutes"]) for one in day["stretches"]] == [
        ("travel", rome("2026-12-09T08:15"), 45),
        ("visit", rome("2026-12-09T09:00"), 120),
    ]
    (day,) = resources(company, "2026-12-09", "2026-12-09")["Pina Neri"]["days"]
    assert (day["visits"], day["visit_minutes"], day["travel_minutes"]) == (1, 120, 20)


def test_setting_out_the_evening_before_shows_on_both_days(company: Company) -> None:
    company.given(*BEGUN, assigned("2026-12-09T00:30", "2026-12-09T02:00", travel_minutes=60))
    eve, day = resources(company, "2026-12-08", "2026-12-09", technician_id=GINO)["Gino Bianchi"]["days"]
    assert (eve["visits"], eve["travel_minutes"], day["travel_minutes"], day["visit_minutes"]) == (0, 30, 30, 90)
    assert len(visits(company, "2026-12-08", "2026-12-08")) == 1


@pytest.mark.parametrize(
    ("first", "day", "last", "hours"),
    [
        ("2026-03-28", "2026-03-29", "2026-03-30", 23),
        ("2026-10-24", "2026-10-25", "2026-10-26", 25),
    ],
)
def test_a_visit_of_three_days_is_on_each_of_them(
    company: Company, first: str, day: str, last: str, hours: int
) -> None:
    """Peers, row 25 and the clock: the whole day in the middle has its hours, 23 or 25."""
    company.given(*CUSTOMER, *TECHNICIANS, opened(at="2026-03-02T09:00"), PLANNED)
    company.given(assigned(f"{first}T14:00", f"{last}T12:00"))
    days = resources(company, first, last, technician_id=GINO)["Gino Bianchi"]["days"]
    assert [one["visit_minutes"] for one in days] == [10 * 60, hours * 60, 12 * 60]
    assert [len(visits(company, one, one)) for one in (first, day, last)] == [1, 1, 1]


def test_bookings_are_rows_that_move_and_go_with_their_visit(company: Company) -> None:
    company.given(*BEGUN, ASSIGNED, ALONG)
    hers = visits(company, "2026-12-09", technician_id=PINA)
    assert [(one["activity_id"], one["visit_id"], one["helper"], one["kind"]) for one in hers] == [
        (BOOKING, VISIT, True, "repair")
    ]
    company.do("drop-visit", call_id=CALL, activity_id=VISIT, day="2026-12-10")
    (moved,) = visits(company, "2026-12-10", technician_id=PINA)
    assert (moved["starts_at"], moved["leaves_at"]) == (rome("2026-12-10T10:00"), rome("2026-12-10T09:40"))
    company.given(do("unassign-technician", call_id=CALL, activity_id=VISIT, reason="Malato"))
    assert visits(company, "2026-12-07", "2026-12-20") == []
    assert [one["activity_id"] for one in company.ask("unassigned-activities")["items"]] == [VISIT]


def test_the_agenda_is_filtered(company: Company) -> None:
    areas: dict[str, Any] = {"name": "Pina Neri", "areas": ["Forlì"]}
    company.given(*BEGUN, ASSIGNED, ALONG, do("change-technician", technician_id=PINA, **areas))
    assert [one["activity_id"] for one in visits(company, "2026-12-09", area="Forlì")] == [BOOKING]
    assert [one["activity_id"] for one in visits(company, "2026-12-09", skill="GAS")] == [VISIT]
    assert set(resources(company, "2026-12-09", area="Forlì")) == {"Pina Neri"}
    company.given(WORKED)
    assert [one["activity_id"] for one in visits(company, "2026-12-09", state="performed")] == [VISIT]
    company.given(do("report-work", at="2026-12-09T12:05", call_id=CALL, work_done="Fatto"))
    company.given(do("close-call", at="2026-12-09T12:10", call_id=CALL))
    assert [one["activity_id"] for one in visits(company, "2026-12-09", state="dropped")] == [BOOKING]
    assert [one["activity_id"] for one in visits(company, "2026-12-09")] == [VISIT]


def test_absences_and_duty_on_call_stand_on_their_days(company: Company) -> None:
    away: dict[str, Any] = {"technician_id": GINO, "from_on": "2026-12-10", "to_on": "2026-12-11"}
    company.given(*BEGUN, ASSIGNED, do("record-absence", kind="sickness", reason="Influenza", **away))
    on_call = slot("2026-12-11T22:00", "2026-12-12T06:00")
    company.given(do("set-on-call", technician_id=GINO, slot=on_call))
    days = resources(company, "2026-12-09", "2026-12-12")["Gino Bianchi"]["days"]
    assert [(day["visit_minutes"], day["absent_minutes"], day["on_call_minutes"]) for day in days] == [
        (120, 0, 0),
        (0, 24 * 60, 0),
        (0, 24 * 60, 120),
        (0, 0, 360),
    ]
    assert [one["what"] for one in days[2]["stretches"]] == ["absent", "on_call"]
    told = str(days)
    assert "sickness" not in told
    assert "Influenza" not in told
    (day,) = resources(company, "2026-12-11", "2026-12-11", technician_id=PINA)["Pina Neri"]["days"]
    assert (day["stretches"], day["absent_minutes"]) == ([], 0)


def test_an_absence_only_asked_for_takes_no_minutes_yet(company: Company) -> None:
    company.given(*BEGUN)
    company.do("ask-absence", technician_id=GINO, kind="holiday", from_on="2026-12-10", to_on="2026-12-10")
    (day,) = resources(company, "2026-12-10", "2026-12-10")["Gino Bianchi"]["days"]
    assert [(one["what"], one["approved"]) for one in day["stretches"]] == [("absent", False)]
    assert day["absent_minutes"] == 0
