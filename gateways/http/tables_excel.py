"""Lists and records as Excel workbooks: real numbers and dates, a header that stays, a filter, totals as values.

Texts are texts: none is ever a formula, whatever it begins with. Ids stand at the end. Written row by row in a process
of the press, so that a hundred thousand rows need no more memory than a hundred, and no request's thread.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any
from uuid import UUID

from pydantic_core import to_json

from aggregates.values import ROME
from gateways.documents.bookbinder import BOLD, HEAD, NAME, PLAIN, Cell
from gateways.documents.press import Press
from gateways.http.sheets import Block, blocks_of
from gateways.http.table_rows import Gathered
from gateways.http.table_words import is_hidden, is_nested, kinds_of, list_title, text, title, total_title
from projections.base import View

MOST_ROWS = 100_000
LONGEST = 32_000
"""Characters that Excel takes in a cell, and a little room."""
FIRST_DAY = date(1900, 3, 1)
"""Before it Excel counts a day that never was: earlier dates are written as texts."""
WIDEST, NARROWEST = 60, 8
LOOKED_AT = 200
"""Rows whose length tells the width of the columns."""
AT_ONCE = 250
"""Rows that are handed over together; between them a client that has gone is noticed."""
READ = 65_536
UNWRITABLE = re.compile(r"[\000-\010\013\014\016-\037]")
"""Characters that no workbook may hold."""
Parts = Iterator[tuple[Any, ...]]


def excel_of(view: View, rows: Gathered, language: str, press: Press, stay: Callable[[], None]) -> IO[bytes]:
    """A list as a workbook of one sheet; closes the rows. `stay` raises when nobody waits for it any more.

    Raises `WorkbookNotMade`, `PressBusy`.
    """
    with rows:
        return _bound(lambda: _list_parts(view, rows, language), press, view.name, stay)


def record_excel(view: View, data: Any, language: str, press: Press) -> IO[bytes]:
    """A record as a workbook: its fields on the first sheet, each table inside it on one of its own.

    Raises `WorkbookNotMade`, `PressBusy`.
    """
    return _bound(lambda: _record_parts(view, data, language), press, view.name, lambda: None)


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """A file from its beginning, in pieces; closed at the end."""
    with file:
        while piece := file.read(READ):
            yield piece


def ordered(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The columns with those of ids at the end."""
    ids = {column for row in _some(rows) for column, value in row.items() if isinstance(value, UUID)}
    return sorted(columns, key=lambda column: is_hidden(column) or column in ids)


def _bound(parts: Callable[[], Parts], press: Press, name: str, stay: Callable[[], None]) -> IO[bytes]:
    """The file that is made of some parts; whoever sends it closes it."""

    def told() -> Iterator[bytes]:
        for stale in folder.iterdir():  # of a worker that died over it
            stale.unlink()
        yield str(folder).encode()
        for part in parts():
            stay()
            yield pickle.dumps(part, pickle.HIGHEST_PROTOCOL)
        yield b""

    with TemporaryDirectory(prefix="libretto-book-") as at:
        folder = Path(at)
        press.bind(told, name)
        return (folder / NAME).open("rb")  # stays readable when the folder has gone


def _list_parts(view: View, rows: Gathered, language: str) -> Parts:
    columns = ordered(rows.columns, rows)
    titles = [title(column, language) for column in columns]
    seen = ([text(row.get(column), language) for column in columns] for row in _some(rows))
    yield "sheet", _sheet_name(list_title(view.name, language)), _widths(titles, seen)
    yield "rows", [[_head(each) for each in titles]]
    kinds = [(column, kinds_of(view, column)) for column in columns]
    written = ([_cell(row.get(column), language, kind) for column, kind in kinds] for row in rows)
    while some := list(islice(written, AT_ONCE)):
        yield "rows", some
    if columns:
        yield "filter", len(rows), len(columns)
    yield "rows", _total_rows(view, columns, rows, language)


def _record_parts(view: View, data: Any, language: str) -> Parts:
    names: set[str] = set()
    for block in blocks_of(data, list_title(view.name, language), language, with_ids=True):
        titles = [title(column, language) for column in block.columns]
        seen = ([text(part, language) for part in row] for row in block.rows[:LOOKED_AT])
        yield "sheet", _sheet_name(block.title, names), _widths(titles, seen)
        if not block.is_fields:
            yield "rows", [[_head(each) for each in titles]]
        yield "rows", [_record_row(view, block, row, language) for row in block.rows]
    if not names:
        yield "sheet", _sheet_name(list_title(view.name, language)), []


def _some(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return list(islice(rows, LOOKED_AT))


def _record_row(view: View, block: Block, row: Sequence[Any], language: str) -> list[Cell]:
    if block.is_fields:
        name, value = row
        return [_head(title(name, language)), _cell(value, language, kinds_of(view, name))]
    kinds = (kinds_of(view, column) for column in block.columns)
    return [_cell(value, language, kind) for value, kind in zip(row, kinds, strict=True)]


def _cell(value: Any, language: str, kinds: Any = (), look: str = PLAIN) -> Cell:
    """A value with its real type and a format to read it by."""
    if value is None or value == "":
        return None
    if isinstance(value, bool | Enum | UUID | str):
        return _text_cell(text(value, language, kinds), look)
    if isinstance(value, int | float | Decimal):
        return _number_cell(Decimal(str(value)) if isinstance(value, float) else Decimal(value), look)
    if isinstance(value, datetime):
        return (value.astimezone(ROME).replace(tzinfo=None), "dd/mm/yyyy hh:mm", look)
    if isinstance(value, date):
        return (value, "dd/mm/yyyy", look) if value >= FIRST_DAY else _text_cell(text(value, language), look)
    if is_nested(value) and not value:
        return None
    return _text_cell(to_json(value).decode(), look)


def _number_cell(value: Decimal, look: str) -> Cell:
    exponent = value.as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    return (value, "#,##0" + ("." + "0" * places if places else ""), look)


def _text_cell(value: str, look: str = PLAIN) -> Cell:
    """A text, and nothing that is worked out."""
    plain = UNWRITABLE.sub("", value)[:LONGEST]
    return (plain, "", look) if look else plain


def _head(value: str) -> Cell:
    return _text_cell(value, HEAD)


def _widths(titles: Sequence[str], seen: Iterable[Sequence[str]]) -> list[int]:
    """Widths of columns in characters, from the first rows."""
    widths = [min(len(each), 24) for each in titles]
    for row in seen:
        widths = [max(width, len(part)) for width, part in zip(widths, row, strict=True)]
    return [max(NARROWEST, min(WIDEST, width + 2)) for width in widths]


def _total_rows(view: View, columns: Sequence[str], rows: Gathered, language: str) -> list[list[Cell]]:
    """One row of totals for each currency, unit or kind; behind an empty one, so that filters leave them alone."""
    told: list[list[Cell]] = []
    for per, sums in rows.totals.sums.items():
        cells = [_cell(sums.get(column), language, (), BOLD) for column in columns]
        free = next((n for n, each in enumerate(cells) if each is None), None)
        if free is not None:
            cells[free] = _text_cell(total_title(view, per, language), BOLD)
        told.append(cells)
    return [[], *told] if told else []


def _sheet_name(wanted: str, taken: set[str] | None = None) -> str:
    plain = "".join(" " if c in "[]:*?/\\'" else c for c in wanted)[:28].strip() or "1"
    taken = taken if taken is not None else set()
    name = next(n for n in (plain, *(f"{plain} {i}" for i in range(2, 1000))) if n.lower() not in taken)
    taken.add(name.lower())
    return name
