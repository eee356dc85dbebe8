"""Content of the receipt for goods taken along (buono di ritiro): what the technician took, and why."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from aggregates.values import Instant, Value
from projections.documents.content import Amount, Content, Site, Text


class PickedUpThing(Value):
    """A line of the receipt."""

    description: Text
    quantity: Annotated[Amount, Field(gt=0)]
    serial: Text | None = None
    fault: Text | None = None
    condition: Text | None = None


class PickupReceiptContent(Content):
    """Left with the customer: the goods stay theirs when they are to be repaired, and are waste when not (R8.7)."""

    KIND: ClassVar[str] = "pickup_receipt"

    issued_on: date
    picked_up_at: Instant
    rma_number: Text
    call_number: Text | None = None
    purpose: Literal["repair", "scrap"]
    technician: Text | None = None
    handed_by: Text | None = None
    is_signed: bool = False
    site: Site | None = None
    things: Annotated[tuple[PickedUpThing, ...], Field(min_length=1)]
    conditions: tuple[Text, ...] = ()
