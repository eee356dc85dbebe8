"""Visitors of the API: users made by commands, who carry a token."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from starlette.testclient import TestClient

from gateways.http.auth import Doorkeeper, hash_password
from tests.dsl import Company

PASSWORD = "una lunga parola segreta"


@dataclass
class Visitor:
    """Somebody who asks over HTTP."""

    client: TestClient
    company: Company
    user_id: UUID
    email: str
    token: str

    @property
    def root(self) -> str:
        return f"/v1/{self.company.house.slug}"

    def headers(self, more: dict[str, str] | None = None) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}", "accept-language": "en", **(more or {})}

    def post(self, path: str, body: Any = None, /, **headers: str) -> Any:
        """A command; header names with underscores."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(self.root + path, json={} if body is None else body, headers=self.headers(given))

    def get(self, path: str, /, headers: dict[str, str] | None = None, **params: Any) -> Any:
        """A view, over everything recorded so far."""
        self.company.fold()
        return self.client.get(self.root + path, params=params, headers=self.headers(headers))


def visitor(client: TestClient, company: Company, *roles: str, seconds: int = 3600) -> Visitor:
    """A new user with roles, and a token."""
    email = f"{uuid4().hex[:8]}@example.it"
    fields: dict[str, Any] = {
        "email": email,
        "name": "Gino Bianchi",
        "roles": list(roles),
        "password_hash": _hashed(),
    }
    user_id = UUID(company.do("register-user", **fields)["user_id"])
    company.fold()
    return Visitor(client, company, user_id, email, token_of(company, user_id, *roles, seconds=seconds))


def token_of(company: Company, user_id: UUID, *roles: str, seconds: int = 3600) -> str:
    """A token as the door would give it."""
    door = Doorkeeper(company.installation.secret("token_key"))
    return door.token(str(user_id), {str(company.house.company_id): frozenset(roles)}, seconds)


@cache
def _hashed() -> str:
    """Everybody's password as the log keeps it: such a hash is slow on purpose, and one of it is as good as any."""
    return hash_password(PASSWORD)
