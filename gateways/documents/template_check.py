"""What is wrong in a Word template (controllo del modello): every unknown field and every error, with its place.

Each paragraph of a part is one line of a source, so that what is wrong on a line is wrong in that paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any, NamedTuple

from docx import Document
from jinja2 import Environment, nodes
from jinja2.exceptions import TemplateSyntaxError

from aggregates.document_template import Part, TemplatePlace, TemplateProblem
from aggregates.issued_document import IssuedKind
from gateways.documents.template_walk import Walk
from projections.documents.template_fields import nearest, shape_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MOST_TEXT = 300_000
_PREFIX = re.compile(r"(\{[{%])(?:p|tr|tc|r)(?=\s)")
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_TAG = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
_PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")
_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


class Line(NamedTuple):
    """A paragraph and where it stands."""

    text: str
    place: TemplatePlace


def check_template(data: bytes, kind: IssuedKind) -> tuple[TemplateProblem, ...]:
    """All that is wrong in a checked package (see `check_package`), in the order of the document."""
    found: list[TemplateProblem] = []
    for lines in parts_of(data):
        found += _wrong(lines, kind)
    return tuple(found[:100])


def parts_of(data: bytes) -> Iterator[Sequence[Line]]:
    """The parts of a document, each as its lines."""
    document: Any = Document(BytesIO(data))
    yield tuple(_lines(document.element.body, "body"))
    for relation in document.part.rels.values():
        name = relation.reltype.rsplit("/", 1)[-1]
        if name in ("header", "footer"):
            yield tuple(_lines(relation.target_part.element, name))
    for part in document.part.package.parts:
        if part.content_type == _FOOTNOTES:
            from lxml import etree

            yield tuple(_lines(etree.fromstring(part.blob), "footnotes"))
    told = [str(getattr(document.core_properties, name) or "") for name in _PROPERTIES]
    yield tuple(Line(_plain(text), _place("properties", n, None, text)) for n, text in enumerate(told, 1))


def _lines(root: Any, part: Part) -> Iterator[Line]:
    tables = list(root.iter(W + "tbl"))
    for number, paragraph in enumerate(root.iter(W + "p"), 1):
        text = "".join(_texts(paragraph))
        yield Line(_plain(text), _place(part, number, _cell(paragraph, tables), text))


def _texts(paragraph: Any) -> Iterator[str]:
    for each in paragraph.iter(W + "t", W + "tab", W + "br"):
        nearest_paragraph = next(each.iterancestors(W + "p"), None)
        if nearest_paragraph is paragraph:
            yield (each.text or "") if each.tag == W + "t" else " "


def _cell(paragraph: Any, tables: list[Any]) -> tuple[int, int, int] | None:
    cell = next(paragraph.iterancestors(W + "tc"), None)
    if cell is None:
        return None
    row, table = next(cell.iterancestors(W + "tr")), next(cell.iterancestors(W + "tbl"))
    rows, cells = list(table.iter(W + "tr")), list(row.iter(W + "tc"))
    return tables.index(table) + 1, rows.index(row) + 1, cells.index(cell) + 1


def _place(part: Part, number: int, cell: tuple[int, int, int] | None, text: str) -> TemplatePlace:
    table, row, column = cell or (None, None, None)
    return TemplatePlace(part=part, paragraph=number, table=table, row=row, column=column, near=text[:120])


def _plain(text: str) -> str:
    """A paragraph as one line of a template: Word's own quotes and the prefixes of rows and paragraphs taken out."""
    line = " ".join(text.splitlines())
    return _TAG.sub(lambda tag: _PREFIX.sub(r"\1", tag[0].translate(_QUOTES)), line)


def _wrong(lines: Sequence[Line], kind: IssuedKind) -> list[TemplateProblem]:
    source = "\n".join(line.text for line in lines)
    if len(source) > MOST_TEXT:
        return [_problem(lines, 1, "syntax", "too much text", None)]
    if not re.search(r"\{[{%#]|[}%#]\}", source):
        return []
    environment = Environment(autoescape=True, keep_trailing_newline=True)
    try:
        tree: nodes.Template = environment.parse(source)
    except TemplateSyntaxError as error:
        return [_problem(lines, error.lineno, "syntax", error.message or "syntax", None)]
    except RecursionError:
        return [_problem(lines, 1, "syntax", "too many brackets", None)]
    walk = Walk(shape_of(kind))
    walk.template(tree)
    alike = {one.found: nearest(one.found, kind) for one in walk.found if one.code == "unknown-field"}
    return [_problem(lines, one.lineno, one.code, one.found, alike.get(one.found)) for one in walk.found]


def _problem(lines: Sequence[Line], lineno: int, code: Any, found: str, suggestion: str | None) -> TemplateProblem:
    place = lines[min(max(lineno, 1), len(lines)) - 1].place
    near = _around(place.near, found)
    return TemplateProblem(
        code=code, found=found[:200], suggestion=suggestion, place=place.model_copy(update={"near": near})
    )


def _around(text: str, found: str) -> str:
    at = text.find(found)
    start = max(0, at - 40) if at >= 0 else 0
    return text[start : start + 120].strip()
