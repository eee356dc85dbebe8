"""Settles provisional renewals (conguaglio ISTAT) as soon as the index they waited for is loaded (R1.21)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from schedulers.base import Clerk

NAME = "settle-adjustments"


def tick(now: datetime, clerk: Clerk) -> int:
    """Settle every contract that waits for an index that is known by now; one settled is no longer found."""
    given: set[UUID] = set()
    after = None
    while True:
        waiting = clerk.ask("provisional-adjustments", after=after, limit=200)
        for item in waiting["items"]:
            if item["is_ready"] and item["contract_id"] not in given:
                given.add(item["contract_id"])
                key = f"{item['contract_id']}/{item['adjustment_id']}/{now.isoformat()}"
                clerk.do("settle-adjustment", {"contract_id": item["contract_id"]}, key=key, at=now)
        after = waiting["next"]
        if after is None:
            return len(given)
