"""Small things of the service rooms in a company's life: time given back, another odometer, what follows a machine."""

from __future__ import annotations

from collections.abc import Callable

from tests.replay.living import Life, named


def time_given_back(life: Life) -> None:
    """An absence of two weeks ends after three days and a half; one that comes again ends sooner."""
    at, elio = "2026-05-11T09:00", {"technician_id": named("Elio Conti")}
    life.do("register-technician", at, **elio, code="T39", name="Elio Conti", base_town="Faenza")
    ill = {"absence_id": named("long sickness"), "kind": "sickness", "from_on": "2026-05-11", "to_on": "2026-05-22"}
    life.do("record-absence", at, **elio, **ill, reason="Influenza")
    life.do(
        "shorten-absence",
        "2026-05-14T08:00",
        absence_id=named("long sickness"),
        to_on="2026-05-14",
        to_time="13:00",
        reason="Guarito",
    )


def another_odometer(life: Life) -> None:
    """A van's odometer is replaced, what it showed first told wrongly and put right."""
    at, van = "2026-05-12T09:00", {"vehicle_id": named("van of Elio")}
    life.do("register-vehicle", at, **van, plate="GA 131 CD", model="Ducato", fuel="diesel", odometer_km=91000)
    swap = {"replacement_id": named("odometer of Elio"), "replaced_on": "2026-05-20", "final_km": 91840}
    life.do("replace-odometer", "2026-05-20T17:00", **van, **swap, initial_km=21)
    life.do("replace-odometer", "2026-05-20T17:05", **van, **swap, initial_km=12, reason="Quadro strumenti guasto")
    life.do("read-odometer", "2026-05-29T17:00", **van, reading_id=named("Elio's first reading"), km=640)


def defect_told_later(life: Life) -> None:
    """A consumer's machine breaks in its 25th month; when the defect appeared is told afterwards."""
    at, machine = "2026-05-13T09:00", {"serial_item_id": named("Nives' dishwasher")}
    life.do("register-party", at, party_id=named("Nives"), code="C31", name="Nives Galli", role="prospect")
    said = {"manufacturer": "Silanos", "number": "SN-31", "product": "LT-900", "type": "dishwasher"}
    life.do("register-serial-item", at, **machine, owner_id=named("Nives"), **said)
    life.do("register-item-delivery", at, **machine, delivered_on="2025-05-05")
    call = {"call_id": named("call of Nives")}
    life.do(
        "open-call", at, **call, party_id=named("Nives"), serial_item_ids=[machine["serial_item_id"]], fault="Perde"
    )
    again = {"reason": "Data comunicata dal cliente", "appeared_on": "2026-05-04"}
    life.do("decide-coverage-again", "2026-05-14T09:00", **call, **again)
    life.do("cancel-call", "2026-05-15T09:00", **call, reason="Fuori garanzia, il cliente rinuncia")


CHAPTERS: tuple[Callable[[Life], None], ...] = (time_given_back, another_odometer, defect_told_later)
