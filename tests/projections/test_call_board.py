"""The call board: numbers in the order of the log, filters, counts, and the sheet of one call."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tests.commands.calls import (
    ASSIGNED,
    CALL,
    CUSTOMER,
    FORLI,
    GINO,
    PLANNED,
    REPORTED,
    ROSSI,
    TECHNICIANS,
    VISIT,
    WORKED,
    opened,
)
from tests.dsl import Company, do


def numbers(company: Company, **filters: object) -> list[str]:
    """The numbers of the calls found, oldest first."""
    return [item["number"] for item in reversed(company.ask("call-board", **filters)["items"])]


def test_calls_are_numbered_per_year_in_the_order_of_the_log(company: Company) -> None:
    company.given(*CUSTOMER)
    for at in ("2026-12-04T10:00", "2026-12-31T23:30", "2027-01-01T00:10"):
        company.given(opened(call_id=uuid4(), at=at))
    assert numbers(company) == ["CH-2026-0001", "CH-2026-0002", "CH-2027-0001"]


def test_the_year_is_the_italian_one(company: Company) -> None:
    company.given(*CUSTOMER, opened(at="2026-12-31T23:30:00+00:00"))
    assert numbers(company) == ["CH-2027-0001"]


def test_numbers_go_on_after_the_system_used_before(company: Company) -> None:
    company.given(*CUSTOMER, do("open-number-register", document="call", year=2026, last_number=414))
    company.given(opened(call_id=uuid4(), at="2026-11-02T09:00", number="CH-2026-0398", channel="import"))
    company.given(opened(at="2026-12-04T10:00"))
    assert numbers(company) == ["CH-2026-0398", "CH-2026-0415"]


def test_an_imported_number_is_never_given_again(company: Company) -> None:
    company.given(*CUSTOMER, opened(call_id=uuid4(), at="2026-11-02T09:00", number="CH-2026-0007"))
    company.given(opened(call_id=uuid4(), at="2026-11-02T10:00", number="R/77"))
    company.given(opened(at="2026-12-04T10:00"))
    assert numbers(company) == ["CH-2026-0007", "R/77", "CH-2026-0008"]


def test_folding_again_changes_nothing(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, opened(), PLANNED, ASSIGNED, WORKED, REPORTED)
    before = (company.ask("call-board"), company.ask("agenda", from_on="2026-12-07"))
    company.fold()
    assert (company.ask("call-board"), company.ask("agenda", from_on="2026-12-07")) == before


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"status": "open"}, ["CH-2026-0002"]),
        ({"technician_id": GINO}, ["CH-2026-0001"]),
        ({"party_id": ROSSI}, ["CH-2026-0001"]),
        ({"site_id": FORLI}, []),
        ({"priority": "high"}, ["CH-2026-0002"]),
        ({"text": "fuma"}, ["CH-2026-0002"]),
        ({"text": "rossi"}, ["CH-2026-0001"]),
        ({"live": False}, []),
        ({"due_before": "2026-12-07T08:00:00Z"}, ["CH-2026-0001"]),
        ({"serial_item_id": UUID(int=9)}, ["CH-2026-0002"]),
    ],
)
def test_calls_are_found(company: Company, filters: dict[str, object], found: list[str]) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, opened(at="2026-12-01T09:00"), PLANNED, ASSIGNED)
    company.given(
        do(
            "open-call",
            at="2026-12-04T17:00",
            fault="Fuma",
            caller={"name": "Ugo"},
            priority="high",
            serial_item_ids=[UUID(int=9)],
        )
    )
    assert numbers(company, **filters) == found


def test_calls_are_counted_by_state(company: Company) -> None:
    company.given(*CUSTOMER, opened(), opened(call_id=uuid4()), do("close-call", at="2026-12-05T09:00", call_id=CALL))
    assert company.ask("call-counts")["by_status"] == {"closed": 1, "open": 1}


def test_the_sheet_tells_everything_in_order(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, opened(), PLANNED, ASSIGNED, WORKED, REPORTED)
    sheet = company.ask("call", call_id=CALL)
    assert (sheet["number"], sheet["status"], sheet["party_name"], sheet["town"]) == (
        "CH-2026-0001",
        "reported",
        "Rossi Gilbo",
        "Milano",
    )
    assert [activity["activity_id"] for activity in sheet["activities"]] == [str(VISIT)]
    assert sheet["activities"][0]["performed"]["travel_minutes"] == 35
    assert sheet["reports"][0]["work_done"] == "Sostituita elettrovalvola"
    assert [entry["fact"].split(".")[1] for entry in sheet["history"]] == [
        "opened",
        "activity-planned",
        "technician-assigned",
        "activity-performed",
        "work-reported",
    ]
    assert company.ask("call", call_id=uuid4()) is None


def test_the_board_shows_pauses_and_the_next_visit(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, opened(), PLANNED, ASSIGNED)
    company.given(do("pause-call", at="2026-12-05T09:00", call_id=CALL, reason="no-access"))
    (item,) = company.ask("call-board")["items"]
    assert (item["paused_for"], item["technician_id"], item["next_visit_at"].isoformat()) == (
        "no-access",
        GINO,
        "2026-12-09T08:00:00+00:00",
    )
