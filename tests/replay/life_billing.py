"""Contracts in a company's life (contratti): changes, reminders, counters, adjustments, hours, sales, runs, closings.

Each chapter has a customer and a series of invoices of its own, so that it can be read, and moved, by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from tests.replay.living import FORLI, LAURA, Life, named

CUSTOMERS = ("Conti", "Draghi", "Elmi", "Fabbri", "Gatti", "Horn", "Ivaldi", "Lodi", "Monti", "Nanni", "Orsi")
SIGNED = {"tacit_renewal": True, "clause_approved": True, "notice": {"days": 60}}


def customers(life: Life) -> None:
    """A customer for each chapter that follows, and a series of invoices."""
    at = "2026-05-11T09:00"
    tax = {"vat_number": "IT12345670017"}
    for n, name in enumerate(CUSTOMERS, 11):
        who = {"party_id": named(name), "code": f"C{n:04}", "name": f"{name} S.r.l."}
        life.do("register-party", at, **who, tax=tax, address=FORLI)
    for series in "BCDELMNPR":
        register = {"document": "invoice", "series": series, "year": 2026, "last_number": 0}
        life.do("open-number-register", at, **register, pattern="{n}/{code}/{year}")
    who = {"party_id": named("Bassi"), "code": "C0010", "name": "Pia Bassi", "nature": "consumer"}
    life.do("register-party", at, **who, tax={"tax_code": "RSSMRA80A01D704D"}, address=FORLI)


def changes(life: Life) -> None:
    """A contract changed, shortened, charged, marked, printed and followed by another; one that cannot be billed."""
    at = "2026-05-12T09:00"
    item = {"serial_item_id": named("LT-4"), "number": "LT-4", "owner_id": named("Conti")}
    life.do("register-serial-item", at, **item, product="Lavastoviglie LT-900", type="dishwasher")
    line: dict[str, Any] = {"serial_item_ids": [named("LT-4")], "covered": {"labour": True}}
    one = life.signed("changed", "Conti", "2026-06-01", line, {}, step_months=3, **SIGNED)
    life.bill("Conti", "2026-06-01", "C")
    fees = [{"line_id": named("changed 1"), "annual_fee": "1565.00"}]
    cover = [{"line_id": named("changed 1"), "covered": {"labour": True, "parts": True}}]
    told = {"header": {"printable_notes": "Con ricambi"}, "reason": "Come concordato"}
    life.do("change-contract-terms", "2026-06-20T09:00", **one, from_on="2026-07-01", fees=fees, lines=cover, **told)
    life.bill("Conti", "2026-07-01", "C")
    life.do("remove-contract-line", "2026-07-10T09:00", **one, line_id=named("changed 2"), last_on="2026-07-31")
    life.do("credit-unused", "2026-07-11T09:00", **one, series="C")
    periods = [{"line_id": named("changed 1"), "number": 4}]
    elsewhere = {"reference": "Ordine 118/2026", "reason": "Fatturato con il lavoro"}
    life.do("mark-billed-elsewhere", "2026-07-12T09:00", **one, periods=periods, **elsewhere)
    life.do("unmark-billed-elsewhere", "2026-07-13T09:00", **one, periods=periods)
    due = {"description": "Trasloco", "amount": "90.00", "due_on": "2026-08-01", "reason": "Su richiesta"}
    for name in ("charge", "withdrawn charge"):
        life.do("raise-contract-charge", "2026-07-14T09:00", **one, charge_id=named(name), **due)
    gone = {"charge_id": named("withdrawn charge"), "reason": "Registrato due volte"}
    life.do("withdraw-contract-charge", "2026-07-14T09:05", **one, **gone)
    life.do("print-contract", "2026-07-15T09:00", **one, clauses=[{"title": "Foro", "text": "Foro competente: Forlì"}])
    life.bill("Conti", "2026-09-01", "C")
    following = life.drafted("following", "Conti", "2026-11-01", line, **SIGNED)
    life.do("sign-contract", "2026-11-01T10:00", **following, supersedes=one["contract_id"])
    life.do("credit-unused", "2026-11-02T09:00", **one, series="C")
    old = {"contract_id": named("ancient")}
    life.do("draft-contract", at, **old, customer_id=named("Conti"), starts_on="1990-01-01", step_months=12)
    fee = {"description": "Assistenza", "annual_fee": {"amount": "100.00"}}
    life.do("add-contract-line", at, **old, line_id=named("ancient line"), **fee)
    life.do("sign-contract", at, **old, signed_on="1990-01-01", ends_on="1996-12-31")
    life.do("propose-invoices", at, until="1996-01-02", contract_ids=[named("ancient")])
    life.do("set-billed-through", at, **old, through_on="1996-12-31")


def consumers(life: Life) -> None:
    """A consumer told in time, and one who was not and leaves."""
    life.signed("told", "Bassi", "2026-06-01", **SIGNED)
    left = life.signed("not told", "Bassi", "2025-06-01", **SIGNED)
    life.do("set-billed-through", "2026-05-12T09:00", **left, through_on="2026-05-31")
    life.do("renew-contract", "2026-05-20T06:00", **left)
    life.bill("Bassi", "2026-06-01", "B")
    life.do("withdraw-consumer", "2026-09-30T09:00", **left, series="B")
    life.tick("remind-consumers", "2027-03-10T06:00")


def counters(life: Life) -> None:
    """A copier counted each month: too many copies, few, a reading corrected, other prices."""
    machine = {"serial_item_id": named("MP-1")}
    what = {"number": "MP-1", "product": "MP C3004", "type": "copier", "owner_id": named("Draghi")}
    life.do("register-serial-item", "2026-05-12T09:00", **machine, **what, meters=[{"kind": "bw"}])

    def read(value: int, on: str) -> None:
        reading = {**machine, "reading_id": named(f"bw on {on}"), "kind": "bw", "value": value}
        life.do("record-reading", f"{on}T18:00", **reading, read_at=f"{on}T08:00:00+02:00")

    read(0, "2026-06-01")
    counter = {"counter": "bw", "label": "Copie B/N", "included": 3000, "tiers": [{"unit_price": "0.01"}]}
    copies: dict[str, Any] = {"step_months": 1, "determination": "zero", "meters": {"counters": [counter]}}
    line = {"annual_fee": {"amount": "0.00"}, "serial_item_ids": [named("MP-1")]}
    one = life.signed("copies", "Draghi", "2026-06-01", line, **copies)
    read(3500, "2026-06-30")
    life.bill("Draghi", "2026-07-01", "M")
    read(6400, "2026-07-31")
    life.propose("Draghi", "2026-08-01")
    life.do("correct-reading", "2026-08-05T09:00", **machine, reading_id=named("bw on 2026-06-30"), value=3300)
    dearer = {"meters": {"counters": [{**counter, "tiers": [{"unit_price": "0.012"}]}]}}
    life.do("change-contract-terms", "2026-08-10T09:00", **one, from_on="2026-09-01", header=dearer)
    read(10_400, "2026-08-31")
    life.bill("Draghi", "2026-09-01", "M")


def adjustments(life: Life) -> None:
    """A renewal before its index is known, settled later; prices raised by hand; figures of the index corrected."""
    december = {"month": "2024-12", "value": "120.2", "base": "2015=100", "published_on": "2025-01-16"}
    foi = {"code": "FOI", "name": "ISTAT FOI senza tabacchi"}
    life.do("start-index-series", "2025-01-20T09:00", **foi, rows=[december], published_by_day=20)
    joined = {"from_base": "2010=100", "to_base": "2015=100", "coefficient": "1.071"}
    life.do("rebase-index", "2025-01-20T09:05", code="FOI", rebase=joined)
    terms = {"adjustment": {"share_percent": "75"}, **SIGNED, "notice": {"days": 0}}
    one = life.signed("indexed", "Elmi", "2025-02-01", **terms)
    life.do("set-billed-through", "2026-01-20T09:00", **one, through_on="2026-01-31")
    life.do("renew-contract", "2026-02-01T06:00", **one)
    life.bill("Elmi", "2026-06-01", "E")
    december = {"month": "2025-12", "value": "121.4", "base": "2015=100", "published_on": "2026-01-16"}
    life.do("load-index-rows", "2026-06-10T09:00", code="FOI", rows=[december])
    corrected = {**december, "value": "121.5"}
    life.do("correct-index-row", "2026-06-11T09:00", code="FOI", row=corrected, reason="Errata corrige")
    life.do("settle-adjustment", "2026-06-12T09:00", **one)
    life.bill("Elmi", "2026-06-13", "E")
    percent = {"way": "percent", "percent": "2"}
    life.do(
        "adjust-contracts", "2026-06-20T09:00", contract_ids=[named("indexed")], change=percent, from_on="2026-08-01"
    )


def hours(life: Life) -> None:
    """Hours bought, billed, drawn, given back, few, lapsed and refunded; a call that they pay for until they do not."""
    one = {"pool_id": named("pool")}
    terms = {"overage_rate": {"amount": "65.00"}}
    bought: dict[str, Any] = {"lot_id": named("hours"), "minutes": 600, "price": {"amount": "580.00"}}
    valid = {"valid_from": "2026-06-01", "valid_to": "2027-05-31"}
    whose = {"customer_id": named("Fabbri"), "name": "Monte ore 2026", "terms": terms}
    life.do("open-hour-pool", "2026-06-01T09:00", **one, **whose, hours={**bought, **valid})
    for invoice_id in life.propose("Fabbri", "2026-06-01"):
        life.do("discard-invoice", "2026-06-01T11:30", invoice_id=invoice_id, reason="Prezzo da rivedere")
    (first,) = life.bill("Fabbri", "2026-06-02", "P")
    again = {"series": "P", "reason": "Intestazione errata", "reopen": True}
    life.do("credit-invoice", "2026-06-03T09:00", invoice_id=first, **again)
    life.bill("Fabbri", "2026-06-04", "P")

    def draw(name: str, *days: int) -> None:
        mornings = [(f"2026-06-{day:02}T08:30:00+02:00", f"2026-06-{day:02}T12:30:00+02:00") for day in days]
        stretches = [{"starts_at": begins, "ends_at": ends} for begins, ends in mornings]
        life.do("draw-hours", f"2026-06-{days[-1]:02}T13:00", **one, work_id=named(name), stretches=stretches)

    draw("mistaken work", 5)
    life.do("reverse-draw", "2026-06-05T14:00", **one, work_id=named("mistaken work"), reason="Altro cliente")
    draw("work", 8, 9, 10)
    draw("work", 8, 9)
    life.tick("watch-hour-pools", "2026-06-15T06:00")
    call = {"call_id": named("call from the pool")}
    life.do("open-call", "2026-06-16T09:00", **call, party_id=named("Fabbri"), fault="Non stampa")
    only = {"name": "Monte ore server", "admission": {"activity_kinds": ["remote"], "serial_item_ids": [named("LT-1")]}}
    life.do("change-hour-pool", "2026-06-16T10:00", **one, **only)
    life.do("decide-coverage-again", "2026-06-16T10:05", **call, reason="Il monte ore è per il server")
    life.do("cancel-call", "2026-06-16T11:00", **call, reason="Il cliente ha risolto da solo")
    more = {"lot_id": named("more hours"), "minutes": 300, "price": {"amount": "300.00"}, "valid_to": "2027-08-31"}
    life.do("top-up-hour-pool", "2026-06-17T09:00", **one, hours=more)
    life.bill("Fabbri", "2026-06-17", "P")
    refunded = {**terms, "early_end": "refund"}
    life.do("set-hour-pool-terms", "2026-06-18T09:00", **one, terms=refunded, from_on="2026-06-18")
    life.do("refund-hours", "2026-07-01T09:00", **one)
    short = {"lot_id": named("short hours"), "minutes": 60, "price": {"amount": "60.00"}, "is_invoiced": True}
    until = {"valid_from": "2026-06-01", "valid_to": "2026-07-31"}
    life.do("open-hour-pool", "2026-06-01T10:00", pool_id=named("short pool"), **whose, hours={**short, **until})
    life.tick("watch-hour-pools", "2026-08-03T06:00")


def sales(life: Life) -> None:
    """Printers sold: offered, revised, accepted and under contract; an offer rejected and one that nobody answered."""
    offer = {
        "kind": "maintenance",
        "title": "Assistenza stampanti",
        "fee": {"basis": "percent_of_price", "percent": "12"},
    }
    rule = {"code": "STAMPANTI", "from_on": "2026-01-01", "articles": "PR-*", "product_type": "printer"}
    life.do("set-proposal-rule", "2026-06-01T09:00", **rule, offer={**offer, "covered": {"labour": True}})

    def sold(kind: str, number: str, on: str, *, at: str = "18:00", **line: Any) -> UUID:
        what = {"article_code": "PR-1", "description": "Stampante PR-1", "quantity": "2", **line}
        document = {"kind": kind, "number": number, "dated_on": on, "customer_id": named("Gatti"), "lines": [what]}
        return UUID(str(life.do("record-sale", f"{on}T{at}", **document)["proposal_id"]))

    def send(proposal_id: UUID, at: str) -> None:
        life.do("send-contract-proposal", at, proposal_id=proposal_id, sent_to=LAURA)

    first = sold("order", "IC-1", "2026-06-02", unit_price="1000.00")
    sold("order", "IC-1", "2026-06-02", at="19:00", unit_price="950.00")
    sold("delivery-note", "A/1", "2026-06-05", serials=["PR-001", "PR-002"])
    send(first, "2026-06-08T09:00")
    life.do("revise-contract-proposal", "2026-06-09T09:00", proposal_id=first, offer={"title": "Assistenza 2026"})
    send(first, "2026-06-09T10:00")
    agreed = {"person": LAURA, "channel": "signature", "clause_approved": True}
    life.do("accept-contract-proposal", "2026-06-10T09:00", proposal_id=first, revision=1, **agreed)
    second = sold("order", "IC-2", "2026-06-11", unit_price="800.00")
    send(second, "2026-06-12T09:00")
    life.do("reject-contract-proposal", "2026-06-13T09:00", proposal_id=second, reason="Prezzo troppo alto")
    third = sold("order", "IC-3", "2026-06-15", unit_price="700.00")
    send(third, "2026-06-16T09:00")
    life.do("expire-contract-proposal", "2026-09-01T09:00", proposal_id=third)


def runs(life: Life) -> None:
    """A billing run proposed, dated otherwise, confirmed and issued; another one given up."""
    for name in ("Horn", "Ivaldi"):
        life.signed(f"run of {name}", name, "2026-07-01", step_months=1)
    at = "2026-07-01T1"
    whole, gone = ({"run_id": named(f"run {n}")} for n in (1, 2))
    for one, name in ((whole, "Horn"), (gone, "Ivaldi")):
        life.do("start-billing-run", f"{at}0:00", **one, until="2026-07-01", customer_ids=[named(name)])
        life.do("advance-billing-run", f"{at}0:10", **one)
    life.do("change-billing-run", f"{at}0:20", **whole, dated_on="2026-07-02", series="R", note="Canoni di luglio")
    life.do("confirm-billing-run", f"{at}0:30", **whole)
    life.do("advance-billing-run", "2026-07-02T10:00", **whole)
    life.do("discard-billing-run", f"{at}0:50", **gone, reason="Listino errato")
    life.do("advance-billing-run", f"{at}1:00", **gone)


def closings(life: Life) -> None:
    """The year's accruals, and those of the month after."""
    life.do("record-closing", "2027-01-10T09:00", closing_on="2026-12-31")
    life.do("record-closing", "2027-02-03T09:00", closing_on="2027-01-31")


CHAPTERS: tuple[Callable[[Life], None], ...] = (
    customers,
    changes,
    consumers,
    counters,
    adjustments,
    hours,
    sales,
    runs,
    closings,
)
