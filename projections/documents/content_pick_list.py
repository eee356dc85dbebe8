"""Content of a pick list (lista di prelievo): what to take, from where, for what; room to write what was taken."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from aggregates.values import Value
from projections.documents.content import Amount, Content, Text


class PickListLine(Value):
    """Goods to take, as proposed."""

    warehouse: Text
    code: Text
    description: Text
    quantity: Annotated[Amount, Field(gt=0)]
    unit: Text = "pz"
    on_hand: Annotated[Amount, Field(ge=0)]
    serials: tuple[Text, ...] = ()
    lots: tuple[Text, ...] = ()
    reference: Text | None = None
    """The order or call it is for."""


class PickListContent(Content):
    """A list for the people of the warehouse; the barcode names the list to a scanner."""

    KIND: ClassVar[str] = "pick_list"

    issued_on: date
    needed_on: date | None = None
    van: Text | None = None
    """The van that is loaded; none for customers' orders."""
    bars: Text
    """The modules of the barcode, 1 for a bar."""
    lines: Annotated[tuple[PickListLine, ...], Field(min_length=1)]
