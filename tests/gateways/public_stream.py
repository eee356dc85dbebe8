"""What the tests of the public stream share: an installation that publishes, and companies with something to tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from gateways.postgres.read_models import Registry
from gateways.postgres.server import PostgresServer
from gateways.public_feed import PublicFeed
from gateways.published import PublicStream
from gateways.settings import Settings
from gateways.wiring import Installation
from projections.catalog import READ_MODELS
from tests.databases import migrated_database
from tests.dsl import Company


class Publishing(Installation):
    """An installation whose read models are the catalogue's and the public stream."""

    @property
    def registry(self) -> Registry:
        if "_registry" not in self.__dict__:
            self._registry = Registry(self.database, tuple({*READ_MODELS, PublicStream}))
        return self._registry


@contextmanager
def publishing(postgres: PostgresServer, folder: Path) -> Iterator[Installation]:
    """A migrated installation on a database of its own."""
    with migrated_database(postgres) as dsn, Publishing(Settings(database_url=dsn, data_dir=folder)) as running:
        yield running


def new_company(installation: Installation) -> Company:
    """A company that nothing has happened to yet."""
    company_id = uuid4()
    return Company(installation, installation.open_house(f"c-{company_id.hex[:12]}", company_id))


def feed(company: Company) -> PublicFeed:
    """The company's public stream, folded up to its log."""
    company.fold()
    house = company.house
    return PublicFeed(house.reader, house.company_id, house.epoch)


def told(company: Company) -> list[dict[str, Any]]:
    """Everything the company has published."""
    stream = feed(company)
    found: list[dict[str, Any]] = []
    while page := stream.after(len(found)):
        found += page
    return found
