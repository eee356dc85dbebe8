"""A company's Word template on its way in (caricamento) and looked at before it is used (anteprima, BOZZA)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.document_template import DocumentTemplate, TemplatePlace, TemplateProblem, TemplateUpload, TemplateUse
from aggregates.issued_document import IssuedDocument
from aggregates.values import Value
from commands.attachment import STORE, StoreFile
from commands.base import NotFound
from commands.document_template import RECORD_VERSION, NoTemplatesForKind, RecordTemplateVersion
from gateways.documents.archive import Archive
from gateways.documents.illustrated import illustrated
from gateways.documents.issuer import archive_key
from gateways.documents.template_check import check_template
from gateways.documents.word_package import WordFileUnusable, check_package
from gateways.documents.word_process import WordNotMade, filled
from gateways.files import CheckedFile, check_file, keep_file, read_file
from projections.documents.template_fields import CONTENT_OF, data_of, sample_of

if TYPE_CHECKING:
    from gateways.wiring import House

DRAFT = "BOZZA – anteprima, senza valore"
TRIAL_S = 15.0


class TemplatePreviewAsked(Value):
    """Which version to look at, and with what."""

    version: int | None = Field(default=None, ge=1, description="The newest if left out.")
    document_id: UUID | None = Field(default=None, description="An issued document; made-up data if left out.")


class TemplateUnfilled(Refusal):
    """The template cannot be filled: {reason}. Upload it again to see where."""

    status = 422


class DocumentOfOtherKind(Refusal):
    """This document is not of the kind that the template is for; choose another one."""

    status = 422


def checked(name: str, data: bytes, use: TemplateUse) -> tuple[CheckedFile, tuple[TemplateProblem, ...]]:
    """What was uploaded and what is wrong in it. Raises `WordFileUnusable`, `WordFileTooLarge`, `WordFileActs`."""
    require(use.kind in CONTENT_OF, NoTemplatesForKind, kind=use.kind.value)
    require(name.lower().endswith(".docx"), WordFileUnusable)
    check_package(data)
    file = check_file(name, data)
    problems = check_template(data, use.kind)
    return file, problems or _tried(data, use)


def upload(
    house: House, archive: Archive, name: str, data: bytes, use: TemplateUse, act: Act, command_id: UUID
) -> dict[str, Any]:
    """Keep a checked file and record it as the template's next version."""
    file, problems = checked(name, data, use)
    media_type = keep_file(archive, house.company_id, file, data, act.at)
    stored = StoreFile(sha256=file.sha256, bytes=file.size, media_type=media_type)
    house.desk.execute(STORE, stored, act, uuid5(command_id, "file"))
    told = TemplateUpload(version=1, sha256=file.sha256, bytes=file.size, name=name[:200], problems=problems)
    outcome = house.desk.execute(RECORD_VERSION, RecordTemplateVersion(use=use, upload=told), act, command_id)
    shown = [problem.model_dump(mode="json") for problem in problems]
    return {**dict(outcome.result), "sha256": file.sha256, "problems": shown}


def template_file(
    house: House, archive: Archive, template_id: UUID, version: int | None
) -> tuple[TemplateUpload, bytes]:
    """A version's file as it was uploaded. Raises `NotFound`."""
    template = _template(house, template_id)
    known = template.versions.get(version or template.newest)
    if known is None:
        raise NotFound(kind="version", id=str(version))
    return known, read_file(archive, house.company_id, known.sha256)


def template_preview(house: House, archive: Archive, template_id: UUID, asked: TemplatePreviewAsked) -> bytes:
    """A version filled and marked as a draft.

    Raises `NotFound`, `DocumentOfOtherKind`; `TemplateHasErrors` where it cannot be filled for what is known to be
    wrong in it, `TemplateUnfilled` where it cannot for anything else.
    """
    template = _template(house, template_id)
    known, data = template_file(house, archive, template_id, asked.version)
    values = _values(house, archive, template, asked.document_id)
    try:
        return filled(data, {**values, "draft": True}, template.use.language, mark=DRAFT, seconds=TRIAL_S)
    except WordNotMade as error:
        template.require_sound(known.version)
        raise TemplateUnfilled(reason=str(error)) from error


def _values(house: House, archive: Archive, template: DocumentTemplate, document_id: UUID | None) -> dict[str, Any]:
    kind = template.use.kind
    if document_id is None:
        return sample_of(kind)
    issued = house.reader.record(document_id)
    if not isinstance(issued, IssuedDocument):
        raise NotFound(kind="IssuedDocument", id=str(document_id))
    document = issued.document
    require(document.kind is kind, DocumentOfOtherKind)
    card, _ = archive.get(archive_key(house, kind.value, document.record_id, document.version))
    content = CONTENT_OF[kind].model_validate(card.content)
    return data_of(illustrated(content, archive, house.reader, house.company_id))


def _template(house: House, template_id: UUID) -> DocumentTemplate:
    found = house.reader.record(template_id)
    if not isinstance(found, DocumentTemplate):
        raise NotFound(kind="DocumentTemplate", id=str(template_id))
    return found


def _tried(data: bytes, use: TemplateUse) -> tuple[TemplateProblem, ...]:
    """A template whose fields are right may still not fill: tags split over cells, or far too much work."""
    try:
        filled(data, sample_of(use.kind), use.language, seconds=TRIAL_S)
    except WordNotMade as error:
        place = TemplatePlace(part="body", paragraph=1, near="")
        return (TemplateProblem(code="syntax", found=str(error)[:200], place=place),)
    return ()
