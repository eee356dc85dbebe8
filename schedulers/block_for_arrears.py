"""Blocks the service of who has not paid (blocco per morosità), and serves again who has (R1.10)."""

from __future__ import annotations

from datetime import datetime

from aggregates.values import rome_date
from schedulers.base import Clerk

NAME = "block-for-arrears"


def tick(now: datetime, clerk: Clerk) -> int:
    """Open each block from the day it should have begun, and close each that has lost its reason."""
    today = rome_date(now)
    given: set[str] = set()
    after = None
    while True:
        found = clerk.ask("arrears-blocks", on=today, after=after, limit=200)
        for item in found["items"]:
            key = f"{item['contract_id']}/{item['action']}/{item['from_on']}/{now.isoformat()}"
            if key in given:
                continue
            given.add(key)
            fields = {"contract_id": item["contract_id"], "reason": "arrears"}
            if item["action"] == "block":
                clerk.do("block-contract", {**fields, "from_on": item["from_on"]}, key=key, at=now)
            else:
                clerk.do("unblock-contract", {**fields, "on": item["from_on"]}, key=key, at=now)
        after = found["next"]
        if after is None:
            return len(given)
