"""Work report (rapportino di intervento): what a technician declares and the customer signs (R10.1–R10.3).

It lives on its call as facts; each revision is whole by itself, because a signature is for one revision.
Durations are minutes, distances kilometres there and back, instants UTC.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates.values import Instant, Personal, Rate, Slot, Value


class ReportOutcome(StrEnum):
    """What follows the visit."""

    CLOSED = "closed"
    TO_CONTINUE = "to_continue"
    QUOTE = "quote"


class ActivityMode(StrEnum):
    """Where work is done: at the customer's, on the phone, in our workshop."""

    VISIT = "visit"
    PHONE = "phone"
    WORKSHOP = "workshop"


class Performed(Value):
    """Time spent on a call by one technician."""

    activity_id: UUID
    kind: str
    mode: ActivityMode
    technician_id: UUID | None
    time: Slot
    travel_minutes: int = Field(default=0, ge=0)
    pause_minutes: int = Field(default=0, ge=0)
    travel_km: Rate | None = Field(default=None, ge=0)
    text: str = ""
    serial_item_ids: tuple[UUID, ...] = ()

    @property
    def work_minutes(self) -> int:
        """Minutes of work, pauses taken out."""
        return max(0, self.time.minutes - self.pause_minutes)


class Part(Value):
    """A part or consumable (ricambio): of the catalogue, or in words."""

    article_id: UUID | None = None
    code: str | None = None
    description: str
    quantity: Rate = Field(gt=0)
    unit: str = "pz"
    serial_numbers: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()


class UsedPart(Value):
    """A part used on the call, and the planned line it answers, if any."""

    line_id: UUID
    part: Part
    planned_line_id: UUID | None = None
    activity_id: UUID | None = None
    serial_item_id: UUID | None = None
    warehouse_id: UUID | None = None
    """Where it was taken from; None when it is not kept in stock."""
    unit_cost: Rate | None = None
    """What one piece cost when it left, euro (R11.7)."""
    is_consumable: bool = False
    """As the catalogue has it: warranties leave consumables out unless they are part of the fix (R4.1)."""
    part_of_fix: bool = False
    """Defective itself, or used up by repairing the defect."""

    def says_the_same(self, other: UsedPart) -> bool:
        """Whether the same use is told twice; where it came from and its cost were settled the first time."""
        settled = {"warehouse_id": None, "unit_cost": None, "is_consumable": False}
        return self.model_copy(update=settled) == other.model_copy(update=settled)


class NotedReading(Value):
    """A meter read during the work (lettura contatore)."""

    reading_id: UUID
    serial_item_id: UUID
    meter: str
    value: int = Field(ge=0)
    read_on: date


class ReportItem(Value):
    """One machine of the report: what was wrong and what was done."""

    serial_item_id: UUID | None = None
    fault: str | None = None
    cause: str | None = None
    work_done: str | None = None
    tests: str | None = None


class Declaration(Value):
    """What the technician writes in a report."""

    outcome: ReportOutcome
    work_done: str
    cause: str | None = None
    tests: str | None = None
    customer_remarks: str | None = None
    items: tuple[ReportItem, ...] = ()


class Report(Declaration):
    """One revision of a work report, with the times, parts and readings it declares frozen in it."""

    report_id: UUID
    revision: int = Field(ge=0)
    performed: tuple[Performed, ...] = ()
    parts: tuple[UsedPart, ...] = ()
    readings: tuple[NotedReading, ...] = ()


class Signer(Value):
    """Who signed for the customer; the name is personal data under its own key."""

    signer_id: UUID
    name: Annotated[str, Personal("signer_id")]
    role: str | None = None


class Signature(Value):
    """A simple electronic signature: image and document by their hashes, device and moment; no biometrics (R10.3)."""

    signer: Signer
    image_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    document_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    device: str | None = None
    signed_at: Instant

    def says_the_same(self, other: Signature) -> bool:
        """Whether it is the same name under the same document, sent twice."""
        return (self.signer.name, self.image_sha256, self.document_sha256) == (
            other.signer.name,
            other.image_sha256,
            other.document_sha256,
        )
