"""Who is asking (accesso): signed tokens that expire, API keys kept as hashes, passwords checked with argon2."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from aggregates.base import require
from gateways.http.attempts import Attempts
from gateways.http.problems import NotSignedIn, RoleMissing, SignInFailed, TokenExpired
from projections.base import Reader

TOKEN_S = 12 * 3600
KEY_PREFIX = "lbk_"
REMEMBERED_S = 15
ALGORITHM = "HS256"
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@dataclass(frozen=True)
class Caller:
    """Who a request comes from, in one company."""

    user_id: str
    roles: frozenset[str]


class Doorkeeper:
    """Tells the caller of a request from its Authorization header."""

    def __init__(self, signing_key: bytes) -> None:
        self._key = OctKey.import_key(signing_key)
        self._attempts = Attempts()
        self._remembered: dict[tuple[UUID, str], tuple[float, Caller | None]] = {}

    def token(self, user_id: str, roles: Mapping[str, frozenset[str]], seconds: int = TOKEN_S) -> str:
        """A signed token that names a user and the roles in each company (by id)."""
        now = int(time.time())
        claims = {"sub": user_id, "iat": now, "exp": now + seconds, "roles": {c: sorted(r) for c, r in roles.items()}}
        return jwt.encode({"alg": ALGORITHM}, claims, self._key)

    def caller(self, authorization: str | None, company_id: UUID, reader: Reader) -> Caller:
        """The caller. Raises `NotSignedIn` and `TokenExpired`."""
        scheme, _, credential = (authorization or "").partition(" ")
        credential = credential.strip()
        require(scheme.lower() == "bearer" and bool(credential), NotSignedIn)
        until, known = self._remembered.get((company_id, credential), (0.0, None))
        if until <= time.monotonic():
            read = self._by_key if credential.startswith(KEY_PREFIX) else self._by_token
            known, seconds = read(credential, company_id, reader)
            self._remember(company_id, credential, known, seconds)
        if known is None:
            raise TokenExpired
        return known

    def sign_in(self, email: str, password: str, company_id: UUID, reader: Reader) -> str:
        """A token for someone who knows the password. Raises `SignInFailed`, `TooManyAttempts`."""
        attempt = f"{company_id} {email.strip().lower()}"
        self._attempts.begin(attempt)
        row = reader.row("select * from {app_user} where lower(email) = lower(%(email)s) and active", {"email": email})
        stored = row["password_hash"] if row else None
        matches = password_matches(stored or _NOBODY, password)
        require(matches and stored is not None, SignInFailed)
        assert row is not None
        self._attempts.succeeded(attempt)
        return self.token(str(row["user_id"]), {str(company_id): frozenset(row["roles"])})

    def _by_token(self, credential: str, company_id: UUID, reader: Reader) -> tuple[Caller | None, float]:
        try:
            claims = jwt.decode(credential, self._key, algorithms=[ALGORITHM]).claims
            jwt.JWTClaimsRegistry(exp={"essential": True}).validate(claims)
        except (JoseError, ValueError) as error:
            raise TokenExpired from error
        caller = Caller(str(claims["sub"]), frozenset(claims.get("roles", {}).get(str(company_id), ())))
        active = self._active(caller, company_id, reader)
        return caller if active else None, min(REMEMBERED_S, claims["exp"] - time.time())

    def _by_key(self, credential: str, _: UUID, reader: Reader) -> tuple[Caller | None, float]:
        return _key_owner(reader, key_hash(credential)), REMEMBERED_S

    def _active(self, caller: Caller, _: UUID, reader: Reader) -> bool:
        """Whether the user is still there with every role of the token; after a change they sign in again."""
        row = reader.row(
            "select active, roles from {app_user} where user_id::text = %(user)s", {"user": caller.user_id}
        )
        return row is not None and bool(row["active"]) and caller.roles <= frozenset(row["roles"])

    def _remember(self, company_id: UUID, credential: str, caller: Caller | None, seconds: float) -> None:
        if len(self._remembered) > 10_000:
            self._remembered.clear()
        self._remembered[company_id, credential] = (time.monotonic() + seconds, caller)


def check_role(caller: Caller, roles: frozenset[str]) -> None:
    """Raises `RoleMissing` unless the caller has one of the roles."""
    require(not caller.roles.isdisjoint(roles), RoleMissing, roles=sorted(roles))


def hash_password(password: str) -> str:
    """The argon2 hash that the log keeps instead of a password."""
    return _HASHER.hash(password)


def password_matches(stored: str, password: str) -> bool:
    """Whether the password made this hash; takes the same time for a wrong one."""
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def new_api_key() -> str:
    """A key to show once; the log keeps only its hash."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def key_hash(key: str) -> str:
    """What the log keeps of an API key; a long random key needs no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


def _key_owner(reader: Reader, hashed: str) -> Caller | None:
    row: dict[str, Any] | None = reader.row(
        """select k.user_id, k.roles, k.expires_at from {api_key} k join {app_user} u using (user_id)
            where k.key_hash = %(hash)s and not k.revoked and u.active""",
        {"hash": hashed},
    )
    if row is None or (row["expires_at"] is not None and row["expires_at"] <= datetime.now(UTC)):
        return None
    return Caller(str(row["user_id"]), frozenset(row["roles"]))


_NOBODY = hash_password(secrets.token_hex(16))
