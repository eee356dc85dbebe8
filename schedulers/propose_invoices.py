"""Proposes invoices (proposta di fatturazione): for each customer what is due by today (R1.14, R1.15)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from aggregates.values import rome_date
from schedulers.base import Clerk

NAME = "propose-invoices"
CONTRACTS_AT_ONCE = 1000


def tick(now: datetime, clerk: Clerk) -> int:
    """One command per customer with something due; what is proposed already is not proposed again."""
    today = rome_date(now)
    given: set[UUID] = set()
    after = None
    while True:
        due = clerk.ask("customers-due", on=today, after=after, limit=200)
        for item in due["items"]:
            if item["customer_id"] not in given:
                given.add(item["customer_id"])
                fields = {"customer_id": item["customer_id"], "until": today, "limit": CONTRACTS_AT_ONCE}
                # The instant belongs to the key: what was discarded since the last run is due again.
                clerk.do("propose-invoices", fields, key=f"{item['customer_id']}/{now.isoformat()}", at=now)
        after = due["next"]
        if after is None:
            return len(given)
