"""The demo's office work (ufficio): billing days, payments that come in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zlib import crc32

from aggregates import roles
from aggregates.base import Refusal
from aggregates.billable import BilledAlready, BillingChanged
from aggregates.values import ROME
from gateways.demo_stage import Stage

BILLING_DAYS = (date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 1))
MONTH_END = date(2026, 9, 30)
OLD_PAYMENTS_ON = date(2026, 9, 15)
NEW_PAYMENTS_ON = date(2026, 9, 28)
HELD_ONE_IN, PAID_ONE_IN = 4, 3
"""Of the public bodies, one in so many has its order number still to send; of the customers, one in so many pays."""


def bill(stage: Stage, day: date) -> None:
    """Verify and issue what was proposed by a day; some proposals of public bodies wait for their order number."""
    proposed = [
        row
        for state in ("proposed", "confirmed")
        for row in stage.every("invoices", state=state, kind="invoice", to_on=day)
    ]
    bodies = {row["party_id"] for row in stage.every("parties") if row["nature"] == "public_body"}
    for place, row in enumerate(sorted(proposed, key=_place)):
        invoice, at = {"invoice_id": row["invoice_id"]}, _morning(day, place)
        if day == MONTH_END and row["customer_id"] in bodies and _is_one_in(HELD_ONE_IN, row):
            reason = "In attesa del numero d'ordine dell'ente"
            stage.do("hold-invoice", f"hold/{row['invoice_id']}", at, roles.BILLING, **invoice, reason=reason)
            continue
        stage.do("confirm-invoice", f"confirm/{row['invoice_id']}", at, roles.BILLING, **invoice)
        key = f"issue/{row['invoice_id']}"
        issued = stage.attempt("issue-invoice", key, at, roles.BILLING, **invoice, dated_on=day)
        if isinstance(issued, BilledAlready | BillingChanged):
            stage.do("discard-invoice", key, at, roles.BILLING, **invoice, reason="Chiamata riaperta dopo la proposta")
        elif isinstance(issued, Refusal):
            stage.refused.append(f"{at:%d/%m %H:%M} {key} issue-invoice: {issued}")


def pay_old(stage: Stage, day: date) -> None:
    """Money for half of what the old program had left open and overdue."""
    for item in stage.every("open-items", on=day, overdue=True):
        if item["open"] > 0 and item["issued_on"] < BILLING_DAYS[0] and item["invoice_id"].int % 2 == 0:
            _pay(stage, day, item, "Bonifico arretrato")


def pay_new(stage: Stage, day: date) -> None:
    """Some customers pay their invoice of the first of the month before it is due."""
    for item in stage.every("open-items", on=day):
        if item["open"] > 0 and item["issued_on"] == BILLING_DAYS[0] and _is_one_in(PAID_ONE_IN, item):
            _pay(stage, day, item, "Bonifico")


def _place(row: Mapping[str, Any]) -> tuple[str, Decimal, str]:
    """The order of issuing: the same each time the month is played, but for equal invoices of one customer."""
    return row["customer"] or "", row["taxable"], str(row["invoice_id"])


def _is_one_in(count: int, row: Mapping[str, Any]) -> bool:
    """Whether this customer is one of those chosen; by name, so that the same ones are chosen each time."""
    return crc32(str(row["customer"]).encode()) % count == 0


def _pay(stage: Stage, day: date, item: dict[str, Any], words: str) -> None:
    key = f"payment/{item['invoice_id']}/{item['part']}"
    stage.do(
        "record-payment", key, datetime.combine(day, time(11), tzinfo=ROME), roles.ACCOUNTANT,
        invoice_id=item["invoice_id"], payment_id=stage.id(key), paid_on=day, amount={"amount": str(item["open"])},
        reference=f"{words} del {day:%d/%m/%Y}",
    )  # fmt: skip


def _morning(day: date, place: int) -> datetime:
    return datetime.combine(day, time(8, 30), tzinfo=ROME) + timedelta(seconds=20 * place)
