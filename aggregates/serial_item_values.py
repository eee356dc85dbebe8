"""What a serial item (matricola) is made of: what it is, whose and where, since when, under which warranties."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from aggregates.values import Period, Value


class Software(Value):
    """Which release is installed, under which licence."""

    release: str | None = None
    licence: str | None = None
    licence_expires_on: date | None = None


class ItemDetails(Value):
    """What the item is."""

    product: str = Field(min_length=1, examples=["Lavastoviglie LT-900"], description="Model, as people call it.")
    type: str = Field(min_length=1, examples=["dishwasher"], description="The product type, for rules and statistics.")
    article_code: str | None = Field(default=None, description="The catalogue item it is a piece of.")
    plant_in_building: bool = Field(default=False, description="Part of a building: reverse charge may hold (R9.6).")
    software: Software | None = None
    notes: str | None = None


class Place(Value):
    """Whose the item is and where it stands."""

    owner_id: UUID = Field(description="The party that has it.")
    site_id: UUID | None = None
    location: str | None = Field(default=None, examples=["Cucina, piano terra"])


class Move(Value):
    """Where an item has been from a day on."""

    place: Place
    from_on: date


class Membership(Value):
    """What an item is part of from a day on."""

    parent_id: UUID | None
    from_on: date


class ReplacementPolicy(StrEnum):
    """What becomes of the warranties when another item takes an item's place."""

    INHERIT = "inherit"
    RESTART = "restart"


class Status(Value):
    """A status from the company's own list, from a day on."""

    code: str = Field(min_length=1)
    from_on: date


class WarrantyKind(StrEnum):
    """Where a warranty comes from (§5)."""

    LEGAL = "legal"
    MANUFACTURER = "manufacturer"
    EXTENDED = "extended"
    REPAIR = "repair"
    PART = "part"


class CoverageItem(StrEnum):
    """The cost items that a warranty or a contract may cover (§4)."""

    CALL_FEE = "call-fee"
    TRAVEL = "travel"
    LABOUR = "labour"
    OVERTIME = "overtime"
    PARTS = "parts"
    CONSUMABLES = "consumables"
    PER_DIEM = "per-diem"
    THIRD_PARTIES = "third-parties"


class Warranty(Value):
    """A warranty of the item (garanzia): kind, days, what it covers, the document that proves it (R5.1, R5.3)."""

    warranty_id: UUID
    kind: WarrantyKind
    period: Period
    covers: tuple[CoverageItem, ...] = tuple(CoverageItem)
    source: str | None = Field(default=None, examples=["DDT 2026/45 del 12/03/2026"])
    article_code: str | None = Field(default=None, description="The replaced part that a part's warranty covers.")
    presumed_until: date | None = Field(
        default=None, description="Until then a defect is presumed to have been there at the delivery (consumers)."
    )
    action_until: date | None = Field(
        default=None, description="Until then a defect that appeared in the period can be claimed (consumers)."
    )
    prolonged_on: date | None = Field(default=None, description="The repair that prolonged it, once.")
    inherited_from: UUID | None = Field(default=None, description="The replaced item that it comes from.")


class SupplierWarranty(Value):
    """What our supplier answers for (garanzia del fornitore): cost recovery, never the customer's cover (R5.2)."""

    warranty_id: UUID
    supplier_id: UUID | None = None
    supplier: str = Field(min_length=1, examples=["Silanos S.p.A."])
    period: Period
    covers: tuple[CoverageItem, ...] = (CoverageItem.PARTS,)
    source: str | None = Field(default=None, examples=["Fattura 1201 del 02/03/2026"])
