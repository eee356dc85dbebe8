"""Lists and records as Excel workbooks: real numbers and dates, a header that stays, a filter, totals as values.

Texts are texts: none is ever a formula, whatever it begins with. Ids stand at the end. Written row by row, so that a
hundred thousand rows need no more memory than a hundred.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from pydantic_core import to_json

from aggregates.values import ROME
from gateways.http.sheets import Block, blocks_of
from gateways.http.table_rows import Gathered
from gateways.http.table_words import is_hidden, is_nested, kinds_of, list_title, text, title
from projections.base import View

MOST_ROWS = 100_000
LONGEST = 32_000
"""Characters that Excel takes in a cell, and a little room."""
FIRST_DAY = date(1900, 3, 1)
"""Before it Excel counts a day that never was: earlier dates are written as texts."""
WIDEST, NARROWEST = 60, 8
LOOKED_AT = 200
"""Rows whose length tells the width of the columns."""
BOLD = Font(bold=True)
HEAD = PatternFill("solid", fgColor="FFE3EBEE")
READ = 65_536
_STYLES: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()
"""Of each workbook being written: what its formats look like."""


def excel_of(view: View, rows: Gathered, language: str) -> IO[bytes]:
    """A list as a workbook of one sheet; closes the rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(list_title(view.name, language)))
    with rows:
        columns = ordered(rows.columns, rows)
        titles = [title(column, language) for column in columns]
        seen = ([text(row.get(column), language) for column in columns] for row in _some(rows))
        _shape(sheet, titles, seen)
        sheet.append([_head(sheet, each) for each in titles])
        kinds = [kinds_of(view, column) for column in columns]
        for row in rows:
            sheet.append([_cell(sheet, row.get(c), language, k) for c, k in zip(columns, kinds, strict=True)])
        if columns:
            sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
        _total_rows(sheet, columns, rows, language)
    return _saved(book)


def record_excel(view: View, data: Any, language: str) -> IO[bytes]:
    """A record as a workbook: its fields on the first sheet, each table inside it on one of its own."""
    book = Workbook(write_only=True)
    names: set[str] = set()
    for block in blocks_of(data, list_title(view.name, language), language, with_ids=True):
        sheet = book.create_sheet(_sheet_name(block.title, names))
        titles = [title(column, language) for column in block.columns]
        _shape(sheet, titles, ([text(part, language) for part in row] for row in block.rows[:LOOKED_AT]))
        if not block.is_fields:
            sheet.append([_head(sheet, each) for each in titles])
        for row in block.rows:
            sheet.append(_record_row(sheet, view, block, row, language))
    if not book.worksheets:
        book.create_sheet(_sheet_name(list_title(view.name, language)))
    return _saved(book)


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """A file from its beginning, in pieces; closed at the end."""
    with file:
        file.seek(0)
        while piece := file.read(READ):
            yield piece


def ordered(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The columns with those of ids at the end."""
    ids = {column for row in _some(rows) for column, value in row.items() if isinstance(value, UUID)}
    return sorted(columns, key=lambda column: is_hidden(column) or column in ids)


def _some(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [row for row, _ in zip(rows, range(LOOKED_AT), strict=False)]


def _record_row(sheet: Any, view: View, block: Block, row: Sequence[Any], language: str) -> list[Any]:
    if block.is_fields:
        name, value = row
        return [_head(sheet, title(name, language)), _cell(sheet, value, language, kinds_of(view, name))]
    kinds = (kinds_of(view, column) for column in block.columns)
    return [_cell(sheet, value, language, kind) for value, kind in zip(row, kinds, strict=True)]


def _cell(sheet: Any, value: Any, language: str, kinds: Any = ()) -> Any:
    """A value with its real type and a format to read it by."""
    if value is None or value == "":
        return None
    if isinstance(value, bool | Enum | UUID) or (isinstance(value, str) and not isinstance(value, Enum)):
        return _text_cell(sheet, text(value, language, kinds))
    if isinstance(value, int | float | Decimal):
        return _number_cell(sheet, Decimal(str(value)) if isinstance(value, float) else Decimal(value))
    if isinstance(value, datetime):
        return _formatted(sheet, value.astimezone(ROME).replace(tzinfo=None), "dd/mm/yyyy hh:mm")
    if isinstance(value, date):
        if value < FIRST_DAY:
            return _text_cell(sheet, text(value, language))
        return _formatted(sheet, value, "dd/mm/yyyy")
    if is_nested(value) and not value:
        return None
    return _text_cell(sheet, value if isinstance(value, str) else to_json(value).decode())


def _number_cell(sheet: Any, value: Decimal) -> Any:
    exponent = value.as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    return _formatted(sheet, value, "#,##0" + ("." + "0" * places if places else ""))


def _formatted(sheet: Any, value: Any, pattern: str) -> Any:
    cell: Any = WriteOnlyCell(sheet, value)
    known = _STYLES.setdefault(sheet.parent, {})
    if pattern not in known:
        cell.number_format = pattern
        known[pattern] = cell._style
    cell._style = known[pattern]  # shared, because looking a format up takes longer than writing the cell
    return cell


def _text_cell(sheet: Any, value: str) -> Any:
    """A text, and nothing that is worked out, also when somebody edits it."""
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST])
    cell.data_type = "s"
    if value.lstrip()[:1] in ("=", "+", "-", "@"):
        cell.quotePrefix = True
    return cell


def _head(sheet: Any, value: str) -> Any:
    cell = _text_cell(sheet, value)
    cell.font, cell.fill, cell.alignment = BOLD, HEAD, Alignment(vertical="top", wrap_text=True)
    return cell


def _bold(cell: Any) -> Any:
    if cell is not None:
        cell._style = copy(cell._style)
        cell.font = BOLD
    return cell


def _shape(sheet: Any, titles: Sequence[str], seen: Iterable[Sequence[str]]) -> None:
    """Widths from the first rows; the header stays while the rest scrolls."""
    widths = [min(len(each), 24) for each in titles]
    for row in seen:
        widths = [max(width, len(part)) for width, part in zip(widths, row, strict=True)]
    for n, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(n)].width = max(NARROWEST, min(WIDEST, width + 2))
    sheet.freeze_panes = "A2"


def _total_rows(sheet: Any, columns: Sequence[str], rows: Gathered, language: str) -> None:
    """One row of totals for each currency, unit or kind; behind an empty one, so that filters leave them alone."""
    totals = rows.totals
    if totals.sums:
        sheet.append([])
    for per, sums in totals.sums.items():
        cells = [_bold(_cell(sheet, sums.get(column), language)) for column in columns]
        free = next((n for n, each in enumerate(cells) if each is None), None)
        if free is not None:
            cells[free] = _bold(_text_cell(sheet, " ".join(filter(None, (title("total", language), per)))))
        sheet.append(cells)


def _sheet_name(wanted: str, taken: set[str] | None = None) -> str:
    plain = "".join(" " if c in "[]:*?/\\'" else c for c in wanted)[:28].strip() or "1"
    taken = taken if taken is not None else set()
    name = next(n for n in (plain, *(f"{plain} {i}" for i in range(2, 1000))) if n.lower() not in taken)
    taken.add(name.lower())
    return name


def _saved(book: Any) -> IO[bytes]:
    file = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    book.save(file)
    return file
