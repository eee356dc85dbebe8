"""Printing and archiving: same bytes for the same content, every kind prints, nothing issued is ever replaced."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.documents.archive import (
    AlreadyArchived,
    Archive,
    ArchiveKey,
    Deposit,
    NotArchived,
    deposit,
    open_archive,
)
from gateways.documents.glyphs import drawable
from gateways.documents.renderer import (
    TEMPLATE_OF,
    TEMPLATES,
    VERSIONS,
    Attachment,
    RenderingFailed,
    render,
    template_fingerprint,
    template_version,
)
from projections.documents.content import Content
from tests.printing import pages
from tests.projections.documents import samples

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
KEY = ArchiveKey(company="service-srl", kind="quote", stream_id=UUID(int=7), version=1)


def printed(content: Content, **options: object) -> str:
    return " ".join(pages(render(content.kind, content, rendered_at=NOW, **options).pdf))  # type: ignore[arg-type]  # test options


@pytest.mark.parametrize("kind", samples.ALL)
def test_every_kind_is_printed_with_its_number_customer_and_company(kind: str) -> None:
    content = samples.ALL[kind]
    text = printed(content)
    for word in (
        content.number or "no number",
        content.customer.name,
        content.issuer.name,
        "P. IVA IT12345670017",
        "Pag. 1 di 1",
    ):
        assert word in text


@pytest.mark.parametrize("kind", samples.ALL)
def test_the_same_content_at_the_same_moment_gives_the_same_bytes(kind: str) -> None:
    first, second = (render(kind, samples.ALL[kind], rendered_at=NOW) for _ in range(2))
    assert first == second
    later = render(kind, samples.ALL[kind], rendered_at=NOW.replace(hour=10))
    assert later.sha256 != first.sha256
    assert later.content_sha256 == first.content_sha256


def test_a_content_read_back_from_json_prints_the_same_document() -> None:
    again = type(samples.WORK_REPORT).model_validate_json(samples.WORK_REPORT.model_dump_json())
    assert again == samples.WORK_REPORT
    assert render("work_report", again, rendered_at=NOW) == render("work_report", samples.WORK_REPORT, rendered_at=NOW)


def test_a_delivery_note_shows_all_that_the_law_and_custom_ask() -> None:
    text = printed(samples.DELIVERY_NOTE)
    for word in (
        "R/2026/0031 del 18/03/2026",
        "DPR 14 agosto 1996 n. 472",
        "Reso da c/riparazione",
        "Via Ravegnana 410/12",
        "Riparata e collaudata",
        "Matricola SN-778",
        "Lotto L2026-11",
        "2,5 m",
        "18/03/2026 ore 15:30",
        "19/03/2026",
        "franco",
        "Trasporti Adriatica S.r.l.",
        "IT03456780401",
        "9,4 kg",
        "Cartone",
        "55 del 03/03/2026",
    ):
        assert word in text


def test_a_work_report_shows_times_parts_readings_outcome_and_who_signed() -> None:
    text = printed(samples.WORK_REPORT)
    for word in ("15:45 16:30 0:45", "Km 84", "203.451", "Matricola FU-99120", "Intervento concluso", "Elena Zoli"):
        assert word in text
    assert "firmato il 16/04/2026 ore 19:12" in text


def test_an_unsigned_report_says_why() -> None:
    report = samples.WORK_REPORT.model_copy(update={"signature": None, "absence_reason": "nessuno in sede"})
    assert "Motivo: nessuno in sede" in printed(report)


def test_an_invoice_shows_amounts_as_italians_write_them() -> None:
    text = printed(samples.long_invoice())
    assert "12.345 copie 10,00" in text
    assert "56.787,00" in text
    assert "€ 69.280,14" in text


def test_with_split_payment_the_customer_pays_without_vat() -> None:
    text = printed(samples.SPLIT_PAYMENT_INVOICE)
    assert "Netto a pagare € 900,00" in text
    assert "Scissione dei pagamenti art. 17-ter" in text
    assert "CIG Z1234567AB" in text


def test_a_credit_note_names_the_invoice_it_corrects() -> None:
    text = printed(samples.CREDIT_NOTE)
    assert "Nota di credito n. 2027/9" in text
    assert "2027/5 del 04/01/2027" in text
    assert "Totale a credito € 233,43" in text


def test_a_long_invoice_repeats_the_header_of_its_table_on_every_page() -> None:
    document = pages(render("invoice", samples.long_invoice(), rendered_at=NOW).pdf)
    assert len(document) > 3
    for number, page in enumerate(document, start=1):
        assert f"Pag. {number} di {len(document)}" in page
        assert "Descrizione Q.tà" in page


def test_no_text_leaves_the_paper_even_with_the_longest_names() -> None:
    long_name = (
        "Consorzio Interprovinciale per la Manutenzione degli Impianti Tecnologici della Romagna Soc. Coop. a r.l."
    )
    content = samples.long_invoice()
    content = content.model_copy(
        update={
            "customer": content.customer.model_copy(update={"name": long_name}),
            "issuer": content.issuer.model_copy(update={"name": long_name}),
        }
    )
    for page in pypdfium2.PdfDocument(render("invoice", content, rendered_at=NOW).pdf):
        text = page.get_textpage()
        for index in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(index)
            assert left > 40
            assert right < page.get_width() - 40
            assert bottom > 20
            assert top < page.get_height() - 20


def test_only_a_draft_carries_the_watermark_and_may_lack_a_number() -> None:
    draft = samples.QUOTE.model_copy(update={"draft": True, "number": None})
    assert "BOZZA" in printed(draft)
    assert "BOZZA" not in printed(samples.QUOTE)
    with pytest.raises(ValueError, match="needs its number"):
        type(samples.QUOTE).model_validate(samples.QUOTE.model_dump() | {"number": None})


def test_an_invoice_carries_its_electronic_original_and_says_that_it_is_pdf_a_3() -> None:
    xml = b"<fattura>prova</fattura>"
    attachment = Attachment(name="IT12345670017_00001.xml", data=xml)
    pdf = render("invoice", samples.DEFERRED_INVOICE, rendered_at=NOW, attachments=[attachment]).pdf
    document = pypdfium2.PdfDocument(pdf)
    (inside,) = (document.get_attachment(i) for i in range(document.count_attachments()))
    assert (inside.get_name(), bytes(inside.get_data())) == ("IT12345670017_00001.xml", xml)
    assert b"<pdfaid:part>3</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf


def test_a_document_uses_only_the_fonts_of_the_product() -> None:
    pdf = render("quote", samples.QUOTE, rendered_at=NOW).pdf
    assert b"IBMPlexSans" in pdf
    assert b"Liberation" not in pdf
    assert b"DejaVu" not in pdf


def test_words_of_the_content_are_never_read_as_template_code() -> None:
    hostile = samples.QUOTE.model_copy(update={"subject": '#panic("x") $ _a_ *b* <l> @ref \\ // "'})
    assert '#panic("x") $ _a_ *b* <l> @ref \\ // "' in printed(hostile)


def test_characters_without_a_glyph_do_not_stop_a_document() -> None:
    odd = samples.QUOTE.model_copy(
        update={"subject": "Łódź e\u0301 ✓ 漢字 😀 \x00\x07\t\ue000 “però” 5 € ≤ fine", "notes": ("a\r\nb",)}
    )
    text = printed(odd)
    assert "Łódź é" in text
    assert "“però” 5 € ≤ fine" in text
    assert "漢" not in text


def test_every_character_we_call_drawable_has_its_glyph() -> None:
    everything = " ".join(c for c in map(chr, range(0x21, 0xFFFF)) if drawable(c) == c)
    assert len(everything) > 1500
    assert render("quote", samples.QUOTE.model_copy(update={"subject": everything}), rendered_at=NOW).pdf


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=120).filter(lambda text: bool(text.strip())))
def test_any_text_can_be_printed(text: str) -> None:
    line = samples.QUOTE.lines[0].model_copy(
        update={"description": text, "code": text, "serials": (text,), "note": text}
    )
    assert render("quote", samples.QUOTE.model_copy(update={"subject": text, "lines": (line,)}), rendered_at=NOW).pdf


def test_a_content_is_not_printed_as_another_kind() -> None:
    with pytest.raises(ValueError, match="quote cannot be printed as invoice"):
        render("invoice", samples.QUOTE, rendered_at=NOW)
    with pytest.raises(ValueError, match="offset"):
        render("quote", samples.QUOTE, rendered_at=datetime(2026, 1, 1))  # the missing zone is the point


def test_a_broken_template_says_which_document_and_why(tmp_path: Path) -> None:
    shutil.copytree(TEMPLATES, tmp_path / "t")
    (tmp_path / "t" / "quote.typ").write_text("#nothing-of-that-name", encoding="utf-8")
    with pytest.raises(RenderingFailed, match=r"quote: (.|\n)*unknown variable"):
        render("quote", samples.QUOTE, rendered_at=NOW, templates=tmp_path / "t")


@pytest.mark.parametrize("kind", TEMPLATE_OF)
def test_a_changed_template_gets_a_new_number(kind: str) -> None:
    """Raise `version` and store the new `sha256` in templates/versions.json whenever a template or font changes."""
    recorded = json.loads((TEMPLATES / VERSIONS).read_text(encoding="utf-8"))[kind]
    assert recorded["sha256"] == template_fingerprint(kind)


def test_a_customer_s_own_template_shows_in_the_version(tmp_path: Path) -> None:
    shutil.copytree(TEMPLATES, tmp_path / "t")
    with (tmp_path / "t" / "quote.typ").open("a", encoding="utf-8") as template:
        template.write("\n// ours\n")
    assert template_version("quote", tmp_path / "t") != template_version("quote")
    assert template_version("invoice", tmp_path / "t") == template_version("invoice")


# ---- The archive -----------------------------------------------------------------------------------------------------


@pytest.fixture(params=["folder", "memory"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    return open_archive("memory:///" if request.param == "memory" else tmp_path / "archive")


def quote(total: str = "409.10") -> Deposit:
    content = samples.QUOTE.model_copy(update={"total": Decimal(total)})
    return deposit(render("quote", content, rendered_at=NOW), content)


def test_a_document_comes_back_as_it_was_put_with_all_that_proves_it(archive: Archive) -> None:
    card = archive.put(KEY, quote(), archived_at=NOW)
    assert archive.get(KEY) == (card, quote().data)
    assert (card.number, card.template_version) == ("OFF-2026-0031", template_version("quote"))
    assert card.content["source"] == [{"stream_id": str(UUID(int=7)), "version": 4, "topic": "call"}]
    assert archive.verify("service-srl", {KEY: card.sha256}) == ()


def test_the_same_document_twice_is_one(archive: Archive) -> None:
    first = archive.put(KEY, quote(), archived_at=NOW)
    assert archive.put(KEY, quote(), archived_at=NOW.replace(hour=23)) == first
    assert list(archive.list("service-srl")) == [first]


def test_an_issued_document_is_never_replaced(archive: Archive) -> None:
    first = archive.put(KEY, quote(), archived_at=NOW)
    with pytest.raises(AlreadyArchived):
        archive.put(KEY, quote("1.00"), archived_at=NOW)
    assert archive.get(KEY) == (first, quote().data)
    assert archive.verify("service-srl") == ()


def test_an_archive_is_opened_by_path_or_by_address_and_its_folder_is_made(tmp_path: Path) -> None:
    for location in (tmp_path / "one", f"file://{tmp_path}/two/deep"):
        assert list(open_archive(location).list("company")) == []
    assert (tmp_path / "two" / "deep").is_dir()


def test_companies_kinds_and_versions_are_kept_apart(archive: Archive) -> None:
    second = KEY.model_copy(update={"version": 2})
    other = KEY.model_copy(update={"company": "service"})
    invoice = KEY.model_copy(update={"kind": "invoice"})
    for key in (KEY, second, other, invoice):
        archive.put(key, quote(), archived_at=NOW)
    assert [c.key for c in archive.list("service-srl", "quote")] == [KEY, second]
    assert [c.key for c in archive.list("service")] == [other]
    assert len(list(archive.list("service-srl"))) == 3


def test_what_was_never_archived_is_not_found(archive: Archive) -> None:
    with pytest.raises(NotArchived):
        archive.get(KEY)
    assert list(archive.list("service-srl")) == []


def test_a_company_s_name_cannot_leave_its_folder() -> None:
    with pytest.raises(ValueError, match="pattern"):
        ArchiveKey(company="../other", kind="quote", stream_id=UUID(int=1), version=1)


def test_verify_names_altered_missing_and_unexpected_files(tmp_path: Path) -> None:
    archive = open_archive(tmp_path)
    keys = [KEY.model_copy(update={"version": v}) for v in range(1, 8)]
    log = {key: archive.put(key, quote(), archived_at=NOW).sha256 for key in keys}
    folder = tmp_path / "service-srl" / "quote" / str(KEY.stream_id)

    def file(version: int) -> Path:
        return next(folder.glob(f"{version}.*.pdf"))

    file(1).write_bytes(file(1).read_bytes() + b"x")
    file(2).unlink()
    card = folder / "3.json"
    card.write_text(card.read_text(encoding="utf-8").replace("409.10", "409.01"), encoding="utf-8")
    (folder / "4.json").unlink()
    (folder / "5.json").unlink()
    file(5).unlink()
    (folder / "6.json").write_text("{", encoding="utf-8")

    found = {
        (f.path.removeprefix(f"service-srl/quote/{KEY.stream_id}/").split(".")[0], f.problem)
        for f in archive.verify("service-srl", log)
    }
    assert {("1", "altered"), ("2", "missing"), ("3", "unreadable"), ("4", "unexpected"), ("4", "missing")} <= found
    assert {("5", "missing"), ("6", "unreadable")} <= found
    assert not {problem for version, problem in found if version == "7"}


def test_a_document_exchanged_for_another_valid_one_is_found_by_the_log_s_hash(tmp_path: Path) -> None:
    archive = open_archive(tmp_path)
    recorded = archive.put(KEY, quote(), archived_at=NOW).sha256
    shutil.rmtree(tmp_path / "service-srl")
    archive.put(KEY, quote("1.00"), archived_at=NOW)
    assert archive.verify("service-srl") == ()
    assert [f.problem for f in archive.verify("service-srl", {KEY: recorded})] == ["altered"]
