"""What people may ask about users (utenti): who may enter, in which roles, with which keys."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates import roles
from aggregates.administrators import Administrators, administrators_id
from aggregates.base import Act, require
from aggregates.user import ApiKey, EmailTaken, User, UserDetails
from aggregates.values import Instant
from commands.base import Answer, Command, Service
from commands.natural_key import part
from commands.words import Words

HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$ZXhhbXBsZQ"


class RegisterUser(Command, UserDetails):
    """Let somebody in, with the roles they need; the password comes as its Argon2 hash."""

    user_id: UUID | None = None
    roles: tuple[str, ...] = Field(default=(), examples=[["dispatcher", "call_centre"]])
    password_hash: str | None = Field(default=None, examples=[HASH])


class ChangeUser(Command, UserDetails):
    """Change a user's e-mail, name, language or technician."""

    user_id: UUID


class GrantRole(Command):
    """Let a user do what a role may."""

    user_id: UUID
    role: str = Field(examples=["dispatcher"])


class RevokeRole(Command):
    """Take a role from a user; the last administrator stays one."""

    user_id: UUID
    role: str = Field(examples=["dispatcher"])


class SetPassword(Command):
    """Let a user enter with another password, given as its Argon2 hash."""

    user_id: UUID
    password_hash: str = Field(examples=[HASH])


class MakeApiKey(Command):
    """Let a program enter as a user, with some of the user's roles; the key itself never arrives here."""

    user_id: UUID
    key_id: UUID | None = None
    label: Words = Field(min_length=1, examples=["Gestionale"])
    key_hash: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the key, hexadecimal.")
    roles: tuple[str, ...] = Field(examples=[["accountant"]])
    expires_at: Instant | None = Field(default=None, examples=["2027-12-31T23:59:59+01:00"])


class RevokeApiKey(Command):
    """Let a program enter no more."""

    user_id: UUID
    key_id: UUID


class DeactivateUser(Command):
    """Let a user enter no more, by password or by key; the last administrator stays."""

    user_id: UUID


class ReactivateUser(Command):
    """Let a deactivated user enter again, in the roles they had."""

    user_id: UUID


def register_user(cmd: RegisterUser, act: Act, service: Service) -> Answer:
    """Handles `RegisterUser`."""
    require(service.lookups.user_by_email(cmd.email) is None, EmailTaken)
    user = User.register(cmd.user_id or service.new_id(), part(UserDetails, cmd), act)
    for role in cmd.roles:
        user.grant_role(role, act)
    if cmd.password_hash is not None:
        user.set_password(cmd.password_hash, act)
    service.save(user)
    _follow_administrators(user, act, service)
    return {"user_id": user.id}


def change_user(cmd: ChangeUser, act: Act, service: Service) -> None:
    """Handles `ChangeUser`."""
    user = service.load(User, cmd.user_id)
    require(service.lookups.user_by_email(cmd.email) in (None, user.id), EmailTaken)
    user.change_details(part(UserDetails, cmd), act)
    service.save(user)


def grant_role(cmd: GrantRole, act: Act, service: Service) -> None:
    """Handles `GrantRole`."""
    user = service.load(User, cmd.user_id)
    user.grant_role(cmd.role, act)
    service.save(user)
    _follow_administrators(user, act, service)


def revoke_role(cmd: RevokeRole, act: Act, service: Service) -> None:
    """Handles `RevokeRole`."""
    user = service.load(User, cmd.user_id)
    user.revoke_role(cmd.role, act)
    service.save(user)
    _follow_administrators(user, act, service)


def set_password(cmd: SetPassword, act: Act, service: Service) -> None:
    """Handles `SetPassword`."""
    user = service.load(User, cmd.user_id)
    user.set_password(cmd.password_hash, act)
    service.save(user)


def make_api_key(cmd: MakeApiKey, act: Act, service: Service) -> Answer:
    """Handles `MakeApiKey`."""
    user = service.load(User, cmd.user_id)
    key_id = cmd.key_id or service.new_id("key")
    fields = cmd.model_dump(include={"label", "key_hash", "roles", "expires_at"})
    user.make_key(ApiKey(key_id=key_id, **fields), act)
    service.save(user)
    return {"key_id": key_id}


def revoke_api_key(cmd: RevokeApiKey, act: Act, service: Service) -> None:
    """Handles `RevokeApiKey`."""
    user = service.load(User, cmd.user_id)
    user.revoke_key(cmd.key_id, act)
    service.save(user)


def deactivate_user(cmd: DeactivateUser, act: Act, service: Service) -> None:
    """Handles `DeactivateUser`."""
    user = service.load(User, cmd.user_id)
    user.deactivate(act)
    service.save(user)
    _follow_administrators(user, act, service)


def reactivate_user(cmd: ReactivateUser, act: Act, service: Service) -> None:
    """Handles `ReactivateUser`."""
    user = service.load(User, cmd.user_id)
    user.reactivate(act)
    service.save(user)
    _follow_administrators(user, act, service)


def _follow_administrators(user: User, act: Act, service: Service) -> None:
    """Keep the list of administrators as the user now is. Raises `LastAdministrator`."""
    administers = user.active and roles.ADMINISTRATOR in user.roles
    known = service.find(Administrators, administrators_id())
    if known is None:
        if administers:
            service.save(Administrators.start(user.id, act))
        return
    if administers:
        known.add(user.id, act)
    else:
        known.remove(user.id, act)
    service.save(known)
