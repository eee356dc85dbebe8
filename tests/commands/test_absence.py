"""Absences: asked for and approved, never over a visit by accident, coming again, taken back (AGE-1; case 31)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.absence import (
    Absence,
    AbsenceState,
    Commitment,
)
from aggregates.absence_refusals import (
    AbsenceDayUnknown,
    AbsenceDecided,
    AbsenceEmpty,
    AbsenceNotShorter,
    AbsenceOverBeforeItBegins,
    AbsencesOverlap,
    AbsenceTimeTaken,
    AbsenceTooLong,
    OccurrencesOverlap,
    TooManyOccurrences,
    VisitsInTheWay,
)
from aggregates.base import Refusal, SlotTaken
from aggregates.call import Call
from aggregates.technician import TechnicianInactive, technician_id
from aggregates.values import Slot
from gateways.labels import sentence
from tests.dsl import Company, Do, do

GINO, PINA = technician_id("T01"), technician_id("T02")
LEAVE, CALL = UUID(int=1), UUID(int=100)
PEOPLE = (
    do("register-technician", code="T01", name="Gino Bianchi"),
    do("register-technician", code="T02", name="Pina Neri"),
    do("register-party", party_id=UUID(int=50), code="C1", name="Bar Sport", role="prospect"),
)
OPENED = do("open-call", call_id=CALL, party_id=UUID(int=50), fault="Non raffredda")


def slot(starts: str, ends: str) -> dict[str, str]:
    """A slot of Italian winter times."""
    return {"starts_at": f"{starts}:00+01:00", "ends_at": f"{ends}:00+01:00"}


def visit(starts: str, ends: str, call_id: UUID = CALL, **fields: Any) -> Do:
    return do("assign-technician", call_id=call_id, technician_id=GINO, slot=slot(starts, ends), **fields)


def absent(name: str = "record-absence", **fields: Any) -> Do:
    when = {"absence_id": LEAVE, "technician_id": GINO, "kind": "holiday", "from_on": "2026-12-07", **fields}
    return do(name, **when)


def held(company: Company, absence_id: UUID = LEAVE) -> list[tuple[str, str, bool]]:
    """What an absence holds, in UTC."""
    holds = company.record(absence_id).holds
    return [(f"{one.slot.starts_at:%m-%dT%H:%M}", f"{one.slot.ends_at:%m-%dT%H:%M}", one.exclusive) for one in holds]


def test_a_recorded_absence_takes_whole_days(company: Company) -> None:
    told = company.given(*PEOPLE).when(absent(to_on="2026-12-08", reason="Ponte"))
    told.then(Absence.Asked, (Absence.Approved, {"technician_id": GINO, "override": None}))
    assert told.result == {"absence_id": str(LEAVE), "state": "approved", "in_the_way": []}
    assert held(company) == [("12-06T23:00", "12-08T23:00", True)]


def test_nothing_is_planned_over_an_absence(company: Company) -> None:
    company.given(*PEOPLE, OPENED, absent(from_time="14:00", to_time="18:00"))
    company.given().when(visit("2026-12-07T13:00", "2026-12-07T14:01")).then_refused(SlotTaken)
    company.given().when(visit("2026-12-07T13:00", "2026-12-07T14:00")).then(
        Call.ActivityPlanned, Call.TechnicianAssigned
    )


def test_visits_in_the_way_are_named(company: Company) -> None:
    company.given(*PEOPLE, OPENED, visit("2026-12-07T09:00", "2026-12-07T11:00"))
    refused = company.given().when(absent())
    refused.then_refused(VisitsInTheWay, name="Gino Bianchi", visits="CH-2026-0001 07/12/2026 09:00")
    assert refused.refusal is not None
    (told,) = refused.refusal.values["in_the_way"]
    assert (told["record_id"], told["number"]) == (str(CALL), "CH-2026-0001")
    assert company.record(LEAVE) is None


def test_an_override_shares_the_visit_s_time_and_lists_it(company: Company) -> None:
    company.given(*PEOPLE, OPENED, visit("2026-12-07T09:00", "2026-12-07T11:00"))
    told = company.given().when(absent(override="Visita medica")).then(Absence.Asked, Absence.Approved)
    assert [one["number"] for one in told.result["in_the_way"]] == ["CH-2026-0001"]
    assert held(company) == [
        ("12-06T23:00", "12-07T08:00", True),
        ("12-07T08:00", "12-07T10:00", False),
        ("12-07T10:00", "12-07T23:00", True),
    ]
    second = do("open-call", call_id=UUID(int=101), party_id=UUID(int=50), fault="Altro")
    company.given(second).when(visit("2026-12-07T11:00", "2026-12-07T12:00", UUID(int=101))).then_refused(SlotTaken)


def test_approved_again_it_takes_the_time_of_visits_that_were_moved(company: Company) -> None:
    company.given(*PEOPLE, OPENED, visit("2026-12-07T09:00", "2026-12-07T11:00"), absent(override="Visita medica"))
    again = do("approve-absence", absence_id=LEAVE)
    company.given().when(again).then_refused(VisitsInTheWay)
    company.given().when(do("approve-absence", absence_id=LEAVE, override="Visita medica")).then_nothing()
    (activity_id,) = company.record(CALL).activities
    gone = {"call_id": CALL, "activity_id": activity_id}
    company.given(do("reassign-technician", **gone, technician_id=PINA))
    company.given().when(again).then(Absence.HoldsChanged)
    assert held(company) == [("12-06T23:00", "12-07T23:00", True)]
    company.given().when(again).then_nothing()
    company.given().when(do("reassign-technician", **gone, technician_id=GINO)).then_refused(SlotTaken)


def test_two_absences_at_once_are_refused_in_words(company: Company) -> None:
    company.given(*PEOPLE, absent(to_on="2026-12-11"))
    sick = absent(absence_id=UUID(int=2), kind="sickness", from_on="2026-12-09", to_on="2026-12-20")
    refused = company.given().when(sick).then_refused(AbsencesOverlap)
    assert refused.refusal is not None
    assert sentence(refused.refusal, "en").startswith("Gino Bianchi is already absent from 2026-12-07 00:00 to ")
    fields = {**sick.fields, "override": "Certificato del 9 dicembre"}
    told = company.given().when(do("record-absence", **fields)).then(Absence.Asked, Absence.Approved)
    assert [one["activity_id"] for one in told.result["in_the_way"]] == [None]
    company.given(absent(absence_id=UUID(int=3), technician_id=PINA, to_on="2026-12-11"))


def test_what_a_technician_asks_for_waits(company: Company) -> None:
    company.given(*PEOPLE, OPENED).when(absent("ask-absence")).then((Absence.Asked, {"technician_id": GINO}))
    company.given(visit("2026-12-07T09:00", "2026-12-07T11:00"))
    company.given().when(do("approve-absence", absence_id=LEAVE)).then_refused(VisitsInTheWay)
    company.given().when(do("refuse-absence", absence_id=LEAVE, reason="Già in due")).then(Absence.Refused)
    company.given().when(do("refuse-absence", absence_id=LEAVE, reason="Già in due")).then_nothing()
    company.given().when(do("approve-absence", absence_id=LEAVE)).then_refused(AbsenceDecided)
    company.given().when(do("cancel-absence", absence_id=LEAVE)).then_refused(AbsenceDecided)


def test_a_company_may_need_no_approval(company: Company) -> None:
    identity = {
        "name": "Service Srl",
        "vat_number": "IT12345670017",
        "address": {"street": "Via Roma 1", "postcode": "47121", "town": "Forlì"},
    }
    company.given(do("found-company", company_id=uuid4(), identity=identity), *PEOPLE)
    company.given(do("set-company-parameters", change={"absences_need_approval": False}, from_on="2026-09-01"))
    told = company.given().when(absent("ask-absence")).then(Absence.Asked, Absence.Approved)
    assert told.result["state"] == "approved"


def test_a_cancelled_absence_gives_the_time_back(company: Company) -> None:
    company.given(*PEOPLE, OPENED, absent())
    company.given().when(do("cancel-absence", absence_id=LEAVE, reason="Rinuncia")).then(Absence.Cancelled)
    company.given().when(do("cancel-absence", absence_id=LEAVE)).then_nothing()
    company.given().when(visit("2026-12-07T09:00", "2026-12-07T11:00")).then(
        Call.ActivityPlanned, Call.TechnicianAssigned
    )
    company.given().when(do("lift-absence-day", absence_id=LEAVE, on="2026-12-07")).then_refused(AbsenceDecided)


WEDNESDAYS = {"every": "weekly", "weekdays": ["wednesday"], "until_on": "2027-04-30"}
AFTERNOONS = absent(from_on="2026-10-07", from_time="14:00", to_time="18:00", repeats=WEDNESDAYS)


def test_every_wednesday_afternoon_is_the_same_hour_in_summer_and_winter(company: Company) -> None:
    company.given(*PEOPLE, AFTERNOONS)
    taken = {one[0]: one[1] for one in held(company)}
    assert len(taken) == 30
    assert taken["10-21T12:00"] == "10-21T16:00", "still summer time"
    assert taken["10-28T13:00"] == "10-28T17:00", "winter time"
    assert taken["03-31T12:00"] == "03-31T16:00", "summer time again"


def test_one_wednesday_can_be_lifted(company: Company) -> None:
    company.given(*PEOPLE, OPENED, AFTERNOONS)
    company.given().when(visit("2026-12-09T15:00", "2026-12-09T16:00")).then_refused(SlotTaken)
    lift = do("lift-absence-day", absence_id=LEAVE, on="2026-12-09", reason="Urgenza")
    company.given().when(lift).then((Absence.DayLifted, {"on": date(2026, 12, 9)}))
    company.given().when(lift).then_nothing()
    company.given().when(do("lift-absence-day", absence_id=LEAVE, on="2026-12-10")).then_refused(AbsenceDayUnknown)
    company.given(visit("2026-12-09T15:00", "2026-12-09T16:00"))
    company.given().when(do("approve-absence", absence_id=LEAVE)).then_nothing()


def shorter(to_on: str, **fields: Any) -> Do:
    return do("shorten-absence", absence_id=LEAVE, to_on=to_on, reason="Rientro anticipato", **fields)


def test_a_running_absence_ends_sooner_and_its_time_is_free(company: Company) -> None:
    """Cut where a visit shares it too; what was cut stays cut when it is approved again."""
    company.given(*PEOPLE, OPENED, visit("2026-12-08T09:00", "2026-12-08T11:00"))
    company.given(absent(to_on="2026-12-11", override="Malattia"))
    company.given().when(visit("2026-12-09T14:00", "2026-12-09T15:00")).then_refused(SlotTaken)
    company.given().when(shorter("2026-12-09", to_time="13:00")).then((Absence.Shortened, {"technician_id": GINO}))
    assert held(company) == [
        ("12-06T23:00", "12-08T08:00", True),
        ("12-08T08:00", "12-08T10:00", False),
        ("12-08T10:00", "12-09T12:00", True),
    ]
    company.given().when(shorter("2026-12-09", to_time="13:00")).then_nothing()
    company.given().when(shorter("2026-12-10")).then_refused(AbsenceNotShorter)
    company.given().when(shorter("2026-12-06")).then_refused(AbsenceOverBeforeItBegins, on="2026-12-07")
    company.given().when(visit("2026-12-09T12:59", "2026-12-09T14:00")).then_refused(SlotTaken)
    company.given(visit("2026-12-09T13:00", "2026-12-09T15:00"))
    company.given().when(do("approve-absence", absence_id=LEAVE, override="Malattia")).then_nothing()
    (row,) = company.ask("absences", technician_id=GINO)["items"]
    told = {name: row[name] for name in ("from_on", "to_on", "to_time", "whole_days", "occurrences", "shared")}
    assert told == {
        "from_on": date(2026, 12, 7),
        "to_on": date(2026, 12, 9),
        "to_time": "13:00",
        "whole_days": False,
        "occurrences": 1,
        "shared": True,
    }
    assert row["shortened_because"] == "Rientro anticipato"
    company.given(do("cancel-absence", absence_id=LEAVE)).when(shorter("2026-12-08")).then_refused(AbsenceDecided)


def test_one_that_comes_again_ends_sooner(company: Company) -> None:
    """Occurrences that begin later are given up, the one under way is cut; asked for, it only asks for less."""
    company.given(*PEOPLE, OPENED, AFTERNOONS)
    company.given().when(shorter("2026-12-16", to_time="16:00")).then(Absence.Shortened)
    assert held(company)[-2:] == [("12-09T13:00", "12-09T17:00", True), ("12-16T13:00", "12-16T15:00", True)]
    company.given(visit("2026-12-16T16:00", "2026-12-16T17:00"), visit("2026-12-23T14:00", "2026-12-23T17:00"))
    company.given().when(visit("2026-12-09T14:00", "2026-12-09T15:00")).then_refused(SlotTaken)
    (row,) = company.ask("absences", technician_id=GINO)["items"]
    assert (row["to_on"], row["to_time"], row["occurrences"]) == (date(2026, 12, 16), "18:00", 11)
    company.given().when(shorter("2026-12-15")).then(Absence.Shortened)
    other = {"absence_id": UUID(int=2), "technician_id": PINA, "to_on": "2026-12-09"}
    less = do("shorten-absence", absence_id=UUID(int=2), to_on="2026-12-07", reason="Basta un giorno")
    company.given(absent("ask-absence", **other)).when(less).then((Absence.Shortened, {"holds": ()}))
    company.given().when(do("approve-absence", absence_id=UUID(int=2))).then(Absence.Approved)
    assert held(company, UUID(int=2)) == [("12-06T23:00", "12-07T23:00", True)]


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"to_on": "2029-01-01"}, AbsenceTooLong),
        ({"repeats": {"every": "daily", "until_on": "2028-12-31"}}, TooManyOccurrences),
        ({"to_on": "2026-12-15", "repeats": {"every": "weekly", "until_on": "2026-12-31"}}, OccurrencesOverlap),
        ({"repeats": {"every": "weekly", "weekdays": ["sunday"], "until_on": "2026-12-10"}}, AbsenceEmpty),
        ({"from_on": "2027-03-28", "from_time": "02:15", "to_time": "02:45"}, None),
        ({"from_on": "2027-03-28", "from_time": "02:30", "to_time": "03:00"}, AbsenceEmpty),
    ],
)
def test_absences_that_cannot_be(company: Company, fields: dict[str, Any], refusal: type[Refusal] | None) -> None:
    told = company.given(*PEOPLE).when(absent(**fields))
    if refusal is None:
        told.then(Absence.Asked, Absence.Approved)
    else:
        told.then_refused(refusal)


def test_366_times_are_not_too_many(company: Company) -> None:
    daily = {"every": "daily", "until_on": "2027-12-07"}
    company.given(*PEOPLE).when(absent(from_time="12:00", to_time="12:30", repeats=daily)).then(
        Absence.Asked, Absence.Approved
    )
    assert len(held(company)) == 366


@pytest.mark.parametrize(
    "fields",
    [
        {"to_on": "2026-12-06"},
        {"from_time": "10:00", "to_time": "09:00"},
        {"from_time": "10:00+01:00"},
        {"repeats": {"every": "daily", "weekdays": ["monday"], "until_on": "2026-12-31"}},
    ],
)
def test_times_out_of_order_are_no_absence(company: Company, fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"absence|weekdays"):
        company.given(*PEOPLE).when(absent(**fields))


def test_who_left_asks_for_nothing(company: Company) -> None:
    company.given(*PEOPLE, do("deactivate-technician", technician_id=GINO))
    company.given().when(absent("ask-absence")).then_refused(TechnicianInactive)


def test_time_taken_in_this_very_moment(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    company.given(*PEOPLE, OPENED, visit("2026-12-07T09:00", "2026-12-07T11:00"))

    def not_seen_by_now(*_: object) -> list[Commitment]:
        return []

    monkeypatch.setattr("projections.lookups.commitments_of", not_seen_by_now)
    company.given().when(absent()).then_refused(AbsenceTimeTaken, name="Gino Bianchi")


def test_leave_and_visits_that_thirty_planners_book_at_once_never_overlap(company: Company) -> None:
    """Peers, row 31: visits and approved absences compete for the same half hours; each is won once."""
    calls = [UUID(int=200 + n) for n in range(15)]
    opened = [do("open-call", call_id=one, party_id=UUID(int=50), fault="Non raffredda") for one in calls]
    company.given(*PEOPLE, *opened)
    asked = [
        absent("ask-absence", absence_id=UUID(int=300 + n), kind="leave", **_times(n), from_on="2026-12-09")
        for n in range(15)
    ]
    company.given(*asked)

    def attempt(n: int) -> str | None:
        step = (
            do("approve-absence", absence_id=UUID(int=300 + n // 2))
            if n % 2
            else visit(
                f"2026-12-09T{_times(n // 2)['from_time']}", f"2026-12-09T{_times(n // 2)['to_time']}", calls[n // 2]
            )
        )
        try:
            company.execute(step)
        except (SlotTaken, VisitsInTheWay, AbsencesOverlap, AbsenceTimeTaken):
            return None
        return step.name

    with ThreadPoolExecutor(30) as planners:
        won = [one for one in planners.map(attempt, range(30)) if one]
    taken = [company.record(UUID(int=300 + n)) for n in range(15)]
    leave = [hold.slot for one in taken for hold in one.holds]
    visits = company.ask("agenda", from_on="2026-12-09", technician_id=GINO)["visits"]
    slots = sorted(
        [*leave, *(Slot(starts_at=one["starts_at"], ends_at=one["ends_at"]) for one in visits)],
        key=lambda one: one.starts_at,
    )
    assert len(slots) == len(won)
    assert won
    assert not any(one.overlaps(other) for one, other in pairwise(slots))
    assert sum(one.state is AbsenceState.APPROVED for one in taken) == won.count("approve-absence")


def _times(n: int) -> dict[str, str]:
    """Half hours that overlap their neighbours: 09:00–09:30, 09:20–09:50 …"""
    begins = datetime(2026, 12, 9, 9, tzinfo=UTC) + timedelta(minutes=20 * n)
    return {"from_time": f"{begins:%H:%M}", "to_time": f"{begins + timedelta(minutes=30):%H:%M}"}


def test_the_reason_is_sealed_with_the_technician_s_key(company: Company) -> None:
    company.given(*PEOPLE, absent(kind="sickness", reason="Influenza"))
    with company.installation.database.company(company.house.company_id) as connection:
        sql = "select state from fact where company_id = %s and topic = 'absence.asked.v1'"
        ((stored,),) = connection.execute(sql, (company.house.company_id,)).fetchall()
    assert b"Influenza" not in bytes(stored)
    assert company.record(LEAVE).reason == "Influenza"
