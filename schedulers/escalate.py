"""Escalates calls (escalation): records each level reached by a rule, dated by the moment it was (SLA-2)."""

from __future__ import annotations

from datetime import datetime

from schedulers.base import Clerk

NAME = "escalate"


def tick(now: datetime, clerk: Clerk) -> int:
    """One command for each call and level reached before `now` and not recorded; the earlier moments first."""
    given: set[str] = set()
    after = None
    while True:
        found = clerk.ask("escalations-due", at=now, after=after, limit=500)
        for item in sorted(found["items"], key=lambda each: each["at"]):
            key = "/".join(str(item[name]) for name in ("call_id", "rule", "level", "at"))
            if key not in given:
                given.add(key)
                fields = {"call_id": item["call_id"], "rule": item["rule"]}
                clerk.do("escalate-call", fields, key=key, at=item["at"])
        after = found["next"]
        if after is None:
            return len(given)
