"""Lists and records as CSV: for machines unless a decimal comma is asked for.

UTF-8 with a byte order mark, semicolons, a header row, lines ended by CR LF. Values are for machines: a decimal point,
ISO dates, `true` and `false`, nested values as JSON. A text that a spreadsheet would take for a formula gets an
apostrophe before it. With `decimal=comma` titles, numbers and dates are those of the reader's language.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import Enum
from io import StringIO
from typing import Any

from pydantic_core import to_json, to_jsonable_python

from gateways.http.table_rows import Gathered
from gateways.http.table_words import is_nested, kinds_of, text, title
from projections.base import View

FORMULA = re.compile(r"\s*[=+\-@]")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
CONTROL = ("\t", "\r", "\n")
MARK = "\ufeff".encode()


def csv_of(rows: Gathered) -> Iterator[bytes]:
    """A list for machines; closes the rows when all is written."""
    with rows:
        yield MARK
        if rows.columns:
            yield line(rows.columns)
        for row in rows:
            yield line([cell(row.get(column)) for column in rows.columns])


def human_csv_of(view: View, rows: Gathered, language: str) -> Iterator[bytes]:
    """A list for people's spreadsheets; closes the rows when all is written."""
    with rows:
        yield MARK
        if rows.columns:
            yield line([_harmless(title(column, language)) for column in rows.columns])
        for row in rows:
            yield line([_human(view, column, row.get(column), language) for column in rows.columns])


def record_csv(data: Any) -> bytes:
    """A record as lines of a name and a value; names of nested values are joined by points."""
    return MARK + line(["field", "value"]) + b"".join(line([name, cell(value)]) for name, value in _flat("", data))


def cell(value: Any) -> str:
    """A value as it stands in a cell."""
    if value is None:
        return ""
    if isinstance(value, Enum):
        return cell(value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _harmless(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    plain = to_jsonable_python(value)
    return plain if isinstance(plain, str) else to_json(plain).decode()


def line(cells: Iterable[str]) -> bytes:
    """One line of the file."""
    written = StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerow(cells)
    return written.getvalue().encode()


def _human(view: View, column: str, value: Any, language: str) -> str:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        plain = format(value if isinstance(value, Decimal) else Decimal(str(value)), "f")
        return plain.replace(".", ",") if language == "it" else plain
    if is_nested(value):
        return cell(value)
    return _harmless(text(value, language, kinds_of(view, column)))


def _harmless(value: str) -> str:
    """A text that no spreadsheet carries out; plain numbers stay."""
    is_formula = FORMULA.match(value) is not None or value.startswith(CONTROL)
    return f"'{value}" if is_formula and not NUMBER.fullmatch(value) else value


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    plain = value.model_dump() if hasattr(value, "model_dump") else value
    if isinstance(plain, dict) and plain:
        for key, part in plain.items():
            yield from _flat(f"{name}.{key}" if name else str(key), part)
    elif isinstance(plain, list | tuple) and plain:
        for n, part in enumerate(plain, 1):
            yield from _flat(f"{name}.{n}" if name else str(n), part)
    else:
        yield name, plain
