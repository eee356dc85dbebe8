"""The one search: each filter finds what has the value and nothing else; pages run through the whole without a gap."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.commands.calls import (
    COPIER,
    CUSTOMER,
    FORLI,
    GINO,
    MACHINE,
    MILAN,
    PINA,
    PLANNED,
    ROSSI,
    TECHNICIANS,
    WORKED,
    assigned,
    opened,
    slot,
)
from tests.dsl import Company, do

VERDI = UUID(int=77)
SAME_TIME = "2026-12-04T16:45"
FILTERS = (
    "kind",
    "status",
    "priority",
    "coverage",
    "party_id",
    "site_id",
    "technician_id",
    "activity",
    "skill",
    "area",
)


@pytest.fixture
def office(company: Company) -> Company:
    """Two customers; calls of the same instant; visits done, on the agenda, without a time; quotes and a lead."""
    company.given(*CUSTOMER, COPIER, *TECHNICIANS, opened(SAME_TIME), PLANNED)
    company.given(assigned("2026-12-09T09:00", "2026-12-09T11:00"), WORKED)
    company.do("register-party", party_id=VERDI, code="V1", name="Verdi Aldo", role="prospect")
    for n in range(3):
        call, visit = uuid4(), uuid4()
        company.given(
            opened(SAME_TIME, call_id=call, site_id=FORLI, skill="GAS", priority="high", serial_item_ids=[MACHINE]),
            do("plan-activity", call_id=call, activity_id=visit, kind="check", minutes=30, note="Controllo"),
        )
        if n:
            when = slot(f"2026-12-1{n}T09:00", f"2026-12-1{n}T10:00")
            company.do("assign-technician", call_id=call, activity_id=visit, technician_id=GINO, slot=when)
    company.given(opened("2026-11-02T09:00", call_id=uuid4(), party_id=VERDI, site_id=None))
    for customer in (ROSSI, VERDI):
        line = {"description": "Revisione", "quantity": "1", "unit_price": "100.00"}
        company.do("draft-quote", customer_id=customer, lines=[line])
    return company


def found(company: Company, **asked: Any) -> list[dict[str, Any]]:
    """Everything that matches, in one page."""
    items: list[dict[str, Any]] = company.ask("search", limit=500, **asked)["items"]
    return items


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_finds_what_has_the_value_and_nothing_else(office: Company, name: str) -> None:
    every = found(office)
    values = {row[name] for row in every} - {None}
    for value in values:
        assert found(office, **{name: value}) == [row for row in every if row[name] == value]
    assert len(every) == 12


def test_filters_are_asked_together(office: Company) -> None:
    every = found(office)
    assert found(office, technician_id=GINO, kind="planned", status="assigned", skill="GAS") == [
        row for row in every if row["kind"] == "planned" and row["status"] == "assigned"
    ]
    assert found(office, technician_id=PINA) == []
    assert found(office, status="expired", kind="lead") == []
    assert found(office, status="no such state") == []


def test_days_are_italian_and_include_the_last(office: Company) -> None:
    every = found(office)
    day = {"from_on": "2026-12-04", "until": "2026-12-04"}
    assert {row["kind"] for row in found(office, **day)} == {"call", "planned"}
    assert found(office, until="2026-12-09") == [row for row in every if str(row["at"]) < "2026-12-09 23"]
    assert found(office, from_on="2026-12-10") == [row for row in every if str(row["at"]) > "2026-12-10"]


def test_a_machine_finds_its_calls_and_what_was_planned_there(office: Company) -> None:
    kinds = sorted(row["kind"] for row in found(office, serial_item_id=MACHINE))
    assert kinds == ["call"] * 3 + ["planned"] * 3


@pytest.mark.parametrize("asked", [{}, {"party_id": ROSSI}, {"text": "rossi"}, {"kind": "planned"}, {"sort": "number"}])
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_run_through_the_whole_in_order(office: Company, asked: dict[str, Any], limit: int) -> None:
    whole, pages, after = found(office, **asked), [], None
    while True:
        answer = office.ask("search", limit=limit, after=after, **asked)
        pages += answer["items"]
        after = answer["next"]
        if after is None:
            break
    assert pages == whole
    assert len(pages) >= limit


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("verdi", {"call", "quote", "lead"}),
        ("v1", {"lead", "call", "quote"}),
        ("forli", {"call", "planned"}),
        ("r-1", {"call", "planned"}),
        ("CH-2026-0001", {"call", "performed"}),
    ],
)
def test_words_find_what_stands_under_them(office: Company, text: str, kinds: set[str]) -> None:
    assert {row["kind"] for row in found(office, text=text)} == kinds
    assert found(office, text="nobody at all") == []


def test_another_site_is_not_found(office: Company) -> None:
    assert {row["site_id"] for row in found(office, text="forli")} == {FORLI}
    assert MILAN in {row["site_id"] for row in found(office, text="rossi")}
