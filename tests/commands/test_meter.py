"""Readings of meters: dated, sourced, never backwards, corrected without rewriting (R3.2, R3.9)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from aggregates.party import party_id
from aggregates.serial_item import (
    MeterDiffers,
    MeterUnknown,
    ReadingTooLong,
    ReadingTooLow,
    ReadingUnknown,
    SerialItem,
    serial_item_id,
)
from tests.dsl import Company, Do, do

ITEM = serial_item_id("Ricoh", "R-1")


@pytest.fixture
def copier(company: Company) -> Company:
    company.do("register-party", code="C1", name="Rossi", role="prospect")
    company.do(
        "register-serial-item",
        manufacturer="Ricoh",
        number="R-1",
        product="MP C3004",
        type="copier",
        owner_id=party_id("C1"),
        meters=[{"kind": "bw", "digits": 5}, {"kind": "a3", "digits": 5, "weight": "2"}],
    )
    return company


def read(day: str, value: int, **more: Any) -> Do:
    fields = {"serial_item_id": ITEM, "kind": "bw", "value": value, "read_at": f"{day}T09:00:00+02:00", **more}
    return do("record-reading", **fields)


def meter(company: Company, kind: str = "bw") -> dict[str, Any]:
    meters = company.ask("serial-item", serial_item_id=ITEM)["meters"]
    return next(row for row in meters if row["kind"] == kind)


def test_a_reading_is_recorded_with_both_its_dates(copier: Company) -> None:
    friday = read("2026-09-04", 1200, source="customer")
    copier.given().when(friday).then(SerialItem.ReadingRecorded)
    row = copier.ask("readings", serial_item_id=ITEM)["items"][0]
    assert row["read_at"] == datetime(2026, 9, 4, 7, tzinfo=UTC)
    assert row["told_at"] == datetime(2026, 9, 1, 7, tzinfo=UTC)
    assert row["recorded_at"] > row["told_at"]
    assert row["source"] == "customer"
    assert meter(copier)["last_value"] == 1200


def test_the_same_reading_told_twice_is_one_fact(copier: Company) -> None:
    first = copier.given().when(read("2026-09-04", 1200))
    again = copier.given().when(read("2026-09-04", 1200)).then_nothing()
    assert again.result == first.result


def test_a_lower_reading_is_refused(copier: Company) -> None:
    copier.given(read("2026-09-04", 1200)).when(read("2026-09-11", 1199)).then_refused(
        ReadingTooLow, value=1199, before=1200
    )


def test_a_declared_rollover_is_taken(copier: Company) -> None:
    copier.given(read("2026-09-04", 99_990)).when(read("2026-09-11", 15, rollover=True)).then(
        SerialItem.ReadingRecorded
    )
    assert copier.record(ITEM).counts("bw")[-1].counted == 25
    assert meter(copier)["last_value"] == 15


def test_a_late_reading_must_fit_between_its_neighbours(copier: Company) -> None:
    copier.given(read("2026-09-01", 1000), read("2026-09-30", 2000))
    copier.given().when(read("2026-09-15", 1500)).then(SerialItem.ReadingRecorded)
    assert meter(copier)["last_value"] == 2000
    copier.given().when(read("2026-09-20", 2100)).then_refused(ReadingTooLow, value=2000, before=2100)
    copier.given().when(read("2026-09-20", 1400)).then_refused(ReadingTooLow, value=1400, before=1500)


def test_an_estimate_does_not_hold_a_real_reading_back(copier: Company) -> None:
    copier.given(read("2026-09-01", 1000), read("2026-09-30", 3000, source="estimate"))
    copier.given().when(read("2026-10-05", 2000)).then(SerialItem.ReadingRecorded)
    assert (meter(copier)["last_value"], meter(copier)["last_source"]) == (2000, "technician")


def test_a_replaced_meter_counts_on(copier: Company) -> None:
    replaced = do(
        "replace-meter",
        serial_item_id=ITEM,
        kind="bw",
        final=1300,
        initial=7,
        replaced_at="2026-09-10T10:00:00+02:00",
    )
    copier.given(read("2026-09-04", 1200)).when(replaced).then(SerialItem.MeterReplaced)
    copier.given().when(replaced).then_nothing()
    assert (meter(copier)["last_value"], meter(copier)["last_source"]) == (7, "replacement")
    copier.given().when(read("2026-09-20", 57)).then(SerialItem.ReadingRecorded)
    assert copier.record(ITEM).counts("bw")[-1].counted == 150
    late = read("2026-09-08", 1290)
    copier.given().when(late).then(SerialItem.ReadingRecorded)
    low = do("replace-meter", serial_item_id=ITEM, kind="bw", final=40, replaced_at="2026-09-25T10:00:00+02:00")
    copier.given().when(low).then_refused(ReadingTooLow, before=57)


def test_a_wrong_reading_is_corrected_and_stays_in_the_history(copier: Company) -> None:
    wrong = copier.given().when(read("2026-09-04", 12_000)).result["reading_id"]
    correct = do("correct-reading", serial_item_id=ITEM, reading_id=wrong, value=1200, why="Una cifra di troppo")
    copier.given().when(correct).then(SerialItem.ReadingCorrected)
    copier.given().when(correct).then_nothing()
    copier.given().when(read("2026-09-11", 1300)).then(SerialItem.ReadingRecorded)
    rows = {row["value"]: row["corrected"] for row in copier.ask("readings", serial_item_id=ITEM, kind="bw")["items"]}
    assert rows == {1300: False, 1200: True}
    told = [fact["fields"]["reading"]["value"] for fact in copier.ask("history", stream_id=ITEM)["facts"][3:5]]
    assert told == [12_000, 1200]


def test_a_correction_must_fit_too(copier: Company) -> None:
    copier.given(read("2026-09-01", 1000))
    second = copier.given().when(read("2026-09-04", 1200)).result["reading_id"]
    too_low = do("correct-reading", serial_item_id=ITEM, reading_id=second, value=900)
    copier.given().when(too_low).then_refused(ReadingTooLow)
    unknown = do("correct-reading", serial_item_id=ITEM, reading_id=UUID(int=5), value=1300)
    copier.given().when(unknown).then_refused(ReadingUnknown)


def test_a_reading_has_a_meter_it_fits(copier: Company) -> None:
    copier.given().when(read("2026-09-04", 5, kind="colour")).then_refused(MeterUnknown, kind="colour")
    copier.given().when(read("2026-09-04", 100_000)).then_refused(ReadingTooLong, digits=5)


def test_a_meter_is_added_once(copier: Company) -> None:
    copier.given().when(do("add-meter", serial_item_id=ITEM, kind="colour", digits=7)).then(SerialItem.MeterAdded)
    copier.given().when(do("add-meter", serial_item_id=ITEM, kind="colour", digits=7)).then_nothing()
    copier.given().when(do("add-meter", serial_item_id=ITEM, kind="colour", digits=6)).then_refused(MeterDiffers)
    assert str(meter(copier, "a3")["weight"]) == "2"
