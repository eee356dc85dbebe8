"""Work report (rapportino di intervento): what a technician declares and the customer signs (R10.1–R10.3).

It lives on its call as facts; each revision is whole by itself, because a signature is for one revision.
Durations are minutes, distances kilometres there and back, instants UTC.
"""

from __future__ import annotations

import json
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from aggregates.checklist import FrozenChecklist
from aggregates.values import Instant, Keep, Personal, Rate, Slot, Value

SHA256 = r"^[0-9a-f]{64}$"


class ReportOutcome(StrEnum):
    """What follows the visit."""

    CLOSED = "closed"
    TO_CONTINUE = "to_continue"
    QUOTE = "quote"


class ActivityMode(StrEnum):
    """Where work is done: at the customer's, on the phone, in our workshop, by e-mail."""

    VISIT = "visit"
    PHONE = "phone"
    WORKSHOP = "workshop"
    EMAIL = "email"


class Correspondence(Value):
    """An e-mail written or answered as work on a call; what was done stands in the activity's text."""

    person_id: UUID
    to: Annotated[str, Personal("person_id")]
    subject: str


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
    set_out_at: Instant | None = None
    """When the technician set out for the customer (partenza), where that is known."""
    visit_id: UUID | None = None
    """The visit, where this is a further technician's or a further day's part of it."""

    is_chargeable: bool = True
    """As its type had it: what is not chargeable costs the customer nothing and draws no hours."""
    correspondence: Correspondence | None = None
    """To whom and about what, of work by e-mail."""

    @property
    def rode_along(self) -> bool:
        """Whether a further technician came in the first one's van: no way of their own was told."""
        return self.visit_id is not None and not self.travel_km and not self.travel_minutes

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

    def without(self, back: ReturnedPart) -> UsedPart | None:
        """What is left of it after some came back; None when nothing is."""
        left = self.part.quantity - back.quantity
        if left <= 0:
            return None
        serials = tuple(one for one in self.part.serial_numbers if one not in back.serial_numbers)
        return self.model_copy(
            update={"part": self.part.model_copy(update={"quantity": left, "serial_numbers": serials})}
        )


class ReturnedPart(Value):
    """What came back of a part used on the call (reso): never used, or handed out by mistake."""

    return_id: UUID
    line_id: UUID
    quantity: Rate = Field(gt=0)
    serial_numbers: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()
    warehouse_id: UUID | None = None
    """Where it came back to; None when it is not kept in stock."""
    unit_cost: Rate | None = None
    """What one piece had cost the call, euro; the call's cost is less by it."""


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


class ReportPhoto(Value):
    """A photo taken at work (fotografia): kept elsewhere, known here by its hash."""

    name: str = Field(min_length=1, max_length=200, examples=["targhetta.jpg"])
    sha256: str = Field(pattern=SHA256)
    caption: str | None = Field(default=None, max_length=500)
    taken_at: Instant | None = Field(default=None, description="When it was taken, by the device's clock.")


class ReportedExpense(Value):
    """What a report says of an expense noted on the call; what it cost us stays on the call."""

    line_id: UUID
    item: str
    description: str
    quantity: Rate
    unit: str


class ReportedCoverage(Value):
    """Who pays for a machine, or for the call as a whole, as it was decided when the report was written (R10.1)."""

    serial_item_id: UUID | None = None
    kind: str
    reason: str


class Declaration(Value):
    """What the technician writes in a report."""

    outcome: ReportOutcome
    work_done: str
    cause: str | None = None
    tests: str | None = None
    customer_remarks: Annotated[str | None, Personal("report_id", keep=Keep.FISCAL)] = None
    items: tuple[ReportItem, ...] = ()
    fault: str | None = None
    """What was found to be wrong, where that is not what was reported."""
    outcome_note: str | None = None
    """What is still to be done, or quoted."""
    photos: tuple[ReportPhoto, ...] = ()


class Report(Declaration):
    """One revision of a work report, with the times, parts and readings it declares frozen in it."""

    report_id: UUID
    revision: int = Field(ge=0)
    performed: tuple[Performed, ...] = ()
    parts: tuple[UsedPart, ...] = ()
    readings: tuple[NotedReading, ...] = ()
    expenses: tuple[ReportedExpense, ...] = ()
    coverage: tuple[ReportedCoverage, ...] = ()
    checklists: tuple[FrozenChecklist, ...] = ()


SETTLED_BY_US = {"warehouse_id", "unit_cost", "is_consumable"}
"""What the warehouse adds to a part used: not the customer's to sign, and unknown to a device without signal."""


def document_to_sign(call_id: UUID, report: Report) -> str:
    """What the customer signs of a revision, as canonical JSON: keys sorted, no spaces, nothing left at its default.

    A device without signal makes the same text from what it sent, and so the same hash; fields that a later release
    adds change no text made before.
    """
    hidden: Any = {"parts": {"__all__": SETTLED_BY_US}}
    told = report.model_dump(mode="json", exclude=hidden, exclude_defaults=True)
    whole = {**told, "call_id": str(call_id), "revision": report.revision}
    return json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def document_sha256(call_id: UUID, report: Report) -> str:
    """The SHA-256 of `document_to_sign` in UTF-8, hexadecimal."""
    return sha256(document_to_sign(call_id, report).encode()).hexdigest()


class Signer(Value):
    """Who signed for the customer; the name is personal data under its own key."""

    signer_id: UUID
    name: Annotated[str, Personal("signer_id", keep=Keep.FISCAL)]
    role: str | None = None


class Signature(Value):
    """A simple electronic signature: image and document by their hashes, device and moment; no biometrics (R10.3)."""

    signer: Signer
    image_sha256: str | None = Field(default=None, pattern=SHA256)
    """Of the drawing, where one was made: a signature by link may be a name alone."""
    document_sha256: str = Field(pattern=SHA256)
    device: str | None = None
    signed_at: Instant
    verified: bool = False
    """Whether the hash is that of the document as we make it; else it is the device's word."""
    channel: Literal["screen", "remote"] = "screen"
    link_id: UUID | None = None
    """The link that it was signed by, with its one-time code."""

    def says_the_same(self, other: Signature) -> bool:
        """Whether it is the same name under the same document, sent twice."""
        return (self.signer.name, self.image_sha256, self.document_sha256) == (
            other.signer.name,
            other.image_sha256,
            other.document_sha256,
        )
