"""Files over HTTP: sent, attached, read by those who may see the record."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from aggregates.base import Act
from commands.attachment import STORE, StoreFile
from gateways.documents.issuer import verify_documents
from gateways.files import check_file, file_key, keep_file
from tests.dsl import Company
from tests.gateways.http.visitors import Visitor, visitor
from tests.gateways.test_files import JPEG

PDF = b"%PDF-1.7\nofferta"
SHA = hashlib.sha256(PDF).hexdigest()


def send(who: Visitor, name: str, data: bytes) -> Any:
    """An upload."""
    who.company.fold()
    return who.client.post(f"{who.root}/files", content=data, headers=who.headers({"x-file-name": name}))


def test_a_file_is_sent_attached_and_read(manager: Visitor, party_id: UUID, client: TestClient) -> None:
    line = {"description": "Revisione", "quantity": "1", "unit_price": "100.00"}
    quote = manager.post("/quotes", {"customer_id": str(party_id), "lines": [line]}).json()["result"]
    sent = send(manager, "Offerta%20perch%C3%A9.pdf", PDF)
    assert (sent.status_code, sent.json()) == (201, {"sha256": SHA, "bytes": len(PDF), "type": "application/pdf"})
    assert manager.get(f"/files/{SHA}").status_code == 404, "no record has it yet"
    record = {"kind": "quote", "id": quote["quote_id"]}
    done = manager.post("/attachments", {"record": record, "sha256": SHA, "name": "Offerta perché.pdf"})
    assert done.status_code == 201, done.text
    answer = manager.get(f"/files/{SHA}")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, PDF, "application/pdf")
    told = answer.headers["content-disposition"]
    assert told.startswith("attachment;")
    assert "filename*=UTF-8''Offerta%20perch%C3%A9.pdf" in told
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert 'filename="a___b.pdf"' in manager.get(f"/files/{SHA}", name='a"\r\nb.pdf').headers["content-disposition"]
    contractor = visitor(client, manager.company, "contractor")
    assert contractor.get(f"/files/{SHA}").status_code == 404, "contractors see no quotes"
    assert manager.get("/files/nothing").status_code == 404
    assert manager.get(f"/files/{'0' * 64}").status_code == 404


def test_a_file_taken_off_is_not_read(manager: Visitor, party_id: UUID) -> None:
    send(manager, "a.pdf", PDF)
    record = {"kind": "party", "id": str(party_id)}
    done = manager.post("/attachments", {"record": record, "sha256": SHA, "name": "a.pdf"}).json()
    path = f"/attachments/{done['result']['attachment_id']}/detach"
    assert manager.post(path, {"reason": "Sbagliato"}).status_code == 200
    assert manager.get(f"/files/{SHA}").status_code == 404


def test_the_same_bytes_are_one_fact(manager: Visitor) -> None:
    send(manager, "a.pdf", PDF)
    before = manager.company.house.log.position()
    assert send(manager, "b.pdf", PDF).status_code == 201
    assert manager.company.house.log.position() == before


def test_bytes_without_their_fact_are_taken_up_again(manager: Visitor, company: Company) -> None:
    """A process killed between archive and log leaves a file that nobody knows; sending it again heals it."""
    archive = company.installation.archive
    keep_file(archive, company.house.company_id, check_file("a.pdf", PDF), PDF, datetime.now(UTC))
    refused = manager.post(
        "/attachments", {"record": {"kind": "party", "id": str(uuid4())}, "sha256": SHA, "name": "x"}
    )
    assert refused.status_code == 404
    assert send(manager, "a.pdf", PDF).status_code == 201
    card, data = archive.get(file_key(company.house.company_id, SHA))
    assert (card.sha256, data) == (SHA, PDF)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", b"", "file-empty"),
        ("a.exe", b"MZ", "file-type-refused"),
        ("a.pdf", JPEG, "file-type-mismatch"),
        ("", PDF, "file-name-missing"),
    ],
)
def test_what_is_not_taken(manager: Visitor, name: str, data: bytes, code: str) -> None:
    answer = send(manager, name, data)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_file_can_be_too_large(manager: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manager.company.installation.settings, "max_file_bytes", 10)
    assert send(manager, "a.pdf", PDF).status_code == 413


def test_nobody_sends_without_signing_in(client: TestClient, company: Company) -> None:
    path = f"/v1/{company.house.slug}/files"
    assert client.post(path, content=PDF, headers={"x-file-name": "a.pdf"}).status_code == 401


def test_verification_knows_what_was_sent(manager: Visitor, company: Company) -> None:
    send(manager, "a.pdf", PDF)
    cmd = StoreFile(sha256="0" * 64, bytes=1, media_type="application/pdf")
    company.house.desk.execute(STORE, cmd, Act(by="user:test", at=datetime.now(UTC)), uuid4())
    company.fold()
    (finding,) = verify_documents(company.house, company.installation.archive)
    assert (finding.problem, finding.path) == ("missing", f"{file_key(company.house.company_id, '0' * 64).path}.json")
