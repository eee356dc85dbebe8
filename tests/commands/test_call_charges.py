"""What calls cost by tariff (§4, R4.1–R4.4): lists, zones, nights, per-diem, expenses, discounts, pools, slips."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest

from aggregates.call import Call
from aggregates.call_refusals import CallNotClosed
from aggregates.delivery_note import DeliveryNote
from aggregates.number_register import NumberRegister
from aggregates.price_list import PriceList, ZoneMissing
from commands.base import NotFound
from commands.call_charges import NothingUnderWarranty
from tests.commands.calls import CALL, GINO, PINA, TECHNICIANS
from tests.contract_steps import C1, C2, K1, LINE, MARIO, ROSSI, draft, founded, line, sign
from tests.dsl import Company, Do, do

MACHINE = UUID("77777777-7777-7777-7777-777777777777")
OTHER = uuid5(MACHINE, "other")
SITE = uuid5(C1, "site")
ADDRESS = {"street": "Via Brera 2", "postcode": "20121", "town": "Milano", "province": "MI"}
PRICES = {
    "DIR": "35.00", "KM": "0.65", "VIA": "40.00", "MAN": "52.00", "STR": "30", "FUS": "189.00", "KIT": "24.50",
    "OWN": "82.00", "NOT": "50", "FES": "92.00", "ZON": "45.00", "DIA": "150.00", "VIT": "60.00",
}  # fmt: skip
KINDS = {"FUS": "part", "KIT": "consumable"}
USUAL = {
    "call-fee": "DIR",
    "travel-km": "KM",
    "travel-hour": "VIA",
    "labour-hour": "MAN",
    "overtime-percent": "STR",
}


@pytest.fixture
def firm(company: Company) -> Company:
    """A firm and a consumer, each with a machine, and the company's price list."""
    company.given(founded(company), ROSSI, MARIO, *TECHNICIANS)
    company.do("add-site", party_id=C1, site_id=SITE, code="MI", name="Milano", address=ADDRESS, area="Lombardia")
    for code in PRICES:
        company.do("register-article", code=code, description=f"Voce {code}", kind=KINDS.get(code, "charge"))
    price_list(company, "BASE", USUAL)
    company.do("set-company-parameters", from_on="2026-01-01", change={"price_list_code": "BASE"})
    for item, owner in ((MACHINE, C1), (OTHER, C2)):
        named: dict[str, Any] = {"manufacturer": "Ricoh", "number": f"SN-{owner}", "product": "MP", "type": "copier"}
        company.do("register-serial-item", serial_item_id=item, owner_id=owner, **named)
    return company


def price_list(company: Company, code: str, charges: dict[str, str], **prices: str) -> None:
    """A list with everybody's prices, and some others."""
    rows = [{"article_code": k, "from_on": "2026-01-01", "unit_price": v} for k, v in {**PRICES, **prices}.items()]
    company.do("start-price-list", code=code, name=code, from_on="2026-01-01", prices=rows, charges=charges)


def opened(party: UUID = C1, item: UUID | None = MACHINE, **fields: Any) -> Do:
    """A call about a machine."""
    items = [item] if item else []
    said = {"call_id": CALL, "party_id": party, "fault": "Non stampa", "serial_item_ids": items}
    return do("open-call", at="2026-04-16T08:00", **{**said, **fields})


def worked(begins: str = "2026-04-16T16:30", ends: str = "2026-04-16T19:00", **fields: Any) -> Do:
    """A visit, there and back 84 km in an hour and a half."""
    said: dict[str, Any] = {
        "call_id": CALL, "activity_id": uuid5(CALL, begins), "kind": "repair", "mode": "visit", "technician_id": GINO,
        "starts_at": f"{begins}:00+02:00", "ends_at": f"{ends}:00+02:00", "travel_minutes": 90, "travel_km": "84",
    }  # fmt: skip
    return do("perform-activity", at=f"{ends[:10]}T23:50", **{**said, **fields})


def used(code: str, **fields: Any) -> Do:
    """A part used."""
    line_id = uuid5(CALL, code)
    return do("use-part", at="2026-04-16T23:51", call_id=CALL, line_id=line_id, code=code, description=code, **fields)


def closed(outcome: str = "solved") -> tuple[Do, Do]:
    """Reported and closed."""
    late = "2026-04-30T12:00"
    return (
        do("report-work", at=late, call_id=CALL, work_done="Fatto"),
        do("close-call", at=late, call_id=CALL, outcome=outcome),
    )


def charges(firm: Company) -> Any:
    """The call's charges."""
    return firm.ask("call-charges", call_id=CALL)


def amounts(firm: Company) -> list[tuple[str, str, str]]:
    """Item, list price and what is paid, line by line."""
    return [(one["item"].value, str(one["list_price"]), str(one["amount"])) for one in charges(firm)["items"]]


def paid(firm: Company) -> list[str]:
    """The items that are paid."""
    return [one["item"].value for one in charges(firm)["items"] if one["amount"]]


def warranty(item: UUID, kind: str = "legal", **fields: Any) -> Do:
    """A warranty in force."""
    period = {"starts_on": "2026-01-01", "ends_on": "2027-12-31"}
    return do("give-warranty", serial_item_id=item, kind=kind, period=period, **fields)


def contract(header: dict[str, Any] | None = None, **fields: Any) -> tuple[Do, ...]:
    """A contract on the machine."""
    usual = {"starts_on": "2026-01-01", "suspension_approved": True}
    covering = line(line_id=LINE, serial_item_ids=[MACHINE], **fields)
    return draft(**{**usual, **(header or {})}), covering, sign(at="2026-01-01T10:00")


VISIT = (worked(), used("FUS"), used("KIT"))

# Coverage, item by item


def test_a_business_customers_warranty_covers_labour_and_parts(firm: Company) -> None:
    firm.given(warranty(MACHINE), opened(), *VISIT, *closed())
    assert paid(firm) == ["call_fee", "travel", "travel", "overtime", "consumables"]


def test_a_contract_pays_for_what_the_warranty_leaves_out(firm: Company) -> None:
    firm.given(warranty(MACHINE), *contract(), opened(), *VISIT, *closed())
    assert paid(firm) == ["overtime", "consumables"]
    reasons = {one["item"].value: one["because"]["code"] for one in charges(firm)["items"]}
    assert (reasons["labour"], reasons["travel"], reasons["overtime"]) == (
        "legal-warranty",
        "contract",
        "not-in-warranty",
    )


def test_a_labour_only_contract(firm: Company) -> None:
    firm.given(*contract(covered={"labour": True}), opened(), *VISIT, *closed())
    assert paid(firm) == ["call_fee", "travel", "travel", "overtime", "parts", "consumables"]


def test_the_companys_own_table_holds_from_its_day_on(firm: Company) -> None:
    rules = {"business_warranty": ["call_fee", "travel", "labour", "parts"]}
    firm.given(do("set-company-parameters", from_on="2026-04-16", change={"coverage_rules": rules}))
    firm.given(warranty(MACHINE), opened(), *VISIT, *closed())
    assert paid(firm) == ["overtime", "consumables"]


@pytest.mark.parametrize(("part_of_fix", "kit"), [(True, "0.00"), (False, "24.50")])
def test_consumables_of_a_consumers_warranty_are_free_as_part_of_the_fix(
    firm: Company, part_of_fix: bool, kit: str
) -> None:
    firm.given(warranty(OTHER), opened(C2, OTHER), worked(), used("KIT", part_of_fix=part_of_fix), *closed())
    assert [amount for item, _, amount in amounts(firm) if item == "consumables"] == [kit]
    assert charges(firm)["net"] == Decimal(kit)


@pytest.mark.parametrize("outcome", ["unfounded", "no_fault", "abuse"])
def test_without_a_fault_of_ours_everything_is_charged(firm: Company, outcome: str) -> None:
    firm.given(warranty(OTHER), opened(C2, OTHER), worked(), used("FUS"), *closed(outcome))
    assert charges(firm)["net"] == Decimal("484.20")
    assert {one["because"]["code"] for one in charges(firm)["items"]} == {outcome}


@pytest.mark.parametrize("reason", ["arrears", "manual"])
def test_a_blocked_contract_covers_nothing_and_its_prices_rest(firm: Company, reason: str) -> None:
    price_list(firm, "SUO", USUAL, MAN="10.00")
    block = do("block-contract", at="2026-04-01T09:00", contract_id=K1, from_on="2026-04-01", reason=reason)
    firm.given(*contract({"price_list": "SUO"}), block, opened(), *VISIT, *closed())
    assert charges(firm)["net"] == Decimal("508.70")
    assert {one["kind"].value for one in charges(firm)["items"]} == {"blocked"}


def test_a_parts_warranty_pays_for_its_part_alone(firm: Company) -> None:
    firm.given(warranty(MACHINE, "part", article_code="FUS"), opened())
    firm.given(worked(), used("FUS", serial_item_id=MACHINE), used("KIT"), *closed())
    assert paid(firm) == ["call_fee", "travel", "travel", "labour", "overtime", "consumables"]


def test_each_machine_pays_for_its_own_parts_and_work(firm: Company) -> None:
    third = uuid5(MACHINE, "third")
    firm.do("register-serial-item", serial_item_id=third, owner_id=C1, number="T", product="MP", type="copier")
    firm.given(*contract(), opened(serial_item_ids=[MACHINE, third]))
    firm.given(worked("2026-04-16T09:00", "2026-04-16T10:00", serial_item_ids=[MACHINE]))
    again = {"serial_item_ids": [third], "travel_minutes": 0, "travel_km": None}
    firm.given(worked("2026-04-16T10:00", "2026-04-16T12:00", **again), used("FUS", serial_item_id=third), *closed())
    assert [one for one in amounts(firm) if one[2] != "0.00"] == [
        ("labour", "104.00", "104.00"),
        ("parts", "189.00", "189.00"),
    ]


def test_a_contract_that_covers_no_cost_still_gives_its_prices(firm: Company) -> None:
    price_list(firm, "SUO", {"labour-hour": "MAN"}, MAN="40.00")
    firm.do("set-party-terms", party_id=C1, discount_percent="10", item_discounts={"travel": "50"})
    firm.given(*contract({"price_list": "SUO", "kind": "hourly_rates"}), opened(), *VISIT, *closed())
    assert amounts(firm) == [
        ("call_fee", "35.00", "31.50"),
        ("travel", "54.60", "27.30"),
        ("travel", "60.00", "30.00"),
        ("labour", "100.00", "100.00"),
        ("overtime", "12.00", "10.80"),
        ("parts", "189.00", "189.00"),
        ("consumables", "24.50", "24.50"),
    ]


def test_coverage_decided_stays_until_it_is_decided_again(firm: Company) -> None:
    firm.given(opened(), *VISIT, *contract())
    assert charges(firm)["net"] == Decimal("508.70")
    firm.given(do("decide-coverage-again", call_id=CALL, reason="Contratto registrato in ritardo"))
    assert charges(firm)["net"] == Decimal("40.10")


# Tariffs


def terms(**fields: Any) -> Do:
    """How the company's list counts."""
    return do("set-charge-terms", code="BASE", from_on="2026-01-01", terms=fields)


def test_kilometres_within_the_threshold_cost_nothing(firm: Company) -> None:
    firm.given(terms(free_km="30"), opened(), worked(), *closed())
    assert ("travel", "35.10", "35.10") in amounts(firm)
    firm.given().when(terms(free_km="30")).then_nothing()


def test_a_zones_flat_stands_for_the_kilometres(firm: Company) -> None:
    zone = {"code": "BASE", "charge": "travel-zone", "article_code": "ZON"}
    firm.given().when(do("set-charge", **zone)).then_refused(ZoneMissing)
    firm.given().when(do("set-charge", **zone, zone="Lombardia")).then((PriceList.ChargeSet, {"zone": "Lombardia"}))
    firm.given().when(do("set-charge", **zone, zone="lombardia ")).then_nothing()
    firm.given(opened(site_id=SITE), worked(), *closed())
    assert [one for one in amounts(firm) if one[0] == "travel"] == [
        ("travel", "45.00", "45.00"),
        ("travel", "60.00", "60.00"),
    ]
    assert firm.ask("price-lists")["items"][0]["zones"] == {"Lombardia": "ZON"}


def test_one_list_says_how_travel_is_counted(firm: Company) -> None:
    price_list(firm, "SUO", {"travel-km": "KM"}, KM="1.00")
    firm.do("set-party-terms", party_id=C1, price_list_code="SUO")
    firm.given(opened(), worked(), *closed())
    assert [one for one in amounts(firm) if one[0] == "travel"] == [("travel", "84.00", "84.00")]


def test_overtime_at_its_own_rate(firm: Company) -> None:
    firm.do("set-charge", code="BASE", charge="overtime-hour", article_code="OWN")
    firm.given(opened(), worked(), *closed())
    assert amounts(firm)[3:] == [("labour", "78.00", "78.00"), ("overtime", "82.00", "82.00")]


def test_of_an_own_rate_the_surcharge_is_what_it_is_dearer_than_covered_labour(firm: Company) -> None:
    firm.do("set-charge", code="BASE", charge="overtime-hour", article_code="OWN")
    firm.given(*contract(), opened(), worked(), *closed())
    assert amounts(firm)[3:] == [("labour", "130.00", "0.00"), ("overtime", "30.00", "30.00")]


def test_nights_and_holidays_have_their_rates(firm: Company) -> None:
    firm.do("set-charge", code="BASE", charge="night-percent", article_code="NOT")
    firm.do("set-charge", code="BASE", charge="holiday-hour", article_code="FES")
    firm.given(opened(), worked("2026-04-16T21:00", "2026-04-16T23:00"), worked("2026-04-19T10:00", "2026-04-19T11:00"))
    firm.given(*closed())
    assert amounts(firm)[3:] == [
        ("labour", "104.00", "104.00"),
        ("overtime", "15.60", "15.60"),
        ("overtime", "26.00", "26.00"),
        ("overtime", "92.00", "92.00"),
    ]


def test_each_day_has_the_prices_of_its_list(firm: Company) -> None:
    rows = [{"article_code": "MAN", "from_on": "2026-04-20", "unit_price": "60.00"}]
    firm.do("set-prices", code="BASE", prices=rows)
    firm.given(opened(), worked("2026-04-16T09:00", "2026-04-16T10:00"), worked("2026-04-20T09:00", "2026-04-20T11:00"))
    assert [one for one in amounts(firm) if one[0] == "labour"] == [
        ("labour", "52.00", "52.00"),
        ("labour", "120.00", "120.00"),
    ]


@pytest.mark.parametrize(("threshold", "days"), [(239, 2), (240, 0)])
def test_a_technicians_long_day_costs_a_per_diem(firm: Company, threshold: int, days: int) -> None:
    firm.do("set-charge", code="BASE", charge="per-diem", article_code="DIA")
    mate: dict[str, Any] = {"activity_id": uuid5(CALL, "mate"), "technician_id": PINA}
    firm.given(terms(per_diem_above_minutes=threshold), opened(), worked(), worked(**mate))
    expected = [("per_diem", f"{150 * days}.00", f"{150 * days}.00")] if days else []
    assert [one for one in amounts(firm) if one[0] == "per_diem"] == expected


def test_expenses_are_charged_at_cost_with_the_lists_markup_or_at_its_flat(firm: Company) -> None:
    third = do("note-expense", call_id=CALL, item="third_parties", description="Piattaforma", unit_cost="80.10")
    night = do("note-expense", call_id=CALL, item="board_and_lodging", description="Hotel", unit_cost="95.00")
    firm.given(terms(third_party_markup_percent="12.5"), opened(), worked(), third, night)
    assert amounts(firm)[-2:] == [("third_parties", "90.11", "90.11"), ("board_and_lodging", "95.00", "95.00")]
    firm.do("set-charge", code="BASE", charge="board-and-lodging", article_code="VIT")
    assert amounts(firm)[-1] == ("board_and_lodging", "60.00", "60.00")


def test_an_expense_told_twice_is_one(firm: Company) -> None:
    said: dict[str, Any] = {"call_id": CALL, "line_id": MACHINE, "item": "third_parties", "description": "Piattaforma"}
    firm.given(opened()).when(do("note-expense", **said, unit_cost="80")).then(Call.ExpenseNoted)
    firm.given().when(do("note-expense", **said, unit_cost="80")).then_nothing()
    firm.given().when(do("note-expense", **said, unit_cost="90")).then(Call.ExpenseNoted)


def test_the_price_multiplier_and_quantity_steps_of_a_list_hold(firm: Company) -> None:
    firm.do("register-article", code="VIT6", description="Viti", kind="part", price_multiplier="100")
    rows = [
        {"article_code": "VIT6", "from_on": "2026-01-01", "unit_price": "12.00"},
        {"article_code": "VIT6", "from_on": "2026-01-01", "from_quantity": "50", "unit_price": "10.00"},
    ]
    firm.do("set-prices", code="BASE", prices=rows)
    firm.given(opened(), used("VIT6", quantity="60"))
    assert amounts(firm) == [("parts", "6.00", "6.00")]


# Billing


def test_what_costs_nothing_by_price_list_is_noted_once_and_not_priced_again(firm: Company) -> None:
    propose = do("propose-invoices", at="2026-05-02T08:00", until="2026-05-02")
    firm.given(*contract(covered={"call_fee": True, "travel": True, "labour": True, "overtime": True}))
    firm.do("set-billed-through", contract_id=K1, through_on="2026-12-31")
    firm.given(opened(), worked(), *closed()).when(propose).then(Call.FoundFree)
    firm.given().when(propose).then_nothing()
    firm.given(do("reopen-call", at="2026-05-03T08:00", call_id=CALL, reason="Ancora"))
    assert not firm.record(CALL).found_free


def test_calls_on_plant_in_a_building_follow_reverse_charge_with_their_contract(firm: Company) -> None:
    plant = {"supply": {"plant_in_building": True}}
    firm.given(*contract(plant, covered={"labour": True}), opened(), worked(), *closed())
    firm.do("set-billed-through", contract_id=K1, through_on="2026-12-31")
    proposed = firm.execute(do("propose-invoices", at="2026-05-02T08:00", until="2026-05-02")).result["invoices"]
    assert {line.supply.plant_in_building for line in firm.record(proposed[0]["invoice_id"]).lines} == {True}


# The slip of parts given free under warranty (R4.3)

SLIP = do("issue-warranty-slip", at="2026-05-02T09:00", call_id=CALL)


def test_parts_under_warranty_go_on_one_free_slip(firm: Company) -> None:
    firm.given(warranty(OTHER), opened(C2, OTHER), worked(), used("FUS"), used("KIT"))
    firm.given().when(SLIP).then_refused(CallNotClosed)
    done = firm.given(*closed()).when(SLIP).then(NumberRegister.Opened, NumberRegister.NumberTaken, DeliveryNote.Issued)
    note = firm.record(done.result["note_id"])
    assert (note.reason.text, [line.code for line in note.lines], note.lines[0].stock) == (
        "Gratuito in garanzia",
        ["FUS"],
        None,
    )
    assert note.lines[0].note.startswith("In garanzia legale")
    firm.given().when(SLIP).then_nothing()
    firm.do("cancel-delivery-note", note_id=note.id, reason="Errore")
    again = firm.given().when(SLIP)
    assert again.result["note_id"] != str(note.id)


def test_without_parts_under_warranty_there_is_no_slip(firm: Company) -> None:
    firm.given(*contract(), opened(), *VISIT, *closed()).when(SLIP).then_refused(NothingUnderWarranty)


# Machine by machine


def test_each_machine_has_its_own_work_and_goods_and_the_way_is_the_calls(firm: Company) -> None:
    third = uuid5(MACHINE, "third")
    named: dict[str, Any] = {"manufacturer": "Ricoh", "number": "SN-3", "product": "MP", "type": "copier"}
    firm.do("register-serial-item", serial_item_id=third, owner_id=C1, **named)
    firm.given(warranty(MACHINE, "manufacturer"), opened(serial_item_ids=[MACHINE, third]))
    firm.given(
        worked("2026-04-16T09:00", "2026-04-16T10:00", serial_item_ids=[MACHINE]),
        worked("2026-04-16T10:00", "2026-04-16T12:00", serial_item_ids=[third], travel_km="0", travel_minutes=0),
        used("FUS", serial_item_id=third),
    )
    charge: dict[str, Any] = {
        "item": "third_parties",
        "description": "Gru",
        "unit_price": "80.00",
        "amount": {"amount": "80.00"},
    }
    firm.do("add-charge", call_id=CALL, serial_item_id=third, **charge)
    firm.given(*closed())
    told = charges(firm)
    nets = {row["serial_item_id"]: row["net"] for row in told["by_machine"]}
    assert nets[MACHINE] == 0
    assert nets[third] == Decimal("104.00") + Decimal("189.00") + Decimal("80.00")
    assert nets[None] == told["net"] - nets[third]
    assert sum(row["list_value"] for row in told["by_machine"]) == told["list_value"]


def test_a_charge_is_only_for_a_machine_of_the_call(firm: Company) -> None:
    charge: dict[str, Any] = {
        "item": "labour",
        "description": "Ore",
        "unit_price": "40.00",
        "amount": {"amount": "40.00"},
    }
    step = do("add-charge", call_id=CALL, serial_item_id=OTHER, **charge)
    firm.given(opened()).when(step).then_refused(NotFound)
