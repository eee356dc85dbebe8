"""A folder of files as one batch (cartella di importazione): `read_folder` is the dry run and the first half of the
real run, so that both see the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from gateways.imports.batch import ImportBatch, Located, Problem, Refused
from gateways.imports.files import EXCEL_SUFFIXES, TEXT_SUFFIXES, Grid, UnreadableFile, read_file
from gateways.imports.reading import read_rows
from gateways.imports.references import Known, broken_references, duplicates, nothing_known
from gateways.imports.sheets.base import Row
from gateways.imports.sheets.kinds import KINDS
from gateways.imports.words import key_of, normalise

DECORATION = frozenset({"elenco", "export", "esportazione", "estrazione", "lista", "tabella", "al", "import", "list"})
"""Words that may stand in a file's name around the kind, as in `elenco clienti al 31-08-2026.csv`."""

BY_NAME = {key: kind for kind in KINDS for key in kind.SHEET.file_keys}


def read_folder(path: Path, known: Known = nothing_known) -> ImportBatch:
    """Everything the files of a folder (or one file) hold, with all problems; nothing is written anywhere.

    `known` tells which records the company already has, so that a file may refer to them.
    Raises `FileNotFoundError` when there is no such folder.
    """
    if not path.exists():
        raise FileNotFoundError(f"there is no folder {path}")
    rows: list[Located[Row]] = []
    refused: list[Refused] = []
    invoices: list[Path] = []
    problems: list[Problem] = []
    warnings: list[Problem] = []
    unread: set[str] = set()
    for file in _files(path):
        if file.suffix.lower() == ".xml":
            (invoices.append(file) if is_sales_invoice(file) else warnings.append(_passed_over(file.name)))
            continue
        if file.suffix.lower() not in TEXT_SUFFIXES | EXCEL_SUFFIXES:
            warnings.append(_passed_over(file.name))
            continue
        for grid, kind in _grids(file, problems, warnings):
            found = read_rows(grid, kind)
            rows += found.rows
            refused += found.refused
            problems += found.problems
            warnings += found.warnings
            if found.unread:
                unread.add(kind.SHEET.name)
    problems += duplicates(rows)
    # A file without its headers is one problem; that nothing in it can be found would be thousands.
    problems += broken_references(rows, refused, lambda kind, key: kind in unread or known(kind, key))
    order = {kind: place for place, kind in enumerate(KINDS)}
    rows.sort(key=lambda located: order[type(located.row)])
    return ImportBatch(tuple(rows), tuple(invoices), tuple(sorted(problems)), tuple(sorted(warnings)))


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    files = (file for file in path.iterdir() if file.is_file() and not file.name.startswith((".", "~$")))
    return sorted(files, key=lambda file: file.name.casefold())


def _grids(file: Path, problems: list[Problem], warnings: list[Problem]) -> Iterator[tuple[Grid, type[Row]]]:
    try:
        grids = read_file(file)
    except UnreadableFile as error:
        problems.append(Problem(file.name, 0, "", str(error)))
        return
    for grid in grids:
        kind = kind_of(grid)
        if kind is None:
            warnings.append(_passed_over(grid.label))
        else:
            yield grid, kind


def kind_of(grid: Grid) -> type[Row] | None:
    """The kind a grid holds, by the name of its sheet or file; numbers, dates and words like `elenco` don't count."""
    for name in grid.names:
        bare = [word for word in normalise(re.sub(r"\d+", " ", name)).split() if word not in DECORATION]
        if (kind := BY_NAME.get(key_of(" ".join(bare)))) is not None:
            return kind
    return None


def _passed_over(label: str) -> Problem:
    names = ", ".join(f"{kind.SHEET.italian[0]} ({kind.SHEET.name})" for kind in KINDS)
    return Problem(label, 0, "", f"passed over: its name is none of {names}, nor is it a FatturaPA invoice in XML")


def is_sales_invoice(file: Path) -> bool:
    """Whether an XML file is a FatturaPA document, by its root element; nothing outside the file is looked at."""
    try:
        events = etree.iterparse(str(file), events=("start",), resolve_entities=False, no_network=True, load_dtd=False)
        _, root = next(iter(events))
    except (etree.XMLSyntaxError, StopIteration):
        return False
    return etree.QName(root).localname == "FatturaElettronica"
