"""Fixtures: an installation per worker on a real database, and a company of its own for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from gateways.postgres.server import PostgresServer
from gateways.settings import Settings
from gateways.wiring import Installation
from tests.databases import migrated_database
from tests.dsl import Company


@pytest.fixture(scope="session")
def installation(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A migrated installation, shared by the tests of a worker."""
    folder: Path = tmp_path_factory.mktemp("libretto")
    with migrated_database(postgres) as dsn, Installation(Settings(database_url=dsn, data_dir=folder)) as running:
        running.migrate()
        yield running


@pytest.fixture(scope="module")
def lone_installation(
    migrated_databases: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """An installation of a module's own: for what looks through all companies, of which the shared one has thousands.

    A module whose tests all want it names it `installation`.
    """
    folder: Path = tmp_path_factory.mktemp("alone")
    with Installation(Settings(database_url=migrated_databases(), data_dir=folder)) as running:
        running.migrate()
        yield running


@pytest.fixture
def company(installation: Installation) -> Iterator[Company]:
    """A company that nothing has happened to yet; whatever happens to it, read models can fold it."""
    company_id = uuid4()
    company = Company(installation, installation.open_house(f"c-{company_id.hex[:12]}", company_id))
    yield company
    company.fold()
