"""What tests of printed documents share: a round of the worker, the papers of a kind, and the words on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # it ships no types

from gateways.documents.issuer import Issuer, archive_key
from tests.dsl import Company


def printed(firm: Company, issuer: Issuer, kind: str) -> list[dict[str, Any]]:
    """The documents of a kind, after a round in which nothing due was left."""
    firm.fold()
    issuer.tick(firm.house)
    assert firm.ask("documents-due")["items"] == []
    return list(firm.ask("documents", kind=kind)["items"])


def text_of(firm: Company, issuer: Issuer, document: Mapping[str, Any]) -> str:
    """The words of a document in the archive, in one line."""
    issued = firm.record(document["document_id"]).document
    _, pdf = issuer.archive.get(archive_key(firm.house, issued.kind, issued.record_id, issued.version))
    return words(pdf)


def words(pdf: bytes) -> str:
    """The text of a PDF in one line."""
    return " ".join(pages(pdf))


def pages(pdf: bytes) -> list[str]:
    """The text of every page, with line ends as spaces."""
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(pdf)]
