"""Companies on installations of their own, for tests that export, import, move and remove them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from gateways.cells.address import CellAddress
from gateways.companies import papers
from gateways.companies.tables import every_table
from gateways.documents.archive import open_store
from gateways.parts import archive_location
from gateways.settings import Settings
from gateways.verification import Verification
from gateways.wiring import House, Installation
from tests.dsl import Company, do

ADDRESS = {"street": "Via Michelangelo 25", "postcode": "47121", "town": "Forlì", "province": "FC"}


@contextmanager
def installed(dsn: str, folder: Path, **cells: str) -> Iterator[Installation]:
    """A migrated installation with further cells, by name and address."""
    addresses = {name: CellAddress(database_url=address) for name, address in cells.items()}
    with Installation(Settings(database_url=dsn, data_dir=folder, cells=addresses)) as installation:
        installation.migrate()
        yield installation


def lived_in(installation: Installation, slug: str, cell: Installation | None = None) -> Company:
    """A company with a customer, personal data, claimed time and a document."""
    company = Company(cell or installation, (cell or installation).open_house(slug, uuid4()))
    party = company.do("register-party", code="C1", name="Rossi", role="prospect")["party_id"]
    company.given(do("add-site", party_id=party, code="SEDE", name="Sede", address=ADDRESS, travel_km="42.5"))
    company.do("add-contact", party_id=party, name="Mario Rossi", phone="0543 123456")
    company.do("register-article", code="TONER", kind="part", description="Toner nero", command_id=uuid4())
    store = open_store(archive_location(installation.settings))
    papers.put(store, company.house.company_id, f"quote/{party}/1.pdf", b"%PDF of " + slug.encode())
    company.fold()
    return company


def rows_of(installation: Installation, company_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Every row of a company in every table that has some, read models by their name without generation."""
    found: dict[str, list[dict[str, Any]]] = {}
    with psycopg.connect(installation.dsn, row_factory=dict_row) as connection:
        with psycopg.connect(installation.dsn) as plain:
            names = every_table(plain)
        for name in names:
            query = SQL("select * from {} where company_id = %s").format(Identifier(name))
            rows = connection.execute(query, (company_id,)).fetchall()
            if rows:
                found[name.rstrip("0123456789") if name.startswith("v_") else name] = sorted(rows, key=str)
    return found


def findings(installation: Installation) -> list[object]:
    """What `libretto verify` finds, but for the files that are no documents of ours."""
    made = Verification(installation, archive_location(installation.settings)).run()
    return [finding for finding in made if finding.what != "document"]


def stored(house: House) -> list[tuple[Any, ...]]:
    """The log as it is stored, byte for byte."""
    with house.database.company(house.company_id) as connection:
        return connection.execute(
            "select * from fact where company_id = %s order by position", (house.company_id,)
        ).fetchall()
