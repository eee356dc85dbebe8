"""Arrears (insoluti): from which day what a customer owes blocks the service (R1.10)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal


def blocks_from(overdue: Decimal, oldest_due_on: date, grace_days: int, threshold: Decimal) -> date | None:
    """The day after the oldest due date plus the days of grace; None while not more than the threshold is overdue."""
    return oldest_due_on + timedelta(days=grace_days + 1) if overdue > threshold else None
