"""Starts the clocks of calls opened under a block once it has ended (fine del blocco), dated by its end (R1.10)."""

from __future__ import annotations

from datetime import datetime

from schedulers.base import Clerk

NAME = "start-waiting-clocks"


def tick(now: datetime, clerk: Clerk) -> int:
    """One command for each live call whose block has ended by `now`; what was started is not found again."""
    given: set[str] = set()
    after = None
    while True:
        found = clerk.ask("clocks-to-start", at=now, after=after, limit=200)
        for item in found["items"]:
            key = f"{item['call_id']}/{item['at'].isoformat()}"
            if key not in given:
                given.add(key)
                clerk.do("start-clocks", {"call_id": item["call_id"]}, key=key, at=item["at"])
        after = found["next"]
        if after is None:
            return len(given)
