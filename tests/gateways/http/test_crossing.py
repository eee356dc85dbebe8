"""A token of one company opens no door of another, and another's ids lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic_core import to_jsonable_python
from starlette.routing import Route
from starlette.testclient import TestClient

from aggregates import roles
from commands.catalog import CATALOG
from gateways.http.app import OPEN_ROUTES
from gateways.http.reserved import fields_of
from gateways.wiring import Installation
from projections.catalog import VIEWS
from tests import controls
from tests.document_steps import DRAFTED, proposed, reported
from tests.dsl import Company
from tests.gateways.http.visitors import Visitor, visitor

MARK = "SEGRETO-DI-LORO"


@pytest.fixture(scope="module")
def ours(client: TestClient, installation: Installation) -> Visitor:
    """Somebody with every role in a company of their own."""
    company_id = uuid4()
    return visitor(
        client, Company(installation, installation.open_house(f"n-{company_id.hex[:9]}", company_id)), *roles.ALL
    )


@pytest.fixture(scope="module")
def theirs(installation: Installation) -> Iterator[Company]:
    """Another company, where something has happened."""
    company_id = uuid4()
    company = Company(installation, installation.open_house(f"l-{company_id.hex[:9]}", company_id))
    reported(company)
    proposed(company)
    company.given(DRAFTED)
    company.do("register-party", code=MARK, name=MARK, role="prospect")
    company.fold()
    yield company
    company.fold()


@pytest.fixture(scope="module")
def ids(theirs: Company) -> dict[str, str]:
    """Their records by the first word of their kind."""
    return {f.topic.split(".")[0].split("-")[0]: str(f.fact.stream_id) for f in theirs.house.recorded_after(0)}


def filled(path: str, company: str, ids: dict[str, str]) -> str:
    """An address with another's ids."""
    for name in fields_of(path):
        path = path.replace(f"{{{name}}}", ids.get(name.split("_")[0], ids["party"]))
    return f"/v1/{company}{path}"


def test_a_token_opens_no_door_of_another_company(
    ours: Visitor, theirs: Company, ids: dict[str, str], client: TestClient
) -> None:
    ours.company.fold()
    head = theirs.house.log.position()
    for route in (one for one in client.app.routes if isinstance(one, Route)):  # type: ignore[attr-defined] # Starlette's
        if route.path in OPEN_ROUTES or route.path.endswith(".txt") or not route.path.startswith("/v1/{company}"):
            continue
        address = filled(route.path.removeprefix("/v1/{company}"), theirs.house.slug, ids)
        for method in (route.methods or set()) - {"HEAD"}:
            answer = client.request(method, address, headers=ours.headers(), json={} if method == "POST" else None)
            assert answer.status_code in (401, 403), f"{method} {route.path}: {answer.status_code}"
            assert MARK not in answer.text
    assert theirs.house.log.position() == head


def test_anothers_ids_lead_nowhere_in_queries(ours: Visitor, theirs: Company, ids: dict[str, str]) -> None:
    ours.company.fold()
    for view in VIEWS:
        address = filled(view.path, ours.company.house.slug, ids)
        answer = ours.client.get(address, headers=ours.headers())
        assert answer.status_code < 500, f"{view.name}: {answer.text[:200]}"
        assert MARK not in answer.text, view.name
        assert theirs.house.slug not in answer.text, view.name


def test_anothers_ids_lead_nowhere_in_commands(ours: Visitor, theirs: Company, ids: dict[str, str]) -> None:
    before = [fact.event_id for fact in theirs.house.recorded_after(0)]
    for entry in CATALOG:
        if not fields_of(entry.path) or fields_of(entry.path)[0].split("_")[0] not in ids:
            continue
        body = aimed(to_jsonable_python(controls.command(entry.name)), ids)
        for name in fields_of(entry.path):
            body.pop(name, None)
        answer = ours.client.post(filled(entry.path, ours.company.house.slug, ids), json=body, headers=ours.headers())
        assert answer.status_code < 500, f"{entry.name}: {answer.text[:200]}"
        assert MARK not in answer.text, entry.name
    assert [fact.event_id for fact in theirs.house.recorded_after(0)] == before


def aimed(node: Any, ids: dict[str, str], name: str = "") -> Any:
    """The same with another's ids wherever an id stands."""
    if isinstance(node, dict):
        return {key: aimed(part, ids, key) for key, part in node.items()}
    if isinstance(node, list):
        return [aimed(part, ids, name) for part in node]
    if isinstance(node, UUID | str) and name.endswith("_id"):
        return ids.get(name.split("_")[0], str(node))
    return node
