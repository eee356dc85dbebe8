"""Returns with all their legs, and waste, in a company's life (resi, fornitori, rottamazioni)."""

from __future__ import annotations

from collections.abc import Callable

from aggregates.article import article_id
from aggregates.warehouse import warehouse_id
from tests.replay.living import FORLI, Life, named

OVEN = article_id("FORNO")
STORE, VAN = warehouse_id("RSTORE"), warehouse_id("RVAN")


def prepared(life: Life) -> None:
    """A customer and a supplier, an article, a van, a store, places for faulty goods and goods at suppliers."""
    at = "2027-08-01T08:0"
    tax = {"vat_number": "IT12345670017"}
    life.do("register-party", f"{at}0", party_id=named("Resia"), code="RES", name="Resia", tax=tax, address=FORLI)
    life.do("register-party", f"{at}1", party_id=named("Fornaci"), code="FOR", name="Fornaci", role="supplier",
            tax=tax, address=FORLI)  # fmt: skip
    life.do("register-technician", f"{at}2", technician_id=named("Rita Reni"), code="RR", name="Rita Reni")
    life.do("open-warehouse", f"{at}3", code="RVAN", name="Furgone", kind="van", technician_id=named("Rita Reni"))
    life.do("open-warehouse", f"{at}3", code="RSUPP", name="Presso fornitori", kind="supplier")
    life.do("open-warehouse", f"{at}3", code="RSTORE", name="Magazzino resi")
    life.do("register-article", f"{at}4", code="FORNO", description="Forno", kind="product")
    life.do("stock-article", f"{at}5", article_id=OVEN, warehouse_id=STORE, quantity="5", unit_cost="100.00")
    machine = {"manufacturer": "Fornaci", "product": "Forno", "type": "oven", "owner_id": named("Resia")}
    warranty = {"kind": "legal", "period": {"starts_on": "2026-06-01", "ends_on": "2028-05-31"}}
    life.do(
        "register-serial-item", f"{at}6", serial_item_id=named("oven"), number="F-1", warranties=[warranty], **machine
    )


def taken_along(life: Life) -> None:
    """Ovens taken along: labelled, brought in, identified, handed on, at the supplier's twice, priced and sent back."""
    at = "2027-08-02T09:"
    one, first = {"rma_id": named("ovens")}, {"item_id": named("first oven")}
    oven = {"description": "Forno", "article_id": OVEN}
    goods = [{**first, **oven, "serial": "F-1", "serial_item_id": named("oven")}]
    who = {"customer_id": named("Resia"), "technician_id": named("Rita Reni"), "handed_by": "Rino Resi"}
    life.do("pick-up-goods", f"{at}00", **one, **who, goods=goods)
    life.do("bring-in-goods", f"{at}01", **one)
    life.do("ask-rma-labels", f"{at}02", **one)
    box = {"item_id": named("box"), "description": "Scatola"}
    other = {"rma_id": named("other ovens"), "customer_id": named("Resia")}
    life.do("receive-rma", f"{at}03", **one, unexpected=[box])
    life.do("identify-rma-item", f"{at}04", **one, item_id=named("box"), **oven)
    items = [{"item_id": named("expected oven"), **oven}, {"item_id": named("lost oven"), **oven}]
    life.do("request-rma", f"{at}05", **other, items=items)
    there = {"to_rma_id": named("other ovens"), "to_item_id": named("expected oven")}
    life.do("move-rma-item", f"{at}06", **one, item_id=named("box"), **there)
    life.do(
        "note-missing-rma-item", f"{at}07", rma_id=named("other ovens"), item_id=named("lost oven"), reason="Tenuto"
    )
    sent = {"item_ids": [named("first oven")], "supplier_id": named("Fornaci"), "expected_on": "2027-08-10"}
    note_id = life.do("send-rma-to-supplier", f"{at}08", **one, **sent)["note_id"]
    life.do("note-supplier-answer", f"{at}09", **one, note_id=note_id, supplier_rma="F/77", expected_on="2027-08-12")
    paper = {"sender_note": {"number": "900", "dated_on": "2027-08-09"}}
    life.do("take-back-from-supplier", "2027-08-09T09:00", **one, **first, result="repaired", cost="35.00", **paper)
    charge = {"description": "Riparazione", "unit_price": "60.00"}
    life.do("charge-rma-item", "2027-08-09T09:01", **one, **first, charges=[charge])
    life.do("decide-rma-outcome", "2027-08-09T09:02", **one, **first, outcome="repaired")
    loaner = life.do("give-rma-loaner", "2027-08-09T09:03", **one, article_id=OVEN, warehouse_id=STORE,
                     return_by="2027-08-20")["note_id"]  # fmt: skip
    life.do("return-rma", "2027-08-10T09:00", **one)
    life.do("sell-rma-loaner", "2027-08-10T09:01", **one, note_id=loaner, unit_price="150.00")
    life.do("close-rma", "2027-08-10T09:02", **one)


def settled(life: Life) -> None:
    """A swap cancelled and made again, faulty pieces decided, a sale credited, waste until its fourth copy."""
    at = "2027-08-15T09:"
    one, oven = {"rma_id": named("swaps")}, {"description": "Forno", "article_id": OVEN}
    swap, sold, dead = ({"item_id": named(name)} for name in ("swapped", "sold", "dead"))
    items = [{**swap, **oven, "serial_item_id": named("oven")}, {**sold, **oven}, {**dead, **oven}]
    sale = {"lines": [{"article_id": OVEN, "quantity": "1", "unit_price": "200.00", "warehouse_id": STORE}]}
    life.do("issue-delivery-note", f"{at}00", recipient_id=named("Resia"), note_id=named("oven sale"), **sale)
    (invoice_id, *_) = life.propose("Resia", "2027-08-31")
    life.do("issue-invoice", "2027-08-31T12:00", invoice_id=invoice_id)
    document = life.company.record(invoice_id).require_issued()
    line_number = next(line.number for line in document.lines if line.unit_price == 200)
    at = "2027-09-01T09:"
    life.do("request-rma", f"{at}00", **one, customer_id=named("Resia"), items=items)
    sent = {"article_id": OVEN, "serial": "F-2", "warehouse_id": STORE}
    note_id = life.do("send-rma-replacement", f"{at}01", **one, **swap, **sent)["note_id"]
    life.do("cancel-delivery-note", f"{at}02", note_id=note_id, reason="Corriere non passato")
    life.do("send-rma-replacement", f"{at}03", **one, **swap, **sent)
    life.do("receive-rma", f"{at}04", **one, items=[swap, sold, dead])
    life.do("decide-rma-outcome", f"{at}05", **one, **swap, outcome="replaced")
    life.do("decide-rma-outcome", f"{at}06", **one, **sold, outcome="credited")
    waste = {"cer_code": "16 02 14", "weight_kg": "30"}
    disposal = life.do("decide-rma-outcome", f"{at}07", **one, **dead, outcome="scrapped", waste=waste)["disposal_id"]
    life.do("credit-rma-item", f"{at}08", **one, **sold, invoice_id=invoice_id, line_number=line_number)
    refurbished = {"decision": "refurbished", "unit_cost": "50.00", "warehouse_id": STORE}
    life.do("decide-faulty-piece", f"{at}09", **one, **swap, **refurbished)
    life.do("decide-faulty-piece", f"{at}10", **one, **sold, decision="scrapped")
    form = {"number": "XRFDN 01", "dated_on": "2027-09-02", "cer_code": "16 02 14", "carrier": "Eco", "plant": "Centro"}
    handed = {"disposal_ids": [disposal], "form": {**form, "weight_kg": "30"}}
    life.do("hand-over-waste", "2027-09-02T18:00", **handed)
    life.do("receive-waste-copy", "2027-10-02T09:00", disposal_ids=[disposal], weight_kg="29.5")
    life.do("close-rma", "2027-10-02T09:01", **one)


def loose_ends(life: Life) -> None:
    """Pieces that come in two parts, one worked on, one unmended whose fee is waived; a longer loan; one given back."""
    at = "2027-10-04T09:"
    part, swap = {"item_id": named("late ovens")}, {"item_id": named("ovens given back")}
    one, oven = {"rma_id": named("loose ends")}, {"description": "Forno", "article_id": OVEN}
    life.do("set-company-parameters", f"{at}00", from_on="2027-10-01", change={"diagnosis_fee": "30.00"})
    items = [{**part, **oven, "quantity": "3"}, {**swap, **oven}]
    life.do("request-rma", f"{at}01", **one, customer_id=named("Resia"), items=items)
    sent = {"article_id": OVEN, "warehouse_id": STORE, "unit_price": "150.00"}
    life.do("send-rma-replacement", f"{at}02", **one, **swap, **sent)
    first = {**part, "quantity": "1"}
    life.do("receive-rma", f"{at}03", **one, items=[first, swap])
    fitted = {"parts": [{"article_id": OVEN, "unit_price": "20.00", "warehouse_id": STORE}]}
    life.do("work-on-rma-item", f"{at}04", **one, **part, **fitted, hours="1", hour_price="40.00")
    life.do("decide-rma-outcome", f"{at}05", **one, **part, outcome="repaired")
    life.do("return-rma", f"{at}06", **one)
    life.do("receive-rma", f"{at}07", **one, items=[first])
    rest = {"item_id": life.company.ask("rma", **one)["items"][2]["item_id"]}
    life.do("decide-rma-outcome", f"{at}08", **one, **rest, outcome="no_fault_found")
    life.do("waive-rma-fee", f"{at}09", **one, **rest, reason="Cliente storico")
    life.do("return-rma", f"{at}10", **one)
    life.do("decide-rma-outcome", f"{at}11", **one, **swap, outcome="replaced")
    life.do("decide-rma-claim", f"{at}12", **one, **swap, accepted=False, reason="Manomissione accertata")
    life.do("decide-faulty-piece", f"{at}13", **one, **swap, decision="given_back")
    lent = {"note_id": life.do("give-rma-loaner", f"{at}14", **one, article_id=OVEN, warehouse_id=STORE)["note_id"]}
    life.do("extend-loan", f"{at}15", **lent, return_by="2027-12-31", reason="Ricambio in ritardo")
    life.do("take-back-goods", f"{at}16", **lent)
    life.do("close-rma", f"{at}17", **one, why="Il terzo forno non arriva")


CHAPTERS: tuple[Callable[[Life], None], ...] = (prepared, taken_along, settled, loose_ends)
