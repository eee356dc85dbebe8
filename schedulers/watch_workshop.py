"""Watches the workshop (laboratorio): promised dates at risk, and what is ready and nobody collects."""

from __future__ import annotations

from datetime import datetime

from aggregates.values import rome_date
from schedulers.base import Clerk

NAME = "watch-workshop"


def tick(now: datetime, clerk: Clerk) -> int:
    """One command for each alert due; what is noted is due no longer."""
    today = rome_date(now)
    given: set[str] = set()
    after = None
    while True:
        due = clerk.ask("workshop-due", on=today, after=after, limit=200)
        for item in due["items"]:
            # The day belongs to the key: a date promised anew, or readiness after rework, may be warned of again.
            since = item["ready_on"] or item["promised_on"]
            key = f"{item['job_id']}/{item['alert']}/{since}/{item['days']}"
            if key not in given:
                given.add(key)
                fields = {name: item[name] for name in ("job_id", "alert", "days")}
                clerk.do("note-workshop-alert", fields, key=key, at=now)
        after = due["next"]
        if after is None:
            return len(given)
