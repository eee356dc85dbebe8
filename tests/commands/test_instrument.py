"""Instruments: registered, given, calibrated, withdrawn; who lacks one is not proposed (AGE-2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.instrument import CalibrationBackwards, Instrument, InstrumentInTwoPlaces, InstrumentWithdrawn
from aggregates.natural_key import CodeTaken, NaturalKey
from aggregates.vehicle import vehicle_id
from aggregates.vehicle_refusals import VehicleDisposedOf
from commands.base import NotFound
from tests.commands.calls import CALL, CUSTOMER, GINO, PINA, TECHNICIANS, VISIT, opened
from tests.dsl import Company, Do, do

ONE, TWO = UUID(int=901), UUID(int=902)


def register(instrument_id: UUID = ONE, code: str = "STR-01", **fields: Any) -> Do:
    said = {"kind": "ANALIZZATORE", "model": "Testo 330i"}
    return do("register-instrument", instrument_id=instrument_id, code=code, **{**said, **fields})


def give(technician_id: UUID | None, instrument_id: UUID = ONE) -> Do:
    return do("give-instrument", instrument_id=instrument_id, technician_id=technician_id)


def calibrate(until: str, done_on: str = "2026-01-10", instrument_id: UUID = ONE) -> Do:
    fields = {"done_on": done_on, "valid_until_on": until}
    return do("calibrate-instrument", instrument_id=instrument_id, **fields)


def test_an_instrument_is_given_taken_back_and_withdrawn(company: Company) -> None:
    company.given(*TECHNICIANS).when(register()).then(NaturalKey.Taken, Instrument.Registered)
    company.given().when(register(TWO, code="str-01")).then_refused(CodeTaken)
    company.given().when(give(GINO)).then((Instrument.Given, {"technician_id": GINO}))
    company.given().when(give(GINO)).then_nothing()
    company.given().when(give(UUID(int=404))).then_refused(NotFound)
    company.given().when(give(None)).then((Instrument.Given, {"technician_id": None}))
    changed = do("change-instrument", instrument_id=ONE, kind="ANALIZZATORE", model="Testo 300")
    company.given().when(changed).then(Instrument.DetailsChanged)
    company.given().when(changed).then_nothing()
    withdraw = do("withdraw-instrument", instrument_id=ONE, reason="Sonda rotta")
    company.given(give(PINA)).when(withdraw).then(Instrument.Withdrawn)
    company.given().when(withdraw).then_nothing()
    company.given().when(give(GINO)).then_refused(InstrumentWithdrawn)
    company.given().when(calibrate("2027-01-09")).then_refused(InstrumentWithdrawn)
    assert company.ask("instruments")["items"] == []
    (row,) = company.ask("instruments", withdrawn=True)["items"]
    assert (row["technician_id"], row["model"]) == (None, "Testo 300")


def test_the_calibration_that_holds_longest_counts(company: Company) -> None:
    company.given(*TECHNICIANS, register(), register(TWO, code="STR-02"), give(GINO))
    company.given().when(calibrate("2026-01-09")).then_refused(CalibrationBackwards)
    company.given().when(calibrate("2027-01-09")).then(Instrument.Calibrated)
    company.given().when(calibrate("2027-01-09")).then_nothing()
    company.given(calibrate("2026-06-30", done_on="2026-01-12"))
    found = company.ask("instruments", kind="analizzatore", technician_id=GINO)["items"]
    assert [str(row["valid_until_on"]) for row in found] == ["2027-01-09"]
    assert [row["code"] for row in company.ask("instruments", expires_by="2026-12-31")["items"]] == ["STR-02"]
    assert [row["code"] for row in company.ask("instruments", expires_by="2027-01-09")["items"]] == ["STR-01", "STR-02"]


def test_who_lacks_the_instrument_or_its_calibration_is_not_proposed(company: Company) -> None:
    terms = {"name": "Prova fumi", "instrument": "analizzatore"}
    company.given(*CUSTOMER, *TECHNICIANS, opened(), do("define-activity-type", code="fumi", terms=terms))
    company.given(do("plan-activity", call_id=CALL, activity_id=VISIT, kind="FUMI", minutes=60))
    assert why(company) == {"Gino Bianchi": "out-instrument", "Pina Neri": "out-instrument"}
    company.given(register(), give(GINO), register(TWO, code="STR-02"), give(PINA, TWO))
    company.given(calibrate("2026-12-08", instrument_id=TWO))
    assert why(company) == {"Gino Bianchi": "out-never-calibrated", "Pina Neri": "out-calibration"}
    company.given(calibrate("2026-12-09"))
    assert why(company) == {"Gino Bianchi": None, "Pina Neri": "out-calibration"}


def test_one_that_stays_in_a_van_counts_for_whoever_drives_it(company: Company) -> None:
    """On the days on which they drive it; Gino until the 8th, Pina from the 9th on."""
    terms = {"name": "Prova fumi", "instrument": "analizzatore"}
    company.given(*CUSTOMER, *TECHNICIANS, opened(), do("define-activity-type", code="fumi", terms=terms))
    company.given(do("plan-activity", call_id=CALL, activity_id=VISIT, kind="FUMI", minutes=60))
    company.given(do("register-vehicle", plate="FX123AB", model="Doblò", fuel="diesel"), register())
    van = vehicle_id("FX123AB")
    company.given(calibrate("2026-12-31"))
    stays = do("give-instrument", instrument_id=ONE, vehicle_id=van)
    company.given().when(stays).then((Instrument.Given, {"technician_id": None, "vehicle_id": van}))
    company.given().when(stays).then_nothing()
    both = do("give-instrument", instrument_id=ONE, vehicle_id=van, technician_id=GINO)
    company.given().when(both).then_refused(InstrumentInTwoPlaces)
    company.given().when(do("give-instrument", instrument_id=ONE, vehicle_id=UUID(int=404))).then_refused(NotFound)
    assert why(company) == {"Gino Bianchi": "out-instrument", "Pina Neri": "out-instrument"}
    for driver, days in ((GINO, ("2026-12-01", "2026-12-08")), (PINA, ("2026-12-09", None))):
        told: dict[str, Any] = {"vehicle_id": van, "technician_id": driver, "from_on": days[0], "to_on": days[1]}
        company.given(do("assign-vehicle", **told))
    assert why(company) == {"Gino Bianchi": "out-instrument", "Pina Neri": None}
    (row,) = company.ask("instruments", vehicle_id=van)["items"]
    assert (row["plate"], row["technician_name"]) == ("FX123AB", None)
    company.given(do("give-instrument", instrument_id=ONE))
    assert why(company) == {"Gino Bianchi": "out-instrument", "Pina Neri": "out-instrument"}
    company.given(do("dispose-of-vehicle", vehicle_id=van, last_on="2026-12-10", reason="Venduto"))
    sold = do("give-instrument", at="2026-12-11T09:00", instrument_id=ONE, vehicle_id=van)
    company.given().when(sold).then_refused(VehicleDisposedOf)


def why(company: Company) -> dict[str, str | None]:
    window = {"from_at": "2026-12-09T08:00:00+01:00", "to_at": "2026-12-09T18:00:00+01:00"}
    found = company.ask("candidates", call_id=CALL, at="2026-12-09T08:00:00+01:00", excluded=True, **window)
    assert found["instrument"] == "analizzatore"
    out = {one["name"]: one["because"]["code"] for one in found["excluded"]}
    return dict(sorted({**{one["name"]: None for one in found["items"]}, **out}.items()))
