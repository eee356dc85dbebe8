"""Every operation with whatever a client may send: never our fault, always answered as described, and nothing enters
the log that a read model cannot fold.
"""

from __future__ import annotations

import os
from contextlib import suppress
from copy import deepcopy
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core import NotSet
from schemathesis.core.result import Err
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from aggregates import roles
from gateways.wiring import Installation
from tests.document_steps import DRAFTED, proposed, reported
from tests.dsl import Company
from tests.gateways.http.described import DOCUMENT
from tests.gateways.http.kinds import own_kinds
from tests.gateways.http.visitors import Visitor, visitor

OPERATIONS = {operation["operationId"] for methods in DOCUMENT["paths"].values() for operation in methods.values()}
ENDLESS = {"event-stream"}
CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
pytestmark = pytest.mark.slow
OWN_KINDS = own_kinds(DOCUMENT)
FEWEST, MOST = 3, 15


def bounded(name: str) -> settings:
    """As many cases as the operation takes kinds of values that are its own, and two: all take ids, notes and pages."""
    fields = 2 + OWN_KINDS[name] if os.environ.get("LIBRETTO_CI") == "1" else FEWEST
    return settings(
        max_examples=min(max(fields, FEWEST), MOST),
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def operations() -> dict[str, APIOperation[Any, Any, Any, Any]]:
    """Every operation by its id, for cases to be drawn from."""
    schema = schemathesis.openapi.from_dict(deepcopy(DOCUMENT))
    every = (found.ok() for found in schema.get_all_operations() if not isinstance(found, Err))
    return {operation.definition.raw["operationId"]: operation for operation in every}


@pytest.fixture(scope="module")
def ruler(client: TestClient, installation: Installation) -> Visitor:
    """Somebody with every role, in a company where something has happened."""
    company_id = uuid4()
    company = Company(installation, installation.open_house(f"c-{company_id.hex[:12]}", company_id))
    reported(company)
    proposed(company)
    company.given(DRAFTED)
    return visitor(client, company, *roles.ALL)


@pytest.fixture(scope="module")
def known(ruler: Visitor) -> dict[str, str]:
    """Ids of records by the first word of their kind: `party`, `call`."""
    facts = ruler.company.house.recorded_after(0)
    return {f.topic.split(".")[0].split("-")[0]: str(f.fact.stream_id) for f in facts if "user." not in f.topic}


def with_known_ids(node: Any, known: dict[str, str], name: str = "") -> Any:
    """The same with ids of records that are there, so that rules are reached behind `not found`."""
    if isinstance(node, dict):
        return {key: with_known_ids(part, known, key) for key, part in node.items()}
    if isinstance(node, list):
        return [with_known_ids(part, known, name) for part in node]
    return known.get(name.split("_")[0], node) if name.endswith("_id") and isinstance(node, str) else node


def send(who: Visitor, case: Case[Any]) -> Any:
    """Send a case as this visitor."""
    headers = {name: str(text) for name, text in (case.headers or {}).items() if text is not None}
    given_headers = {**headers, **who.headers()}
    encoded = {name.encode("ascii", "ignore"): text.encode("latin-1", "ignore") for name, text in given_headers.items()}
    sent: dict[str, Any] = {} if isinstance(case.body, NotSet) else {"json": case.body}
    if isinstance(case.body, bytes):
        sent = {"content": case.body}
    return who.client.request(case.method, case.formatted_path, params=case.query, headers=encoded, **sent)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["as described", "otherwise"])
@pytest.mark.parametrize("name", sorted(OPERATIONS - ENDLESS))
def test_whatever_is_sent(
    name: str,
    mode: GenerationMode,
    operations: dict[str, APIOperation[Any, Any, Any, Any]],
    ruler: Visitor,
    known: dict[str, str],
) -> None:
    @bounded(name)
    @given(operations[name].as_strategy(generation_mode=mode), st.booleans(), st.booleans())
    def answered(case: Case[Any], aimed: bool, unconditional: bool) -> None:
        case.path_parameters = dict(case.path_parameters or {})
        case.query = {key: value for key, value in (case.query or {}).items() if key != "wait"}
        if aimed:
            case.body = with_known_ids(case.body, known)
            case.path_parameters = with_known_ids(case.path_parameters, known)
        if "company" in case.path_parameters:
            case.path_parameters["company"] = ruler.company.house.slug
        if unconditional and case.headers:
            case.headers.pop("If-Match", None)
        answer = send(ruler, case)
        case.validate_response(answer, checks=CHECKS)

    with suppress(Unsatisfiable):  # where nothing can be sent otherwise than as described
        answered()
    ruler.company.fold()
    assert ruler.company.parked() == []


def test_cases_are_as_many_as_what_an_operation_takes_is_its_own() -> None:
    assert OWN_KINDS["view-party"] < OWN_KINDS["view-parties"] < OWN_KINDS["draft-contract"]
    assert bounded("view-party").max_examples == FEWEST
