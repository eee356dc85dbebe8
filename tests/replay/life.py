"""A company's life in commands (vita di un'azienda): every kind of record from its first fact to its last.

Ids follow from names and command ids from their place in the life, so that two lives differ in nothing but the moments
at which the log recorded them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from aggregates.article import article_id
from aggregates.issued_document import IssuedKind, document_id
from aggregates.publication import EDITION
from aggregates.rules.vat import DEFAULT_LAW
from aggregates.warehouse import warehouse_id
from commands.issued_document import HOLD, RECORD, HoldDocument, RecordIssuedDocument
from tests.dsl import Company
from tests.replay import (
    life_absence,
    life_archive,
    life_billing,
    life_buying,
    life_clocks,
    life_day_plan,
    life_deliveries,
    life_desk,
    life_erasure,
    life_evidence,
    life_files,
    life_instruments,
    life_inventory,
    life_items,
    life_jobs,
    life_machines,
    life_maintenance,
    life_messages,
    life_money,
    life_notices,
    life_orders,
    life_papers,
    life_positions,
    life_quotes,
    life_refused,
    life_reports,
    life_returns,
    life_service_rooms,
    life_stock,
    life_templates,
    life_visits,
    life_webhooks,
    life_workshop,
)
from tests.replay.living import CESENA, COMPANY, FORLI, IDENTITY, LAURA, SHA, Life, named


def live(company: Company) -> None:
    """Everything, in the order in which a company would do it."""
    life = Life(company)
    for chapter in CHAPTERS:
        chapter(life)
    company.fold()


def founding(life: Life) -> None:
    """The company, its calendars, its users."""
    at = "2026-01-07T09:00"
    life.do("found-company", at, company_id=COMPANY, identity=IDENTITY)
    life.do("change-company-identity", at, company_id=COMPANY, identity={**IDENTITY, "phone": "0543 123456"})
    life.do("set-company-parameters", at, company_id=COMPANY, change={"quote_validity_days": 60})
    life.do("define-calendar", at, code="CAL-24X7", name="Sempre aperto", terms={"always_open": True})
    life.do("set-calendar-terms", at, code="CAL-24X7", from_on="2026-06-01", terms={"patron_town": "Forlì"})
    life.do("set-town-feast", at, code="CAL-IT", town="Bertinoro", day="11-25")
    longer = {**DEFAULT_LAW.model_dump(), "vat_rates": DEFAULT_LAW.vat_rates[1:]}
    for terms in (DEFAULT_LAW, longer):
        life.do("set-law-table", at, terms=terms)
    life.do("adopt-public-edition", at, edition=EDITION)
    life.do("define-activity-type", at, code="leak-test", terms={"name": "Controllo fughe", "minutes": 45})
    life.do("define-activity-type", at, code="leak-test", terms={"name": "Controllo fughe", "minutes": 60})
    for name in ("Ada", "Bruno"):
        user = {"user_id": named(name), "email": f"{name.lower()}@example.it", "name": name}
        life.do("register-user", at, **user, roles=["administrator"])
    user_id = named("Bruno")
    life.do("change-user", at, user_id=user_id, email="bruno.neri@example.it", name="Bruno Neri")
    life.do("grant-role", at, user_id=user_id, role="billing")
    life.do("revoke-role", at, user_id=user_id, role="billing")
    life.do("set-password", at, user_id=user_id, password_hash="$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$ZXhhbXBsZQ")
    key = {"key_id": named("key"), "label": "Gestionale", "key_hash": SHA, "roles": ["administrator"]}
    life.do("make-api-key", at, user_id=user_id, **key)
    life.do("revoke-api-key", at, user_id=user_id, key_id=named("key"))
    life.do("deactivate-user", at, user_id=user_id)
    life.do("reactivate-user", at, user_id=user_id)
    life.do("revoke-role", at, user_id=user_id, role="administrator")


def people(life: Life) -> None:
    """Customers with sites and contacts; technicians."""
    at = "2026-01-08T09:00"
    rossi = {"party_id": named("Rossi"), "role": "customer", "nature": "business"}
    tax = {"vat_number": "IT12345670017", "certified_mail": "rossi@pec.example.it"}
    life.do("register-party", at, **rossi, code="C0001", name="Rossi Gilbo", tax=tax, address=FORLI)
    life.do("change-party-identity", at, **rossi, name="Rossi Gilbo S.r.l.", tax=tax, address=FORLI)
    site = {"party_id": named("Rossi"), "site_id": named("Cesena")}
    life.do("add-site", at, **site, code="CE", name="Magazzino di Cesena", address=CESENA, travel_km="42.5")
    contact = {"party_id": named("Rossi"), "contact_id": named("Maria"), "site_id": named("Cesena")}
    life.do("add-contact", at, **contact, name="Maria Bianchi", mobile="347 1234567", email="maria@example.it")
    terms: dict[str, Any] = {"iban": "IT60X0542811101000000123456", "payment_method": "riba"}
    life.do("set-party-terms", at, party_id=named("Rossi"), price_list_code="BASE", **terms)
    arrears = {"overdue": {"amount": "1250.00"}, "oldest_due_on": "2025-12-31"}
    life.do("report-arrears", at, party_id=named("Rossi"), **arrears)
    life.do("report-arrears", "2026-01-20T09:00", party_id=named("Rossi"))
    life.do("register-party", at, code="C0002", name="Mario Verdi", nature="consumer", role="prospect")
    life.do("deactivate-party", at, party_id=named("Rossi"))
    life.do("reactivate-party", at, party_id=named("Rossi"))
    week = {"monday": [["08:30", "12:30"], ["14:00", "18:00"]]}
    for code, name in (("T01", "Gino Valli"), ("T02", "Pina Neri")):
        technician = {"technician_id": named(name), "code": code, "name": name, "skills": [{"name": "GAS"}]}
        life.do("register-technician", at, **technician)
    gino = {"technician_id": named("Gino Valli")}
    life.do("change-technician", at, **gino, name="Gino Valli", phone="347 7654321", areas=["Forlì"])
    life.do("set-skill", at, **gino, name="REFRIGERATION", level=4, certified_until_on="2027-12-31")
    life.do("remove-skill", at, **gino, name="REFRIGERATION")
    life.do("set-technician-hours", at, **gino, week=week)
    life.do("set-technician-cost", at, **gino, hourly_cost={"amount": "28.50"})
    life.do("deactivate-technician", at, technician_id=named("Pina Neri"))
    life.do("reactivate-technician", at, technician_id=named("Pina Neri"))


def catalogue(life: Life) -> None:
    """Articles, prices, warehouses, stock."""
    at = "2026-01-09T09:00"
    for code, kind in (("X", "part"), ("MAN", "labour"), ("DIR", "charge"), ("LT-900", "product")):
        tracked = kind == "product"
        life.do("register-article", at, code=code, description=f"Articolo {code}", kind=kind, serial_tracked=tracked)
    life.do("change-article", at, code="X", description="Elettrovalvola 230 V", kind="part", standard_cost="51.20")
    life.do("discontinue-article", at, code="X")
    life.do("resume-article", at, code="X")
    prices = [{"article_code": "MAN", "from_on": "2026-01-01", "unit_price": "52.00"}]
    charges = {"labour-hour": "MAN"}
    life.do("start-price-list", at, code="BASE", name="Base", from_on="2026-01-01", prices=prices, charges=charges)
    life.do("set-prices", at, code="BASE", prices=[{**prices[0], "article_code": "X", "unit_price": "84.90"}])
    life.do("set-prices", at, code="BASE", prices=[{**prices[0], "article_code": "DIR", "unit_price": "35.00"}])
    life.do("set-charge", at, code="BASE", charge="call-fee", article_code="DIR")
    life.do("end-price-list", at, code="BASE", to_on="2027-12-31")
    for code, kind in (("MAIN", "main"), ("CUST", "customer_owned"), ("LOAN", "loan"), ("FAULTY", "faulty")):
        life.do("open-warehouse", at, code=code, name=code.title(), **({} if kind == "main" else {"kind": kind}))
    life.do("open-warehouse", at, code="V01", name="Furgone", kind="van", technician_id=named("Gino Valli"))
    life.do("open-warehouse", at, code="V01", name="Furgone di Gino", kind="van", technician_id=named("Gino Valli"))
    registers = (("delivery-note", "A", 117), ("delivery-note", "R", 30), ("rma", "", 6), ("quote", "", 30))
    for document, series, last in registers:
        life.do("open-number-register", at, document=document, series=series, year=2026, last_number=last)
    x = {"article_id": article_id("X"), "warehouse_id": warehouse_id("MAIN")}
    purchase = {"kind": "purchase-order", "id": named("purchase"), "number": "OA-2026-0007"}
    job = {"kind": "call", "id": named("call"), "number": "CH-2026-0001"}
    life.do("stock-article", at, **x, quantity="10", unit_cost="51.20")
    life.do("expect-supply", at, **x, quantity="4", record=purchase, due_on="2026-01-20")
    life.do("receive-stock", at, **x, quantity="4", unit_cost="53.10", source=purchase)
    life.do("set-minimum-stock", at, **x, minimum="4")
    life.do("reserve-part", at, **x, quantity="3", record=job, firm=True)
    move = {"from_warehouse_id": warehouse_id("MAIN"), "to_warehouse_id": warehouse_id("V01")}
    life.do("move-stock", at, article_id=x["article_id"], **move, quantity="2", for_record_id=named("call"))
    life.do("release-reservation", at, **x, record_id=named("call"))
    life.do("issue-part", at, **x, quantity="1", record=job)
    life.do("count-stock", at, **x, counted="12")
    life.do("expect-supply", at, **x, quantity="6", record={**purchase, "id": named("late purchase")})
    life.do("reserve-part", at, **x, quantity="1", record={**job, "id": named("other job")}, due_on="2026-12-31")
    van = {**x, "warehouse_id": warehouse_id("V01")}
    life.do("issue-part", at, **van, quantity="5", record=job, override_reason="Trovati sul furgone")


def machines(life: Life) -> None:
    """Serial items with meters, warranties and successors."""
    at = "2026-01-12T09:00"
    for name in ("LT-1", "LT-2", "LT-3"):
        item = {"serial_item_id": named(name), "manufacturer": "Silanos", "number": name}
        what = {"product": "Lavastoviglie LT-900", "type": "dishwasher", "owner_id": named("Rossi")}
        life.do("register-serial-item", at, **item, **what, meters=[{"kind": "cycles", "digits": 5}])
    item = {"serial_item_id": named("LT-1")}
    life.do("change-serial-item", at, **item, product="Lavastoviglie LT-900 S", type="dishwasher")
    life.do("move-serial-item", at, **item, owner_id=named("Rossi"), site_id=named("Cesena"), location="Cucina")
    life.do("change-item-status", at, **item, status="in_repair")
    life.do("set-item-parent", at, **item, parent_id=named("LT-2"))
    period = {"starts_on": "2026-01-12", "ends_on": "2028-01-11"}
    life.do("give-warranty", at, **item, warranty_id=named("warranty"), period=period, source="DDT 2026/45")
    life.do("add-meter", at, **item, kind="hours", digits=6)
    reading = {**item, "reading_id": named("reading"), "kind": "cycles"}
    life.do("record-reading", at, **reading, value=1200, read_at="2026-01-10T09:00:00+01:00", source="customer")
    life.do("correct-reading", at, serial_item_id=named("LT-1"), reading_id=named("reading"), value=1210)
    life.do("replace-meter", at, **item, kind="cycles", final=1215, initial=0)
    life.do("replace-serial-item", at, serial_item_id=named("LT-3"), successor_id=named("LT-2"), on="2026-01-12")


def call(life: Life) -> None:
    """From the phone ringing to the signed report, and once more; a second one that comes to nothing."""
    one = {"call_id": named("call")}
    caller = {"person_id": named("Anna"), "name": "Anna Verdi", "phone": "0543 998877"}
    machine = {"serial_item_ids": [named("LT-1")], "site_id": named("Cesena"), "party_id": named("Rossi")}
    life.do("open-call", "2026-02-02T08:30", **one, **machine, caller=caller, fault="Non carica acqua", skill="GAS")
    life.do("take-charge", "2026-02-02T08:40", **one)
    life.do("change-priority", "2026-02-02T08:41", **one, impact="high", urgency="high")
    life.do("add-call-note", "2026-02-02T08:42", **one, text="Chiamare prima di passare")
    life.do("log-phone-activity", "2026-02-02T08:50", **one, minutes=12, text="Spiegato il reset")
    visit = {**one, "activity_id": named("visit")}
    life.do("plan-activity", "2026-02-02T09:00", **visit, kind="repair", minutes=90)
    life.do("plan-part", "2026-02-02T09:01", **one, line_id=named("planned"), code="X", description="Elettrovalvola")
    morning = {"starts_at": "2026-02-03T09:00:00+01:00", "ends_at": "2026-02-03T11:00:00+01:00"}
    noon = {"starts_at": "2026-02-03T11:00:00+01:00", "ends_at": "2026-02-03T13:00:00+01:00"}
    life.do("assign-technician", "2026-02-02T09:05", **visit, technician_id=named("Gino Valli"), slot=morning)
    life.do("reassign-technician", "2026-02-02T09:06", **visit, technician_id=named("Pina Neri"), slot=noon)
    life.do("unassign-technician", "2026-02-02T09:07", **visit, reason="Tecnico malato")
    life.do("assign-technician", "2026-02-02T09:08", **visit, technician_id=named("Gino Valli"), slot=morning)
    life.tick("watch-service-levels", "2026-02-02T18:00")
    life.do("pause-call", "2026-02-02T17:00", **one, reason="no-access", note="Chiuso il lunedì")
    life.do("resume-call", "2026-02-03T08:00", **one)
    life.do("record-arrival", "2026-02-03T09:10", **visit)
    worked = {"starts_at": "2026-02-03T09:10:00+01:00", "ends_at": "2026-02-03T10:40:00+01:00", "travel_minutes": 35}
    life.do("perform-activity", "2026-02-03T10:45", **visit, **worked, travel_km="42.5", text="Sostituita valvola")
    life.do("use-part", "2026-02-03T10:46", **one, planned_line_id=named("planned"), code="X", description="Valvola")
    fee = {"item": "call_fee", "description": "Diritto di chiamata", "unit_price": "35.00"}
    life.do("add-charge", "2026-02-03T10:47", **one, **fee, amount={"amount": "35.00"})
    life.do("note-reading", "2026-02-03T10:48", **one, serial_item_id=named("LT-1"), meter="cycles", value=15)
    life.do("restore-service", "2026-02-03T10:49", **one, note="Funziona")
    report = {**one, "report_id": named("report")}
    life.do("report-work", "2026-02-03T10:50", **report, work_done="Sostituita elettrovalvola", cause="Calcare")
    signed = {"image_sha256": SHA, "document_sha256": SHA, "device": "tablet-07", "signer_name": "Anna Verdi"}
    life.do("sign-report", "2026-02-03T10:55", **report, revision=0, signer_id=named("Anna"), **signed)
    life.do("close-call", "2026-02-03T11:00", **one, solution="Sostituita elettrovalvola")
    life.do("reopen-call", "2026-02-05T09:00", **one, reason="Il guasto si è ripresentato")
    again = {"starts_at": "2026-02-05T14:00:00+01:00", "ends_at": "2026-02-05T15:00:00+01:00"}
    life.do("perform-activity", "2026-02-05T15:00", **one, **again, technician_id=named("Pina Neri"), kind="repair")
    second = {**one, "report_id": named("second report")}
    life.do("report-work", "2026-02-05T15:05", **second, work_done="Stretto un raccordo")
    life.do("explain-absent-signature", "2026-02-05T15:06", **second, revision=0, reason="Locale chiuso")
    life.do("close-call", "2026-02-05T15:10", **one, solution="Stretto un raccordo")
    other = {"call_id": named("other call")}
    life.do("open-call", "2026-02-06T08:30", **other, party_id=named("Rossi"), fault="Perde")
    life.tick("watch-service-levels", "2026-02-16T18:00")
    life.do("decide-coverage-again", "2026-02-16T18:30", **other, reason="Contratto firmato ieri")
    life.do("cancel-call", "2026-02-17T08:30", **other, reason="Il cliente ha risolto da solo")


def contracts(life: Life) -> None:
    """S01's contract through terms, notices, blocks and its end; others that end otherwise; what they bill."""
    at = "2026-03-02T09:00"
    one = {"contract_id": named("contract")}
    header = {"customer_id": named("Rossi"), "starts_on": "2026-03-16", "step_months": 3, "alignment": "calendar"}
    tacit = {"tacit_renewal": True, "clause_approved": True, "suspension_approved": True, "notice": {"days": 60}}
    paid = {"payment_terms": {"parts": [{"days": 30, "end_of_month": True}]}}
    fee = {"description": "Assistenza", "annual_fee": {"amount": "1200.00"}, "serial_item_ids": [named("LT-1")]}
    life.do("draft-contract", at, **one, **header, **tacit, **paid)
    life.do("change-contract-header", at, **one, **header, **tacit, **paid, title="Assistenza lavastoviglie")
    life.do("add-contract-line", at, **one, line_id=named("line"), **fee)
    life.do("add-contract-line", at, **one, line_id=named("second line"), **fee)
    life.do("sign-contract", "2026-03-10T10:00", **one)
    life.tick("propose-invoices", "2026-03-16T07:00")
    for invoice_id in _proposals(life):
        invoices(life, invoice_id)
    life.do("remove-contract-line", "2026-04-20T09:00", **one, line_id=named("second line"), last_on="2026-06-30")
    life.do("block-contract", "2026-04-21T09:00", **one, from_on="2026-04-21", note="Insoluto")
    life.do("unblock-contract", "2026-05-04T09:00", **one, on="2026-05-04")
    life.do("receive-notice", "2026-06-01T09:00", **one, received_on="2026-06-01")
    life.do("withdraw-notice", "2026-06-02T09:00", **one)
    life.do("renew-contract", "2026-12-20T09:00", **one, until="2027-01-02")
    life.do("terminate-contract", "2027-03-01T09:00", **one, last_on="2027-03-31", reason="Mancato pagamento")
    old = {"contract_id": named("old contract")}
    life.do("draft-contract", at, **old, **{**header, "starts_on": "2025-07-01"}, **tacit, **paid)
    life.do("add-contract-line", at, **old, line_id=named("old line"), **fee)
    life.do("sign-contract", "2026-03-11T10:00", **old)
    life.do("set-billed-through", "2026-03-11T10:01", **old, through_on="2026-03-31")
    gone = {"contract_id": named("gone contract")}
    life.do("draft-contract", at, **gone, **header, **tacit, **paid)
    life.do("cancel-contract", at, **gone, reason="Il cliente ha cambiato idea")


def _proposals(life: Life) -> list[UUID]:
    found = life.company.ask("invoices", state="proposed", limit=500)["items"]
    return [row["invoice_id"] for row in found]


def invoices(life: Life, invoice_id: UUID) -> None:
    """A proposal verified, issued, partly paid and credited; two of single lines beside it."""
    on = "2026-03-16T08:0"
    life.do("hold-invoice", f"{on}0", invoice_id=invoice_id, reason="In attesa del numero d'ordine")
    life.do("lift-invoice-hold", f"{on}1", invoice_id=invoice_id)
    life.do("exclude-invoice-line", f"{on}2", invoice_id=invoice_id, number=2)
    life.do("confirm-invoice", f"{on}3", invoice_id=invoice_id)
    life.do("issue-invoice", f"{on}4", invoice_id=invoice_id)
    payment = {"payment_id": named("payment"), "amount": {"amount": "10.00"}, "reference": "Bonifico del 30/04"}
    life.do("record-payment", "2026-04-30T09:00", invoice_id=invoice_id, **payment)
    credit = {"credit_note_id": named("credit note"), "lines": [{"number": 1, "amount": "10.00"}]}
    life.do("credit-invoice", "2026-05-02T09:00", invoice_id=invoice_id, **credit, reason="Accordo")
    line = {"description": "Sopralluogo", "quantity": "1", "unit_price": "90.00"}
    for name in ("manual", "discarded"):
        life.do("propose-invoice", f"{on}6", invoice_id=named(name), customer_id=named("Rossi"), lines=[line])
    old = {"customer_id": named("Rossi"), "number": "2025/431", "issued_on": "2025-12-10", "due_on": "2026-01-31"}
    for residual in ("122.00", "100.00"):
        sums = {"amount": {"amount": "122.00"}, "residual": {"amount": residual}}
        life.do("import-open-item", f"{on}7", open_item_id=named("open item"), **old, **sums)
    paid = {"payment_id": named("old payment"), "amount": {"amount": "40.00"}}
    life.do("record-payment", f"{on}7", invoice_id=named("open item"), **paid)
    life.do("discard-invoice", f"{on}8", invoice_id=named("discarded"), reason="Riferimento ordine errato")
    origin = {"kind": "invoice", "record_id": invoice_id, "version": 5}
    life.duty(HOLD, HoldDocument.model_validate({**origin, "reason": "Manca il codice"}), f"{on}9")
    life.do("retry-document", "2026-03-16T08:10", document_id=document_id(IssuedKind.INVOICE, invoice_id, 5))
    life.duty(HOLD, HoldDocument.model_validate({**origin, "reason": "Manca la PEC"}), "2026-03-16T08:11")
    file = {"name": "Fattura-2026-1.pdf", "media_type": "application/pdf", "sha256": SHA, "archive_kind": "invoice"}
    made = {
        "number": "2026/1",
        "title": "Fattura 2026/1",
        "dated_on": "2026-03-16",
        "sources": [{"stream_id": invoice_id, "version": 5, "topic": "invoice"}],
        "template_version": "1-abc",
        "renderer": "typst",
        "content_sha256": SHA,
        "file": file,
    }
    life.duty(RECORD, RecordIssuedDocument.model_validate({**origin, **made}), "2026-03-16T08:12")


def quotes(life: Life) -> None:
    """A quote revised, accepted and ordered; one declined, one that nobody answered."""
    at = "2026-04-01T09:0"
    one = {"quote_id": named("quote")}
    line = {"description": "Gruppo pompa", "quantity": "1", "unit_price": "184.90", "discounts": ["15"]}
    part = {"article_id": article_id("X"), "quantity": "2"}
    asked = {"customer_id": named("Rossi"), "lines": [line, part], "serial_item_ids": [named("LT-1")]}
    for name in ("quote", "declined quote", "forgotten quote"):
        life.do("draft-quote", f"{at}0", quote_id=named(name), **asked)
    life.do("set-quote-lines", f"{at}1", **one, lines=[line, part])
    life.do("set-quote-lines", f"{at}2", **one, lines=[{**line, "quantity": "2"}, part])
    life.do("add-quote-alternative", f"{at}3", **one, alternative="B", lines=[line])
    for name in ("quote", "declined quote", "forgotten quote"):
        life.do("send-quote", f"{at}4", quote_id=named(name), sent_to=LAURA)
    life.do("revise-quote", f"{at}5", **one, lines=[{**line, "unit_price": "170.00"}, part])
    life.do("send-quote", f"{at}6", **one, sent_to=LAURA)
    life.do("accept-quote", f"{at}7", **one, revision=1, person=LAURA, channel="email")
    life.do("order-quote", f"{at}8", **one, order_id=named("order"), warehouse_id=warehouse_id("MAIN"))
    life.do("cancel-sales-order", "2026-04-02T09:00", order_id=named("order"), reason="Il cliente rinuncia")
    life.do("decline-quote", f"{at}9", quote_id=named("declined quote"), reason="Prezzo troppo alto")
    life.do("expire-quote", "2026-07-01T09:00", quote_id=named("forgotten quote"))


def goods(life: Life) -> None:
    """Delivery notes that go, come back and are cancelled; returns repaired, replaced, lent for and cancelled."""
    at = "2026-05-04T09:0"
    loan = {"recipient_id": named("Rossi"), "lines": [{"article_id": article_id("X"), "quantity": "1"}]}
    life.do("issue-delivery-note", f"{at}0", note_id=named("loan"), reason="loan", **loan)
    life.do("take-back-goods", f"{at}1", note_id=named("loan"))
    life.do("issue-delivery-note", f"{at}2", note_id=named("cancelled note"), **loan)
    life.do("cancel-delivery-note", f"{at}3", note_id=named("cancelled note"), reason="Merce non partita")
    one = {"rma_id": named("rma")}
    machine = {"description": "Lavastoviglie LT-900", "article_id": article_id("LT-900")}
    items = [
        {**machine, "item_id": named("item"), "serial": "SN-778"},
        {"item_id": named("board"), "description": "Scheda", "article_id": article_id("X")},
    ]
    life.do("request-rma", f"{at}4", **one, customer_id=named("Rossi"), items=items, authorise=False)
    life.do("authorise-rma", f"{at}5", **one)
    sender = {"sender_note": {"number": "55", "dated_on": "2026-05-03"}}
    life.do("receive-rma", f"{at}6", **one, items=[{"item_id": named("item")}], **sender)
    life.do("diagnose-rma-item", f"{at}7", **one, item_id=named("item"), findings="Valvola bloccata")
    note_id = life.do("give-rma-loaner", f"{at}8", **one, article_id=article_id("X"))["note_id"]
    board = {**one, "item_id": named("board")}
    life.do("send-rma-replacement", f"{at}9", **board, article_id=article_id("X"))
    life.do("receive-rma", "2026-05-05T09:00", **one, items=[{"item_id": named("board")}], **sender)
    life.do("decide-rma-claim", "2026-05-05T09:01", **board, accepted=False, reason="Manomissione accertata")
    life.do("decide-rma-outcome", "2026-05-05T09:02", **board, outcome="replaced")
    life.do("decide-rma-outcome", "2026-05-05T09:03", **one, item_id=named("item"), outcome="repaired")
    back = life.do("return-rma", "2026-05-06T09:00", **one)["note_id"]
    life.do("cancel-delivery-note", "2026-05-06T09:30", note_id=back, reason="Corriere non passato")
    life.do("return-rma", "2026-05-06T10:00", **one)
    life.do("take-back-rma-loaner", "2026-05-06T10:01", **one, note_id=note_id, **sender)
    life.do("close-rma", "2026-05-07T09:00", **one)
    cancelled = {
        "rma_id": named("cancelled rma"),
        "customer_id": named("Rossi"),
        "items": [{**machine, "serial": "S2"}],
    }
    life.do("request-rma", "2026-05-08T09:00", **cancelled)
    life.do("cancel-rma", "2026-05-08T09:01", rma_id=named("cancelled rma"), reason="Il cliente ci ha ripensato")


CHAPTERS: tuple[Callable[[Life], None], ...] = (
    founding,
    people,
    catalogue,
    machines,
    call,
    contracts,
    quotes,
    goods,
    *life_billing.CHAPTERS,
    *life_money.CHAPTERS,
    *life_items.CHAPTERS,
    *life_reports.CHAPTERS,
    *life_files.CHAPTERS,
    *life_absence.CHAPTERS,
    *life_visits.CHAPTERS,
    *life_maintenance.CHAPTERS,
    *life_clocks.CHAPTERS,
    *life_desk.CHAPTERS,
    *life_positions.CHAPTERS,
    *life_day_plan.CHAPTERS,
    *life_notices.CHAPTERS,
    *life_workshop.CHAPTERS,
    *life_deliveries.CHAPTERS,
    *life_quotes.CHAPTERS,
    *life_orders.CHAPTERS,
    *life_templates.CHAPTERS,
    *life_buying.CHAPTERS,
    *life_stock.CHAPTERS,
    *life_returns.CHAPTERS,
    *life_inventory.CHAPTERS,
    *life_archive.CHAPTERS,
    *life_webhooks.CHAPTERS,
    *life_jobs.CHAPTERS,
    *life_papers.CHAPTERS,
    life_money.papers,  # last: by then a paper of every kind is due
    *life_erasure.CHAPTERS,
    *life_evidence.CHAPTERS,
    *life_instruments.CHAPTERS,
    *life_messages.CHAPTERS,
    *life_refused.CHAPTERS,
    *life_service_rooms.CHAPTERS,
    *life_machines.CHAPTERS,
)
