"""Cells as values (valori delle celle): what every reader of cells shares, texts, lists, yes and no, fixed words.

Every reader takes a cell that is not blank and the language of the file's headers, and answers with a value or raises
`Unacceptable`, whose message names the value and what is accepted. Numbers are in `quantities`, dates and hours in
`moments`, P.IVA, IBAN and the like in `identifiers`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, TypeVar

from gateways.imports.files import Cell
from gateways.imports.words import key_of

E = TypeVar("E", bound=StrEnum)


class Language(Enum):
    """The language of a file's headers; it decides what the point in `1.234` means."""

    ITALIAN = "Italian"
    ENGLISH = "English"


class Unacceptable(ValueError):
    """A cell that can't be read; the message is the sentence to show."""

    def __init__(self, cell: Cell, accepted: str, why: str = "") -> None:
        shown = cell if isinstance(cell, str) else plain(cell)
        super().__init__(f"'{shown}' {why or 'is not accepted'}: expected {accepted}")


@dataclass(frozen=True)
class CellType:
    """How a column's cells are read, the words that tell people what is accepted, and those of fixed values."""

    accepts: str
    read: Callable[[Cell, Language], Any]
    meanings: Mapping[Any, tuple[str, ...]] = field(default_factory=dict)


def plain(cell: Cell) -> str:
    """A cell as the text a person typed: `1234.0` from Excel is `1234`, a date is ISO."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return format(from_float(cell).normalize(), "f")
    return " ".join(str(cell).split())


def from_float(value: float) -> Decimal:
    """Excel keeps binary numbers: 15 digits are what it shows and what the person typed."""
    return Decimal(f"{value:.15g}")


def _text(cell: Cell, _: Language) -> str:
    return plain(cell)


def _lines(cell: Cell, _: Language) -> str:
    return (
        "\n".join(" ".join(line.split()) for line in str(cell).strip().splitlines())
        if isinstance(cell, str)
        else plain(cell)
    )


def _words(cell: Cell, _: Language) -> tuple[str, ...]:
    parts = (" ".join(part.split()) for part in re.split(r"[|;,\n]", plain(cell)))
    return tuple(dict.fromkeys(part for part in parts if part))


TEXT = CellType("text", _text)
MULTILINE = CellType("text, also on several lines", _lines)
WORDS = CellType("one or several, separated by | ; or ,", _words)

YES = frozenset({"si", "s", "x", "vero", "v", "1", "yes", "y", "true", "t"})
NO = frozenset({"no", "n", "falso", "f", "0", "false", "-"})


def _yes_no(cell: Cell, _: Language) -> bool:
    word = key_of(plain(cell)) or plain(cell)
    if word in YES:
        return True
    if word in NO:
        return False
    raise Unacceptable(cell, YES_NO.accepts)


YES_NO = CellType("sì, s, x, vero, 1, yes, y, true; or no, n, falso, 0, false", _yes_no)


def choice(meanings: Mapping[E, tuple[str, ...]]) -> CellType:
    """A column with fixed values: each member's own code and its Italian and English words are accepted."""
    table: dict[str, E] = {}
    for member, synonyms in meanings.items():
        for word in (member.value, *synonyms):
            if table.setdefault(key_of(word), member) is not member:
                raise ValueError(f"the word {word!r} means both {table[key_of(word)]} and {member}")
    accepts = "one of: " + "; ".join(" / ".join((*synonyms[:2], member.value)) for member, synonyms in meanings.items())

    def read(cell: Cell, _: Language) -> E:
        member = table.get(key_of(plain(cell)))
        if member is None:
            raise Unacceptable(cell, accepts, "is not a known word")
        return member

    return CellType(accepts, read, meanings)


def several(one: CellType) -> CellType:
    """A list of values of another type in one cell, each read as that type."""

    def read(cell: Cell, language: Language) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(one.read(part, language) for part in _words(cell, language)))

    return CellType(f"{one.accepts} (several separated by | ; or ,)", read, one.meanings)
