"""S10 over HTTP: a call under a full contract is reported, closed, billed; reasons in the caller's language."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.commands.test_call_charges import MACHINE, contract, firm
from tests.contract_steps import C1
from tests.dsl import Company
from tests.gateways.http.visitors import Visitor, visitor

__all__ = ["firm"]
AT = {"at": "2026-04-16T19:30:00+02:00"}


@pytest.fixture
def office(client: TestClient, firm: Company) -> Visitor:
    """Whoever does everything at a small company."""
    return visitor(client, firm, "manager", "billing", "dispatcher", "technician")


def posted(office: Visitor, path: str, body: dict[str, Any]) -> Any:
    """What a command answers."""
    answer = office.post(path, {"act": AT, **body})
    assert answer.status_code < 300, answer.text
    office.company.fold()
    return answer.json()["result"]


def test_a_full_contract_leaves_consumables_and_overtime_to_pay(office: Visitor) -> None:
    office.company.given(*contract())
    office.company.fold()
    caller = {"party_id": str(C1), "serial_item_ids": [str(MACHINE)], "fault": "Non stampa"}
    call_id = posted(office, "/calls", caller)["call_id"]
    visit: dict[str, Any] = {
        "kind": "repair",
        "mode": "visit",
        "starts_at": "2026-04-16T16:30:00+02:00",
        "ends_at": "2026-04-16T19:00:00+02:00",
        "travel_minutes": 90,
        "travel_km": "84",
    }
    posted(office, f"/calls/{call_id}/perform-activity", visit)
    for code in ("FUS", "KIT"):
        posted(office, f"/calls/{call_id}/use-part", {"code": code, "description": code})
    posted(office, f"/calls/{call_id}/report-work", {"work_done": "Sostituito fusore"})
    posted(office, f"/calls/{call_id}/close", {})
    told = office.get(f"/calls/{call_id}/charges").json()["data"]
    assert (told["net"], told["list_value"], len(told["items"])) == ("40.10", "508.70", 7)
    assert told["items"][0]["reason"].startswith("Covered by contract 1/2026 until 2026-")
    italian = office.get(f"/calls/{call_id}/charges", headers={"accept-language": "it"}).json()["data"]
    assert italian["items"][0]["reason"].startswith("Coperto dal contratto 1/2026 fino al ")
    run = posted(office, "/invoices/propose-due", {"until": "2026-04-16", "call_ids": [call_id]})
    issued = posted(office, f"/invoices/{run['invoices'][0]['invoice_id']}/issue", {})
    assert issued["total"]["amount"] == "48.92"
