"""Pictures of Word files (immagini nei modelli): bytes of a content become pictures of a sound size on the page.

A picture stands where its field is written: `{{ issuer.logo }}`, `{{ signature.image }}`, `{{ photo.image }}` in
a loop. One that cannot be drawn is left out, as the house's own print leaves it out.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx.shared import Mm
from docxtpl import InlineImage  # type: ignore[import-untyped]  # it ships no types
from PIL import Image

SIZES = {"logo": (50, 20), "signature": (50, 25), "technician_signature": (50, 25), "image": (70, 70)}
"""At most so many millimetres wide and high, by the field's name."""
FORMATS = ("PNG", "JPEG")


def drawn(document: Any, data: bytes, name: str) -> Any:
    """A picture of a document, as large as its place takes; an empty text where it cannot be drawn."""
    wide, high = SIZES.get(name, SIZES["image"])
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            picture.verify()
            across, down = picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ""
    is_broad = across * high >= down * wide
    size = {"width": Mm(wide)} if is_broad else {"height": Mm(high)}
    return InlineImage(document, BytesIO(data), **size)


def is_picture(value: Any) -> bool:
    """Whether a value is a picture, which is written as it is."""
    return isinstance(value, InlineImage)
