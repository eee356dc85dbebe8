"""Templates, texts and letterhead in a company's life (modelli, testi, carta intestata)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aggregates.document_template import TemplatePlace, TemplateProblem, TemplateUpload, TemplateUse
from aggregates.issued_document import IssuedKind, document_id
from aggregates.word_copy import WordFile
from commands.attachment import STORE, StoreFile
from commands.document_template import (
    HOLD_WORD,
    RECORD_VERSION,
    RECORD_WORD,
    HoldWordCopy,
    RecordTemplateVersion,
    RecordWordCopy,
)
from commands.issued_document import RECORD, RecordIssuedDocument
from tests.replay.living import Life, named

LOGO, FIRST, SECOND, WORD, PRINTED = "a1" * 32, "b2" * 32, "c3" * 32, "d4" * 32, "e5" * 32
USE = TemplateUse(kind=IssuedKind.WORKSHOP_RECEIPT)


def templates(life: Life) -> None:
    """A logo, texts twice, a template in two versions, and a document whose Word file failed before it was made."""
    at = "2026-08-17T09:00"
    life.duty(STORE, StoreFile(sha256=LOGO, bytes=2048, media_type="image/png"), at)
    life.do("set-letterhead", at, logo_sha256=LOGO, accent="#7a1f1f", motto="Dal 1980", hidden=["bank"])
    for closing in ("Grazie.", "Grazie, {{ customer.name }}."):
        life.do("set-document-texts", at, kind="workshop_receipt", texts={"footer": [closing]})
    place = TemplatePlace(part="footer", paragraph=1, near="Pag. {{ pagina }}")
    wrong = TemplateProblem(code="unknown-field", found="pagina", place=place)
    for sha256, problems in ((FIRST, ()), (SECOND, (wrong,))):
        told = TemplateUpload(version=1, sha256=sha256, bytes=9000, name="ricevuta.docx", problems=problems)
        life.duty(RECORD_VERSION, RecordTemplateVersion(use=USE, upload=told), at)
    life.do("publish-template-version", "2026-08-17T09:10", template_id=USE.template_id, version=1)
    document = _issued(life)
    life.duty(HOLD_WORD, HoldWordCopy(document_id=document, reason="Il modello non si apre"), "2026-08-17T09:30")
    life.do("retry-word-copy", "2026-08-17T09:40", document_id=document)
    life.duty(HOLD_WORD, HoldWordCopy(document_id=document, reason="Ancora no"), "2026-08-17T09:45")
    life.do("retry-word-copy", "2026-08-17T09:50", document_id=document)
    file = {"name": "Ricevuta.docx", "media_type": "application/msword", "sha256": WORD}
    word: dict[str, Any] = {
        "document_id": document,
        "file": {**file, "archive_kind": "workshop_receipt_word"},
        "template_id": USE.template_id,
        "template_version": 1,
        "template_sha256": FIRST,
        "content_sha256": PRINTED,
    }
    life.duty(RECORD_WORD, RecordWordCopy(word=WordFile.model_validate(word)), "2026-08-17T09:55")
    life.do("withdraw-template", "2026-08-17T10:00", template_id=USE.template_id, reason="Carta nuova in arrivo")


def _issued(life: Life) -> Any:
    """A document of the kind, recorded as its worker does."""
    record = named("receipt with a Word file")
    told: dict[str, Any] = {
        "kind": "workshop_receipt",
        "record_id": record,
        "version": 1,
        "number": "RP-2026-0099",
        "title": "Ricevuta di presa in carico RP-2026-0099",
        "dated_on": "2026-08-17",
        "customer_kind": "business",
        "sources": [{"stream_id": record, "version": 1}],
        "template_version": "1-0123456789ab",
        "renderer": "typst",
        "content_sha256": PRINTED,
        "file": {
            "name": "R.pdf",
            "media_type": "application/pdf",
            "sha256": PRINTED,
            "archive_kind": "workshop_receipt",
        },
    }
    life.duty(RECORD, RecordIssuedDocument.model_validate(told), "2026-08-17T09:20")
    return document_id(IssuedKind.WORKSHOP_RECEIPT, record, 1)


CHAPTERS: tuple[Callable[[Life], None], ...] = (templates,)
