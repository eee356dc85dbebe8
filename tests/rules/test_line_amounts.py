"""Line totals (R9.2, R11.8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

import pytest
from pydantic import TypeAdapter, ValidationError

from aggregates.article_supplier import SupplyTerms
from aggregates.delivery_note_values import NoteCharge
from aggregates.rules.line_amounts import line_total
from aggregates.values import Value
from commands.delivery_note_issue import GoodsLine
from commands.invoice_proposal import ManualLine
from commands.purchase_order import PurchaseLineAsked
from commands.quote_lines import LineAsked
from commands.sale import SaleLineAsked

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


@pytest.mark.parametrize(
    "asked", [LineAsked, GoodsLine, ManualLine, SaleLineAsked, PurchaseLineAsked, NoteCharge, SupplyTerms]
)
def test_no_more_than_the_whole_price_is_taken_off(asked: type[Value]) -> None:
    """A surcharge is a discount below zero; one above 100 % would turn a sale into a debt."""
    off: TypeAdapter[tuple[Decimal, ...]] = TypeAdapter(cast(Any, asked.model_fields["discounts"].annotation))
    assert off.validate_python(["100", "-5"]) == (Decimal(100), Decimal(-5))
    with pytest.raises(ValidationError):
        off.validate_python(["100.01"])
