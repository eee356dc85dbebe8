"""Exports for analysts: exact, by increments, the same bytes from the same rows, never half a folder."""

from __future__ import annotations

import csv
import io
import json
import signal
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid5

import pyarrow
import pyarrow.parquet
import pytest

from gateways.export import folder as folders
from gateways.export.folder import Asked, ExportRuns, FolderOfAnother, NotAnExport, Outcome, UnknownTable, export
from gateways.export.stars import BY_NAME, STARS
from gateways.export.writing import Format, NotExact, rounded
from gateways.wiring import Installation
from tests.contract_steps import K1
from tests.dsl import Company, do
from tests.forks import forked
from tests.gateways.export.figures import CONSUMER, charged_call, with_figures
from tests.gateways.export.killed import exporting


@pytest.fixture(scope="module")
def installation(lone_installation: Installation) -> Installation:
    """One whose companies are all of this module: read models are rebuilt for every company that there is."""
    return lone_installation


@pytest.fixture(scope="module")
def analysed(installation: Installation) -> Company:
    """A company with figures."""
    return with_figures(installation)


def exported(company: Company, folder: Path, **asked: Any) -> Outcome:
    company.fold()
    return export(company.behind, folder, Asked(**asked))


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file that analysts see, by its name."""
    root = folder / "current"
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.glob("**/*")) if path.is_file()}


def table(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of all Parquet files of a table."""
    files = sorted((folder / "current" / name).glob("*.parquet"))
    rows: list[dict[str, Any]] = [row for file in files for row in pyarrow.parquet.ParquetFile(file).read().to_pylist()]
    return rows


def test_files_say_to_the_cent_what_the_views_say(analysed: Company, tmp_path: Path) -> None:
    """The accountant's check: exported lines, lines in CSV, the list of invoices and what is earned are one sum."""
    exported(analysed, tmp_path / "p")
    exported(analysed, tmp_path / "c", form=Format.CSV)
    invoices = analysed.ask("invoices", state="issued", limit=500)["items"]
    lines = table(tmp_path / "p", "mart_invoice_line")
    assert len({row["invoice_id"] for row in lines}) == len(invoices) >= 2
    wanted = {str(row["invoice_id"]): (row["taxable"], row["tax"]) for row in invoices}
    assert {key: _sums(row for row in lines if row["invoice_id"] == key) for key in wanted} == wanted
    files = (tmp_path / "c/current/mart_invoice_line").glob("*.csv")
    texts = [row for file in files for row in csv.DictReader(io.StringIO(file.read_bytes().decode(), newline=""))]
    total = sum(row["taxable"] for row in invoices)
    assert total > Decimal(1000)
    assert sum(Decimal(row["amount"]) for row in texts) == sum(row["amount"] for row in lines) == total
    assert sum(row["amount"] for row in table(tmp_path / "p", "mart_fee")) == total
    schema = pyarrow.parquet.read_schema(next((tmp_path / "p/current/mart_invoice_line").glob("*")))
    assert (schema.field("amount").type, schema.field("issued_on").type, schema.field("invoice_id").type) == (
        pyarrow.decimal128(20, 2),
        pyarrow.date32(),
        pyarrow.string(),
    )


def _sums(rows: Iterable[dict[str, Any]]) -> tuple[Decimal, Decimal]:
    found = list(rows)
    return sum((row["amount"] for row in found), Decimal(0)), sum((row["vat"] for row in found), Decimal(0))


def test_every_day_of_every_fact_is_a_day_of_the_table_of_days(analysed: Company, tmp_path: Path) -> None:
    """Whatever is joined by a day finds it: no figure is lost by a join."""
    exported(analysed, tmp_path)
    known = {row["day"] for row in table(tmp_path, "dim_date")}
    said = {
        row[name]
        for star in STARS
        if star.month is not None
        for row in table(tmp_path, star.name)
        for name, kind in star.columns.items()
        if kind == "date"
    }
    assert len(said - {None}) > 10
    assert said - {None} <= known


def test_only_what_changed_is_written_again(analysed: Company, tmp_path: Path) -> None:
    """A second run writes nothing, a call only its months, a rebuild nothing; what was spoilt is repaired."""
    first = exported(analysed, tmp_path)
    assert "mart_fee/2026-03.parquet" in first.written
    before = bytes_of(tmp_path)
    again = exported(analysed, tmp_path)
    assert (again.written, bytes_of(tmp_path)) == ([], before)
    march = (tmp_path / "current/mart_activity/2026-03.parquet").stat()
    charged_call(analysed, uuid5(K1, "later"), date(2026, 4, 20))
    later = exported(analysed, tmp_path)
    assert "mart_activity/2026-04.parquet" in later.written
    assert not [name for name in later.written if "2026-03" in name]
    assert (tmp_path / "current/mart_activity/2026-03.parquet").stat().st_ino == march.st_ino
    assert len(list(tmp_path.glob("at-*"))) == 1
    exported(analysed, tmp_path / "whole", full=True)
    assert bytes_of(tmp_path / "whole") == bytes_of(tmp_path)
    analysed.installation.registry.rebuild("mart-revenue")
    analysed.installation.daemon.catch_up()
    assert exported(analysed, tmp_path).written == []
    spoilt = tmp_path / "current/dim_customer/all.parquet"
    spoilt.write_bytes(b"spoilt")
    assert exported(analysed, tmp_path).written == ["dim_customer/all.parquet"]
    assert bytes_of(tmp_path) == bytes_of(tmp_path / "whole")


def test_a_run_that_fails_or_is_not_alone_changes_nothing(
    analysed: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads sees the run before; the next run clears up."""
    exported(analysed, tmp_path)
    before = bytes_of(tmp_path)
    charged_call(analysed, uuid5(K1, "later still"), date(2026, 6, 8))
    with monkeypatch.context() as broken:
        broken.setattr(folders, "_switch", _fail)
        with pytest.raises(OSError, match="disk full"):
            exported(analysed, tmp_path)
    assert bytes_of(tmp_path) == before
    house, settings = analysed.behind, analysed.installation.settings
    plan = (analysed.installation.dsn, str(settings.data_dir), house.slug, str(tmp_path), "3")
    with forked(exporting, *plan) as fork:
        fork.process.join(120)
        assert fork.process.exitcode == -signal.SIGKILL
    assert len(list((tmp_path / ".making").glob("*/*"))) > 3
    assert bytes_of(tmp_path) == before
    with folders._alone(tmp_path), pytest.raises(ExportRuns):
        exported(analysed, tmp_path)
    assert bytes_of(tmp_path) == before
    exported(analysed, tmp_path)
    assert bytes_of(tmp_path) != before
    assert not (tmp_path / ".making").exists()


def _fail(*_: object) -> None:
    raise OSError("disk full")


def test_what_may_not_be_mixed_is_refused(analysed: Company, tmp_path: Path) -> None:
    """Tables that are not there, a folder of another company, a folder with other things."""
    with pytest.raises(UnknownTable):
        exported(analysed, tmp_path, tables=("party_contact",))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/notes.txt").write_text("mine")
    with pytest.raises(NotAnExport):
        exported(analysed, tmp_path / "mine")
    exported(analysed, tmp_path / "one", tables=("dim_job", "mart_fee"))
    assert {path.name for path in (tmp_path / "one/current").iterdir()} == {"dim_job", "mart_fee", "manifest.json"}
    manifest = json.loads((tmp_path / "one/current/manifest.json").read_bytes())
    manifest["company_id"] = str(K1)
    (tmp_path / "one/current/manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(FolderOfAnother):
        exported(analysed, tmp_path / "one")


def test_people_are_not_exported(analysed: Company, tmp_path: Path) -> None:
    """A firm by its name, a consumer and a technician by code alone, and nothing that was written about them."""
    person = {"tax_code": "RSSMRA85T10A562S"}
    analysed.do("register-party", party_id=CONSUMER, code="P9", name="Rosina Marani", nature="consumer", tax=person)
    analysed.given(do("open-job", code="Com-7", terms={"name": "Caldaia Marani", "customer_id": CONSUMER}))
    exported(analysed, tmp_path, form=Format.CSV)
    everything = b"".join(content for name, content in bytes_of(tmp_path).items() if name.endswith(".csv"))
    assert b"Rossi" in everything
    assert b"P9" in everything
    for private in (b"Marani", b"RSSMRA85T10A562S", b"Gino"):
        assert private not in everything
    assert not {"note", "closed_reason", "moves"} & {column for star in STARS for column in star.columns}


def test_money_is_exact_or_refused() -> None:
    """Cents are never rounded; prices have six places, half up; every table has a key among its columns."""
    assert rounded(Decimal("1.5"), "amount", 2) == Decimal("1.50")
    with pytest.raises(NotExact):
        rounded(Decimal("1.505"), "amount", 2)
    assert rounded(Decimal("1.0000005"), "unit_cost", 6) == Decimal("1.000001")
    for star in BY_NAME.values():
        assert set(star.key) <= set(star.columns)
        assert star.month is None or star.columns[star.month] == "date"
