"""A company's API with its users: everything through the public commands and a real ASGI client."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

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


@pytest.fixture(scope="module")
def onlooker(client: TestClient, installation: Installation) -> Iterator[Visitor]:
    """Somebody who may do nearly everything where nothing happens: one for all tests of a module that only look."""
    company_id = uuid4()
    company = Company(installation, installation.open_house(f"c-{company_id.hex[:12]}", company_id))
    yield visitor(client, company, "administrator", "manager")
    company.fold()


@pytest.fixture
def party_id(company: Company) -> UUID:
    """A customer."""
    made = company.do(
        "register-party", code="C1", name="Rossi Gilbo", role="customer", tax={"vat_number": "IT12345670017"}
    )
    company.fold()
    return UUID(made["party_id"])
