"""Workbooks are written by workers of the press: ones that die, hang or are not waited for; what stands in them."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from starlette.requests import ClientDisconnect

from gateways.documents.press import Press, WorkbookNotMade
from gateways.http.table_rows import Gathered, totals_of
from gateways.http.tables_excel import excel_of
from projections.catalog import BY_NAME as VIEWS
from tests.gateways.documents.workers import has_ended, started_by

DUES = VIEWS["due-ledger"]
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1, max_size=30)
OTHERS: set[int] = set()
"""Binders that a press of other tests in this process keeps."""


@pytest.fixture(autouse=True)
def others() -> Iterator[None]:
    """They are none of ours."""
    OTHERS.update(binders())
    yield
    OTHERS.clear()


def binders() -> list[int]:
    """The workers that write workbooks for this test."""
    return [each for each in started_by(os.getpid(), "bookbinder") if each not in OTHERS]


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    """One that may be used by many tests."""
    with Press(1) as working:
        yield working


def rows(many: int, **more: Any) -> Gathered:
    """Some rows of the due ledger."""
    kept = Gathered(totals_of(DUES))
    for n in range(many):
        kept.add({"number": f"N{n}", "currency": "EUR", "amount": Decimal("0.10"), "due_on": date(2026, 1, 31), **more})
    return kept


def read(file: Any) -> list[tuple[Any, ...]]:
    """All cells of the only sheet."""
    with file:
        return list(load_workbook(file).worksheets[0].iter_rows(values_only=True))


def nobody_hurries() -> None:
    """Whoever asked is still there."""


def at_part(number: int, do: Callable[[], None]) -> Callable[[], None]:
    """Something happens before a part is handed over, once."""
    parts = count(1)

    def stay() -> None:
        if next(parts) == number:
            do()

    return stay


def kill_binder() -> None:
    """End the worker that writes workbooks."""
    for worker in binders():
        os.kill(worker, signal.SIGKILL)


def test_a_worker_killed_in_the_middle_is_replaced_and_the_workbook_is_whole() -> None:
    with Press(1) as press:
        found = read(excel_of(DUES, rows(3000), "it", press, at_part(8, kill_binder)))
    assert [row[0] for row in found[1:3001]] == [f"N{n}" for n in range(3000)]
    assert found[-1][found[0].index("Importo")] == 300


def test_a_workbook_that_ends_two_workers_is_refused_and_the_next_one_is_made() -> None:
    with Press(1) as press:
        with pytest.raises(WorkbookNotMade):
            excel_of(DUES, rows(3000), "it", press, kill_binder)
        assert len(read(excel_of(DUES, rows(1), "it", press, nobody_hurries))) == 4


def test_a_workbook_that_takes_too_long_or_too_much_is_refused() -> None:
    with Press(1, book_seconds=0.05) as press, pytest.raises(WorkbookNotMade):
        excel_of(DUES, rows(3000), "it", press, nobody_hurries)
    with Press(1, book_memory_mb=8) as press, pytest.raises(WorkbookNotMade):
        excel_of(DUES, rows(3000), "it", press, nobody_hurries)


def test_nobody_works_for_a_client_that_has_gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seen: list[int] = []

    def gone() -> None:
        seen.extend(binders())
        raise ClientDisconnect

    kept = rows(3000)
    with Press(1) as press:
        with pytest.raises(ClientDisconnect):
            excel_of(DUES, kept, "it", press, at_part(5, gone))
        assert seen
        assert all(has_ended(worker) for worker in seen)
        assert list(tmp_path.iterdir()) == []
        assert len(read(excel_of(DUES, rows(1), "it", press, nobody_hurries))) == 4
    assert list(tmp_path.iterdir()) == []


def test_a_hundred_thousand_rows_need_no_more_memory_than_a_few() -> None:
    with Press(1) as press:
        excel_of(DUES, rows(1), "it", press, nobody_hurries).close()
        (worker,) = binders()
        before = peak_mib(worker)
        excel_of(DUES, rows(20_000), "it", press, nobody_hurries).close()
        assert peak_mib(worker) - before < 16


def peak_mib(pid: int) -> float:
    """The most memory that a process has had."""
    told = Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()
    return int(told[0]) / 1024


@given(st.lists(TEXTS, min_size=1, max_size=8))
@settings(max_examples=15)
def test_every_text_comes_back_as_a_text(press: Press, texts: list[str]) -> None:
    """Whatever it begins with; only what no workbook may hold is lost."""
    kept = Gathered(totals_of(VIEWS["parties"]))
    for each in texts:
        kept.add({"name": each})
    with excel_of(VIEWS["parties"], kept, "it", press, nobody_hurries) as file:
        page = load_workbook(file).worksheets[0]
    cells = [page.cell(n + 2, 1) for n in range(len(texts))]
    wanted = ["".join(c for c in each if c >= " " or c in "\t\n") or None for each in texts]
    assert [cell.value or None for cell in cells] == wanted
    assert {cell.data_type for cell in cells if cell.value} <= {"s"}


def test_a_formula_stays_a_text_also_when_somebody_edits_it(press: Press) -> None:
    with excel_of(DUES, rows(1, customer="=1+1"), "it", press, nobody_hurries) as file:
        page = load_workbook(file).worksheets[0]
    cell = next(cell for row in page.iter_rows() for cell in row if cell.value == "=1+1")
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_days_and_instants_are_real_ones_and_totals_name_their_kind(press: Press) -> None:
    seen = datetime.fromisoformat("2026-07-01T22:30:00+00:00")
    head, row, empty, total = read(excel_of(DUES, rows(1, told_at=seen), "it", press, nobody_hurries))
    assert {datetime(2026, 1, 31), datetime(2026, 7, 2, 0, 30)} <= set(row)
    assert "Scadenza" in head
    assert set(empty) == {None}
    assert "Totale EUR" in total
