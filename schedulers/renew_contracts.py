"""Renews contracts tacitly (tacito rinnovo) from the day after the last day for notice (R1.6)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from aggregates.values import rome_date
from schedulers.base import Clerk

NAME = "renew-contracts"


def tick(now: datetime, clerk: Clerk) -> int:
    """Renew every contract whose renewal is due by today; one that slept for years gets all its terms at once."""
    today = rome_date(now)
    given: set[UUID] = set()
    after = None
    while True:
        due = clerk.ask("renewals-due", on=today, after=after, limit=200)
        for item in due["items"]:
            if item["contract_id"] not in given:
                given.add(item["contract_id"])
                fields = {"contract_id": item["contract_id"], "until": today}
                clerk.do("renew-contract", fields, key=f"{item['contract_id']}/{item['renews_on']}/{today}", at=now)
        after = due["next"]
        if after is None:
            return len(given)
