"""A company's first day here (avvio): its log, its founding, its first administrator. Repeating it is harmless."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4, uuid5

from aggregates import roles
from aggregates.base import Act, Refusal, require
from aggregates.company import LegalIdentity
from gateways.http.auth import hash_password, key_hash, new_api_key
from gateways.orders import carry_out, settle
from gateways.wiring import House, Installation

ACTOR = "system:bootstrap"


class UserUnknown(Refusal):
    """Nobody is registered with the e-mail address {email}."""

    status = 404


class NoRoleToGive(Refusal):
    """{email} does not have all of these roles: {roles}. A key may do only what its user may."""

    status = 422


@dataclass(frozen=True)
class Bootstrapped:
    """What was made; no password when there was an administrator before."""

    house: House
    password: str | None


def bootstrap(installation: Installation, slug: str, identity: LegalIdentity, email: str, name: str) -> Bootstrapped:
    """Make a company with its first administrator. Raises what `found-company` and `register-user` refuse."""
    house = open_company(installation, slug, identity)
    if house.reader.row("select user_id from {app_user} where roles ? %(role)s", {"role": roles.ADMINISTRATOR}):
        return Bootstrapped(house, None)
    password = secrets.token_urlsafe(12)
    fields = {"email": email, "name": name, "roles": [roles.ADMINISTRATOR], "password_hash": hash_password(password)}
    carry_out(house, "register-user", fields, _now(), uuid5(house.company_id, "bootstrap/administrator"))
    settle(installation, house)
    return Bootstrapped(house, password)


def open_company(
    installation: Installation, slug: str, identity: LegalIdentity, founded_at: datetime | None = None
) -> House:
    """The house of a company, founded if it was not."""
    house = installation.open_house(slug, uuid4())
    settle(installation, house)
    if house.reader.row("select own_id from {company_profile}") is None:
        fields = {"company_id": house.company_id, "identity": identity}
        act = Act(by=ACTOR, at=founded_at or datetime.now(UTC))
        carry_out(house, "found-company", fields, act, uuid5(house.company_id, "bootstrap/company"))
        settle(installation, house)
    return house


def issue_key(installation: Installation, house: House, email: str, label: str, wanted: frozenset[str]) -> str:
    """A new API key of a user, shown once; without roles wanted it has all of the user's. Raises `UserUnknown`."""
    user_id, held = user_of(house, email)
    require(wanted <= held, NoRoleToGive, email=email, roles=", ".join(sorted(wanted - held)))
    key = new_api_key()
    fields = {"user_id": user_id, "label": label, "key_hash": key_hash(key), "roles": sorted(wanted or held)}
    carry_out(house, "make-api-key", fields, _now(), uuid4())
    settle(installation, house)
    return key


def user_of(house: House, email: str) -> tuple[UUID, frozenset[str]]:
    """An active user's id and roles. Raises `UserUnknown`."""
    row = house.reader.row(
        "select user_id, roles from {app_user} where lower(email) = lower(%(email)s) and active", {"email": email}
    )
    if row is None:
        raise UserUnknown(email=email)
    return row["user_id"], frozenset(row["roles"])


def _now() -> Act:
    return Act(by=ACTOR, at=datetime.now(UTC))
