"""FiledDocument (documento ricevuto): a paper of somebody else in our archive: a supplier's note, a signed contract.

Its bytes are a stored file; here stands what it is, whose, of when, and which records it is about. It is never deleted:
one filed by mistake is withdrawn with a reason, and stays provable.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates.attachment import SHA256, RecordPlace
from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.values import Personal, Value


class FiledKind(StrEnum):
    """What others send us."""

    SUPPLIER_DELIVERY_NOTE = "supplier_delivery_note"
    SUPPLIER_INVOICE = "supplier_invoice"
    SUPPLIER_QUOTE = "supplier_quote"
    SIGNED_CONTRACT = "signed_contract"
    CUSTOMER_ORDER = "customer_order"
    CERTIFICATE = "certificate"
    MANUAL = "manual"
    LETTER = "letter"
    EMAIL_ATTACHMENT = "email_attachment"
    OTHER = "other"


class FilingReasonMissing(Refusal):
    """Say why the document was filed by mistake."""

    status = 422


class FiledData(Value):
    """What is known of a filed document; one without a record or a party is found by its words alone."""

    kind: FiledKind
    title: str = Field(min_length=1, max_length=200, examples=["Bolla Ricambi Adriatica 77"])
    sha256: str = Field(pattern=SHA256, description="The SHA-256 that the upload answered.")
    name: str = Field(min_length=1, max_length=200, examples=["bolla-77.pdf"], description="Of the file.")
    dated_on: date = Field(description="The date on the paper.")
    number: str | None = Field(default=None, min_length=1, max_length=60, examples=["77/A"])
    party_id: UUID | None = Field(default=None, description="Who made it out.")
    records: tuple[RecordPlace, ...] = Field(default=(), max_length=50, description="What it is about.")
    note: str | None = Field(default=None, max_length=2000)


class FiledDocument(Aggregate):
    """One paper of somebody else."""

    TOPIC = "filed-document"

    class Filed(FirstEvent):
        """It stands in the archive."""

        TOPIC = "filed-document.filed.v1"
        kind: FiledKind
        title: Annotated[str, Personal("stream_id")]
        sha256: str
        bytes: int
        media_type: str
        name: Annotated[str, Personal("stream_id")]
        dated_on: date
        number: str | None
        party_id: UUID | None
        records: tuple[RecordPlace, ...]
        note: Annotated[str | None, Personal("stream_id")]

    class TextRead(Aggregate.Event):
        """What it says was read from the file; nothing where it has no text."""

        TOPIC = "filed-document.text-read.v1"
        words: Annotated[str | None, Personal("stream_id")]

    class Withdrawn(Aggregate.Event):
        """It was filed by mistake; the file stays, and so does what was known of it."""

        TOPIC = "filed-document.withdrawn.v1"
        reason: str

    # Decide

    @classmethod
    def file(cls, document_id: UUID, data: FiledData, size: int, media_type: str, act: Act) -> FiledDocument:
        """Put a stored file of so many bytes into the archive of documents."""
        fields = {**dict(data), "bytes": size, "media_type": media_type}
        return cls.begin(cls.Filed, id=document_id, act=act, **fields)

    def read(self, words: str | None, act: Act) -> None:
        """Note what the file says; it is read once."""
        if not self.is_read:
            self.trigger_event(self.TextRead, act=act, words=words)

    def withdraw(self, reason: str, act: Act) -> None:
        """Take it out of the searches; again changes nothing. Raises `FilingReasonMissing`."""
        if self.withdrawn_because is not None:
            return
        require(bool(reason.strip()), FilingReasonMissing)
        self.trigger_event(self.Withdrawn, act=act, reason=reason.strip())

    # Evolve

    @event(Filed)
    def __init__(self, title: str, sha256: str, media_type: str, name: str) -> None:
        self.title, self.sha256, self.media_type, self.name = title, sha256, media_type, name
        self.is_read = False
        self.withdrawn_because: str | None = None

    @event(TextRead)
    def _text_read(self) -> None:
        self.is_read = True

    @event(Withdrawn)
    def _withdrawn(self, reason: str) -> None:
        self.withdrawn_because = reason
