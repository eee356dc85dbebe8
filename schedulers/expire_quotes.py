"""Lets quotes expire (preventivi scaduti) on the day after the last day of what was sent (R7.3)."""

from __future__ import annotations

from datetime import datetime

from aggregates.values import rome_date
from schedulers.base import Clerk

NAME = "expire-quotes"


def tick(now: datetime, clerk: Clerk) -> int:
    """Expire every quote with a sent revision whose last day is before today; one expired is no longer found."""
    today = rome_date(now)
    given: set[str] = set()
    after = None
    while True:
        found = clerk.ask("quotes", ends_before=today, after=after, limit=200)
        for quote in found["items"]:
            quote_id = str(quote["quote_id"])
            if quote_id not in given:
                given.add(quote_id)
                clerk.do("expire-quote", {"quote_id": quote_id}, key=f"{quote_id}/{today}", at=now)
        after = found["next"]
        if after is None:
            return len(given)
