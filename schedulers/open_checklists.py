"""Opens the checklists (liste di controllo) that protocols ask for by their rules, when an activity is planned."""

from __future__ import annotations

from datetime import datetime

from schedulers.base import Clerk

NAME = "open-checklists"


def tick(now: datetime, clerk: Clerk) -> int:
    """Open every checklist that a rule asks for; one that is there, or was dropped, is no longer found."""
    given: set[str] = set()
    after = None
    while True:
        found = clerk.ask("checklists-due", after=after, limit=200)
        for due in found["items"]:
            if due["due"] not in given:
                given.add(due["due"])
                fields = {name: due[name] for name in ("call_id", "protocol", "serial_item_id", "activity_id")}
                clerk.do("open-checklist", fields, key=due["due"], at=now)
        after = found["next"]
        if after is None:
            return len(given)
