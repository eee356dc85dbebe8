"""What looks after an installation looks after all its cells: verification, seals, backups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from gateways import backup
from gateways.backup import CellsChanged, FileOfCellMissing, back_up_cells, restore_cells
from gateways.backup_file import documents_in
from gateways.cells.address import CellAddress
from gateways.cells.moving import move
from gateways.command_line.sealing import _houses
from gateways.companies import closing
from gateways.parts import archive_location
from gateways.postgres import companies
from gateways.postgres.server import PostgresServer
from gateways.seals.maker import make_seals
from gateways.settings import Settings
from gateways.verification import Finding, Verification
from gateways.wiring import Installation
from tests.databases import new_database
from tests.dsl import Company
from tests.gateways.companies.households import lived_in, stored


def archive(cells: Installation) -> str:
    return archive_location(cells.settings)


def sealed_in_the_north(cells: Installation, slug: str) -> Company:
    """A sealed company that moved; its seals came along."""
    company = lived_in(cells, slug)
    make_seals(company.house, block=2, patience=timedelta(0))
    move(cells, slug, "north")
    return Company(cells.cells["north"], cells.house(slug))


def found(cells: Installation, slug: str) -> tuple[list[str], int]:
    """What `libretto verify` finds in a company's log, and how many companies it looked at."""
    verification = Verification(cells, archive(cells), views=False)
    findings: list[Finding] = list(verification.run())
    return [f.detail for f in findings if f.company == slug and f.what == "log"], verification.counts()["companies"]


def test_verify_looks_into_every_cell_and_at_closed_companies(cells: Installation) -> None:
    company, other = sealed_in_the_north(cells, "sigillata"), cells.open_house("aperta", uuid4())
    north = cells.cells["north"]
    assert found(cells, "sigillata")[0] == []
    assert "sigillata" in [house.slug for house in _houses(cells, "")]
    row = companies.find(north.database, "sigillata")
    closing.close(north.database, row, "closed")
    assert "sigillata" not in [house.slug for house in _houses(cells, "")], "a closed company gets no more seals"
    assert "sigillata" in [house.slug for house in _houses(cells, "", closed=True)]
    with psycopg.connect(north.dsn) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute(
            "update fact set recorded_at = recorded_at - interval '1 day' where company_id = %s and position = 2",
            (row.company_id,),
        )
    (told,), checked = found(cells, "sigillata")
    assert told.startswith("fact 2 was altered")
    assert other in cells.houses()
    assert checked == len(cells.houses())
    assert len({house.company_id for house in cells.houses()}) == checked, "what moved is looked at once"
    closing.clear(north.database, company.house.company_id)
    closing.strike_off(north.database, company.house.company_id)
    cells.directory.leave(company.house.company_id)
    closing.clear(cells.database, company.house.company_id)
    closing.strike_off(cells.database, company.house.company_id)


def test_a_backup_has_a_file_for_each_cell_and_comes_back_whole(
    cells: Installation, postgres: PostgresServer, second_postgres: PostgresServer, tmp_path: Path
) -> None:
    company, file = sealed_in_the_north(cells, "salvata"), tmp_path / "libretto.tar"
    made = back_up_cells(cells, archive(cells), file, with_secrets=True)
    assert [path.name for path in made] == ["libretto.north.tar", "libretto.tar"]
    assert made[tmp_path / "libretto.north.tar"].positions["salvata"] == company.house.log.position()
    assert "salvata" not in made[file].positions
    with new_database(postgres) as home, new_database(second_postgres) as north:
        there = {"north": CellAddress(database_url=north)}
        with Installation(Settings(database_url=home, data_dir=tmp_path / "new", cells=there)) as elsewhere:
            aside = (tmp_path / "libretto.north.tar").rename(tmp_path / "aside.tar")
            with pytest.raises(FileOfCellMissing):
                restore_cells(elsewhere, archive(elsewhere), file)
            aside.rename(tmp_path / "libretto.north.tar")
            restore_cells(elsewhere, archive(elsewhere), file)
            house = elsewhere.house("salvata")
            assert house.installation is elsewhere.cells["north"]
            assert stored(house) == stored(company.house)
            assert house.epoch != company.house.epoch
            assert {one.slug for one in elsewhere.houses()} == {one.slug for one in cells.houses()}
            assert len(list(documents_in(archive(elsewhere)))) == made[file].files > 0


def test_files_that_do_not_go_together_are_told(
    cells: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived_in(cells, "inquieta")
    cells.directory.enter(cells.house("inquieta").company_id, "inquieta", "home")
    monkeypatch.setattr(backup, "back_up", moving(cells))
    with pytest.raises(CellsChanged):
        back_up_cells(cells, archive(cells), tmp_path / "libretto.tar")
    cells.directory.moving(cells.house("inquieta").company_id, None)


def moving(cells: Installation) -> Callable[..., None]:
    """A backup during which somebody begins to move a company."""
    return lambda *_, **__: cells.directory.moving(cells.house("inquieta").company_id, "north")
