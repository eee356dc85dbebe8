"""Watches refused invoices (fatture scartate): tells people before their five days end, and after (R9.11).

Nothing is voided by itself: whether to send an invoice again or to give it up is for people to decide.
"""

from __future__ import annotations

from datetime import datetime

from aggregates.exchange_receipt import NEAR_DAYS, RefusalStage
from aggregates.values import rome_date
from schedulers.base import Clerk

NAME = "watch-refused-invoices"


def tick(now: datetime, clerk: Clerk) -> int:
    """One command for each refused invoice and stage of its term; what is noted is due no longer."""
    today = rome_date(now)
    given: set[str] = set()
    after = None
    while True:
        found = clerk.ask("exchange-outcomes", on=today, alarm="refused", after=after, limit=200)
        for row in found["items"]:
            invoice_id, left = str(row["invoice_id"]), row["days_left"]
            stage = RefusalStage.TERM_OVER if left < 0 else RefusalStage.TERM_NEAR
            if left > NEAR_DAYS or row["noted_stage"] == stage.value or invoice_id in given:
                continue
            given.add(invoice_id)
            key = f"{invoice_id}/{row['resend_by']}/{stage.value}"
            clerk.do("note-refused-invoice", {"invoice_id": invoice_id, "on": str(today)}, key=key, at=now)
        after = found["next"]
        if after is None:
            return len(given)
