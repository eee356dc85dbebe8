"""Opens the practices (pratiche) that rules ask for: once for each rule and occasion, also after downtime."""

from __future__ import annotations

from datetime import datetime

from aggregates.values import rome_date
from schedulers.base import Clerk

NAME = "open-practices"


def tick(now: datetime, clerk: Clerk) -> int:
    """Open every practice whose occasion has come; deadlines count from the day of the occasion."""
    today = rome_date(now)
    given: set[str] = set()
    after = None
    while True:
        found = clerk.ask("practices-due", until=today, after=after, limit=200)
        for due in found["items"]:
            if due["due"] not in given:
                given.add(due["due"])
                subject = {"kind": due["subject_kind"], "id": due["subject_id"]} if due["subject_id"] else None
                fields = {"rule": due["rule"], "occasion": due["occasion"], "on": due["occurred_on"]}
                clerk.do("open-practice", {**fields, "subject": subject}, key=due["due"], at=now)
        after = found["next"]
        if after is None:
            return len(given)
