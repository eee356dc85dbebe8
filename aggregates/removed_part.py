"""RemovedPart (pezzo smontato): what was taken out of a machine on a call, whose it is and what becomes of it (R11.6).

It is ours only if ownership passed to us, as with an exchange; otherwise it stays the customer's, at no value.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.stock import Ownership
from aggregates.values import Rate, Value


class Fate(StrEnum):
    """What becomes of a removed part."""

    SCRAP = "scrap"
    SUPPLIER_WARRANTY = "supplier_warranty"
    REFURBISH = "refurbish"
    LEFT_WITH_CUSTOMER = "left_with_customer"

    @property
    def is_kept(self) -> bool:
        """Whether it comes into one of our warehouses."""
        return self in (Fate.SUPPLIER_WARRANTY, Fate.REFURBISH)


class RemovedDiffers(Refusal):
    """This removed part is already noted otherwise; note what is different as another part."""


class OursCannotStay(Refusal):
    """A part that became ours cannot be left with the customer; say what becomes of it, or that it is theirs."""

    status = 422


class Removal(Value):
    """What was removed, from where, and what becomes of it."""

    call_id: UUID
    used_line_id: UUID | None = None
    machine_id: UUID | None = None
    serial_item_id: UUID | None = None
    article_id: UUID | None = None
    code: str | None = None
    description: str
    quantity: Rate = Field(gt=0)
    serial: str | None = None
    lot: str | None = None
    ownership: Ownership
    fate: Fate
    warehouse_id: UUID | None = None
    """Where it is kept; None when it was scrapped, left there, or is not kept in stock."""
    note: str | None = None


class RemovedPart(Aggregate):
    """A part that was taken out."""

    TOPIC = "removed-part"

    class Removed(FirstEvent):
        """A part was taken out of a machine; it is known whose it is and what becomes of it."""

        TOPIC = "removed-part.removed.v1"
        removal: Removal
        frees: tuple[UUID, ...] = ()
        """Claims of the calls that had used this piece: it may be used again."""

        def releases(self) -> tuple[UUID, ...]:
            """The piece is used nowhere any more."""
            return self.frees

    # Decide

    @classmethod
    def remove(cls, removed_id: UUID, removal: Removal, act: Act, frees: tuple[UUID, ...] = ()) -> RemovedPart:
        """Note a removed part. Raises `OursCannotStay`."""
        stays = removal.fate is Fate.LEFT_WITH_CUSTOMER
        require(not stays or removal.ownership is Ownership.CUSTOMER, OursCannotStay)
        return cls.begin(cls.Removed, id=removed_id, act=act, removal=removal, frees=frees)

    def is_same(self, removal: Removal) -> bool:
        """Whether the same is noted again. Raises `RemovedDiffers`."""
        require(self.removal.model_copy(update={"warehouse_id": removal.warehouse_id}) == removal, RemovedDiffers)
        return True

    # Evolve

    @event(Removed)
    def __init__(self, removal: Removal) -> None:
        self.removal = removal
