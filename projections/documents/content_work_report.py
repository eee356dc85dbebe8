"""Content of a work report (rapportino di intervento): R10.1 to R10.3."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from aggregates.values import Instant, Value
from projections.documents.content import Amount, Content, Picture, Site, Text


class Reading(Value):
    """A meter read on site (lettura contatore)."""

    meter: Text
    value: Annotated[int, Field(ge=0)]
    read_on: date
    note: Text | None = None


class ReportItem(Value):
    """One machine of the report: what was wrong, what was done, and who pays (R10.1)."""

    product: Text
    serial: Text | None = None
    location: Text | None = None
    coverage: Text | None = None
    fault: Text | None = None
    cause: Text | None = None
    work_done: Text | None = None
    tests: Text | None = None
    readings: tuple[Reading, ...] = ()


class Stretch(Value):
    """A stretch of a technician's time: travel, work or pause."""

    technician: Text
    kind: Literal["travel", "work", "pause"]
    starts_at: Instant
    ends_at: Instant
    chargeable: bool | None = None
    pause_minutes: Annotated[int, Field(ge=0)] = 0
    """Pauses inside it, whenever they were: they do not count."""
    timed: bool = True
    """Whether start and end are known; else only the day and the length are."""
    set_out_at: Instant | None = None
    """Of a journey: when the technician set out, where that is known."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("a stretch of time must end after it starts")
        return self

    @property
    def minutes(self) -> int:
        """Its length in whole minutes, pauses taken out."""
        return max(0, int((self.ends_at - self.starts_at).total_seconds() // 60) - self.pause_minutes)


class PartUsed(Value):
    """A part fitted, consumed or taken away (ricambio)."""

    description: Text
    code: Text | None = None
    quantity: Annotated[Amount, Field(gt=0)]
    unit: Text = "pz"
    serials: tuple[Text, ...] = ()
    lots: tuple[Text, ...] = ()
    coverage: Text | None = None
    removed: bool = False


class ExpenseNoted(Value):
    """An expense of the visit (spesa), without what it cost us."""

    description: Text
    quantity: Annotated[Amount, Field(gt=0)]
    unit: Text = "pz"


class Signature(Value):
    """The customer's signature, a simple electronic one (R10.3): image, name, role, moment and device."""

    name: Text
    role: Text | None = None
    signed_at: Instant | None = None
    device: Text | None = None
    image: Picture | None = None
    image_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    """Of the drawing that was signed; it is printed where the file was sent to us."""


class Photo(Value):
    """A photo kept with the report, named and hashed; the original lies in the archive, a small picture is printed."""

    name: Text
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    caption: Text | None = None
    taken_at: Instant | None = None
    """When it was taken, by the device's clock."""
    is_declared: bool = True
    """Whether the report names it, so that it is signed with it; else it was attached to the visit or the report."""
    image: Picture | None = None
    not_printed: Text | None = None
    """Why there is no picture of it, in words."""


class ChecklistLine(Value):
    """An operation of a protocol with its result, as people read it."""

    text: Text
    result: Text
    note: Text | None = None
    is_out_of_limits: bool = False


class ChecklistShown(Value):
    """A protocol's checklist as it stood when the report was made."""

    name: Text
    machine: Text | None = None
    is_complete: bool
    lines: tuple[ChecklistLine, ...]


class WorkReportContent(Content):
    """One revision of a report; after signing it is immutable, a correction is a new revision (R10.2)."""

    KIND: ClassVar[str] = "work_report"

    issued_on: date
    revision: Annotated[int, Field(ge=0)] = 0
    call_number: Text | None = None
    reported_fault: Text | None = None
    found_fault: Text | None = None
    contract_number: Text | None = None
    site: Site | None = None
    items: tuple[ReportItem, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    kilometres: Annotated[Amount, Field(ge=0)] | None = None
    parts: tuple[PartUsed, ...] = ()
    expenses: tuple[ExpenseNoted, ...] = ()
    outcome: Literal["closed", "to_continue", "quote"]
    outcome_note: Text | None = None
    tests: Text | None = None
    customer_remarks: Text | None = None
    signature: Signature | None = None
    absence_reason: Text | None = None
    """Why nobody signed (R10.1)."""
    technician_signature: Picture | None = None
    photos: tuple[Photo, ...] = ()
    checklists: tuple[ChecklistShown, ...] = ()

    @model_validator(mode="after")
    def _signed_or_explained(self) -> Self:
        if self.signature is not None and self.absence_reason is not None:
            raise ValueError("a report is either signed or says why it is not")
        return self
