"""Import files as different programs leave them (scrittura dei file): CSV of several makes, and Excel workbooks.

The same rows always give the same bytes.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

from aggregates.values import ROME, Money
from gateways.imports.moments import DAYS, DURATION, Shift
from gateways.imports.sheets.base import Column, Row
from gateways.imports.sheets.contract_words import Tier

SETTLED = datetime(2026, 8, 31, 18, 0)
Cell = str | date | Decimal | None


def as_rows(rows: Sequence[Row], english: bool = False) -> tuple[list[str], list[list[Cell]]]:
    """Headers and cells of rows of one kind; columns that no row fills are left out."""
    columns = type(rows[0]).columns()
    used = [name for name in columns if any(_filled(row, name) for row in rows)]
    headers = [(columns[name].english if english else columns[name].italian)[0] for name in used]
    return headers, [[_cell(getattr(row, name), columns[name], english) for name in used] for row in rows]


def _filled(row: Row, name: str) -> bool:
    return bool(getattr(row, name) != type(row).model_fields[name].default)


def _cell(value: Any, column: Column, english: bool) -> Cell:
    if isinstance(value, bool):
        return ("yes" if english else "sì") if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(ROME).strftime("%d/%m/%Y %H:%M")
    if isinstance(value, Money):
        return value.amount
    if isinstance(value, StrEnum):
        return _word(value, column, english)
    if isinstance(value, tuple):
        return _list(value, column, english)
    if column.cell is DURATION:
        return f"{value // 60}:{value % 60:02d}"
    if isinstance(value, float):
        return f"{value:.4f}"
    if isinstance(value, int):
        return Decimal(value)
    return value if isinstance(value, date | Decimal | None) else str(value)


def _word(member: StrEnum, column: Column, english: bool) -> str:
    words = column.cell.meanings[member]
    return member.value.replace("_", " ") if english else words[0]


def _list(values: tuple[Any, ...], column: Column, english: bool) -> str:
    if values and isinstance(values[0], Tier):
        parts = (f"{tier.up_to or 'oltre'}: {_italian(tier.unit_price)}" for tier in values)
        return _italian(values[0].unit_price) if len(values) == 1 else "; ".join(parts)
    if values and isinstance(values[0], Shift):
        return _week(values)
    return "|".join(_word(v, column, english) if isinstance(v, StrEnum) else str(v) for v in values)


def _week(shifts: Iterable[Shift]) -> str:
    days: dict[int, list[str]] = {}
    for shift in shifts:
        days.setdefault(shift.weekday, []).append(f"{shift.starts:%H:%M}-{shift.ends:%H:%M}")
    return "; ".join(f"{DAYS[weekday][0]} {' '.join(hours)}" for weekday, hours in days.items())


def _italian(number: Decimal) -> str:
    return format(number, "f").replace(".", ",")


def italian(cell: Cell) -> str:
    """A cell as an Italian program prints it."""
    if isinstance(cell, Decimal):
        return _italian(cell)
    return cell.strftime("%d/%m/%Y") if isinstance(cell, date) else cell or ""


def english(cell: Cell) -> str:
    """A cell as an English program prints it; dates are ISO."""
    return (
        format(cell, "f") if isinstance(cell, Decimal) else cell.isoformat() if isinstance(cell, date) else cell or ""
    )


def write_csv(
    path: Path, rows: Sequence[Row], encoding: str = "cp1252", separator: str = ";", in_english: bool = False
) -> None:
    """One CSV file with the line ends of Windows."""
    headers, cells = as_rows(rows, in_english)
    show: Callable[[Cell], str] = english if in_english else italian
    text = StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerows([headers, *([show(cell) for cell in row] for row in cells)])
    path.write_bytes(text.getvalue().encode(encoding))


def write_workbook(path: Path, sheets: Mapping[str, Sequence[Row]], title: str = "") -> None:
    """One workbook, a sheet per kind, with typed cells; a title may stand above the headers."""
    book = Workbook()
    for index, (name, rows) in enumerate(sheets.items()):
        sheet = book.active if index == 0 else book.create_sheet()
        assert sheet is not None
        sheet.title = name
        headers, cells = as_rows(rows)
        if title:
            sheet.append([title])
            sheet.append([])
        sheet.append(headers)
        for line in cells:
            sheet.append(line)
    book.properties.created = SETTLED
    buffer = BytesIO()
    book.save(buffer)
    _settle(buffer, path)


def _settle(written: BytesIO, path: Path) -> None:
    """The same archive without the hour at which it was written."""
    stamp = SETTLED.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with ZipFile(written) as source, ZipFile(path, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, source.read(name))
            info = ZipInfo(name, date_time=SETTLED.timetuple()[:6])
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, data)
