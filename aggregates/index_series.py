"""IndexSeries (serie di indici): what an institute published of an index, month by month, for ever (R1.21)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.natural_key import KeyKind, natural_id
from aggregates.rules.indexation import IndexFigure, IndexRow, IndexTable, Rebase
from aggregates.values import rome_date


def index_series_id(code: str) -> UUID:
    """The id of a series: always made from its code, so that everyone can name it."""
    return natural_id(KeyKind.INDEX_SERIES, code)


class IndexRowKnown(Refusal):
    """The index of {month} is already there with another figure; correct it with a reason instead."""


class IndexRowUnknown(Refusal):
    """There is no index of {month} to correct; load it instead."""

    status = 404


class RebaseKnown(Refusal):
    """The bases {from_base} and {to_base} are already joined by another coefficient."""


class IndexSeries(Aggregate):
    """A published index, such as the consumer prices FOI without tobacco."""

    TOPIC = "index-series"

    class Begun(FirstEvent):
        """We follow this index."""

        TOPIC = "index-series.begun.v1"
        code: str
        name: str
        published_by_day: int | None

    class RowsLoaded(Aggregate.Event):
        """Months were published; their rows never change (R1.21)."""

        TOPIC = "index-series.rows-loaded.v1"
        rows: tuple[IndexRow, ...]

    class RowCorrected(Aggregate.Event):
        """The institute corrected a month: the new row counts from now on, the old one stays where it was used."""

        TOPIC = "index-series.row-corrected.v1"
        row: IndexRow

    class Rebased(Aggregate.Event):
        """The index goes on with another base, joined by a coefficient (raccordo)."""

        TOPIC = "index-series.rebased.v1"
        rebase: Rebase

    # Decide

    @classmethod
    def start(cls, code: str, name: str, published_by_day: int | None, act: Act) -> IndexSeries:
        """Follow an index."""
        fields = {"code": code.strip().upper(), "name": name, "published_by_day": published_by_day}
        return cls.begin(cls.Begun, id=index_series_id(code), act=act, **fields)

    def load(self, figures: Sequence[IndexFigure], act: Act) -> None:
        """Keep what was published; a row that is there already is passed over. Raises `IndexRowKnown`."""
        fresh: dict[str, IndexRow] = {}
        for figure in figures:
            known = fresh.get(figure.month) or self._last(figure.month)
            if known is None:
                fresh[figure.month] = self._row(figure, None, act)
            else:
                require(_same(known, figure), IndexRowKnown, month=figure.month)
        if fresh:
            self.trigger_event(self.RowsLoaded, act=act, rows=tuple(fresh.values()))

    def correct(self, figure: IndexFigure, reason: str, act: Act) -> None:
        """Take another figure for a month from now on. Raises `IndexRowUnknown`."""
        known = self._last(figure.month)
        if known is None:
            raise IndexRowUnknown(month=figure.month)
        if not _same(known, figure):
            self.trigger_event(self.RowCorrected, act=act, row=self._row(figure, reason, act))

    def rebase(self, rebase: Rebase, act: Act) -> None:
        """Join a base to the one that continues it. Raises `RebaseKnown`."""
        for known in self.table.rebases:
            if (known.from_base, known.to_base) == (rebase.from_base, rebase.to_base):
                bases = {"from_base": known.from_base, "to_base": known.to_base}
                require(known.coefficient == rebase.coefficient, RebaseKnown, **bases)
                return
        self.trigger_event(self.Rebased, act=act, rebase=rebase)

    def _last(self, month: str) -> IndexRow | None:
        return next((row for row in reversed(self.table.rows) if row.month == month), None)

    def _row(self, figure: IndexFigure, corrects: str | None, act: Act) -> IndexRow:
        return IndexRow(**dict(figure), series=self.table.series, loaded_on=rome_date(act.at), corrects=corrects)

    # Evolve

    @event(Begun)
    def __init__(self, code: str, name: str, published_by_day: int | None) -> None:
        self.name = name
        self.table = IndexTable(series=code, published_by_day=published_by_day)

    @event(RowsLoaded)
    def _rows_loaded(self, rows: tuple[IndexRow, ...]) -> None:
        self.table = self.table.model_copy(update={"rows": (*self.table.rows, *rows)})

    @event(RowCorrected)
    def _row_corrected(self, row: IndexRow) -> None:
        self.table = self.table.model_copy(update={"rows": (*self.table.rows, row)})

    @event(Rebased)
    def _rebased(self, rebase: Rebase) -> None:
        self.table = self.table.model_copy(update={"rebases": (*self.table.rebases, rebase)})


def _same(row: IndexRow, figure: IndexFigure) -> bool:
    """Whether a row says what the figure says; where it was read makes no difference."""
    told = set(IndexFigure.model_fields) - {"source"}
    return row.model_dump(include=told) == figure.model_dump(include=told)
