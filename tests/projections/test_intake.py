"""While the telephone is held: candidates by what was said, and what to tell the caller; one search for all."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.commands.calls import CALL, CUSTOMER, GINO, MILAN, PLANNED, ROSSI, TECHNICIANS, WORKED, assigned, opened
from tests.commands.test_call_desk import SECOND, SECOND_COPIER
from tests.dsl import Company, do

PERUGIA = {"street": "Corso Vannucci 1", "postcode": "06121", "town": "Perùgia", "province": "PG"}
CONTACT = do(
    "add-contact",
    party_id=ROSSI,
    contact_id=UUID(int=9),
    name="Chiara D'Angelo",
    phone="+39 0543 123456",
    site_id=MILAN,
)


def labels(company: Company, text: str, **asked: Any) -> list[str]:
    """What may be meant, the best first."""
    return [one["label"] for one in company.ask("intake", text=text, **asked)["items"]]


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("SN-00123", "SN-00123"),
        ("SN 123", "SN-00123"),
        ("sn123", "SN-00123"),
        ("0123", "SN-00123"),
        ("SN-00124", "SN-00123"),
        ("NS-00123", "SN-00123"),
        ("SN-10123", "SN-00123"),
        ("SN-00213", "SN-00123"),
        ("SN-001234", "SN-00123"),
        ("SN-0123", "SN-00123"),
        ("Rsosi Gilbo", "Rossi Gilbo"),
        ("Rossi Gilvo", "Rossi Gilbo"),
        ("Rosssi Gilvo", "Rossi Gilbo"),
        ("rossi gilbo", "Rossi Gilbo"),
        ("gilbo rossi", "Rossi Gilbo"),
        ("Rosssi", "Rossi Gilbo"),
        ("rsosi", "Rossi Gilbo"),
        ("d'angelo", "Chiara D'Angelo"),
        ("angelo chiara", "Chiara D'Angelo"),
        ("0543 123456", "Chiara D'Angelo"),
        ("0543123456", "Chiara D'Angelo"),
        ("perugia", "Filiale"),
        ("PERÙGIA", "Filiale"),
        ("peruga", "Filiale"),
    ],
)
def test_what_was_said_is_found_however_it_is_written(company: Company, said: str, first: str) -> None:
    company.given(*CUSTOMER, CONTACT, do("add-site", party_id=ROSSI, code="PG", name="Filiale", address=PERUGIA))
    company.execute(SECOND_COPIER)
    assert labels(company, said)[0] == first


def test_what_is_not_there_is_not_found(company: Company) -> None:
    company.given(*CUSTOMER, SECOND_COPIER)
    for said in ("verdi", "rossi milanesi", "XK-99", "", "  ", "'"):
        assert labels(company, said) == []


def test_other_companies_are_never_found(company: Company) -> None:
    company.given(*CUSTOMER)
    other = Company(company.installation, company.installation.open_house(f"c-{uuid4().hex[:12]}", uuid4()))
    other.given(do("register-party", code="C1", name="Rossi Altrove", role="prospect"))
    assert "Rossi Gilbo" not in labels(other, "rossi")
    assert labels(other, "rossi") == ["Rossi Altrove"]


def test_a_new_name_is_found_at_the_sites_too(company: Company) -> None:
    company.given(*CUSTOMER)
    identity: dict[str, Any] = {"role": "customer", "nature": "business", "tax": {"vat_number": "IT12345670017"}}
    company.do("change-party-identity", party_id=ROSSI, name="Verdi Aldo", **identity)
    assert set(labels(company, "verdi")) == {"Verdi Aldo", "Milano", "Forlì"}
    assert labels(company, "gilbo") == []


def test_each_candidate_has_what_the_caller_is_told(company: Company) -> None:
    company.given(*CUSTOMER, SECOND_COPIER)
    period = {"starts_on": "2026-01-01", "ends_on": "2027-12-31"}
    company.do("give-warranty", serial_item_id=SECOND, kind="manufacturer", period=period)
    overdue: dict[str, Any] = {"overdue": {"amount": "351.78"}, "oldest_due_on": "2026-07-31"}
    company.do("report-arrears", party_id=ROSSI, **overdue)
    company.given(opened(serial_item_ids=[SECOND], at="2026-09-01T09:00"))
    told = company.ask("intake", text="sn 123", on="2026-09-02")["items"][0]
    assert (told["kind"], told["coverage"], told["is_blocked"]) == ("machine", "warranty", False)
    assert (told["overdue"], str(told["oldest_due_on"])) == (Decimal("351.78"), "2026-07-31")
    assert str(told["warranty_ends_on"]) == "2027-12-31"
    assert [one["number"] for one in told["open_calls"]] == ["CH-2026-0001"]
    assert told["last_call"] is None
    company.given(do("close-call", call_id=CALL))
    told = company.ask("intake", text="sn 123", on="2026-09-02")["items"][0]
    assert (told["open_calls"], told["last_call"]["number"]) == ((), "CH-2026-0001")


def test_it_says_what_the_coverage_check_says(company: Company) -> None:
    company.given(*CUSTOMER, SECOND_COPIER)
    hours = {"minutes": 600, "price": {"amount": "580.00"}, "valid_from": "2026-09-01", "valid_to": "2027-08-31"}
    rate = {"overage_rate": {"amount": "65.00"}}
    company.do("open-hour-pool", customer_id=ROSSI, name="10 ore", terms=rate, hours=hours)
    for text, asked in (("sn 123", {"serial_item_id": SECOND, "party_id": ROSSI}), ("gilbo", {"party_id": ROSSI})):
        found = company.ask("intake", text=text, on="2026-09-02")["items"]
        told = next(one for one in found if one["kind"] in ("machine", "party"))
        check = company.ask("coverage-check", on="2026-09-02", **asked)
        assert told["coverage"] == check["coverage"]["kind"]
        assert (told["minutes_left"], told["overdue"]) == (check["minutes_left"], check["overdue"])


def test_a_call_is_found_by_its_number_or_its_last_digits(company: Company) -> None:
    company.given(*CUSTOMER, opened(at="2026-09-01T09:00"))
    for said in ("CH-2026-0001", "ch-2026-0001", "1", "0001"):
        (found,) = [one for one in company.ask("intake", text=said, on="2026-09-02")["items"] if one["kind"] == "call"]
        assert (found["label"], found["entry_id"]) == ("CH-2026-0001", CALL)


def test_one_search_finds_calls_quotes_leads_and_activities(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, opened(), PLANNED, assigned("2026-12-09T09:00", "2026-12-09T11:00"))
    company.do("register-party", code="L1", name="Bar Gilbo", role="prospect")
    line = {"description": "Revisione", "quantity": "1", "unit_price": "100.00"}
    company.do("draft-quote", customer_id=ROSSI, lines=[line])
    found = company.ask("search", text="gilbo")["items"]
    assert sorted(one["kind"] for one in found) == ["call", "lead", "planned", "quote"]
    company.given(WORKED)
    assert [one["kind"] for one in company.ask("search", technician_id=GINO, kind="performed")["items"]] == [
        "performed"
    ]
    assert company.ask("search", technician_id=GINO, kind="planned")["items"] == []
    day = {"from_on": "2026-12-09", "until": "2026-12-09"}
    assert [one["kind"] for one in company.ask("search", **day)["items"]] == ["performed"]
    assert [one["kind"] for one in company.ask("search", status="active")["items"]] == ["lead"]
    pages, after = [], None
    while True:
        answer = company.ask("search", limit=1, after=after)
        pages += answer["items"]
        after = answer["next"]
        if after is None:
            break
    assert len({(one["kind"], one["id"]) for one in pages}) == len(pages) == 4
    assert [one["at"] for one in pages] == sorted((one["at"] for one in pages), reverse=True)


def test_triage_is_ordered_by_due_time(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS)
    low, high, taken = (uuid4() for _ in range(3))
    company.given(
        opened(call_id=low, priority="low", at="2026-12-04T09:00"),
        opened(call_id=high, priority="high", at="2026-12-04T09:30", skill="GAS"),
        opened(call_id=taken, at="2026-12-04T09:00"),
        do("take-charge", call_id=taken),
    )
    queue = company.ask("triage")["items"]
    assert [one["call_id"] for one in queue] == [high, low]
    assert [one["call_id"] for one in company.ask("triage", skill="GAS")["items"]] == [high]
