"""What a return authorisation (RMA) is about: its items, what came of them and where it is kept."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.rules.stock_levels import Quantity
from aggregates.stock import Ownership
from aggregates.values import Value


class RmaItem(Value):
    """Goods of a return: what they are, and what the customer says is wrong."""

    item_id: UUID
    description: str
    quantity: Quantity = Decimal(1)
    serial: str | None = None
    serial_item_id: UUID | None = None
    article_id: UUID | None = None
    fault: str | None = None


class ReceivedItem(Value):
    """How much of an item came, and in what condition."""

    item_id: UUID
    quantity: Quantity = Decimal(1)
    condition: str | None = Field(default=None, examples=["Imballo danneggiato, manca l'alimentatore"])


class KeptIn(Value):
    """Where the goods of an item are while they are with us."""

    warehouse_id: UUID
    ownership: Ownership
