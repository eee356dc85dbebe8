"""The map as its view answers it: colours, filters, counts, sites without a place, last positions (MAP-1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from aggregates.technician import technician_id
from tests.dsl import Company, Do, do

GINO, PINA = technician_id("T01"), technician_id("T02")
BAR, SITE, NOWHERE = UUID(int=50), UUID(int=51), UUID(int=52)
FORLI: dict[str, Any] = {"street": "Via Roma 1", "postcode": "47121", "town": "Forlì"}
PLACE: dict[str, Any] = {**FORLI, "latitude": 44.2227, "longitude": 12.0407}
IDENTITY = {"name": "Service Srl", "vat_number": "IT12345670017", "address": FORLI}
NOW = "2026-12-09T08:00:00+01:00"
PEOPLE = (
    do("found-company", company_id=uuid4(), identity=IDENTITY),
    do("register-technician", code="T01", name="Gino Bianchi", areas=["FC"]),
    do("register-technician", code="T02", name="Pina Neri", areas=["RA"]),
    do("register-party", party_id=BAR, code="C1", name="Bar Sport", tax={"vat_number": "IT12345670017"}),
    do("add-site", party_id=BAR, site_id=SITE, code="SEDE", name="Sede", address=PLACE, area="FC"),
    do("add-site", party_id=BAR, site_id=NOWHERE, code="DEP", name="Deposito", address=FORLI, area="RA"),
)


def call(n: int, at: str = "2026-12-09T07:50", site: UUID = SITE) -> Do:
    return do("open-call", at=at, call_id=UUID(int=n), party_id=BAR, site_id=site, fault="Guasto")


def visit(n: int, day: str = "2026-12-09", technician: UUID = GINO) -> Do:
    slot = {"starts_at": f"{day}T10:00:00+01:00", "ends_at": f"{day}T11:00:00+01:00"}
    return do("assign-technician", call_id=UUID(int=n), technician_id=technician, slot=slot, at=f"{day}T07:55")


def shown(company: Company, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = company.ask("map", **{"at": NOW, **fields})
    return found


def colours(found: dict[str, Any]) -> dict[int, str]:
    told = [one["properties"] for one in found["features"]] + found["without_place"]
    return {one["call_id"].int: one["colour"].value for one in told}


def test_calls_are_coloured_and_counted(company: Company) -> None:
    company.given(*PEOPLE, call(1), visit(1), call(2), call(3, at="2026-11-25T09:00"))
    found = shown(company)
    assert colours(found) == {1: "unconfirmed", 2: "unassigned", 3: "overdue"}
    assert found["counts"] == {
        "overdue": 1, "due_soon": 0, "payments_overdue": 0, "unconfirmed": 1, "unassigned": 1, "planned": 0,
    }  # fmt: skip
    one = next(one for one in found["features"] if one["properties"]["call_id"] == UUID(int=1))
    assert (one["type"], one["geometry"]) == ("Feature", {"type": "Point", "coordinates": [12.0407, 44.2227]})
    assert one["properties"]["technician_name"] == "Gino Bianchi"
    assert colours(shown(company, colour="overdue")) == {3: "overdue"}
    assert shown(company, colour="overdue")["counts"] == found["counts"]
    assert shown(company, limit=2)["more"]


def test_a_confirmed_visit_is_planned_until_its_due_time_comes_near(company: Company) -> None:
    company.given(*PEOPLE, call(1), visit(1))
    (activity_id,) = company.record(UUID(int=1)).activities
    agreed = do("confirm-appointment", call_id=UUID(int=1), activity_id=activity_id, channel="phone")
    company.given(agreed)
    assert colours(shown(company)) == {1: "planned"}
    due = shown(company)["features"][0]["properties"]["due_at"]
    company.given(do("set-company-parameters", change={"dispatch": {"due_soon_hours": 2}}))
    assert colours(shown(company, at=due)) == {1: "due_soon"}


def test_customers_late_with_payments_are_marked(company: Company) -> None:
    company.given(*PEOPLE, call(1), visit(1))
    late: dict[str, Any] = {"overdue": {"amount": "100.00"}, "oldest_due_on": "2026-11-01"}
    company.given(do("report-arrears", party_id=BAR, **late))
    found = shown(company)
    assert colours(found) == {1: "payments_overdue"}
    assert found["features"][0]["properties"]["customer_owes"]


def test_what_is_over_is_not_on_the_map(company: Company) -> None:
    company.given(*PEOPLE, call(1), visit(1), call(2))
    company.given(do("cancel-call", call_id=UUID(int=2), reason="Risolto"))
    company.given(do("close-call", call_id=UUID(int=1), outcome="solved", solution="Telefono"))
    assert colours(shown(company)) == {}
    assert shown(company)["technicians"] == []


def test_filters_by_day_technician_and_area(company: Company) -> None:
    company.given(*PEOPLE, call(1), visit(1), call(2), visit(2, "2026-12-10", PINA), call(3, site=NOWHERE))
    assert set(colours(shown(company, on="2026-12-09"))) == {1, 3}
    assert set(colours(shown(company, on="2026-12-10"))) == {2, 3}
    assert set(colours(shown(company, technician_id=PINA))) == {2}
    assert set(colours(shown(company, area="RA"))) == {3}
    assert [one["call_id"] for one in shown(company)["without_place"]] == [UUID(int=3)]


def test_last_positions_stand_beside_with_their_age(company: Company) -> None:
    basis: dict[str, Any] = {"kind": "union_agreement", "document": "A1", "valid_from_on": "2026-01-01"}
    company.given(*PEOPLE, do("record-position-basis", **basis))
    for technician in (GINO, PINA):
        seen: dict[str, Any] = {"technician_id": technician, "latitude": 44.2, "longitude": 12.1}
        company.given(do("share-position", at="2026-12-09T09:00", **seen))
    found = shown(company, at="2026-12-09T09:45:00+01:00", area="FC")["technicians"]
    assert [(one["id"], one["geometry"]["coordinates"]) for one in found] == [(GINO, [12.1, 44.2])]
    assert found[0]["properties"]["age_minutes"] == 45
    assert [one["id"] for one in shown(company, technician_id=PINA)["technicians"]] == [PINA]
