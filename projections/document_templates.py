"""Templates and texts of documents (modelli): versions, the one in use, what the check found; Word files to be made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.company import Company
from aggregates.document_template import DocumentTemplate, TemplateUpload
from aggregates.document_texts import DocumentTexts
from aggregates.issued_document import IssuedDocument, IssuedKind
from aggregates.rules.text_fields import problems
from aggregates.word_copy import WordCopy, WordHold
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page
from projections.company import company_id
from projections.documents.template_fields import CONTENT_OF, fields_of, single_fields_of

TEMPLATE = Table(
    "document_template",
    {
        "template_id": "uuid", "kind": "text", "language": "text", "customers": "text", "newest": "integer",
        "current": "integer", "current_sha256": "text", "published_at": "timestamptz", "published_by": "text",
        "reason": "text",
    },
    ("template_id",),
    ("kind",),
)  # fmt: skip
VERSION = Table(
    "document_template_version",
    {
        "template_id": "uuid", "version": "integer", "sha256": "text", "bytes": "bigint", "name": "text",
        "problems": "jsonb", "uploaded_at": "timestamptz", "uploaded_by": "text", "why": "text",
    },
    ("template_id", "version"),
)  # fmt: skip
TEXTS = Table(
    "document_texts",
    {"kind": "text", "language": "text", "texts": "jsonb", "changed_at": "timestamptz", "changed_by": "text"},
    ("kind", "language"),
)
WORD = Table(
    "word_copy",
    {
        "document_id": "uuid", "kind": "text", "language": "text", "customers": "text", "title": "text",
        "record_id": "uuid", "version": "integer", "template_language": "text",
        "state": "text", "reason": "text", "attempts": "integer", "file_name": "text", "sha256": "text",
        "archive_kind": "text", "template_id": "uuid", "template_version": "integer", "template_sha256": "text",
        "content_sha256": "text", "position": "bigint",
    },
    ("document_id",),
    ("state, position", "sha256"),
)  # fmt: skip


class DocumentTemplates(ReadModel):
    """Which templates there are, and which documents are to be written with them."""

    NAME = "document_templates"
    TABLES = (TEMPLATE, VERSION, TEXTS, WORD)

    @on(DocumentTemplate.Begun)
    def begun(self, fact: DocumentTemplate.Begun, rows: Rows) -> None:
        """A template appears with its first version."""
        use = fact.use.model_dump(mode="json")
        rows.put(TEMPLATE, {"template_id": fact.stream_id, **use, "newest": fact.upload.version})
        _uploaded(fact, fact.upload, rows)

    @on(DocumentTemplate.VersionAdded)
    def version_added(self, fact: DocumentTemplate.VersionAdded, rows: Rows) -> None:
        """It has one version more."""
        rows.patch(TEMPLATE, fact.stream_id, newest=fact.upload.version)
        _uploaded(fact, fact.upload, rows)

    @on(DocumentTemplate.Published)
    def published(self, fact: DocumentTemplate.Published, rows: Rows) -> None:
        """A version is in use."""
        when = {"published_at": fact.act.at, "published_by": fact.act.by, "reason": fact.act.why}
        rows.patch(TEMPLATE, fact.stream_id, current=fact.version, current_sha256=fact.sha256, **when)

    @on(DocumentTemplate.Withdrawn)
    def withdrawn(self, fact: DocumentTemplate.Withdrawn, rows: Rows) -> None:
        """None is in use."""
        gone = {"current": None, "current_sha256": None, "published_at": None, "published_by": None}
        rows.patch(TEMPLATE, fact.stream_id, **gone, reason=fact.reason)

    @on(DocumentTexts.Written, DocumentTexts.Rewritten)
    def texts_written(self, fact: DocumentTexts.Written | DocumentTexts.Rewritten, rows: Rows) -> None:
        """Documents bear other texts."""
        told = {"changed_at": fact.act.at, "changed_by": fact.act.by}
        key = {"kind": fact.kind.value, "language": fact.language}
        rows.put(TEXTS, {**key, "texts": fact.texts.model_dump(mode="json"), **told})

    @on(IssuedDocument.Issued)
    def issued(self, fact: IssuedDocument.Issued, rows: Rows) -> None:
        """A document is out: where a template for it is in use, its Word file is due."""
        document = fact.document
        told = {"kind": document.kind.value, "language": document.language, "customers": document.customer_kind}
        chosen = _chosen(told, rows)
        if chosen is not None:
            named = {"title": document.title, "record_id": document.record_id, "version": document.version}
            state = {"state": "due", "attempts": 0, "position": rows.now.position}
            rows.put(WORD, {"document_id": fact.stream_id, **told, **named, **state, **chosen})

    @on(WordCopy.Made)
    def made(self, fact: WordCopy.Made, rows: Rows) -> None:
        """The Word file is there."""
        word = fact.word
        told = word.model_dump(include={"template_id", "template_version", "template_sha256", "content_sha256"})
        file = {"file_name": word.file.name, "sha256": word.file.sha256, "archive_kind": word.file.archive_kind}
        rows.patch(WORD, word.document_id, state="made", reason=None, **told, **file)

    @on(WordHold.Held, WordHold.HeldAgain)
    def held(self, fact: WordHold.Held | WordHold.HeldAgain, rows: Rows) -> None:
        """It waits until somebody puts something right."""
        row = rows.get(WORD, fact.document_id)
        if row is not None and row["state"] != "made":
            rows.put(WORD, {**row, "state": "held", "reason": fact.reason, "attempts": row["attempts"] + 1})

    @on(WordHold.Released)
    def released(self, fact: WordHold.Released, rows: Rows) -> None:
        """It is to be tried again."""
        row = rows.get(WORD, fact.document_id)
        if row is not None and row["state"] == "held":
            rows.put(WORD, {**row, "state": "due", **(_chosen(row, rows) or {})})


def _chosen(document: Row, rows: Rows) -> Row | None:
    """The template for a document: of its language, else Italian; for its sort of customer, else for all."""
    in_use = [row for row in rows.select(TEMPLATE, kind=document["kind"]) if row["current"] is not None]
    for language in (document["language"], "it"):
        for customers in (document["customers"], None):
            for row in in_use:
                if (row["language"], row["customers"]) == (language, customers):
                    version = {"template_version": row["current"], "template_sha256": row["current_sha256"]}
                    return {"template_id": row["template_id"], "template_language": language, **version}
    return None


def _uploaded(fact: DocumentTemplate.Begun | DocumentTemplate.VersionAdded, upload: TemplateUpload, rows: Rows) -> None:
    told = upload.model_dump(mode="json", include={"version", "sha256", "bytes", "name", "problems"})
    when = {"uploaded_at": fact.act.at, "uploaded_by": fact.act.by, "why": fact.act.why}
    rows.put(VERSION, {"template_id": fact.stream_id, **told, **when})


def text_problems(kind: IssuedKind, texts: Sequence[str]) -> Sequence[str] | None:
    """See `Lookups.text_problems`."""
    if kind not in CONTENT_OF:
        return None
    known = single_fields_of(kind)
    return [found.found for text in texts for found in problems(text, known)]


class FindTemplates(Page):
    """The templates, or those of a kind."""

    kind: IssuedKind | None = None


def find_templates(reader: Reader, ask: FindTemplates) -> dict[str, Any]:
    """Templates by kind and language, with the version in use and how many errors the newest one has."""
    return page(
        reader,
        ask,
        """select t.*, v.name, jsonb_array_length(v.problems) as problems
             from {document_template} t
             join {document_template_version} v on v.template_id = t.template_id and v.version = t.newest
            where %(kind)s::text is null or t.kind = %(kind)s""",
        order=("kind", "language", "template_id"),
    )


class TemplateSheet(Ask):
    """One template."""

    template_id: UUID


def template_sheet(reader: Reader, ask: TemplateSheet) -> dict[str, Any] | None:
    """The template with its versions, the newest first: who, when, why, and every error with its place."""
    params = {"template_id": ask.template_id}
    row = reader.row("select * from {document_template} where template_id = %(template_id)s", params)
    if row is None:
        return None
    versions = reader.rows(
        "select * from {document_template_version} where template_id = %(template_id)s order by version desc", params
    )
    return {**row, "versions": versions}


class AskDocumentFields(Ask):
    """The fields of a kind of document."""

    kind: IssuedKind = Field(description="A kind that has templates.")


def document_fields(_: Reader, ask: AskDocumentFields) -> dict[str, Any] | None:
    """What templates and texts of the kind may name: path, type, meaning, example; `[]` stands after a list."""
    if ask.kind not in CONTENT_OF:
        return None
    single = single_fields_of(ask.kind)
    told = [{**each.model_dump(mode="json"), "in_texts": each.path in single} for each in fields_of(ask.kind)]
    return {"kind": ask.kind.value, "fields": told}


class AskDocumentTexts(Ask):
    """The texts of documents, or those of a kind."""

    kind: IssuedKind | None = None


def document_texts(reader: Reader, ask: AskDocumentTexts) -> list[dict[str, Any]]:
    """The texts by kind and language."""
    return reader.rows(
        """select * from {document_texts} where %(kind)s::text is null or kind = %(kind)s
            order by kind, language""",
        {"kind": ask.kind.value if ask.kind else None},
    )


class FindWordCopies(Page):
    """Word files of documents: `due`, `held` with their reason, or `made`."""

    state: str | None = None
    document_id: UUID | None = None


def find_word_copies(reader: Reader, ask: FindWordCopies) -> dict[str, Any]:
    """The Word files, the newest document first."""
    return page(
        reader,
        ask,
        """select * from {word_copy}
            where (%(state)s::text is null or state = %(state)s)
              and (%(document_id)s::uuid is null or document_id = %(document_id)s)""",
        order=("-position", "-document_id"),
    )


class AskLetterhead(Ask):
    """The letterhead."""


def letterhead(reader: Reader, _: AskLetterhead) -> dict[str, Any] | None:
    """How documents look from now on."""
    own_id = company_id(reader)
    company = reader.record(own_id) if own_id else None
    return company.look.model_dump(mode="json") if isinstance(company, Company) else None
