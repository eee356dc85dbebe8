"""What people may ask about index series (serie di indici): follow one, load months, correct one, join two bases."""

from __future__ import annotations

from pydantic import Field

from aggregates.base import Act
from aggregates.index_series import IndexSeries, index_series_id
from aggregates.natural_key import CodeTaken
from aggregates.rules.indexation import IndexFigure, Rebase
from commands.base import Answer, Command, Service
from commands.words import Words

CODE = Field(min_length=1, max_length=20, examples=["FOI"])


class StartIndexSeries(Command):
    """Follow an index, such as consumer prices FOI without tobacco, perhaps with the months known so far."""

    code: str = CODE
    name: Words = Field(min_length=1, max_length=200, examples=["ISTAT FOI senza tabacchi"])
    published_by_day: int | None = Field(
        default=None,
        ge=1,
        le=28,
        description="Day of the following month by which a month is published: a month not loaded then is missing.",
    )
    rows: tuple[IndexFigure, ...] = ()
    rebases: tuple[Rebase, ...] = ()


class LoadIndexRows(Command):
    """Load months of an index as published; a month that is there already with the same figures is passed over."""

    code: str = CODE
    rows: tuple[IndexFigure, ...] = Field(min_length=1)


class CorrectIndexRow(Command):
    """Take another figure for a month from now on; adjustments made with the old one keep it."""

    code: str = CODE
    row: IndexFigure
    reason: Words = Field(min_length=1, max_length=200, examples=["Errata corrige ISTAT"])


class RebaseIndex(Command):
    """Join an old base of an index to the new one by its coefficient (raccordo)."""

    code: str = CODE
    rebase: Rebase


def start_index_series(cmd: StartIndexSeries, act: Act, service: Service) -> Answer:
    """Handles `StartIndexSeries`. Raises `CodeTaken`."""
    if service.find(IndexSeries, index_series_id(cmd.code)) is not None:
        raise CodeTaken(code=cmd.code)
    series = IndexSeries.start(cmd.code, cmd.name, cmd.published_by_day, act)
    series.load(cmd.rows, act)
    for rebase in cmd.rebases:
        series.rebase(rebase, act)
    service.save(series)
    return {"index_series_id": series.id}


def load_index_rows(cmd: LoadIndexRows, act: Act, service: Service) -> Answer:
    """Handles `LoadIndexRows`. Raises `IndexRowKnown`."""
    series = service.load(IndexSeries, index_series_id(cmd.code))
    before = len(series.table.rows)
    series.load(cmd.rows, act)
    service.save(series)
    return {"loaded": len(series.table.rows) - before}


def correct_index_row(cmd: CorrectIndexRow, act: Act, service: Service) -> None:
    """Handles `CorrectIndexRow`. Raises `IndexRowUnknown`."""
    series = service.load(IndexSeries, index_series_id(cmd.code))
    series.correct(cmd.row, cmd.reason, act)
    service.save(series)


def rebase_index(cmd: RebaseIndex, act: Act, service: Service) -> None:
    """Handles `RebaseIndex`. Raises `RebaseKnown`."""
    series = service.load(IndexSeries, index_series_id(cmd.code))
    series.rebase(cmd.rebase, act)
    service.save(series)
