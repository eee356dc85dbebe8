"""A backup put back is the same company: every record, read model and document; only the stream epoch is new."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from gateways.backup import ArchiveNotEmpty, DatabaseInUse, DatabaseNotEmpty, KeyDiffers, KeyMissing, back_up, restore
from gateways.backup_file import NotABackup, read_manifest
from gateways.orders import settle
from gateways.parts import archive_location
from gateways.settings import Settings
from gateways.verification import Verification
from gateways.wiring import House, Installation
from tests.dsl import Company, do

ADDRESS = {"street": "Via Michelangelo 25", "postcode": "47121", "town": "Forlì", "province": "FC"}


@contextmanager
def installed(dsn: str, folder: Path) -> Iterator[Installation]:
    with Installation(Settings(database_url=dsn, data_dir=folder)) as installation:
        yield installation


def lived_in(installation: Installation) -> House:
    installation.migrate()
    company = Company(installation, installation.open_house("prova", uuid4()))
    party = company.do("register-party", code="C1", name="Rossi", role="prospect")["party_id"]
    company.given(do("add-site", party_id=party, code="SEDE", name="Sede", address=ADDRESS, travel_km="42.5"))
    company.do("add-contact", party_id=party, name="Mario Rossi", phone="0543 123456")
    company.do("register-article", code="TONER", kind="part", description="Toner nero")
    settle(installation, company.house)
    document = Path(archive_location(installation.settings)) / "x" / "quote.pdf"
    document.parent.mkdir(parents=True)
    document.write_bytes(b"%PDF")
    return company.house


def tables(installation: Installation, house: House) -> dict[str, list[dict[str, Any]]]:
    """Every row of every read model's table that queries read."""
    found = {}
    for model in installation.registry.models.values():
        generation = installation.registry.seen(model.NAME)
        assert generation is not None
        for table in model.TABLES:
            with psycopg.connect(installation.dsn, row_factory=dict_row) as connection:
                query = SQL("select * from {} where company_id = %s").format(Identifier(generation.table(table)))
                rows = connection.execute(query, (house.company_id,)).fetchall()
            found[table.name] = sorted(rows, key=str)
    return found


def test_what_is_put_back_is_what_was_there(
    databases: Callable[[], str], migrated_databases: Callable[[], str], tmp_path: Path
) -> None:
    file = tmp_path / "libretto.tar"
    with installed(migrated_databases(), tmp_path / "one") as installation:
        house = lived_in(installation)
        before, facts, epoch = tables(installation, house), house.recorded_after(0), house.epoch
        backup = back_up(installation, archive_location(installation.settings), file, with_secrets=True)
    assert (backup.positions, backup.files) == ({"prova": len(facts)}, 1)
    assert file.stat().st_mode & 0o777 == 0o600
    other, folder = databases(), tmp_path / "two"
    with installed(other, folder) as installation:
        restore(installation, archive_location(installation.settings), file)
    with installed(other, folder) as installation:
        house = installation.house("prova")
        assert tables(installation, house) == before
        assert house.recorded_after(0) == facts
        assert house.epoch != epoch
        assert (Path(archive_location(installation.settings)) / "x" / "quote.pdf").read_bytes() == b"%PDF"
        assert installation.migrate() == []
        assert [f for f in Verification(installation, str(tmp_path / "none")).run() if f.what != "document"] == []
        Company(installation, house).do("register-party", code="C2", name="Bianchi", role="prospect")


def test_nothing_is_overwritten_unless_told(migrated_databases: Callable[[], str], tmp_path: Path) -> None:
    file, dsn, folder = tmp_path / "libretto.tar", migrated_databases(), tmp_path / "one"
    with installed(dsn, folder) as installation:
        archive = archive_location(installation.settings)
        lived_in(installation)
        back_up(installation, archive, file)
        Company(installation, installation.house("prova")).do("register-party", code="LATER", name="X", role="prospect")
        with pytest.raises(DatabaseNotEmpty):
            restore(installation, archive, file)
    with installed(dsn, folder) as installation:
        restore(installation, archive, file, replace=True)
    with installed(dsn, folder) as installation:
        rows = installation.house("prova").reader.rows("select code from {party} order by code")
        assert [row["code"] for row in rows] == ["C1"]


def test_documents_of_another_company_are_not_mixed_in(
    databases: Callable[[], str], migrated_databases: Callable[[], str], tmp_path: Path
) -> None:
    file = tmp_path / "libretto.tar"
    with installed(migrated_databases(), tmp_path / "one") as installation:
        archive = archive_location(installation.settings)
        lived_in(installation)
        back_up(installation, archive, file, with_secrets=True)
    with installed(databases(), tmp_path / "two") as installation, pytest.raises(ArchiveNotEmpty):
        restore(installation, archive, file)


def test_without_its_key_a_backup_is_refused(
    databases: Callable[[], str], migrated_databases: Callable[[], str], tmp_path: Path
) -> None:
    file, empty = tmp_path / "libretto.tar", databases()
    with installed(migrated_databases(), tmp_path / "one") as installation:
        lived_in(installation)
        back_up(installation, archive_location(installation.settings), file)
    with tarfile.open(file) as tar:
        assert not [name for name in tar.getnames() if "key" in name]
    with installed(empty, tmp_path / "two") as installation, pytest.raises(KeyMissing):
        restore(installation, archive_location(installation.settings), file)
    with psycopg.connect(empty) as connection:
        assert connection.execute("select to_regclass('fact')").fetchone() == (None,)


def test_another_key_is_not_thrown_away(
    databases: Callable[[], str], migrated_databases: Callable[[], str], tmp_path: Path
) -> None:
    file = tmp_path / "libretto.tar"
    with installed(migrated_databases(), tmp_path / "one") as installation:
        lived_in(installation)
        back_up(installation, archive_location(installation.settings), file, with_secrets=True)
    with installed(databases(), tmp_path / "two") as installation:
        installation.secret("master_key")
        with pytest.raises(KeyDiffers):
            restore(installation, archive_location(installation.settings), file)


def test_a_database_in_use_is_left_alone(
    databases: Callable[[], str], migrated_databases: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateways.backup.CLOSING_S", 0.2)
    file, dsn = tmp_path / "libretto.tar", databases()
    with installed(migrated_databases(), tmp_path / "one") as installation:
        lived_in(installation)
        back_up(installation, archive_location(installation.settings), file, with_secrets=True)
    with psycopg.connect(dsn), installed(dsn, tmp_path / "two") as installation, pytest.raises(DatabaseInUse):
        restore(installation, archive_location(installation.settings), file)


def test_any_other_file_is_no_backup(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Gentile cliente")
    with pytest.raises(NotABackup):
        read_manifest(file)
