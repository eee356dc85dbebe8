"""The read models of the master data stand as a fold from the beginning makes them, also with facts folded twice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from aggregates.party import party_id
from aggregates.serial_item import serial_item_id
from projections import articles, installed_base, meters, parties, price_lists, technicians, users
from projections import company as companies
from projections.base import MemoryRows, ReadModel, Table
from tests.dsl import Company, do

MODELS: tuple[type[ReadModel], ...] = (
    companies.CompanyProfile,
    users.Users,
    parties.Parties,
    technicians.Technicians,
    articles.Articles,
    price_lists.PriceLists,
    installed_base.InstalledBase,
    meters.Meters,
)
ADDRESS: dict[str, Any] = {"street": "Via Roma 2", "postcode": "47121", "town": "Forlì", "province": "FC"}
ITEM, ANNA = serial_item_id("Ricoh", "R-1"), UUID(int=9)
IDENTITY: dict[str, Any] = {"name": "Noi", "vat_number": "IT12345670017", "address": ADDRESS}
PRICE: dict[str, Any] = {"article_code": "VIT", "from_on": "2026-01-01", "unit_price": "4.5"}
MONTH = (
    do("found-company", company_id=UUID(int=8), identity=IDENTITY),
    do("define-calendar", code="CAL-N", name="Notte", terms={"always_open": True}),
    do("set-calendar-terms", code="CAL-N", terms={"always_open": True, "holiday_country": None}),
    do("register-user", user_id=ANNA, email="anna@example.it", name="Anna", roles=["administrator", "billing"]),
    do("make-api-key", user_id=ANNA, label="K", key_hash="cd" * 32, roles=["billing"]),
    do("revoke-role", user_id=ANNA, role="billing"),
    do("register-party", code="C1", name="Rossi", role="prospect", terms={"price_list_code": "BASE"}),
    do("add-site", party_id=party_id("C1"), code="S", name="Sede", address=ADDRESS, travel_km="12.5"),
    do("add-contact", party_id=party_id("C1"), name="Maria", phone="0543 1"),
    do("report-arrears", party_id=party_id("C1"), overdue={"amount": "10.00"}, oldest_due_on="2026-08-31"),
    do("register-technician", code="T1", name="Gino", skills=[{"name": "GAS"}], hourly_cost={"amount": "28.50"}),
    do("register-article", code="VIT", description="Viti", kind="part"),
    do("start-price-list", code="BASE", name="Base", from_on="2026-01-01", prices=[PRICE], charges={"call-fee": "DIR"}),
    do(
        "register-serial-item",
        manufacturer="Ricoh",
        number="R-1",
        product="MP",
        type="copier",
        owner_id=party_id("C1"),
        meters=[{"kind": "bw"}],
        warranties=[{"period": {"starts_on": "2026-01-01", "ends_on": "2027-12-31"}}],
    ),
    do("move-serial-item", serial_item_id=ITEM, owner_id=party_id("C1"), location="Ufficio"),
    do("record-reading", serial_item_id=ITEM, kind="bw", value=10),
    do("replace-meter", serial_item_id=ITEM, kind="bw", final=12, replaced_at="2026-09-02T10:00:00+02:00"),
    do("define-item-status", code="active", label="Attiva"),
    do(
        "record-supplier-warranty",
        serial_item_id=ITEM,
        supplier="Ricoh Italia",
        period={"starts_on": "2026-01-01", "ends_on": "2026-12-31"},
    ),
)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.NAME)
def test_a_fold_from_the_beginning_makes_the_same_rows(month: Company, model: type[ReadModel]) -> None:
    once, twice = MemoryRows(), MemoryRows()
    for recorded in month.house.recorded_after(0):
        model().fold(recorded, once)
        model().fold(recorded, twice)
        model().fold(recorded, twice)
    for table in model.TABLES:
        stored = rows_of(month, table)
        assert stored, table.name
        assert in_order(table, once.all(table)) == in_order(table, stored)
        assert in_order(table, twice.all(table)) == in_order(table, stored)


@pytest.fixture
def month(company: Company) -> Company:
    company.given(*MONTH)
    company.fold()
    company.fold()
    return company


def rows_of(company: Company, table: Table) -> list[dict[str, Any]]:
    columns = ", ".join(table.columns)
    return company.house.reader.rows(f"select {columns} from {{{table.name}}}")


def in_order(table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: str(table.key_of(row)))
