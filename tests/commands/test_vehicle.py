"""Vehicles: one driver a day, an odometer that never goes back, kilometres and costs by month (REP-3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.natural_key import CodeTaken, NaturalKey
from aggregates.vehicle import Vehicle, vehicle_id
from aggregates.vehicle_refusals import (
    AssignmentBackwards,
    AssignmentExists,
    AssignmentUnknown,
    DeadlineEmpty,
    DriverOverlap,
    OdometerBackwards,
    OdometerReadingUnknown,
    OdometerReadSince,
    PlateWrong,
    ReadingExists,
    VehicleDisposedOf,
    VehicleReasonMissing,
)
from commands.base import NotFound
from commands.vehicle import CostNegative
from tests.commands.calls import ASSIGNED, CALL, CUSTOMER, GINO, PINA, PLANNED, TECHNICIANS, VISIT, WORKED, opened, rome
from tests.dsl import Company, Do, do

VAN = vehicle_id("FX123AB")
FIRST, SECOND = uuid4(), uuid4()
REGISTERED = do("register-vehicle", plate="fx 123 ab", model="Fiat Doblò", fuel="diesel", odometer_km=84000)
BEGUN = (*TECHNICIANS, REGISTERED)


def van(name: str, **fields: Any) -> Do:
    """A command about the van."""
    return do(name, **{"vehicle_id": VAN} | fields)


def given_to(technician_id: UUID, from_on: str, to_on: str | None = None, assignment_id: UUID = FIRST) -> Do:
    days = {"from_on": from_on, "to_on": to_on}
    return van("assign-vehicle", assignment_id=assignment_id, technician_id=technician_id, **days)


def read(km: int, on: str, reading_id: UUID | None = None) -> Do:
    return van("read-odometer", km=km, read_on=on, reading_id=reading_id)


def test_a_vehicle_is_known_once_by_its_plate(company: Company) -> None:
    company.given().when(REGISTERED).then((Vehicle.Registered, {"plate": "FX123AB"}), Vehicle.OdometerRead)
    company.given().when(REGISTERED).then_refused(CodeTaken)
    changed = {"model": "Doblò Maxi", "fuel": "diesel"}
    company.given().when(van("change-vehicle", **changed)).then(Vehicle.DetailsChanged)
    company.given().when(van("change-vehicle", **changed)).then_nothing()
    wrong = do("register-vehicle", plate="FO 12345", model="Panda", fuel="petrol")
    company.given().when(wrong).then_refused(PlateWrong, plate="FO 12345")
    swiss = do("register-vehicle", vehicle_id=uuid4(), plate="TI 12345", country="CH", model="Panda", fuel="petrol")
    company.given().when(swiss).then(NaturalKey.Taken, (Vehicle.Registered, {"plate": "TI12345", "country": "CH"}))


def test_a_vehicle_has_one_driver_a_day(company: Company) -> None:
    company.given(*BEGUN).when(given_to(GINO, "2026-09-01")).then(Vehicle.Assigned)
    company.given().when(given_to(GINO, "2026-09-01")).then_nothing()
    company.given().when(given_to(PINA, "2026-09-01")).then_refused(AssignmentExists)
    other = given_to(PINA, "2026-10-15", assignment_id=SECOND)
    company.given().when(other).then_refused(DriverOverlap, from_on=date(2026, 9, 1))
    end = van("end-vehicle-assignment", assignment_id=FIRST, last_on="2026-10-15")
    company.given(end).when(other).then_refused(DriverOverlap, to_on=date(2026, 10, 15))
    end = van("end-vehicle-assignment", assignment_id=FIRST, last_on="2026-10-14")
    company.given().when(end).then(Vehicle.AssignmentEnded)
    company.given().when(end).then_nothing()
    company.given().when(other).then(Vehicle.Assigned)
    longer = van("end-vehicle-assignment", assignment_id=FIRST, last_on="2026-10-20")
    company.given().when(longer).then_refused(DriverOverlap)
    for on, driver in (("2026-10-14", GINO), ("2026-10-15", PINA), ("2026-08-31", None)):
        for technician_id in (GINO, PINA):
            has = company.ask("vehicle-of", technician_id=technician_id, on=on)["vehicle"]
            assert (has is not None) is (technician_id == driver), (on, technician_id)
    (row,) = company.ask("vehicles", on="2026-10-20")["items"]
    assert (row["technician_name"], row["km"]) == ("Pina Neri", 84000)


def test_assignments_that_make_no_sense(company: Company) -> None:
    company.given(*BEGUN).when(given_to(GINO, "2026-09-02", "2026-09-01")).then_refused(AssignmentBackwards)
    end = van("end-vehicle-assignment", assignment_id=FIRST, last_on="2026-09-30")
    company.given().when(end).then_refused(AssignmentUnknown)


def test_the_odometer_never_goes_back(company: Company) -> None:
    early, late = uuid4(), uuid4()
    company.given(*BEGUN).when(read(85000, "2026-09-10", late)).then(Vehicle.OdometerRead)
    company.given().when(read(85000, "2026-09-10", late)).then_nothing()
    company.given().when(read(85001, "2026-09-10", late)).then_refused(ReadingExists)
    company.given().when(read(84999, "2026-09-11")).then_refused(OdometerBackwards, other_km=85000)
    company.given().when(read(85001, "2026-09-05")).then_refused(OdometerBackwards, other_km=85000)
    company.given().when(read(84500, "2026-09-05", early)).then(Vehicle.OdometerRead)
    correct = van("correct-odometer", reading_id=late, km=84400, reason="Cifre scambiate")
    company.given().when(correct).then_refused(OdometerBackwards, other_km=84500)
    correct = van("correct-odometer", reading_id=late, km=84800, reason="Cifre scambiate")
    company.given().when(correct).then(Vehicle.OdometerCorrected)
    company.given().when(correct).then_nothing()
    silent = van("correct-odometer", reading_id=late, km=84810, reason=" ")
    company.given().when(silent).then_refused(VehicleReasonMissing)
    unknown = van("correct-odometer", reading_id=uuid4(), km=1, reason="?")
    company.given().when(unknown).then_refused(OdometerReadingUnknown)
    readings = company.ask("vehicle", vehicle_id=VAN)["readings"]
    assert [row["km"] for row in readings] == [84000, 84500, 84800]
    assert readings[-1]["corrections"][0]["km"] == 85000


def test_another_odometer_counts_on(company: Company) -> None:
    """84.000, 84.990 on the old one; the new one begins at 12 on the same day."""
    new, wrong, early = uuid4(), uuid4(), uuid4()
    swap = {"replacement_id": new, "replaced_on": "2026-10-10", "initial_km": 12}
    company.given(*BEGUN, read(84900, "2026-10-10", early), van("set-vehicle-deadline", kind="service", due_km=85500))
    short = van("replace-odometer", **swap, final_km=84899)
    company.given().when(short).then_refused(OdometerBackwards, other_km=84900)
    slip = van("replace-odometer", **swap, final_km=84909)
    company.given().when(slip).then(Vehicle.OdometerReplaced)
    replaced = van("replace-odometer", **swap, final_km=84990, reason="Quadro guasto")
    company.given().when(replaced).then((Vehicle.OdometerReplaced, {"final_km": 84990}))
    company.given().when(replaced).then_nothing()
    company.given().when(read(84900, "2026-10-10", early)).then_nothing()
    company.given().when(read(11, "2026-10-10", wrong)).then_refused(OdometerBackwards, other_km=12)
    company.given().when(read(84991, "2026-10-05")).then_refused(OdometerBackwards)
    company.given().when(read(84500, "2026-10-05")).then((Vehicle.OdometerRead, {}))
    company.given(read(522, "2026-10-31"), read(1522, "2026-11-30"))
    company.given().when(slip).then_refused(OdometerReadSince, on=date(2026, 11, 30))
    late = van("replace-odometer", replaced_on="2026-10-20", final_km=84000)
    company.given().when(late).then_refused(OdometerReadSince)
    company.given().when(van("correct-odometer", reading_id=new, km=13, reason="?")).then_refused(
        OdometerReadingUnknown
    )
    months = [company.ask("vehicle-month", year=2026, month=month)["vehicles"][0] for month in (10, 11)]
    assert [month["odometer_km"] for month in months] == [990 + 510, 1000]
    assert company.ask("vehicles", on="2026-10-31")["items"][0]["km"] == 85500
    (service,) = company.ask("vehicle-deadlines", until="2026-10-31", within_km=0)["items"]
    assert (service["km"], service["km_left"]) == (86500, -1000)
    shown = company.ask("vehicle", vehicle_id=VAN)["readings"]
    assert [(row["km"], row["final_km"]) for row in shown][-3:] == [(12, 84990), (522, None), (1522, None)]


def test_what_falls_due_is_told_by_day_and_by_kilometres(company: Company) -> None:
    company.given(*BEGUN).when(van("set-vehicle-deadline", kind="inspection")).then_refused(DeadlineEmpty)
    by_day = van("set-vehicle-deadline", kind="inspection", due_on="2026-10-31")
    company.given().when(by_day).then(Vehicle.DeadlineSet)
    company.given().when(by_day).then_nothing()
    company.given(van("set-vehicle-deadline", kind="service", due_km=90000))

    def due(until: str) -> list[str]:
        return [row["kind"] for row in company.ask("vehicle-deadlines", until=until)["items"]]

    assert (due("2026-10-30"), due("2026-10-31")) == ([], ["inspection"])
    company.given(read(89000, "2026-10-01"))
    assert due("2026-10-31") == ["inspection", "service"]
    lifted = van("lift-vehicle-deadline", kind="service")
    company.given().when(lifted).then(Vehicle.DeadlineLifted)
    company.given().when(lifted).then_nothing()
    assert due("2026-10-31") == ["inspection"]


def test_kilometres_of_visits_belong_to_who_drove_that_day(company: Company) -> None:
    """The visit is of 9 December; whose van it was is told later than the visit."""
    rates = [van("set-kilometre-cost", from_on=day, per_km=rate) for day, rate in (("2026-01-01", "0.40"),)]
    dearer = van("set-kilometre-cost", from_on="2026-12-09", per_km="0.425")
    company.given(*CUSTOMER, *BEGUN, *rates, dearer, opened(), PLANNED, ASSIGNED, WORKED)
    company.given().when(dearer).then_nothing()
    asked = {"year": 2026, "month": 12}
    month = company.ask("vehicle-month", **asked)
    assert (month["km_without_vehicle"], month["vehicles"][0]["km"]) == (Decimal("42.5"), 0)
    fine = van("note-vehicle-cost", kind="fine", spent_on="2026-12-10", amount={"amount": "42.00"})
    company.given(given_to(GINO, "2026-12-09", "2026-12-31"), read(84100, "2026-12-31")).when(fine).then(
        (Vehicle.CostNoted, {})
    )
    month = company.ask("vehicle-month", **asked)
    (shown,) = month["vehicles"]
    assert (month["km_without_vehicle"], shown["km"], shown["visits"], shown["odometer_km"]) == (
        0,
        Decimal("42.5"),
        1,
        100,
    )
    assert (shown["cost_by_rate"], shown["spent"]) == (Decimal("18.06"), Decimal("42.00"))
    (driver,) = shown["technicians"]
    assert (driver["technician_id"], driver["spent_by_kind"]) == (GINO, {"fine": Decimal("42.00")})
    assert company.ask("vehicle-month", **asked, technician_id=PINA)["vehicles"][0]["km"] == 0
    said: dict[str, Any] = {"call_id": CALL, "activity_id": VISIT, "starts_at": rome("2026-12-09T09:10")}
    fixed = do("perform-activity", **said, ends_at=rome("2026-12-09T10:40"), travel_km="50", correction="Km sbagliati")
    company.given(fixed)
    assert company.ask("vehicle-month", **asked)["vehicles"][0]["km"] == 50


def test_a_cost_is_changed_under_its_id_and_never_negative(company: Company) -> None:
    said: dict[str, Any] = {"cost_id": uuid4(), "kind": "repair", "spent_on": "2026-09-03"}
    noted = van("note-vehicle-cost", **said, amount={"amount": "310.00"})
    company.given(*BEGUN).when(noted).then(Vehicle.CostNoted)
    company.given().when(noted).then_nothing()
    company.given().when(van("note-vehicle-cost", **said, amount={"amount": "300.00"})).then(Vehicle.CostNoted)
    assert [row["amount"] for row in company.ask("vehicle", vehicle_id=VAN)["costs"]] == [Decimal("300.00")]
    company.given().when(van("note-vehicle-cost", **said, amount={"amount": "-1.00"})).then_refused(CostNegative)


def test_a_vehicle_given_away_is_driven_no_more(company: Company) -> None:
    gone = van("dispose-of-vehicle", last_on="2026-11-30", reason="Venduto")
    later = given_to(PINA, "2026-12-01", assignment_id=SECOND)
    company.given(*BEGUN, given_to(GINO, "2026-09-01")).when(gone).then(Vehicle.DisposedOf)
    company.given().when(gone).then_nothing()
    company.given().when(later).then_refused(VehicleDisposedOf, on=date(2026, 11, 30))
    company.given().when(read(99000, "2026-12-01")).then_refused(VehicleDisposedOf)
    assert company.ask("vehicle-of", technician_id=GINO, on="2026-11-30")["vehicle"] is not None
    assert company.ask("vehicle-of", technician_id=GINO, on="2026-12-01")["vehicle"] is None
    assert company.record(VAN).driver_on(rome("2026-12-01T00:00").date()) is None
    assert company.ask("vehicles", on="2026-12-01")["items"] == []


def test_a_vehicle_promised_to_somebody_is_not_given_away(company: Company) -> None:
    gone = van("dispose-of-vehicle", last_on="2026-08-31", reason="Venduto")
    company.given(*BEGUN, given_to(GINO, "2026-09-01")).when(gone).then_refused(DriverOverlap)


@pytest.mark.parametrize("name", ["change-vehicle", "read-odometer"])
def test_commands_reach_only_vehicles_that_exist(company: Company, name: str) -> None:
    every: dict[str, dict[str, Any]] = {"change-vehicle": {"model": "x", "fuel": "lpg"}, "read-odometer": {"km": 1}}
    found = company.given().when(do(name, vehicle_id=uuid4(), **every[name]))
    assert isinstance(found.refusal, NotFound)
