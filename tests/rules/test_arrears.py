"""From which day arrears block (R1.10, S06)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from aggregates.rules.arrears import blocks_from

DUE = date(2026, 2, 28)


@pytest.mark.parametrize(
    ("overdue", "grace_days", "threshold", "expected"),
    [
        ("439.20", 30, "0", date(2026, 3, 31)),
        ("439.20", 0, "439.19", date(2026, 3, 1)),
        ("439.20", 30, "439.20", None),
        ("0.00", 30, "0", None),
    ],
)
def test_arrears_block_after_the_days_of_grace(overdue: str, grace_days: int, threshold: str, expected: date) -> None:
    assert blocks_from(Decimal(overdue), DUE, grace_days, Decimal(threshold)) == expected
