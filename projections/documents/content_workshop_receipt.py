"""Content of the workshop's receipt (ricevuta di presa in carico): what was left, in what state, on which terms."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from aggregates.values import Instant
from projections.documents.content import Amount, Content, Item, Text


class WorkshopReceiptContent(Content):
    """One thing left at the counter; the customer signs what is written here. No password is ever printed."""

    KIND: ClassVar[str] = "workshop_receipt"

    issued_on: date
    taken_in_at: Instant
    call_number: Text | None = None
    rma_number: Text | None = None
    bringer: Text | None = None
    bringer_phone: Text | None = None
    item: Item
    fault: Text
    accessories: tuple[Text, ...] = ()
    damage: Text | None = None
    access_given: bool = False
    estimate_limit: Annotated[Amount, Field(ge=0, decimal_places=2)] | None = None
    promised_on: date | None = None
    contact: Text | None = None
    place: Text | None = None
    conditions: tuple[Text, ...] = ()
