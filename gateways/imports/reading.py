"""A grid as rows of one kind (lettura delle righe): finds the header row, reads every cell, collects every problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from gateways.imports.batch import Located, Problem, Refused
from gateways.imports.cells import Language, Unacceptable
from gateways.imports.files import HEADER_ROWS, Cell, Grid, GridRow, is_blank
from gateways.imports.quantities import NUMERIC, is_ambiguous_number
from gateways.imports.sheets.base import Column, Row
from gateways.imports.words import key_of


@dataclass(frozen=True)
class Header:
    """Where the headers stand, which cell belongs to which field, and the language they are in."""

    row: int
    places: Mapping[str, int]
    titles: Mapping[str, str]
    language: Language


@dataclass
class SheetRows:
    """What one grid gave: good rows, refused ones, problems and warnings, or nothing at all."""

    rows: list[Located[Row]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    unread: bool = False


def read_rows(grid: Grid, kind: type[Row]) -> SheetRows:
    """All rows of a grid as one kind of row; a row with any problem is refused, the others are kept."""
    found = SheetRows()
    header = _find_header(grid, kind, found)
    if header is None:
        found.unread = True
        return found
    columns = kind.columns()
    ambiguous: Counter[str] = Counter()
    for grid_row in grid.rows:
        if grid_row.number > header.row:
            ambiguous.update(_read_row(grid, grid_row, header, kind, columns, found))
    for name, count in ambiguous.items():
        meaning = "thousands" if header.language is Language.ITALIAN else "decimals"
        reason = (
            f"{count} values such as 1.234 were read with the point for {meaning} ({header.language.value} headers)"
        )
        found.warnings.append(Problem(grid.label, header.row, header.titles[name], reason))
    return found


def _find_header(grid: Grid, kind: type[Row], found: SheetRows) -> Header | None:
    columns = kind.columns()
    meanings = {
        key_of(title): name for name, column in columns.items() for title in (*column.italian, *column.english, name)
    }
    candidates = grid.rows[:HEADER_ROWS]
    row = max(candidates, key=lambda row: sum(key_of(str(cell)) in meanings for cell in row.cells))
    titles = {place: " ".join(str(cell).split()) for place, cell in enumerate(row.cells) if not is_blank(cell)}
    places: dict[str, int] = {}
    for place, title in titles.items():
        name = meanings.get(key_of(title))
        if name is None:
            reason = "this column is not known and was passed over"
            found.warnings.append(Problem(grid.label, row.number, title, reason))
        elif name in places:
            reason = f"this column and '{titles[places[name]]}' mean the same"
            found.problems.append(Problem(grid.label, row.number, title, reason))
        else:
            places[name] = place
    missing = [name for name in kind.required() if name not in places]
    if missing:
        found.problems.append(Problem(grid.label, row.number, "", _missing(kind, missing, columns)))
    if missing or found.problems:
        return None
    own = {name: titles[place] for name, place in places.items()}
    return Header(row.number, places, own, _language(own, columns))


def _missing(kind: type[Row], missing: list[str], columns: Mapping[str, Column]) -> str:
    wanted = ", ".join(
        f"'{columns[name].italian[0]}' (or {', '.join(repr(t) for t in _others(columns[name]))})" for name in missing
    )
    return f"a file of {kind.SHEET.italian[0]} ({kind.SHEET.name}) needs the columns {wanted}"


def _others(column: Column) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*column.italian[1:], *column.english)))


def _language(titles: Mapping[str, str], columns: Mapping[str, Column]) -> Language:
    """The language most headers belong to alone; Italian when as many belong to each."""
    score = 0
    for name, title in titles.items():
        italian = key_of(title) in {key_of(word) for word in columns[name].italian}
        english = key_of(title) in {key_of(word) for word in (*columns[name].english, name)}
        score += italian - english
    return Language.ENGLISH if score < 0 else Language.ITALIAN


def _read_row(
    grid: Grid, grid_row: GridRow, header: Header, kind: type[Row], columns: Mapping[str, Column], found: SheetRows
) -> list[str]:
    """Reads one row into `found`; answers with the fields whose number depends on the language of the headers."""
    values: dict[str, Any] = {}
    reasons: dict[str, str] = {}
    ambiguous: list[str] = []
    for name in columns:
        cell: Cell = ""
        if name in header.places and header.places[name] < len(grid_row.cells):
            cell = grid_row.cells[header.places[name]]
        if is_blank(cell):
            if kind.model_fields[name].is_required():
                reasons[name] = "the cell is empty, a value is needed"
            continue
        try:
            values[name] = columns[name].cell.read(cell, header.language)
        except Unacceptable as refusal:
            reasons[name] = str(refusal)
        if columns[name].cell in NUMERIC and is_ambiguous_number(cell):
            ambiguous.append(name)
    _check_rules(kind, values, reasons)
    row = _build(kind, values, reasons)
    if row is not None:
        found.rows.append(Located(grid.label, grid_row.number, row, header.titles))
        return ambiguous
    draft = Located(grid.label, grid_row.number, kind.model_construct(**values), header.titles)
    found.refused.append(Refused(draft, frozenset(reasons)))
    for name, reason in reasons.items():
        title = header.titles.get(name, columns[name].italian[0])
        found.problems.append(Problem(grid.label, grid_row.number, title, reason))
    return []


def _check_rules(kind: type[Row], values: Mapping[str, Any], reasons: dict[str, str]) -> None:
    """Rules over several cells, asked only where those cells could be read."""
    draft = kind.model_construct(**values)
    failed = frozenset(reasons)
    for fields, check in kind.rules():
        if not failed & set(fields) and (reason := check(draft)) is not None:
            reasons.setdefault(fields[0], reason)


def _build(kind: type[Row], values: Mapping[str, Any], reasons: dict[str, str]) -> Row | None:
    if reasons:
        return None
    try:
        return kind(**values)
    except ValidationError as error:
        for detail in error.errors():
            reasons[str(detail["loc"][0])] = detail["msg"]
        return None
