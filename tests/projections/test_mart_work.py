"""Work and costs in the datamart: each act once, at what held on its day, borne by whom the bill says (R12.3)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest

from aggregates.vehicle import vehicle_id
from projections.base import MemoryRows, Row, Table
from projections.mart_work import MartWork
from projections.mart_work_tables import ACTIVITY, CALL, COST, EXPENSE, PART, TRAVEL
from tests.commands.calls import CALL as ONE
from tests.commands.calls import COPIER, CUSTOMER, GINO, MACHINE, MILAN, PINA, ROSSI, TECHNICIANS, rome
from tests.dsl import Company, Do, do

VAN = vehicle_id("FX123AB")
OTHER = uuid5(MACHINE, "other")
VISIT, AGAIN = uuid5(ONE, "visit"), uuid5(ONE, "again")
SECOND = {**COPIER.fields, "serial_item_id": OTHER, "number": "R-2"}


def cost_set(hourly: str, from_on: str, technician_id: UUID = GINO, at: str = "2026-01-02T08:00") -> Do:
    told = {"hourly_cost": {"amount": hourly}, "from_on": from_on}
    return do("set-technician-cost", at=at, technician_id=technician_id, **told)


def km_cost(per_km: str, from_on: str = "2026-01-01") -> Do:
    return do("set-kilometre-cost", vehicle_id=VAN, from_on=from_on, per_km=per_km)


def opened(**fields: Any) -> Do:
    said = {"call_id": ONE, "party_id": ROSSI, "site_id": MILAN, "fault": "Perde", "serial_item_ids": [MACHINE]}
    return do("open-call", at="2026-03-02T08:00", **{**said, **fields})


def worked(activity_id: UUID = VISIT, day: str = "2026-03-09", **fields: Any) -> Do:
    """Three hours at the customer's, 30 km there and back."""
    said: dict[str, Any] = {
        "call_id": ONE, "activity_id": activity_id, "kind": "repair", "mode": "visit", "technician_id": GINO,
        "starts_at": rome(f"{day}T09:00"), "ends_at": rome(f"{day}T12:00"), "travel_km": "30",
    }  # fmt: skip
    return do("perform-activity", at=f"{day}T12:05", **{**said, **fields})


def given_van(technician_id: UUID = GINO, from_on: str = "2026-01-01") -> tuple[Do, ...]:
    car = {"plate": "FX 123 AB", "model": "Doblò", "fuel": "diesel", "odometer_km": 1000}
    given = {"vehicle_id": VAN, "assignment_id": uuid5(VAN, from_on), "technician_id": technician_id}
    return do("register-vehicle", **car), do("assign-vehicle", **given, from_on=from_on), km_cost("0.42")


def used(code: str, unit_cost: str | None, quantity: str = "2") -> Sequence[Do]:
    """A part out of stock."""
    article, store = uuid5(ONE, code), uuid5(ONE, "store")
    return (
        do("register-article", article_id=article, code=code, description=code, kind="part"),
        do("open-warehouse", warehouse_id=store, code="MAIN", name="Magazzino"),
        do("stock-article", article_id=article, warehouse_id=store, quantity="5", unit_cost=unit_cost),
    )


def rows_of(company: Company, table: Table) -> list[Row]:
    """What the datamart holds, as stored."""
    company.fold()
    columns = ", ".join(table.columns)
    return company.house.reader.rows(f"select {columns} from {{{table.name}}} order by {', '.join(table.key)}")  # noqa: S608


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(*CUSTOMER, *TECHNICIANS, COPIER, do("register-serial-item", **SECOND), *given_van())
    company.given(cost_set("31.00", "2026-01-01"))
    return company


def costs(company: Company) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for row in rows_of(company, COST):
        found[row["source"]] = found.get(row["source"], Decimal(0)) + row["amount"]
    return found


def test_an_activity_its_way_and_its_parts_are_costs_of_the_call(firm: Company) -> None:
    firm.given(opened(), worked())
    assert costs(firm) == {"labour": Decimal("93.00"), "travel": Decimal("12.60")}
    [activity] = rows_of(firm, ACTIVITY)
    assert (activity["work_minutes"], activity["hourly_cost"], activity["account"]) == (
        180,
        Decimal("31.00"),
        "charged",
    )
    [call] = rows_of(firm, CALL)
    assert call["visits"] == 1
