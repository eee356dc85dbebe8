"""A company's API with its users: everything through the public commands and a real ASGI client."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from gateways.http.app import create_app
from gateways.wiring import Installation
from tests.dsl import Company
from tests.gateways.http.visitors import Visitor, visitor


@pytest.fixture(scope="session")
def client(installation: Installation) -> Iterator[TestClient]:
    """A client of the whole application."""
    with TestClient(create_app(installation), raise_server_exceptions=False) as ready:
        yield ready


@pytest.fixture
def manager(client: TestClient, company: Company) -> Visitor:
    """Somebody who may do nearly everything."""
    return visitor(client, company, "administrator", "manager")


@pytest.fixture
def party_id(company: Company) -> UUID:
    """A customer."""
    made = company.do(
        "register-party", code="C1", name="Rossi Gilbo", role="customer", tax={"vat_number": "IT12345670017"}
    )
    company.fold()
    return UUID(made["party_id"])
