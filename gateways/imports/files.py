"""Files as grids of cells (file da importare): CSV in any encoding and separator, Excel workbooks.

A grid knows the row numbers people see in a spreadsheet: the first row is 1, blank rows count, and a cell with line
breaks inside quotes is one row.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import StringIO
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum, ZipError

from gateways.imports.encoding import decode

Cell = str | int | float | bool | date | datetime | time | timedelta
"""What a cell holds: text from a CSV file, typed values from Excel; an empty cell is an empty text."""

TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
EXCEL_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
SEPARATORS = (";", "\t", "|", ",")
SAMPLE_RECORDS = 60
HEADER_ROWS = 15
"""Titles and dates may stand above the headers, but not more rows than these."""


class UnreadableFile(Exception):
    """A file that can't be read at all; the message is the sentence to show."""


@dataclass(frozen=True)
class GridRow:
    """One row that is not blank, with its number."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Grid:
    """One CSV file or one sheet of a workbook.

    `label` is what people are told (`dati.xlsx [Clienti]`), `names` what may say the kind of data (`clienti`).
    """

    label: str
    names: tuple[str, ...]
    rows: tuple[GridRow, ...]


def read_file(path: Path) -> tuple[Grid, ...]:
    """The grids of a file: one for a CSV file, one for each visible sheet with data of a workbook.

    Raises `UnreadableFile` with the reason.
    """
    try:
        if path.suffix.lower() in EXCEL_SUFFIXES:
            return tuple(_workbook(path))
        return (_text(path),)
    except PermissionError as error:
        raise UnreadableFile("the file can't be opened: permission denied") from error
    except PasswordError as error:
        raise UnreadableFile("the workbook is protected by a password; save it without one") from error
    except (CalamineError, ZipError) as error:
        raise UnreadableFile(f"this is not a workbook that Excel would open ({error})") from error
    except csv.Error as error:
        raise UnreadableFile(f"the quotes of this file do not match ({error})") from error


def _workbook(path: Path) -> Iterator[Grid]:
    with CalamineWorkbook.from_path(str(path)) as book:
        filled = []
        for sheet in book.sheets_metadata:
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
                rows = _rows(book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False))
                if rows:
                    filled.append((sheet.name, rows))
    if not filled:
        raise UnreadableFile("the file is empty")
    for index, (name, rows) in enumerate(filled):
        label = path.name if len(filled) == 1 else f"{path.name} [{name}]"
        yield Grid(label, (name, path.stem) if index == 0 else (name,), rows)


def _text(path: Path) -> Grid:
    text, _ = decode(path.read_bytes())
    separator = sniff_separator(text)
    rows = _rows(csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True))
    if rows and separator.join(map(str, rows[0].cells)).strip().lower() == f"sep={separator}":
        rows = rows[1:]
    if not rows:
        raise UnreadableFile("the file is empty")
    return Grid(path.name, (path.stem,), rows)


def _rows(records: Iterable[Sequence[Cell]]) -> tuple[GridRow, ...]:
    return tuple(
        GridRow(number, tuple(cells)) for number, cells in enumerate(records, start=1) if not all(map(is_blank, cells))
    )


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing but spaces."""
    return isinstance(cell, str) and not cell.strip()


def sniff_separator(text: str) -> str:
    """The separator of a CSV text: `;`, tab, `|` or `,`.

    The one that splits some first row into most words, as headers are, and the other rows into at least as many
    cells wins; a first line `sep=;`, which Excel understands, decides at once.
    """
    first_line = text.lstrip().split("\n", 1)[0].strip()
    if first_line.lower().startswith("sep=") and len(first_line) == len("sep=;"):
        return first_line[-1]
    return max(SEPARATORS, key=lambda separator: _regularity(text, separator))


def _regularity(text: str, separator: str) -> float:
    """Words of the best header row beyond the first, weighed by the share of rows that are as wide."""
    records = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        sample = [record for record in islice(records, SAMPLE_RECORDS) if any(cell.strip() for cell in record)]
    except csv.Error:
        return 0.0
    return max((_as_header(record, sample) for record in sample[:HEADER_ROWS]), default=0.0)


def _as_header(record: list[str], sample: list[list[str]]) -> float:
    words = {cell.strip() for cell in record if any(character.isalpha() for character in cell)}
    as_wide = sum(len(other) >= len(record) for other in sample)
    return (len(words) - 1) * (as_wide / len(sample)) ** 2
