"""Files of money over HTTP: a batch's file out, statements and receipts in, for those who may."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from gateways.documents.archive import open_archive
from gateways.documents.issuer import Issuer
from tests.commands.collections import collecting, invoice
from tests.dsl import Company
from tests.gateways.http.visitors import Visitor, visitor
from tests.gateways.test_bank_statements import CSV
from tests.gateways.test_exchange_receipts import receipt


@pytest.fixture
def cashier(client: TestClient, company: Company) -> Visitor:
    return visitor(client, collecting(company), "accountant")


def send(who: Visitor, path: str, data: bytes) -> Any:
    who.company.fold()
    return who.client.post(who.root + path, content=data, headers=who.headers())


def test_the_file_of_a_batch(client: TestClient, cashier: Visitor) -> None:
    invoice(cashier.company, "100.00", payment_method="riba")
    cashier.company.fold()
    made = cashier.post("/collections", {"method": "riba", "due_by": "2026-12-31"})
    assert made.status_code == 201, made.text
    path = f"/collections/{made.json()['result']['collection_id']}/file"
    answer = cashier.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert 'filename="INC-20' in answer.headers["content-disposition"]
    assert {len(record) for record in answer.text.split("\r\n")[:-1]} == {120}
    assert visitor(client, cashier.company, "technician").get(path).status_code == 403
    assert cashier.get("/collections/nothing/file").status_code == 404
    assert cashier.get(f"/collections/{cashier.user_id}/file").status_code == 404


def test_a_statement_dry_and_for_good(client: TestClient, cashier: Visitor) -> None:
    invoice(cashier.company, "1000.00", payment_method="transfer")
    dry = send(cashier, "/bank-statements?dry_run=true", CSV.encode()).json()
    assert (dry["dry_run"], [each["status"] for each in dry["entries"]]) == (True, ["matched", "outgoing"])
    done = send(cashier, "/bank-statements", CSV.encode()).json()
    assert [each["documents"] for each in done["entries"]] == [["2026/1"], []]
    (again, _) = send(cashier, "/bank-statements", CSV.encode()).json()["entries"]
    assert again["status"] == "known"
    bad = send(cashier, "/bank-statements", b"nothing")
    assert (bad.status_code, bad.json()["code"]) == (422, "statement-unreadable")
    office = visitor(client, cashier.company, "call_centre")
    assert send(office, "/bank-statements", CSV.encode()).status_code == 403


def test_a_receipt(cashier: Visitor, tmp_path: Path) -> None:
    company = cashier.company
    invoice_id = invoice(company, "100.00")
    company.fold()
    Issuer(open_archive(tmp_path)).tick(company.house, datetime(2026, 1, 11, tzinfo=UTC))
    (row,) = cashier.get("/exchange-outcomes").json()["data"]["items"]
    xml = receipt("RicevutaConsegna", row["file_name"], on="2026-01-12")
    answer = send(cashier, "/exchange-receipts/file?name=rc.xml", xml).json()
    assert (answer["status"], answer["number"], answer["name"]) == ("taken", "2026/1", "rc.xml")
    assert company.record(invoice_id).exchange_state.value == "delivered"
    assert send(cashier, "/exchange-receipts/file", b"<a/>").json()["status"] == "unreadable"
