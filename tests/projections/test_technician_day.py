"""The technician's day and the daily report: all that is needed, nothing of others, gaps and overlaps flagged."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from aggregates.article import article_id
from aggregates.warehouse import warehouse_id
from tests.commands.calls import (
    ASSIGNED,
    CALL,
    COPIER,
    CUSTOMER,
    GINO,
    MACHINE,
    PINA,
    PLANNED,
    TECHNICIANS,
    VISIT,
    WORKED,
    opened,
    rome,
)
from tests.dsl import Company, do

SECOND = uuid4()
BEGUN = (*CUSTOMER, *TECHNICIANS, COPIER, opened(serial_item_ids=[MACHINE]), PLANNED, ASSIGNED)


def my_day(company: Company, on: str = "2026-12-09") -> Any:
    return company.ask("my-day", technician_id=GINO, on=on)


def test_a_visit_brings_all_that_is_needed(company: Company) -> None:
    company.given(*BEGUN)
    company.do("register-article", code="X", description="Elettrovalvola", kind="part")
    company.do("open-warehouse", code="V01", name="Furgone", kind="van", technician_id=GINO)
    place = {"article_id": article_id("X"), "warehouse_id": warehouse_id("V01")}
    company.do("stock-article", **place, quantity="3", unit_cost="50.00")
    company.do("plan-part", call_id=CALL, code="X", description="Elettrovalvola", quantity="2")
    (visit,) = my_day(company)["visits"]
    assert (visit["call_id"], visit["town"], visit["street"]) == (CALL, "Milano", "Via Brera 2")
    assert [(part["code"], part["quantity"]) for part in visit["parts_to_bring"]] == [("X", Decimal(2))]
    (machine,) = visit["machines"]
    assert (machine["number"], [meter["kind"] for meter in machine["meters"]]) == ("R-1", ["bw"])
    assert visit["coverage_reason"]
    assert [one["activity_id"] for one in my_day(company)["visits"]] == [VISIT]
    van = my_day(company)["van"]
    assert [(one["code"], one["on_hand"]) for one in van] == [("X", Decimal(3))]


def test_a_machine_tells_its_last_calls(company: Company) -> None:
    company.given(*BEGUN)
    for n in range(4):
        company.given(opened(at=f"2026-11-0{n + 1}T09:00", call_id=uuid4(), serial_item_ids=[MACHINE], fault=f"F{n}"))
    (visit,) = my_day(company)["visits"]
    assert [one["fault"] for one in visit["machines"][0]["history"]] == ["F3", "F2", "F1"]


def test_other_days_and_other_people_are_not_mine(company: Company) -> None:
    company.given(*BEGUN)
    assert my_day(company, "2026-12-10")["visits"] == []
    assert company.ask("my-day", technician_id=PINA, on="2026-12-09")["visits"] == []
    assert company.ask("my-day", technician_id=uuid4(), on="2026-12-09") is None


def test_calls_that_nobody_has_are_shown_to_who_can_do_them(company: Company) -> None:
    company.given(*BEGUN, opened(call_id=SECOND))
    company.do("plan-activity", call_id=SECOND, kind="repair", skill="GAS")
    assert [one["call_id"] for one in my_day(company)["unassigned"]] == [SECOND]
    assert company.ask("my-day", technician_id=PINA, on="2026-12-09")["unassigned"] == []


def report(company: Company, on: str = "2026-12-09") -> Any:
    return company.ask("daily-report", technician_id=GINO, on=on)


def test_the_daily_report_sums_the_day(company: Company) -> None:
    company.given(*BEGUN, WORKED)
    company.do("use-part", call_id=CALL, activity_id=VISIT, description="Valvola")
    company.do("note-expense", call_id=CALL, item="board_and_lodging", description="Pranzo", unit_cost="14.00")
    told = report(company)
    assert (told["work_minutes"], told["travel_minutes"], told["pause_minutes"]) == (90, 35, 0)
    assert (told["travel_km"], told["calls"]) == (Decimal("42.5"), 1)
    assert [part["description"] for part in told["parts"]] == ["Valvola"]
    assert [one["description"] for one in told["expenses"]] == ["Pranzo"]
    assert "unit_cost" not in told["expenses"][0]
    assert told["findings"] == []
    assert report(company, "2026-12-10")["work_minutes"] == 0


def test_gaps_and_overlaps_are_flagged(company: Company) -> None:
    company.given(*BEGUN, WORKED)
    for begins, ends in (("10:20", "11:00"), ("12:00", "12:30")):
        times: dict[str, Any] = {"starts_at": rome(f"2026-12-09T{begins}"), "ends_at": rome(f"2026-12-09T{ends}")}
        company.do("perform-activity", at="2026-12-09T13:00", call_id=CALL, technician_id=GINO, **times)
    findings = [(one["kind"], one["minutes"]) for one in report(company)["findings"]]
    assert findings == [("overlap", 20), ("gap", 60)]


def test_what_was_planned_and_not_done_is_still_open(company: Company) -> None:
    company.given(*BEGUN)
    told = report(company)
    assert [one["activity_id"] for one in told["still_open"]] == [VISIT]
    assert told["activities"] == []


def test_a_machine_of_a_call_is_shown_for_its_own_activity(company: Company) -> None:
    other = uuid4()
    company.given(
        *CUSTOMER, *TECHNICIANS, COPIER, do(COPIER.name, **{**COPIER.fields, "serial_item_id": other, "number": "R-2"})
    )
    company.given(opened(serial_item_ids=[MACHINE, other]))
    company.do("plan-activity", call_id=CALL, activity_id=VISIT, kind="repair", serial_item_ids=[other])
    company.given(ASSIGNED)
    (visit,) = my_day(company)["visits"]
    assert [machine["number"] for machine in visit["machines"]] == ["R-2"]
