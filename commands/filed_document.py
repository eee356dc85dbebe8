"""What people may ask about papers of others (documenti ricevuti): file them in the archive, withdraw them.

What a file says is read by a duty beside the work: its command is not in the catalogue.
"""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.attachment import FileUnknown, StoredFile, stored_file_id
from aggregates.base import Act
from aggregates.filed_document import FiledData, FiledDocument
from aggregates.party import Party
from commands.base import Answer, Command, Entry, Service
from commands.records import require_record


class FileDocument(Command, FiledData):
    """File a paper of somebody else, uploaded before, in the archive: it is found like our own documents."""

    document_id: UUID | None = None


class WithdrawDocument(Command):
    """Withdraw a paper that was filed by mistake; file and history stay."""

    document_id: UUID
    reason: str = Field(min_length=1, max_length=1000, examples=["Bolla di un altro cliente"])


class NoteDocumentText(Command):
    """Record what a filed document says."""

    document_id: UUID
    words: str | None = None


def file_document(cmd: FileDocument, act: Act, service: Service) -> Answer:
    """Handles `FileDocument`. Raises `FileUnknown`, `NotFound`."""
    data = FiledData(**{name: getattr(cmd, name) for name in FiledData.model_fields})
    file = service.find(StoredFile, stored_file_id(data.sha256))
    if file is None:
        raise FileUnknown(sha256=data.sha256)
    if data.party_id is not None:
        service.load(Party, data.party_id)
    for record in data.records:
        require_record(service, record)
    document_id = cmd.document_id or service.new_id()
    service.save(FiledDocument.file(document_id, data, file.bytes, file.media_type, act))
    return {"document_id": document_id}


def withdraw_document(cmd: WithdrawDocument, act: Act, service: Service) -> None:
    """Handles `WithdrawDocument`. Raises `FilingReasonMissing`, `NotFound`."""
    document = service.load(FiledDocument, cmd.document_id)
    document.withdraw(cmd.reason, act)
    service.save(document)


def note_document_text(cmd: NoteDocumentText, act: Act, service: Service) -> None:
    """Handles `NoteDocumentText`; once read, nothing more."""
    document = service.load(FiledDocument, cmd.document_id)
    document.read(cmd.words, act)
    service.save(document)


NOBODY: frozenset[str] = frozenset()
READ = Entry("note-document-text", "/filed-documents/text", NoteDocumentText, note_document_text, NOBODY)
"""The duty's own command, with a role for nobody."""
