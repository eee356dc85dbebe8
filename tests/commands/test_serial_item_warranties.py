"""Warranties of an item: by delivery and customer's kind, by work, sold, prolonged, taken back, carried to another."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest

from aggregates.party import party_id
from aggregates.serial_item import LineageCircle, SerialItem, serial_item_id
from aggregates.serial_item_refusals import WarrantyUnknown
from commands.serial_item_warranties import (
    CallStillOpen,
    LegalWarrantyMissing,
    NotForConsumers,
    ProlongedAlready,
    RightToRepairOff,
)
from tests.dsl import Company, Do, do

SHOP, MARIO = party_id("C1"), party_id("C2")
OLD, NEW, NEWER = (serial_item_id("Silanos", number) for number in ("SN-1", "SN-2", "SN-3"))
PARTIES = (
    do("register-party", code="C1", name="Rossi Gilbo", role="prospect"),
    do("register-party", code="C2", name="Mario Rossi", role="prospect", nature="consumer"),
)
CALL = UUID("44444444-4444-4444-4444-444444444444")
DDT = {"number": "2026/45", "dated_on": "2026-03-12"}


def machine(number: str, owner: UUID) -> Do:
    return do(
        "register-serial-item",
        manufacturer="Silanos",
        number=number,
        product="LT-900",
        type="dishwasher",
        owner_id=owner,
        installed_on="2026-03-12",
    )


def founded(company: Company, **warranties: Any) -> Do:
    address = {"street": "Via Roma 2", "postcode": "47121", "town": "Forlì", "province": "FC"}
    identity = {"name": "Noi", "vat_number": "IT12345670017", "address": address}
    parameters = {"warranties": warranties}
    return do("found-company", company_id=company.house.company_id, identity=identity, parameters=parameters)


def shown(company: Company, item_id: UUID) -> list[tuple[str, date, date]]:
    rows = company.ask("serial-item", serial_item_id=item_id)["warranties"]
    return [(row["kind"], row["starts_on"], row["ends_on"]) for row in rows]


@pytest.mark.parametrize(("owner", "ends_on"), [(SHOP, date(2027, 3, 12)), (MARIO, date(2028, 3, 12))])
def test_a_delivery_gives_the_legal_warranty_of_the_customers_kind(
    company: Company, owner: UUID, ends_on: date
) -> None:
    told = do("register-item-delivery", serial_item_id=OLD, delivery_note=DDT)
    step = company.given(*PARTIES, machine("SN-1", owner)).when(told).then(SerialItem.WarrantyGiven)
    assert step.result["ends_on"] == str(ends_on)
    company.given().when(told).then_nothing()
    (row,) = company.ask("serial-item", serial_item_id=OLD)["warranties"]
    assert (row["kind"], row["starts_on"], row["ends_on"]) == ("legal", date(2026, 3, 12), ends_on)
    assert row["source"] == "DDT 2026/45 del 12/03/2026"
    consumer = owner == MARIO
    assert row["presumed_until"] == (date(2027, 3, 12) if consumer else None)
    assert row["action_until"] == (date(2028, 5, 12) if consumer else None)


def test_the_delivery_note_proves_the_day_and_else_the_invoice(company: Company) -> None:
    company.given(*PARTIES, machine("SN-1", MARIO))
    bill = {"number": "9", "dated_on": "2026-03-31"}
    company.do("register-item-delivery", serial_item_id=OLD, invoice=bill)
    assert shown(company, OLD) == [("legal", date(2026, 3, 31), date(2028, 3, 31))]
    company.do("register-item-delivery", serial_item_id=OLD, delivery_note=DDT, invoice=bill)
    assert shown(company, OLD) == [("legal", date(2026, 3, 12), date(2028, 3, 12))]


def test_months_are_parameters_of_the_company(company: Company) -> None:
    company.given(founded(company, business_months=18), *PARTIES, machine("SN-1", SHOP))
    company.do("register-item-delivery", serial_item_id=OLD, delivered_on="2026-08-31")
    assert shown(company, OLD) == [("legal", date(2026, 8, 31), date(2028, 2, 29))]


def test_a_sold_extension_begins_where_the_legal_warranty_ends(company: Company) -> None:
    sold = do("extend-warranty", serial_item_id=OLD, months=12, source="Estensione 7")
    company.given(*PARTIES, machine("SN-1", SHOP)).when(sold).then_refused(LegalWarrantyMissing)
    company.do("register-item-delivery", serial_item_id=OLD, delivery_note=DDT)
    company.given().when(sold).then(SerialItem.WarrantyGiven)
    company.given().when(sold).then_nothing()
    assert shown(company, OLD)[1] == ("extended", date(2027, 3, 13), date(2028, 3, 12))


def test_a_repair_prolongs_a_consumers_warranty_once_and_only_where_the_parameter_says_so(company: Company) -> None:
    told = do("prolong-warranty", serial_item_id=OLD, repaired_on="2026-09-10")
    company.given(*PARTIES, machine("SN-1", MARIO), machine("SN-2", SHOP)).when(told).then_refused(RightToRepairOff)
    company.given(founded(company, right_to_repair_months=12)).when(told).then_refused(LegalWarrantyMissing)
    company.do("register-item-delivery", serial_item_id=OLD, delivery_note=DDT)
    company.given().when(told).then(SerialItem.WarrantyGiven)
    company.given().when(told).then_nothing()
    assert shown(company, OLD) == [("legal", date(2026, 3, 12), date(2029, 3, 12))]
    again = do("prolong-warranty", serial_item_id=OLD, repaired_on="2026-10-10")
    company.given().when(again).then_refused(ProlongedAlready, on="2026-09-10")
    company.do("register-item-delivery", serial_item_id=NEW, delivery_note=DDT)
    business = do("prolong-warranty", serial_item_id=NEW, repaired_on="2026-09-10")
    company.given().when(business).then_refused(NotForConsumers)


def test_a_warranty_given_by_mistake_is_taken_back(company: Company) -> None:
    company.given(*PARTIES, machine("SN-1", SHOP))
    given = company.do("register-item-delivery", serial_item_id=OLD, delivery_note=DDT)["warranty_id"]
    back = do("withdraw-warranty", serial_item_id=OLD, warranty_id=given)
    company.given().when(back).then(SerialItem.WarrantyWithdrawn)
    company.given().when(back).then_nothing()
    unknown = do("withdraw-warranty", serial_item_id=OLD, warranty_id=uuid5(OLD, "none"))
    company.given().when(unknown).then_refused(WarrantyUnknown)
    assert shown(company, OLD) == []
    company.given().when(do("register-item-delivery", serial_item_id=OLD, delivery_note=DDT)).then(
        SerialItem.WarrantyGiven
    )


def test_the_suppliers_warranty_covers_no_customer(company: Company) -> None:
    told = do(
        "record-supplier-warranty",
        serial_item_id=OLD,
        supplier="Silanos",
        period={"starts_on": "2026-03-02", "ends_on": "2027-03-02"},
    )
    company.given(*PARTIES, machine("SN-1", SHOP)).when(told).then(SerialItem.SupplierWarrantyRecorded)
    company.given().when(told).then_nothing()
    sheet = company.ask("serial-item", serial_item_id=OLD)
    assert sheet["warranties"] == []
    assert [row["supplier"] for row in sheet["supplier_warranties"]] == ["Silanos"]
    cover = company.ask("item-cover", serial_item_id=OLD, on="2026-09-01")
    assert (cover["coverage"]["kind"], cover["warranties"]) == ("chargeable", [])
    assert len(cover["supplier_warranties"]) == 1


def worked(company: Company) -> None:
    company.do(
        "open-call", call_id=CALL, party_id=SHOP, serial_item_ids=[OLD], fault="Perde", at="2026-09-08T08:30:00+02:00"
    )
    company.do("use-part", call_id=CALL, serial_item_id=OLD, code="EV-230", description="Elettrovalvola")
    company.do("use-part", call_id=CALL, serial_item_id=OLD, description="Minuteria")


def test_work_done_and_parts_fitted_are_warranted_from_the_completion(company: Company) -> None:
    told = do("warrant-work", call_id=CALL)
    company.given(*PARTIES, machine("SN-1", SHOP))
    worked(company)
    company.given().when(told).then_refused(CallStillOpen)
    company.do("close-call", call_id=CALL, at="2026-09-09T17:00:00+02:00")
    company.given().when(told).then(SerialItem.WarrantyGiven, SerialItem.WarrantyGiven)
    company.given().when(told).then_nothing()
    until = date(2027, 9, 9)
    assert shown(company, OLD) == [("part", date(2026, 9, 9), until), ("repair", date(2026, 9, 9), until)]
    (part, _) = company.ask("serial-item", serial_item_id=OLD)["warranties"]
    assert (part["article_code"], part["source"]) == ("EV-230", "Chiamata CH-2026-0001")


def test_a_machine_on_two_open_calls_is_told_and_not_forbidden(company: Company) -> None:
    company.given(*PARTIES, machine("SN-1", SHOP))
    opened: dict[str, Any] = {"party_id": SHOP, "serial_item_ids": [OLD], "fault": "Perde"}
    assert set(company.do("open-call", call_id=CALL, **opened)) == {"call_id"}
    again = company.do("open-call", **opened)
    assert (again["warnings"], again["open_calls"]) == (["machine-on-another-open-call"], ["CH-2026-0001"])
    for call_id in (CALL, again["call_id"]):
        company.do("cancel-call", call_id=call_id, reason="Prova")
    assert "warnings" not in company.do("open-call", **opened)


def test_the_rest_of_the_warranty_goes_over_and_nothing_of_the_old_item_is_wiped(company: Company) -> None:
    company.given(*PARTIES, machine("SN-1", MARIO), machine("SN-2", MARIO))
    company.do("register-item-delivery", serial_item_id=OLD, delivery_note=DDT)
    before = company.ask("serial-item", serial_item_id=OLD)
    replace = do("replace-serial-item", serial_item_id=OLD, successor_id=NEW, on="2026-09-20")
    step = company.given().when(replace)
    step.then((SerialItem.Replaced, {"policy": "inherit"}), SerialItem.TookPlaceOf, SerialItem.WarrantyGiven)
    company.given().when(replace).then_nothing()
    after = company.ask("serial-item", serial_item_id=OLD)
    for kept in ("owner_id", "site_id", "warranties", "moves", "status"):
        assert after[kept] == before[kept], kept
    assert shown(company, NEW) == [("legal", date(2026, 9, 20), date(2028, 3, 12))]
    (carried,) = company.ask("serial-item", serial_item_id=NEW)["warranties"]
    assert carried["inherited_from"] == OLD
    assert carried["source"] == "DDT 2026/45 del 12/03/2026; al posto di SN-1"


def test_a_new_term_begins_where_the_company_or_the_command_says_so(company: Company) -> None:
    company.given(founded(company, replacement="restart"), *PARTIES, machine("SN-1", MARIO), machine("SN-2", MARIO))
    company.do("register-item-delivery", serial_item_id=OLD, delivery_note=DDT)
    company.do("extend-warranty", serial_item_id=OLD, months=12, source="Estensione 7")
    company.do("replace-serial-item", serial_item_id=OLD, successor_id=NEW, on="2026-09-20")
    legal, extension = shown(company, NEW)
    assert legal == ("legal", date(2026, 9, 20), date(2028, 9, 20))
    assert extension[:2] == ("extended", date(2028, 9, 21))
    assert (extension[2] - extension[1]).days == (date(2029, 3, 12) - date(2028, 3, 13)).days


def test_the_command_overrides_the_companys_policy(company: Company) -> None:
    company.given(founded(company, replacement="restart"), *PARTIES, machine("SN-1", SHOP), machine("SN-2", SHOP))
    company.do("register-item-delivery", serial_item_id=OLD, delivery_note=DDT)
    company.do("replace-serial-item", serial_item_id=OLD, successor_id=NEW, on="2027-03-12", policy="inherit")
    assert shown(company, NEW) == [("legal", date(2027, 3, 12), date(2027, 3, 12))]


def test_the_line_of_replacements_is_told_and_never_a_circle(company: Company) -> None:
    company.given(*PARTIES, *(machine(number, SHOP) for number in ("SN-1", "SN-2", "SN-3")))
    company.do("replace-serial-item", serial_item_id=OLD, successor_id=NEW, on="2026-09-20")
    company.do("replace-serial-item", serial_item_id=NEW, successor_id=NEWER, on="2026-10-20")
    for asked in (OLD, NEW, NEWER):
        chain = company.ask("item-lineage", serial_item_id=asked)["items"]
        assert [row["number"] for row in chain] == ["SN-1", "SN-2", "SN-3"]
    back = do("replace-serial-item", serial_item_id=NEWER, successor_id=OLD)
    company.given().when(back).then_refused(LineageCircle)


def test_what_covers_an_item_is_answered_for_any_day_with_its_document(company: Company) -> None:
    company.given(*PARTIES, machine("SN-1", MARIO))
    company.do("register-item-delivery", serial_item_id=OLD, delivery_note=DDT)
    company.do("move-serial-item", serial_item_id=OLD, owner_id=SHOP, from_on="2026-10-01")
    mine = company.ask("item-cover", serial_item_id=OLD, on="2026-09-01")
    assert mine["owner_name"] == "Mario Rossi"
    assert mine["coverage"]["kind"] == "warranty"
    assert "travel" in str(mine["coverage"]["items"][0]["covers"][0]["items"])
    (legal,) = mine["warranties"]
    assert (legal["source"], legal["is_presumed_original"]) == ("DDT 2026/45 del 12/03/2026", True)
    theirs = company.ask("item-cover", serial_item_id=OLD, on="2026-10-01")
    assert theirs["owner_name"] == "Rossi Gilbo"
    assert "travel" not in str(theirs["coverage"]["items"][0]["covers"][0]["items"])
    late = {"serial_item_id": OLD, "on": "2028-05-12"}
    assert company.ask("item-cover", **late)["warranties"] == []
    (claimed,) = company.ask("item-cover", **late, appeared_on="2028-03-01")["warranties"]
    assert (claimed["covers_new_defects"], claimed["is_presumed_original"]) == (False, False)
    assert company.ask("item-cover", serial_item_id=uuid5(OLD, "none")) is None


def test_what_expires_soon_is_listed(company: Company) -> None:
    company.given(*PARTIES, machine("SN-1", SHOP))
    company.do("register-item-delivery", serial_item_id=OLD, delivery_note=DDT)
    licence = {"licence": "PRO-5", "licence_expires_on": "2027-02-28"}
    details: dict[str, Any] = {"product": "Gestionale", "type": "software", "software": licence}
    company.do("register-serial-item", number="LIC-1", owner_id=MARIO, **details)
    soon = company.ask("expiring-items", on="2027-02-20", days=20)["items"]
    assert [(row["what"], row["name"], row["days_left"]) for row in soon] == [
        ("licence", "PRO-5", 8),
        ("warranty", "legal", 20),
    ]
    assert [row["number"] for row in company.ask("expiring-items", on="2027-02-20", days=19)["items"]] == ["LIC-1"]
    only = company.ask("expiring-items", on="2027-02-20", days=60, what="warranty", owner_id=SHOP)["items"]
    assert [row["number"] for row in only] == ["SN-1"]
