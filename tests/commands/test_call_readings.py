"""Meters read on a call: noted there and on the machine in one append."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from aggregates.call import Call
from aggregates.serial_item import MeterUnknown, ReadingTooLow, SerialItem
from commands.base import NotFound
from tests.commands.calls import (
    ASSIGNED,
    CALL,
    COPIER,
    CUSTOMER,
    GINO,
    MACHINE,
    PLANNED,
    REPORTED,
    TECHNICIANS,
    WORKED,
    opened,
)
from tests.dsl import Company, Do, do

READING = UUID("88888888-8888-8888-8888-888888888888")
BEFORE = do("record-reading", serial_item_id=MACHINE, kind="bw", value=15000, read_at="2026-11-30T10:00:00+01:00")


def note(value: int = 15400, at: str = "2026-12-09T10:00", **fields: Any) -> Do:
    said: dict[str, Any] = {"call_id": CALL, "serial_item_id": MACHINE, "meter": "BW", "value": value}
    return do("note-reading", **{"at": at} | said | fields)


@pytest.fixture
def visit(company: Company) -> Company:
    company.given(*CUSTOMER, *TECHNICIANS, COPIER, BEFORE, opened(), PLANNED, ASSIGNED)
    return company


def readings(company: Company) -> list[tuple[int, str]]:
    found = company.ask("readings", serial_item_id=MACHINE, limit=50)["items"]
    return sorted((row["value"], row["source"]) for row in found)


def test_a_reading_is_noted_once_on_call_and_machine(visit: Company) -> None:
    visit.given().when(note(reading_id=READING)).then(Call.ReadingNoted, SerialItem.ReadingRecorded)
    visit.given().when(note(reading_id=READING)).then_nothing()
    visit.given().when(note()).then_nothing()
    assert readings(visit) == [(15000, "technician"), (15400, "technician")]


def test_a_lower_reading_is_refused_unless_the_meter_rolled_over(visit: Company) -> None:
    visit.given().when(note(14999)).then_refused(ReadingTooLow, value=14999, before=15000)
    visit.given().when(note(120, rollover=True)).then(Call.ReadingNoted, SerialItem.ReadingRecorded)


def test_a_reading_that_the_machine_has_already_is_only_noted(visit: Company) -> None:
    visit.given().when(note(15000, read_on="2026-11-30")).then(Call.ReadingNoted)
    assert readings(visit) == [(15000, "technician")]


def test_a_reading_given_again_by_its_id_is_corrected_on_both(visit: Company) -> None:
    visit.given(note(reading_id=READING)).when(note(15410, reading_id=READING)).then(
        Call.ReadingNoted, SerialItem.ReadingCorrected
    )
    assert readings(visit)[-1] == (15410, "technician")


def test_an_earlier_day_counts_from_its_noon(visit: Company) -> None:
    visit.given(note(15300, read_on="2026-12-05"))
    (row,) = (row for row in visit.ask("readings", serial_item_id=MACHINE)["items"] if row["value"] == 15300)
    assert row["read_at"].isoformat() == "2026-12-05T11:00:00+00:00"


def test_the_meter_and_the_machine_must_be_known(visit: Company) -> None:
    visit.given().when(note(meter="colour")).then_refused(MeterUnknown, kind="colour")
    visit.given().when(note(serial_item_id=GINO)).then_refused(NotFound)


def test_readings_in_a_work_report_are_noted_too(visit: Company) -> None:
    taken = {"serial_item_id": MACHINE, "meter": "bw", "value": 15400}
    report = do(REPORTED.name, at=REPORTED.at, **{**REPORTED.fields, "readings": [taken]})
    situation = visit.given(WORKED).when(report)
    situation.then(Call.ReadingNoted, Call.WorkReported, SerialItem.ReadingRecorded)
    declared = situation.new[1].fact
    assert isinstance(declared, Call.WorkReported)
    assert [reading.value for reading in declared.report.readings] == [15400]
    visit.given().when(report).then_nothing()
    assert readings(visit) == [(15000, "technician"), (15400, "technician")]
