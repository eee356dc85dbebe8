"""The demo company and its month are what they claim to be (azienda dimostrativa)."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest

from aggregates.rules.periods import Alignment, Timing
from aggregates.values import ROME
from examples.demo.company import Company, make_company
from examples.demo.generate import write_company
from examples.demo.month import month_calls
from gateways.imports.batch import ImportBatch
from gateways.imports.folder import read_folder
from gateways.imports.sheets.base import Row
from gateways.imports.sheets.contract_words import ContractKind, FeePeriod
from gateways.imports.sheets.customers import CustomerKind

FIRST_DAY = date(2026, 9, 1)


@pytest.fixture(scope="module")
def company() -> Company:
    return make_company()


@pytest.fixture(scope="module")
def batch(company: Company, tmp_path_factory: pytest.TempPathFactory) -> ImportBatch:
    folder = tmp_path_factory.mktemp("demo")
    write_company(company, folder)
    return read_folder(folder)


@pytest.fixture(scope="module")
def month(company: Company) -> list[dict[str, Any]]:
    return list(month_calls(company))


def generated(company: Company) -> list[Row]:
    parts = (
        company.customers.rows,
        company.customers.sites,
        company.customers.contacts,
        company.catalogue.technicians,
        company.catalogue.articles,
        company.catalogue.stock,
        company.catalogue.prices,
        company.machines.items,
        company.contracts.rows,
        company.contracts.lines,
        company.contracts.pools,
        company.machines.readings,
        company.balances.last_numbers,
        company.balances.open_items,
        company.balances.open_calls,
        company.balances.reservations,
    )
    return list(chain.from_iterable(parts))


def as_written(row: Row) -> dict[str, Any]:
    telephone = ("phone", "mobile", "caller_phone")
    return {k: v.replace(" ", "") if k in telephone and v else v for k, v in row.model_dump().items()}


def test_every_row_is_read_back_as_it_was_made(company: Company, batch: ImportBatch) -> None:
    assert batch.problems == ()
    assert [as_written(located.row) for located in batch.rows] == [as_written(row) for row in generated(company)]


def test_the_same_seed_writes_the_same_bytes(company: Company, tmp_path: Path) -> None:
    write_company(company, tmp_path / "one")
    write_company(make_company(), tmp_path / "two")
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert [(tmp_path / "one" / name).read_bytes() for name in files] == [
        (tmp_path / "two" / name).read_bytes() for name in files
    ]


def test_another_seed_is_another_company_without_problems(tmp_path: Path) -> None:
    write_company(make_company(7), tmp_path)
    assert read_folder(tmp_path).problems == ()


def test_the_company_is_as_large_as_promised(batch: ImportBatch) -> None:
    counts = batch.counts()
    assert counts["customers"] >= 150
    assert (counts["serial_items"], counts["contracts"]) == (900, 200)
    assert (counts["technicians"], counts["articles"]) == (8, 120)


def test_every_kind_of_customer_and_contract_is_there(company: Company) -> None:
    kinds = Counter(row.kind for row in company.customers.rows)
    assert min(kinds[kind] for kind in CustomerKind) >= 10
    assert {row.country for row in company.customers.rows} >= {"IT", "SM", "DE", "FR", "CH", "AT"}
    rows = company.contracts.rows
    assert {row.kind for row in rows} == set(ContractKind)
    assert {row.fee_period for row in rows} == set(FeePeriod)
    assert {row.timing for row in rows} == set(Timing)
    assert {row.vat_code for row in rows} == {"22", "N6.7", "N2.1"}


def test_the_awkward_starts_are_there_with_what_was_billed(company: Company) -> None:
    awkward = {
        (row.starts_on, row.fee_period, row.alignment, row.timing): (row.billed_through_on, row.ends_on)
        for row in company.contracts.rows[:12]
    }
    none, calendar, advance, arrears = Alignment.NONE, Alignment.CALENDAR, Timing.ADVANCE, Timing.ARREARS
    assert awkward[date(2026, 1, 31), FeePeriod.MONTHLY, none, advance][0] == date(2026, 9, 29)
    assert awkward[date(2025, 11, 30), FeePeriod.QUARTERLY, none, arrears][0] == date(2026, 8, 29)
    assert awkward[date(2024, 2, 29), FeePeriod.YEARLY, none, advance][0] == date(2027, 2, 27)
    assert awkward[date(2024, 2, 29), FeePeriod.HALF_YEARLY, none, arrears][0] == date(2026, 8, 28)
    assert awkward[date(2026, 9, 16), FeePeriod.YEARLY, calendar, advance] == (None, date(2026, 12, 31))
    assert awkward[date(2025, 9, 16), FeePeriod.YEARLY, calendar, advance] == (date(2026, 12, 31), date(2026, 12, 31))


def test_every_machine_is_covered_by_one_contract_at_most(company: Company) -> None:
    covered = Counter(
        serial for line in company.contracts.lines if line.counter is None for serial in line.serial_numbers
    )
    assert max(covered.values()) == 1


def test_four_hundred_calls_each_in_order_of_time(month: list[dict[str, Any]]) -> None:
    assert len(month) == 400
    for call in month:
        moments = [datetime.fromisoformat(at) for at in (call["opened_at"], *(step["at"] for step in call["steps"]))]
        assert moments == sorted(moments), call["ref"]
        assert moments[0].month == moments[-1].month == 9


def steps(month: list[dict[str, Any]], do: str) -> list[dict[str, Any]]:
    return [step for call in month for step in call["steps"] if step["do"] == do]


def test_the_month_has_everything_in_it(month: list[dict[str, Any]]) -> None:
    for do in ("accept-quote", "decline-quote", "reopen", "cancel", "load-van", "decide-rma", "return-rma", "pause"):
        assert len(steps(month, do)) >= 5, do
    last = Counter(call["steps"][-1]["do"] if call["steps"] else "opened" for call in month)
    assert last["close"] > 300
    assert 5 <= last["opened"] <= 40
    assert any(report["parts"] for report in steps(month, "report"))


def test_no_technician_is_in_two_places(company: Company, month: list[dict[str, Any]]) -> None:
    slots: dict[str, list[tuple[datetime, datetime]]] = {}
    for step in steps(month, "assign"):
        slot = datetime.fromisoformat(step["starts_at"]), datetime.fromisoformat(step["ends_at"])
        slots.setdefault(step["technician"], []).append(slot)
    for call in company.balances.open_calls:
        if call.technician_code and call.planned_start_at and call.planned_end_at:
            slots[call.technician_code].append((call.planned_start_at, call.planned_end_at))
    for booked in slots.values():
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(sorted(booked)))


def test_technicians_have_the_skill_and_work_in_their_hours(company: Company, month: list[dict[str, Any]]) -> None:
    technicians = {technician.code: technician for technician in company.catalogue.technicians}
    for call in month:
        for step in call["steps"]:
            if step["do"] == "assign":
                technician = technicians[step["technician"]]
                starts = datetime.fromisoformat(step["starts_at"]).astimezone(ROME)
                ends = starts + (datetime.fromisoformat(step["ends_at"]) - starts)
                assert call["skill"] in technician.skills
                assert any(
                    shift.weekday == starts.weekday() and shift.starts <= starts.time() and ends.time() <= shift.ends
                    for shift in technician.weekly_hours
                )


def test_parts_are_taken_where_they_lie(company: Company, month: list[dict[str, Any]]) -> None:
    free = {(row.article_code, row.warehouse): row.on_hand for row in company.catalogue.stock}
    for row in company.balances.reservations:
        free[row.article_code, row.warehouse] -= row.quantity
    moves = [step for call in month for step in call["steps"] if step["do"] in ("load-van", "report")]
    for step in sorted(moves, key=lambda step: datetime.fromisoformat(step["at"])):
        if step["do"] == "load-van":
            free[step["article"], step["from"]] -= Decimal(step["quantity"])
            free[step["article"], step["to"]] = free.get((step["article"], step["to"]), Decimal(0)) + 1
        else:
            for part in step["parts"]:
                free[part["article"], part["warehouse"]] -= Decimal(part["quantity"])
        assert min(free.values()) >= 0


def test_meters_only_go_up(company: Company, month: list[dict[str, Any]]) -> None:
    shown: dict[tuple[str, str], list[tuple[date, int]]] = {}
    for call in month:
        serial = call["serial"]["serial_number"]
        for step in call["steps"]:
            for reading in step.get("readings", ()):
                read_on = datetime.fromisoformat(step["ended_at"]).date()
                shown.setdefault((call["serial"]["manufacturer"] + ":" + serial, reading["counter"]), []).append(
                    (read_on, reading["value"])
                )
    makers = {item.serial_number: item.manufacturer for item in company.machines.items}
    for reading in company.machines.readings:
        name = (
            reading.serial_number
            if ":" in reading.serial_number
            else f"{makers[reading.serial_number]}:{reading.serial_number}"
        )
        shown.setdefault((name, reading.counter.value), []).append((reading.read_on, reading.value))
    for readings in shown.values():
        assert [value for _, value in sorted(readings)] == sorted(value for _, value in readings)


def test_billed_readings_lie_on_the_day_their_contract_was_billed_through(company: Company) -> None:
    billed = [reading for reading in company.machines.readings if reading.billed]
    through = {row.number: row.billed_through_on for row in company.contracts.rows}
    assert len(billed) >= 50
    assert all(reading.read_on == through[company.contracts.covered[reading.serial_number]] for reading in billed)
    assert all(reading.read_on < FIRST_DAY - timedelta(days=0) for reading in billed)
