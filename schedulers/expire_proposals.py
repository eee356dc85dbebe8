"""Lets proposals of contracts expire (proposte scadute) on the day after the last day of what was sent."""

from __future__ import annotations

from datetime import datetime

from aggregates.values import rome_date
from schedulers.base import Clerk

NAME = "expire-proposals"


def tick(now: datetime, clerk: Clerk) -> int:
    """Expire every proposal that waits for an answer since before today; one expired is no longer found."""
    today = rome_date(now)
    given: set[str] = set()
    after = None
    while True:
        found = clerk.ask("contract-proposals", ends_before=today, after=after, limit=200)
        for proposal in found["items"]:
            proposal_id = str(proposal["proposal_id"])
            if proposal_id not in given:
                given.add(proposal_id)
                fields = {"proposal_id": proposal_id}
                clerk.do("expire-contract-proposal", fields, key=f"{proposal_id}/{today}", at=now)
        after = found["next"]
        if after is None:
            return len(given)
