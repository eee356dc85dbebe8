"""Line totals (R9.2, R11.8)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from aggregates.rules.line_amounts import line_total

D = Decimal


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (line_total(D("52.00"), D(3)), "156.00"),
        (line_total(D("84.90"), D(2), [D(10)]), "152.82"),
        (line_total(D("84.90"), D(2), [D(15)]), "144.33"),
        (line_total(D("100"), D(1), [D(10), D(5)]), "85.50"),
        (line_total(D("12.50"), D(250), per=D(100)), "31.25"),
        (line_total(D("-10.00"), D(2)), "-20.00"),
        (line_total(D("0.0085"), D(6400)), "54.40"),
    ],
)
def test_line_totals(total: Decimal, expected: str) -> None:
    assert total == D(expected)


@pytest.mark.parametrize(("quantity", "per"), [(D(-1), D(1)), (D(1), D(0))])
def test_negative_quantities_and_empty_multipliers_are_refused(quantity: Decimal, per: Decimal) -> None:
    with pytest.raises(ValueError, match=r"never negative|greater than zero"):
        line_total(D(1), quantity, per=per)
