"""The secret of a webhook over HTTP: told once, to an administrator, and written nowhere."""

from __future__ import annotations

import base64
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from tests.dsl import Company
from tests.gateways.http.visitors import Visitor, visitor
from tests.gateways.webhooks.receiving import secret_of


@pytest.mark.parametrize("who", ["manager", "accountant"])
def test_only_administrators_have_to_do_with_webhooks(client: TestClient, company: Company, who: str) -> None:
    asking = visitor(client, company, who)
    assert asking.post("/webhooks", {"address": "https://h.example.it/"}).status_code == 403
    assert asking.post(f"/webhooks/{uuid4()}/show-secret").status_code == 403
    assert asking.get("/webhooks").status_code == 403


def test_a_secret_is_told_once(client: TestClient, manager: Visitor, capsys: pytest.CaptureFixture[str]) -> None:
    made = manager.post("/webhooks", {"address": "https://h.example.it/x", "types": ["libretto.invoice.*"]})
    assert made.status_code == 201, made.text
    webhook_id = made.json()["result"]["webhook_id"]
    path, key = f"/webhooks/{webhook_id}/show-secret", str(uuid4())
    told = manager.post(path, idempotency_key=key)
    assert (told.status_code, told.headers["cache-control"]) == (200, "no-store")
    secret = told.json()["secret"]
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert manager.post(path, idempotency_key=key).json()["secret"] == secret, "an answer that was lost"
    again = manager.post(path)
    assert (again.status_code, again.json()["code"]) == (409, "webhook-secret-shown")
    assert manager.post("/webhooks/nothing/show-secret").status_code == 404
    assert manager.post(f"/webhooks/{uuid4()}/show-secret").status_code == 404

    assert manager.post(f"/webhooks/{webhook_id}/rotate-secret", {"overlap_hours": 1}).status_code == 200
    other = manager.post(path).json()
    assert (other["number"], other["secret"] != secret) == (2, True)
    company = manager.company
    with company.installation.database.company(company.house.company_id) as connection:
        stored = connection.execute("select convert_from(state, 'UTF8') from fact").fetchall()
        answers = connection.execute("select answer::text from command").fetchall()
    bare = secret.removeprefix("whsec_")
    assert len(stored) > 3
    assert not [text for (text,) in (*stored, *answers) if bare in text]
    assert bare not in str(manager.get(f"/webhooks/{webhook_id}").json()) + str(manager.get("/webhooks").json())
    said = capsys.readouterr()
    assert bare not in said.out + said.err


def test_a_secret_is_of_one_webhook(manager: Visitor) -> None:
    ids = [manager.post("/webhooks", {"address": "https://h.example.it/"}).json()["result"]["webhook_id"] for _ in "12"]
    told = {manager.post(f"/webhooks/{one}/show-secret").json()["secret"] for one in ids}
    assert len(told) == 2
    assert told == {secret_of(manager.company, UUID(one)) for one in ids}
