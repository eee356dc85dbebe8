"""Templates, texts and letterhead from commands to the archive: frozen in each document, made once."""

from __future__ import annotations

import struct
import zlib
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from docx import Document

from aggregates.attachment import stored_file_id
from aggregates.base import Act
from aggregates.company import Company as Firm
from aggregates.document_template import (
    DocumentTemplate,
    TemplateHasErrors,
    TemplateReasonMissing,
    TemplateUse,
    TemplateVersionUnknown,
)
from aggregates.document_texts import DocumentTexts, TextFieldsWrong
from aggregates.issued_document import IssuedKind
from aggregates.letterhead import ColourUnreadable, LogoUnknown, LogoUnusable
from aggregates.word_copy import WordCopy, WordCopyNotHeld, WordHold
from commands.attachment import STORE, StoreFile
from commands.document_template import RECORD_VERSION, RECORD_WORD, RecordTemplateVersion, RecordWordCopy
from gateways.documents import word_issuer
from gateways.documents.archive import Archive, open_archive
from gateways.documents.issuer import Issuer, archive_key, verify_documents
from gateways.documents.own_head import own_head
from gateways.documents.template_upload import (
    DocumentOfOtherKind,
    TemplatePreviewAsked,
    template_preview,
    upload,
)
from gateways.documents.word_issuer import WordIssuer
from gateways.documents.word_process import WordNotMade
from gateways.documents.word_starter import starter
from gateways.files import check_file, keep_file
from tests.document_steps import DRAFTED, PARTY, SENT, in_business, invoiced
from tests.dsl import MORNING, Company, do
from tests.gateways.documents.test_word import words, written
from tests.printing import words as printed_words

ACT = Act(by="user:test", at=MORNING, why="Nuova grafica")
USE = TemplateUse(kind=IssuedKind.QUOTE)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return open_archive(tmp_path / "archive")


@pytest.fixture
def firm(company: Company) -> Company:
    return in_business(company)


def sent(firm: Company, data: bytes, use: TemplateUse, archive: Archive) -> dict[str, Any]:
    """A Word file uploaded as a template's next version."""
    firm.fold()
    return upload(firm.house, archive, "modello.docx", data, use, ACT, uuid4())


def published(firm: Company, archive: Archive, data: bytes, use: TemplateUse = USE) -> UUID:
    """The same, in use."""
    told = sent(firm, data, use, archive)
    firm.do("publish-template-version", template_id=use.template_id, version=told["version"])
    return use.template_id


def issued(firm: Company, archive: Archive) -> list[dict[str, Any]]:
    """Everything due printed and written; the documents, the newest first."""
    firm.fold()
    Issuer(archive).tick(firm.house)
    firm.fold()
    WordIssuer(archive).tick(firm.house)
    found: list[dict[str, Any]] = firm.ask("documents")["items"]
    return found


def copies(firm: Company) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = firm.ask("word-copies")["items"]
    return found


def word_of(firm: Company, archive: Archive, copy: dict[str, Any]) -> bytes:
    key = archive_key(firm.house, copy["archive_kind"], copy["record_id"], copy["version"])
    return archive.get(key)[1]


def printed(firm: Company, archive: Archive, row: dict[str, Any]) -> bytes:
    return archive.get(archive_key(firm.house, row["kind"], row["record_id"], row["version"]))[1]


def png(wide: int = 8, high: int = 8) -> bytes:
    """A small picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x1d\x55\x66" * wide for _ in range(high))
    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def logo(firm: Company, archive: Archive, data: bytes, name: str = "logo.png") -> str:
    file = check_file(name, data)
    keep_file(archive, firm.house.company_id, file, data, MORNING)
    stored = StoreFile(sha256=file.sha256, bytes=file.size, media_type=file.media_type)
    firm.house.desk.execute(STORE, stored, ACT, stored_file_id(file.sha256))
    return file.sha256


# A template's life


def test_versions_are_kept_one_is_in_use_and_an_older_one_can_be_taken_back(firm: Company, archive: Archive) -> None:
    first, second = written("Uno {{ number }}"), written("Due {{ number }}")
    assert sent(firm, first, USE, archive)["version"] == 1
    assert sent(firm, first, USE, archive)["version"] == 1, "the same file again is the same version"
    assert sent(firm, second, USE, archive)["version"] == 2
    template: dict[str, Any] = {"template_id": USE.template_id}
    publish = do("publish-template-version", why="Nuovo anno", **template, version=2)
    firm.given().when(publish).then((DocumentTemplate.Published, {"version": 2}))
    firm.given().when(publish).then_nothing()
    back = do("publish-template-version", **template, version=1)
    firm.given().when(back).then((DocumentTemplate.Published, {"version": 1}))
    firm.given().when(do("publish-template-version", **template, version=7)).then_refused(TemplateVersionUnknown)
    sheet = firm.ask("document-template", **template)
    assert [(v["version"], v["why"], v["uploaded_by"]) for v in sheet["versions"]] == [
        (2, "Nuova grafica", "user:test"),
        (1, "Nuova grafica", "user:test"),
    ]
    assert (sheet["current"], sheet["newest"]) == (1, 2)
    firm.given().when(do("withdraw-template", **template, reason=" ")).then_refused(TemplateReasonMissing)
    withdraw = do("withdraw-template", **template, reason="Carta finita")
    firm.given().when(withdraw).then((DocumentTemplate.Withdrawn, {"reason": "Carta finita"}))
    firm.given().when(withdraw).then_nothing()
    (row,) = firm.ask("document-templates", kind="quote")["items"]
    assert (row["current"], row["newest"], row["problems"]) == (None, 2, 0)


def test_a_version_with_errors_is_kept_told_and_never_used(firm: Company, archive: Archive) -> None:
    told = sent(firm, written("Gentile {{ customer.nmae }}"), USE, archive)
    (problem,) = told["problems"]
    assert (problem["found"], problem["suggestion"], problem["place"]["part"]) == (
        "customer.nmae",
        "customer.name",
        "body",
    )
    publish = do("publish-template-version", template_id=USE.template_id, version=1)
    firm.given().when(publish).then_refused(TemplateHasErrors, version=1, count=1, found="customer.nmae")
    with pytest.raises(TemplateHasErrors, match=r"customer\.nmae"):
        template_preview(firm.house, archive, USE.template_id, TemplatePreviewAsked())
    assert firm.ask("document-template", template_id=USE.template_id)["versions"][0]["problems"] == [problem]


# Issuing


def test_the_word_file_is_made_from_the_printed_content_once(firm: Company, archive: Archive) -> None:
    text = "Offerta {{ number }} a {{ customer.name }}: {{ total | euro }}"
    template_id = published(firm, archive, written(text))
    firm.given(DRAFTED, SENT)
    (row,) = issued(firm, archive)
    (copy,) = copies(firm)
    assert (copy["state"], copy["template_id"], copy["template_version"]) == ("made", template_id, 1)
    assert copy["content_sha256"] == firm.ask("document", document_id=row["document_id"])["content_sha256"]
    data = word_of(firm, archive, copy)
    assert words(data) == [f"Offerta {row['number']} a Rossi Gilbo S.n.c.: € 382,07"]
    assert copy["file_name"].endswith(".docx")
    assert WordIssuer(archive).tick(firm.house) == 0
    # Recorded again by a worker that was late: the same file is nothing new.
    word = firm.record(WordCopy.stream_of(row["document_id"])).word
    firm.house.desk.execute(RECORD_WORD, RecordWordCopy(word=word), ACT, uuid4())
    assert len(firm.facts(WordCopy.stream_of(row["document_id"]))) == 1
    assert verify_documents(firm.house, archive) == []


def test_killed_between_archive_and_log_the_same_file_is_recorded(
    firm: Company, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(firm, archive, written("{{ number }}"))
    firm.given(DRAFTED, SENT)
    firm.fold()
    Issuer(archive).tick(firm.house)
    firm.fold()

    def lost(*_: Any, **__: Any) -> Any:
        raise OSError("killed here")

    desk = firm.house.desk
    monkeypatch.setattr(type(desk), "execute", lost)
    with pytest.raises(OSError, match="killed here"):
        WordIssuer(archive).tick(firm.house)
    monkeypatch.undo()
    monkeypatch.setattr(word_issuer, "filled", lost)
    assert WordIssuer(archive).tick(firm.house) == 1, "it is taken from the archive, not made again"
    assert [copy["state"] for copy in copies(firm)] == ["made"]


def test_a_template_that_fails_holds_its_word_file_alone(
    firm: Company, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(firm, archive, written("{{ number }}"))

    def fails(*_: Any, **__: Any) -> bytes:
        raise WordNotMade("'number' is undefined")

    with monkeypatch.context() as broken:
        broken.setattr(word_issuer, "filled", fails)
        firm.given(DRAFTED, SENT)
        (row,) = issued(firm, archive)
    (copy,) = copies(firm)
    assert (copy["state"], copy["reason"]) == ("held", "'number' is undefined")
    assert printed(firm, archive, row), "the document itself is issued"
    published(firm, archive, written("Numero {{ number }}"))
    retry = do("retry-word-copy", document_id=row["document_id"])
    firm.given().when(retry).then(WordHold.Released)
    firm.given().when(retry).then_refused(WordCopyNotHeld)
    issued(firm, archive)
    (copy,) = copies(firm)
    assert (copy["state"], copy["template_version"], copy["reason"]) == ("made", 2, None)
    assert words(word_of(firm, archive, copy)) == [f"Numero {row['number']}"]


def test_documents_issued_before_a_template_have_no_word_file(firm: Company, archive: Archive) -> None:
    firm.given(DRAFTED, SENT)
    issued(firm, archive)
    published(firm, archive, written("{{ number }}"))
    issued(firm, archive)
    assert copies(firm) == []


@pytest.mark.parametrize(
    ("uses", "language", "chosen"),
    [
        ([("it", None), ("de", None)], "de", ("de", None)),
        ([("it", None), ("de", None)], None, ("it", None)),
        ([("it", None), ("it", "business")], None, ("it", "business")),
        ([("it", "consumer")], None, None),
        ([("it", None)], "fr", ("it", None)),
        ([("de", None), ("it", "business")], "de", ("de", None)),
    ],
)
def test_the_template_follows_language_and_sort_of_customer(
    firm: Company,
    archive: Archive,
    uses: list[tuple[str, Any]],
    language: str | None,
    chosen: tuple[str, str | None] | None,
) -> None:
    for each, customers in uses:
        use = TemplateUse(kind=IssuedKind.QUOTE, language=each, customers=customers)
        published(firm, archive, written(f"{each} {customers} {{{{ total }}}} {{{{ issued_on }}}}"), use)
    if language:
        firm.do("set-party-terms", party_id=PARTY, document_language=language)
    firm.given(DRAFTED, SENT)
    issued(firm, archive)
    day = "09.09.2026" if chosen and chosen[0] == "de" else "09/09/2026"
    expected = [] if chosen is None else [[f"{chosen[0]} {chosen[1]} 382,07 {day}"]]
    assert [words(word_of(firm, archive, copy)) for copy in copies(firm)] == expected


# A look before it is used


def test_a_preview_is_marked_and_takes_made_up_or_real_data(firm: Company, archive: Archive) -> None:
    sent(firm, starter(IssuedKind.QUOTE), USE, archive)
    firm.given(DRAFTED, SENT)
    (row,) = issued(firm, archive)
    made_up = template_preview(firm.house, archive, USE.template_id, TemplatePreviewAsked())
    assert words(made_up)[0].startswith("BOZZA")
    real = template_preview(firm.house, archive, USE.template_id, TemplatePreviewAsked(document_id=row["document_id"]))
    assert words(real)[0].startswith("BOZZA")
    assert any("Manodopera specializzata" in cell.text for t in Document(BytesIO(real)).tables for cell in t._cells)
    other = TemplateUse(kind=IssuedKind.CONTRACT)
    sent(firm, starter(IssuedKind.CONTRACT), other, archive)
    with pytest.raises(DocumentOfOtherKind):
        template_preview(firm.house, archive, other.template_id, TemplatePreviewAsked(document_id=row["document_id"]))
    assert copies(firm) == [], "a preview leaves no trace"


# Letterhead and texts


def test_texts_and_letterhead_are_frozen_in_what_is_printed(firm: Company, archive: Archive) -> None:
    sha256 = logo(firm, archive, png())
    look = {"logo_sha256": sha256, "accent": "#7a1f1f", "motto": "Dal 1980", "footer": "Aperti anche il sabato"}
    firm.given().when(do("set-letterhead", **look, hidden=["bank"])).then(Firm.LetterheadSet)
    firm.given().when(do("set-letterhead", **look, hidden=["bank"])).then_nothing()
    texts = {
        "payment": ["Paghi {{ total | euro }} a {{ issuer.name }}."],
        "conditions": ["Vale fino al {{ valid_until }}."],
    }
    write = do("set-document-texts", kind="quote", texts=texts)
    firm.given().when(write).then(DocumentTexts.Written)
    firm.given().when(write).then_nothing()
    firm.given(DRAFTED, SENT)
    (row,) = issued(firm, archive)
    before = printed(firm, archive, row)
    told = printed_words(before)
    for each in ("Dal 1980", "Aperti anche il sabato", "Paghi € 382,07 a Service Srl.", "Vale fino al 09/10/2026."):
        assert each in told
    card, _ = archive.get(archive_key(firm.house, row["kind"], row["record_id"], row["version"]))
    assert (card.content["issuer"]["logo_sha256"], card.content["issuer"]["logo"]) == (sha256, None)
    assert card.content["issuer"]["iban"] is None
    streams = {source["stream_id"] for source in firm.ask("document", document_id=row["document_id"])["sources"]}
    assert {str(firm.house.company_id)} <= streams
    # Other looks and texts belong to later documents.
    firm.do("set-letterhead", accent="#004080")
    firm.given().when(do("set-document-texts", kind="quote", texts={})).then(DocumentTexts.Rewritten)
    assert issued(firm, archive) == [row]
    assert printed(firm, archive, row) == before


def test_lists_bear_the_companys_own_head(firm: Company, archive: Archive) -> None:
    def head() -> Any:
        soon = datetime.now(UTC) + timedelta(minutes=1)
        return own_head(firm.house.reader, firm.house.company_id, soon, archive)

    assert head().logo is None
    firm.do("set-letterhead", logo_sha256=logo(firm, archive, png()), accent="#7a1f1f", motto="Dal 1980")
    assert (head().logo.data, head().accent, head().motto) == (png(), "#7a1f1f", "Dal 1980")


def test_a_document_late_to_be_printed_has_the_looks_of_its_day(firm: Company, archive: Archive) -> None:
    firm.given(DRAFTED, SENT, do("set-letterhead", motto="Dopo"))
    firm.given(do("set-document-texts", kind="quote", texts={"footer": ["Dopo"]}))
    (row,) = issued(firm, archive)
    assert "Dopo" not in printed_words(printed(firm, archive, row))


def test_an_invoice_bears_texts_and_looks_too(firm: Company, archive: Archive) -> None:
    texts = {"introduction": ["Gentile {{ customer.name }},"], "payment": ["Bonifico entro i termini."]}
    firm.given(do("set-document-texts", kind="invoice", texts=texts), do("set-letterhead", motto="Dal 1980"))
    invoiced(firm)
    row = next(each for each in issued(firm, archive) if each["kind"] == "invoice")
    told = printed_words(printed(firm, archive, row))
    for each in ("Gentile Rossi Gilbo S.n.c.,", "Bonifico entro i termini.", "Dal 1980"):
        assert each in told


def test_a_logo_that_cannot_be_drawn_holds_up_nothing(firm: Company, archive: Archive) -> None:
    broken = png()[:40] + b"\0" * 40
    firm.do("set-letterhead", logo_sha256=logo(firm, archive, broken))
    firm.given(DRAFTED, SENT)
    (row,) = issued(firm, archive)
    assert printed(firm, archive, row).startswith(b"%PDF")


def test_looks_and_texts_that_cannot_be_are_refused(firm: Company, archive: Archive) -> None:
    given = firm.given()
    given.when(do("set-letterhead", accent="#ffee00")).then_refused(ColourUnreadable)
    given = firm.given()
    given.when(do("set-letterhead", logo_sha256="0" * 64)).then_refused(LogoUnknown)
    text = logo(firm, archive, b"%PDF-1.7 x", "logo.pdf")
    firm.given().when(do("set-letterhead", logo_sha256=text)).then_refused(LogoUnusable)
    wrong = do("set-document-texts", kind="quote", texts={"footer": ["{{ customer.nome }} {{ lines }}"]})
    firm.given().when(wrong).then_refused(TextFieldsWrong, found="customer.nome, lines")


def test_the_fields_of_a_kind_are_listed(firm: Company) -> None:
    fields = {each["path"]: each for each in firm.ask("document-fields", kind="quote")["fields"]}
    assert fields["lines[].description"]["in_texts"] is False
    assert fields["customer.name"] == {
        "path": "customer.name", "kind": "text", "description": "ragione sociale del cliente",
        "example": "Rossi Gilbo S.n.c.", "choices": [], "in_texts": True,
    }  # fmt: skip


def test_versions_and_word_files_are_recorded_by_program_alone() -> None:
    assert RECORD_VERSION.roles == RECORD_WORD.roles == frozenset()
    assert RecordTemplateVersion.model_fields.keys() == {"use", "upload"}
