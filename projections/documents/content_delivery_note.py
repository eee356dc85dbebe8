"""Content of a delivery note (documento di trasporto, DDT): DPR 472/1996, R8.1 to R8.5."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from aggregates.values import Address, Instant, Value
from projections.documents.content import Amount, Content, Site, Text

CarriedBy = Literal["sender", "recipient", "carrier"]
CarriageTerms = Literal["prepaid", "collect", "invoiced"]


class Carrier(Value):
    """Who moves the goods (vettore)."""

    name: Text
    address: Address | None = None
    vat_number: Text | None = None
    licence: Text | None = None
    vehicle: Text | None = None


class DeliveryLine(Value):
    """Goods by nature, quality and quantity (R8.1)."""

    description: Text
    """The nature of the goods."""
    code: Text | None = None
    quality: Text | None = None
    """Their condition or quality: new, repaired, faulty."""
    quantity: Annotated[Amount, Field(gt=0)]
    unit: Text = "pz"
    serials: tuple[Text, ...] = ()
    lots: tuple[Text, ...] = ()
    order_reference: Text | None = None
    note: Text | None = None


class ReceivedNote(Value):
    """The delivery note the customer sent the goods with."""

    number: Text
    issued_on: date


class DeliveryNoteContent(Content):
    """All a delivery note must show (R8.1) and what is customary (R8.2)."""

    KIND: ClassVar[str] = "delivery_note"

    issued_on: date
    reason: Text
    """Why the goods travel (causale); without one a sale is presumed (R8.3)."""
    reason_note: Text | None = None
    destination: Site | None = None
    """Where the goods go when it is not the receiver's own address."""
    lines: Annotated[tuple[DeliveryLine, ...], Field(min_length=1)]
    delivered_on: date | None = None
    """Day of delivery or transport, when it differs from the date of the document (R8.1)."""
    transport_started_at: Instant | None = None
    carried_by: CarriedBy = "sender"
    carriers: tuple[Carrier, ...] = ()
    carriage: CarriageTerms | None = None
    packaging: Text | None = None
    """How the goods look from outside (aspetto esteriore): carton, pallet, loose."""
    packages: Annotated[int, Field(ge=0)] | None = None
    gross_weight_kg: Annotated[Decimal, Field(ge=0)] | None = None
    net_weight_kg: Annotated[Decimal, Field(ge=0)] | None = None
    rma_number: Text | None = None
    call_number: Text | None = None
    order_number: Text | None = None
    """Our sales order that the goods are delivered for."""
    customer_order: Text | None = None
    """The customer's own order, with CIG and CUP where it has them (R8.10)."""
    received_note: ReceivedNote | None = None
    return_by: date | None = None
    """Last day to return goods on approval or on loan (R8.6)."""
    bars: Text | None = None
    """The modules of the number's barcode, 1 for a bar; a draft has none."""
