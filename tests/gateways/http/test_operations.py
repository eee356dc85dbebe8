"""Around the routes: health, figures, headers, correlation, browsers of other sites, addresses that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from starlette.testclient import TestClient

from gateways.http.app import create_app
from gateways.settings import Settings
from gateways.wiring import Installation
from tests.dsl import Company
from tests.gateways.http.test_commands import problem
from tests.gateways.http.visitors import Visitor

CAREFUL = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-frame-options": "DENY",
}


def test_the_process_says_that_it_lives(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}


@pytest.fixture(scope="module")
def lone_client(lone_installation: Installation) -> Iterator[TestClient]:
    """A client of an application that no other test's companies keep from being ready."""
    with TestClient(create_app(lone_installation), raise_server_exceptions=False) as ready:
        yield ready


def with_a_customer(installation: Installation) -> None:
    house = installation.open_house(f"c-{uuid4().hex[:12]}", uuid4())
    Company(installation, house, at_work=True).do("register-party", code="C1", name="Rossi", role="prospect")


def test_ready_when_the_read_models_are_up_to_date(lone_client: TestClient, lone_installation: Installation) -> None:
    with_a_customer(lone_installation)
    lone_installation.daemon.catch_up()
    answer = lone_client.get("/readyz")
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "ready"


def test_not_ready_when_read_models_are_far_behind(
    lone_client: TestClient, lone_installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_a_customer(lone_installation)
    monkeypatch.setattr("gateways.http.app.READY_LAG_S", -1.0)
    answer = lone_client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "behind")


def test_figures_count_requests_by_route_not_by_address(client: TestClient, manager: Visitor) -> None:
    manager.get("/parties")
    manager.post("/parties", {})
    text = client.get("/metrics").text
    assert re.search(r'libretto_requests_total{method="GET",route="/v1/{company}/parties",status="200"} \d', text)
    assert re.search(r'libretto_requests_total{method="POST",route="/v1/{company}/parties",status="422"} \d', text)
    assert manager.company.house.slug not in text
    assert str(manager.company.house.company_id) not in text


def test_figures_tell_how_far_read_models_are_behind(lone_client: TestClient, lone_installation: Installation) -> None:
    with_a_customer(lone_installation)
    lone_installation.daemon.catch_up()
    assert 'libretto_lag_facts{read_model="parties",status="active"} 0.0' in lone_client.get("/metrics").text


def test_the_description_and_its_page(client: TestClient) -> None:
    assert client.get("/openapi.json").json()["openapi"] == "3.1.0"
    page = client.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "Put a call on a technician" in page.text
    assert "http://" not in page.text.replace("http://www.w3.org", "")
    assert "<script" not in page.text


@pytest.mark.parametrize("path", ["/healthz", "/docs", "/nothing", "/v1/none/parties"])
def test_every_answer_keeps_browsers_careful(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert {name: answer.headers.get(name) for name in CAREFUL} == CAREFUL
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_correlation_id_is_echoed_or_made(client: TestClient, manager: Visitor) -> None:
    given = client.get("/healthz", headers={"x-correlation-id": "order-42"})
    assert given.headers["x-correlation-id"] == "order-42"
    made = {client.get("/healthz").headers["x-correlation-id"] for _ in range(2)}
    assert len(made) == 2
    for bad in ("", "x" * 101, "tab\tbed"):
        assert client.get("/healthz", headers={"x-correlation-id": bad}).headers["x-correlation-id"] != bad


def test_the_correlation_id_stays_with_the_fact(manager: Visitor) -> None:
    body = {"code": "C1", "name": "Rossi", "role": "prospect"}
    made = manager.post("/parties", body, x_correlation_id="order-42").json()
    (fact,) = manager.company.facts(made["result"]["party_id"])
    assert fact.metadata["correlation"] == "order-42"
    assert fact.metadata["actor"] == str(manager.user_id)


def test_addresses_that_are_none(manager: Visitor) -> None:
    problem(manager.client.get("/nothing", headers={"accept-language": "en"}), 404, "no-such-page")
    problem(manager.client.get("/v1/nobody/parties", headers=manager.headers()), 404, "company-unknown")
    problem(manager.client.get("/v1/%2e%2e/parties", headers=manager.headers()), 404, "company-unknown")
    problem(manager.client.get("/v1/a%00b/parties", headers=manager.headers()), 404, "company-unknown")
    problem(manager.get("/parties/"), 404, "no-such-page")
    problem(manager.post("/parties/"), 404, "no-such-page")


def test_the_company_may_be_named_by_its_id(manager: Visitor) -> None:
    address = f"/v1/{manager.company.house.company_id}/parties"
    assert manager.client.get(address, headers=manager.headers()).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_methods_that_are_not_taken(manager: Visitor, method: str) -> None:
    answer = manager.client.request(method, f"{manager.root}/parties", headers=manager.headers())
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD, POST"


def test_head_is_get_without_the_body(manager: Visitor) -> None:
    answer = manager.client.head(f"{manager.root}/parties", headers=manager.headers())
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")


PREFLIGHT = {
    "origin": "https://console.example.it",
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type,idempotency-key",
}


def test_pages_of_other_sites_are_shut_out(manager: Visitor) -> None:
    answer = manager.client.options(f"{manager.root}/parties", headers=PREFLIGHT)
    assert answer.status_code == 405
    got = manager.client.get(f"{manager.root}/parties", headers={**manager.headers(), "origin": PREFLIGHT["origin"]})
    assert not [name for name in (*answer.headers, *got.headers) if name.startswith("access-control")]


@pytest.fixture
def opened(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    settings = installation.settings.model_copy(update={"cors_origins": ["https://console.example.it"]})
    monkeypatch.setattr(installation, "settings", settings)
    with TestClient(create_app(installation)) as ready:
        yield ready


def test_a_site_that_was_let_in_may_ask(opened: TestClient, manager: Visitor) -> None:
    answer = opened.options(f"{manager.root}/parties", headers=PREFLIGHT)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "https://console.example.it"
    got = opened.get(f"{manager.root}/parties", headers={**manager.headers(), "origin": PREFLIGHT["origin"]})
    assert "x-position" in got.headers["access-control-expose-headers"].lower()
    other = opened.options(f"{manager.root}/parties", headers={**PREFLIGHT, "origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers


def test_origins_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().cors_origins == []
    monkeypatch.setenv("LIBRETTO_CORS_ORIGINS", '["https://a.example"]')
    assert Settings().cors_origins == ["https://a.example"]


class Away:
    """A desk whose database is gone, or that is broken."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def execute(self, *_: Any, **__: Any) -> Any:
        raise self.error


def test_a_database_that_is_away_is_no_fault_of_the_asker(manager: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manager.company.behind, "desk", Away(psycopg.OperationalError("host=secret gone")))
    answer = manager.post("/parties", {"code": "C1", "name": "Rossi"})
    problem(answer, 503, "database-away")
    assert answer.headers["retry-after"] == "2"
    assert "secret" not in answer.text


def test_our_own_faults_tell_nothing_but_where_to_look(manager: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manager.company.behind, "desk", Away(KeyError("inner secret")))
    answer = manager.post("/parties", {"code": "C1", "name": "Rossi"}, x_correlation_id="order-43")
    assert problem(answer, 500, "internal-error")["values"] == {"correlation_id": "order-43"}
    assert "secret" not in answer.text
