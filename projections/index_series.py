"""Index series (serie di indici): what was published of each month, and what was corrected."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from aggregates.index_series import IndexSeries, index_series_id
from aggregates.rules.indexation import IndexRow, IndexTable
from projections.base import Page, Reader, ReadModel, Rows, Table, on, page

INDEX_SERIES = Table(
    "index_series",
    {
        "index_series_id": "uuid", "code": "text", "name": "text", "published_by_day": "integer", "rebases": "jsonb",
        "last_month": "text", "last_published_on": "date", "loaded": "integer",
    },
    ("index_series_id",),
    ("code",),
)  # fmt: skip
INDEX_ROW = Table(
    "index_row",
    {
        "index_series_id": "uuid", "month": "text", "place": "integer", "value": "numeric", "base": "text",
        "changes": "jsonb", "published_on": "date", "source": "text", "loaded_on": "date", "corrects": "text",
        "is_current": "boolean",
    },
    ("index_series_id", "month", "place"),
)  # fmt: skip


class PublishedIndices(ReadModel):
    """The indices we follow, month by month."""

    NAME = "index-series"
    TABLES = (INDEX_SERIES, INDEX_ROW)

    @on(IndexSeries.Begun)
    def begun(self, fact: IndexSeries.Begun, rows: Rows) -> None:
        """A series appears."""
        told = fact.model_dump(include={"code", "name", "published_by_day"})
        rows.put(INDEX_SERIES, {"index_series_id": fact.stream_id, **told, "rebases": [], "loaded": 0})

    @on(IndexSeries.RowsLoaded)
    def rows_loaded(self, fact: IndexSeries.RowsLoaded, rows: Rows) -> None:
        """Months appear."""
        self._add(fact.stream_id, fact.rows, rows)

    @on(IndexSeries.RowCorrected)
    def row_corrected(self, fact: IndexSeries.RowCorrected, rows: Rows) -> None:
        """A month has another figure beside the one that stays."""
        self._add(fact.stream_id, (fact.row,), rows)

    @on(IndexSeries.Rebased)
    def rebased(self, fact: IndexSeries.Rebased, rows: Rows) -> None:
        """Two bases are joined."""
        series = rows.get(INDEX_SERIES, fact.stream_id)
        if series is not None:
            rebases = [*series["rebases"], fact.rebase.model_dump(mode="json")]
            rows.patch(INDEX_SERIES, fact.stream_id, rebases=rebases)

    def _add(self, series_id: UUID, added: Iterable[IndexRow], rows: Rows) -> None:
        series = rows.get(INDEX_SERIES, series_id)
        if series is None:
            return
        for row in added:
            earlier = rows.select(INDEX_ROW, index_series_id=series_id, month=row.month)
            for old in earlier:
                rows.put(INDEX_ROW, {**old, "is_current": False})
            told = row.model_dump(exclude={"series", "changes"})
            changes = [each.model_dump(mode="json") for each in row.changes]
            place = {"index_series_id": series_id, "place": len(earlier) + 1, "is_current": True}
            rows.put(INDEX_ROW, {**told, **place, "changes": changes})
            series["loaded"] += 1
            if series["last_month"] is None or row.month >= series["last_month"]:
                series |= {"last_month": row.month, "last_published_on": row.published_on}
        rows.put(INDEX_SERIES, series)


class FindIndexSeries(Page):
    """The indices that are followed."""


def find_index_series(reader: Reader, ask: FindIndexSeries) -> dict[str, Any]:
    """Each series with its bases and its last month, by code."""
    return page(reader, ask, "select * from {index_series}", order=("code", "index_series_id"))


class FindIndexRows(Page):
    """The months of a series; with `all_rows` also those that were corrected."""

    code: str
    from_month: str | None = None
    all_rows: bool = False


def find_index_rows(reader: Reader, ask: FindIndexRows) -> dict[str, Any]:
    """The rows of a series, by month and the order in which they were loaded."""
    return page(
        reader,
        ask,
        """select r.month, r.place, r.value, r.base, r.changes, r.published_on, r.source, r.loaded_on, r.corrects,
                  r.is_current
             from {index_row} r
            where r.index_series_id = %(index_series_id)s and (r.is_current or %(all_rows)s)
              and (%(from_month)s::text is null or r.month >= %(from_month)s)""",
        order=("month", "place"),
        index_series_id=index_series_id(ask.code),
    )


def index_tables(reader: Reader, codes: Iterable[str]) -> dict[str, IndexTable]:
    """The series of these codes as they stand, as far as they are followed."""
    found = {code: reader.record(index_series_id(code)) for code in set(codes)}
    return {code: series.table for code, series in found.items() if isinstance(series, IndexSeries)}
