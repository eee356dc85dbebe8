"""Files of records (allegati): what was uploaded, what belongs where."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.attachment import Attachment, StoredFile
from projections.base import Page, Reader, ReadModel, Rows, Table, on, page

FILE = Table(
    "stored_file",
    {
        "sha256": "text", "bytes": "bigint", "media_type": "text", "stored_at": "timestamptz", "stored_by": "text",
        "attached": "integer",
    },
    ("sha256",),
    ("stored_at where attached = 0",),
)  # fmt: skip
ATTACHMENT = Table(
    "attachment",
    {
        "attachment_id": "uuid", "kind": "text", "record_id": "uuid", "call_id": "uuid", "activity_id": "uuid",
        "sha256": "text", "bytes": "bigint", "media_type": "text", "name": "text", "note": "text",
        "taken_at": "timestamptz", "attached_at": "timestamptz", "attached_by": "text", "attached": "boolean",
        "detached_because": "text",
    },
    ("attachment_id",),
    ("record_id, attached_at", "call_id, attached_at where call_id is not null", "sha256"),
)  # fmt: skip
COLUMNS = ", ".join(f"a.{column}" for column in ATTACHMENT.columns)


class Attachments(ReadModel):
    """Which files were uploaded, and which records they are attached to."""

    NAME = "attachments"
    TABLES = (FILE, ATTACHMENT)

    @on(StoredFile.Stored)
    def stored(self, fact: StoredFile.Stored, rows: Rows) -> None:
        """A file lies in the archive; nothing has it yet."""
        row = {"sha256": fact.sha256, "bytes": fact.bytes, "media_type": fact.media_type, "attached": 0}
        rows.put(FILE, {**row, "stored_at": fact.act.at, "stored_by": fact.act.by})

    @on(Attachment.Attached)
    def made(self, fact: Attachment.Attached, rows: Rows) -> None:
        """A record has the file."""
        record = fact.record
        call_id = record.id if record.kind == "call" else record.call_id
        row = {"attachment_id": fact.stream_id, "kind": record.kind.value, "record_id": record.id, "call_id": call_id}
        kept = fact.model_dump(include={"sha256", "bytes", "media_type", "name", "note", "activity_id", "taken_at"})
        when = {"attached_at": fact.act.at, "attached_by": fact.act.by, "attached": True}
        rows.put(ATTACHMENT, {**row, **kept, **when})
        _count(rows, fact.stream_id, 1)

    @on(Attachment.Detached)
    def detached(self, fact: Attachment.Detached, rows: Rows) -> None:
        """The record no longer has it."""
        rows.patch(ATTACHMENT, fact.stream_id, attached=False, detached_because=fact.reason)
        _count(rows, fact.stream_id, -1)

    @on(Attachment.AttachedAgain)
    def attached_again(self, fact: Attachment.AttachedAgain, rows: Rows) -> None:
        """The record has it again."""
        again = {"attached": True, "detached_because": None, "name": fact.name, "note": fact.note}
        rows.patch(ATTACHMENT, fact.stream_id, **again)
        _count(rows, fact.stream_id, 1)


def _count(rows: Rows, attachment_id: UUID, by: int) -> None:
    attachment = rows.get(ATTACHMENT, attachment_id)
    file = rows.get(FILE, attachment["sha256"]) if attachment else None
    if file is not None:
        rows.patch(FILE, file["sha256"], attached=file["attached"] + by)


class FindAttachments(Page):
    """The files of a record, or of a call with all that belongs to it."""

    record_id: UUID | None = None
    call_id: UUID | None = None
    activity_id: UUID | None = None
    attached: bool | None = True


class CallAttachments(Page):
    """The files of a call, its activities and work reports."""

    call_id: UUID


class FindLooseFiles(Page):
    """Uploaded files that no record has: nothing needs them, and nothing deletes them."""


def find_attachments(reader: Reader, ask: FindAttachments) -> dict[str, Any]:
    """Attachments in the order in which they were made."""
    return page(
        reader,
        ask,
        f"""select {COLUMNS} from {{attachment}} a
             where (%(record_id)s::uuid is null or record_id = %(record_id)s)
               and (%(call_id)s::uuid is null or call_id = %(call_id)s)
               and (%(activity_id)s::uuid is null or activity_id = %(activity_id)s
                    or (kind = 'activity' and record_id = %(activity_id)s))
               and (%(attached)s::boolean is null or attached = %(attached)s)""",  # noqa: S608 - our own columns
        order=("attached_at", "attachment_id"),
    )


def call_attachments(reader: Reader, ask: CallAttachments) -> dict[str, Any]:
    """What hangs on a call, in the order in which it was attached."""
    found = FindAttachments(call_id=ask.call_id, limit=ask.limit, after=ask.after, sort=ask.sort)
    return find_attachments(reader, found)


def find_loose_files(reader: Reader, ask: FindLooseFiles) -> dict[str, Any]:
    """Files without a record, the oldest first."""
    sql = "select sha256, bytes, media_type, stored_at, stored_by from {stored_file} where attached = 0"
    return page(reader, ask, sql, order=("stored_at", "sha256"))


def file_uses(reader: Reader, sha256: str) -> list[dict[str, Any]]:
    """Where a file is attached now: kinds of record, names, type; the oldest first."""
    sql = f"""select {COLUMNS} from {{attachment}} a where sha256 = %(sha256)s and attached
               order by attached_at, attachment_id"""  # noqa: S608 - our own columns
    return reader.rows(sql, {"sha256": sha256})
