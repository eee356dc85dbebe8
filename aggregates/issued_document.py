"""IssuedDocument (documento emesso): a file that left the house, with all it was made from; never rendered again.

What it said is frozen by hashes: of the file, of the content, of the template. A later change of its source is shown
beside it, never inside it (house rule 8, R7.2).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.holding import Hold
from aggregates.values import Personal, Value

DOCUMENTS = UUID("2f0b8a5c-94a1-5d0e-9b77-51d6a3c04e11")
SHA256 = r"^[0-9a-f]{64}$"


class IssuedKind(StrEnum):
    """The kinds of document that are printed."""

    QUOTE = "quote"
    DELIVERY_NOTE = "delivery_note"
    WORK_REPORT = "work_report"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    ADJUSTMENT_LETTER = "adjustment_letter"
    CONTRACT = "contract"
    CONTRACT_PROPOSAL = "contract_proposal"
    PRE_INVOICE = "pre_invoice"
    METER_STATEMENT = "meter_statement"
    CONSUMER_REMINDER = "consumer_reminder"
    PAYMENT_REMINDER = "payment_reminder"
    SERIAL_HISTORY = "serial_history"
    WORKSHOP_RECEIPT = "workshop_receipt"
    PICK_LIST = "pick_list"
    PURCHASE_ORDER = "purchase_order"
    RMA_LABEL = "rma_label"
    PICKUP_RECEIPT = "pickup_receipt"
    ERASURE_CERTIFICATE = "erasure_certificate"
    ACCOUNT_STATEMENT = "account_statement"
    DAILY_REPORT = "daily_report"


def document_id(kind: IssuedKind, record_id: UUID, version: int) -> UUID:
    """The id of the document of a record as its stream told it at a version: there is only one."""
    return uuid5(DOCUMENTS, f"{kind}/{record_id}/{version}")


class SourceStream(Value):
    """A stream that the document was made from, and its version then."""

    stream_id: UUID
    version: int = Field(ge=1)
    topic: str | None = None


class KeptFile(Value):
    """A file in the archive, and the place where it lies."""

    name: str = Field(min_length=1, max_length=120, examples=["Offerta-OFF-2026-0031-rev-1.pdf"])
    media_type: str = Field(examples=["application/pdf"])
    sha256: str = Field(pattern=SHA256)
    archive_kind: str = Field(description="Its kind in the archive, which with record and version is its place.")


class DocumentProblem(Value):
    """What the receiving system would object to: code, sentence with places for values, values."""

    code: str
    message: str
    values: dict[str, str] = Field(default_factory=dict)


class Origin(Value):
    """What a document is of: kind, record, and the version of the record's stream that made it due."""

    kind: IssuedKind
    record_id: UUID
    version: int = Field(ge=1)
    part: str | None = Field(default=None, description="Which of several side by side: a quote's alternative.")

    @property
    def document_id(self) -> UUID:
        """The id that follows from it."""
        return document_id(self.kind, self.record_id, self.version)


class DocumentData(Origin):
    """All that is recorded of an issued document."""

    number: str = Field(examples=["OFF-2026-0031"])
    title: str = Field(examples=["Offerta OFF-2026-0031 rev. 1"])
    language: str = Field(default="it", pattern=r"^[a-z]{2}$")
    dated_on: date
    party_id: UUID | None = None
    customer_kind: str | None = Field(default=None, description="Business, consumer or public body.")
    sources: tuple[SourceStream, ...] = Field(min_length=1, description="First the stream that it was issued from.")
    template_version: str
    renderer: str
    content_sha256: str = Field(pattern=SHA256)
    file: KeptFile
    attachments: tuple[KeptFile, ...] = ()
    problems: tuple[DocumentProblem, ...] = ()


class Findable(Value):
    """By what a document is found again, beside what it is: its words, whom it was asked by, what it is about."""

    words: str | None = Field(default=None, description="Every word that it says, once.")
    asked_by: str | None = Field(default=None, description="Who did what made it due.")
    records: tuple[UUID, ...] = Field(default=(), description="Every record that it is about, its own first.")


class DocumentReplaced(Refusal):
    """{title} was already issued with other content; an issued document is never replaced. Issue a new revision."""


class DocumentNotHeld(Refusal):
    """This document is not waiting for anything to be put right."""


class IssuedDocument(Aggregate):
    """One issued document; nothing about it ever changes."""

    TOPIC = "issued-document"

    class Issued(FirstEvent):
        """The file is in the archive and may be sent."""

        TOPIC = "issued-document.issued.v1"
        document: DocumentData
        subject_id: UUID | None = None
        words: Annotated[str | None, Personal("subject_id")] = None
        asked_by: str | None = None
        records: tuple[UUID, ...] = ()

    @classmethod
    def issue(cls, document: DocumentData, act: Act, found_by: Findable | None = None) -> IssuedDocument:
        """Record a document that lies in the archive, and by what it is found again."""
        fields = dict(found_by or Findable())
        subject_id = document.party_id or document.document_id
        return cls.begin(
            cls.Issued, id=document.document_id, act=act, document=document, subject_id=subject_id, **fields
        )

    def confirm_same(self, document: DocumentData) -> None:
        """The same document again is nothing new. Raises `DocumentReplaced`."""
        require(self.document == document, DocumentReplaced, title=self.document.title)

    @event(Issued)
    def __init__(self, document: DocumentData) -> None:
        self.document = document


class DocumentHold(Hold, Aggregate):
    """A document that could not be made, and why; its stream is beside the document's own."""

    TOPIC = "document-hold"
    NOT_HELD = DocumentNotHeld

    class Held(FirstEvent):
        """The document cannot be made until something is put right."""

        TOPIC = "document-hold.held.v1"
        document_id: UUID
        origin: Origin
        reason: str

    class HeldAgain(Aggregate.Event):
        """It was tried again, and there is still something to put right."""

        TOPIC = "document-hold.held-again.v1"
        document_id: UUID
        reason: str

    class Released(Aggregate.Event):
        """Somebody put it right: the document is to be tried again."""

        TOPIC = "document-hold.released.v1"
        document_id: UUID

    @staticmethod
    def stream_of(document_id: UUID) -> UUID:
        """The id of the hold of a document."""
        return uuid5(document_id, "hold")

    @classmethod
    def begin_with(cls, origin: Origin, reason: str, act: Act) -> DocumentHold:
        """Hold a document for the first time."""
        known = origin.document_id
        fields = {"document_id": known, "origin": origin, "reason": reason}
        return cls.begin(cls.Held, id=cls.stream_of(known), act=act, **fields)

    @event(Held)
    def __init__(self, document_id: UUID, reason: str) -> None:
        self.document_id, self.reason, self.is_held = document_id, reason, True

    @event(HeldAgain)
    def _held_again(self, reason: str) -> None:
        self.reason, self.is_held = reason, True

    @event(Released)
    def _released(self) -> None:
        self.is_held = False
