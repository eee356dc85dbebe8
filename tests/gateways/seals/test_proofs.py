"""Proofs of one fact: made by command and over HTTP, checked by anybody, worthless once a word is changed."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from typer.testing import CliRunner

from aggregates import roles
from gateways.cli import app as command_line
from gateways.http import proofs as routes
from gateways.http.auth import Doorkeeper
from gateways.http.endpoints import Endpoints
from gateways.postgres.server import PostgresServer
from gateways.seals.maker import make_seals
from gateways.seals.proofs import NotSealed, ProofWrong, prove, verify_proof
from tests.dsl import Company
from tests.gateways.seals.tampering import grow, sealed_company, tamper


@pytest.fixture(scope="module")
def company(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Ten sealed facts, and some that are not."""
    with sealed_company(postgres, tmp_path_factory.mktemp("sealed")) as company:
        make_seals(company.house, block=4, patience=timedelta(0))
        grow(company, 2)
        yield company


def proof(company: Company, position: int) -> dict[str, Any]:
    with company.house.database.company(company.house.company_id) as connection:
        made: dict[str, Any] = json.loads(json.dumps(prove(connection, company.house, position)))
        return made


def test_every_sealed_fact_has_a_proof_that_leads_to_the_last_seal(company: Company) -> None:
    for position in range(1, 11):
        last = verify_proof(proof(company, position))
        assert (last.number, last.last) == (3, 10)
        verify_proof(proof(company, position), known=last.hash)
    with pytest.raises(NotSealed):
        proof(company, 11)
    with pytest.raises(ProofWrong, match="seal that is known"):
        verify_proof(proof(company, 1), known=bytes(32))


def test_nothing_in_a_proof_can_be_changed(company: Company) -> None:
    whole = proof(company, 6)
    places: list[tuple[Any, ...]] = [
        *(("fact", name) for name in whole["fact"]),
        ("leaf",),
        ("index",),
        *(("path", at) for at in range(len(whole["path"]))),
        *(("seals", at, name) for at in range(2) for name in whole["seals"][at]),
    ]
    for place in places:
        forged = copy.deepcopy(whole)
        holder = forged
        for step in place[:-1]:
            holder = holder[step]
        value = holder[place[-1]]
        holder[place[-1]] = value + 1 if isinstance(value, int) else ("0" if value[0] != "0" else "1") + value[1:]
        with pytest.raises(ProofWrong):
            verify_proof(forged)
    for wrong in ({}, {**whole, "seals": []}, {**whole, "path": whole["path"][:-1]}, {**whole, "form": "x"}):
        with pytest.raises(ProofWrong):
            verify_proof(wrong)


def test_an_altered_fact_has_no_proof_that_holds(company: Company) -> None:
    tamper(company, "update fact set recorded_at = recorded_at + interval '1 day' where position = 2")
    try:
        with pytest.raises(ProofWrong):
            verify_proof(proof(company, 2))
        verify_proof(proof(company, 3))
    finally:
        tamper(company, "update fact set recorded_at = recorded_at - interval '1 day' where position = 2")


class Door(Doorkeeper):
    """Knows every user as active: users are another test's business."""

    def _active(self, *_: Any) -> bool:
        return True


@pytest.mark.parametrize(
    ("role", "position", "status"),
    [
        (roles.AUDITOR, "6", 200),
        (roles.MANAGER, "1", 200),
        (roles.ADMINISTRATOR, "10", 200),
        (roles.TECHNICIAN, "6", 403),
        (roles.AUDITOR, "11", 409),
        (roles.AUDITOR, "0", 404),
        (roles.AUDITOR, "99999999999999999999", 404),
        (roles.AUDITOR, "six", 404),
    ],
)
def test_proofs_over_http(company: Company, role: str, position: str, status: int) -> None:
    door = Door(company.installation.secret("token_key"))
    app = FastAPI()
    routes.mount(app, Endpoints(company.installation, door))
    token = door.token("u1", {str(company.house.company_id): frozenset({role})})
    path = f"/v1/{company.house.slug}/proofs/{position}"
    answer = TestClient(app).get(path, headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == status, answer.text
    if status == 200:
        assert verify_proof(answer.json()).number == 3
    else:
        assert answer.headers["content-type"] == "application/problem+json"


def test_the_command_line_makes_exports_proves_and_verifies(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", company.installation.dsn)
    monkeypatch.setenv("LIBRETTO_DATA_DIR", str(company.installation.settings.data_dir))
    monkeypatch.setenv("LIBRETTO_LANGUAGE", "en")

    def typed(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(command_line, words)
        assert done.exit_code == code or (code and done.exception), (done.output, done.exception)
        return done.output + str(done.exception or "")

    file = tmp_path / "seals.jsonl"
    assert "3 seals written" in typed("seals", "export", str(file))
    assert "seals up to fact 10" in typed("seals", "status")
    assert verify_proof(json.loads(typed("proof", "prova", "4"))).number == 3
    assert "is not there, or not sealed yet" in typed("proof", "prova", "99", code=1)
    assert "3 seals" in typed("verify", "--against", str(file))
    tamper(company, "update fact set topic = topic || 'x' where position = 4")
    assert "things are wrong" in typed("verify", "--against", str(file), "--no-views", code=1)
    tamper(company, "update fact set topic = rtrim(topic, 'x') where position = 4")
    file.write_text("nonsense\n")
    assert "does not hold seals: line 1" in typed("verify", "--against", str(file), code=1)
