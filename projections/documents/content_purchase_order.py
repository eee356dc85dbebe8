"""Content of an order to a supplier (ordine a fornitore): what we buy, in the supplier's words and units (R11.8)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from aggregates.values import Value
from projections.documents.content import Amount, Content, Site, Text


class OrderedGoods(Value):
    """A line: the supplier's code and unit first, ours beside them."""

    description: Text
    code: Text
    """Ours."""
    supplier_code: Text | None = None
    quantity: Annotated[Amount, Field(gt=0)]
    unit: Text
    """In which it is ordered."""
    note: Text | None = None
    """What an order unit holds."""
    unit_price: Annotated[Amount, Field(ge=0)]
    price_unit: Text
    """What the price is for: `CT`, `100 PZ`."""
    discounts: tuple[Amount, ...] = ()
    amount: Annotated[Amount, Field(decimal_places=2)]
    due_on: date | None = None
    deliver_to: Text | None = None
    """Where it goes when it is not where the rest goes."""


class PurchaseOrderContent(Content):
    """One revision of an order; the receiver is the supplier. Prices are without VAT."""

    KIND: ClassVar[str] = "purchase_order"

    issued_on: date
    revision: Annotated[int, Field(ge=0)] = 0
    subject: Text | None = None
    supplier_reference: Text | None = None
    destination: Site
    lines: Annotated[tuple[OrderedGoods, ...], Field(min_length=1)]
    total: Annotated[Amount, Field(decimal_places=2)]
    payment_terms: Text | None = None
    delivery_terms: Text | None = None
