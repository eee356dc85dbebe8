"""Barcodes (codici a barre): the modules of a Code 128, to be drawn by templates."""

from __future__ import annotations

from barcode import Code128  # type: ignore[import-untyped]  # it ships no types


def code128(text: str) -> str:
    """The modules of a code, 1 for a bar and 0 for a gap, without the quiet zone. Takes ASCII alone."""
    (modules,) = Code128(text).build()
    return str(modules)
