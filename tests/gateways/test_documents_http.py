"""Documents over HTTP: the bytes as recorded, for those whose role allows it, and drafts that leave no trace."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from aggregates import roles
from aggregates.base import Act
from commands.attachment import STORE, StoreFile
from gateways.files import check_file, keep_file
from gateways.http import documents
from gateways.http.auth import Doorkeeper
from gateways.http.endpoints import Endpoints
from gateways.postgres.server import PostgresServer
from gateways.settings import Settings
from gateways.wiring import Installation
from tests.databases import migrated_database
from tests.document_steps import DRAFTED, NOTE_ISSUED, QUOTE, in_business, invoiced, proposed
from tests.dsl import MORNING, Company


@pytest.fixture(scope="module")
def installation(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder: Path = tmp_path_factory.mktemp("documents")
    with migrated_database(postgres) as dsn, Installation(Settings(database_url=dsn, data_dir=folder)) as running:
        running.migrate()
        yield running


@pytest.fixture
def company(installation: Installation) -> Company:
    company_id = uuid4()
    return Company(installation, installation.open_house(f"c-{company_id.hex[:12]}", company_id))


class Door(Doorkeeper):
    """Knows every user as active: users are another test's business."""

    def _active(self, *_: Any) -> bool:
        return True


class Visitor:
    """Somebody with a role."""

    def __init__(self, company: Company, role: str) -> None:
        door = Door(company.installation.secret("token_key"))
        app = FastAPI()
        documents.mount(app, company.installation, Endpoints(company.installation, door))
        self.client = TestClient(app)
        token = door.token("u1", {str(company.house.company_id): frozenset({role})})
        self.headers = {"authorization": f"Bearer {token}"}
        self.path = f"/v1/{company.house.slug}/documents"

    def get(self, path: str) -> Any:
        return self.client.get(f"{self.path}/{path}", headers=self.headers)

    def preview(self, **body: Any) -> Any:
        return self.client.post(f"{self.path}/preview", headers=self.headers, json=body)


def issue(company: Company) -> dict[str, Any]:
    """The one document that is due."""
    company.fold()
    assert company.installation.issuer.tick(company.house) == 1
    (row,) = company.ask("documents")["items"]
    found: dict[str, Any] = row
    return found


def words(data: bytes) -> str:
    return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(data))


def test_the_file_is_answered_as_it_was_recorded(company: Company) -> None:
    in_business(company).given(NOTE_ISSUED)
    row = issue(company)
    answer = Visitor(company, roles.WAREHOUSE).get(f"{row['document_id']}/file")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'inline; filename="Documento-di-trasporto-A-2026-0001.pdf"'
    assert hashlib.sha256(answer.content).hexdigest() == row["sha256"]


def test_an_invoice_has_its_xml_and_a_delivery_note_none(company: Company) -> None:
    invoiced(in_business(company))
    row = issue(company)
    answer = Visitor(company, roles.BILLING).get(f"{row['document_id']}/xml")
    assert answer.headers["content-type"] == "application/xml"
    assert 'filename="IT12345670017_' in answer.headers["content-disposition"]
    assert b"<ImportoTotaleDocumento>429.17<" in answer.content


def test_a_filed_paper_is_answered_as_it_was_sent_and_opened_by_no_browser(company: Company) -> None:
    data, archive = b"%PDF-1.7 bolla", company.installation.archive
    file = check_file("bolla.pdf", data)
    keep_file(archive, company.house.company_id, file, data, MORNING)
    stored = StoreFile(sha256=file.sha256, bytes=file.size, media_type=file.media_type)
    company.house.desk.execute(STORE, stored, Act(by="user:maria", at=MORNING))
    about: dict[str, Any] = {
        "kind": "supplier_delivery_note",
        "title": "Bolla 77",
        "dated_on": "2026-09-12",
        "name": "bolla 77.pdf",
    }
    filed = company.do("file-document", sha256=file.sha256, **about)
    company.fold()
    answer = Visitor(company, roles.WAREHOUSE).get(f"{filed['document_id']}/file")
    assert (answer.status_code, answer.content) == (200, data)
    assert answer.headers["content-disposition"].startswith('attachment; filename="bolla_77.pdf"')
    assert "sandbox" in answer.headers["content-security-policy"]
    assert Visitor(company, roles.WAREHOUSE).get(f"{filed['document_id']}/xml").status_code == 404


def test_a_document_without_xml_answers_not_found(company: Company) -> None:
    in_business(company).given(NOTE_ISSUED)
    row = issue(company)
    assert Visitor(company, roles.BILLING).get(f"{row['document_id']}/xml").status_code == 404


@pytest.mark.parametrize("path", ["nonsense/file", f"{UUID(int=1)}/file", f"{UUID(int=1)}/xml"])
def test_what_is_not_there_is_not_found(company: Company, path: str) -> None:
    assert Visitor(company, roles.MANAGER).get(path).status_code == 404


def test_contractors_and_strangers_get_nothing(company: Company) -> None:
    in_business(company).given(NOTE_ISSUED)
    row = issue(company)
    visitor = Visitor(company, roles.CONTRACTOR)
    assert visitor.get(f"{row['document_id']}/file").status_code == 403
    visitor.headers = {}
    assert visitor.get(f"{row['document_id']}/file").status_code == 401


def test_an_altered_file_is_never_handed_out(company: Company) -> None:
    in_business(company).given(NOTE_ISSUED)
    row = issue(company)
    folder = company.installation.settings.data_dir / "documents" / str(company.house.company_id)
    (file,) = folder.rglob("*.pdf")
    file.write_bytes(file.read_bytes() + b"x")
    answer = Visitor(company, roles.MANAGER).get(f"{row['document_id']}/file")
    assert (answer.status_code, answer.json()["code"]) == (500, "file-unusable")


def test_a_quote_is_shown_as_a_draft_and_nothing_is_kept(company: Company) -> None:
    in_business(company).given(DRAFTED)
    before = company.house.log.position()
    answer = Visitor(company, roles.SALES).preview(kind="quote", record_id=str(QUOTE))
    assert answer.headers["content-type"] == "application/pdf"
    text = words(answer.content)
    assert "BOZZA" in text
    assert "Manodopera specializzata" in text
    assert company.house.log.position() == before
    assert list(company.installation.archive.list(str(company.house.company_id))) == []


def test_a_proposed_invoice_is_shown_as_it_would_be_issued_and_takes_no_number(company: Company) -> None:
    invoice_id = proposed(in_business(company))
    before = company.house.log.position()
    visitor = Visitor(company, roles.BILLING)
    answer = visitor.preview(kind="invoice", record_id=str(invoice_id), dated_on="2026-09-16")
    text = words(answer.content)
    assert "BOZZA" in text
    assert "429,17" in text
    assert "2026/1" not in text
    assert company.house.log.position() == before
    company.do("issue-invoice", at="2026-09-16T08:00", invoice_id=invoice_id, dated_on="2026-09-16")
    assert company.ask("invoices", state="issued")["items"][0]["number"] == "2026/1"
    assert visitor.preview(kind="invoice", record_id=str(invoice_id)).status_code == 404


def test_drafts_are_for_those_who_issue(company: Company) -> None:
    in_business(company).given(DRAFTED)
    assert Visitor(company, roles.WAREHOUSE).preview(kind="quote", record_id=str(QUOTE)).status_code == 403
    assert Visitor(company, roles.SALES).preview(kind="invoice", record_id=str(uuid4())).status_code == 403
    assert Visitor(company, roles.SALES).preview(kind="quote", record_id=str(uuid4())).status_code == 404
    assert Visitor(company, roles.SALES).preview(kind="poem").status_code == 422
