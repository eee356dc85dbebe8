"""Index series from a file: tried first, taken once, corrected when a figure changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregates.index_series import index_series_id
from gateways.imports.cells import Language, Unacceptable
from gateways.imports.months import MONTH
from tests.dsl import Company
from tests.gateways.imports.importing import found, take

HEAD = "Serie;Mese;Indice;Base;Variazione annuale %;Variazione biennale %;Pubblicato il;Fonte\n"
FOI = f"""{HEAD}FOI;luglio 2015;107,2;2010=100;;;12/08/2015;
FOI;12/2024;120,2;;;;16/01/2025;G.U. 19
FOI;2025-12;121,5;;1,1;1,9;16/01/2026;G.U. 17
"""


def write(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "indici istat.csv").write_text(text, encoding="utf-8")
    return folder


def rows(company: Company) -> list[tuple[str, str]]:
    table = company.record(index_series_id("FOI")).table
    return [(row.month, str(row.value)) for row in table.rows]


def test_a_dry_run_tells_what_is_wrong_and_writes_nothing(company: Company, tmp_path: Path) -> None:
    found(company)
    wrong = write(tmp_path / "in", f"{FOI}FOI;13/2025;121;;;;16/01/2026;\nFOI;2026-01;;;;;17/02/2026;\n")
    report = take(company, wrong, dry_run=True)
    assert [(problem.row, problem.column) for problem in report.problems] == [(5, "Mese"), (6, "Indice")]
    assert company.record(index_series_id("FOI")) is None
    assert take(company, write(tmp_path / "in", FOI), dry_run=True).problems == ()
    assert company.record(index_series_id("FOI")) is None


def test_months_are_loaded_once_and_corrected_when_they_change(company: Company, tmp_path: Path) -> None:
    found(company)
    assert take(company, write(tmp_path / "in", FOI)).problems == ()
    assert rows(company) == [("2015-07", "107.2"), ("2024-12", "120.2"), ("2025-12", "121.5")]
    last = company.record(index_series_id("FOI")).table.rows[-1]
    assert [(each.over_months, str(each.percent)) for each in last.changes] == [(12, "1.1"), (24, "1.9")]
    position = company.house.log.position()
    assert take(company, write(tmp_path / "in", FOI)).taken == 0
    assert company.house.log.position() == position
    changed = FOI.replace("121,5", "121,6") + "FOI;gen 2026;121,9;;;;17/02/2026;\n"
    assert take(company, write(tmp_path / "in", changed)).problems == ()
    assert rows(company)[-2:] == [("2025-12", "121.6"), ("2026-01", "121.9")]


@pytest.mark.parametrize(
    ("typed", "month"),
    [("2025-12", "2025-12"), ("1/2026", "2026-01"), ("Dicembre 2025", "2025-12"), ("16/01/2026", "2026-01")],
)
def test_months_as_people_write_them(typed: str, month: str) -> None:
    assert MONTH.read(typed, Language.ITALIAN) == month


@pytest.mark.parametrize("typed", ["2025-13", "0/2025", "brumaio 2025", "2025"])
def test_what_is_not_a_month(typed: str) -> None:
    with pytest.raises(Unacceptable):
        MONTH.read(typed, Language.ITALIAN)
