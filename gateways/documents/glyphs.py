"""Which characters the product's fonts can print (glifi): a word pasted from anywhere must not stop a document.

PDF/A refuses a character without a glyph. Such a character loses its accent if that helps, and becomes `?` if not; the
content itself, and its hash, keep what was written.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
UNKNOWN = "?"


def drawable(text: str) -> str:
    """The text with only characters that every face of our fonts has; line ends are kept."""
    glyphs = _common()
    if all(ord(c) in glyphs for c in text):
        return text
    return "".join(_drawn(c, glyphs) for c in unicodedata.normalize("NFC", text.replace("\r\n", "\n")))


def _drawn(character: str, glyphs: frozenset[int]) -> str:
    if character == "\n" or ord(character) in glyphs:
        return character
    if character.isspace() or unicodedata.category(character) == "Cc":
        return " "
    if unicodedata.category(character) in {"Cf", "Mn"} or "\ufe00" <= character <= "\ufe0f":
        return ""
    return "".join(c for c in unicodedata.normalize("NFKD", character) if ord(c) in glyphs) or UNKNOWN


@cache
def _common() -> frozenset[int]:
    faces = [frozenset(_characters(file.read_bytes())) for file in sorted(FONTS.glob("*.ttf"))]
    return frozenset.intersection(*faces)


def _characters(font: bytes) -> Iterator[int]:
    """The code points of a TrueType font's Unicode map (`cmap`, format 4: the basic plane)."""
    tables = (struct.unpack_from(">4s4xII", font, 12 + 16 * i) for i in range(struct.unpack_from(">H", font, 4)[0]))
    start = next(offset for tag, offset, _ in tables if tag == b"cmap")
    maps = (
        struct.unpack_from(">HHI", font, start + 4 + 8 * i) for i in range(struct.unpack_from(">H", font, start + 2)[0])
    )
    at = next(start + o for platform, kind, o in maps if (platform, kind) in {(3, 1), (0, 3)})
    version, _, _, doubled = struct.unpack_from(">4H", font, at)
    if version != 4:
        raise ValueError(f"the font's character map has format {version}, not 4")
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + doubled)
    for first, last in zip(starts, ends, strict=True):
        yield from range(first, min(last, 0xFFFE) + 1)
