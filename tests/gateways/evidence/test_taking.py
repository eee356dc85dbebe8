"""Evidence taken over HTTP and on the command line: by whom it may be, and what they get."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from gateways.cli import app as command_line
from gateways.http.app import create_app
from tests.dsl import Company
from tests.gateways.evidence.case import CALL, checked, told
from tests.gateways.http.visitors import Visitor, visitor


@pytest.fixture(scope="module")
def client(dispute: Company) -> Iterator[TestClient]:
    with TestClient(create_app(dispute.installation), raise_server_exceptions=False) as ready:
        yield ready


@pytest.fixture(scope="module")
def auditor(client: TestClient, dispute: Company) -> Visitor:
    return visitor(client, dispute, "auditor")


def test_an_auditor_takes_evidence_that_holds(auditor: Visitor, tmp_path: Path) -> None:
    answer = auditor.get("/disputes/invoice/2026/1")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["content-disposition"] == 'attachment; filename="evidence-invoice-2026-1.zip"'
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path)
    known = answer.headers["x-evidence-sha256"]
    assert hashlib.sha256((tmp_path / "manifest.json").read_bytes()).hexdigest() == known
    assert checked(tmp_path, "--manifest", known)[0] == 0
    (row,) = auditor.get("/disputes", manifest_sha256=known).json()["data"]["items"]
    assert (row["by"], row["number"], row["about"]) == (f"user:{auditor.user_id}", "2026/1", "invoice")
    names = told(tmp_path)["about"]
    assert (names["taken_by"], names["number"]) == (f"user:{auditor.user_id}", "2026/1")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/disputes/invoice/2026/77", 404, "nothing-to-prove"),
        ("/disputes/serial/' or 1=1 --", 404, "nothing-to-prove"),
        ("/disputes/party/C1", 404, "record-not-found"),
        (f"/disputes/call/{CALL}?known_at=yesterday", 422, None),
        (f"/disputes/call/{CALL}?as_if=1", 422, None),
        (f"/disputes/call/{CALL}?known_at=2001-01-01T00%3A00%3A00Z", 404, "nothing-to-prove"),
    ],
)
def test_what_cannot_be_proved(auditor: Visitor, path: str, status: int, code: str | None) -> None:
    auditor.company.fold()
    answer = auditor.client.get(auditor.root + path, headers=auditor.headers())
    assert answer.status_code == status, answer.headers
    assert code in (None, answer.json()["code"])


def test_what_there_is_not_is_told_in_the_readers_language(auditor: Visitor) -> None:
    answer = auditor.get("/disputes/serial/SN-0", {"accept-language": "it"})
    assert answer.json()["detail"].startswith("Non c'è matricola SN-0")


def test_a_snapshot_waits_for_whoever_reckons_and_prints_from_it(dispute: Company) -> None:
    wait = "select current_setting('idle_in_transaction_session_timeout') as wait"
    with dispute.house.reader.snapshot() as still:
        assert still.row(wait) == {"wait": "1h"}
    assert dispute.house.reader.row(wait) == {"wait": "1min"}


def test_only_who_may(client: TestClient, dispute: Company) -> None:
    technician = visitor(client, dispute, "technician", "billing")
    assert technician.get(f"/disputes/call/{CALL}").status_code == 403
    assert client.get(f"{technician.root}/disputes/call/{CALL}").status_code == 401


def test_on_the_command_line(dispute: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", dispute.installation.dsn)
    monkeypatch.setenv("LIBRETTO_DATA_DIR", str(dispute.installation.settings.data_dir))
    monkeypatch.setenv("LIBRETTO_LANGUAGE", "en")

    def typed(*words: str) -> Any:
        dispute.fold()  # here no daemon does
        company = ("--company", dispute.house.slug, "--out", str(tmp_path))
        return CliRunner().invoke(command_line, ["dispute", *words, *company])

    done = typed("serial", "SN-778", "--unpack")
    assert done.exit_code == 0, (done.output, done.exception)
    folder = tmp_path / "evidence-serial-SN-778"
    known = done.output.rsplit("manifest.json: ", 1)[1].strip()
    assert checked(folder, "--manifest", known)[0] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evidence-serial-SN-778", "evidence-serial-SN-778.zip"]
    assert "There is no serial SN-0" in str(typed("serial", "SN-0").exception)
    assert "is no instant" in str(typed("serial", "SN-778", "--known-at", "ieri").exception)
