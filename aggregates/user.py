"""User (utente): who may enter, in which roles, with a password or with keys for programs; no secret is ever stored."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates import roles
from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.values import Instant, Personal, Value


class UserDetails(Value):
    """Who the user is; personal data lie under their own key."""

    email: Annotated[str, Personal("stream_id")] = Field(min_length=3, max_length=254, examples=["gino@example.it"])
    name: Annotated[str, Personal("stream_id")] = Field(min_length=1, examples=["Gino Bianchi"])
    technician_id: UUID | None = Field(default=None, description="The technician that this user is.")
    locale: str = Field(default="it", pattern=r"^[a-z]{2}$")


class ApiKey(Value):
    """A key of a program (chiave API): only its SHA-256 is known, so that nobody can read it here."""

    key_id: UUID
    label: str = Field(min_length=1, examples=["Gestionale"])
    key_hash: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the key, hexadecimal.")
    roles: tuple[str, ...]
    expires_at: Instant | None = None


class RoleUnknown(Refusal):
    """There is no role {role}; the roles are: {known}."""

    status = 422


class UserInactive(Refusal):
    """This user was deactivated; reactivate the user first."""


class EmailTaken(Refusal):
    """Another user already has this e-mail address; use another one."""


class EmailWrong(Refusal):
    """This is not an e-mail address; check it."""

    status = 422


class KeyRolesTooWide(Refusal):
    """A key cannot have the role {role}: its user does not have it."""

    status = 422


class PasswordNotHashed(Refusal):
    """A password must arrive as an Argon2 hash, never as plain text."""

    status = 422


def check_roles(names: Iterable[str]) -> None:
    """Raises `RoleUnknown`."""
    for name in names:
        require(name in roles.ALL, RoleUnknown, role=name, known=", ".join(sorted(roles.ALL)))


class User(Aggregate):
    """A person or program that may enter the company."""

    TOPIC = "user"

    class Registered(FirstEvent):
        """The user is known; what they may do is granted apart."""

        TOPIC = "user.registered.v1"
        details: UserDetails

    class DetailsChanged(Aggregate.Event):
        """E-mail, name or language are different from now on."""

        TOPIC = "user.details-changed.v1"
        details: UserDetails

    class RoleGranted(Aggregate.Event):
        """The user may do what this role may."""

        TOPIC = "user.role-granted.v1"
        role: str

    class RoleRevoked(Aggregate.Event):
        """The user no longer has this role."""

        TOPIC = "user.role-revoked.v1"
        role: str

    class PasswordSet(Aggregate.Event):
        """The user enters with another password; only its Argon2 hash is known."""

        TOPIC = "user.password-set.v1"
        password_hash: Annotated[str, Personal("stream_id")]

    class KeyMade(Aggregate.Event):
        """A program may enter as this user."""

        TOPIC = "user.key-made.v1"
        key: ApiKey

    class KeyRevoked(Aggregate.Event):
        """A program may no longer enter."""

        TOPIC = "user.key-revoked.v1"
        key_id: UUID

    class Deactivated(Aggregate.Event):
        """The user can no longer enter, by password or by key."""

        TOPIC = "user.deactivated.v1"

    class Reactivated(Aggregate.Event):
        """The user can enter again."""

        TOPIC = "user.reactivated.v1"

    # Decide

    @classmethod
    def register(cls, user_id: UUID, details: UserDetails, act: Act) -> User:
        """Make a user known. Raises `EmailWrong`."""
        _check_email(details.email)
        return cls.begin(cls.Registered, id=user_id, act=act, details=details)

    def change_details(self, details: UserDetails, act: Act) -> None:
        """Change who the user is; the same again records nothing. Raises `EmailWrong`."""
        _check_email(details.email)
        if self.details != details:
            self.trigger_event(self.DetailsChanged, act=act, details=details)

    def grant_role(self, role: str, act: Act) -> None:
        """Give a role. Raises `RoleUnknown`, `UserInactive`."""
        check_roles([role])
        require(self.active, UserInactive)
        if role not in self.roles:
            self.trigger_event(self.RoleGranted, act=act, role=role)

    def revoke_role(self, role: str, act: Act) -> None:
        """Take a role away. Raises `RoleUnknown`."""
        check_roles([role])
        if role in self.roles:
            self.trigger_event(self.RoleRevoked, act=act, role=role)

    def set_password(self, password_hash: str, act: Act) -> None:
        """Let the user enter with another password. Raises `PasswordNotHashed`, `UserInactive`."""
        require(password_hash.startswith("$argon2"), PasswordNotHashed)
        require(self.active, UserInactive)
        if self.password_hash != password_hash:
            self.trigger_event(self.PasswordSet, act=act, password_hash=password_hash)

    def make_key(self, key: ApiKey, act: Act) -> None:
        """Let a program enter. Raises `RoleUnknown`, `KeyRolesTooWide`, `UserInactive`."""
        check_roles(key.roles)
        require(self.active, UserInactive)
        for role in key.roles:
            require(role in self.roles, KeyRolesTooWide, role=role)
        if self.keys.get(key.key_id) != key:
            self.trigger_event(self.KeyMade, act=act, key=key)

    def revoke_key(self, key_id: UUID, act: Act) -> None:
        """Let a program enter no more; a key that is not there changes nothing."""
        if key_id in self.keys:
            self.trigger_event(self.KeyRevoked, act=act, key_id=key_id)

    def deactivate(self, act: Act) -> None:
        """Let the user enter no more."""
        if self.active:
            self.trigger_event(self.Deactivated, act=act)

    def reactivate(self, act: Act) -> None:
        """Let the user enter again."""
        if not self.active:
            self.trigger_event(self.Reactivated, act=act)

    # Evolve

    @event(Registered)
    def __init__(self, details: UserDetails) -> None:
        self.details, self.active = details, True
        self.roles: list[str] = []
        self.keys: dict[UUID, ApiKey] = {}
        self.password_hash: str | None = None

    @event(DetailsChanged)
    def _details_changed(self, details: UserDetails) -> None:
        self.details = details

    @event(RoleGranted)
    def _role_granted(self, role: str) -> None:
        self.roles.append(role)

    @event(RoleRevoked)
    def _role_revoked(self, role: str) -> None:
        self.roles.remove(role)

    @event(PasswordSet)
    def _password_set(self, password_hash: str) -> None:
        self.password_hash = password_hash

    @event(KeyMade)
    def _key_made(self, key: ApiKey) -> None:
        self.keys[key.key_id] = key

    @event(KeyRevoked)
    def _key_revoked(self, key_id: UUID) -> None:
        del self.keys[key_id]

    @event(Deactivated)
    def _deactivated(self) -> None:
        self.active = False

    @event(Reactivated)
    def _reactivated(self) -> None:
        self.active = True


def _check_email(email: str) -> None:
    name, _, domain = email.partition("@")
    require(bool(name) and "." in domain and not any(c.isspace() for c in email) and "@" not in domain, EmailWrong)
