"""What programs say to the example warehouse, and how it says no."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1, max_length=60)]


class Refused(Exception):
    """The warehouse says no; nothing was done."""

    def __init__(self, code: str, sentence: str, status: int = 409) -> None:
        super().__init__(code)
        self.code, self.sentence, self.status = code, sentence, status


class Said(BaseModel):
    """What programs send; unknown fields are passed over, so that the protocol may grow."""

    model_config = ConfigDict(extra="ignore")


class Lot(Said):
    """How much of a lot."""

    code: Text
    quantity: Decimal = Field(gt=0)
    expires_on: str | None = None
    supplier_lot: str | None = None


class Promised(Said):
    """What is promised: the whole quantity that now holds, 0 when it is released."""

    stream: Text
    revision: int = Field(ge=1)
    article: Text
    warehouse: Text
    quantity: Decimal = Field(ge=0)
    reservation_id: str


class Moved(Said):
    """Goods that came, went or were counted; `quantity` of a count is the difference, with its sign."""

    key: str
    kind: Literal["issue", "move", "receive", "return", "count"]
    article: Text
    warehouse: Text
    to_warehouse: Text | None = None
    quantity: Decimal
    serials: list[str] = []
    lots: list[Lot] = []
    serials_missing: list[str] = []
    lots_missing: list[Lot] = []
    of_key: str | None = None
    promises: list[Promised] = []


class OwnLevel(Said):
    """What the warehouse's own people say is there."""

    article: Text
    warehouse: Text
    on_hand: Decimal
    unit: str | None = "pz"
    serials: list[str] = []
    lots: list[Lot] = []


class OwnSupply(Said):
    """What its own people ordered."""

    id: Text
    article: Text
    warehouse: Text
    quantity: Decimal = Field(ge=0)
    due_on: str | None = None
