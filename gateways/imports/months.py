"""Months in cells (mesi): `2025-12`, `12/2025`, `dicembre 2025`, or any day of the month."""

from __future__ import annotations

import re
from datetime import date

from gateways.imports.cells import CellType, Language, Unacceptable
from gateways.imports.files import Cell
from gateways.imports.moments import DAY
from gateways.imports.words import normalise

MONTH_FORM = "a month such as 2025-12, 12/2025 or dicembre 2025"
NAMES = (
    ("gennaio", "january"), ("febbraio", "february"), ("marzo", "march"), ("aprile", "april"), ("maggio", "may"),
    ("giugno", "june"), ("luglio", "july"), ("agosto", "august"), ("settembre", "september"),
    ("ottobre", "october"), ("novembre", "november"), ("dicembre", "december"),
)  # fmt: skip
_NUMBERS = re.compile(r"(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4})")
_WORDS = re.compile(r"([a-z]{3,}) (\d{4})")


def _month(cell: Cell, language: Language) -> str:
    typed = normalise(cell) if isinstance(cell, str) else ""
    if isinstance(cell, str) and (found := _NUMBERS.fullmatch(cell.strip())):
        year, month = (found[1], found[2]) if found[1] else (found[4], found[3])
        return _checked(cell, int(year), int(month))
    if named := _WORDS.fullmatch(typed):
        for number, names in enumerate(NAMES, 1):
            if any(name.startswith(named[1]) for name in names):
                return _checked(cell, int(named[2]), number)
    try:
        day: date = DAY.read(cell, language)
    except Unacceptable:
        raise Unacceptable(cell, MONTH_FORM, "is not a month") from None
    return _checked(cell, day.year, day.month)


def _checked(cell: Cell, year: int, month: int) -> str:
    if not 1 <= month <= 12:
        raise Unacceptable(cell, MONTH_FORM, "is not a month")
    return f"{year:04d}-{month:02d}"


MONTH = CellType(MONTH_FORM, _month)
