"""Signing a report from afar: the secret address, the one-time code, and everything that may be wrong with them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from aggregates.call import Call
from gateways.http import signing
from tests.commands.calls import ASSIGNED, CALL, CUSTOMER, PLANNED, REPORT, REPORTED, TECHNICIANS, WORKED, opened
from tests.dsl import Company, do
from tests.gateways.http.test_commands import problem
from tests.gateways.http.visitors import Visitor, visitor

NOW = datetime(2026, 12, 9, 14, 0, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """What time it is at the signing routes."""
    time = [NOW]
    monkeypatch.setattr(signing, "now", lambda: time[0])
    return time


@pytest.fixture
def gino(client: TestClient, company: Company, clock: list[datetime]) -> Visitor:
    company.given(*CUSTOMER, *TECHNICIANS, opened(), PLANNED, ASSIGNED, WORKED, REPORTED)
    return visitor(client, company, "technician")


def ask(who: Visitor, **fields: Any) -> dict[str, Any]:
    answer = who.post(f"/calls/{CALL}/reports/{REPORT}/ask-signature", {"name": "Anna Verdi", **fields})
    assert answer.status_code == 201, answer.text
    who.company.fold()
    made: dict[str, Any] = answer.json()
    return made


def code_for(who: Visitor, link: dict[str, Any]) -> str:
    answer = who.post(f"/signing-links/{link['link_id']}/make-code")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def show(who: Visitor, link: dict[str, Any]) -> Any:
    """What the signer sees, without any token."""
    return who.client.get(link["address"], headers={"accept-language": "en"})


def enter(who: Visitor, link: dict[str, Any], code: str) -> Any:
    return who.client.post(f"{link['address']}/code", json={"code": code})


def sign(who: Visitor, link: dict[str, Any], **fields: Any) -> Any:
    shown = show(who, link)
    seen = shown.json()["document_sha256"] if shown.status_code == 200 else "0" * 64
    body = {"name": "Anna Verdi", "role": "Titolare", "document_sha256": seen, **fields}
    return who.client.post(link["address"], json=body)


def other(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_a_report_is_signed_from_afar(gino: Visitor) -> None:
    link = ask(gino, email="anna@example.it")
    shown = show(gino, link).json()
    assert (shown["signer"], shown["document"]["work_done"]) == ("Anna Verdi", "Sostituita elettrovalvola")
    problem(sign(gino, link), 403, "not-confirmed")
    assert enter(gino, link, code_for(gino, link)).json() == {"confirmed": True}
    answer = sign(gino, link)
    assert answer.status_code == 200, answer.text
    fact = gino.company.facts(CALL)[-1].fact
    assert isinstance(fact, Call.ReportSigned)
    signature = fact.signature
    assert (signature.channel, signature.verified, str(signature.link_id)) == ("remote", True, link["link_id"])
    assert (signature.document_sha256, signature.image_sha256) == (shown["document_sha256"], None)
    assert (signature.signer.name, signature.signer.role) == ("Anna Verdi", "Titolare")
    assert gino.company.ask("signing-links", call_id=CALL)["items"][0]["state"] == "used"
    problem(sign(gino, link), 410, "link-used")
    problem(show(gino, link), 410, "link-used")


def test_neither_secret_nor_code_can_be_read_anywhere(gino: Visitor, manager: Visitor) -> None:
    link = ask(gino)
    code = code_for(gino, link)
    stored = b"".join(bytes(one.state) for one in gino.company.house.log.select_events(link_uuid(link)))
    assert link["secret"].encode() not in stored
    assert f'"{code}"'.encode() not in stored
    assert b"Anna" not in stored, "the signer's name is sealed"
    assert link["secret"] not in manager.get("/signing-links").text
    assert "sha256" not in manager.get("/signing-links").text


def link_uuid(link: dict[str, Any]) -> Any:
    return type(uuid4())(link["link_id"])


def test_a_wrong_code_is_counted_and_the_fifth_locks_the_link(gino: Visitor) -> None:
    link = ask(gino)
    code = code_for(gino, link)
    for left in (4, 3, 2, 1, 0):
        assert problem(enter(gino, link, other(code)), 403, "code-wrong")["values"] == {"left": left}
    problem(enter(gino, link, code), 410, "link-over")
    answer = gino.post(f"/signing-links/{link['link_id']}/make-code")
    assert problem(answer, 410, "link-over")["values"] == {"state": "locked"}
    assert gino.company.ask("signing-links", state="locked")["items"][0]["tries"] == 5


def test_a_new_code_gives_no_new_tries(gino: Visitor) -> None:
    link = ask(gino)
    for _ in range(4):
        problem(enter(gino, link, other(code_for(gino, link))), 403, "code-wrong")
    code = code_for(gino, link)
    problem(enter(gino, link, other(code)), 403, "code-wrong")
    problem(enter(gino, link, code), 410, "link-over")


def test_many_guesses_at_once_are_not_more_than_five(gino: Visitor) -> None:
    link = ask(gino)
    code = int(code_for(gino, link))
    wrong = [f"{(code + n) % 1_000_000:06}" for n in range(1, 21)]
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda one: enter(gino, link, one).json()["code"], wrong))
    assert told.count("code-wrong") == 5
    assert told.count("link-over") == 15


def test_a_code_holds_ten_minutes_and_once(gino: Visitor, clock: list[datetime]) -> None:
    link = ask(gino)
    problem(enter(gino, link, "000000"), 409, "code-missing")
    code = code_for(gino, link)
    clock[0] = NOW + timedelta(minutes=10)
    problem(enter(gino, link, code), 409, "code-missing")
    again = code_for(gino, link)
    clock[0] += timedelta(minutes=9, seconds=59)
    assert enter(gino, link, again).status_code == 200
    problem(enter(gino, link, again), 409, "code-missing")


def test_who_confirmed_signs_within_half_an_hour(gino: Visitor, clock: list[datetime]) -> None:
    link = ask(gino)
    enter(gino, link, code_for(gino, link))
    clock[0] = NOW + timedelta(minutes=30)
    problem(sign(gino, link), 403, "not-confirmed")


def test_a_link_expires(gino: Visitor, clock: list[datetime]) -> None:
    link = ask(gino, valid_days=1)
    clock[0] = NOW + timedelta(days=1)
    for answer in (show(gino, link), enter(gino, link, "000000"), sign(gino, link)):
        assert problem(answer, 410, "link-over")["values"] == {"state": "expired"}


def test_a_link_taken_back_is_over(gino: Visitor) -> None:
    link = ask(gino)
    revoke = do("revoke-signing-link", link_id=link["link_id"], reason="Persona sbagliata")
    gino.company.given(revoke)
    gino.company.given().when(revoke).then_nothing()
    assert problem(show(gino, link), 410, "link-over")["values"] == {"state": "revoked"}


def test_a_report_that_was_changed_is_not_signed_by_an_old_link(gino: Visitor) -> None:
    link = ask(gino)
    old = show(gino, link).json()["document_sha256"]
    enter(gino, link, code_for(gino, link))
    problem(sign(gino, link, document_sha256="f" * 64), 409, "document-not-current")
    gino.company.given(do("report-work", at="2026-12-09T14:30", **{**REPORTED.fields, "cause": "Calcare"}))
    problem(show(gino, link), 409, "revision-passed")
    problem(sign(gino, link, document_sha256=old), 409, "revision-passed")
    assert gino.company.record(CALL).signed == {}


def test_a_wrong_address_tells_nothing(gino: Visitor) -> None:
    ask(gino)
    nowhere = {"address": f"{gino.root}/sign/{'x' * 43}"}
    for answer in (show(gino, nowhere), enter(gino, nowhere, "000000"), sign(gino, nowhere)):
        problem(answer, 404, "link-unknown")


def test_nothing_biometric_is_taken(gino: Visitor) -> None:
    link = ask(gino)
    enter(gino, link, code_for(gino, link))
    answer = sign(gino, link, pressure=[0.2, 0.4])
    assert problem(answer, 422, "invalid-request")["errors"][0]["field"] == "pressure"


def test_only_a_report_that_is_there_is_asked_about(gino: Visitor, client: TestClient) -> None:
    answer = gino.post(f"/calls/{CALL}/reports/{uuid4()}/ask-signature", {"name": "Anna"})
    problem(answer, 404, "report-unknown")
    clerk = visitor(client, gino.company, "warehouse")
    problem(clerk.post(f"/calls/{CALL}/reports/{REPORT}/ask-signature", {"name": "Anna"}), 403, "role-missing")
