"""Forgets technicians' positions (posizioni da dimenticare) once they were kept for as long as agreed (R10.3)."""

from __future__ import annotations

from datetime import datetime

from schedulers.base import Clerk

NAME = "forget-positions"


def tick(now: datetime, clerk: Clerk) -> int:
    """Forget every hour that is due by now; what is forgotten is no longer found."""
    given: set[str] = set()
    while True:
        due = clerk.ask("positions-to-forget", at=now)
        fresh = {f"{item['technician_id']}/{item['on']}/{item['before'].isoformat()}": item for item in due["items"]}
        fresh = {key: item for key, item in fresh.items() if key not in given}
        for key, item in fresh.items():
            given.add(key)
            clerk.do("forget-positions", item, key=key, at=now)
        if not fresh or not due["more"]:
            return len(given)
