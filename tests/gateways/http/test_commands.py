"""Commands over HTTP: what they answer, how they repeat, what they refuse and in which words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.gateways.http.visitors import Visitor

PARTY = {"code": "C9", "name": "Bianchi Srl", "tax": {"vat_number": "IT12345670017"}}
SITE = {"code": "S1", "name": "Sede", "address": {"street": "Via Roma 1", "postcode": "47121", "town": "Forlì"}}


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem that was answered, checked for its shape."""
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body.get("code")) == (status, code), body
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert body["status"] == status
    assert body["detail"]
    assert "{" not in body["detail"]
    return body


def errors(answer: Any) -> dict[str, str]:
    """Field to code of a request that was not understood."""
    return {found["field"]: found["code"] for found in problem(answer, 422, "invalid-request")["errors"]}


def test_making_something_answers_201_with_position_and_version(manager: Visitor) -> None:
    answer = manager.post("/parties", PARTY)
    assert answer.status_code == 201
    body = answer.json()
    assert answer.headers["etag"] == f'"{body["version"]}"' == '"1"'
    assert answer.headers["x-position"] == str(body["position"])
    assert answer.headers["idempotency-key"] == body["command_id"]
    assert body["repeated"] is False
    found = manager.get(f"/parties/{body['result']['party_id']}")
    assert found.json()["data"]["name"] == "Bianchi Srl"


def test_changing_something_answers_200(manager: Visitor, party_id: UUID) -> None:
    answer = manager.post(f"/parties/{party_id}/add-site", SITE)
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"2"'


def test_the_same_key_again_answers_the_first_answer(manager: Visitor, party_id: UUID) -> None:
    key = str(uuid4())
    first = manager.post(f"/parties/{party_id}/add-site", SITE, idempotency_key=key)
    again = manager.post(f"/parties/{party_id}/add-site", SITE, idempotency_key=key)
    assert again.json() == {**first.json(), "repeated": True}
    assert len(manager.company.facts(party_id)) == 2


def test_the_same_key_with_another_body_is_refused(manager: Visitor, party_id: UUID) -> None:
    key = str(uuid4())
    manager.post(f"/parties/{party_id}/add-site", SITE, idempotency_key=key)
    other = manager.post(f"/parties/{party_id}/add-site", {**SITE, "code": "S2"}, idempotency_key=key)
    problem(other, 422, "command-id-reused")


def test_a_key_that_is_no_uuid_is_refused(manager: Visitor, party_id: UUID) -> None:
    problem(manager.post(f"/parties/{party_id}/add-site", SITE, idempotency_key="42"), 422, "command-id-wrong")


@pytest.mark.parametrize("given", ['"1"', "1", 'W/"1"', "*"])
def test_the_version_worked_on_may_be_told(manager: Visitor, party_id: UUID, given: str) -> None:
    assert manager.post(f"/parties/{party_id}/add-site", SITE, if_match=given).status_code == 200


def test_a_record_that_has_changed_is_not_overwritten(manager: Visitor, party_id: UUID) -> None:
    manager.post(f"/parties/{party_id}/add-site", SITE)
    late = manager.post(f"/parties/{party_id}/deactivate", if_match='"1"')
    assert problem(late, 412, "version-mismatch")["values"] == {"current": 2, "expected": 1}


@pytest.mark.parametrize("given", ["two", '"²"', '"1234567890123"', ""])
def test_a_version_that_is_none_is_refused(manager: Visitor, party_id: UUID, given: str) -> None:
    headers = {**manager.headers(), "if-match": given}
    encoded = {name.encode(): text.encode("latin-1") for name, text in headers.items()}
    answer = manager.client.post(f"{manager.root}/parties/{party_id}/deactivate", json={}, headers=encoded)
    problem(answer, 422, "if-match-wrong")


def test_a_refusal_tells_its_code_sentence_and_values(manager: Visitor, party_id: UUID) -> None:
    manager.post(f"/parties/{party_id}/add-site", SITE)
    answer = manager.post(f"/parties/{party_id}/add-site", {**SITE, "site_id": str(uuid4())})
    body = problem(answer, 409, "site-code-taken")
    assert body["values"] == {"code": "S1"}
    assert body["detail"].startswith("This party already has a site with the code S1")


def test_a_record_that_is_not_there(manager: Visitor) -> None:
    problem(manager.post(f"/parties/{uuid4()}/deactivate"), 404, "not-found")
    problem(manager.get(f"/parties/{uuid4()}"), 404, "record-not-found")


def test_italian_unless_english_is_asked_for(manager: Visitor, party_id: UUID) -> None:
    path = f"/parties/{uuid4()}/deactivate"
    english = manager.post(path, accept_language="en-GB,en;q=0.9,it;q=0.1")
    italian = manager.post(path, accept_language="de, fr;q=0.9")
    assert english.headers["content-language"] == "en"
    assert italian.headers["content-language"] == "it"
    assert english.json()["detail"].startswith("There is no party with the id")
    assert italian.json()["detail"].startswith("Non c'è nessun record «cliente o fornitore»")


def test_each_wrong_field_is_named_with_what_is_wrong(manager: Visitor) -> None:
    wrong = {
        "party_id": "17",
        "code": "",
        "role": "friend",
        "address": {"street": "Via Roma 1", "postcode": "47121"},
        "colour": "red",
    }
    assert errors(manager.post("/parties", wrong)) == {
        "party_id": "uuid_parsing",
        "code": "string_too_short",
        "name": "missing",
        "role": "enum",
        "address.town": "missing",
        "colour": "extra_forbidden",
    }


def test_what_is_wrong_reads_in_both_languages(manager: Visitor) -> None:
    def told(language: str) -> dict[str, str]:
        answer = manager.post("/parties", {"code": "", "name": "X", "role": "friend"}, accept_language=language)
        return {found["field"]: found["message"] for found in answer.json()["errors"]}

    assert told("en")["code"] == "at least 1 characters"
    assert told("en")["role"] == "choose one of 'prospect', 'customer', 'end_user', 'supplier'"
    assert told("it")["code"] == "almeno 1 caratteri"
    assert told("it")["role"] == "scegliere uno tra 'prospect', 'customer', 'end_user', 'supplier'"


def test_decimals_and_dates_have_one_way_to_be_written(manager: Visitor, party_id: UUID) -> None:
    arrears = {"overdue": {"amount": 12.3}, "oldest_due_on": "16/09/2026"}
    found = errors(manager.post(f"/parties/{party_id}/report-arrears", arrears))
    assert found["overdue.amount"] == "value_error"
    assert found["oldest_due_on"] == "date_from_datetime_parsing"
    cents = {**arrears, "overdue": {"amount": "12.345"}, "oldest_due_on": "2026-09-16"}
    answer = manager.post(f"/parties/{party_id}/report-arrears", cents, accept_language="it")
    assert answer.json()["errors"][0]["message"] == "12.345 ha più di due decimali"


@pytest.mark.parametrize(
    "raw",
    [b"{", b"[1]", b"\xff\xfe", b'{"a": NaN}', b'"\\ud800"', b"[" * 100_000, b'{"code": "\\ud800", "name": "x"}'],
    ids=["cut", "list", "utf-16", "nan", "surrogate", "deep", "surrogate in a field"],
)
def test_what_is_no_json_object_is_refused(manager: Visitor, raw: bytes) -> None:
    answer = manager.client.post(f"{manager.root}/parties", content=raw, headers=manager.headers())
    problem(answer, 400, "not-json")


def test_a_body_too_large_is_refused_told_or_not(manager: Visitor) -> None:
    limit = manager.company.installation.settings.max_body_bytes
    url = f"{manager.root}/parties"
    told = manager.client.post(url, content=b" " * (limit + 1), headers=manager.headers())
    assert problem(told, 413, "body-too-large")["values"] == {"limit": limit}
    untold = manager.client.post(
        url, content=(b" " * 100_000 for _ in range(limit // 100_000 + 1)), headers=manager.headers()
    )
    problem(untold, 413, "body-too-large")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "Ros\0si", "text_unusable"),
        ("name", "x" * 200_000, "string_too_long"),
        ("code", "x" * 200_000, "text_too_long"),
    ],
)
def test_text_that_cannot_be_kept_is_refused(manager: Visitor, field: str, value: str, code: str) -> None:
    assert errors(manager.post("/parties", {**PARTY, field: value})) == {field: code}
    assert manager.get("/parties").json()["data"]["items"] == []


@pytest.mark.parametrize("amount", ["1e30", "1e999999999", "-1e999999999", "NaN", "Infinity", "1" * 5000])
def test_huge_amounts_are_refused(manager: Visitor, party_id: UUID, amount: str) -> None:
    arrears = {"overdue": {"amount": amount}, "oldest_due_on": "2026-09-16"}
    answer = manager.post(f"/parties/{party_id}/report-arrears", arrears)
    assert answer.status_code == 422, answer.text
    assert len(answer.content) < 8000


def test_huge_numbers_and_far_dates_are_refused(manager: Visitor, party_id: UUID) -> None:
    for day in ("0001-01-01", "9999-12-31"):
        arrears = {"overdue": {"amount": "12.30"}, "oldest_due_on": day}
        assert errors(manager.post(f"/parties/{party_id}/report-arrears", arrears)) == {
            "oldest_due_on": "year_out_of_range"
        }
    at = {"act": {"at": "0001-01-01T00:00:00+14:00"}}
    problem(manager.post(f"/parties/{party_id}/deactivate", at), 422, "value-out-of-bounds")
    site = {**SITE, "travel_km": "1e999999999"}
    assert errors(manager.post(f"/parties/{party_id}/add-site", site)) == {"travel_km": "value_error"}
    meter = {"kind": "bw", "digits": 10**30}
    assert manager.post(f"/serial-items/{uuid4()}/add-meter", meter).status_code == 422


def test_letters_of_any_language_are_kept(manager: Visitor) -> None:
    name = "Ångström & Žižek 東京 🔧 \u202eevil"
    party_id = manager.post("/parties", {**PARTY, "name": name}).json()["result"]["party_id"]
    assert manager.get(f"/parties/{party_id}").json()["data"]["name"] == name


def test_what_happened_earlier_may_be_told_today(manager: Visitor, party_id: UUID) -> None:
    act = {"at": "2026-01-07T18:30:00+01:00", "why": "typed on Monday"}
    assert manager.post(f"/parties/{party_id}/deactivate", {"act": act}).status_code == 200
    last = manager.company.facts(party_id)[-1].fact.act
    assert (last.at, last.why) == (datetime(2026, 1, 7, 17, 30, tzinfo=UTC), "typed on Monday")
    assert last.by == f"user:{manager.user_id}"


def test_what_has_not_happened_yet_cannot_be_told(manager: Visitor, party_id: UUID) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    problem(manager.post(f"/parties/{party_id}/deactivate", {"act": {"at": tomorrow}}), 422, "act-in-future")
    assert errors(manager.post(f"/parties/{party_id}/deactivate", {"act": {"at": "2026-01-07T18:30:00"}})) == {
        "at": "value_error"
    }
    assert errors(manager.post(f"/parties/{party_id}/deactivate", {"act": {"by": "somebody"}})) == {
        "by": "extra_forbidden"
    }


def test_the_address_and_the_body_may_not_disagree(manager: Visitor, party_id: UUID) -> None:
    same = manager.post(f"/parties/{party_id}/deactivate", {"party_id": str(party_id)})
    assert same.status_code == 200
    other = manager.post(f"/parties/{party_id}/deactivate", {"party_id": str(uuid4())})
    problem(other, 422, "path-disagrees")


def test_an_id_in_the_address_must_be_one(manager: Visitor) -> None:
    assert errors(manager.post("/parties/not-an-id/deactivate")) == {"party_id": "uuid_parsing"}
    assert errors(manager.get("/parties/%00")) == {"party_id": "uuid_parsing"}
    problem(manager.get("/parties/a%2Fb%2Fc"), 404, "no-such-page")
