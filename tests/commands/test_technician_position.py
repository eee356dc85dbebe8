"""Positions of technicians: lawful, in working time, kept for hours, then nowhere (R10.3, MAP-1)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.position_sharing import BasisEndsTooEarly, PositionBasisUnknown, PositionSharing
from aggregates.technician import technician_id
from aggregates.technician_position import (
    OutsideWorkingTime,
    PositionBasisMissing,
    PositionTooOld,
    SharingStopped,
    TechnicianPosition,
    technician_position_id,
)
from aggregates.values import ERASED, ROME
from commands.technician_position import NotYourself
from gateways.duty_round import do_duties
from gateways.forgetting import destroy_forgotten_keys
from projections.positions import Positions
from schedulers.catalog import BY_NAME as DUTIES
from tests.dsl import Company, Do, do

GINO, PINA = technician_id("T01"), technician_id("T02")
IDENTITY = {
    "name": "Service Srl",
    "vat_number": "IT12345670017",
    "address": {"street": "Via Roma 1", "postcode": "47121", "town": "Forlì"},
}
PEOPLE = (
    do("found-company", company_id=uuid4(), identity=IDENTITY),
    do("register-technician", code="T01", name="Gino Bianchi"),
    do("register-technician", code="T02", name="Pina Neri"),
    do("register-party", party_id=UUID(int=50), code="C1", name="Bar Sport", role="prospect"),
)
AGREED = do(
    "record-position-basis",
    basis_id=UUID(int=9),
    kind="union_agreement",
    document="Accordo 12/01/2026",
    valid_from_on="2026-12-01",
    valid_to_on="2026-12-31",
)


def seen(at: str, technician: UUID = GINO, **fields: Any) -> Do:
    place = {"latitude": 44.22268, "longitude": 12.04068, **fields}
    return do("share-position", at=at, technician_id=technician, **place)


def last(company: Company, at: str = "2026-12-09T10:30:00+01:00") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = company.ask("positions", at=at)["items"]
    return items


def forget(company: Company, at: str) -> int:
    """What the duty does at an Italian time, and the keys destroyed for it."""
    now = datetime.fromisoformat(at).replace(tzinfo=ROME)
    company.fold()
    (done,) = do_duties(company.house, now, [DUTIES["forget-positions"]], settle=lambda *_: company.fold())
    assert done.parked == ()
    company.fold()
    return destroy_forgotten_keys(company.house)


def test_a_position_is_kept_with_its_age(company: Company) -> None:
    company.given(*PEOPLE, AGREED).when(seen("2026-12-09T09:10", accuracy_m=12)).then(
        TechnicianPosition.DayBegun, (TechnicianPosition.Shared, {"place": "44.2227 12.0407 12"})
    )
    (gino,) = last(company)
    assert (gino["technician_name"], gino["latitude"], gino["longitude"]) == ("Gino Bianchi", 44.2227, 12.0407)
    assert (gino["age_minutes"], gino["accuracy_m"]) == (80, 12)


def test_the_newest_position_counts_whatever_the_order(company: Company) -> None:
    company.given(*PEOPLE, AGREED, seen("2026-12-09T09:30"), seen("2026-12-09T09:10", latitude=45.0))
    assert [one["latitude"] for one in last(company)] == [44.2227]
    company.given(seen("2026-12-09T10:10", latitude=44.5))
    assert [one["latitude"] for one in last(company)] == [44.5]


def test_a_second_position_within_a_minute_records_nothing(company: Company) -> None:
    company.given(*PEOPLE, AGREED, seen("2026-12-09T09:10:00")).when(seen("2026-12-09T09:10:59")).then_nothing()
    company.given().when(seen("2026-12-09T09:11:00")).then(TechnicianPosition.Shared)


@pytest.mark.parametrize("at", ["2026-11-30T09:10", "2027-01-04T09:10"])
def test_without_a_legal_basis_on_that_day_it_is_refused(company: Company, at: str) -> None:
    company.given(*PEOPLE).when(seen("2026-12-09T09:10")).then_refused(PositionBasisMissing, on="2026-12-09")
    company.given(AGREED).when(seen(at)).then_refused(PositionBasisMissing)


def test_a_basis_may_hold_for_one_technician_only_and_end_early(company: Company) -> None:
    own: dict[str, Any] = {"basis_id": UUID(int=8), "technician_id": PINA}
    permit = do("record-position-basis", **own, kind="inspectorate_permit", document="P1", valid_from_on="2026-12-01")
    company.given(*PEOPLE, permit).when(seen("2026-12-09T09:10")).then_refused(PositionBasisMissing)
    company.given().when(seen("2026-12-09T09:10", PINA)).then(TechnicianPosition.DayBegun, TechnicianPosition.Shared)
    company.given().when(permit).then_nothing()
    ends = do("end-position-basis", **own, last_on="2026-12-09")
    company.given().when(ends).then(PositionSharing.BasisEnded)
    company.given().when(ends).then_nothing()
    company.given().when(seen("2026-12-10T09:10", PINA)).then_refused(PositionBasisMissing)
    early = do("end-position-basis", **own, last_on="2026-11-30")
    company.given().when(early).then_refused(BasisEndsTooEarly)
    unknown = do("end-position-basis", basis_id=uuid4(), technician_id=PINA, last_on="2026-12-31")
    company.given().when(unknown).then_refused(PositionBasisUnknown)
    (told,) = company.ask("position-bases")["items"]
    assert (told["technician_name"], str(told["valid_to_on"])) == ("Pina Neri", "2026-12-09")


@pytest.mark.parametrize("at", ["2026-12-09T07:00", "2026-12-09T13:00", "2026-12-09T18:00", "2026-12-08T10:00"])
def test_outside_working_time_it_is_refused(company: Company, at: str) -> None:
    """Before, at noon, at the end of the shift, on a holiday (8 December)."""
    company.given(*PEOPLE, AGREED).when(seen(at)).then_refused(OutsideWorkingTime)


def test_duty_on_call_and_a_running_visit_are_working_time_leave_is_not(company: Company) -> None:
    night = {"starts_at": "2026-12-09T20:00:00+01:00", "ends_at": "2026-12-10T06:00:00+01:00"}
    company.given(*PEOPLE, AGREED, do("set-on-call", technician_id=GINO, slot=night))
    company.given().when(seen("2026-12-09T22:00")).then(TechnicianPosition.DayBegun, TechnicianPosition.Shared)
    company.given(do("open-call", call_id=UUID(int=1), party_id=UUID(int=50), fault="Guasto"))
    late = {"starts_at": "2026-12-10T17:00:00+01:00", "ends_at": "2026-12-10T18:00:00+01:00"}
    company.given(do("assign-technician", call_id=UUID(int=1), technician_id=PINA, slot=late))
    (activity_id,) = company.record(UUID(int=1)).activities
    company.given().when(seen("2026-12-10T19:00", PINA)).then_refused(OutsideWorkingTime)
    arrived = do("record-arrival", at="2026-12-10T17:10", call_id=UUID(int=1), activity_id=activity_id)
    company.given(arrived).when(seen("2026-12-10T19:00", PINA)).then(
        TechnicianPosition.DayBegun, TechnicianPosition.Shared
    )
    company.given(do("record-absence", technician_id=GINO, kind="leave", from_on="2026-12-11"))
    company.given().when(seen("2026-12-11T10:00")).then_refused(OutsideWorkingTime)


def test_a_technician_can_always_stop(company: Company) -> None:
    stop = do("stop-sharing-position", at="2026-12-09T09:20", technician_id=GINO)
    company.given(*PEOPLE).when(stop).then(PositionSharing.Begun, PositionSharing.Stopped)
    company.given().when(stop).then_nothing()
    company.given(AGREED).when(seen("2026-12-09T09:25")).then_refused(SharingStopped)
    resume = do("resume-sharing-position", technician_id=GINO)
    company.given().when(resume).then(PositionSharing.Resumed)
    company.given().when(resume).then_nothing()
    company.given(seen("2026-12-09T09:30"))
    assert len(last(company)) == 1
    company.given(do("stop-sharing-position", at="2026-12-09T09:40", technician_id=GINO))
    assert last(company) == []


def test_nobody_speaks_for_another_technician(company: Company) -> None:
    user: dict[str, Any] = {
        "user_id": UUID(int=70),
        "email": "gino@example.it",
        "name": "Gino",
        "roles": ["technician"],
    }
    company.given(*PEOPLE, AGREED, do("register-user", **user, technician_id=GINO))
    for step in (seen("2026-12-09T09:10", PINA), do("stop-sharing-position", technician_id=PINA)):
        mine = Do(step.name, step.fields, step.at, f"user:{UUID(int=70)}", None)
        company.given().when(mine).then_refused(NotYourself)
    own = seen("2026-12-09T09:10")
    company.execute(Do(own.name, own.fields, own.at, f"user:{UUID(int=70)}", None))
    assert len(last(company)) == 1


def test_hours_are_forgotten_when_they_are_due(company: Company) -> None:
    company.given(*PEOPLE, AGREED, seen("2026-12-09T09:10"), seen("2026-12-09T16:40", latitude=44.3333))
    assert forget(company, "2026-12-10T08:59:59") == 0
    assert forget(company, "2026-12-10T09:00:00") == 1
    facts: list[Any] = list(company.facts(technician_position_id(GINO, datetime(2026, 12, 9).date())))
    places = [one.fact.place for one in facts[1:3]]
    assert places == [ERASED, "44.3333 12.0407"]
    assert len(last(company)) == 1
    assert forget(company, "2026-12-11T09:00") == 1
    assert last(company) == []
    assert forget(company, "2026-12-12T09:00") == 0


def test_the_company_says_for_how_long(company: Company) -> None:
    company.given(*PEOPLE, AGREED, do("set-company-parameters", change={"positions_kept_hours": 2}))
    company.given(seen("2026-12-09T09:10"))
    assert forget(company, "2026-12-09T11:00") == 1
    company.given().when(seen("2026-12-09T09:40")).then_refused(PositionTooOld)
    company.given().when(seen("2026-12-09T11:40")).then(TechnicianPosition.Shared)


def dumped(company: Company) -> str:
    """Every table, as text, without fractions of seconds: they may be any digits, a coordinate's too."""
    found: list[str] = []
    with company.installation.database.company(company.house.company_id) as connection:
        tables = connection.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'public'"
        ).fetchall()
        for (table,) in tables:
            if connection.execute(f"select has_table_privilege('{table}', 'select')").fetchone() == (True,):
                rows = connection.execute(f"select t::text from {table} t").fetchall()
                found += [row[0] for row in rows]
        facts = connection.execute("select convert_from(state, 'UTF8') from fact").fetchall()
        found += [row[0] for row in facts]
    return re.sub(r"(\d\d:\d\d:\d\d)\.\d+", r"\1", "\n".join(found))


def test_what_is_forgotten_is_nowhere_and_everything_still_folds(company: Company) -> None:
    known = company.house.log.position()
    company.given(*PEOPLE, AGREED, seen("2026-12-09T09:10", latitude=43.9876, longitude=11.1234))
    company.fold()
    assert "43.9876" in dumped(company), "the read model knows it, or this test would find nothing ever"
    before = company.ask("history", stream_id=technician_position_id(GINO, datetime(2026, 12, 9).date()))
    assert "43.9876" in str(before)
    forget(company, "2026-12-10T12:00")
    text = dumped(company)
    assert "43.98" not in text
    assert "11.12" not in text
    stream = technician_position_id(GINO, datetime(2026, 12, 9).date())
    assert "43.98" not in str(company.ask("history", stream_id=stream))
    assert company.record(stream).hours == {}
    rows = company.house.reader.folded(Positions, known_at=datetime.now(ROME))
    assert {name: len(found) for name, found in rows.tables.items() if found} == {
        "position_hour_forgotten": 1, "position_basis": 1,
    }  # fmt: skip
    assert len(company.house.recorded_after(known)) > 5


def test_a_request_is_told_from_another_without_its_coordinates(company: Company) -> None:
    """A hash of coordinates could be guessed after they are forgotten."""
    company.given(*PEOPLE, AGREED)
    hashes = []
    for n, latitude in enumerate((44.1, 44.9)):
        command_id = uuid4()
        company.execute(seen(f"2026-12-09T09:1{n}", latitude=latitude), command_id=command_id)
        with company.installation.database.company(company.house.company_id) as connection:
            sql = "select request_hash from command where command_id = %s"
            hashes.append(connection.execute(sql, (command_id,)).fetchone())
    assert hashes[0] == hashes[1]
