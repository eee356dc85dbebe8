"""Watches service levels: records that a clock's target is half, three quarters or wholly used up (R6.7).

Each fact is dated by the moment it was so, whenever the duty ran.
"""

from __future__ import annotations

from datetime import datetime

from schedulers.base import Clerk

NAME = "watch-service-levels"


def tick(now: datetime, clerk: Clerk) -> int:
    """Record every warning and breach reached before `now` and not recorded yet."""
    given: set[str] = set()
    while True:
        due = clerk.ask("service-levels-due", at=now)
        fresh = [item for item in due["items"] if _key(item) not in given]
        for item in fresh:
            fields = {name: item[name] for name in ("call_id", "clock", "percent")}
            given.add(_key(item))
            clerk.do("note-service-level", fields, key=_key(item), at=item["at"])
        if not fresh or not due["more"]:
            return len(given)


def _key(item: dict[str, object]) -> str:
    # The moment belongs to the key: a pause or another priority may move a threshold already refused once.
    return "/".join(str(item[name]) for name in ("call_id", "clock", "percent", "at"))
