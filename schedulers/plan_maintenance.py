"""Plans maintenance (manutenzione programmata): follows calls of plans, then makes those that are due (R1.10, R3.10).

What is due is derived from plans, machines and what is recorded, so a duty that slept for months catches up by the
plan's own rule, and two that run at once make each call once.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from aggregates.values import rome_date
from schedulers.base import Clerk

NAME = "plan-maintenance"


def tick(now: datetime, clerk: Clerk) -> int:
    """Note what became of calls, make what is due, put on agendas what plans want there."""
    # What was done moves what is due next: it comes first.
    return _follow(now, clerk) + _generate(now, clerk) + _assign(now, clerk)


def _follow(now: datetime, clerk: Clerk) -> int:
    given: set[UUID] = set()
    after = None
    while True:
        found = clerk.ask("maintenance-to-follow", after=after, limit=200)
        for item in found["items"]:
            if item["call_id"] not in given:
                given.add(item["call_id"])
                key = f"follow/{item['call_id']}/{item['changed_at']}/{item['ended_at']}"
                clerk.do("follow-maintenance-call", {"call_id": item["call_id"]}, key=key, at=now)
        after = found["next"]
        if after is None:
            return len(given)


def _generate(now: datetime, clerk: Clerk) -> int:
    today, given = rome_date(now), 0
    after = None
    while True:
        due = clerk.ask("maintenance-due", on=today, after=after)
        for item in due["items"]:
            # Two ticks at one instant are one; whether something is left to make, the command looks itself.
            key = f"generate/{item['plan_id']}/{item['owner_id']}/{item['site_id']}/{now.isoformat()}"
            fields = {"plan_id": item["plan_id"], "serial_item_ids": item["serial_item_ids"][:500]}
            clerk.do("generate-maintenance", fields, key=key, at=now)
            given += 1
        after = due["next"]
        if after is None:
            return given


def _assign(now: datetime, clerk: Clerk) -> int:
    """A technician who is not free then is not assigned: the call stays to be planned by a person."""
    found = clerk.ask("maintenance-to-assign", made_at=now)["items"]
    for item in found:
        slot = {"starts_at": item["starts_at"], "ends_at": item["ends_at"]}
        fields = {"call_id": item["call_id"], "activity_id": item["activity_id"], "slot": slot}
        key = f"assign/{item['call_id']}"
        # What was assigned a moment ago may have taken the time of whoever the rule named: then the next one is asked.
        for n, technician_id in enumerate((item["technician_id"], *item["others"])):
            told = {**fields, "technician_id": technician_id}
            if clerk.do("assign-technician", told, key=f"{key}/{technician_id}" if n else key, at=now):
                break
    return len(found)
