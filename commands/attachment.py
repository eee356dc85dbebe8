"""What people may ask about files of records (allegati).

That bytes were stored is recorded by the upload alone: its command is not in the catalogue, so that nobody can attach
what was never uploaded.
"""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.attachment import SHA256, Attachment, FileUnknown, RecordKind, RecordPlace, StoredFile, stored_file_id
from aggregates.base import Act, require
from aggregates.values import Instant
from commands.base import Answer, Command, Entry, Service
from commands.records import require_record
from commands.words import Words

NAME = "As people know it; the ending tells the type."
HASH = Field(pattern=SHA256, description="The SHA-256 that the upload answered.")


class StoreFile(Command):
    """Record that a file lies in the archive."""

    sha256: str = Field(pattern=SHA256)
    bytes: int = Field(ge=1)
    media_type: str


class AttachFile(Command):
    """Attach an uploaded file to a record; the same content on the same record again changes nothing."""

    record: RecordPlace
    sha256: str = HASH
    name: Words = Field(min_length=1, max_length=200, examples=["targhetta.jpg"], description=NAME)
    note: str | None = Field(default=None, max_length=2000)
    activity_id: UUID | None = Field(default=None, description="The activity of the call that it was made at.")
    taken_at: Instant | None = Field(default=None, description="When the photo was taken, by the device's clock.")


class AttachFileToCall(Command):
    """Attach an uploaded file to a call, as technicians and contractors do from their phone."""

    call_id: UUID
    sha256: str = HASH
    name: Words = Field(min_length=1, max_length=200, examples=["targhetta.jpg"], description=NAME)
    note: str | None = Field(default=None, max_length=2000)
    activity_id: UUID | None = Field(default=None, description="The activity of the call that it was made at.")
    taken_at: Instant | None = Field(default=None, description="When the photo was taken, by the device's clock.")


class DetachFile(Command):
    """Take a file off its record; the file stays in the archive, and the history shows that it was there."""

    attachment_id: UUID
    reason: Words = Field(min_length=1, max_length=1000, examples=["Foto di un'altra macchina"])


def store_file(cmd: StoreFile, act: Act, service: Service) -> Answer:
    """Handles `StoreFile`; the same content again records nothing."""
    if service.find(StoredFile, stored_file_id(cmd.sha256)) is None:
        service.save(StoredFile.store(cmd.sha256, cmd.bytes, cmd.media_type, act))
    return {"sha256": cmd.sha256, "bytes": cmd.bytes, "type": cmd.media_type}


def attach_file(cmd: AttachFile, act: Act, service: Service) -> Answer:
    """Handles `AttachFile`. Raises `FileUnknown`, `NotFound`."""
    attachment_id = Attachment.stream_of(cmd.record, cmd.sha256)
    service.preload(cmd.record.stream, stored_file_id(cmd.sha256), attachment_id)
    require_record(service, cmd.record)
    if cmd.activity_id is not None and cmd.record.kind is RecordKind.CALL:
        of_call = RecordPlace(kind=RecordKind.ACTIVITY, id=cmd.activity_id, call_id=cmd.record.id)
        require_record(service, of_call)
    file = service.find(StoredFile, stored_file_id(cmd.sha256))
    if file is None:
        raise FileUnknown(sha256=cmd.sha256)
    attachment = service.find(Attachment, attachment_id)
    if attachment is None:
        attachment = Attachment.attach(
            cmd.record,
            file,
            cmd.name,
            act,
            note=cmd.note,
            activity_id=cmd.activity_id,
            taken_at=cmd.taken_at,
        )
    attachment.attach_again(cmd.name, cmd.note, act)
    service.save(attachment)
    return {"attachment_id": attachment_id}


def attach_file_to_call(cmd: AttachFileToCall, act: Act, service: Service) -> Answer:
    """Handles `AttachFileToCall`. Raises as `attach_file`."""
    fields = dict(cmd)
    record = RecordPlace(kind=RecordKind.CALL, id=fields.pop("call_id"))
    return attach_file(AttachFile(record=record, **fields), act, service)


def detach_file(cmd: DetachFile, act: Act, service: Service) -> None:
    """Handles `DetachFile`. Raises `AttachmentReasonMissing`."""
    attachment = service.load(Attachment, cmd.attachment_id)
    attachment.detach(cmd.reason, act)
    service.save(attachment)


def require_stored(service: Service, sha256: str) -> None:
    """Raises `FileUnknown` when no such file was uploaded."""
    require(service.find(StoredFile, stored_file_id(sha256)) is not None, FileUnknown, sha256=sha256)


NOBODY: frozenset[str] = frozenset()
STORE = Entry("store-file", "/files", StoreFile, store_file, NOBODY)
"""The upload's own command, with a role for nobody."""
