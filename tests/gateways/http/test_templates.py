"""Word templates over HTTP: sent and checked by those who may, looked at, and the Word file of a document."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from docx import Document
from fastapi import FastAPI
from starlette.testclient import TestClient

from aggregates import roles
from gateways.documents.word_issuer import WordIssuer
from gateways.http import templates
from gateways.http.auth import Doorkeeper
from gateways.http.endpoints import Endpoints
from gateways.postgres.server import PostgresServer
from gateways.settings import Settings
from gateways.wiring import Installation
from tests.databases import migrated_database
from tests.document_steps import DRAFTED, SENT, in_business
from tests.dsl import Company
from tests.gateways.documents.test_word import written


@pytest.fixture
def company(postgres: PostgresServer, tmp_path: Path) -> Iterator[Company]:
    with migrated_database(postgres) as dsn, Installation(Settings(database_url=dsn, data_dir=tmp_path)) as running:
        running.migrate()
        company_id = uuid4()
        yield in_business(Company(running, running.open_house("service", company_id)))


class Door(Doorkeeper):
    """Knows every user as active: users are another test's business."""

    def _active(self, *_: object) -> bool:
        return True


def visitor(company: Company, role: str) -> TestClient:
    door = Door(company.installation.secret("token_key"))
    app = FastAPI()
    templates.mount(app, company.installation, Endpoints(company.installation, door))
    token = door.token("u1", {str(company.house.company_id): frozenset({role})})
    return TestClient(app, headers={"authorization": f"Bearer {token}"})


def test_a_template_is_sent_mended_published_and_used(company: Company) -> None:
    manager, technician = visitor(company, roles.MANAGER), visitor(company, roles.TECHNICIAN)
    place = "/v1/service/document-templates"
    sending = f"{place}/upload?kind=quote&why=Nuova+grafica"
    name = {"x-file-name": "offerta.docx"}
    wrong = manager.post(sending, content=written("{{ numero }}"), headers=name)
    assert wrong.status_code == 201
    assert [one["found"] for one in wrong.json()["problems"]] == ["numero"]
    begun = technician.get(f"{place}/starter/quote")
    assert (begun.status_code, technician.get(f"{place}/starter/daily_report").status_code) == (200, 404)
    mended = manager.post(sending, content=begun.content, headers=name).json()
    assert (mended["version"], mended["problems"]) == (2, [])
    template = f"{place}/{mended['template_id']}"
    assert technician.get(f"{template}/versions/2/file").content == begun.content
    assert technician.get(f"{template}/versions/9/file").status_code == 404
    shown = technician.post(f"{template}/preview", json={"version": 2})
    assert Document(BytesIO(shown.content)).paragraphs[0].text.startswith("BOZZA")
    company.do("publish-template-version", template_id=mended["template_id"], version=2)
    company.given(DRAFTED, SENT)
    company.fold()
    company.installation.issuer.tick(company.house)
    (row,) = company.ask("documents")["items"]
    word = f"/v1/service/documents/{row['document_id']}/word"
    assert technician.get(word).status_code == 404
    WordIssuer(company.installation.archive).tick(company.house)
    company.fold()
    answer = technician.get(word)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith('.docx"')
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_only_leaders_send_and_only_word_files_are_taken(company: Company) -> None:
    sending = "/v1/service/document-templates/upload?kind=quote"
    name = {"x-file-name": "offerta.docx"}
    assert visitor(company, roles.SALES).post(sending, content=written("x"), headers=name).status_code == 403
    manager = visitor(company, roles.MANAGER)
    refused = manager.post(sending, content=b"%PDF-1.7", headers=name)
    assert (refused.status_code, refused.json()["code"]) == (422, "word-file-unusable")
    assert manager.post(sending, content=b"x" * 5_000_001, headers=name).status_code == 413
    assert manager.post(f"{sending}s", content=written("x"), headers=name).status_code == 422
    contractor = visitor(company, roles.CONTRACTOR)
    assert contractor.get("/v1/service/document-templates/starter/quote").status_code == 403
