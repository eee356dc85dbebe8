"""Has personal data erased when their day has come (cancellazioni in scadenza): at once, or after the law's years."""

from __future__ import annotations

from datetime import datetime

from schedulers.base import Clerk

NAME = "erase-when-due"


def tick(now: datetime, clerk: Clerk) -> int:
    """Carry out every request with something due; what was released is no longer due."""
    due = clerk.ask("erasures-due", at=now)["items"]
    requests = {item["erasure_id"]: item["erase_on"] for item in reversed(due)}
    for erasure_id, on in requests.items():
        clerk.do("carry-out-erasure", {"erasure_id": erasure_id}, key=f"{erasure_id}/{on}", at=now)
    return len(requests)
