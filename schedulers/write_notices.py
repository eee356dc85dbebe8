"""Writes notices (avvisi): what happened under a rule is told in words, once; what comes too late lapses (CAL-7).

It writes only; the gateway that sends takes what is due from the view.
"""

from __future__ import annotations

from datetime import datetime

from schedulers.base import Clerk

NAME = "write-notices"
FIELDS = (
    "rule", "key", "happening", "happened_at", "call_id", "cause_id", "customer_id", "values", "attached",
    "recipients", "use_by_at",
)  # fmt: skip


def tick(now: datetime, clerk: Clerk) -> int:
    """One command for each rule and occasion until `now` without a notice; the earlier ones first."""
    given = 0
    after = None
    while True:
        found = clerk.ask("notices-due", at=now, after=after, limit=200)
        for item in found["items"]:
            fields = {name: item[name] for name in FIELDS}
            clerk.do("write-notices", fields, key=f"{item['rule']}/{item['key']}", at=now)
            given += 1
        after = found["next"]
        if after is None:
            return given
