"""What people may ask about Word templates (modelli di documento), and how the texts of documents are written.

A version is recorded by the upload alone, which checks the file: its command is not in the catalogue, so that nobody
can say of a file that it was checked. The worker's own commands are not there either.
"""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.document_template import DocumentTemplate, TemplateUpload, TemplateUse
from aggregates.document_texts import (
    LANGUAGE,
    DocumentTexts,
    TextsOfDocument,
    document_texts_id,
    require_known,
)
from aggregates.issued_document import IssuedDocument, IssuedKind
from aggregates.word_copy import WordCopy, WordFile, WordHold
from commands.base import Answer, Command, Entry, NotFound, Service


class NoTemplatesForKind(Refusal):
    """Documents of the kind {kind} have neither Word templates nor texts."""

    status = 422


class RecordTemplateVersion(Command):
    """Record a Word file that was checked and lies in the archive."""

    use: TemplateUse
    upload: TemplateUpload


class PublishTemplateVersion(Command):
    """Write documents with this version from now on, beside the printed ones; an older version takes it back."""

    template_id: UUID
    version: int = Field(ge=1)


class WithdrawTemplate(Command):
    """Use the template no more; its versions stay, and so do the files made with it."""

    template_id: UUID
    reason: str = Field(min_length=1, max_length=500, examples=["Nuova carta intestata in arrivo"])


class SetDocumentTexts(Command):
    """Set what is added to every document of a kind in a language, such as conditions and how to pay.

    A text may name single fields of the document: `{{ customer.name }}`, `{{ total | euro }}`.
    """

    kind: IssuedKind
    language: str = Field(default="it", pattern=LANGUAGE)
    texts: TextsOfDocument = Field(
        examples=[{"conditions": ["L'offerta {{ number }} vale fino al {{ valid_until }}."], "payment": []}]
    )


class RecordWordCopy(Command):
    """Record that the Word file of a document lies in the archive."""

    word: WordFile


class HoldWordCopy(Command):
    """Record that the Word file of a document cannot be made, and why."""

    document_id: UUID
    reason: str = Field(min_length=1, max_length=2000)


class RetryWordCopy(Command):
    """Have a document's Word file that could not be made tried again, with the template in use now."""

    document_id: UUID


def record_template_version(cmd: RecordTemplateVersion, act: Act, service: Service) -> Answer:
    """Handles `RecordTemplateVersion`; the newest version's file again records nothing."""
    template = service.find(DocumentTemplate, cmd.use.template_id)
    if template is None:
        first = cmd.upload.model_copy(update={"version": 1})
        template = DocumentTemplate.begin_with(cmd.use, first, act)
    else:
        template.add(cmd.upload, act)
    service.save(template)
    return {"template_id": template.id, "version": template.newest}


def publish_template_version(cmd: PublishTemplateVersion, act: Act, service: Service) -> None:
    """Handles `PublishTemplateVersion`. Raises `TemplateVersionUnknown`, `TemplateHasErrors`."""
    template = service.load(DocumentTemplate, cmd.template_id)
    template.publish(cmd.version, act)
    service.save(template)


def withdraw_template(cmd: WithdrawTemplate, act: Act, service: Service) -> None:
    """Handles `WithdrawTemplate`."""
    template = service.load(DocumentTemplate, cmd.template_id)
    template.withdraw(cmd.reason, act)
    service.save(template)


def set_document_texts(cmd: SetDocumentTexts, act: Act, service: Service) -> None:
    """Handles `SetDocumentTexts`; the same again records nothing. Raises `NoTemplatesForKind`, `TextFieldsWrong`."""
    found = service.lookups.text_problems(cmd.kind, cmd.texts.paragraphs)
    if found is None:
        raise NoTemplatesForKind(kind=cmd.kind)
    require_known(tuple(found))
    known = service.find(DocumentTexts, document_texts_id(cmd.kind, cmd.language))
    if known is None:
        known = DocumentTexts.write(cmd.kind, cmd.language, cmd.texts, act)
    else:
        known.rewrite(cmd.texts, act)
    service.save(known)


def record_word_copy(cmd: RecordWordCopy, act: Act, service: Service) -> None:
    """Handles `RecordWordCopy`; the same file again records nothing. Raises `WordCopyReplaced`."""
    require(service.find(IssuedDocument, cmd.word.document_id) is not None, NotFound, kind="IssuedDocument", id="")
    known = service.find(WordCopy, WordCopy.stream_of(cmd.word.document_id))
    if known is not None:
        known.confirm_same(cmd.word)
    else:
        service.save(WordCopy.make(cmd.word, act))


def hold_word_copy(cmd: HoldWordCopy, act: Act, service: Service) -> None:
    """Handles `HoldWordCopy`; a file that was made meanwhile is not held."""
    if service.find(WordCopy, WordCopy.stream_of(cmd.document_id)) is not None:
        return
    hold = service.find(WordHold, WordHold.stream_of(cmd.document_id))
    if hold is None:
        hold = WordHold.begin_with(cmd.document_id, cmd.reason, act)
    else:
        hold.hold(cmd.reason, act)
    service.save(hold)


def retry_word_copy(cmd: RetryWordCopy, act: Act, service: Service) -> None:
    """Handles `RetryWordCopy`. Raises `NotFound`, `WordCopyNotHeld`."""
    hold = service.load(WordHold, WordHold.stream_of(cmd.document_id))
    hold.release(act)
    service.save(hold)


NOBODY: frozenset[str] = frozenset()
RECORD_VERSION = Entry(
    "record-template-version", "/document-templates", RecordTemplateVersion, record_template_version, NOBODY
)
RECORD_WORD = Entry("record-word-copy", "/documents/word", RecordWordCopy, record_word_copy, NOBODY)
HOLD_WORD = Entry("hold-word-copy", "/documents/hold-word", HoldWordCopy, hold_word_copy, NOBODY)
"""The upload's and the worker's own commands, with a role for nobody."""
