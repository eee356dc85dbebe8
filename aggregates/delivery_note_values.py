"""Values of a delivery note (dati del DDT): how goods travel (R8.2), what they cost, the work billed with them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from aggregates.record_ref import RecordRef
from aggregates.rules.stock_levels import Level, Quantity
from aggregates.rules.stock_lots import LotQuantity
from aggregates.rules.transport_reasons import Billing
from aggregates.stock import Ownership
from aggregates.values import Address, Discount, Instant, Rate, Value


class CarriedBy(StrEnum):
    """Who moves the goods (trasporto a cura)."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    CARRIER = "carrier"


class Carriage(StrEnum):
    """Who pays for it (porto): franco, assegnato, addebito in fattura."""

    PREPAID = "prepaid"
    COLLECT = "collect"
    INVOICED = "invoiced"


class Carrier(Value):
    """A carrier (vettore)."""

    name: str = Field(min_length=1, examples=["Corriere Adriatico S.r.l."])
    address: Address | None = None
    vat_number: str | None = None
    licence: str | None = None
    vehicle: str | None = Field(default=None, examples=["AB123CD"])


class Transport(Value):
    """How the goods travel (R8.2)."""

    carried_by: CarriedBy = CarriedBy.SENDER
    carriage: Carriage | None = None
    carriers: tuple[Carrier, ...] = ()
    packaging: str | None = Field(default=None, examples=["cartone"])
    packages: int | None = Field(default=None, ge=0)
    gross_weight_kg: Rate | None = Field(default=None, ge=0)
    net_weight_kg: Rate | None = Field(default=None, ge=0)
    started_at: Instant | None = None
    delivered_on: date | None = Field(default=None, description="When it differs from the date of the note.")


class NoteChargeKind(StrEnum):
    """What is charged beside the goods that travel: labour and parts of a repair, a diagnosis, carriage."""

    LABOUR = "labour"
    PART = "part"
    DIAGNOSIS = "diagnosis"
    CARRIAGE = "carriage"
    OTHER = "other"


class NoteCharge(Value):
    """Work or a part that is billed with the note, though it is none of its goods; euro before VAT."""

    kind: NoteChargeKind = NoteChargeKind.LABOUR
    description: str = Field(min_length=1, max_length=1000, examples=["Manodopera riparazione"])
    article_id: UUID | None = None
    quantity: Quantity = Field(default=Decimal(1), examples=["2"])
    unit: str | None = Field(default=None, max_length=10, examples=["H"])
    unit_price: Rate = Field(ge=0, examples=["48.00"])
    price_per: Rate = Field(default=Decimal(1), gt=0, description="How many units the price is for (R11.8).")
    discounts: tuple[Discount, ...] = ()


class LinePrice(Value):
    """The price of a line of goods; euro before VAT."""

    line_id: UUID
    unit_price: Rate = Field(ge=0, examples=["230.00"])
    discounts: tuple[Discount, ...] = ()


GOODS = (Billing.SALE, Billing.IF_CLAIM_FAILS, Billing.UNLESS_RETURNED)
"""Reasons whose goods are ours and are billed; with the others only the work is."""
WORK = (Billing.SERVICE, Billing.DIAGNOSIS_FEE)
"""Reasons whose goods are the customer's: the work done on them is billed."""


class StockEffect(Value):
    """What the line did to stock: where from, where to (None: gone), at which cost of one unit."""

    warehouse_id: UUID
    to_warehouse_id: UUID | None
    ownership: Ownership
    unit_cost: Level
    lots: tuple[LotQuantity, ...] = ()
    """The lots that left, as stock chose them or as they were named."""


class NoteLine(Value):
    """Goods by nature, quality and quantity (R8.1), with their price where they are to be invoiced."""

    line_id: UUID
    article_id: UUID | None
    code: str | None
    description: str
    quality: str | None
    quantity: Quantity
    unit: str
    serials: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()
    source: RecordRef | None = None
    note: str | None = None
    unit_price: Rate | None = None
    price_per: Rate | None = None
    """How many units the price is for; the article's own when None (R9.2)."""
    discounts: tuple[Rate, ...] = ()
    stock: StockEffect | None = None


class SenderNote(Value):
    """The document that goods came to us with (DDT del cliente)."""

    number: str = Field(min_length=1, max_length=20, examples=["55"])
    dated_on: date


class Return(Value):
    """How much of a line came back."""

    line_id: UUID
    quantity: Quantity
    serials: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()
    """Lots as they were named; all that are out where none is."""
    came: tuple[LotQuantity, ...] = ()
    """How much of each lot came back, where the note's goods had left with lots."""
