"""Two PostgreSQL servers as two cells of one installation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateways.postgres.embedded import EmbeddedServer
from gateways.postgres.server import PostgresServer
from gateways.wiring import Installation
from tests.databases import migrated_database
from tests.gateways.companies.households import installed


@pytest.fixture(scope="session")
def second_postgres(servers_folder: Path) -> Iterator[PostgresServer]:
    """The run's second embedded server, shared by all workers."""
    with EmbeddedServer(servers_folder / "second", durable=False, settings={"max_connections": "200"}) as server:
        yield server


@pytest.fixture(scope="package")
def cells(
    postgres: PostgresServer, second_postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """An installation of two cells, `home` and `north`."""
    with (
        migrated_database(postgres) as home,
        migrated_database(second_postgres) as north,
        installed(home, tmp_path_factory.mktemp("cells"), north=north) as installation,
    ):
        yield installation
