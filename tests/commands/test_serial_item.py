"""The installed base: one item per maker and number, moved, warranted, taken apart and replaced, with its history."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from aggregates.natural_key import CodeTaken, NaturalKey
from aggregates.party import PartyInactive, party_id, site_id
from aggregates.serial_item import AlreadyReplaced, OwnParent, OwnSuccessor, SerialItem, WarrantyKind, serial_item_id
from commands.base import NotFound
from commands.serial_item import StatusUnknown
from tests.dsl import Company, do

ROSSI, VERDI = party_id("C1"), party_id("C2")
SEDE = site_id(ROSSI, "SEDE")
ADDRESS: dict[str, Any] = {"street": "Via Roma 2", "postcode": "47121", "town": "Forlì", "province": "FC"}
ITEM = serial_item_id("Silanos", "SN-1")
PARTIES = (
    do("register-party", code="C1", name="Rossi Gilbo", role="prospect"),
    do("register-party", code="C2", name="Verdi", role="prospect"),
    do("add-site", party_id=ROSSI, code="SEDE", name="Sede", address=ADDRESS),
)
DISHWASHER: dict[str, Any] = {
    "manufacturer": "Silanos",
    "number": "SN-1",
    "product": "LT-900",
    "type": "dishwasher",
    "owner_id": ROSSI,
    "site_id": SEDE,
    "location": "Cucina",
    "installed_on": "2026-03-12",
}
REGISTERED = do("register-serial-item", **DISHWASHER)


def warranty(starts: str, ends: str, **more: Any) -> dict[str, Any]:
    return {"period": {"starts_on": starts, "ends_on": ends}, **more}


def test_an_item_is_registered(company: Company) -> None:
    step = company.given(*PARTIES).when(REGISTERED).then((SerialItem.Registered, {"number": "SN-1"}))
    assert step.result == {"serial_item_id": str(ITEM)}
    sheet = company.ask("serial-item", serial_item_id=ITEM)
    assert (sheet["owner_name"], sheet["site_name"], sheet["status"]) == ("Rossi Gilbo", "Sede", "active")


def test_a_maker_gives_each_number_once(company: Company) -> None:
    company.given(*PARTIES, REGISTERED).when(do("register-serial-item", **DISHWASHER)).then_refused(CodeTaken)
    brought = {**DISHWASHER, "number": "sn-1 ", "serial_item_id": uuid5(ITEM, "x")}
    company.given().when(do("register-serial-item", **brought)).then_refused(CodeTaken)
    other_maker = do("register-serial-item", **{**DISHWASHER, "manufacturer": "Comenda"})
    company.given().when(other_maker).then(SerialItem.Registered)
    assert len(company.behind.desk.lookups.serial_items_by_number("sn-1")) == 1
    assert len(company.house.desk.lookups.serial_items_by_number("sn-1")) == 2


def test_an_item_may_bring_its_own_id_or_have_no_number(company: Company) -> None:
    own_id = UUID("66666666-6666-6666-6666-666666666666")
    company.given(*PARTIES)
    own = do("register-serial-item", **DISHWASHER, serial_item_id=own_id)
    company.given().when(own).then(NaturalKey.Taken, SerialItem.Registered)
    nameless = {key: value for key, value in DISHWASHER.items() if key != "number"}
    for _ in range(2):
        company.given().when(do("register-serial-item", **nameless)).then(SerialItem.Registered)
    assert len(company.ask("installed-base", owner_id=ROSSI)["items"]) == 3


def test_an_unknown_owner_is_refused(company: Company) -> None:
    company.given().when(REGISTERED).then_refused(NotFound, kind="Party")


def test_nothing_new_for_a_party_that_was_deactivated(company: Company) -> None:
    company.given(*PARTIES, do("deactivate-party", party_id=ROSSI)).when(REGISTERED).then_refused(PartyInactive)


def test_an_item_moves_and_where_it_was_stays_known(company: Company) -> None:
    sold = do("move-serial-item", serial_item_id=ITEM, owner_id=VERDI, from_on="2026-09-15")
    company.given(*PARTIES, REGISTERED).when(sold).then(SerialItem.Moved)
    company.given().when(sold).then_nothing()
    stored = do("move-serial-item", serial_item_id=ITEM, owner_id=ROSSI, location="Magazzino", from_on="2026-06-01")
    company.given().when(stored).then(SerialItem.Moved)
    item = company.record(ITEM)
    assert item.place_on(date(2026, 5, 31)).location == "Cucina"
    assert item.place_on(date(2026, 9, 14)).location == "Magazzino"
    assert item.place_on(date(2026, 9, 15)).owner_id == item.place.owner_id == VERDI
    sheet = company.ask("serial-item", serial_item_id=ITEM)
    assert sheet["owner_name"] == "Verdi"
    assert [move["from_on"] for move in sheet["moves"]] == [date(2026, 3, 12), date(2026, 6, 1), date(2026, 9, 15)]
    assert company.ask("installed-base", owner_id=ROSSI)["items"] == []


def test_a_status_comes_from_the_companys_list(company: Company) -> None:
    broken = do("change-item-status", serial_item_id=ITEM, status="broken", from_on="2026-09-01")
    company.given(*PARTIES, REGISTERED).when(broken).then(SerialItem.StatusChanged)
    company.given().when(broken).then_nothing()
    identity = {"name": "Noi", "vat_number": "IT12345670017", "address": ADDRESS}
    statuses = {"item_statuses": ["active", "in_repair"]}
    company.do("found-company", company_id=uuid5(ITEM, "us"), identity=identity, parameters=statuses)
    company.given().when(do("change-item-status", serial_item_id=ITEM, status="sold")).then_refused(StatusUnknown)
    company.do("change-item-status", serial_item_id=ITEM, status="in_repair", from_on="2026-09-10")
    item = company.record(ITEM)
    assert [item.status_on(date(2026, month, 5)) for month in (8, 9, 10)] == ["active", "broken", "in_repair"]
    assert [row["number"] for row in company.ask("installed-base", status="in_repair")["items"]] == ["SN-1"]


def test_warranties_are_answered_for_any_day(company: Company) -> None:
    company.given(*PARTIES, REGISTERED)
    company.do("give-warranty", serial_item_id=ITEM, **warranty("2026-03-12", "2028-03-11", source="DDT 45"))
    extension = warranty("2028-03-12", "2029-03-11", kind="extended", covers=["parts"])
    company.do("give-warranty", serial_item_id=ITEM, **extension)
    item = company.record(ITEM)
    assert item.warranties_on(date(2026, 3, 11)) == ()
    assert [one.kind for one in item.warranties_on(date(2028, 3, 11))] == [WarrantyKind.LEGAL]
    assert [one.covers for one in item.warranties_on(date(2029, 3, 11))] == [("parts",)]
    assert len(company.ask("installed-base", in_warranty_on="2028-03-12")["items"]) == 1
    assert company.ask("installed-base", in_warranty_on="2029-03-12")["items"] == []


def test_the_same_warranty_again_is_nothing_and_another_end_corrects_it(company: Company) -> None:
    given = do("give-warranty", serial_item_id=ITEM, **warranty("2026-03-12", "2028-03-11"))
    company.given(*PARTIES, REGISTERED, given).when(given).then_nothing()
    longer = do("give-warranty", serial_item_id=ITEM, **warranty("2026-03-12", "2028-06-30"))
    company.given().when(longer).then(SerialItem.WarrantyGiven)
    shown = company.ask("serial-item", serial_item_id=ITEM)["warranties"]
    assert [row["ends_on"] for row in shown] == [date(2028, 6, 30)]


def test_plant_machine_component(company: Company) -> None:
    company.given(*PARTIES, REGISTERED)
    pump = {**DISHWASHER, "number": "P-1", "product": "Pompa", "type": "pump", "parent_id": ITEM}
    pump_id = company.do("register-serial-item", **pump)["serial_item_id"]
    assert [part["number"] for part in company.ask("serial-item", serial_item_id=ITEM)["children"]] == ["P-1"]
    circle = do("set-item-parent", serial_item_id=ITEM, parent_id=pump_id)
    company.given().when(circle).then_refused(OwnParent)
    company.given().when(do("set-item-parent", serial_item_id=ITEM, parent_id=ITEM)).then_refused(OwnParent)
    unknown = do("set-item-parent", serial_item_id=ITEM, parent_id=uuid5(ITEM, "none"))
    company.given().when(unknown).then_refused(NotFound)
    company.given().when(do("set-item-parent", serial_item_id=pump_id)).then(SerialItem.ParentSet)


def test_an_item_takes_the_place_of_another(company: Company) -> None:
    company.given(*PARTIES, REGISTERED)
    new = company.do("register-serial-item", **{**DISHWASHER, "number": "SN-2"})["serial_item_id"]
    third = company.do("register-serial-item", **{**DISHWASHER, "number": "SN-3"})["serial_item_id"]
    replace = do("replace-serial-item", serial_item_id=ITEM, successor_id=new, on="2026-09-20")
    company.given().when(replace).then(SerialItem.Replaced, SerialItem.TookPlaceOf)
    company.given().when(replace).then_nothing()
    itself = do("replace-serial-item", serial_item_id=new, successor_id=new)
    company.given().when(itself).then_refused(OwnSuccessor)
    again = do("replace-serial-item", serial_item_id=ITEM, successor_id=third)
    company.given().when(again).then_refused(AlreadyReplaced, on="2026-09-20")
    assert company.ask("serial-item", serial_item_id=new)["predecessor_id"] == ITEM


def test_software_and_plant_in_building_are_kept(company: Company) -> None:
    company.given(*PARTIES, REGISTERED)
    details: dict[str, Any] = {"product": "Gestionale", "type": "software", "plant_in_building": True}
    change = do("change-serial-item", serial_item_id=ITEM, **details, software={"release": "9.1"})
    company.given().when(change).then(SerialItem.DetailsChanged)
    company.given().when(change).then_nothing()
    sheet = company.ask("serial-item", serial_item_id=ITEM)
    assert (sheet["release"], sheet["plant_in_building"]) == ("9.1", True)


def test_an_item_is_found_by_whatever_people_remember(company: Company) -> None:
    company.given(*PARTIES, REGISTERED)
    for words in ("sn-1", "cucina", "lt-9", "gilbo", "forlì", "Silanos"):
        assert len(company.ask("installed-base", text=words)["items"]) == 1, words
    assert company.ask("installed-base", text="verdi")["items"] == []
    assert len(company.ask("installed-base", site_id=SEDE, type="dishwasher")["items"]) == 1


def test_pages_of_the_installed_base(company: Company) -> None:
    company.given(*PARTIES)
    for number in range(5):
        company.do("register-serial-item", **{**DISHWASHER, "number": f"N{number}"})
    first = company.ask("installed-base", limit=3)
    second = company.ask("installed-base", limit=3, after=first["next"])
    assert len({row["number"] for row in (*first["items"], *second["items"])}) == 5
    assert second["next"] is None
