"""Attachment (allegato): a file that belongs to a record. The bytes lie in the archive under their SHA-256, once.

Two streams: a `StoredFile` says that these bytes lie in the archive, whoever they belong to; an `Attachment` joins them
to one record. Neither is ever deleted: an attachment can be taken off its record, with a reason.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID, uuid5

from pydantic import Field, model_validator

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.values import Instant, Personal, Value

FILES = UUID("0c5a5f0e-7c1e-5c43-9d3b-2f9a51c7e801")
ATTACHMENTS = UUID("7f4b1c52-95a3-5a0d-8a54-1de0c9b67402")
SHA256 = r"^[0-9a-f]{64}$"


def stored_file_id(sha256: str) -> UUID:
    """The stream of a file: it follows from the file's hash."""
    return uuid5(FILES, sha256)


class AttachmentReasonMissing(Refusal):
    """Say why the file no longer belongs to this record."""

    status = 422


class FileUnknown(Refusal):
    """No file with the hash {sha256} was ever uploaded; upload it first, then attach it."""

    status = 422


class RecordKind(StrEnum):
    """What a file, an information sheet or a checklist can belong to."""

    CALL = "call"
    ACTIVITY = "activity"
    WORK_REPORT = "work_report"
    CONTRACT = "contract"
    SERIAL_ITEM = "serial_item"
    PARTY = "party"
    QUOTE = "quote"
    RMA = "rma"
    INFO_SHEET = "info_sheet"


OF_A_CALL = (RecordKind.ACTIVITY, RecordKind.WORK_REPORT)


class RecordPlace(Value):
    """Which record something belongs to; activities and work reports name their call too."""

    kind: RecordKind
    id: UUID
    call_id: UUID | None = Field(default=None, description="Only for an activity and a work report.")

    @model_validator(mode="after")
    def _call_named(self) -> Self:
        if (self.kind in OF_A_CALL) != (self.call_id is not None):
            raise ValueError("an activity and a work report need their call_id, other records have none")
        return self

    @property
    def stream(self) -> UUID:
        """The stream that knows the record."""
        return self.call_id or self.id


class StoredFile(Aggregate):
    """Bytes in the archive."""

    TOPIC = "stored-file"

    class Stored(FirstEvent):
        """These bytes lie in the archive; they are never changed and never deleted."""

        TOPIC = "stored-file.stored.v1"
        sha256: str
        bytes: int
        media_type: str

    # Decide

    @classmethod
    def store(cls, sha256: str, size: int, media_type: str, act: Act) -> StoredFile:
        """Note that a file was kept; `size` in bytes."""
        fields = {"sha256": sha256, "bytes": size, "media_type": media_type}
        return cls.begin(cls.Stored, id=stored_file_id(sha256), act=act, **fields)

    # Evolve

    @event(Stored)
    def __init__(self, sha256: str, bytes: int, media_type: str) -> None:  # noqa: A002 - the fact's word
        self.sha256, self.bytes, self.media_type = sha256, bytes, media_type


class Attachment(Aggregate):
    """A file on a record."""

    TOPIC = "attachment"

    class Attached(FirstEvent):
        """The file belongs to the record."""

        TOPIC = "attachment.attached.v1"
        record: RecordPlace
        sha256: str
        bytes: int
        media_type: str
        name: Annotated[str, Personal("stream_id")]
        note: Annotated[str | None, Personal("stream_id")]
        activity_id: UUID | None
        taken_at: Instant | None

    class Detached(Aggregate.Event):
        """The file no longer belongs to the record; the bytes stay."""

        TOPIC = "attachment.detached.v1"
        reason: str

    class AttachedAgain(Aggregate.Event):
        """The file belongs to the record again."""

        TOPIC = "attachment.attached-again.v1"
        name: Annotated[str, Personal("stream_id")]
        note: Annotated[str | None, Personal("stream_id")]

    # Decide

    @staticmethod
    def stream_of(record: RecordPlace, sha256: str) -> UUID:
        """The same content on the same record is the same attachment."""
        return uuid5(ATTACHMENTS, f"{record.kind}/{record.id}/{sha256}")

    @classmethod
    def attach(
        cls,
        record: RecordPlace,
        file: StoredFile,
        name: str,
        act: Act,
        *,
        note: str | None = None,
        activity_id: UUID | None = None,
        taken_at: Instant | None = None,
    ) -> Attachment:
        """Join a stored file to a record."""
        return cls.begin(
            cls.Attached,
            id=cls.stream_of(record, file.sha256),
            act=act,
            record=record,
            sha256=file.sha256,
            bytes=file.bytes,
            media_type=file.media_type,
            name=name,
            note=note,
            activity_id=activity_id,
            taken_at=taken_at,
        )

    def attach_again(self, name: str, note: str | None, act: Act) -> None:
        """Join it once more after it was taken off; nothing when it is there."""
        if not self.attached:
            self.trigger_event(self.AttachedAgain, act=act, name=name, note=note)

    def detach(self, reason: str, act: Act) -> None:
        """Take the file off its record. Raises `AttachmentReasonMissing`."""
        if not self.attached:
            return
        require(bool(reason.strip()), AttachmentReasonMissing)
        self.trigger_event(self.Detached, act=act, reason=reason.strip())

    # Evolve

    @event(Attached)
    def __init__(
        self,
        record: RecordPlace,
        sha256: str,
        bytes: int,  # noqa: A002 - the fact's word
        media_type: str,
        name: str,
        note: str | None,
        activity_id: UUID | None,
        taken_at: Instant | None,
    ) -> None:
        self.record, self.sha256, self.bytes, self.media_type = record, sha256, bytes, media_type
        self.name, self.note, self.activity_id, self.taken_at = name, note, activity_id, taken_at
        self.attached = True

    @event(Detached)
    def _detached(self) -> None:
        self.attached = False

    @event(AttachedAgain)
    def _attached_again(self, name: str, note: str | None) -> None:
        self.name, self.note, self.attached = name, note, True
