"""Carries on billing runs (elaborazioni di fatturazione): batch after batch, also after a stop (R1.15)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from schedulers.base import Clerk

NAME = "carry-on-billing-runs"


def tick(now: datetime, clerk: Clerk) -> int:
    """Bring every run that has something to do to its rest; the batch's number makes a repeated batch the same one."""
    given = 0
    for run in clerk.ask("billing-runs", at_work=True, limit=100)["items"]:
        while run is not None and _advance(run, now, clerk):
            given += 1
            run = clerk.ask("billing-run", run_id=run["run_id"])
    return given


def _advance(run: dict[str, Any], now: datetime, clerk: Clerk) -> bool:
    if run["stage"] not in ("proposing", "issuing", "discarding"):
        return False
    key = f"{run['run_id']}/{run['stage']}/{run['batches']}"
    return clerk.do("advance-billing-run", {"run_id": run["run_id"]}, key=key, at=now)
