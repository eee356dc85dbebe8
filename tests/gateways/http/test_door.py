"""Who may enter: tokens, keys, roles, passwords; and that no secret is written down anywhere."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID, uuid4

import pytest
import structlog
from starlette.testclient import TestClient

from gateways import logs
from gateways.http.app import OPEN_ROUTES, create_app
from gateways.http.attempts import MOST, Attempts, TooManyAttempts
from gateways.http.auth import hash_password, new_api_key
from gateways.http.examples import example_of
from gateways.wiring import Installation
from tests.dsl import Company
from tests.gateways.http.test_commands import problem
from tests.gateways.http.visitors import PASSWORD, Visitor, token_of, visitor


def bare(client: TestClient, company: Company, authorization: str | None) -> Any:
    headers = {"authorization": authorization} if authorization is not None else {}
    return client.get(f"/v1/{company.house.slug}/parties", headers=headers)


@pytest.mark.parametrize("authorization", [None, "", "Basic Z2lubzpzZWNyZXQ=", "Bearer", "Bearer  "])
def test_without_a_token_nobody_enters(client: TestClient, company: Company, authorization: str | None) -> None:
    answer = bare(client, company, authorization)
    problem(answer, 401, "not-signed-in")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("token", ["x", "a.b.c", "lbk_unknown", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."])
def test_a_token_that_is_not_ours_is_refused(client: TestClient, company: Company, token: str) -> None:
    problem(bare(client, company, f"Bearer {token}"), 401, "token-expired")


def test_a_token_of_another_installation_is_refused(manager: Visitor) -> None:
    head, body, signature = manager.token.split(".")
    forged = f"{head}.{body}.{signature[:-2]}{'AA' if signature[-2:] != 'AA' else 'BB'}"
    problem(bare(manager.client, manager.company, f"Bearer {forged}"), 401, "token-expired")


def test_an_expired_token_is_refused(client: TestClient, company: Company) -> None:
    late = visitor(client, company, "manager", seconds=-1)
    problem(late.get("/parties"), 401, "token-expired")


def test_a_token_holds_in_its_company_only(manager: Visitor, installation: Installation) -> None:
    other = installation.open_house(f"o-{uuid4().hex[:8]}", uuid4())
    answer = manager.client.get(f"/v1/{other.slug}/parties", headers=manager.headers())
    problem(answer, 401, "token-expired")


def test_a_user_without_the_role_is_told_which(client: TestClient, company: Company) -> None:
    gino = visitor(client, company, "technician")
    answer = gino.post("/users", {}, accept_language="it")
    body = problem(answer, 403, "role-missing")
    assert body["values"] == {"roles": ["administrator"]}
    assert "amministratore" in body["detail"]


def test_a_deactivated_user_is_out(client: TestClient, company: Company) -> None:
    gino = visitor(client, company, "manager")
    company.do("deactivate-user", user_id=gino.user_id)
    company.fold()
    problem(gino.get("/parties"), 401, "token-expired")


def test_a_role_taken_away_ends_the_token(client: TestClient, company: Company) -> None:
    gino = visitor(client, company, "manager", "billing")
    company.do("revoke-role", user_id=gino.user_id, role="manager")
    company.fold()
    problem(gino.get("/parties"), 401, "token-expired")
    gino.token = token_of(company, gino.user_id, "billing")
    assert gino.get("/parties").status_code == 200


def key_of(owner: Visitor, **fields: Any) -> tuple[str, str]:
    """A key of a program, made over HTTP; its id."""
    key = new_api_key()
    body = {"label": "Gestionale", "key_hash": hashlib.sha256(key.encode()).hexdigest(), "roles": ["manager"], **fields}
    answer = owner.post(f"/users/{owner.user_id}/make-api-key", body)
    assert answer.status_code == 200, answer.text
    owner.company.fold()
    return key, answer.json()["result"]["key_id"]


def test_a_program_enters_with_its_key_until_it_is_revoked(manager: Visitor, client: TestClient) -> None:
    key, key_id = key_of(manager)
    assert bare(client, manager.company, f"Bearer {key}").status_code == 200
    limited = client.post(f"{manager.root}/users", json={}, headers={"authorization": f"Bearer {key}"})
    problem(limited, 403, "role-missing")
    other, other_id = key_of(manager, label="Other")
    manager.post(f"/users/{manager.user_id}/revoke-api-key", {"key_id": other_id})
    manager.company.fold()
    problem(bare(client, manager.company, f"Bearer {other}"), 401, "token-expired")
    assert key_id != other_id


def test_an_expired_key_is_refused(manager: Visitor, client: TestClient) -> None:
    key, _ = key_of(manager, expires_at="2026-01-01T00:00:00+01:00")
    problem(bare(client, manager.company, f"Bearer {key}"), 401, "token-expired")


def sign_in(who: Visitor, password: str, email: str | None = None) -> Any:
    return who.client.post(f"{who.root}/sign-in", json={"email": email or who.email, "password": password})


def test_the_password_gives_a_token(manager: Visitor) -> None:
    answer = sign_in(manager, PASSWORD, manager.email.upper())
    assert answer.status_code == 200, answer.text
    assert bare(manager.client, manager.company, f"Bearer {answer.json()['token']}").status_code == 200


def test_another_password_can_be_set_over_http(manager: Visitor) -> None:
    body = {"password_hash": hash_password("un'altra parola")}
    assert manager.post(f"/users/{manager.user_id}/set-password", body).status_code == 200
    manager.company.fold()
    problem(sign_in(manager, PASSWORD), 401, "sign-in-failed")
    assert sign_in(manager, "un'altra parola").status_code == 200


def test_a_wrong_password_and_an_unknown_address_read_the_same(manager: Visitor) -> None:
    wrong, unknown = sign_in(manager, "wrong"), sign_in(manager, PASSWORD, "nobody@example.it")
    assert problem(wrong, 401, "sign-in-failed") == problem(unknown, 401, "sign-in-failed")


def test_signing_in_asks_for_both_fields_and_no_others(manager: Visitor) -> None:
    answer = manager.client.post(f"{manager.root}/sign-in", json={"email": "a\0b", "key": "secret"})
    found = problem(answer, 422, "invalid-request")["errors"]
    assert {(one["field"], one["code"]) for one in found} == {("password", "missing"), ("key", "extra_forbidden")}
    nul = sign_in(manager, PASSWORD, "a\0b")
    assert problem(nul, 422, "invalid-request")["errors"][0]["field"] == "email"


def test_after_many_wrong_passwords_even_the_right_one_waits(manager: Visitor) -> None:
    for _ in range(MOST):
        problem(sign_in(manager, "wrong"), 401, "sign-in-failed")
    answer = sign_in(manager, PASSWORD)
    problem(answer, 429, "too-many-attempts")
    assert 0 < int(answer.headers["retry-after"]) <= 301
    problem(sign_in(manager, "wrong", "other@example.it"), 401, "sign-in-failed")


def test_attempts_are_forgotten_in_time_and_on_success() -> None:
    now = [0.0]
    attempts = Attempts(most=2, window_s=10, clock=lambda: now[0])
    attempts.begin("a")
    attempts.begin("a")
    with pytest.raises(TooManyAttempts):
        attempts.begin("a")
    attempts.begin("b")
    now[0] = 10
    attempts.begin("a")
    attempts.succeeded("a")
    attempts.begin("a")
    attempts.begin("a")


def test_secrets_never_reach_the_log(manager: Visitor, capsys: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    logs.configure("DEBUG")
    try:
        sign_in(manager, PASSWORD)
        sign_in(manager, "sbagliata-segreta")
        key, _ = key_of(manager)
        bare(manager.client, manager.company, f"Bearer {key}")
        manager.post("/users", {"email": "x", "password_hash": "plain-segreta"})
        logs.log.info("by accident", password="accident-segreta", Authorization="accident-segreta")
    finally:
        structlog.configure(**before)
    written = "".join(capsys.readouterr())
    assert '"event": "request"' in written
    for secret in (PASSWORD, "segreta", key, hashlib.sha256(key.encode()).hexdigest(), manager.token):
        assert secret not in written


def test_nobody_reads_a_secret_over_http(manager: Visitor) -> None:
    key, _ = key_of(manager)
    digest = hashlib.sha256(key.encode()).hexdigest()
    for path in (f"/users/{manager.user_id}", "/users", f"/history/{manager.user_id}", f"/records/{manager.user_id}"):
        text = manager.get(path).text
        assert "argon2" not in text
        assert digest not in text
    past = manager.get(f"/users/{manager.user_id}", as_of="2099-01-01T00:00:00Z").text
    assert "argon2" not in past
    assert digest not in past


def routes(client: TestClient) -> list[tuple[str, str, dict[str, Any]]]:
    """Every mounted route with what the description says of it."""
    document = client.get("/openapi.json").json()
    app: Any = client.app
    found = []
    for route in app.routes:
        for method in sorted(route.methods - {"HEAD"}):
            operation = document["paths"].get(route.path_format, {}).get(method.lower())
            assert operation is not None, f"{method} {route.path_format} is mounted but not described"
            found.append((method, route.path_format, operation))
    return found


def test_every_route_names_its_roles_or_is_open_on_purpose(client: TestClient) -> None:
    bare_routes = {path for _, path, operation in routes(client) if not operation.get("x-roles")}
    assert bare_routes == OPEN_ROUTES


def test_everything_described_is_mounted(client: TestClient) -> None:
    mounted = {(method.lower(), path) for method, path, _ in routes(client)}
    paths = client.get("/openapi.json").json()["paths"]
    assert {(method, path) for path, operations in paths.items() for method in operations} == mounted


def test_no_route_answers_without_a_token_or_without_a_role(client: TestClient, company: Company) -> None:
    nobody = visitor(client, company)
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    for method, path, operation in routes(client):
        if path in OPEN_ROUTES:
            continue
        address = path.replace("{company}", company.house.slug).replace("{clock}", "response")
        while "{" in address:
            name = address[address.index("{") : address.index("}") + 1]
            address = address.replace(name, "1" if name == "{number}" else str(uuid4()))
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        body = example_of(content["schema"], schemas) if content else None
        asked = {
            p["name"]: example_of(p["schema"], schemas, p["name"])
            for p in operation["parameters"]
            if p.get("in") == "query" and p.get("required")
        }
        without = client.request(method, address, json=body, params=asked)
        assert (without.status_code, address) == (401, address), without.text
        roleless = client.request(method, address, json=body, params=asked, headers=nobody.headers())
        assert (roleless.status_code, address) == (403, address), roleless.text


def test_a_route_added_without_a_role_is_noticed(installation: Installation) -> None:
    app = create_app(installation)
    app.router.add_route("/v1/{company}/everything", lambda _: None, methods=["GET"])  # type: ignore[arg-type,return-value] # never called
    with pytest.raises(AssertionError, match="everything is mounted but not described"):
        routes(TestClient(app))


def test_the_record_as_it_was_known_is_for_those_who_read_histories(
    client: TestClient, company: Company, party_id: UUID
) -> None:
    clerk = visitor(client, company, "technician")
    assert clerk.get(f"/parties/{party_id}").status_code == 200
    problem(clerk.get(f"/parties/{party_id}", as_of="2026-11-01T00:00:00Z"), 403, "role-missing")
