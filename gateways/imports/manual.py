"""The page that documents the import files (istruzioni), made from the row models themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Any

from gateways.imports.sheets.base import Row
from gateways.imports.sheets.kinds import KINDS

INTRODUCTION = """\
# How to import a company's data

`libretto import FOLDER` reads every CSV and Excel file of a folder and turns it into commands. `--dry-run` reads the
same way, lists every problem with its file, row, column and reason, and writes nothing. A second import of the same
files changes nothing: each kind of file has a natural key, and a row that is already known as it stands is passed
over. Any problem forbids the import before anything is written. What a command refuses while importing is told with
its row, and the other rows go on; an import that was interrupted is completed by the next. A row that changed becomes
the change, where the record still allows it: a signed contract keeps its terms, and counted stock is counted again.

This page is made from the row models in `gateways/imports/sheets/`; a test keeps it so.

## Files

- One file (or one sheet of a workbook) per kind, named as below in Italian or English. Numbers, dates and words such
  as `elenco` or `export` around the name do not matter: `01_elenco clienti al 31-08-2026.csv` holds customers.
  Several files of one kind are read one after the other.
- CSV (`.csv`, `.tsv`, `.txt`) separated by `;` `,` tab or `|`, in UTF-8, UTF-16, Windows (cp1252), Latin-1 or an old
  DOS or Macintosh encoding: both are found out. Cells in quotes may hold line breaks. Excel and LibreOffice
  workbooks: `.xlsx`, `.xlsm`, `.xls`, `.xlsb`, `.ods`.
- Blank rows are passed over, and titles may stand above the headers. Headers are compared without accents, case,
  spaces and punctuation. An unknown column is a warning; a missing required one is a problem.
- FatturaPA sales invoices of this company (`.xml`) in the same folder bring their customers, articles, machines named
  by serial number, and what is still to be paid; where a file of open items is there, that file alone says what is
  unpaid. Invoices of other sellers are passed over with a warning. With `--sales` they are
  sales instead: machines delivered are registered with their warranties, and rules make proposals of contracts.
- A row with a problem is listed with all that is wrong with it; the rest of the file is read on.

## Cells

- **Dates**: the day comes before the month; of two-digit years, 70 to 99 are of the last century.
- **Date and time**: Italian time unless an offset is written; of the hour that comes twice in October the first is
  meant.
- **Numbers**: Italian (`1.234,56`) and English (`1,234.56`) notation. `1.234` and `1,234` fit both: the language of
  the file's headers decides, so with Italian headers `1.234` is one thousand two hundred and thirty-four, with English
  ones a little more than one. The import warns of every column where this happened. Coordinates always take the point
  as the decimal sign.
- **Codes**: P.IVA, codice fiscale and IBAN are verified by their check digits; zeros that Excel has dropped in front
  of a P.IVA are put back when the check digit confirms them.
- **References**: a field that names a record of another kind must find it in the same folder or in the company. A
  serial number that two manufacturers share is written `manufacturer:serial`.
"""


def markdown() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, "## Kinds of file", "", *_overview(), *(line for k in KINDS for line in _kind(k))])


def _overview() -> Iterator[str]:
    yield "| Kind | Names of the file | Natural key |"
    yield "|---|---|---|"
    for kind in KINDS:
        sheet = kind.SHEET
        names = ", ".join(f"`{name}`" for name in (*sheet.italian, sheet.name.replace("_", " "), *sheet.english))
        yield f"| [{sheet.name}](#{sheet.name}) | {names} | {', '.join(f'`{field}`' for field in sheet.key)} |"


def _kind(kind: type[Row]) -> Iterator[str]:
    yield f"\n### {kind.SHEET.name}\n"
    yield re.sub(r"\n\s*", "\n", (kind.__doc__ or "").strip()) + "\n"
    yield "| Field | Italian headers | English headers | Needed | Accepted |"
    yield "|---|---|---|---|---|"
    for name, column in kind.columns().items():
        field = kind.model_fields[name]
        needed = "yes" if field.is_required() else _default(field.default)
        cells = (f"`{name}`", ", ".join(column.italian), ", ".join(column.english), needed, column.cell.accepts)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    for reference in kind.SHEET.references:
        fields = " + ".join(f"`{field}`" for field in reference.fields)
        yield f"\n{fields} must be in {reference.to}."


def _default(value: Any) -> str:
    if value is None or value == () or value == "":
        return "no"
    if isinstance(value, bool):
        return f"no ({'yes' if value else 'no'} when blank)"
    shown = value.value if isinstance(value, StrEnum) else str(value) if isinstance(value, Decimal | int) else value
    return f"no (`{shown}` when blank)"
