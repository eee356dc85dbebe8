"""The demo's month of goods (merci): quotes with alternatives, orders, purchases in parts, delivery notes, loans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from aggregates import roles
from aggregates.article import article_id
from aggregates.party import party_id
from aggregates.serial_item import serial_item_id
from aggregates.values import ROME
from aggregates.warehouse import warehouse_id
from gateways.demo_answers import ask_for_answer
from gateways.demo_papers import BOARD, picture_sha256
from gateways.demo_returns import COPIER, RETURNS, TRANSPORT
from gateways.demo_stage import Stage

HOTEL, PRINTER, FURNITURE, TAVERN = "C0011", "C0009", "C0008", "C0012"
MAIN = warehouse_id("MAG")
SUPPLIERS = {
    "Ricambi Adriatica": "Via dell'Industria 14", "Forniture Emilia": "Via Emilia Ponente 220",
    "Nord Componenti": "Viale Fulvio Testi 301", "Kopyra": "Strada Statale 9, km 12",
}  # fmt: skip
BOUGHT = {
    "RC0014": ("11.90", "RA-FUS-A", 4), "RC0022": ("5.60", "RA-ROL-C", 3), "CO0087": ("27.40", "RA-TON-C", 2),
    "RC0051": ("26.10", "RA-CON-B", 5), "RC0034": ("58.00", "RA-SCH-C", 6),
}  # fmt: skip
"""Of an article: the supplier's price in euro, their code, days until it comes."""
CARRIER = {
    "name": "Corriere Adriatico S.r.l.", "vat_number": "IT12345670017", "licence": "FC/3301245/X",
    "vehicle": "GA 123 BC",
    "address": {"street": "Via del Commercio 8", "postcode": "47521", "town": "Cesena", "province": "FC"},
}  # fmt: skip
SENT_BY_CARRIER = {
    "carried_by": "carrier", "carriage": "prepaid", "carriers": [CARRIER], "packaging": "scatole di cartone",
    "packages": 4, "gross_weight_kg": "38.5", "net_weight_kg": "34",
}  # fmt: skip
SOLD = tuple(f"RC{number:04d}" for number in (
    17, 20, 26, 27, 30, 31, 36, 38, 39, 40, 42, 44, 45, 47, 48, 49, 50, 52, 53,
    55, 56, 58, 59, 60, 61, 62, 64, 66, 67, 68, 69, 70, 71, 73, 74, 77, 78, 80, 83, 85,
))  # fmt: skip
"""What a customer with a workshop of their own buys on one day: a note and an invoice of several pages."""


def play_goods(stage: Stage, day: date) -> None:
    """What happens on a day of the month before the telephone rings."""
    play = GOODS.get(day) or RETURNS.get(day)
    if play is not None:
        stage.settle()
        play(stage, datetime.combine(day, time(7, 30), tzinfo=ROME))


def _suppliers(stage: Stage, at: datetime) -> None:
    for code, street in SUPPLIERS.items():
        address = {"street": street, "postcode": "47122", "town": "Forlì", "province": "FC"}
        stage.do(
            "register-party", f"supplier/{code}", at, roles.SALES, code=code, name=f"{code} S.r.l.", role="supplier",
            tax={"vat_number": "IT12345670017"}, address=address,
        )  # fmt: skip
    for code, (price, theirs, days) in BOUGHT.items():
        stage.do(
            "set-article-supplier", f"terms/{code}", at, roles.PURCHASING, article_id=article_id(code),
            supplier_id=party_id("Ricambi Adriatica"), unit_price=price, supplier_code=theirs, lead_days=days,
        )  # fmt: skip


def _offer(stage: Stage, at: datetime) -> None:
    """A repair or a new machine: two alternatives, texts, a picture, one option."""
    one, sales = {"quote_id": stage.id("quote/hotel")}, roles.SALES
    seen = {"picture": {"sha256": picture_sha256(BOARD), "caption": "La scheda di comando, 31 agosto 2026",
                        "width_percent": 45}}  # fmt: skip
    repair = [
        {"article_id": article_id("RC0032"), "section": "Riparazione", "blocks": [seen]},
        {"article_id": article_id("RC0074"), "quantity": "2", "discounts": ["10", "5"]},
        {"article_id": article_id("ORA"), "quantity": "3.5", "section": "Manodopera"},
        {"article_id": article_id("DIRCH")},
        {"line_id": stage.id("quote/hotel/option"), "article_id": article_id("CO0098"), "quantity": "2",
         "section": "Consigliato", "optional": True,
         "blocks": [{"text": "Il filtro **dimezza il calcare**:\n- ricambio ogni sei mesi\n- dura un anno"}]},
    ]  # fmt: skip
    new = [
        {"description": "Macchina da caffè Moka Prima serie 200, due gruppi", "kind": "part", "unit_price": "2650.00",
         "discounts": ["8"]},
        {"article_id": article_id("COLLAUDO")},
    ]  # fmt: skip
    terms = {
        "subject": "Macchina da caffè della sala colazioni", "diagnosis_fee": "35.00", "prepared_by": "Matteo Ricci",
        "payment_terms": "Bonifico 30 giorni data fattura", "delivery_terms": "Entro cinque giorni lavorativi",
        "warranty": "12 mesi sulle parti sostituite",
        "conditions": ["I lavori non compresi si eseguono solo dopo una nuova offerta accettata."],
    }  # fmt: skip
    header = [
        {"text": "Gentile direzione,\n\nvi proponiamo due soluzioni: la **riparazione** o una macchina **nuova**."}
    ]
    stage.do("draft-quote", "hotel", at, sales, **one, customer_id=party_id(HOTEL), lines=repair, terms=terms)
    stage.do("add-quote-alternative", "hotel", at, sales, **one, alternative="B", lines=new)
    texts = {"header": header, "footer": [{"text": "Restiamo a disposizione."}]}
    for alternative in ("A", "B"):
        stage.do("set-quote-texts", f"hotel/{alternative}", at, sales, **one, alternative=alternative, **texts)
    for alternative in ("A", "B"):
        sent = {"alternative": alternative, "sent_to": {"name": "Direzione Hotel Orioli"}}
        stage.do("send-quote", f"hotel/{alternative}", at, sales, **one, **sent)


def _accepted(stage: Stage, at: datetime) -> None:
    """The hotel takes the repair with its option; the pieces are reserved, picked and leave with a carrier."""
    one = {"quote_id": stage.id("quote/hotel")}
    answer = {"person": {"name": "Rosa Orioli"}, "channel": "signature", "options": [stage.id("quote/hotel/option")]}
    stage.do("accept-quote", "hotel", at, roles.SALES, **one, alternative="A", revision=0, **answer)
    stage.do("order-quote", "hotel", at, roles.SALES, **one, order_id=stage.id("order/hotel"), warehouse_id=MAIN)
    listed = {"pick_list_id": stage.id("picks/hotel"), "order_ids": [stage.id("order/hotel")]}
    stage.do("make-pick-list-for-orders", "hotel", at, roles.WAREHOUSE, **listed)
    picked = {"pick_list_id": stage.id("picks/hotel"), "transport": SENT_BY_CARRIER}
    stage.do("confirm-pick-list", "hotel", at + timedelta(hours=1), roles.WAREHOUSE, **picked)


def _on_approval(stage: Stage, at: datetime) -> None:
    """A copier goes on approval: it is to be invoiced unless it comes back."""
    copier = {"description": "Fotocopiatrice Kopyra serie 300 con fascicolatore e mobiletto", "quantity": "1",
              "serials": ["KO-DEMO-3001"], "quality": "nuova", "unit_price": "1890.00"}  # fmt: skip
    stage.do(
        "lend-goods", "approval", at, roles.SALES, note_id=stage.id("note/approval"), recipient_id=party_id(FURNITURE),
        reason="on_approval", lines=[copier], return_by=date(2026, 10, 30), transport=SENT_BY_CARRIER,
    )  # fmt: skip


def _short(stage: Stage, at: datetime) -> None:
    """A printer's works orders more than there is; purchasing orders what is short and what fell below its minimum."""
    one, sales, buyer = {"quote_id": stage.id("quote/printer")}, roles.SALES, {"name": "Ufficio acquisti"}
    lines = [
        {"article_id": article_id("RC0014"), "quantity": "3"},
        {"article_id": article_id("CO0088"), "quantity": "2"},
    ]
    stage.do("draft-quote", "printer", at, sales, **one, customer_id=party_id(PRINTER), lines=lines,
             terms={"subject": "Fusori di scorta"})  # fmt: skip
    stage.do("send-quote", "printer", at, sales, **one, sent_to=buyer)
    stage.do("accept-quote", "printer", at, sales, **one, revision=0, person=buyer, channel="phone")
    stage.do("order-quote", "printer", at, sales, **one, order_id=stage.id("order/printer"), warehouse_id=MAIN)
    stage.settle()
    bought, supplier = {"order_id": stage.id("bought/printer")}, party_id("Ricambi Adriatica")
    terms = {"subject": "Ricambi sotto scorta", "supplier_reference": "Listino 2026/2",
             "payment_terms": "Bonifico 60 giorni fine mese", "delivery_terms": "Franco nostro magazzino"}  # fmt: skip
    stage.do("order-proposals", "printer", at, roles.PURCHASING, **bought, supplier_id=supplier, terms=terms)
    stage.do("send-purchase-order", "printer", at, roles.PURCHASING, **bought)
    stage.do("confirm-purchase-order", "printer", at, roles.PURCHASING, **bought, supplier_number="OC 1187/26")


def _arrived(number: str, is_last: bool) -> Callable[[Stage, datetime], None]:
    """Goods of the purchase come, at first half of them; what the customer waits for goes on to them."""

    def play(stage: Stage, at: datetime) -> None:
        order_id = stage.id("bought/printer")
        lines = stage.ask("purchase-order", order_id=order_id)["lines"]
        came = [_part_of(line, is_last) for line in lines]
        note = {"number": number, "dated_on": at.date() - timedelta(days=1)}
        stage.do("receive-purchase-order", f"printer/{number}", at, roles.WAREHOUSE, order_id=order_id,
                 lines=[line for line in came if line is not None], supplier_note=note)  # fmt: skip
        stage.settle()
        delivered = {"order_id": stage.id("order/printer"), "note_id": stage.id(f"note/printer/{number}")}
        if is_last:
            stage.do("deliver-order", f"printer/{number}", at, roles.WAREHOUSE, **delivered, transport=TRANSPORT)

    return play


def _part_of(line: Mapping[str, Any], is_last: bool) -> dict[str, Any] | None:
    """Half of what was ordered, then the other half: the same each time the month is played."""
    half = line["ordered"] // 2
    units = line["ordered"] - half if is_last else half
    return {"line_id": line["line_id"], "units": str(units)} if units else None


def _sold(stage: Stage, at: datetime) -> None:
    """A sale over the counter with many lines: the note has more than one page, and so has its deferred invoice."""
    lines = [{"article_id": article_id(code), "quantity": "1", "warehouse_id": MAIN} for code in SOLD]
    stage.do(
        "issue-delivery-note", "sale", at, roles.WAREHOUSE, note_id=stage.id("note/sale"), lines=lines,
        recipient_id=party_id(TAVERN), transport={**TRANSPORT, "carried_by": "recipient", "packages": 6},
        order={"number": "78/ACQ", "ordered_on": date(2026, 9, 10)},
        notes=["Verificare l'integrità dell'imballo alla consegna."],
    )  # fmt: skip


def _papers(stage: Stage, at: datetime) -> None:
    """Papers people ask for: a contract, a machine's history, the van's pick list, something left at the counter."""
    contract = stage.every("contracts")[0]
    stage.do("print-contract", "printed", at, roles.SALES, contract_id=contract["contract_id"])
    copier = serial_item_id("Kopyra", COPIER)
    stage.do("print-item-history", "printed", at, roles.CALL_CENTRE, serial_item_id=copier)
    stage.do(
        "take-in", "counter", at, roles.CALL_CENTRE, job_id=stage.id("job/counter"), party_id=party_id(TAVERN),
        description="Macinacaffè Moka Prima M2", serial="MP-M2-0071", fault="Non macina, odore di bruciato",
        accessories=["tramoggia", "cavo di alimentazione"], damage="Graffio sul lato destro",
        estimate_limit={"amount": "80.00"}, promised_on=date(2026, 10, 2),
    )  # fmt: skip
    reminded = {"customer_id": _overdue(stage, at.date()), "on": at.date()}
    answer = stage.do("propose-reminder", "reminder", at, roles.BILLING, **reminded)
    if answer is not None:
        stage.do("confirm-reminder", "reminder", at, roles.BILLING, reminder_id=answer["reminder_id"])


def _overdue(stage: Stage, on: date) -> UUID:
    """The customer whose payment is latest."""
    items = stage.every("open-items", on=on, overdue=True)
    worst = max(items, key=lambda item: (item["days_overdue"], str(item["customer"])))
    found: UUID = worst["customer_id"]
    return found


def _afterwards(stage: Stage, at: datetime) -> None:
    """What stands in a held proposal is told before it is billed; an invoice of the first of the month is credited."""
    held = stage.every("invoices", state="held")[:1]
    for row in held:
        stage.do("issue-statement", "statement", at, roles.BILLING, invoice_id=row["invoice_id"])
    billed = stage.every("invoices", state="issued", kind="invoice", from_on=date(2026, 9, 1), to_on=date(2026, 9, 1))
    invoice = min(billed, key=lambda row: str(row["number"]))
    stage.do(
        "credit-invoice", "credit", at, roles.ACCOUNTANT, invoice_id=invoice["invoice_id"],
        credit_note_id=stage.id("credit"), reason="Canone fatturato due volte", series="NC",
    )  # fmt: skip


GOODS: Mapping[date, Callable[[Stage, datetime], None]] = {
    date(2026, 9, 1): _suppliers,
    date(2026, 9, 2): _offer,
    date(2026, 9, 3): _short,
    date(2026, 9, 4): _accepted,
    date(2026, 9, 7): _on_approval,
    date(2026, 9, 8): _arrived("1188", is_last=False),
    date(2026, 9, 16): _arrived("1260", is_last=True),
    date(2026, 9, 17): _sold,
    date(2026, 9, 29): ask_for_answer,
    date(2026, 9, 30): _papers,
    date(2026, 10, 1): _afterwards,
}
