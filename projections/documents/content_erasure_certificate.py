"""Content of the certificate of an erasure (certificato di cancellazione): what is gone, what stays (R10.4)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from aggregates.values import Value
from projections.documents.content import Content, Text


class ErasedPart(Value):
    """What is kept for one reason: gone on a day, or kept until one."""

    what: Text
    why: Text
    keys: int
    documents: int = 0
    files: int = 0
    gone_on: date | None = None
    erase_on: date


class MendedView(Value):
    """A table of which rows no longer tell anything."""

    table: Text
    rows: int


class ErasureCertificateContent(Content):
    """One request to be forgotten as it stands; of the person it repeats nothing but an id."""

    KIND: ClassVar[str] = "erasure_certificate"

    issued_on: date
    subject: Text
    subject_id: Text
    asked_on: date
    identity: Text
    decided_on: date
    parts: Annotated[tuple[ErasedPart, ...], Field(min_length=1)]
    views: tuple[MendedView, ...] = ()
