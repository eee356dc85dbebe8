"""Free time of technicians: hours in force, holidays, absences, visits with the way there, duty on call (AGE-1)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.technician import technician_id
from aggregates.values import ROME, Slot
from projections.availability import TooManyDays, free_time_of
from projections.base import CursorWrong, SortUnknown
from tests.dsl import Company, Do, do

GINO, PINA, UGO = (technician_id(code) for code in ("T01", "T02", "T03"))
IDENTITY = {
    "name": "Service Srl",
    "vat_number": "IT12345670017",
    "address": {"street": "Via Roma 1", "postcode": "47121", "town": "Forlì"},
}
ON_MONDAYS = {"monday": [["08:00", "12:00"]], "tuesday": [["08:00", "12:00"], ["13:00", "17:00"]]}
PEOPLE = (
    do("found-company", company_id=uuid4(), identity=IDENTITY),
    do("register-technician", code="T01", name="Gino Bianchi", areas=["Forlì"], skills=[{"name": "GAS"}]),
    do("register-technician", code="T02", name="Pina Neri", week=ON_MONDAYS, from_on="2026-12-01", base_town="Milano"),
    do("register-technician", code="T03", name="Ugo Verdi"),
    do("deactivate-technician", technician_id=UGO),
    do("register-party", party_id=UUID(int=50), code="C1", name="Bar Sport", role="prospect"),
)


def slot(starts: str, ends: str) -> dict[str, str]:
    """A slot of Italian winter times."""
    return {"starts_at": f"{starts}:00+01:00", "ends_at": f"{ends}:00+01:00"}


def visit(n: int, starts: str, ends: str, technician: UUID = GINO, **fields: Any) -> tuple[Do, Do]:
    """A call with a visit."""
    call_id = UUID(int=n)
    opened = do("open-call", call_id=call_id, party_id=UUID(int=50), fault="Non raffredda")
    where: dict[str, Any] = {"call_id": call_id, "technician_id": technician, "slot": slot(starts, ends)}
    return opened, do("assign-technician", **where, **fields)


def absent(**fields: Any) -> Do:
    return do("record-absence", **{"technician_id": GINO, "kind": "leave", **fields})


def hours(slots: list[dict[str, datetime]]) -> list[str]:
    """Slots as somebody in Italy reads them."""
    local = [(one["starts_at"].astimezone(ROME), one["ends_at"].astimezone(ROME)) for one in slots]
    return [f"{starts:%d %H:%M}-{ends:%H:%M}" for starts, ends in local]


def day(company: Company, on: str, technician: UUID = GINO) -> dict[str, Any]:
    """One technician's day."""
    (one,) = company.ask("availability", from_on=on, to_on=on, technician_id=technician)["items"]
    return dict(one)


def test_a_day_less_visits_and_leave(company: Company) -> None:
    company.given(*PEOPLE, *visit(1, "2026-12-09T09:00", "2026-12-09T10:30"))
    company.given(absent(from_on="2026-12-09", from_time="16:00", to_time="20:00"))
    told = day(company, "2026-12-09")
    assert hours(told["free"]) == ["09 08:30-09:00", "09 10:30-12:30", "09 14:00-16:00"]
    assert (told["open_minutes"], told["planned_minutes"], told["absent_minutes"], told["free_minutes"]) == (
        480, 90, 120, 270,
    )  # fmt: skip


def test_the_way_there_is_not_free(company: Company) -> None:
    company.given(*PEOPLE, *visit(1, "2026-12-09T09:00", "2026-12-09T10:30", travel_minutes=20))
    assert hours(day(company, "2026-12-09")["free"]) == ["09 08:30-08:40", "09 10:30-12:30", "09 14:00-18:00"]


def test_a_further_technician_and_day_of_a_visit_is_not_free(company: Company) -> None:
    company.given(*PEOPLE, *visit(1, "2026-12-09T09:00", "2026-12-09T10:30"))
    (activity_id,) = company.record(UUID(int=1)).activities
    more = {"call_id": UUID(int=1), "activity_id": activity_id, "technician_id": PINA}
    company.given(do("book-technician", **more, slot=slot("2026-12-14T08:00", "2026-12-14T11:00"), helper=True))
    assert hours(day(company, "2026-12-14", PINA)["free"]) == ["14 11:00-12:00"]


def test_an_asked_absence_and_a_cancelled_one_take_nothing(company: Company) -> None:
    company.given(*PEOPLE, do("ask-absence", technician_id=GINO, kind="leave", from_on="2026-12-09"))
    company.given(absent(absence_id=UUID(int=9), from_on="2026-12-10"), do("cancel-absence", absence_id=UUID(int=9)))
    assert day(company, "2026-12-09")["free_minutes"] == day(company, "2026-12-10")["free_minutes"] == 480


def test_every_wednesday_afternoon_but_one(company: Company) -> None:
    weekly = {"every": "weekly", "until_on": "2026-12-30"}
    company.given(*PEOPLE, absent(absence_id=UUID(int=9), from_on="2026-12-09", from_time="14:00", repeats=weekly))
    company.given(do("lift-absence-day", absence_id=UUID(int=9), on="2026-12-16"))
    assert [day(company, on)["free_minutes"] for on in ("2026-12-09", "2026-12-16", "2026-12-23")] == [240, 480, 240]


@pytest.mark.parametrize(
    ("on", "technician", "because"),
    [
        ("2026-12-08", GINO, "Immacolata Concezione"),
        ("2027-02-04", GINO, "Madonna del Fuoco"),
        ("2026-12-07", PINA, "Sant'Ambrogio"),
    ],
)
def test_holidays_and_the_patron_saint_of_the_base_close_the_day(
    company: Company, on: str, technician: UUID, because: str
) -> None:
    company.given(*PEOPLE)
    told = day(company, on, technician)
    assert (told["open_minutes"], told["free"], told["closed_because"]) == (0, [], because)


def test_the_patron_saint_is_of_the_own_base_only(company: Company) -> None:
    company.given(*PEOPLE)
    assert day(company, "2026-12-07")["free_minutes"] == 480
    assert day(company, "2027-02-04", PINA)["closed_because"] is None


def test_hours_in_force_change_on_their_day(company: Company) -> None:
    company.given(*PEOPLE, do("set-technician-hours", technician_id=GINO, week=ON_MONDAYS, from_on="2026-12-15"))
    week = company.ask("availability", from_on="2026-12-14", to_on="2026-12-16", technician_id=GINO)["items"]
    assert [one["open_minutes"] for one in week] == [480, 480, 0]
    assert hours(week[1]["free"]) == ["15 08:00-12:00", "15 13:00-17:00"]


def test_duty_on_call_is_told_apart(company: Company) -> None:
    company.given(*PEOPLE)
    on_call: dict[str, Any] = {"technician_id": GINO, "slot": slot("2026-12-09T18:00", "2026-12-10T08:30")}
    duty = company.do("set-on-call", **on_call)
    assert hours(day(company, "2026-12-09")["on_call"]) == ["09 18:00-00:00"]
    assert day(company, "2026-12-10")["on_call_minutes"] == 510
    assert day(company, "2026-12-09")["free_minutes"] == 480
    company.given(do("remove-on-call", duty_id=duty["duty_id"]))
    assert day(company, "2026-12-10")["on_call_minutes"] == 0


def test_by_week_and_page_by_page(company: Company) -> None:
    company.given(*PEOPLE)
    whole = company.ask("availability", from_on="2026-12-10", to_on="2026-12-20", by="week")
    told = [
        (one["technician_code"], one["from_on"].day, one["to_on"].day, one["open_minutes"]) for one in whole["items"]
    ]
    assert told == [("T01", 10, 13, 960), ("T01", 14, 20, 2400), ("T02", 10, 13, 0), ("T02", 14, 20, 720)]
    found, after = [], None
    for _ in range(4):
        page = company.ask("availability", from_on="2026-12-10", to_on="2026-12-20", by="week", limit=1, after=after)
        found.extend(page["items"])
        after = page["next"]
    assert (found, after) == (whole["items"], None)


def test_who_has_the_skill_or_the_area(company: Company) -> None:
    company.given(*PEOPLE)
    for one in ({"skill": "GAS"}, {"area": "Forlì"}):
        found = company.ask("availability", from_on="2026-12-10", to_on="2026-12-10", **one)["items"]
        assert [row["technician_code"] for row in found] == ["T01"]
    assert company.ask("availability", from_on="2026-12-10", area="Cesena")["items"] == []


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [({"to_on": "2027-12-10"}, TooManyDays), ({"sort": "free_minutes"}, SortUnknown), ({"after": "x"}, CursorWrong)],
)
def test_questions_that_cannot_be_answered(company: Company, asked: dict[str, Any], refusal: type[Exception]) -> None:
    company.given(*PEOPLE)
    with pytest.raises(refusal):
        company.ask("availability", from_on="2026-12-10", **asked)


def test_free_time_of_several_at_once(company: Company) -> None:
    company.given(*PEOPLE, *visit(1, "2026-12-14T08:00", "2026-12-14T10:00", PINA))
    company.fold()
    found = free_time_of(company.house.reader, [GINO, PINA, uuid4()], date(2026, 12, 14), date(2026, 12, 14))
    assert found.keys() == {GINO, PINA}
    assert found[PINA] == (Slot(**slot("2026-12-14T10:00", "2026-12-14T12:00")),)  # type: ignore[arg-type] # read from text
    assert len(found[GINO]) == 2


def test_the_list_of_absences(company: Company) -> None:
    company.given(*PEOPLE, *visit(1, "2026-12-09T09:00", "2026-12-09T10:30"))
    company.given(absent(absence_id=UUID(int=8), from_on="2026-12-09", override="Visita medica"))
    company.given(do("ask-absence", technician_id=PINA, kind="holiday", from_on="2026-12-21", to_on="2027-01-06"))
    first, second = company.ask("absences", from_on="2026-12-01", to_on="2027-01-31")["items"]
    assert (first["technician_name"], first["shared"], first["override"]) == ("Gino Bianchi", True, "Visita medica")
    assert [one["number"] for one in first["in_the_way"]] == ["CH-2026-0001"]
    assert (second["state"], second["occurrences"], second["to_on"]) == ("asked", 1, date(2027, 1, 6))
    assert company.ask("absences", from_on="2026-12-10", to_on="2026-12-20")["items"] == []
    assert [one["state"] for one in company.ask("absences", state="approved")["items"]] == ["approved"]
    assert company.ask("absences", technician_id=PINA, kind="leave")["items"] == []


def test_who_is_on_call(company: Company) -> None:
    company.given(*PEOPLE)
    company.do("set-on-call", technician_id=GINO, slot=slot("2026-12-09T18:00", "2026-12-10T08:30"), note="Gas")
    (duty,) = company.ask("on-call-duties", from_on="2026-12-10", to_on="2026-12-10")["items"]
    assert (duty["technician_name"], duty["note"]) == ("Gino Bianchi", "Gas")
    assert company.ask("on-call-duties", from_on="2026-12-11")["items"] == []
