"""Machines and customers in a company's life (parco installato): plants, warranties, replacements, sites."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.replay.living import CESENA, FORLI, Life, named

RIMINI = {"street": "Via Flaminia 3", "postcode": "47921", "town": "Rimini", "province": "RN"}


def customers(life: Life) -> None:
    """A prospect is won, with sites that move, close and open, a contact that goes, and an end user."""
    life.do("register-party", "2026-10-01T09:00", party_id=named("Zama"), code="ZAMA", name="Zama", role="prospect")
    life.do("register-party", "2026-10-01T09:01", party_id=named("Zita"), code="ZITA", name="Zita", role="end_user")
    for code, address in (("Z1", FORLI), ("Z2", CESENA)):
        site = {"site_id": named(f"Zama {code}"), "code": code, "name": code, "address": address}
        life.do("add-site", "2026-10-01T09:05", party_id=named("Zama"), **site)
    one = {"party_id": named("Zama"), "site_id": named("Zama Z1")}
    life.do("change-site", "2026-10-01T09:10", **one, latitude=44.2227, longitude=12.0407, travel_km="18.5")
    two = {"party_id": named("Zama"), "site_id": named("Zama Z2")}
    life.do("close-site", "2026-10-02T09:00", **two, closed_on="2026-10-31")
    life.do("reopen-site", "2026-10-03T09:00", **two)
    life.do("close-site", "2026-10-03T09:05", **two, closed_on="2026-12-31")
    person = {"party_id": named("Zama"), "contact_id": named("Zoe")}
    life.do("add-contact", "2026-10-03T09:10", **person, name="Zoe Zoli", phone="0543 9")
    life.do("change-contact", "2026-10-03T09:15", **person, role="Direttrice")
    life.do("remove-contact", "2026-10-03T09:20", **person)
    tax = {"vat_number": "IT12345670017"}
    life.do("convert-prospect", "2026-10-05T09:00", party_id=named("Zama"), tax=tax, address=RIMINI)
    life.do("link-end-user", "2026-10-05T09:05", party_id=named("Zita"), customer_id=named("Zama"))


def _machine(life: Life, number: str, **more: Any) -> dict[str, Any]:
    item = {"serial_item_id": named(number), "number": number, "product": f"Prodotto {number}", "type": "plant"}
    place = {"owner_id": named("Zama"), "site_id": named("Zama Z1"), "installed_on": "2026-10-05"}
    life.do("register-serial-item", "2026-10-05T10:00", **{**item, **place, **more})
    return {"serial_item_id": named(number)}


def plants(life: Life) -> None:
    """A plant moves with its part; a move was written down wrongly; the part is detached."""
    plant = _machine(life, "Z-P")
    part = _machine(life, "Z-M", parent_id=named("Z-P"))
    moved = {"owner_id": named("Zama"), "site_id": named("Zama Z2"), "from_on": "2026-10-10"}
    life.do("move-serial-item", "2026-10-10T09:00", **plant, **moved)
    life.do("correct-move", "2026-10-11T09:00", **part, was_from_on="2026-10-10", from_on="2026-10-09")
    life.do("set-item-parent", "2026-10-12T09:00", **part, from_on="2026-10-12")


def warranties(life: Life) -> None:
    """Every kind of warranty, one taken back, the supplier's apart, and what a replacement carries on."""
    old, new = _machine(life, "Z-1"), _machine(life, "Z-2")
    note = {"number": "2026/500", "dated_on": "2026-10-05"}
    life.do("register-item-delivery", "2026-10-05T11:00", **old, delivery_note=note)
    life.do("extend-warranty", "2026-10-05T11:05", **old, months=12, source="Estensione 1")
    wrong = life.do("register-item-delivery", "2026-10-05T11:10", **new, invoice=note)["warranty_id"]
    life.do("withdraw-warranty", "2026-10-05T11:15", **new, warranty_id=wrong)
    period = {"starts_on": "2026-10-01", "ends_on": "2027-10-01"}
    life.do("record-supplier-warranty", "2026-10-05T11:20", **old, supplier="Zanussi", period=period)
    call = {"call_id": named("Z call")}
    about = {"party_id": named("Zama"), "serial_item_ids": [named("Z-1")], "fault": "Perde"}
    life.do("open-call", "2026-10-14T08:30", **call, **about)
    life.do("use-part", "2026-10-14T09:00", **call, serial_item_id=named("Z-1"), code="Z-EV", description="Valvola")
    life.do("close-call", "2026-10-14T12:00", **call)
    life.do("warrant-work", "2026-10-14T12:05", **call)
    life.do("replace-serial-item", "2026-10-20T09:00", **old, successor_id=named("Z-2"), on="2026-10-20")
    life.do("print-item-history", "2026-10-21T09:00", **old)


def statuses(life: Life) -> None:
    """The company begins a list of statuses, late, so that older chapters may use any word."""
    life.do("define-item-status", "2026-10-30T09:00", code="active", label="Attiva")
    told = {"code": "ferma", "label": "Ferma", "in_service": False, "takes_maintenance": False}
    life.do("define-item-status", "2026-10-30T09:05", **told)
    stopped = {"status": "ferma", "from_on": "2026-10-30"}
    life.do("change-item-status", "2026-10-30T09:10", serial_item_id=named("Z-P"), **stopped)


CHAPTERS: tuple[Callable[[Life], None], ...] = (customers, plants, warranties, statuses)
