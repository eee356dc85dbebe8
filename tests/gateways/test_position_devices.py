"""A position that a device sends and that is refused is kept nowhere, not even as a conflict (R10.3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from starlette.testclient import TestClient

from aggregates.values import ROME
from gateways.http import device_batch
from gateways.http.app import create_app
from gateways.wiring import Installation
from tests.commands.calls import GINO, TECHNICIANS
from tests.commands.test_technician_position import AGREED, dumped
from tests.dsl import Company
from tests.gateways.devices import send, sent, technician

PLACE = {"technician_id": str(GINO), "latitude": 43.9876, "longitude": 11.1234}


@pytest.fixture
def client(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(device_batch, "now", lambda: datetime(2026, 12, 10, 18, 0, tzinfo=ROME))
    with TestClient(create_app(installation), raise_server_exceptions=False) as ready:
        yield ready


def test_a_refused_position_is_given_up_and_kept_nowhere(client: TestClient, company: Company) -> None:
    company.given(*TECHNICIANS)
    gino = technician(client, company)
    position = sent("position", "share-position", "2026-12-09T09:10", **PLACE)
    (answer,) = send(gino, position)
    assert (answer["outcome"], answer["what_to_do"], answer["code"]) == ("refused", "discard", "position-basis-missing")
    assert "43.98" not in dumped(company)
    company.given(AGREED)
    (answer,) = send(gino, position)
    assert answer["outcome"] == "accepted"
    company.fold()
    assert "43.98" in dumped(company)
