"""What may be asked about issued documents (documenti emessi).

Documents are made by the issuing duty alone: its two commands are not in the catalogue, so that nobody can claim by
hand that a file was issued. People may only have a held document tried again.
"""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.issued_document import DocumentData, DocumentHold, Findable, IssuedDocument, Origin
from commands.base import Answer, Command, Entry, NotFound, Service
from commands.words import Words


class RecordIssuedDocument(Command, DocumentData):
    """Record that a document lies in the archive."""

    found_by: Findable = Findable()


class HoldDocument(Command, Origin):
    """Record that a document cannot be made, and why."""

    reason: Words = Field(min_length=1, max_length=2000)


class RetryDocument(Command):
    """Have a document that could not be made tried again, once what was missing is there."""

    document_id: UUID


def record_issued_document(cmd: RecordIssuedDocument, act: Act, service: Service) -> Answer:
    """Handles `RecordIssuedDocument`; the same document again records nothing. Raises `DocumentReplaced`."""
    document = DocumentData(**{name: getattr(cmd, name) for name in DocumentData.model_fields})
    known = service.find(IssuedDocument, document.document_id)
    if known is not None:
        known.confirm_same(document)
    else:
        service.save(IssuedDocument.issue(document, act, cmd.found_by))
    return {"document_id": document.document_id}


def hold_document(cmd: HoldDocument, act: Act, service: Service) -> None:
    """Handles `HoldDocument`; a document that was issued meanwhile is not held."""
    origin = Origin(kind=cmd.kind, record_id=cmd.record_id, version=cmd.version, part=cmd.part)
    if service.find(IssuedDocument, origin.document_id) is not None:
        return
    hold = service.find(DocumentHold, DocumentHold.stream_of(origin.document_id))
    if hold is None:
        hold = DocumentHold.begin_with(origin, cmd.reason, act)
    else:
        hold.hold(cmd.reason, act)
    service.save(hold)


def retry_document(cmd: RetryDocument, act: Act, service: Service) -> None:
    """Handles `RetryDocument`. Raises `NotFound`, `DocumentNotHeld`."""
    hold = service.find(DocumentHold, DocumentHold.stream_of(cmd.document_id))
    if hold is None:
        raise NotFound(kind="DocumentHold", id=str(cmd.document_id))
    hold.release(act)
    service.save(hold)


NOBODY: frozenset[str] = frozenset()
RECORD = Entry("record-issued-document", "/documents", RecordIssuedDocument, record_issued_document, NOBODY)
HOLD = Entry("hold-document", "/documents/hold", HoldDocument, hold_document, NOBODY)
"""The duty's own commands, with a role for nobody."""
