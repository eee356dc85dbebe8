"""Text of the electronic invoice: only the characters the format allows (Basic Latin and Latin-1), cut with care."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_REPLACED = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "“": '"', "”": '"', "„": '"', "″": '"', "–": "-", "—": "-",
        "‐": "-", "‑": "-", "‒": "-", "−": "-", "•": "-", "…": "...", "€": "EUR", "™": "(TM)", "№": "N.", "œ": "oe",
        "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "≤": "<=", "≥": ">=", "≠": "<>", "→": "->",
        "×": "x", "÷": "/", "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "", "\u00ad": "",
    }
)  # fmt: skip
_ELLIPSIS = "..."


def latin(text: str, most: int) -> str:
    """The text in Latin-1, on one line, of at most `most` characters; a longer one is cut at a word, with dots."""
    return _cut("".join(_latin_characters(text)), most)


def ascii_text(text: str, most: int) -> str:
    """The text without accents, in ASCII, of at most `most` characters."""
    plain = unicodedata.normalize("NFKD", latin(text, 10 * most + 1000))
    return _cut("".join(c if c.isascii() else "" if unicodedata.combining(c) else "?" for c in plain), most)


def chunks(text: str, most: int) -> tuple[str, ...]:
    """A long text in pieces of at most `most` characters, broken between words: nothing is lost."""
    parts: list[str] = []
    rest = "".join(_latin_characters(text))
    rest = _one_line(rest)
    while len(rest) > most:
        at = rest.rfind(" ", 1, most + 1)
        at = at if at > 0 else most
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return (*parts, rest) if rest else tuple(parts)


def _latin_characters(text: str) -> Iterator[str]:
    for character in unicodedata.normalize("NFC", text).translate(_REPLACED):
        if character.isspace() or unicodedata.category(character) == "Cc":
            yield " "
        elif character <= "\u00ff":
            yield character
        else:
            base = "".join(c for c in unicodedata.normalize("NFKD", character) if c <= "\u00ff")
            yield base if base.strip() else "" if unicodedata.combining(character) else "?"


def _one_line(text: str) -> str:
    return re.sub(r" {2,}", " ", text.replace("\u00a0", " ")).strip()


def _cut(text: str, most: int) -> str:
    text = _one_line(text)
    if len(text) <= most:
        return text or "-"
    if most <= 20:
        return text[:most].rstrip()
    kept = text[: most - len(_ELLIPSIS)]
    at = kept.rfind(" ")
    # A text of one long word is cut inside it rather than lost.
    return (kept[:at] if at > max(0, len(kept) - 40) else kept).rstrip() + _ELLIPSIS
