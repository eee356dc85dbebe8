"""Money in a company's life (denaro): works billed, invoices changed, asked for, sent, collected, paid and reminded of.

Each chapter has a customer and a series of invoices of its own, so that it can be read, and moved, by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aggregates.article import article_id
from aggregates.issued_document import IssuedKind
from aggregates.mandate import mandate_id
from commands.issued_document import RECORD, RecordIssuedDocument
from tests.replay.living import LAURA, SHA, Life, named

ALL = dict.fromkeys(("call_fee", "travel", "labour", "overtime", "parts", "consumables"), True)
THIRTY: dict[str, Any] = {"payment_terms": {"parts": [{"days": 30}]}, "payment_method": "transfer"}


def works(life: Life) -> None:
    """A call, an ordered quote and a delivery note: proposed, given up, invoiced, credited and due again."""
    life.do("set-charge-terms", "2026-06-01T09:00", code="BASE", from_on="2026-06-01", terms={"free_km": "30"})
    life.do("set-party-terms", "2026-06-01T09:00", party_id=named("Lodi"), price_list_code="BASE")
    _called(life, "chargeable call", "2026-06-03", expense=True)
    quote = {"quote_id": named("billed quote")}
    line = {"description": "Revisione", "quantity": "1", "unit_price": "100.00"}
    life.do("draft-quote", "2026-06-04T09:00", **quote, customer_id=named("Lodi"), lines=[line])
    life.do("send-quote", "2026-06-04T09:05", **quote, sent_to=LAURA)
    life.do("accept-quote", "2026-06-04T09:10", **quote, revision=0, person=LAURA, channel="email")
    life.do("order-quote", "2026-06-04T09:15", **quote, order_id=named("billed order"))
    note = {"note_id": named("billed note")}
    sold = {"recipient_id": named("Lodi"), "lines": [{"article_id": article_id("X"), "quantity": "1"}]}
    life.do("issue-delivery-note", "2026-06-05T09:00", **note, **sold)
    price = {"charges": [{"kind": "labour", "description": "Montaggio", "quantity": "1", "unit_price": "48.00"}]}
    life.do("price-delivery-note", "2026-06-05T09:05", **note, **price)
    for invoice_id in life.propose("Lodi", "2026-06-30"):
        life.do("discard-invoice", "2026-06-30T11:30", invoice_id=invoice_id, reason="Da unire")
    for invoice_id in life.bill("Lodi", "2026-06-30", "L"):
        again = {"series": "L", "reason": "Intestazione errata", "reopen": True}
        life.do("credit-invoice", "2026-06-30T13:00", invoice_id=invoice_id, **again)
    life.bill("Lodi", "2026-06-30", "L")
    item = {"serial_item_id": named("LT-5"), "number": "LT-5", "owner_id": named("Lodi")}
    life.do("register-serial-item", "2026-07-01T08:00", **item, product="Lavastoviglie LT-900", type="dishwasher")
    covered = life.signed("covering", "Lodi", "2026-07-01", {"covered": ALL, "serial_item_ids": [named("LT-5")]})
    life.do("set-billed-through", "2026-07-01T11:00", **covered, through_on="2027-06-30")
    _called(life, "covered call", "2026-07-06", serial_item_ids=[named("LT-5")])
    life.propose("Lodi", "2026-07-07")


def _called(life: Life, name: str, on: str, *, expense: bool = False, **about: Any) -> None:
    """An hour's work for a call, told, reported and closed."""
    call = {"call_id": named(name)}
    life.do("open-call", f"{on}T08:30", **call, party_id=named("Lodi"), fault="Non si accende", **about)
    worked = {
        "starts_at": f"{on}T09:00:00+02:00",
        "ends_at": f"{on}T10:00:00+02:00",
        "mode": "workshop" if expense else "visit",
    }
    life.do("perform-activity", f"{on}T10:05", **call, **worked, technician_id=named("Pina Neri"), kind="repair")
    if expense:
        what = {"item": "third_parties", "description": "Piattaforma", "unit_cost": "80.00"}
        life.do("note-expense", f"{on}T10:10", **call, line_id=named(f"{name} expense"), **what)
    life.do("report-work", f"{on}T10:15", **call, report_id=named(f"{name} report"), work_done="Riparata")
    life.do("close-call", f"{on}T10:20", **call, solution="Riparata")


def proposals(life: Life) -> None:
    """Proposals dated otherwise, divided, joined, shown beforehand, and advances deducted from them."""
    lines = [{"description": f"Lavoro {n}", "unit_price": f"{n}0.00"} for n in (1, 2, 3)]
    whose = {"customer_id": named("Nanni")}
    one, other = ({"invoice_id": named(name)} for name in ("divided", "divided from it"))
    life.do("propose-invoice", "2026-06-01T09:00", **one, **whose, lines=lines)
    life.do("change-invoice", "2026-06-01T09:05", **one, dated_on="2026-06-10", reasons=["Saldo di giugno"])
    moved = life.do("move-invoice-lines", "2026-06-01T09:10", **one, numbers=[2])["to_invoice_id"]
    life.do("merge-invoices", "2026-06-01T09:15", **one, from_invoice_id=moved)
    life.do("issue-statement", "2026-06-01T09:20", **one)
    quote = {"quote_id": named("advanced quote")}
    life.do("draft-quote", "2026-06-05T09:00", **quote, **whose, lines=[{**lines[0], "unit_price": "300.00"}])
    life.do("send-quote", "2026-06-05T09:05", **quote, sent_to=LAURA)
    life.do("accept-quote", "2026-06-05T09:10", **quote, revision=0, person=LAURA, channel="email")
    advance = {"invoice_id": named("advance"), "amount": {"amount": "100.00"}}
    life.do("propose-advance", "2026-06-05T09:15", **quote, **advance)
    life.issue(named("advance"), "2026-06-05", "N")
    part = {"advance_id": named("advance"), "amount": {"amount": "10.00"}}
    life.do("propose-invoice", "2026-06-06T09:00", **other, **whose, lines=lines)
    life.do("deduct-advance", "2026-06-06T09:05", **other, **part)
    life.do("discard-invoice", "2026-06-06T09:10", **other, reason="Doppia")
    life.do("deduct-advance", "2026-06-06T09:15", **one, **part)
    life.issue(named("divided"), "2026-06-10", "N")
    life.bill("Nanni", "2026-06-11", "N")


def notices(life: Life) -> None:
    """A customer who is asked to pay before the invoice: once in vain, once as asked."""
    life.do("set-party-terms", "2026-06-01T09:00", party_id=named("Orsi"), pays_by_notice=True)
    life.signed("by notice", "Orsi", "2026-06-01")
    (invoice_id,) = life.propose("Orsi", "2026-06-01")
    life.do("request-payment", "2026-06-01T12:00", invoice_id=invoice_id)
    life.do("withdraw-payment-request", "2026-06-02T09:00", invoice_id=invoice_id, reason="Importo errato")
    life.do("request-payment", "2026-06-02T09:05", invoice_id=invoice_id)
    payment = {"payment_id": named("payment as asked"), "amount": {"amount": "1464.00"}, "paid_on": "2026-06-15"}
    life.do("record-payment", "2026-06-16T09:00", invoice_id=invoice_id, **payment)


def exchange(life: Life) -> None:
    """An invoice refused by the exchange system and sent again; one that it could not deliver."""
    for n, (name, kind) in enumerate((("refused", "NS"), ("undelivered", "MC")), 1):
        invoice_id = life.sell(name, "Monti", "50.00", f"2026-06-0{n}", "D", **THIRTY)
        errors = [{"code": "00311", "text": "CodiceDestinatario non valido"}] if kind == "NS" else []
        receipt = {"kind": kind, "file_name": f"IT12345670017_0000{n}.xml", "exchange_id": f"771234{n}"}
        on = {"received_on": "2026-06-03", "errors": errors}
        life.do("record-exchange-receipt", "2026-06-03T09:00", invoice_id=invoice_id, **receipt, **on)
    life.do("resend-invoice", "2026-06-04T09:00", invoice_id=named("refused"))
    copy = {"invoice_id": named("undelivered"), "channel": "e-mail", "delivered_on": "2026-06-04"}
    life.do("note-invoice-copy-delivered", "2026-06-04T09:05", **copy)


def collections(life: Life) -> None:
    """Direct debits and bank receipts: a batch given up, others sent, settled and partly returned; mandates."""
    codes = {"iban": "IT60X0542811101000000123456", "creditor_id": "IT66ZZZ0000012345670017", "sia_code": "A1B2C"}
    life.do("set-company-parameters", "2026-06-05T09:00", from_on="2026-06-05", change={"collection": codes})
    iban = "IT84S0542811101000000654321"
    life.do("set-party-terms", "2026-06-05T09:00", party_id=named("Monti"), iban=iban)
    mandate = {"customer_id": named("Monti"), "iban": iban, "signed_on": "2026-06-01"}
    for reference in ("MONTI-01", "MONTI-02"):
        life.do("sign-mandate", "2026-06-05T09:05", **mandate, reference=reference)
    gone = mandate_id(named("Monti"), "MONTI-02")
    life.do("revoke-mandate", "2026-06-05T09:10", mandate_id=gone, reason="Firmato due volte")
    life.sell("debited", "Monti", "100.00", "2026-06-05", "D", **{**THIRTY, "payment_method": "direct_debit"})
    item = {"open_item_id": named("old bill"), "customer_id": named("Monti"), "number": "V/7", "payment_method": "riba"}
    sums = {name: {"amount": "90.00"} for name in ("amount", "residual")}
    life.do("import-open-item", "2026-06-05T09:15", **item, **sums, issued_on="2026-04-01", due_on="2026-06-30")
    batches = (("given up", "direct_debit"), ("debits", "direct_debit"), ("receipts", "riba"))
    for name, method in batches:
        batch = {"collection_id": named(name), "method": method, "due_by": "2026-07-31"}
        life.do("prepare-collection", "2026-06-08T09:00", **batch, customer_ids=[named("Monti")])
        if name == "given up":
            life.do("cancel-collection", "2026-06-08T09:30", collection_id=named(name), reason="Data errata")
            continue
        one = {"collection_id": named(name)}
        life.do("send-collection", "2026-06-08T10:00", **one, reference="CBI-118")
        life.do("settle-collection", "2026-07-31T10:00", **one, settled_on="2026-07-31")
        life.do("return-collection-line", "2026-08-05T10:00", **one, line=1, code="MD06", reason="Contestato")


def payments(life: Life) -> None:
    """Money received, spread, taken back, paid back, reversed; credit left over and used."""
    for name, net in (("first paid", "100.00"), ("second paid", "200.00"), ("paid and credited", "300.00")):
        life.sell(name, "Monti", net, "2026-06-09", "D", **THIRTY)
    whose = {"customer_id": named("Monti"), "paid_on": "2026-07-01"}
    money = {"payment_id": named("money"), "amount": {"amount": "122.00"}}
    wanted = [{"record_id": named("first paid"), "part": 1, "amount": "122.00"}]
    answer = life.do("record-customer-payment", "2026-07-01T09:00", **whose, **money, allocations=wanted)
    one = {"payment_id": named("money")}
    allocation = {**one, "allocation_id": answer["allocations"][0]["allocation_id"]}
    life.do("take-back-allocation", "2026-07-01T09:05", **allocation)
    refund = {"refund_id": named("refund"), "amount": {"amount": "22.00"}}
    life.do("refund-customer-payment", "2026-07-02T09:00", **one, **refund)
    wanted = [{"record_id": named("second paid"), "part": 1, "amount": "100.00"}]
    life.do("allocate-customer-payment", "2026-07-02T09:05", **one, allocations=wanted)
    cheque = {"payment_id": named("cheque"), "amount": {"amount": "122.00"}}
    wanted = [{"record_id": named("first paid"), "part": 1, "amount": "122.00"}]
    life.do("record-customer-payment", "2026-07-03T09:00", **whose, **cheque, allocations=wanted)
    bounced = {"payment_id": named("cheque"), "reversed_on": "2026-07-10", "reason": "Assegno insoluto"}
    life.do("reverse-customer-payment", "2026-07-10T09:00", **bounced)
    paid = {"invoice_id": named("paid and credited"), "payment_id": named("paid whole")}
    life.do("record-payment", "2026-07-11T09:00", **paid, amount={"amount": "366.00"}, paid_on="2026-07-11")
    credit = {"invoice_id": named("paid and credited"), "series": "D", "reason": "Reso"}
    life.do("credit-invoice", "2026-07-12T09:00", **credit, dated_on="2026-07-12")
    note = {"open_item_id": named("old credit"), "kind": "credit_note", "number": "NC/9", "issued_on": "2026-01-10"}
    sums = {name: {"amount": "50.00"} for name in ("amount", "residual")}
    life.do("import-open-item", "2026-07-13T09:00", **note, **sums, customer_id=named("Monti"), due_on="2026-01-10")
    for name in ("paid and credited", "old credit"):
        use = {"record_id": named(name), "payment_id": named(f"{name} used")}
        life.do("use-customer-credit", "2026-07-14T09:00", **use)
        life.do("reverse-customer-payment", "2026-07-15T09:00", payment_id=use["payment_id"], reason="Errore")


def arrears(life: Life) -> None:
    """A contract blocked for what is overdue, and served again; interest for late payment; letters of reminder."""
    blocking = {"arrears_block": True}
    life.do("set-company-parameters", "2026-09-01T09:00", from_on="2026-09-01", change=blocking)
    life.signed("blocked", "Monti", "2026-09-01", suspension_approved=True)
    life.tick("block-for-arrears", "2026-09-10T06:00")
    letter = {"customer_id": named("Monti")}
    life.do("hold-reminders", "2026-09-10T09:00", **letter, reason="Contestazione")
    life.do("lift-reminder-hold", "2026-09-11T09:00", **letter)
    for name in ("dropped", "confirmed"):
        reminder_id = life.do("propose-reminder", "2026-09-12T09:00", **letter)["reminder_id"]
        if name == "dropped":
            life.do("drop-reminder", "2026-09-12T09:05", reminder_id=reminder_id, reason="Telefonato")
        else:
            life.do("confirm-reminder", "2026-09-12T09:10", reminder_id=reminder_id)
    late = {**letter, "record_ids": [named("second paid")]}
    for on in ("2026-09-15", "2026-09-20", "2026-09-25"):
        invoice_id = life.do("propose-late-interest", f"{on}T09:00", **late, invoice_id=named(f"interest {on}"))
        if on == "2026-09-15":
            life.do("discard-invoice", f"{on}T10:00", invoice_id=named(f"interest {on}"), reason="Cliente storico")
        elif invoice_id and on == "2026-09-20":
            life.issue(named(f"interest {on}"), on, "D")
            again = {"series": "D", "reason": "Accordo", "reopen": True}
            life.do("credit-invoice", f"{on}T13:00", invoice_id=named(f"interest {on}"), **again)
    position = life.company.ask("customer-position", customer_id=named("Monti"), on="2026-09-26")
    settled = {"payment_id": named("all of it"), "amount": {"amount": str(position["open"])}}
    life.do("record-customer-payment", "2026-09-26T09:00", **letter, **settled, paid_on="2026-09-26")
    life.tick("block-for-arrears", "2026-09-27T06:00")


def papers(life: Life) -> None:
    """The first document of each kind that waits to be printed; an invoice with its file for the exchange system."""
    due = life.company.ask("documents-due", state="due", limit=500)["items"]
    kinds = [kind for kind in IssuedKind if kind is not IssuedKind.ERASURE_CERTIFICATE]  # nobody was forgotten yet
    first = {kind: next(row for row in due if row["kind"] == kind) for kind in kinds}
    for kind, row in first.items():
        origin = {name: row[name] for name in ("kind", "record_id", "version")}
        archived = {"sha256": SHA, "archive_kind": kind}
        pdf = {"name": f"{kind}.pdf", "media_type": "application/pdf", **archived}
        xml = {"name": "IT12345670017_00001.xml", "media_type": "application/xml", **archived}
        made: dict[str, Any] = {
            "number": f"{kind} 1",
            "title": f"Documento {kind}",
            "dated_on": "2026-09-30",
            "sources": [{"stream_id": row["stream_id"], "version": row["version"], "topic": "source"}],
            "template_version": "1-abc",
            "renderer": "typst",
            "content_sha256": SHA,
            "file": pdf,
            "attachments": [xml] if kind is IssuedKind.INVOICE else [],
        }
        life.duty(RECORD, RecordIssuedDocument.model_validate({**origin, **made}), "2026-09-30T09:00")


CHAPTERS: tuple[Callable[[Life], None], ...] = (
    works,
    proposals,
    notices,
    exchange,
    collections,
    payments,
    arrears,
)
