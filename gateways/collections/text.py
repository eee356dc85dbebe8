"""Words as banks take them (caratteri ammessi): plain letters, no accents, cut to the length of their field."""

from __future__ import annotations

import re
import unicodedata

_SEPA = re.compile(r"[^A-Za-z0-9+?/\-:().,' ]")


def plain(text: str) -> str:
    """The text in ASCII: accents are dropped, other characters become a space, runs of spaces one."""
    without = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(without.split())


def sepa(text: str, length: int) -> str:
    """The text in the characters that every SEPA bank takes, never empty."""
    return " ".join(_SEPA.sub(" ", plain(text)).split())[:length].strip() or "-"


def field(text: str, length: int) -> str:
    """A field of a fixed-width record: capitals, cut, filled with spaces on the right."""
    return plain(text).upper()[:length].ljust(length)


def digits(value: int, length: int) -> str:
    """A number of a fixed-width record, with leading zeros. Raises `ValueError` for one too long."""
    text = str(value).zfill(length)
    if len(text) > length or value < 0:
        raise ValueError(f"{value} does not fit into {length} digits")
    return text
