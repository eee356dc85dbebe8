"""Months of an index as commands (indici ISTAT): a new series, months loaded, others corrected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aggregates.index_series import IndexSeries, index_series_id
from aggregates.rules.indexation import IndexMissing, IndexTable
from gateways.imports.batch import ImportBatch, Located
from gateways.imports.sheets.index_rows import IndexRowRow
from gateways.imports.taking.finding import Finder
from gateways.imports.taking.orders import Order, order

NAMES = {"FOI": "ISTAT FOI senza tabacchi"}
REASON = "Importato con un altro valore"


def new_series(batch: ImportBatch, finder: Finder) -> list[Located[IndexRowRow]]:
    """For each series that is still to be followed, its first row."""
    first: dict[str, Located[IndexRowRow]] = {}
    for located in batch.of(IndexRowRow):
        code = located.row.series.strip().upper()
        if code not in first and finder.stored(index_series_id(code)) is None:
            first[code] = located
    return list(first.values())


def series(row: IndexRowRow, _finder: Finder) -> Iterator[Order]:
    """The series of a row."""
    code = row.series.strip().upper()
    yield order("start-index-series", code=code, name=NAMES.get(code, code))


def month(row: IndexRowRow, finder: Finder) -> Iterator[Order]:
    """A month loaded; one that says something else than before is corrected."""
    known = finder.stored(index_series_id(row.series))
    if isinstance(known, IndexSeries) and _holds(known.table, row.month):
        yield order("correct-index-row", code=row.series, row=_figure(row), reason=REASON)
    else:
        yield order("load-index-rows", code=row.series, rows=[_figure(row)])


def _holds(table: IndexTable, wanted: str) -> bool:
    try:
        table.row(wanted)
    except IndexMissing:
        return False
    return True


def _figure(row: IndexRowRow) -> dict[str, Any]:
    changes = ((12, row.yearly_change), (24, row.two_year_change))
    told = row.model_dump(include={"month", "value", "base", "published_on", "source"})
    return {
        **told,
        "changes": [{"over_months": months, "percent": value} for months, value in changes if value is not None],
    }
