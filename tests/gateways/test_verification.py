"""Verification finds what somebody has changed behind the log's back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from gateways.i18n import translator
from gateways.orders import settle
from gateways.postgres.server import PostgresServer
from gateways.said import told
from gateways.seals.naming import Deed
from gateways.settings import Settings
from gateways.verification import Verification
from gateways.wiring import Installation
from tests.databases import migrated_database
from tests.dsl import Company


@pytest.fixture
def company(postgres: PostgresServer, tmp_path: Path) -> Iterator[Company]:
    """A company alone in its database, with two parties."""
    with (
        migrated_database(postgres) as dsn,
        Installation(Settings(database_url=dsn, data_dir=tmp_path)) as installation,
    ):
        company = Company(installation, installation.open_house("prova", uuid4()))
        for code in ("C1", "C2"):
            company.do("register-party", code=code, name=f"Cliente {code}", role="prospect")
        settle(installation, company.house)
        yield company


def findings(company: Company, tmp_path: Path) -> list[str]:
    verification = Verification(company.installation, str(tmp_path / "documents"))
    return [f"{finding.what}: {finding.detail}" for finding in verification.run()]


def tamper(company: Company, statement: str) -> None:
    with psycopg.connect(company.installation.dsn) as connection:
        connection.execute(statement.encode())


def party_table(company: Company) -> str:
    generation = company.installation.registry.seen("parties")
    assert generation is not None
    return f"v_party_{generation.number}"


def test_a_sound_company_has_no_findings(company: Company, tmp_path: Path) -> None:
    assert findings(company, tmp_path) == []


def test_a_changed_row_is_found(company: Company, tmp_path: Path) -> None:
    tamper(company, f"update {party_table(company)} set name = 'Altro' where code = 'C1'")
    (found,) = findings(company, tmp_path)
    assert found.startswith("read model parties: party: row")
    assert "name is 'Altro', a fresh fold gives 'Cliente C1'" in found


def test_a_missing_row_is_found(company: Company, tmp_path: Path) -> None:
    tamper(company, f"delete from {party_table(company)} where code = 'C2'")
    assert [found.rsplit(" ", 2)[1:] for found in findings(company, tmp_path)] == [["is", "missing"]]


def test_a_fact_taken_away_is_found(company: Company, tmp_path: Path) -> None:
    tamper(company, "delete from fact where position = 1")
    assert any("but the head says" in found for found in findings(company, tmp_path))


def test_a_fact_that_cannot_be_read_is_found(company: Company, tmp_path: Path) -> None:
    tamper(company, "update fact set topic = 'party.unheard-of.v1' where position = 1")
    assert any("party.unheard-of.v1) is unreadable" in found for found in findings(company, tmp_path))


def test_a_document_that_nobody_issued_is_found(company: Company, tmp_path: Path) -> None:
    stray = tmp_path / "documents" / str(UUID(str(company.house.company_id))) / "quote" / "x.pdf"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"%PDF")
    assert [found.split(": ")[0] for found in findings(company, tmp_path)] == ["document"]


def test_findings_are_told_in_the_readers_language(company: Company, tmp_path: Path) -> None:
    tamper(company, f"update {party_table(company)} set name = 'Altro' where code = 'C1'")
    (found,) = Verification(company.installation, str(tmp_path / "documents")).run()
    say = translator("it")
    assert told(found.what, say) == "vista parties"
    assert told(found.detail, say).startswith("party: riga ")
    assert told(found.detail, say).endswith("name è 'Altro', ricalcolata è 'Cliente C1'")
    assert told(Deed("altered", 3, 5).sentence(), say) == "i fatti da 3 a 5 sono stati alterati"
    assert told(Deed("moved", 3, 3, 4).sentence(), say) == "il fatto 3 ora sta a 7"
    assert told("as it is", say) == "as it is"
