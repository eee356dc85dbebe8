"""Copies in advance, and an invoice given up (copie anticipate, scarto): billed, refused twice, voided, billed anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.replay.living import FORLI, Life, named

SERIES = "V"
AUTUMN = "2026-10-12"


def customer(life: Life) -> None:
    """A customer with a copier, and a series of invoices."""
    at = f"{AUTUMN}T08:00"
    who = {"party_id": named("Vanni"), "code": "C0091", "name": "Vanni S.r.l."}
    life.do("register-party", at, **who, tax={"vat_number": "IT12345670017"}, address=FORLI)
    register = {"document": "invoice", "series": SERIES, "year": 2026, "last_number": 0}
    life.do("open-number-register", at, **register, pattern="{n}/{code}/{year}")
    item = {"serial_item_id": named("MP-91"), "number": "MP-91", "owner_id": named("Vanni")}
    life.do("register-serial-item", at, **item, product="MP C3004", type="copier", meters=[{"kind": "bw"}])


def copies_in_advance(life: Life) -> None:
    """A month's copies billed at its start and settled at its end, what is left over carried to the next."""
    advance = {"volume": 1000, "left_over": "carried"}
    counter = {"counter": "bw", "included": 3000, "tiers": [{"unit_price": "0.01"}], "advance": advance}
    line: dict[str, Any] = {"serial_item_ids": [named("MP-91")]}
    read = {"serial_item_id": named("MP-91"), "kind": "bw"}
    life.do("record-reading", "2026-10-13T08:00", **read, value=0, read_at="2026-10-13T08:00:00+02:00")
    life.signed("copies ahead", "Vanni", "2026-10-13", line, meters={"counters": [counter]}, step_months=1)
    life.bill("Vanni", "2026-10-13", SERIES)
    life.do("record-reading", "2026-11-12T09:00", **read, value=3400, read_at="2026-11-12T09:00:00+01:00")
    life.bill("Vanni", "2026-11-13", SERIES)


def given_up(life: Life) -> None:
    """An invoice refused, told of twice by the duty, and voided in the end."""
    invoice_id = life.sell("invoice of Vanni given up", "Vanni", "70.00", "2026-11-16", SERIES)
    receipt = {"kind": "NS", "file_name": "IT12345670017_00091.xml", "exchange_id": "7712391"}
    life.do("record-exchange-receipt", "2026-11-17T09:00", invoice_id=invoice_id, **receipt, received_on="2026-11-17")
    life.tick("watch-refused-invoices", "2026-11-20T07:00")
    life.tick("watch-refused-invoices", "2026-11-23T07:00")
    gone = {"invoice_id": invoice_id, "reason": "Cliente cessato"}
    life.do("void-refused-invoice", "2026-11-24T09:00", **gone)


CHAPTERS: tuple[Callable[[Life], None], ...] = (customer, copies_in_advance, given_up)
