"""Watches lent goods (conto visione, comodato): reminders before they are due; after a year they are sold (R8.6)."""

from __future__ import annotations

from datetime import datetime

from aggregates.values import rome_date
from schedulers.base import Clerk

NAME = "watch-goods-on-approval"
EXPIRED = "Termine di un anno scaduto (art. 6 DPR 633/1972)"


def tick(now: datetime, clerk: Clerk) -> int:
    """One command for each note: reminded of, or sold once its year is over or its goods are invoiced."""
    today = rome_date(now)
    done, after = 0, None
    while True:
        due = clerk.ask("goods-to-watch", on=today, after=after, limit=200)
        for item in due["items"]:
            key = f"{item['note_id']}/{item['what']}/{item['return_by']}"
            if item["what"] == "keep":
                fields = {"note_id": item["note_id"], "kept_on": item["kept_on"], "reason": EXPIRED}
                clerk.do("keep-goods", fields, key=key, at=now)
            else:
                clerk.do("remind-of-lent-goods", {"note_id": item["note_id"]}, key=key, at=now)
            done += 1
        after = due["next"]
        if after is None:
            return done
