"""Plants, machines, components over time: what moves along, what is detached, where each was on any day."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from aggregates.item_statuses import ItemStatuses
from aggregates.party import party_id, site_id
from aggregates.serial_item import OwnParent, SerialItem, serial_item_id
from aggregates.serial_item_refusals import FirstPlaceStays, MoveUnknown
from commands.item_statuses import StatusUnknown
from tests.dsl import Company, Do, do

ROSSI, VERDI = party_id("C1"), party_id("C2")
SEDE, NORD = site_id(ROSSI, "SEDE"), site_id(ROSSI, "NORD")
ADDRESS: dict[str, Any] = {"street": "Via Roma 2", "postcode": "47121", "town": "Forlì", "province": "FC"}
PLANT, MACHINE, PUMP = (serial_item_id("Silanos", number) for number in ("P-1", "M-1", "C-1"))


def thing(number: str, product: str, parent: UUID | None = None, **more: Any) -> Do:
    fields = {"manufacturer": "Silanos", "number": number, "product": product, "type": "x", "parent_id": parent}
    where = {"owner_id": ROSSI, "site_id": SEDE, "installed_on": "2026-03-12"}
    return do("register-serial-item", **{**fields, **where, **more})


THERE = (
    do("register-party", code="C1", name="Rossi Gilbo", role="prospect"),
    do("register-party", code="C2", name="Verdi", role="prospect"),
    do("add-site", party_id=ROSSI, code="SEDE", name="Sede", address={**ADDRESS, "latitude": 44.2, "longitude": 12.0}),
    do("add-site", party_id=ROSSI, code="NORD", name="Nord", address=ADDRESS),
    thing("P-1", "Impianto", location="Cucina"),
    thing("M-1", "Lavastoviglie", PLANT, location="Sotto il banco"),
    thing("C-1", "Pompa", MACHINE),
)


def place(company: Company, item: UUID, on: str) -> tuple[str, str, str | None]:
    then = company.ask("serial-item", serial_item_id=item, on=on)["then"]
    return then["owner_name"], then["site_name"], then["parent_number"]


def test_a_plant_moves_with_its_parts_at_every_depth(company: Company) -> None:
    moved = do("move-serial-item", serial_item_id=PLANT, owner_id=ROSSI, site_id=NORD, from_on="2026-06-01")
    company.given(*THERE).when(moved).then(SerialItem.Moved, SerialItem.Moved, SerialItem.Moved)
    company.given().when(moved).then_nothing()
    for item in (PLANT, MACHINE, PUMP):
        assert place(company, item, "2026-05-31")[1] == "Sede"
        assert place(company, item, "2026-06-01")[1] == "Nord"


def test_a_part_keeps_its_own_location_at_the_same_site(company: Company) -> None:
    company.given(*THERE)
    sold: dict[str, Any] = {
        "serial_item_id": PLANT,
        "owner_id": VERDI,
        "site_id": SEDE,
        "location": "Sala",
        "from_on": "2026-06-01",
    }
    company.do("move-serial-item", **sold)
    assert company.record(MACHINE).place.location == "Sotto il banco"
    assert company.record(PUMP).place.location == "Sala"
    assert company.record(PUMP).place.owner_id == VERDI


def test_parts_may_be_detached_and_stay(company: Company) -> None:
    moved = do(
        "move-serial-item", serial_item_id=PLANT, owner_id=ROSSI, site_id=NORD, from_on="2026-06-01", parts="detach"
    )
    company.given(*THERE).when(moved).then(SerialItem.Moved, (SerialItem.ParentSet, {"parent_id": None}))
    assert place(company, MACHINE, "2026-06-01") == ("Rossi Gilbo", "Sede", None)
    assert place(company, MACHINE, "2026-05-31") == ("Rossi Gilbo", "Sede", "P-1")
    assert place(company, PUMP, "2026-06-01") == ("Rossi Gilbo", "Sede", "M-1")


def test_a_part_leaves_its_machine_and_the_machine_then_moves_without_it(company: Company) -> None:
    company.given(*THERE)
    away: dict[str, Any] = {"serial_item_id": MACHINE, "owner_id": ROSSI, "site_id": NORD, "from_on": "2026-05-01"}
    company.do("move-serial-item", **away, leave_parent=True)
    company.do("move-serial-item", serial_item_id=PLANT, owner_id=VERDI, from_on="2026-06-01")
    assert place(company, MACHINE, "2026-07-01") == ("Rossi Gilbo", "Nord", None)
    assert place(company, PUMP, "2026-07-01") == ("Rossi Gilbo", "Nord", "M-1")


def test_the_tree_of_a_plant_on_any_day(company: Company) -> None:
    company.given(*THERE)
    company.do("set-item-parent", serial_item_id=PUMP, parent_id=PLANT, from_on="2026-06-01")
    before = company.ask("item-tree", serial_item_id=PLANT, on="2026-05-31")
    assert [part["number"] for part in before["parts"]] == ["M-1"]
    assert [part["number"] for part in before["parts"][0]["parts"]] == ["C-1"]
    after = company.ask("item-tree", serial_item_id=PLANT, on="2026-06-01")
    assert [part["number"] for part in after["parts"]] == ["M-1", "C-1"]
    assert (after["items"], after["parts"][0]["parts"]) == (3, [])
    assert company.ask("item-tree", serial_item_id=uuid5(PLANT, "none")) is None


def test_a_circle_on_any_day_is_refused(company: Company) -> None:
    company.given(*THERE)
    company.do("set-item-parent", serial_item_id=MACHINE, from_on="2026-06-01")
    then = do("set-item-parent", serial_item_id=PLANT, parent_id=PUMP, from_on="2026-05-01")
    company.given().when(then).then_refused(OwnParent)
    later = do("set-item-parent", serial_item_id=PLANT, parent_id=PUMP, from_on="2026-06-01")
    company.given().when(later).then(SerialItem.ParentSet)


def test_a_move_written_down_wrongly_is_corrected_by_a_new_fact(company: Company) -> None:
    company.given(*THERE)
    company.do("move-serial-item", serial_item_id=PUMP, owner_id=VERDI, from_on="2026-06-01")
    earlier = do("correct-move", serial_item_id=PUMP, was_from_on="2026-06-01", from_on="2026-05-01")
    company.given().when(earlier).then(SerialItem.MoveCorrected)
    company.given().when(earlier).then_nothing()
    assert place(company, PUMP, "2026-05-01")[0] == "Verdi"
    never = do("correct-move", serial_item_id=PUMP, was_from_on="2026-05-01", never=True)
    company.given().when(never).then(SerialItem.MoveCorrected)
    company.given().when(never).then_nothing()
    sheet = company.ask("serial-item", serial_item_id=PUMP)
    assert (sheet["owner_name"], len(sheet["moves"])) == ("Rossi Gilbo", 1)
    assert [type(each.fact).__name__ for each in company.facts(PUMP)] == [
        "Registered",
        "Moved",
        "MoveCorrected",
        "MoveCorrected",
    ]
    unknown = do("correct-move", serial_item_id=PUMP, was_from_on="2026-07-01", from_on="2026-07-02")
    company.given().when(unknown).then_refused(MoveUnknown, from_on="2026-07-01")
    only = do("correct-move", serial_item_id=PUMP, was_from_on="2026-03-12", never=True)
    company.given().when(only).then_refused(FirstPlaceStays)


def test_before_the_first_day_the_sheet_says_so(company: Company) -> None:
    company.given(*THERE)
    then = company.ask("serial-item", serial_item_id=PUMP, on="2026-01-01")["then"]
    assert (then["before_first"], then["since"], then["latitude"]) == (True, date(2026, 3, 12), 44.2)


def status(code: str, label: str, **more: Any) -> Do:
    return do("define-item-status", code=code, label=label, **more)


def test_a_status_is_one_of_the_companys_list_with_its_meaning_on_the_day(company: Company) -> None:
    broken = do("change-item-status", serial_item_id=PUMP, status="fermo", from_on="2026-09-01")
    defined = status("fermo", "Fermo macchina", in_service=False, takes_maintenance=False, from_on="2026-01-01")
    company.given(*THERE).when(defined).then(ItemStatuses.Begun, ItemStatuses.Defined)
    company.given().when(defined).then_nothing()
    company.given().when(broken).then(SerialItem.StatusChanged)
    then = company.ask("serial-item", serial_item_id=PUMP, on="2026-09-02")["then"]
    assert (then["status_label"], then["in_service"], then["takes_maintenance"]) == ("Fermo macchina", False, False)
    unknown = do("change-item-status", serial_item_id=PUMP, status="venduto")
    company.given().when(unknown).then_refused(StatusUnknown, known="fermo")
    company.given().when(status("fermo", "Ferma", from_on="2026-10-01")).then(ItemStatuses.Defined)
    assert company.ask("serial-item", serial_item_id=PUMP, on="2026-10-01")["then"]["status_label"] == "Ferma"
    assert [row["label"] for row in company.ask("item-statuses", on="2026-09-30")["items"]] == ["Fermo macchina"]


def test_an_item_without_a_status_has_the_lists_first_in_service(company: Company) -> None:
    company.given(*THERE[:4], status("fermo", "Fermo", in_service=False), status("attivo", "In uso"))
    company.given().when(thing("P-2", "Impianto", status="active")).then_refused(StatusUnknown)
    company.given().when(thing("P-2", "Impianto")).then(SerialItem.Registered)
    assert company.record(serial_item_id("Silanos", "P-2")).status == "attivo"
