"""Word templates to begin with (modelli di partenza): plain ones of the house, to be opened in Word and changed."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx import Document
from docx.shared import Cm, Pt, RGBColor

from aggregates.base import Refusal
from aggregates.issued_document import IssuedKind
from gateways.documents.word import repacked
from gateways.documents.word_blocks import each, when
from gateways.documents.word_bodies import BODIES
from projections.documents.words import TITLES

ACCENT = RGBColor(0x1D, 0x55, 0x66)
OURS = (IssuedKind.PICK_LIST,)
"""Papers that nobody outside is sent."""


class NoStarter(Refusal):
    """There is no template to begin with for {kind}; there are some for: {known}."""

    status = 404


def starter(kind: IssuedKind) -> bytes:
    """A .docx to begin with. Raises `NoStarter`."""
    if kind not in BODIES:
        raise NoStarter(kind=kind.value, known=", ".join(sorted(one.value for one in BODIES)))
    document: Any = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(10)
    style.paragraph_format.space_after = Pt(4)
    _head(document, kind)
    BODIES[kind](document)
    when(document, "notes", "Note: {{ notes | join('; ') }}")
    _texts(document)
    document.core_properties.title = TITLES[kind]
    document.core_properties.author = ""
    document.core_properties.comments = ""
    out = BytesIO()
    document.save(out)
    return repacked(out.getvalue())


def _head(document: Any, kind: IssuedKind) -> None:
    header, footer = document.sections[0].header.paragraphs[0], document.sections[0].footer.paragraphs[0]
    header.add_run("{% if issuer.logo %}{{ issuer.logo }}{% endif %} ")
    name = header.add_run("{{ issuer.name }}")
    name.bold, name.font.size, name.font.color.rgb = True, Pt(14), ACCENT
    header.add_run("\n{{ issuer.address.street }} – {{ issuer.address.postcode }} {{ issuer.address.town }}")
    header.add_run(" – P. IVA {{ issuer.vat_number }}")
    footer.text = "{{ issuer.name }} – {{ issuer.footer }}"
    when(document, "draft", "BOZZA")
    title = document.add_paragraph().add_run(f"{TITLES[kind]} {{{{ number }}}}")
    title.bold, title.font.size, title.font.color.rgb = True, Pt(16), ACCENT
    document.add_paragraph("del {{ issued_on }}")
    if kind not in OURS:
        _customer(document)


def _customer(document: Any) -> None:
    document.add_paragraph("Spett.le").runs[0].italic = True
    document.add_paragraph("{{ customer.name }}").runs[0].bold = True
    when(document, "customer.attention", "c.a. {{ customer.attention }}")
    document.add_paragraph("{{ customer.address.street }}")
    document.add_paragraph(
        "{{ customer.address.postcode }} {{ customer.address.town }} {{ customer.address.province }}"
    )


def _texts(document: Any) -> None:
    document.add_paragraph("{%p if texts %}")
    for name in ("introduction", "conditions", "payment", "footer"):
        each(document, f"texts.{name}")
    document.add_paragraph("{%p endif %}")
