"""Order and alarms of the workshop's bench (coda del laboratorio): promised date first, then priority, then arrival.

Days are Italian calendar days.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from aggregates.rules.priority import Level
from aggregates.values import Value

RANK = {Level.HIGH: 0, Level.MEDIUM: 1, Level.LOW: 2}


class WorkshopTerms(Value):
    """When the workshop warns, and what its receipt says."""

    risk_days: int = Field(default=1, ge=0, description="A promised date is at risk this many days before it.")
    uncollected_days: tuple[int, ...] = Field(
        default=(15, 30, 60), description="Days after which goods that are ready and not collected are noticed."
    )
    abandoned_days: int = Field(
        default=180, ge=1, description="Days after which goods that nobody collects may be treated as abandoned."
    )
    conditions: tuple[str, ...] = Field(default=(), description="What the receipt says; left out, the usual text.")


class WorkshopAlert(StrEnum):
    """What the workshop is warned of."""

    PROMISE_AT_RISK = "promise_at_risk"
    UNCOLLECTED = "uncollected"


class AlertDue(NamedTuple):
    """An alert; its days are those since the goods were ready, 0 for a promise."""

    alert: WorkshopAlert
    days: int


def bench_order(promised_on: date | None, priority: Level, taken_in_at: datetime) -> tuple[date, int, datetime]:
    """What to work on first: sorts by promised date (none comes last), then priority, then arrival."""
    return (promised_on or date.max, RANK[priority], taken_in_at)


def alerts_due(promised_on: date | None, ready_on: date | None, on: date, terms: WorkshopTerms) -> list[AlertDue]:
    """What there is to warn of on a day; of several lengths of waiting only the longest that has passed."""
    if ready_on is None:
        at_risk = promised_on is not None and on >= promised_on - timedelta(days=terms.risk_days)
        return [AlertDue(WorkshopAlert.PROMISE_AT_RISK, 0)] if at_risk else []
    passed = [days for days in terms.uncollected_days if days > 0 and (on - ready_on).days >= days]
    return [AlertDue(WorkshopAlert.UNCOLLECTED, max(passed))] if passed else []
