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
        self._remembered: dict[tuple[UUID, str], tuple[float, Caller | None]] = {}

    def token(self, user_id: str, roles: Mapping[str, frozenset[str]], seconds: int = TOKEN_S) -> str:
        """A signed token that names a user and the roles in each company (by id)."""
        now = int(time.time())
        claims = {"sub": user_id, "iat": now, "exp": now + seconds, "roles": {c: sorted(r) for c, r in roles.items()}}
        return jwt.encode({"alg": ALGORITHM}, claims, self._key)

    def caller(self, authorization: str | None, company_id: UUID, reader: Reader) -> Caller:
        """The caller. Raises `NotSignedIn` and `TokenExpired`."""
        scheme, _, credential = (authorization or "").partition(" ")
        require(scheme.lower() == "bearer" and bool(credential), NotSignedIn)
        if credential.startswith(KEY_PREFIX):
            return self._by_key(credential, company_id, reader)
        return self._by_token(credential, company_id, reader)

    def sign_in(self, email: str, password: str, company_id: UUID, reader: Reader) -> str:
        """A token for someone who knows the password. Raises `SignInFailed`."""
        row = reader.row("select * from {app_user} where lower(email) = lower(%(email)s) and active", {"email": email})
        known = bool(row and row["password_hash"])
        stored = row["password_hash"] if row and known else _NOBODY
        require(password_matches(stored, password) and known, SignInFailed)
        assert row is not None
        return self.token(str(row["user_id"]), {str(company_id): frozenset(row["roles"])})

    def _by_token(self, credential: str, company_id: UUID, reader: Reader) -> Caller:
        try:
            claims = jwt.decode(credential, self._key, algorithms=[ALGORITHM]).claims
            jwt.JWTClaimsRegistry(exp={"essential": True}).validate(claims)
        except (JoseError, ValueError) as error:
            raise TokenExpired from error
        roles = frozenset(claims.get("roles", {}).get(str(company_id), ()))
        caller = Caller(str(claims["sub"]), roles)
        require(self._active(caller, company_id, reader), TokenExpired)
        return caller

    def _by_key(self, credential: str, company_id: UUID, reader: Reader) -> Caller:
        held, known = self._recall(company_id, credential)
        if not held:
            known = _key_owner(reader, key_hash(credential))
            self._remember(company_id, credential, known)
        if known is None:
            raise TokenExpired
        return known

    def _active(self, caller: Caller, company_id: UUID, reader: Reader) -> bool:
        held, known = self._recall(company_id, caller.user_id)
        if not held:
            row = reader.row("select active from {app_user} where user_id::text = %(user)s", {"user": caller.user_id})
            known = caller if row is not None and row["active"] else None
            self._remember(company_id, caller.user_id, known)
        return known is not None

    def _recall(self, company_id: UUID, credential: str) -> tuple[bool, Caller | None]:
        until, caller = self._remembered.get((company_id, credential), (0.0, None))
        return until > time.monotonic(), caller

    def _remember(self, company_id: UUID, credential: str, caller: Caller | None) -> None:
        if len(self._remembered) > 10_000:
            self._remembered.clear()
        self._remembered[company_id, credential] = (time.monotonic() + REMEMBERED_S, caller)


def check_role(caller: Caller, roles: frozenset[str]) -> None:
    """Raises `RoleMissing` unless the caller has one of the roles."""
    require(not caller.roles.isdisjoint(roles), RoleMissing, roles=", ".join(sorted(roles)))


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
