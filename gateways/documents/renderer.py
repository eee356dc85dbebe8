"""Printed documents (stampa): a frozen content becomes a PDF, the same bytes for the same content and moment.

Templates are Typst files beside their own fonts; no font of the machine is ever used. A document is PDF/A-2b, or
PDF/A-3b when it may carry a file inside (an invoice and its XML).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from aggregates.values import ROME, Value
from gateways.documents.glyphs import FONTS, drawable
from gateways.documents.typesetter import Job, TypesettingFailed, typeset
from projections.documents.content import Content

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
VERSIONS = "versions.json"
Typeset = Callable[[Job], bytes]
"""What makes the PDF: the function that does it here, or a press."""
CARRYING_KINDS = frozenset({"invoice", "credit_note"})
TEMPLATE_OF = {
    "quote": "quote.typ",
    "delivery_note": "delivery_note.typ",
    "work_report": "work_report.typ",
    "invoice": "invoice.typ",
    "credit_note": "invoice.typ",
    "adjustment_letter": "adjustment_letter.typ",
    "contract": "contract.typ",
    "contract_proposal": "contract_proposal.typ",
    "pre_invoice": "pre_invoice.typ",
    "meter_statement": "meter_statement.typ",
    "consumer_reminder": "consumer_reminder.typ",
    "payment_reminder": "payment_reminder.typ",
    "serial_history": "serial_history.typ",
    "workshop_receipt": "workshop_receipt.typ",
    "pick_list": "pick_list.typ",
    "purchase_order": "purchase_order.typ",
    "rma_label": "rma_label.typ",
    "pickup_receipt": "pickup_receipt.typ",
    "erasure_certificate": "erasure_certificate.typ",
    "dispute": "dispute.typ",
    "account_statement": "account_statement.typ",
    "daily_report": "daily_report.typ",
}


class Attachment(Value):
    """A file carried inside the PDF, such as the electronic invoice it prints."""

    name: str
    data: bytes
    media_type: str = "application/xml"
    description: str = "Fattura elettronica"


class RenderedDocument(Value):
    """A finished PDF with what proves where it came from: hash of the file, of the content, and the template."""

    kind: str
    pdf: bytes
    sha256: str
    content_sha256: str
    template_version: str
    renderer: str


class RenderingFailed(RuntimeError):
    """The template could not print this content; the message says where."""


def render(
    kind: str,
    content: Content,
    *,
    rendered_at: datetime,
    attachments: Sequence[Attachment] = (),
    templates: Path = TEMPLATES,
    by: Typeset = typeset,
) -> RenderedDocument:
    """Print a content.

    `rendered_at` is stamped into the file and must be timezone-aware; `templates` is a folder of changed templates;
    `by` is who typesets, in this process unless told otherwise.
    Raises `ValueError` if the kind is unknown or not that of the content, `RenderingFailed` if the template fails.
    """
    if kind != content.kind or kind not in TEMPLATE_OF:
        raise ValueError(f"a {content.kind} cannot be printed as {kind}")
    if rendered_at.tzinfo is None:
        raise ValueError("rendered_at needs its offset from UTC")
    inputs = {"data": json.dumps(printable(content)), "attachments": json.dumps([_embedded(a) for a in attachments])}
    carries = kind in CARRYING_KINDS or bool(attachments)
    job = Job(
        template=str(templates / TEMPLATE_OF[kind]),
        root=str(templates),
        fonts=str(FONTS),
        inputs=inputs,
        standard="a-3b" if carries else "a-2b",
        timestamp=int(rendered_at.timestamp()),
    )
    try:
        pdf = by(job)
    except TypesettingFailed as error:
        raise RenderingFailed(f"{kind}: {error}") from error
    return RenderedDocument(
        kind=kind,
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        content_sha256=content_sha256(content),
        template_version=template_version(kind, templates),
        renderer=f"typst {version('typst')}",
    )


def content_sha256(content: BaseModel) -> str:
    """The SHA-256 of a content's canonical JSON: sorted keys, no spaces, UTF-8."""
    return canonical_sha256(content.model_dump(mode="json"))


def canonical_sha256(document: object) -> str:
    """The SHA-256 of any JSON value in the same canonical form."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def template_version(kind: str, templates: Path = TEMPLATES) -> str:
    """The template's number and the first 12 digits of its fingerprint, for example `3-1f0c9a7be2d4`."""
    numbers = json.loads((templates / VERSIONS).read_text(encoding="utf-8"))
    return f"{numbers[kind]['version']}-{template_fingerprint(kind, templates)[:12]}"


def template_fingerprint(kind: str, templates: Path = TEMPLATES) -> str:
    """SHA-256 over everything that shapes this kind: its template, the shared files and the fonts."""
    shared = sorted(f for f in templates.iterdir() if f.suffix in {".typ", ".svg"} and f.name not in _kind_files())
    files = [templates / TEMPLATE_OF[kind], *shared, *sorted(FONTS.glob("*.ttf"))]
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def printable(value: Any) -> Any:
    """A content as templates read it: drawable text, plain decimals, instants as Rome time, pictures as byte lists."""
    match value:
        case BaseModel():
            return {name: printable(getattr(value, name)) for name in type(value).model_fields} | _derived(value)
        case Enum():
            return printable(value.value)
        case bytes():
            return list(value)
        case Decimal():
            return format(value, "f")
        case datetime():
            return value.astimezone(ROME).strftime("%Y-%m-%dT%H:%M")
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case str():
            return drawable(value)
        case tuple() | list() | frozenset():
            return [printable(part) for part in value]
        case _:
            return value


def _derived(value: BaseModel) -> dict[str, Any]:
    names: Iterable[str] = (name for name, part in vars(type(value)).items() if isinstance(part, property))
    return {name: printable(getattr(value, name)) for name in names}


def _embedded(attachment: Attachment) -> dict[str, Any]:
    return printable(attachment)  # type: ignore[no-any-return]  # a model always becomes a dict


def _kind_files() -> frozenset[str]:
    return frozenset(TEMPLATE_OF.values())
