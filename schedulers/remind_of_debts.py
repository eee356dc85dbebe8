"""Proposes reminders (solleciti) where a debt has reached its next level, if the company reminds by itself."""

from __future__ import annotations

from datetime import datetime

from aggregates.values import rome_date
from schedulers.base import Clerk

NAME = "remind-of-debts"


def tick(now: datetime, clerk: Clerk) -> int:
    """One command per customer and day; a proposal that stands, or a customer held, is left alone."""
    today = rome_date(now)
    given: set[str] = set()
    after = None
    while True:
        due = clerk.ask("payment-reminders-due", on=today, duty=True, after=after, limit=200)
        for item in due["items"]:
            customer = str(item["customer_id"])
            if customer not in given:
                given.add(customer)
                fields = {"customer_id": customer, "on": today}
                clerk.do("propose-reminder", fields, key=f"{customer}/{today}", at=now)
        after = due["next"]
        if after is None:
            return len(given)
