"""Hour pools over HTTP: S07's figures in JSON, a refusal in Italian, the same request twice."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from tests.gateways.http.visitors import Visitor

RULES = {"minimum_minutes": 30, "step_minutes": 15}
HOURS = {"minutes": 600, "price": {"amount": "580.00"}, "valid_from": "2026-01-15", "valid_to": "2027-01-14"}


def made(manager: Visitor, body: dict[str, Any]) -> str:
    """The id of a new pool."""
    answer = manager.post("/hour-pools", body)
    assert answer.status_code == 201, answer.json()
    return str(answer.json()["result"]["pool_id"])


def drawn(manager: Visitor, pool_id: str, begins: str, ends: str, **headers: str) -> Any:
    """An intervention of one stretch."""
    body = {"work_id": str(uuid4()), "stretches": [{"starts_at": begins, "ends_at": ends}]}
    return manager.post(f"/hour-pools/{pool_id}/draw", body, **headers)


def test_s07_over_http(manager: Visitor, party_id: UUID) -> None:
    terms = {"rules": RULES, "overage_rate": {"amount": "65.00"}}
    body = {"customer_id": str(party_id), "name": "Monte ore 2026", "terms": terms, "hours": HOURS}
    pool_id = made(manager, {**body, "act": {"at": "2026-01-15T09:00:00+01:00"}})
    evening = drawn(manager, pool_id, "2026-03-05T18:30:00+01:00", "2026-03-05T20:00:00+01:00").json()["result"]
    assert evening["draws"][0]["weighed_minutes"] == "135"
    assert evening["balance"] == "465"
    holiday = drawn(manager, pool_id, "2026-04-25T10:00:00+02:00", "2026-04-25T11:00:00+02:00").json()["result"]
    assert holiday["draws"][0]["weighed_minutes"] == "120"
    (row,) = manager.get("/hour-pools", on="2026-04-25", customer_id=str(party_id)).json()["data"]["items"]
    assert (row["balance_minutes"], row["earned"], row["deferred"]) == ("345", "246.50", "333.50")
    moved = manager.get(f"/hour-pools/{pool_id}/movements").json()["data"]["items"]
    assert [one["minutes"] for one in moved] == ["600", "-135", "-120"]


def test_the_same_request_twice_draws_once_and_a_refusal_is_told(manager: Visitor, party_id: UUID) -> None:
    body = {"customer_id": str(party_id), "name": "Monte ore 2026", "hours": HOURS}
    pool_id = made(manager, {**body, "act": {"at": "2026-01-15T09:00:00+01:00"}})
    work: dict[str, Any] = {"work_id": str(uuid4())}
    work |= {"stretches": [{"starts_at": "2026-03-05T09:00:00+01:00", "ends_at": "2026-03-05T10:00:00+01:00"}]}
    key = str(uuid4())
    answers = [manager.post(f"/hour-pools/{pool_id}/draw", work, idempotency_key=key) for _ in range(2)]
    assert [answer.json()["result"]["balance"] for answer in answers] == ["540", "540"]
    early = drawn(manager, pool_id, "2026-01-10T09:00:00+01:00", "2026-01-10T10:00:00+01:00", accept_language="it")
    assert (early.status_code, early.json()["code"]) == (409, "no-hours-valid")
    assert "non ha ore valide" in early.json()["detail"]
