"""The demo's returns (resi): a copier taken along, labelled, repaired by its maker, with a loaner; one scrapped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from aggregates import roles
from aggregates.article import article_id
from aggregates.party import party_id
from aggregates.serial_item import serial_item_id
from aggregates.technician import technician_id
from aggregates.warehouse import warehouse_id
from gateways.demo_stage import Stage

PHARMACY, TAVERN = "C0010", "C0012"
MAIN = warehouse_id("MAG")
TRANSPORT = {"carried_by": "sender", "packages": 1, "packaging": "cartone"}
COPIER, GRINDER = "KO26620448", "MC60-1187"
LOANER, LOANER_SERIAL = "MULETTO", "ML-0001"
FORM = {
    "number": "XRFDN 012345", "dated_on": date(2026, 9, 18), "cer_code": "16 02 14", "weight_kg": "31.5",
    "carrier": "Ecotrasporti Romagna S.r.l.", "plant": "Centro di raccolta di Forlì",
}  # fmt: skip


def _taken_along(stage: Stage, at: datetime) -> None:
    """A technician brings the pharmacy's copier in, and leaves a loaner there."""
    details = {"code": LOANER, "description": "Fotocopiatrice di cortesia", "kind": "product", "serial_tracked": True}
    stage.do("register-article", "loaner", at, roles.WAREHOUSE, **details)
    loaner = {"article_id": article_id(LOANER), "warehouse_id": MAIN}
    stage.do("stock-article", "loaner", at, roles.WAREHOUSE, **loaner, quantity="1", unit_cost="640.00",
             serials=[LOANER_SERIAL])  # fmt: skip
    one = _pharmacy(stage)
    machine = {
        "item_id": stage.id("rma-item/pharmacy"), "description": "Fotocopiatrice Kopyra C250", "serial": COPIER,
        "serial_item_id": serial_item_id("Kopyra", COPIER), "fault": "Si spegne dopo poche copie",
    }  # fmt: skip
    feeder = {"item_id": stage.id("rma-item/feeder"), "description": "Alimentatore di originali DF-250 con cavo"}
    stage.do(
        "pick-up-goods", "pharmacy", at, roles.DISPATCHER, **one, customer_id=party_id(PHARMACY),
        goods=[machine, feeder], technician_id=technician_id("T01"), handed_by="Dott.ssa Ada Foschi",
    )  # fmt: skip
    stage.do("bring-in-goods", "pharmacy", at, roles.WAREHOUSE, **one)
    stage.do("ask-rma-labels", "pharmacy", at, roles.WAREHOUSE, **one)
    lent = {"serial": LOANER_SERIAL, "return_by": date(2026, 9, 30), "transport": TRANSPORT}
    stage.do("give-rma-loaner", "pharmacy", at, roles.WAREHOUSE, **one, **loaner, **lent)


def _to_maker(stage: Stage, at: datetime) -> None:
    item = {
        "item_id": stage.id("rma-item/pharmacy"),
        "findings": "Scheda di alimentazione guasta",
        "under_warranty": False,
    }
    stage.do("diagnose-rma-item", "pharmacy", at, roles.WAREHOUSE, **_pharmacy(stage), **item)
    stage.do(
        "send-rma-to-supplier", "pharmacy", at, roles.WAREHOUSE, **_pharmacy(stage),
        item_ids=[stage.id("rma-item/pharmacy")], supplier_id=party_id("Kopyra"), note_id=stage.id("note/maker"),
        supplier_rma="KR-90017", expected_on=date(2026, 9, 21), transport=TRANSPORT,
    )  # fmt: skip


def _from_maker(stage: Stage, at: datetime) -> None:
    """It comes back repaired, is charged, and returns to the pharmacy; the loaner comes home."""
    one, item = _pharmacy(stage), {"item_id": stage.id("rma-item/pharmacy")}
    paper = {"sender_note": {"number": "4471", "dated_on": date(2026, 9, 21)}}
    stage.do("take-back-from-supplier", "pharmacy", at, roles.WAREHOUSE, **one, **item, result="repaired", cost="85.00",
             **paper)  # fmt: skip
    charge = {"description": "Riparazione scheda di alimentazione", "unit_price": "140.00"}
    stage.do("charge-rma-item", "pharmacy", at, roles.SALES, **one, **item, charges=[charge])
    stage.do("decide-rma-outcome", "pharmacy", at, roles.WAREHOUSE, **one, **item, outcome="repaired")
    feeder = {"item_id": stage.id("rma-item/feeder"), "outcome": "no_fault_found"}
    stage.do("decide-rma-outcome", "feeder", at, roles.WAREHOUSE, **one, **feeder)
    for name in ("pharmacy", "feeder"):
        returned = {"item_ids": [stage.id(f"rma-item/{name}")], "note_id": stage.id(f"note/{name}")}
        stage.do("return-rma", name, at, roles.WAREHOUSE, **one, **returned, transport=TRANSPORT)
    stage.settle()
    for lent in stage.ask("rma", rma_id=one["rma_id"])["loaners"]:
        theirs = {"note_id": lent["note_id"], "sender_note": {"number": "12", "dated_on": at.date()}}
        stage.do("take-back-rma-loaner", "pharmacy", at, roles.WAREHOUSE, **one, **theirs)
    stage.do("close-rma", "pharmacy", at, roles.WAREHOUSE, **one)


def _scrapped(stage: Stage, at: datetime) -> None:
    """A grinder that is not worth repairing becomes waste."""
    one, item = {"rma_id": stage.id("rma/grinder")}, {"item_id": stage.id("rma-item/grinder")}
    goods = [{**item, "description": "Macinacaffè da banco MC-60", "serial": GRINDER}]
    stage.do("request-rma", "grinder", at, roles.CALL_CENTRE, **one, customer_id=party_id(TAVERN), items=goods)
    stage.do("receive-rma", "grinder", at, roles.WAREHOUSE, **one, items=[item],
             sender_note={"number": "31", "dated_on": at.date()})  # fmt: skip
    stage.do("decide-rma-outcome", "grinder", at, roles.WAREHOUSE, **one, **item, outcome="scrapped",
             waste={"cer_code": "16 02 14", "weight_kg": "31.5"})  # fmt: skip
    stage.do("close-rma", "grinder", at, roles.WAREHOUSE, **one)


def _handed_over(stage: Stage, at: datetime) -> None:
    """The waste goes away with its form; the fourth copy comes back."""
    schedule = stage.every("waste-schedule", on=at.date())
    disposal_ids = [row["disposal_id"] for row in schedule if row["serial"] == GRINDER]
    stage.do("hand-over-waste", "grinder", at, roles.WAREHOUSE, disposal_ids=disposal_ids, form=FORM)
    stage.do("receive-waste-copy", "grinder", at, roles.WAREHOUSE, disposal_ids=disposal_ids, weight_kg="31")


def _pharmacy(stage: Stage) -> dict[str, object]:
    return {"rma_id": stage.id("rma/pharmacy")}


RETURNS: Mapping[date, Callable[[Stage, datetime], None]] = {
    date(2026, 9, 10): _taken_along,
    date(2026, 9, 11): _to_maker,
    date(2026, 9, 14): _scrapped,
    date(2026, 9, 18): _handed_over,
    date(2026, 9, 22): _from_maker,
}
