"""What people see of maintenance: board, calendar, forecast, plans (MNT-1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from projections.base import MemoryRows
from projections.catalog import READ_MODELS
from projections.maintenance import Maintenance
from tests.commands.calls import ROSSI
from tests.commands.maintenance import (
    COPIER,
    FORLI,
    MONTHLY,
    OTHER,
    PLAN,
    an_id,
    begin,
    calls,
    closed,
    machine,
    plan,
    read,
    run,
)
from tests.dsl import Company, do
from tests.projections.test_master_data import in_order, rows_of

FEBRUARY, MARCH, APRIL = date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)


def board(company: Company, on: str, **where: Any) -> list[tuple[str, str]]:
    items = company.ask("maintenance", on=on, **where)["items"]
    return [(str(item["due_on"]), item["state"]) for item in items]


def lived(company: Company) -> None:
    """February done, March skipped, April planned and open; May to come."""
    begin(company, plan(minutes=30, after_days=5))
    run(company, "2026-02-28")
    company.given(closed(calls(company)[0], "2026-03-02T10:00"))
    run(company, "2026-03-02")
    skip: dict[str, Any] = {"plan_id": PLAN, "serial_item_id": COPIER, "key": "interval/2026-03-31", "reason": "Ferma"}
    company.do("skip-occurrence", at="2026-03-10T09:00", **skip)
    run(company, "2026-04-30")


def test_the_board_shows_what_is_recorded_and_what_is_to_come(company: Company) -> None:
    lived(company)
    assert board(company, "2026-05-01") == [
        ("2026-02-28", "done"),
        ("2026-03-31", "skipped"),
        ("2026-04-30", "planned"),
        ("2026-05-31", "due"),
        ("2026-06-30", "due"),
    ]
    assert board(company, "2026-05-06")[2] == ("2026-04-30", "late")
    assert board(company, "2026-05-05")[2] == ("2026-04-30", "planned")
    row = company.ask("maintenance", on="2026-05-01", state="planned")["items"][0]
    assert (row["serial"], row["party_name"], row["site_name"], row["minutes"]) == ("M1", "Rossi Gilbo", "Milano", 30)
    assert (row["call_number"], row["latest_on"]) == ("CH-2026-0002", date(2026, 5, 5))


def test_the_board_is_asked_by_what_people_look_for(company: Company) -> None:
    lived(company)
    company.given(machine(OTHER, "M2", FORLI))
    assert board(company, "2026-05-01", site_id=FORLI, to_on="2026-05-31")[-1] == ("2026-05-31", "due")
    assert board(company, "2026-05-01", serial_item_id=COPIER, state="done") == [("2026-02-28", "done")]
    assert board(company, "2026-05-01", party_id=an_id("nobody")) == []
    assert board(company, "2026-05-01", plan_id=an_id("none")) == []
    assert board(company, "2026-05-01", from_on="2026-05-01", to_on="2026-05-31", party_id=ROSSI, site_id=FORLI) == [
        ("2026-05-31", "due")
    ]


def test_the_board_has_pages(company: Company) -> None:
    lived(company)
    pages, after = [], None
    while True:
        answer = company.ask("maintenance", on="2026-05-01", limit=2, after=after)
        pages.append([str(item["due_on"]) for item in answer["items"]])
        after = answer["next"]
        if after is None:
            break
    assert pages == [["2026-02-28", "2026-03-31"], ["2026-04-30", "2026-05-31"], ["2026-06-30"]]


def test_a_postponed_service_moves_on_the_board_with_its_tolerance(company: Company) -> None:
    lived(company)
    fields: dict[str, Any] = {"plan_id": PLAN, "serial_item_id": COPIER, "key": "interval/2026-04-30"}
    company.do("postpone-occurrence", at="2026-05-01T09:00", **fields, to_on="2026-05-20", reason="Ferie")
    row = company.ask("maintenance", on="2026-05-21", serial_item_id=COPIER, state="planned")["items"][0]
    assert (row["due_on"], row["latest_on"]) == (date(2026, 5, 20), date(2026, 5, 25))


def test_the_calendar_counts_by_month_and_week(company: Company) -> None:
    lived(company)
    months = company.ask("maintenance-calendar", on="2026-05-01")["items"]
    assert [(str(one["starts_on"]), one["by_state"], one["minutes"]) for one in months][:3] == [
        ("2026-02-01", {"done": 1}, 30),
        ("2026-03-01", {"skipped": 1}, 30),
        ("2026-04-01", {"planned": 1}, 30),
    ]
    weeks = company.ask("maintenance-calendar", on="2026-05-01", by="week")["items"]
    assert [str(one["starts_on"]) for one in weeks][:2] == ["2026-02-23", "2026-03-30"]


def test_the_forecast_has_a_year_with_its_minutes_and_parts(company: Company) -> None:
    part = {"code": "KIT", "description": "Kit", "quantity": "1.5"}
    begin(company, machine(OTHER, "M2"), plan(minutes=30, parts=[part], interval=MONTHLY | {"every": 3}))
    items = company.ask("maintenance-forecast", on="2026-01-15")["items"]
    assert [(str(one["month"]), one["services"], one["minutes"]) for one in items] == [
        ("2026-04-01", 2, 60),
        ("2026-07-01", 2, 60),
        ("2026-10-01", 2, 60),
    ]
    assert [Decimal(one["parts"][0]["quantity"]) for one in items] == [Decimal(3)] * 3


def test_what_the_forecast_says_is_what_the_duty_makes(company: Company) -> None:
    begin(company, plan(season={"months": [3, 4, 5, 9]}))
    told = company.ask("maintenance-forecast", on="2026-01-15", days=250)["items"]
    days = [f"2026-{month:02}-{day:02}" for month in range(1, 10) for day in (1, 28)]
    run(company, *days, "2026-09-30")
    made = [call["maintenance"]["due_on"][:7] for call in calls(company)]
    assert sorted({str(one["month"])[:7] for one in told}) == sorted(set(made))


def test_a_plan_shows_its_machines_with_their_last_and_next_service(company: Company) -> None:
    lived(company)
    sheet = company.ask("maintenance-plan", plan_id=PLAN, on="2026-05-01")
    (one,) = sheet["machines"]
    assert (one["last_done_on"], one["next"]["due_on"]) == (date(2026, 3, 2), date(2026, 5, 31))
    assert [row["code"] for row in company.ask("maintenance-plans", running_on="2026-05-01")["items"]] == ["COP"]
    assert company.ask("maintenance-plans", running_on="2026-01-09")["items"] == []
    assert company.ask("maintenance-plan", plan_id=an_id("none")) is None


def test_a_meters_forecast_goes_by_its_trend(company: Company) -> None:
    begin(company, plan(meters=[{"meter": "bw", "every": 1000}]))
    company.given(read("2026-01-10", 0), read("2026-01-20", 100))
    items = company.ask("maintenance", on="2026-04-01", to_on="2026-12-31")["items"]
    assert [(str(one["due_on"]), one["rule"]) for one in items] == [("2026-04-20", "meter/bw")]


def test_the_read_model_folds_alike_from_the_beginning(company: Company) -> None:
    lived(company)
    company.do("cancel-call", at="2026-05-02T09:00", call_id=calls(company)[1]["call_id"], reason="No")
    run(company, "2026-05-03")
    assert Maintenance in READ_MODELS
    rows = MemoryRows()
    for recorded in company.house.recorded_after(0):
        Maintenance().fold(recorded, rows)
        Maintenance().fold(recorded, rows)
    for table in Maintenance.TABLES:
        stored = rows_of(company, table)
        assert stored, table.name
        assert in_order(table, rows.all(table)) == in_order(table, stored)


def test_the_customers_page_tells_what_is_late_and_next(company: Company) -> None:
    lived(company)
    bianchi = company.do("register-party", code="C9", name="Bianchi", role="prospect")["party_id"]
    company.given(do("register-serial-item", number="M2", product="MP C3004", type="copier", owner_id=bianchi))
    card = company.ask("customer-card", party_id=ROSSI, on="2026-05-06", first=2)["maintenance"]
    assert (card["total"], card["late"], card["link"]) == (3, 1, f"/maintenance?party_id={ROSSI}")
    assert [(row["serial"], row["due_on"], row["state"]) for row in card["items"]] == [
        ("M1", APRIL, "late"),
        ("M1", date(2026, 5, 31), "due"),
    ]
    sheet = company.ask("customer-sheet", party_id=ROSSI, on="2026-05-06")["maintenance"]
    assert [row["due_on"] for row in sheet["items"]] == [APRIL, date(2026, 5, 31), date(2026, 6, 30)]
