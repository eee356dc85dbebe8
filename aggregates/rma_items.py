"""What a return authorisation (RMA) is about: its items, what came of them and where it is kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from aggregates.counterparty import Counterparty
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_levels import Level, Quantity
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


class Remainder(Value):
    """Pieces of an item that come when the earlier ones are settled: an item of their own from then on."""

    of: UUID
    item: RmaItem


class KeptIn(Value):
    """Where the goods of an item are while they are with us."""

    warehouse_id: UUID
    ownership: Ownership


class PickUpPurpose(StrEnum):
    """Why goods are taken along from the customer's: to be repaired, or to be scrapped as waste (R8.7)."""

    REPAIR = "repair"
    SCRAP = "scrap"


class SupplierResult(StrEnum):
    """What a supplier did with goods sent for repair."""

    REPAIRED = "repaired"
    REPLACED = "replaced"
    REFUSED = "refused"
    CREDITED = "credited"


class SupplierRepair(Value):
    """Goods at a supplier's: with which note they went, their number there, when they are expected back."""

    note: RecordRef
    supplier: Counterparty
    item_ids: tuple[UUID, ...]
    supplier_rma: str | None = None
    expected_on: date | None = None


class FaultyDecision(StrEnum):
    """What becomes of a faulty piece that is ours: it has no value until then (reso merce guasta)."""

    REFURBISHED = "refurbished"
    SCRAPPED = "scrapped"
    SUPPLIER_RETURN = "supplier_return"
    GIVEN_BACK = "given_back"
    """The claim failed and the customer, who pays for the replacement, wants it back: it is theirs again."""


class ItemLabel(Value):
    """A label for one piece; a scanner reads its code."""

    item_id: UUID
    piece: int = Field(ge=1)
    code: str = Field(examples=["RMA-2026-0007-1"])


class FittedPart(Value):
    """A part of ours that was fitted in a repair, at its cost, euro each."""

    article_id: UUID
    code: str
    description: str
    quantity: Quantity
    serials: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()
    warehouse_id: UUID
    unit_cost: Level


class Loaner(Value):
    """A piece lent to the customer."""

    note: RecordRef
    description: str

    def __str__(self) -> str:
        """How a refusal names it."""
        return f"{self.description} ({self.note.number})"
