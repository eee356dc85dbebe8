"""Work and costs in the datamart: each act once, at what held on its day, borne by whom the bill says (R12.3)."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest

from aggregates.article import article_id
from aggregates.contractor_work import contractor_work_id
from aggregates.vehicle import vehicle_id
from aggregates.warehouse import warehouse_id
from projections.base import Row, Table
from projections.mart_work_tables import ACTIVITY, CALL, COST, EXPENSE, PART, TRAVEL
from tests.commands import test_expense_claim as claims
from tests.commands.calls import CALL as ONE
from tests.commands.calls import COPIER, CUSTOMER, GINO, MACHINE, MILAN, PINA, ROSSI, TECHNICIANS, rome
from tests.contract_steps import K1, LINE, draft, line, sign
from tests.dsl import Company, Do, do

VAN, MAIN = vehicle_id("FX123AB"), warehouse_id("MAIN")
OTHER = uuid5(MACHINE, "other")
VISIT, AGAIN = uuid5(ONE, "visit"), uuid5(ONE, "again")
SECOND = do("register-serial-item", **{**COPIER.fields, "serial_item_id": OTHER, "number": "R-2"})
Costs = dict[str, Decimal]


def cost_set(hourly: str, from_on: str = "2026-01-01", technician_id: UUID = GINO) -> Do:
    money = {"amount": hourly}
    return do("set-technician-cost", technician_id=technician_id, hourly_cost=money, from_on=from_on)


def km_cost(per_km: str, from_on: str = "2026-01-01") -> Do:
    return do("set-kilometre-cost", vehicle_id=VAN, from_on=from_on, per_km=per_km)


def given_van(technician_id: UUID = GINO, from_on: str = "2026-01-01") -> tuple[Do, ...]:
    car = do("register-vehicle", plate="FX 123 AB", model="Doblò", fuel="diesel", odometer_km=1000)
    key = uuid5(VAN, from_on)
    given = do("assign-vehicle", vehicle_id=VAN, assignment_id=key, technician_id=technician_id, from_on=from_on)
    return car, given, km_cost("0.42")


def opened(**fields: Any) -> Do:
    said = {"call_id": ONE, "party_id": ROSSI, "site_id": MILAN, "fault": "Perde", "serial_item_ids": [MACHINE]}
    return do("open-call", **{"at": "2026-03-02T08:00", **said, **fields})


def worked(activity_id: UUID = VISIT, day: str = "2026-03-09", hours: int = 3, **fields: Any) -> Do:
    """Three hours at the customer's, 30 km there and back."""
    said: dict[str, Any] = {
        "call_id": ONE, "activity_id": activity_id, "kind": "repair", "mode": "visit", "technician_id": GINO,
        "starts_at": rome(f"{day}T09:00"), "ends_at": rome(f"{day}T{9 + hours:02}:00"), "travel_km": "30",
    }  # fmt: skip
    return do("perform-activity", **{"at": f"{day}T18:05", **said, **fields})


def stocked(code: str = "X", cost: str = "51.20") -> tuple[Do, ...]:
    kept = do("stock-article", article_id=article_id(code), warehouse_id=MAIN, quantity="5", unit_cost=cost)
    return do("register-article", code=code, description=code, kind="part"), kept


def used(code: str = "X", quantity: str = "2", **fields: Any) -> Do:
    said = {"call_id": ONE, "line_id": uuid5(ONE, code), "code": code, "description": code, "quantity": quantity}
    return do("use-part", at="2026-03-09T10:00", **{**said, "article_id": article_id(code), **fields})


def closed(outcome: str = "solved") -> tuple[Do, Do]:
    late = "2026-03-09T18:10"
    return (
        do("report-work", at=late, call_id=ONE, work_done="Fatto"),
        do("close-call", at=late, call_id=ONE, outcome=outcome),
    )


def rows_of(company: Company, table: Table) -> list[Row]:
    """What the datamart holds, as stored."""
    company.fold()
    return company.house.reader.rows(f"select * from {{{table.name}}} order by {', '.join(table.key)}")


def costs(company: Company, by: str = "source") -> Costs:
    """The ledger summed by a column."""
    found: Counter[str] = Counter()
    for row in rows_of(company, COST):
        found[str(row[by])] += row["amount"]
    return dict(found)  # type: ignore[arg-type]  # a counter of decimals


@pytest.fixture
def firm(company: Company) -> Company:
    """A customer with two machines, Gino at 31.00 an hour in a van at 0.42 a kilometre, parts at 51.20."""
    company.given(*CUSTOMER, *TECHNICIANS, COPIER, SECOND, *given_van(), cost_set("31.00"))
    return company.given(do("open-warehouse", code="MAIN", name="Magazzino"), *stocked()).company


def test_s13_costs_208_euro(firm: Company) -> None:
    firm.given(opened(), worked(), used())
    assert costs(firm) == {"labour": Decimal("93.00"), "travel": Decimal("12.60"), "part": Decimal("102.40")}
    [activity] = rows_of(firm, ACTIVITY)
    assert (activity["work_minutes"], activity["hourly_cost"], activity["account"]) == (180, 31, "charged")
    [call] = rows_of(firm, CALL)
    assert (call["visits"], call["closed_on"]) == (1, None)
    assert firm.ask("margins", by="call")["whole"]["cost"] == Decimal("208.00")


def test_a_rate_told_later_flows_into_the_days_it_holds_for(firm: Company) -> None:
    """Before anybody says what an hour costs its cost is unknown, not nothing; then each day has its own."""
    firm.given(opened(), worked(technician_id=PINA), worked(AGAIN, "2026-04-01", technician_id=PINA))
    assert [row["is_known"] for row in rows_of(firm, ACTIVITY)] == [False, False]
    assert firm.ask("margins", by="technician")["whole"]["unknown_costs"] == 4
    firm.given(cost_set("20.00", "2026-01-01", PINA))
    assert costs(firm)["labour"] == Decimal("120.00")
    firm.given(cost_set("30.00", "2026-04-01", PINA))
    assert costs(firm)["labour"] == Decimal("150.00")
    firm.given(cost_set("22.00", "2026-01-01", PINA))
    assert costs(firm)["labour"] == Decimal("156.00")
    reason = firm.ask("cost-reason", source="labour", source_id=AGAIN)
    assert reason["rate_fact"]["topic"] == "technician.cost-set.v1"
    assert reason["act"]["hourly_cost"] == Decimal("30.00")


def test_kilometres_cost_what_the_vehicle_of_the_day_costs(firm: Company) -> None:
    """A rate from 1 April; then the van was Gino's only until the end of March."""
    firm.given(opened(), worked(), worked(AGAIN, "2026-04-01"), km_cost("0.50", "2026-04-01"))
    assert [row["cost"] for row in sorted(rows_of(firm, TRAVEL), key=lambda row: row["day"])] == [
        Decimal("12.60"),
        Decimal("15.00"),
    ]
    ended = do("end-vehicle-assignment", vehicle_id=VAN, assignment_id=uuid5(VAN, "2026-01-01"), last_on="2026-03-31")
    firm.given(ended)
    assert costs(firm)["travel"] == Decimal("12.60")
    assert [row["is_known"] for row in sorted(rows_of(firm, TRAVEL), key=lambda row: row["day"])] == [True, False]


def test_corrected_work_replaces_what_was_told(firm: Company) -> None:
    firm.given(opened(), worked())
    firm.given(worked(hours=2, travel_km=None, correction="Ore sbagliate"))
    assert costs(firm) == {"labour": Decimal("62.00")}
    assert rows_of(firm, TRAVEL) == []


def test_work_on_two_machines_is_shared_and_the_way_with_it(firm: Company) -> None:
    """31.00 × 3:05 h is 95.58: 47.79 each; the way's 12.60 alike."""
    firm.given(opened(serial_item_ids=[MACHINE, OTHER]), worked(ends_at=rome("2026-03-09T12:05")))
    assert costs(firm, "serial_item_id") == {str(MACHINE): Decimal("54.09"), str(OTHER): Decimal("54.09")}
    firm.given(do("change-call-items", call_id=ONE, remove=[MACHINE], reason="Solo la seconda", at="2026-03-10T08:00"))
    assert costs(firm, "serial_item_id") == {str(OTHER): Decimal("108.18")}


def test_a_part_that_came_back_costs_less_and_nothing_when_all_did(firm: Company) -> None:
    firm.given(opened(), used())
    back = do("return-part", at="2026-03-10T09:00", call_id=ONE, line_id=uuid5(ONE, "X"), quantity="1")
    firm.given(back)
    assert costs(firm) == {"part": Decimal("51.20")}
    assert [row["quantity"] for row in sorted(rows_of(firm, PART), key=lambda row: row["day"])] == [2, -1]


def test_a_part_without_a_cost_is_not_known(firm: Company) -> None:
    loose = do("use-part", at="2026-03-09T10:00", call_id=ONE, code="Y", description="Guarnizione", quantity="1")
    firm.given(opened(), loose)
    [row] = rows_of(firm, COST)
    assert (row["amount"], row["is_known"]) == (0, False)


def covered(**fields: Any) -> tuple[Do, ...]:
    """A contract that pays labour, travel and parts of the machine."""
    header = draft(customer_id=ROSSI, starts_on="2026-01-01", suspension_approved=True)
    return header, line(line_id=LINE, serial_item_ids=[MACHINE], **fields), sign(at="2026-01-01T10:00")


def test_free_work_is_a_cost_of_its_contract(firm: Company) -> None:
    firm.given(*covered(), opened(), worked(), used())
    assert costs(firm, "account") == {"contract": Decimal("208.00")}
    assert costs(firm, "contract_line_id") == {str(LINE): Decimal("208.00")}
    firm.given(*closed("abuse"))
    assert costs(firm, "account") == {"charged": Decimal("208.00")}, "abuse is charged whatever covers it (R4.1)"
    firm.given(do("reopen-call", call_id=ONE, reason="Non era abuso", at="2026-03-11T09:00"))
    assert costs(firm, "contract_id") == {str(K1): Decimal("208.00")}
    [call] = rows_of(firm, CALL)
    assert (call["reopened"], call["outcome"], call["account"]) == (1, None, "contract")


def test_a_warranty_bears_labour_and_parts_and_the_customer_the_way(firm: Company) -> None:
    """What a business's warranty covers (R4.1): the minutes of travel are the customer's, as the kilometres are."""
    period = {"starts_on": "2026-01-01", "ends_on": "2027-12-31"}
    firm.given(do("give-warranty", serial_item_id=MACHINE, kind="legal", period=period))
    firm.given(opened(), worked(travel_minutes=30), used())
    assert costs(firm, "account") == {"warranty": Decimal("195.40"), "charged": Decimal("28.10")}


def test_coverage_decided_again_moves_the_costs(firm: Company) -> None:
    firm.given(opened(), worked())
    firm.given(*covered())
    assert costs(firm, "account") == {"charged": Decimal("105.60")}
    firm.given(do("decide-coverage-again", call_id=ONE, reason="Contratto dimenticato", at="2026-03-12T09:00"))
    assert costs(firm, "account") == {"contract": Decimal("105.60")}


def test_a_call_of_nobody_is_allocated_when_it_is_known_whose_it_is(firm: Company) -> None:
    firm.given(opened(party_id=None, site_id=None, serial_item_ids=[], caller={"name": "Ignoto"}), worked())
    assert costs(firm, "customer_id") == {"None": Decimal("105.60")}
    firm.given(do("identify-call", call_id=ONE, party_id=ROSSI, site_id=MILAN, at="2026-03-10T08:00"))
    assert costs(firm, "customer_id") == {str(ROSSI): Decimal("105.60")}


def test_a_contractor_costs_what_was_agreed_and_that_once(firm: Company) -> None:
    """1:35 h × 32.00 + 25.00 + 42.5 km × 0.45 = 94.80, before and after it is approved as an expense of the call."""
    work = contractor_work_id(VISIT, PINA)
    slot = {"starts_at": rome("2026-03-09T09:00"), "ends_at": rome("2026-03-09T11:00")}
    terms = {"hourly": "32.00", "per_visit": "25.00", "per_km": "0.45"}
    firm.given(
        do("change-technician", technician_id=PINA, name="Pina Neri", external=True),
        opened(),
        do("plan-activity", at="2026-03-02T08:30", call_id=ONE, activity_id=VISIT, kind="repair", minutes=90),
        do("assign-technician", at="2026-03-02T09:00", call_id=ONE, activity_id=VISIT, technician_id=PINA, slot=slot),
        do("offer-to-contractor", at="2026-03-02T09:05", call_id=ONE, activity_id=VISIT, terms=terms),
        do("accept-visit", at="2026-03-02T10:00", work_id=work),
        do(
            "perform-activity", at="2026-03-09T12:00", call_id=ONE, activity_id=VISIT, starts_at=slot["starts_at"],
            ends_at=rome("2026-03-09T10:45"), pause_minutes=10, travel_minutes=30, travel_km="42.5",
        ),
    )  # fmt: skip
    assert costs(firm) == {"labour": Decimal("94.80")}
    firm.given(do("approve-contractor-work", work_id=work, at="2026-03-10T10:00"))
    assert costs(firm) == {"labour": Decimal("94.80")}
    [expense] = rows_of(firm, EXPENSE)
    assert (expense["amount"], expense["cost"], expense["counted_as"]) == (Decimal("94.80"), 0, "agreed")
    assert costs(firm, "item") == {"third_parties": Decimal("94.80")}


def test_each_expense_counts_once(firm: Company) -> None:
    """A meal over its limit costs what is paid of it without VAT; what stands on the call does not count twice."""
    meal, toll, fuel, lost = (uuid5(ONE, kind) for kind in ("meal", "toll", "fuel", "lost"))
    at: dict[str, Any] = {"call_id": ONE}
    firm.given(opened(at="2026-09-01T08:00"), claims.FOUNDED, claims.terms(**claims.MEALS), claims.BEGIN)
    firm.given(
        claims.line("33.00", "meal", line_id=meal, vat={"amount": "3.00"}, **at),
        claims.line("9.00", "toll", line_id=toll, **at),
        claims.line("60.00", "fuel", line_id=fuel, vehicle_id=VAN),
        claims.line("7.00", "parking", line_id=lost),
        claims.claim("pass-on-claim-line", line_id=toll),
        claims.SUBMIT,
        claims.approve(lost),
    )
    counted = {(row["origin"], row["kind"]): (row["cost"], row["counted_as"]) for row in rows_of(firm, EXPENSE)}
    assert counted == {
        ("claim", "meal"): (Decimal("27.27"), "cost"),
        ("claim", "toll"): (0, "passed-on"),
        ("claim", "fuel"): (0, "vehicle"),
        ("claim", "parking"): (0, "refused"),
        ("call", "third_parties"): (Decimal("9.00"), "cost"),
    }
    assert sum(costs(firm).values()) == Decimal("36.27")
