"""The history of an item: everything about it from every room, newest first, without amounts for technicians."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid5

from tests.document_steps import (
    CALL,
    CONTRACT,
    CUSTOMER,
    MACHINE,
    OPENED,
    PARTY,
    REPORTED,
    SIGNED,
    SITE,
    WORKED,
    founded,
)
from tests.dsl import Company


def lived(company: Company) -> None:
    company.given(founded(company), *CUSTOMER, OPENED)
    company.do("use-part", call_id=CALL, serial_item_id=MACHINE, code="EV-230", description="Elettrovalvola")
    company.given(WORKED, REPORTED, SIGNED)
    company.do("close-call", call_id=CALL, at="2026-09-10T12:00:00+02:00")
    company.do("warrant-work", call_id=CALL)
    company.do("add-meter", serial_item_id=MACHINE, kind="bw", digits=7)
    read: dict[str, Any] = {"read_at": "2026-09-11T10:00:00+02:00", "source": "technician"}
    company.do("record-reading", serial_item_id=MACHINE, kind="bw", value=1200, **read)
    company.do("move-serial-item", serial_item_id=MACHINE, owner_id=PARTY, site_id=SITE, location="Sala")


def test_everything_about_an_item_stands_in_its_history(company: Company) -> None:
    lived(company)
    sheet = company.ask("item-history", serial_item_id=MACHINE)
    assert sheet["number"] == "SN-10442"
    kinds = [row["kind"] for row in sheet["items"]]
    assert {"call", "activity", "part", "reading", "warranty", "move", "status"} <= set(kinds)
    days = [row["happened_on"] for row in sheet["items"]]
    assert days == sorted(days, reverse=True)
    part = next(row for row in sheet["items"] if row["kind"] == "part")
    assert (part["title"], part["detail"], part["record_id"]) == ("1 pz Elettrovalvola", "EV-230", CALL)


def test_the_history_is_read_page_by_page_by_day_and_by_kind(company: Company) -> None:
    lived(company)
    whole = company.ask("item-history", serial_item_id=MACHINE)["items"]
    found, after = [], None
    while True:
        part = company.ask("item-history", serial_item_id=MACHINE, limit=2, after=after)
        found += part["items"]
        after = part["next"]
        if after is None:
            break
    assert [row["key"] for row in found] == [row["key"] for row in whole]
    only = company.ask("item-history", serial_item_id=MACHINE, from_on="2026-09-11", until_on="2026-09-11")
    assert [row["title"] for row in only["items"]] == ["BW 1200"]
    calls = company.ask("item-history", serial_item_id=MACHINE, kind="call")["items"]
    assert [(row["happened_on"], row["record_id"]) for row in calls] == [(date(2026, 9, 8), CALL)]
    assert company.ask("item-history", serial_item_id=uuid5(MACHINE, "none")) is None


def test_who_does_the_work_sees_no_amounts(company: Company) -> None:
    company.given(founded(company), *CUSTOMER)
    header: dict[str, Any] = {"contract_id": CONTRACT, "customer_id": PARTY, "starts_on": "2026-09-16"}
    fee: dict[str, Any] = {
        "annual_fee": {"amount": "1200.00"},
        "serial_item_ids": [MACHINE],
        "description": "Assistenza",
    }
    company.do("open-number-register", document="contract", year=2026, last_number=1)
    company.do("draft-contract", **header, step_months=12)
    company.do("add-contract-line", contract_id=CONTRACT, **fee)
    company.do("sign-contract", contract_id=CONTRACT)
    company.do("propose-invoices", until="2026-09-16")
    (proposal,) = company.ask("invoices", state="proposed")["items"]
    company.do("issue-invoice", invoice_id=proposal["invoice_id"], dated_on="2026-09-16")
    billed = company.ask("item-history", serial_item_id=MACHINE, kind="invoice")["items"]
    assert billed
    assert all(row["detail"] for row in billed)
    assert company.ask("item-work-history", serial_item_id=MACHINE, kind="invoice")["items"] == []
    work = [row["key"] for row in company.ask("item-work-history", serial_item_id=MACHINE)["items"]]
    whole = company.ask("item-history", serial_item_id=MACHINE)["items"]
    assert work == [row["key"] for row in whole if row["kind"] != "invoice"]
