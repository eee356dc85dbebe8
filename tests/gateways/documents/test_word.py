"""Word templates: what they may say, where they are wrong, what they become; the same bytes each time."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.exceptions import TemplateError
from PIL import Image

from aggregates.base import Refusal
from aggregates.document_template import TemplateProblem, TemplateUse
from aggregates.issued_document import IssuedKind
from gateways.documents.shown import show
from gateways.documents.template_check import check_template
from gateways.documents.template_upload import checked
from gateways.documents.word import fill
from gateways.documents.word_bodies import BODIES
from gateways.documents.word_package import (
    WordFileActs,
    WordFileTooLarge,
    WordFileUnusable,
    check_package,
)
from gateways.documents.word_process import WordNotMade, filled
from gateways.documents.word_starter import NoStarter, starter
from projections.documents.field_words import WHOLE, WORDS
from projections.documents.quantity import Quantity
from projections.documents.template_fields import CONTENT_OF, fields_of, sample_of

QUOTE = IssuedKind.QUOTE


def written(*paragraphs: str, footer: str = "", cell: str = "", title: str = "") -> bytes:
    """A Word file with these paragraphs, and perhaps a table's last cell, a footer, a title."""
    document: Any = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if cell:
        document.add_table(2, 2).cell(1, 1).text = cell
    if footer:
        document.sections[0].footer.paragraphs[0].text = footer
    document.core_properties.title = title
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def words(data: bytes) -> list[str]:
    """The paragraphs of a Word file."""
    return [paragraph.text for paragraph in Document(BytesIO(data)).paragraphs]


def wrong(data: bytes) -> list[tuple[str, str]]:
    """What the check finds, without places."""
    return [(one.code, one.found) for one in check_template(data, QUOTE)]


def repacked(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """A package with other parts."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return out.getvalue()


def picture(form: str, size: tuple[int, int]) -> bytes:
    """A small picture."""
    out = BytesIO()
    Image.new("RGB", size, "#1d5566").save(out, form)
    return out.getvalue()


# What a template becomes


def test_logo_signature_and_photos_are_drawn_where_they_stand() -> None:
    template = written(
        "{{ issuer.logo }}{% if issuer.logo %}con logo{% endif %}",
        "{{ signature.image }}",
        "{%p for photo in photos %}",
        "{{ photo.image }}{{ photo.name }}",
        "{%p endfor %}",
        footer="{{ issuer.logo }}",
    )
    assert check_template(template, IssuedKind.WORK_REPORT) == ()
    logo, wide, tall = picture("PNG", (400, 100)), picture("JPEG", (300, 150)), picture("PNG", (30, 60))
    names = [("a.jpg", wide), ("b.png", tall), ("c.heic", b"not a picture"), ("d.jpg", None)]
    photos = [{"name": name, "image": image} for name, image in names]
    data = {"issuer": {"logo": logo}, "signature": {"image": tall}, "photos": photos}
    made = fill(template, data, "it")
    assert made == fill(template, data, "it")
    assert words(made) == ["con logo", "", "a.jpg", "b.png", "c.heic", "d.jpg"]
    document: Any = Document(BytesIO(made))
    sizes = [(round(one.width.mm), round(one.height.mm)) for one in document.inline_shapes]
    assert sizes == [(50, 12), (12, 25), (70, 35), (35, 70)]
    inside = zipfile.ZipFile(BytesIO(made))
    assert {inside.read(name) for name in inside.namelist() if "/media/" in name} == {logo, wide, tall}
    assert b"<a:blip" in inside.read("word/footer1.xml")
    bare = fill(template, {"issuer": {"logo": None}, "signature": None, "photos": []}, "it")
    assert words(bare) == ["", ""]
    found = check_template(written("{{ issuer.logos }}"), IssuedKind.WORK_REPORT)
    assert [(one.code, one.found, one.suggestion) for one in found] == [
        ("unknown-field", "issuer.logos", "issuer.logo")
    ]


def test_fields_lists_and_conditions_are_filled() -> None:
    template = written(
        "{{ customer.name }}, {{ total }}, {{ total | euro }}, {{ issued_on }}, {{ issued_on | long_date }}",
        "{%p for line in lines %}",
        "{{ loop.index }}. {{ line.description }} {{ line.quantity }}",
        "{%p endfor %}",
        "{%p if subject %}",
        "Oggetto",
        "{%p endif %}",
        "{{ call_number | default('nessuna') }}|{{ site.name }}|{{ site.address.town }}|{{ draft }}",
    )
    data = {**sample_of(QUOTE), "call_number": None, "site": None, "subject": None}
    assert words(fill(template, data, "it")) == [
        "Rossi Gilbo S.n.c., 1.234,50, € 1.234,50, 14/09/2026, 14 settembre 2026",
        "1. Elettrovalvola 3/4 pollice 2",
        "2. Elettrovalvola 3/4 pollice 2",
        "nessuna|||no",
    ]


@pytest.mark.parametrize(
    ("language", "shown"),
    [("it", "1.234,50 14/09/2026 sì"), ("de", "1.234,50 14.09.2026 ja"), ("en", "1,234.50 14/09/2026 yes")],
)
def test_values_are_written_as_in_the_language(language: str, shown: str) -> None:
    data = {**sample_of(QUOTE), "draft": True}
    assert words(fill(written("{{ total }} {{ issued_on }} {{ draft }}"), data, language)) == [shown]


def test_an_unknown_language_reads_as_italian() -> None:
    assert show(sample_of(QUOTE)["total"], "zz") == "1.234,50"


def test_a_process_of_its_own_makes_the_same_bytes() -> None:
    template, data = starter(QUOTE), sample_of(QUOTE)
    once = filled(template, data, "it")
    assert once == fill(template, data, "it") == filled(template, data, "it")
    with zipfile.ZipFile(BytesIO(once)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert once != fill(template, {**data, "number": "2026-0032"}, "it")


@given(st.text(max_size=200))
@settings(max_examples=40, deadline=None)
def test_whatever_a_customer_is_called_it_is_text(name: str) -> None:
    """XML, fields and control characters in a value stay text; the file can be read again."""
    data = {"customer": {"name": name}}
    (text,) = words(fill(written("[{{ customer.name }}]"), data, "it"))
    kept = "".join(c for c in name if c in "\t\n\r" or 0x20 <= ord(c) <= 0xD7FF or 0xE000 <= ord(c) <= 0xFFFD
                   or ord(c) >= 0x10000)  # fmt: skip
    squeezed = "".join(text.split()).replace("[", "").replace("]", "")
    assert squeezed == "".join(kept.split()).replace("[", "").replace("]", "")


def test_markup_in_values_is_no_markup() -> None:
    name = "<w:p/> & {{ total }} {% for %} \x00\x0b]]>"
    (text,) = words(fill(written("{{ customer.name }}"), {"customer": {"name": name}}, "it"))
    assert text == "<w:p/> & {{ total }} {% for %} ]]>"


def test_a_draft_is_marked_on_top() -> None:
    assert words(fill(written("Testo"), {}, "it", "BOZZA"))[0] == "BOZZA"


# What a template may not say


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ customer['__class__'] }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ lipsum.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ self }}",
        "{{ customer.items() }}",
        "{{ lines | map(attribute='description') | list }}",
        "{{ customer | attr('name') }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{% for i in range(1000000000) %}x{% endfor %}",
        "{% set x = lines %}",
        "{% macro x() %}{% endmacro %}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% extends 'x' %}",
        "{% block x %}{% endblock %}",
        "{% call x() %}{% endcall %}",
        "{% filter upper %}x{% endfilter %}",
        "{% with x = 1 %}{% endwith %}",
        "{% for a, b in lines %}{% endfor %}",
        "{% for a in lines recursive %}{% endfor %}",
        "{% for a in lines %}" * 5 + "{% endfor %}" * 5,
        "{{ lines.append }}",
        "{{ customer.name.upper }}",
        "{{ (1, 2, 3) | join | length | foo }}",
    ],
)
def test_what_is_not_allowed_is_found_and_never_filled(text: str) -> None:
    assert wrong(written(text)), "the check lets it pass"
    with pytest.raises((TemplateError, TypeError, ValueError)):
        fill(written(text), sample_of(QUOTE), "it")


def test_far_too_much_work_is_ended() -> None:
    """Lists within lists are allowed; a template made to run for hours is not filled."""
    loops = "{% for a in notes %}{% for b in notes %}{% for c in notes %}{% for d in notes %}"
    template = written(loops + "{{ a }}" + "{% endfor %}" * 4)
    data = {"notes": ["x"] * 400}
    with pytest.raises(WordNotMade, match="within 1 seconds"):
        filled(template, data, "it", seconds=1)


# Where a template is wrong


def test_every_unknown_field_is_named_with_its_place() -> None:
    template = written(
        "Gentile {{ customer.nmae }},",
        "{% for line in lines %}{{ line.descrizione }}{% endfor %} {{ line.description }}",
        cell="{{ totale }}",
        footer="Pag. {{ pagina }}",
        title="{{ titolo }}",
    )
    found = check_template(template, QUOTE)
    places = [(p.found, p.place.part, p.place.paragraph, p.place.table, p.place.row, p.place.column) for p in found]
    assert places == [
        ("customer.nmae", "body", 1, None, None, None),
        ("line.descrizione", "body", 2, None, None, None),
        ("line", "body", 2, None, None, None),
        ("totale", "body", 6, 1, 2, 2),
        ("pagina", "footer", 1, None, None, None),
        ("titolo", "properties", 6, None, None, None),
    ]
    assert found[0].suggestion == "customer.name"
    assert found[1].suggestion == "lines.description"
    assert "Gentile {{ customer.nmae }}" in found[0].place.near


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        ("{{ lines }}", "not-a-value", "lines"),
        ("{{ customer }}", "not-a-value", "customer"),
        ("{% for x in total %}{{ x.y }}{% endfor %}", "not-a-list", "total"),
        ("{{ total | valuta }}", "unknown-filter", "valuta"),
        ("{{ customer | upper }}", "not-a-value", "customer"),
        ("{{ total | join }}", "not-a-list", "total"),
    ],
)
def test_what_does_not_fit_is_told(text: str, code: str, found: str) -> None:
    assert wrong(written(text)) == [(code, found)]


@pytest.mark.parametrize(
    "text", ["{% if %}", "{{ total", "{% for x in lines %}", "{{ total }", "{% vm %}", "{{ (total }}"]
)
def test_errors_of_syntax_have_a_place(text: str) -> None:
    (found,) = check_template(written("Prima", text), QUOTE)
    assert (found.code, found.place.part) == ("syntax", "body")


def test_words_own_quotes_and_prefixes_are_understood() -> None:
    assert wrong(written("{{ call_number | default(“nessuna”) }}", "{%p if site %}", "x", "{%p endif %}")) == []


def test_what_no_rule_finds_is_found_by_trying() -> None:
    """A field split over two paragraphs reads well and fills badly."""
    problems: tuple[TemplateProblem, ...] = checked(
        "m.docx", written("{%tr for x in lines %}"), TemplateUse(kind=QUOTE)
    )[1]
    assert [one.code for one in problems] == ["syntax"]


# Files that are no templates


def _with(name: str, part: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda parts: parts.update({name: part})


def _relation(kind: str, target: str) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        name = "word/_rels/document.xml.rels"
        told = f'<Relationship Id="rId99" Type="http://x/{kind}" Target="{target}" TargetMode="External"/>'
        parts[name] = parts[name].replace(b"</Relationships>", told.encode() + b"</Relationships>")

    return change


def _declared(parts: dict[str, bytes]) -> None:
    head = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    body = parts["word/document.xml"]
    at = body.index(b"?>") + 2
    parts["word/document.xml"] = body[:at] + head + body[at:].replace(b"Testo", b"&e;")


def _field(parts: dict[str, bytes]) -> None:
    acting = b'<w:r><w:instrText> DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc" </w:instrText></w:r>'
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"<w:r>", acting + b"<w:r>", 1)


def _macro_type(parts: dict[str, bytes]) -> None:
    name = "[Content_Types].xml"
    parts[name] = parts[name].replace(
        b"openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"ms-word.document.macroEnabled.main+xml",
    )


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (_with("word/vbaProject.bin", b"x"), WordFileActs),
        (_with("word/embeddings/oleObject1.bin", b"x"), WordFileActs),
        (_with("word/activeX/activeX1.xml", b"<x/>"), WordFileActs),
        (_relation("image", "http://evil.example/pixel.png"), WordFileActs),
        (_relation("attachedTemplate", "file:///C:/x.dotm"), WordFileActs),
        (_relation("hyperlink", "javascript:alert(1)"), WordFileActs),
        (_relation("hyperlink", "file:///etc/passwd"), WordFileActs),
        (_declared, WordFileActs),
        (_field, WordFileActs),
        (_macro_type, WordFileActs),
        (_with("word/huge.xml", b"<x>" + b"0" * 9_000_000 + b"</x>"), WordFileTooLarge),
        (_with("word/media/huge.png", b"0" * 41_000_000), WordFileTooLarge),
        (_with("../outside.xml", b"<x/>"), WordFileUnusable),
        (_with("word/broken.xml", b"<x>"), WordFileUnusable),
        (lambda parts: parts.pop("word/document.xml"), WordFileUnusable),
        (lambda parts: parts.update({f"word/p{n}.txt": b"x" for n in range(500)}), WordFileTooLarge),
    ],
)
def test_files_that_act_or_burst_are_refused(change: Callable[[dict[str, bytes]], Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        check_package(repacked(written("Testo"), change))


def test_what_is_no_package_is_refused() -> None:
    whole = written("Testo")
    for data in (b"", b"PK\x03\x04", b"%PDF-1.7", whole[:500], whole[: len(whole) // 2]):
        with pytest.raises(WordFileUnusable):
            check_package(data)
    with pytest.raises(WordFileTooLarge):
        check_package(b"PK" + b"0" * 5_000_001)
    with pytest.raises(WordFileUnusable):
        checked("modello.docm", whole, TemplateUse(kind=QUOTE))


def test_an_ordinary_file_with_a_link_to_click_is_taken() -> None:
    check_package(written("Testo"))
    check_package(repacked(written("Testo"), _relation("hyperlink", "mailto:info@service.example")))


# Fields and starters


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_starters_are_right_and_fill(kind: IssuedKind) -> None:
    data = starter(kind)
    assert data == starter(kind)
    assert checked("modello.docx", data, TemplateUse(kind=kind))[1] == ()


def cells(kind: IssuedKind, **told: Any) -> list[list[str]]:
    """The first table of a kind's starter, filled with made-up data and these in their place."""
    data = sample_of(kind)
    data["lines"] = [{**data["lines"][0], **told}]
    table = Document(BytesIO(fill(starter(kind), data, "it"))).tables[0]
    return [[cell.text.strip() for cell in row.cells] for row in table.rows]


def test_papers_of_goods_begin_with_what_people_need_of_them() -> None:
    """Prices by another unit, discounts, goods without a day; room to write what was taken; tax by its nature."""
    order = {"unit": "m", "price_unit": "rotolo", "discounts": [Quantity("10"), Quantity("2.5")], "due_on": None}
    assert cells(IssuedKind.PURCHASE_ORDER, **order)[1][4:] == [
        "m", "1.234,50 / rotolo", "10 2,5", "1.234,50", "al più presto",
    ]  # fmt: skip
    assert cells(IssuedKind.PURCHASE_ORDER, price_unit="pz", discounts=[])[1][5:7] == ["1.234,50", ""]
    taken = cells(IssuedKind.PICK_LIST, serials=["A-1", "A-2"], lots=[], on_hand=Quantity("0.5"))[1]
    assert (taken[3], taken[5], taken[8]) == ("A-1, A-2", "0,5", "")
    told = cells(IssuedKind.PRE_INVOICE, vat_nature="N6.7", period=None, why="Canone")[1]
    assert (told[0], told[6]) == ("Elettrovalvola 3/4 pollice – Perché: Canone", "N6.7")
    assert cells(IssuedKind.PRE_INVOICE, vat_nature=None, vat_rate=Quantity("22"))[1][6] == "22 %"


def test_what_is_asked_for_has_its_own_words() -> None:
    """A notice of payment and a proposed invoice are one kind of document; lists for the warehouse greet nobody."""
    for asks, said, other in ((True, "Da pagare: ", "Totale previsto: "), (False, "Totale previsto: ", "Da pagare: ")):
        filled_in = fill(
            starter(IssuedKind.PRE_INVOICE), sample_of(IssuedKind.PRE_INVOICE) | {"asks_payment": asks}, "it"
        )
        text = "\n".join(words(filled_in))
        assert said in text
        assert other not in text
    van = "\n".join(words(fill(starter(IssuedKind.PICK_LIST), sample_of(IssuedKind.PICK_LIST) | {"van": None}, "it")))
    assert "Spett.le" not in van
    assert "consegna ai clienti con DDT" in van


def test_kinds_without_a_starter_say_so() -> None:
    with pytest.raises(NoStarter):
        starter(IssuedKind.DAILY_REPORT)


@pytest.mark.parametrize("kind", sorted(CONTENT_OF))
def test_every_field_has_its_meaning_in_italian(kind: IssuedKind) -> None:
    known = {*WORDS, *WHOLE}
    missing = {one.path for one in fields_of(kind) if one.path.removesuffix("[]").rsplit(".", 1)[-1] not in known}
    assert missing == set()
    told = [one.path for one in fields_of(kind) if one.kind != "picture"]
    secret = [path for path in told if path.endswith(("sha256", "_id", "image", "logo", "source"))]
    assert secret == []


def test_documents_printed_without_templates_are_known() -> None:
    """A new kind of document gets its line in `CONTENT_OF`, or its name here with the reason."""
    assert set(IssuedKind) - set(CONTENT_OF) == set()
