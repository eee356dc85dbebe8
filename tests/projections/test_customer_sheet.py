"""A customer on one page: every room with its total and first rows, amounts only for those who may see them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from aggregates import roles
from projections.catalog import BY_NAME
from tests.document_steps import CALL, CONTRACT, MACHINE, PARTY, invoiced, reported
from tests.dsl import Company

AMOUNTS = {"amount", "net", "taxable", "overdue", "unit_price", "open", "annual_total", "payable", "credited"}


def lived(company: Company) -> None:
    reported(company)
    invoiced(company)
    company.do("add-contact", party_id=PARTY, name="Laura", phone="0543 1")


def keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for each in value.values() for key in keys(each)}
    return {key for each in value for key in keys(each)} if isinstance(value, list | tuple) else set()


def test_every_room_tells_how_many_and_the_first(company: Company) -> None:
    lived(company)
    for number in range(4):
        item: dict[str, Any] = {"product": f"P{number}", "type": "x", "owner_id": PARTY}
        company.do("register-serial-item", number=f"N{number}", **item)
    sheet = company.ask("customer-sheet", party_id=PARTY, first=3)
    base = sheet["installed_base"]
    assert (base["total"], len(base["items"]), base["link"]) == (5, 3, f"/serial-items?owner_id={PARTY}")
    assert [row["call_id"] for row in sheet["open_calls"]["items"]] == [CALL]
    assert [row["contract_id"] for row in sheet["contracts"]["items"]] == [CONTRACT]
    assert (sheet["invoices"]["total"], sheet["contacts"]["total"], sheet["sites"]["total"]) == (1, 1, 1)
    assert sheet["documents"]["items"] == []
    assert company.ask("customer-sheet", party_id=uuid4()) is None


def test_the_position_tells_sales_by_year_and_blocked_contracts(company: Company) -> None:
    lived(company)
    (invoice,) = company.ask("invoices", state="issued")["items"]
    company.do("block-contract", contract_id=CONTRACT, from_on="2026-09-20", reason="manual")
    position = company.ask("customer-position", customer_id=PARTY)
    (year,) = position["sales_by_year"]
    assert (year["year"], year["invoices"], year["credited"]) == (2026, 1, Decimal(0))
    assert year["invoiced"] == year["net"] == invoice["taxable"]
    assert [row["number"] for row in position["blocked_contracts"]] == ["2/2026"]
    assert company.ask("customer-sheet", party_id=PARTY)["position"]["sales_by_year"] == position["sales_by_year"]


def test_those_who_do_the_work_see_no_amounts(company: Company) -> None:
    lived(company)
    card = company.ask("customer-card", party_id=PARTY)
    assert not {"invoices", "quotes", "orders", "position"} & set(card)
    assert not AMOUNTS & keys(card)
    assert AMOUNTS & keys(company.ask("customer-sheet", party_id=PARTY))
    assert [row["serial_item_id"] for row in card["installed_base"]["items"]] == [MACHINE]
    assert roles.TECHNICIAN in BY_NAME["customer-card"].roles
    for name in ("customer-sheet", "customer-position", "item-history"):
        assert roles.TECHNICIAN not in BY_NAME[name].roles, name
