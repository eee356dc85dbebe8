"""Reminds consumers (avviso ai consumatori) of the last day for notice, before a contract renews itself (R1.8)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from aggregates.values import rome_date
from schedulers.base import Clerk

NAME = "remind-consumers"
AHEAD_DAYS = 30
"""How long before the last day allowed the reminder goes out: a letter needs its time, and so does who forgot it."""


def tick(now: datetime, clerk: Clerk) -> int:
    """Remind every consumer whose reminder is due within some weeks; a late one is sent all the same."""
    today = rome_date(now)
    given: set[UUID] = set()
    after = None
    while True:
        due = clerk.ask("consumer-reminders-due", on=today, days=AHEAD_DAYS, after=after, limit=200)
        for item in due["items"]:
            if item["contract_id"] not in given:
                given.add(item["contract_id"])
                fields = {"contract_id": item["contract_id"], "expiry_on": item["expiry_on"], "sent_on": today}
                key = f"{item['contract_id']}/{item['expiry_on']}/{today}"
                clerk.do("remind-consumer", fields, key=key, at=now)
        after = due["next"]
        if after is None:
            return len(given)
