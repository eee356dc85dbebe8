"""Index series: rows for ever, corrections beside them, bases joined."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from aggregates.index_series import IndexRowKnown, IndexRowUnknown, IndexSeries, RebaseKnown, index_series_id
from aggregates.natural_key import CodeTaken
from commands.base import NotFound
from tests.contract_steps import founded
from tests.dsl import Company, Do, do

DEC = {"month": "2025-12", "value": "121.5", "published_on": "2026-01-16"}
START = do("start-index-series", code="FOI", name="ISTAT FOI", rows=[DEC])
RAISE = {"from_base": "2010=100", "to_base": "2015=100", "coefficient": "1.071"}


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), START)
    return company


def load(*rows: Mapping[str, object]) -> Do:
    return do("load-index-rows", at="2026-02-20T09:00", code=" foi", rows=rows)


def test_a_row_says_when_it_was_loaded_and_the_same_again_is_nothing(firm: Company) -> None:
    jan = {"month": "2026-01", "value": "121.9", "published_on": "2026-02-17", "source": "G.U. 41"}
    found = firm.given().when(load(DEC, jan)).then(IndexSeries.RowsLoaded)
    assert found.result == {"loaded": 1}
    row = firm.record(index_series_id("FOI")).table.rows[-1]
    assert (row.series, row.month, str(row.loaded_on)) == ("FOI", "2026-01", "2026-02-20")
    firm.given().when(load(DEC, {**jan, "source": None})).then_nothing()


def test_another_figure_for_a_month_is_a_correction_with_a_reason(firm: Company) -> None:
    other = {**DEC, "value": "121.6"}
    firm.given().when(load(other)).then_refused(IndexRowKnown, month="2025-12")
    correct = do("correct-index-row", code="FOI", row=other, reason="Errata corrige")
    firm.given().when(correct).then(IndexSeries.RowCorrected)
    assert firm.record(index_series_id("FOI")).table.rows[-1].corrects == "Errata corrige"
    firm.given().when(correct).then_nothing()
    assert [str(row.value) for row in firm.record(index_series_id("foi")).table.rows] == ["121.5", "121.6"]
    unknown = do("correct-index-row", code="FOI", row={**DEC, "month": "2020-01"}, reason="?")
    firm.given().when(unknown).then_refused(IndexRowUnknown, month="2020-01")


def test_a_file_that_says_two_things_of_a_month_is_refused_whole(firm: Company) -> None:
    jan = {"month": "2026-01", "value": "121.9", "published_on": "2026-02-17"}
    firm.given().when(load(jan, {**jan, "value": "122.0"})).then_refused(IndexRowKnown, month="2026-01")


def test_two_bases_are_joined_once(firm: Company) -> None:
    rebase = do("rebase-index", code="FOI", rebase=RAISE)
    firm.given().when(rebase).then(IndexSeries.Rebased)
    firm.given().when(rebase).then_nothing()
    other = do("rebase-index", code="FOI", rebase={**RAISE, "coefficient": "1.072"})
    firm.given().when(other).then_refused(RebaseKnown, from_base="2010=100")


def test_a_code_is_one_series(firm: Company) -> None:
    firm.given().when(do("start-index-series", code="foi", name="Altro")).then_refused(CodeTaken, code="foi")
    firm.given().when(do("load-index-rows", code="NIC", rows=[DEC])).then_refused(NotFound)
