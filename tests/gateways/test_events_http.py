"""The public stream over HTTP: paged, waited for, streamed; for those whose role allows it."""

from __future__ import annotations

import json
import threading
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from aggregates import roles
from examples import accounting_consumer
from examples.accounting_ledger import Ledger, balances
from examples.accounting_rules import rows_of
from gateways.http import events
from gateways.http.auth import Doorkeeper
from gateways.http.endpoints import Endpoints
from gateways.postgres.server import PostgresServer
from gateways.wiring import Installation
from tests.dsl import Company, do
from tests.gateways.bills import month
from tests.gateways.public_stream import new_company, publishing, told


@pytest.fixture(scope="module")
def installation(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with publishing(postgres, tmp_path_factory.mktemp("events")) as running:
        yield running


@pytest.fixture
def company(installation: Installation) -> Company:
    return new_company(installation)


class Door(Doorkeeper):
    """Knows every user as active: users are another test's business."""

    def _active(self, *_: Any) -> bool:
        return True


@pytest.fixture
def door(installation: Installation) -> Door:
    return Door(installation.secret("token_key"))


@pytest.fixture
def client(installation: Installation, door: Door) -> TestClient:
    app = FastAPI()
    events.mount(app, installation, Endpoints(installation, door))
    return TestClient(app)


class Reader:
    """Somebody with a role who asks for a company's events."""

    def __init__(self, client: TestClient, door: Door, company: Company, role: str = roles.ACCOUNTANT) -> None:
        token = door.token("u1", {str(company.house.company_id): frozenset({role})})
        self.client = client
        self.headers = {"authorization": f"Bearer {token}"}
        self.path = f"/v1/{company.house.slug}/events"

    def get(self, more: str = "", headers: dict[str, str] | None = None, **params: Any) -> Any:
        return self.client.get(self.path + more, params=params, headers={**self.headers, **(headers or {})})


@pytest.fixture
def reader(client: TestClient, door: Door, company: Company) -> Reader:
    return Reader(client, door, company)


def register(company: Company, count: int) -> list[dict[str, Any]]:
    for _ in range(count):
        company.execute(do("register-party", code=uuid4().hex[:8], name="Rossi", role="prospect"))
    return told(company)


def test_events_come_page_by_page(company: Company, reader: Reader) -> None:
    everything = register(company, 5)
    first = reader.get(limit=3).json()
    second = reader.get(after=first["next"], limit=3).json()
    assert first["items"] + second["items"] == everything
    assert (first["next"], first["head"], second["next"]) == (3, 5, 5)
    assert first["epoch"] == str(company.house.epoch)
    assert reader.get(after=5).json()["items"] == []


def test_a_waiting_reader_gets_the_event_when_it_comes(company: Company, reader: Reader) -> None:
    register(company, 1)
    late = threading.Timer(0.4, register, (company, 1))
    late.start()
    began = time.monotonic()
    page = reader.get(after=1, wait=30).json()
    assert [event["sequence"] for event in page["items"]] == [2]
    assert 0.3 < time.monotonic() - began < 30
    late.join()


def test_waiting_ends_in_time(reader: Reader) -> None:
    began = time.monotonic()
    assert reader.get(wait=0.5).json()["items"] == []
    assert 0.5 <= time.monotonic() - began < 30


@pytest.mark.parametrize("role", sorted(roles.ALL))
def test_only_some_roles_may_read(client: TestClient, door: Door, company: Company, role: str) -> None:
    allowed = role in {roles.ACCOUNTANT, roles.AUDITOR, roles.MANAGER, roles.ADMINISTRATOR}
    for path in ("", "/stream", "/schemas", "/asyncapi"):
        if not (allowed and path == "/stream"):
            answer = Reader(client, door, company, role).get(path)
            assert answer.status_code == (200 if allowed else 403)


def test_nobody_reads_without_a_token_or_with_another_companys(
    client: TestClient, door: Door, company: Company, installation: Installation
) -> None:
    register(company, 1)
    assert client.get(f"/v1/{company.house.slug}/events").status_code == 401
    stranger = Reader(client, door, new_company(installation))
    stranger.path = f"/v1/{company.house.slug}/events"
    assert stranger.get().status_code == 403
    assert client.get("/v1/nobody/events").status_code == 404


def test_wrong_parameters_are_named(reader: Reader) -> None:
    answer = reader.get(after="-1", limit="many")
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"after", "limit"}


def test_whoever_names_an_old_epoch_is_told(company: Company, reader: Reader) -> None:
    assert reader.get(epoch=str(company.house.epoch)).status_code == 200
    answer = reader.get(epoch=str(uuid4()))
    assert (answer.status_code, answer.json()["code"]) == (409, "stream-began-anew")


def sse(text: str) -> list[tuple[int, dict[str, Any]]]:
    """Ids and data of server-sent events."""
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if line[:1] not in ("", ":"))
        if "data" in lines:
            found.append((int(lines["id"]), json.loads(lines["data"])))
    return found


@pytest.fixture
def _short_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "STREAM_S", 1.0)
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.3)


@pytest.mark.usefixtures("_short_streams")
def test_server_sent_events_follow_the_stream(company: Company, reader: Reader) -> None:
    register(company, 3)
    late = threading.Timer(0.3, register, (company, 2))
    late.start()
    answer = reader.get("/stream")
    late.join()
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert sse(answer.text) == [(event["sequence"], event) for event in told(company)]
    assert ": alive" in answer.text


@pytest.mark.usefixtures("_short_streams")
def test_a_reader_that_reconnects_goes_on_where_it_was(company: Company, reader: Reader) -> None:
    register(company, 5)
    answer = reader.get("/stream", headers={"last-event-id": "3"}, after=1)
    assert [sequence for sequence, _ in sse(answer.text)] == [4, 5]


def test_streams_held_open_are_counted(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_STREAMS", 0)
    answer = reader.get("/stream")
    assert (answer.status_code, answer.json()["code"]) == (503, "too-many-readers")


def test_schemas_are_served(reader: Reader) -> None:
    assert "libretto.invoice.issued.v1" in reader.get("/schemas").json()


def test_the_asyncapi_document_is_served(reader: Reader) -> None:
    assert reader.get("/asyncapi").json()["asyncapi"] == "3.0.0"


def test_the_description_names_every_route(client: TestClient) -> None:
    assert isinstance(client.app, FastAPI)
    mounted = {getattr(route, "path", "") for route in client.app.routes}
    assert set(events.describe()) <= mounted


def test_the_ledger_is_kept_over_http(
    company: Company, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(month(company, 30))
    company.fold()

    def get(address: str) -> Any:
        return reader.client.get(address.removeprefix("http://libretto"), headers=reader.headers).json()

    monkeypatch.setattr(accounting_consumer, "_get", get)
    args = Namespace(http="http://libretto", company=company.house.slug, batch=7, idle=1)
    ledger = Ledger(str(tmp_path / "ledger.db"))
    for _ in range(2):
        accounting_consumer.from_http(ledger, args, accounting_consumer.Stop())
        expected: dict[str, int] = {}
        for event in told(company):
            for account, amount in rows_of(event):
                expected[account] = expected.get(account, 0) + int(amount * 100)
        assert {account: cents for _, account, cents in balances(ledger)} == expected
