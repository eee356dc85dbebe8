"""Watches hour pools (scadenza e allarmi del monte ore): hours lapse, warnings are given (R2.5, R2.8)."""

from __future__ import annotations

from datetime import datetime

from aggregates.values import rome_date
from schedulers.base import Clerk

NAME = "watch-hour-pools"
EXPIRE = "expire"


def tick(now: datetime, clerk: Clerk) -> int:
    """One command for each pool with hours to lapse and for each warning due; what is recorded is due no longer."""
    today = rome_date(now)
    given: set[str] = set()
    after = None
    while True:
        due = clerk.ask("hour-pools-due", on=today, after=after, limit=200)
        for item in due["items"]:
            # The lot's own last day belongs to the key: it may lapse again when hours come back, or move.
            is_expiry = item["due"] == EXPIRE
            lot = "" if is_expiry else f"{item['lot_id']}/{item['valid_to']}"
            key = f"{item['pool_id']}/{item['due']}/{lot or today}"
            if key in given:
                continue
            given.add(key)
            if is_expiry:
                clerk.do("expire-hours", {"pool_id": item["pool_id"], "on": today}, key=key, at=now)
            else:
                fields = {"pool_id": item["pool_id"], "alert": item["due"], "lot_id": item["lot_id"]}
                clerk.do("note-pool-alert", fields, key=key, at=now)
        after = due["next"]
        if after is None:
            return len(given)
