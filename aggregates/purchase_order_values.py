"""Values of an order to a supplier (ordine a fornitore): lines, what was confirmed, what came, what went back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from aggregates.record_ref import RecordRef
from aggregates.rules.line_amounts import line_total
from aggregates.rules.purchasing import unit_cost
from aggregates.rules.stock_levels import ZERO, Level, Quantity
from aggregates.rules.stock_lots import LotQuantity
from aggregates.values import Rate, Value

ONE = Decimal(1)


class PurchaseState(StrEnum):
    """Where an order to a supplier stands."""

    DRAFT = "draft"
    SENT = "sent"
    CONFIRMED = "confirmed"
    PARTLY_RECEIVED = "partly_received"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class PurchaseLine(Value):
    """Goods ordered: in the supplier's unit, at a price for so many units of the article (R11.8)."""

    line_id: UUID
    article_id: UUID
    code: str
    description: str
    supplier_code: str | None = None
    warehouse_id: UUID
    quantity: Quantity
    """In order units."""
    order_unit: str
    units_per: Quantity = ONE
    """Units of the article in one order unit."""
    unit: str
    unit_price: Level
    price_per: Quantity = ONE
    """How many units of the article the price is for: 100, or those of one order unit."""
    discounts: tuple[Rate, ...] = ()
    due_on: date | None = None
    bought_for: tuple[RecordRef, ...] = ()
    """The calls and orders that wait for it."""

    @property
    def stock_quantity(self) -> Decimal:
        """The quantity in the article's unit."""
        return self.quantity * self.units_per

    @property
    def amount(self) -> Decimal:
        """Quantity × price ÷ multiplier less discounts, rounded once; euro without VAT (R11.8)."""
        return line_total(self.unit_price, self.stock_quantity, self.discounts, self.price_per)

    @property
    def unit_cost(self) -> Decimal:
        """What one unit of the article costs; euro."""
        return unit_cost(self.unit_price, self.price_per, self.discounts)


class PurchaseTerms(Value):
    """What is agreed with the supplier beside the goods."""

    subject: str | None = Field(default=None, max_length=200)
    supplier_reference: str | None = Field(default=None, max_length=60, description="Their offer or list.")
    payment_terms: str | None = Field(default=None, max_length=200, examples=["Bonifico 60 giorni fine mese"])
    delivery_terms: str | None = Field(default=None, max_length=200, examples=["Franco nostro magazzino"])
    notes: tuple[str, ...] = ()


class ConfirmedLine(Value):
    """What the supplier said of a line; what is left out is as ordered."""

    line_id: UUID
    due_on: date | None = None
    unit_price: Level | None = Field(default=None, description="Euro, for as many units as ordered.")
    discounts: tuple[Rate, ...] | None = None


class ReceivedLine(Value):
    """What came of a line, in the article's unit."""

    line_id: UUID
    quantity: Level
    """Taken into stock."""
    rejected: Level = ZERO
    """Of bad quality: not taken in, still to come."""
    rejected_because: str | None = None
    unit_cost: Level
    serials: tuple[str, ...] = ()
    lots: tuple[LotQuantity, ...] = ()
    over: Level = ZERO
    """Of the quantity, what is more than was still to come."""
    ordered_unit_cost: Level
    """What a unit would have cost as ordered: the difference is the supplier's to explain."""

    @model_validator(mode="after")
    def _something_came(self) -> Self:
        if self.quantity + self.rejected <= 0:
            raise ValueError("a received line has a quantity, taken in or rejected")
        return self


class LineQuantity(Value):
    """How much of a line went back or is not waited for, in the article's unit."""

    line_id: UUID
    quantity: Quantity


def net_of(lines: tuple[PurchaseLine, ...]) -> Decimal:
    """The net total of lines; euro."""
    return sum((line.amount for line in lines), Decimal("0.00"))
